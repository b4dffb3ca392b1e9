"""What every table keeps to, so that both databases behave alike and stay quick."""

from __future__ import annotations

import pytest
from sqlalchemy import CheckConstraint, DateTime, Float, Integer, Numeric, String, Table, Text
from sqlalchemy.types import Enum

from portal.platform.database import Base, UtcDateTime, load_models
from portal.platform.model_modules import MODEL_MODULES

TABLES = load_models().sorted_tables


def test_every_module_with_tables_exists_and_is_loaded() -> None:
    loaded = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    assert sorted(loaded) == sorted(MODEL_MODULES)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_foreign_key_has_an_index(table: Table) -> None:
    pointing = {fk.parent.name for fk in table.foreign_keys}
    covered = {
        next(iter(index.columns)).name
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is None
    }
    covered |= {next(iter(table.primary_key.columns)).name}
    covered |= {column.name for column in table.columns if column.unique}
    covered |= {
        next(iter(item.columns)).name for item in table.constraints if type(item).__name__ == "UniqueConstraint"
    }
    assert pointing - covered == set()


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_text_has_a_limit_and_no_amount_is_a_float(table: Table) -> None:
    for column in table.columns:
        kind = column.type
        assert not isinstance(kind, Float | Numeric), f"{table}.{column.name}"
        if isinstance(kind, String) and not isinstance(kind, Text | Enum):
            assert kind.length, f"{table}.{column.name} needs a length"
        if column.name.endswith("_cents"):
            assert isinstance(kind, Integer)
            assert type(kind).__name__ == "BigInteger", f"{table}.{column.name} needs Cents"
        assert not (isinstance(kind, DateTime) and not isinstance(kind, UtcDateTime)), f"{table}.{column.name}"


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_check_has_a_name_of_its_own(table: Table) -> None:
    names = [item.name for item in table.constraints if isinstance(item, CheckConstraint)]
    assert all(names)
    assert len(names) == len(set(names))
    assert [name for name in names if len(str(name)) > 63] == [], "PostgreSQL cuts longer names"


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_the_state_of_a_record_is_a_checked_word(table: Table) -> None:
    checks = " ".join(str(item.sqltext) for item in table.constraints if isinstance(item, CheckConstraint))
    for column in table.columns:
        if column.name in ("state", "status", "kind") and isinstance(column.type, String):
            checked = isinstance(column.type, Enum) or f"{column.name} IN" in checks
            assert checked, f"{table}.{column.name} needs choice(...) or a CHECK"
