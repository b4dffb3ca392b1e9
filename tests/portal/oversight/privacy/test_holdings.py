"""What every table holds of people: one row per table, and a new table without one is found."""

from __future__ import annotations

import re

from sqlalchemy import JSON, Enum, LargeBinary, String, Table, Text

from portal.oversight.privacy.activities import ACTIVITIES
from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding, HoldsNobody
from portal.oversight.privacy.holdings.cases import CASE_HOLDINGS
from portal.oversight.privacy.holdings.money import MONEY_HOLDINGS
from portal.oversight.privacy.holdings.others import OTHER_HOLDINGS
from portal.oversight.privacy.holdings.ways import columns_to_case
from portal.oversight.privacy.kinds import PROPOSED, Kept
from portal.oversight.privacy.retention.due import FAMILY_OF, loose_tables
from portal.oversight.privacy.told import NOT_TOLD, told_tables
from portal.platform.database import load_models
from portal.platform.sealed_columns import SealedText
from portal.web.intake.own_data import KEPT

OF_PEOPLE = re.compile(
    r"(^|_)(name|email|phone|street|house_number|postcode|city|iban|birth_date|reason|notes?|text|rationale|view|grounds"
    r"|answer|report|wish|facts|proof|description|kvk_number|kvk)$"
)
NOT_OF_PEOPLE = {
    "application.reason", "correction.answer", "information_request.facts", "cost_line.line_key", "recovery_entry.reference",
    "provider_registration.name", "provider_registration.kvk_number", "provider_registration.iban",
    "provider_registration.refused_reason", "earlier_administration.name", "earlier_administration.sent_by_name",
    "earlier_administration.laid_down_by_name", "earlier_administration.taken_over_by_name",
    "earlier_administration.undo_laid_down_by_name", "earlier_administration.undo_reason",
    "payment_batch.made_by_name", "payment_batch.released_by_name", "earlier_administration.undone_by_name",
    "account.email",
}  # fmt: skip
"""Columns that are called like those of people and are not: answers of a list, names of facts, undertakings and officials."""


def without_a_row(tables: dict[str, Table]) -> set[str]:
    """The tables of which nothing is said."""
    return set(tables) - set(HOLDINGS)


def test_every_table_says_what_it_holds_of_people_and_a_new_one_without_is_found() -> None:
    tables = dict(load_models().tables)
    assert without_a_row(tables) == set() and set(HOLDINGS) - set(tables) == set()
    parts = (CASE_HOLDINGS, MONEY_HOLDINGS, OTHER_HOLDINGS)
    assert sum(map(len, parts)) == len(HOLDINGS), "each table stands in one place"
    assert without_a_row(tables | {"new_table": tables["contact"]}) == {"new_table"}
    for name, held in HOLDINGS.items():
        if isinstance(held, HoldsNobody):
            assert held.why.endswith("."), name


def test_what_is_written_over_is_a_column_and_every_table_has_a_way_to_its_case_or_a_day_of_its_own() -> None:
    tables = load_models().tables
    for name, held in HOLDINGS.items():
        if not isinstance(held, Holding):
            continue
        assert set(held.becomes) <= set(tables[name].c.keys()), name
        if held.family is Family.CASE:
            assert columns_to_case(tables[name]), name
        elif held.family not in (Family.INDEX, Family.PSEUDONYMS) and name not in ("stored_file", "payment_batch"):
            assert columns_to_case(tables[name]) or held.since in tables[name].c, name


def left_alone(table: Table, held: Holding) -> list[str]:
    """The columns of a table that are called like those of people and are not written over."""
    if held.rows_go:
        return []
    texts = (
        column.name
        for column in table.columns
        if isinstance(column.type, String | Text | JSON | LargeBinary) and not isinstance(column.type, Enum)
    )
    found = [name for name in texts if OF_PEOPLE.search(name) and name not in held.becomes]
    return [f"{table.name}.{name}" for name in found if f"{table.name}.{name}" not in NOT_OF_PEOPLE]


def test_no_column_with_the_name_of_something_of_people_is_left_alone() -> None:
    tables = load_models().tables
    held = {name: one for name, one in HOLDINGS.items() if isinstance(one, Holding)}
    assert [column for name, one in held.items() for column in left_alone(tables[name], one)] == []
    assert left_alone(tables["contact"], Holding(Family.CASE, {"name": "x"}))[:1] == ["contact.email"], "the control"


def test_every_kind_has_a_proposal_and_a_family_and_every_family_stands_in_the_register() -> None:
    assert set(PROPOSED) == set(Kept) and set(FAMILY_OF) == set(Kept) - {Kept.DRAFTS}
    assert {family for one in ACTIVITIES.values() for family in one.families} == set(Family)
    assert {kind for one in ACTIVITIES.values() for kind in one.kept} == set(Kept)
    assert loose_tables(Family.VIEWING) and loose_tables(Family.LOGS) and loose_tables(Family.STAFF)


def test_of_every_word_that_is_kept_it_is_said_whether_the_person_gets_it() -> None:
    tables = load_models().tables
    told = {f"{table.name}.{column.name}" for table, columns in told_tables() for column in columns}
    assert {table.name for table, _ in told_tables()} == set(KEPT), "each has a name on the page with everything"
    assert all(name.partition(".")[0] in HOLDINGS for name in NOT_TOLD)
    assert all(column in tables[name.partition(".")[0]].c for name in NOT_TOLD if (column := name.partition(".")[2]))
    sealed = {
        f"{table.name}.{column.name}"
        for table in tables.values()
        for column in table.columns
        if isinstance(column.type, SealedText) and isinstance(HOLDINGS[table.name], Holding) and columns_to_case(table)
    }
    left = {one for one in sealed - told if not {one, one.partition(".")[0]} & NOT_TOLD.keys()}
    assert left == set()
    assert {"contact.name", "invoice.payee_iban", "hearing.view"} <= told, "the control"
