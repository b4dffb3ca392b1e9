"""Planting: over everything of people that stands in the desk of `tests.web.world` a canary is written, of every person another one.

Where it is to be planted says the table of what is held of people (`portal.oversight.privacy.holdings`): a new column is planted too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, String, Table, Text, select, update
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.finding.keeping import rebuild
from portal.oversight.privacy.erasing.opened import opened
from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding
from portal.oversight.privacy.holdings.rules import Without
from portal.oversight.privacy.holdings.ways import columns_to_case, of_cases
from portal.people.accounts.models import Account
from portal.platform.database import load_models
from portal.platform.sealed_columns import SEALED_TYPES, SealedText
from portal.spending.providers.models import Provider
from tests.web.canaries.birds import Birds, Canary
from tests.web.world import World

OF_OFFICIALS = ("_by_name", "by_name", "advisor_name", "by_function")
"""Who did something here signs with their name."""
FILLED_IN = {"contact": ("phone", "street", "postcode", "city"), "provider": ("iban",)}
"""Columns that hold one of everybody, also where nothing stood."""
NO_PLACE = frozenset({"employer_kvk", "kvk_number", "way", "reference", "house_number", "person_key", "employer_key"})
"""What is no words of anybody: numbers and choices."""


@dataclass(frozen=True)
class PlantedWorld:
    """The desk, the canaries in it, and which case goes by which number."""

    world: World
    birds: Birds


def planted(world: World) -> PlantedWorld:
    """The same desk with a canary wherever something of people stands, findable by them, and remembered so."""
    birds = Birds()
    world.do(lambda session: _plant_all(session, birds))
    world.do(rebuild)
    accounts = {audience: _again(world, account.id) for audience, account in world.accounts.items()}
    mine = replace(world, accounts=accounts, entered={}, left=set())
    mine.keep()
    return PlantedWorld(mine, birds)


def _again(world: World, number: int) -> Account:
    return world.do(lambda session: session.get_one(Account, number))  # type: ignore[no-any-return]


def _plant_all(session: Session, birds: Birds) -> None:
    questions = list(session.scalars(select(DevelopmentQuestion.id).order_by(DevelopmentQuestion.id)))
    for table, columns in places():
        with opened(session, [table]):
            for question in questions:
                rows = select(table).where(of_cases(table, [question]))
                _plant(session, birds, table, columns, rows, ("case", question))
    for model, names in ((Account, ("display_name", "email")), (Provider, ("iban",))):
        table: Any = model.__table__
        for number in session.scalars(select(table.c.id).order_by(table.c.id)):
            rows = select(table).where(table.c.id == number)
            _plant(session, birds, table, [table.c[name] for name in names], rows, (table.name, number))
    session.expire_all()


def places() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """The tables that belong to a case, and where a canary fits in them."""
    for table in load_models().sorted_tables:
        holding = HOLDINGS.get(table.name)
        if not isinstance(holding, Holding) or not columns_to_case(table) or holding.family is Family.PSEUDONYMS:
            continue
        named = holding.becomes or {column.name: None for column in table.columns if _holds_words(column)}
        words = [name for name, becomes in named.items() if not isinstance(becomes, Without)]
        columns = [table.c[name] for name in words if _fits(table.c[name])]
        if columns:
            yield table, columns


def _holds_words(column: Column[Any]) -> bool:
    return isinstance(column.type, SEALED_TYPES) or column.name in ("text", "notes", "email", "phone", "name")


def _fits(column: Column[Any]) -> bool:
    if column.name in NO_PLACE or column.name.endswith(OF_OFFICIALS):
        return False
    if isinstance(column.type, SealedText):
        return True
    return isinstance(column.type, String | Text) and not isinstance(column.type, SEALED_TYPES)


def _plant(
    session: Session, birds: Birds, table: Table, columns: list[Column[Any]], rows: Any, whose: tuple[str, int]
) -> None:
    filled = FILLED_IN.get(table.name, ())
    for row in session.connection().execute(rows).mappings().all():
        values: dict[str, Any] = {
            column.name: birds.new(column, Canary(*whose, f"{table.name}.{column.name}"))
            for column in columns
            if row[column.name] or column.name in filled
        }
        if table.name == DevelopmentQuestion.__tablename__:
            born = birds.new(Application.__table__.c.birth_date, Canary(*whose, f"{table.name}.facts"))
            values["facts"] = {**row["facts"], "birth_date": born.isoformat()}
        if values:
            session.connection().execute(update(table).where(table.c.id == row["id"]).values(values))
