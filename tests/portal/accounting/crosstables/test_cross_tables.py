"""Cross tables: every cell and total is what the register says of it, few people are hidden, and a funder sees its own money."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, permutations, product

import pytest
from sqlalchemy.orm import Session

from portal.accounting.crosstables.naming import CrossNames
from portal.accounting.crosstables.queries import CrossAsked, CrossMeasure, CrossTable, cross_table
from portal.accounting.registers.asked import RegisterFilter, RegisterName
from portal.accounting.registers.dimensions import Dimension
from portal.accounting.registers.queries import register
from portal.accounting.scope import scope_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Award, Voucher
from portal.words.names import Names
from tests.benchmarks.worklist import statements_of
from tests.factories import REGION
from tests.portal.accounting.a_desk import AUDITOR, CONTROLLER, TODAY, a_funder

YEAR = (date(TODAY.year, 1, 1), date(TODAY.year, 12, 31))
COLUMN = {
    CrossMeasure.AWARDED: "amount_cents",
    CrossMeasure.COMMITTED: "cents",
    CrossMeasure.REDEEMED: "spent_cents",
}


def table(
    session: Session,
    rows: Dimension,
    columns: Dimension,
    measure: CrossMeasure = CrossMeasure.VOUCHERS,
    actor: Actor = REGION,
    days: tuple[date | None, date | None] = (None, None),
) -> CrossTable:
    found = cross_table(session, asked=CrossAsked(rows, columns, measure, *days), actor=actor)
    assert found is not None
    return found


def spread(session: Session) -> None:
    """The vouchers of a desk in other municipalities, sectors, levels, ages and months, and some of one person."""
    for number, voucher in enumerate(session.query(Voucher).order_by(Voucher.id)):
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        more = {
            "residence_municipality": f"GM{number % 3}",
            "training_sector": ("care", "ict", "unknown")[number % 3],
            "training_level": "mbo2" if number % 2 else "unknown",
            "birth_year": (1960, 1975, 1990, 2003, "unknown")[number % 5],
            "birth_date": "1999-05-06" if number == 4 else "unknown",
        }
        question.facts = {**question.facts, **more}
        voucher.issued_on = TODAY - timedelta(days=40 * (number % 3))
        session.get_one(Award, voucher.award_id).person_key = voucher.beneficiary_key = f"p{number % 4}"
    session.flush()


def in_register(
    session: Session, asked: CrossAsked, cell: tuple[tuple[Dimension, str], ...], actor: Actor = REGION
) -> int:
    people = asked.measure is CrossMeasure.PEOPLE
    name = RegisterName.PEOPLE if people else RegisterName.VOUCHERS
    narrowed = RegisterFilter(first=asked.first, last=asked.last, cell=cell)
    found = register(session, name=name, asked=narrowed, actor=actor)
    assert found is not None
    return found.totals[COLUMN[asked.measure]] if asked.measure in COLUMN else found.count


@pytest.mark.parametrize("measure", list(CrossMeasure))
def test_every_cell_and_total_is_what_the_register_says_of_it(desk: Session, measure: CrossMeasure) -> None:
    spread(desk)
    pairs = (
        list(combinations(Dimension, 2)) if measure is CrossMeasure.VOUCHERS else list(combinations(Dimension, 2))[::4]
    )
    for rows, columns in pairs:
        shown = table(desk, rows, columns, measure)
        assert len(shown.cells) > 3
        for row, column in product((*shown.rows, None), (*shown.columns, None)):
            places = ((rows, row), (columns, column))
            cell = tuple((dimension, key) for dimension, key in places if key is not None)
            assert shown.at(row, column).value == in_register(desk, shown.asked, cell), (rows, row, columns, column)
        if measure is not CrossMeasure.PEOPLE:
            assert shown.at(None, None).value == sum(
                shown.at(row, one).value for row in shown.rows for one in shown.columns
            )


def test_who_stands_in_two_cells_is_one_in_the_total(desk: Session) -> None:
    spread(desk)
    shown = table(desk, Dimension.MUNICIPALITY, Dimension.MONTH, CrossMeasure.PEOPLE)
    of_rows = sum(shown.at(row, None).value for row in shown.rows)
    assert shown.at(None, None).value == 4 < of_rows, "nobody counts twice in a total, somebody does in two rows"


def test_the_answers_are_put_where_they_belong(desk: Session) -> None:
    spread(desk)
    ages = table(desk, Dimension.AGE, Dimension.ROUTE)
    assert set(ages.rows) == {"-26", "27-39", "40-54", "55+", ""} and ages.rows[-1] == ""
    assert table(desk, Dimension.LEVEL, Dimension.ROUTE).rows == ("mbo2", "")
    assert table(desk, Dimension.SECTOR, Dimension.ROUTE).rows == ("care", "ict", "")
    months = table(desk, Dimension.MONTH, Dimension.SCHEME)
    assert months.rows == tuple(sorted({f"{TODAY - timedelta(days=40 * n):%Y-%m}" for n in range(3)}))
    turned = table(desk, Dimension.SCHEME, Dimension.MONTH)
    assert all(turned.at(key[1], key[0]) == cell for key, cell in months.cells.items())


def test_months_and_ages_stand_in_their_own_order_and_all_has_a_name() -> None:
    names = CrossNames(Names())
    assert names.in_order(Dimension.MONTH, ("2025-12", "2026-01", "")) == ["2025-12", "2026-01", ""]
    assert [names.of(Dimension.AGE, key) for key in ("-26", "27-39", "55+", "")] == [
        "Tot en met 26 jaar", "27–39 jaar", "55 jaar en ouder", "Niet bekend",
    ]  # fmt: skip
    assert [names.of(Dimension.MONTH, key) for key in ("2026-03", "raar")] == ["maart 2026", "raar"]
    assert names.of(Dimension.ROUTE, "employer") == "werkgever"
    assert names.in_order(Dimension.ROUTE, ("individual", "", "employer")) == ["individual", "employer", ""]


def test_a_period_counts_what_was_issued_in_it(desk: Session) -> None:
    spread(desk)
    whole = table(desk, Dimension.ROUTE, Dimension.SCHEME).at(None, None).value
    last = table(desk, Dimension.ROUTE, Dimension.SCHEME, days=(TODAY, TODAY)).at(None, None).value
    before = table(desk, Dimension.ROUTE, Dimension.SCHEME, days=(None, TODAY - timedelta(days=1))).at(None, None).value
    assert 0 < last < whole == last + before


@pytest.mark.parametrize("actor", [REGION, CONTROLLER, AUDITOR])
def test_few_people_are_hidden_for_everybody(desk: Session, actor: Actor) -> None:
    shown = table(desk, Dimension.ROUTE, Dimension.SCHEME, actor=actor)
    assert shown.hides and all(
        shown.at(row, column).hidden for row, column in shown.cells if shown.cells[row, column].people < 10
    )


def test_many_people_are_shown(desk: Session) -> None:
    for number, voucher in enumerate(desk.query(Voucher)):
        voucher.award.person_key = voucher.beneficiary_key = f"p{number}"
    desk.flush()
    shown = table(desk, Dimension.MUNICIPALITY, Dimension.MONTH)
    assert not shown.at(None, None).hidden and shown.at(None, None).people >= 10


def test_a_funder_sees_its_own_money_of_whole_years_and_opens_no_cell(desk: Session) -> None:
    seen = 0
    for slug in ("rijk", "provincie"):
        actor = a_funder(desk, slug)
        asked = CrossAsked(Dimension.ROUTE, Dimension.SCHEME, CrossMeasure.COMMITTED, *YEAR)
        shown = cross_table(desk, asked=asked, actor=actor)
        own = register(desk, name=RegisterName.VOUCHERS, asked=RegisterFilter(first=YEAR[0], last=YEAR[1]), actor=actor)
        assert shown is not None and own is not None
        assert shown.at(None, None).value == own.totals["cents"]
        seen += shown.at(None, None).value
        for days in ((None, None), (YEAR[0], TODAY), (date(TODAY.year - 1, 1, 1), YEAR[1])):
            assert (
                cross_table(desk, asked=CrossAsked(asked.rows, asked.columns, asked.measure, *days), actor=actor)
                is None
            )
        whole = CrossAsked(asked.rows, asked.columns, CrossMeasure.AWARDED, *YEAR)
        assert cross_table(desk, asked=whole, actor=actor) is None, "the amount of a voucher is not all of one funder"
        cell = RegisterFilter(cell=((Dimension.ROUTE, "employer"),))
        assert register(desk, name=RegisterName.VOUCHERS, asked=cell, actor=actor) is None
    assert (
        seen == table(desk, Dimension.ROUTE, Dimension.SCHEME, CrossMeasure.COMMITTED, days=YEAR).at(None, None).value
    )


def test_nobody_else_gets_a_table_and_none_is_of_one_dimension_twice(desk: Session) -> None:
    asked = CrossAsked(Dimension.ROUTE, Dimension.SCHEME)
    for audience in (Audience.ADVISOR, Audience.OWNER, Audience.PROVIDER, Audience.RESIDENT, Audience.ANYONE):
        assert cross_table(desk, asked=asked, actor=Actor(audience, account_id=1)) is None
    assert cross_table(desk, asked=CrossAsked(Dimension.ROUTE, Dimension.ROUTE), actor=REGION) is None
    cell = RegisterFilter(cell=((Dimension.ROUTE, "employer"),))
    assert register(desk, name=RegisterName.INVOICES, asked=cell, actor=REGION) is None, "an invoice has no such cell"


def test_a_table_is_one_statement(desk: Session) -> None:
    scope_of(desk, actor=REGION)
    for rows, columns in list(permutations(Dimension, 2))[:3]:
        with statements_of(desk) as said:
            table(desk, rows, columns)
        assert sum("in_column" in one for one in said) == 1 and len(said) <= 3
