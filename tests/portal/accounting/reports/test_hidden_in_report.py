"""Whose report somebody gets, and that no number of few people is in it or follows from it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY, Counting
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import figure_book, may_open
from portal.accounting.reports.hiding import hidden_totals, people_behind
from portal.accounting.reports.queries import AccountabilityReport, ReportTable, accountability_report, widest_period
from portal.accounting.small_groups import SMALLEST
from portal.framework.funding.models import FundingLine
from portal.people.accounts.queries import organisation_by_slug
from portal.people.actor import Actor, Audience
from tests.factories import NOW, REGION, a_region
from tests.portal.accounting.figures.lives import WHOLE, live
from tests.snapshots import begin_with

PERIOD = FigurePeriod(*WHOLE, WHOLE[1])


@pytest.fixture
def lived(session: Session) -> Session:
    begin_with(session, ("lives", 1), _live)
    return session


def _live(session: Session) -> None:
    a_region(session)
    live(session, seed=1, acts=45)


def funder_of(session: Session, slug: str) -> Actor:
    organisation = organisation_by_slug(session, slug=slug)
    assert organisation is not None
    return Actor(Audience.FUNDER, account_id=1, organisation_id=organisation.id)


def tables(report: AccountabilityReport) -> list[ReportTable]:
    return [table for chapter in report.chapters for table in chapter.tables]


def test_a_funder_gets_the_report_of_its_own_money_and_no_other(lived: Session) -> None:
    totals = {}
    for slug in ("rijk", "provincie"):
        actor = funder_of(lived, slug)
        mine = accountability_report(lived, actor=actor, period=PERIOD)
        asked = accountability_report(lived, actor=REGION, period=PERIOD, funder=slug)
        assert mine is not None and mine == asked and mine.funder is not None and mine.funder.slug == slug
        assert accountability_report(lived, actor=actor, period=PERIOD, funder=slug) == mine
        other = "rijk" if slug == "provincie" else "provincie"
        assert accountability_report(lived, actor=actor, period=PERIOD, funder=other) is None
        assert "per_funder" not in {table.table.key for table in tables(mine)}
        totals[slug] = {cell.figure: cell.value for _table, cell in mine.cells() if cell.breakdown is None}
    whole = accountability_report(lived, actor=REGION, period=PERIOD)
    assert whole is not None
    per_funder = next(table for table in tables(whole) if table.table.key == "per_funder")
    for row in per_funder.rows:
        for cell in row.cells:
            assert cell.value == totals[row.key][cell.figure]


def test_who_has_no_part_in_the_accounts_gets_no_report(lived: Session) -> None:
    for audience in (Audience.ADVISOR, Audience.RESIDENT, Audience.PROVIDER, Audience.OWNER):
        assert accountability_report(lived, actor=Actor(audience, account_id=1), period=PERIOD) is None
        assert widest_period(lived, actor=Actor(audience, account_id=1), on=NOW.date()) is None
    assert accountability_report(lived, actor=REGION, period=PERIOD, funder="niemand") is None
    assert widest_period(lived, actor=REGION, on=NOW.date()) == FigurePeriod(*WHOLE, NOW.date())


def test_no_cell_and_no_total_about_few_people_is_shown(lived: Session) -> None:
    report = accountability_report(lived, actor=REGION, period=PERIOD)
    book = figure_book(lived, actor=REGION, period=PERIOD)
    assert report is not None and book is not None
    hidden = 0
    for table in tables(report):
        if table.table.books:
            continue
        for row in table.rows:
            for cell in row.cells:
                people = people_behind(book, cell.figure, table.table.by).get(row.key, 0)
                assert cell.hidden or not 0 < people < SMALLEST, (table.table.key, row.key, cell)
                hidden += cell.hidden
    kept_back = [table for table in tables(report) if table.kept_back]
    assert hidden or kept_back, "the lives have few people"
    for _table, cell in report.cells():
        figure = REGISTRY[cell.figure]
        if cell.breakdown is None and figure.counting is Counting.DISTINCT and not cell.hidden:
            assert not 0 < int(cell.value or 0) < SMALLEST, cell


def test_a_share_from_which_few_people_follow_is_hidden_with_its_numerator(lived: Session) -> None:
    book = figure_book(lived, actor=REGION, period=PERIOD)
    assert book is not None
    hidden = hidden_totals(book)
    for key, figure in REGISTRY.items():
        if figure.counting is Counting.SHARE and key != "share_spent":
            above, below = (int(book.total(one) or 0) for one in figure.of)
            if 0 < above < SMALLEST or 0 < below - above < SMALLEST:
                assert key in hidden and figure.of[0] in hidden, key


def test_a_funder_opens_only_what_is_not_about_vouchers() -> None:
    funder, region = Actor(Audience.FUNDER, account_id=1), Actor(Audience.REGION, account_id=2)
    opens = {key for key, figure in REGISTRY.items() if may_open(figure, funder)}
    assert opens == {"budget", "received", "available", "expected"}
    assert opens < {key for key, figure in REGISTRY.items() if may_open(figure, region)}


def test_rows_behind_a_figure_name_vouchers_and_no_person(lived: Session) -> None:
    book = figure_book(lived, actor=REGION, period=PERIOD)
    assert book is not None
    rows = book.rows("spent")
    assert rows and all(row.voucher for row in rows)
    assert all(row.provider is None or row.provider.startswith("Opleider") for row in rows)
    slugs = set(lived.scalars(select(FundingLine.id)))
    assert {row.funding_line for row in rows} <= slugs
