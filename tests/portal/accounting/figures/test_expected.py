"""What is expected is what the newest forecast until the last day says; what is not known is never part of a sum."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.expected import expected_use
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import FigureBook, figure_book
from portal.accounting.kept_forecasts.queries import FRESH
from portal.accounting.reports.document import csv_rows
from portal.accounting.reports.queries import accountability_report
from portal.accounting.reports.workbook import workbook
from portal.people.actor import Actor, Audience
from tests.factories import NOW, a_region, an_application, approve
from tests.portal.accounting.figures.lives import forecasts_on

CONTROLLER = Actor(Audience.CONTROLLER, account_id=77, display_name="Coos Controleur")
DAY = NOW.date() + timedelta(days=10)


@pytest.fixture
def awarded(session: Session) -> Session:
    """Money is reserved on one of two budget lines."""
    a_region(session)
    approve(session, an_application(session))
    return session


def book_on(session: Session, day: date = DAY) -> FigureBook:
    found = figure_book(session, actor=CONTROLLER, period=FigurePeriod(date(2026, 1, 1), day, day))
    assert found is not None
    return found


def reserved_line(session: Session) -> str:
    [line] = [name for name, cents in book_on(session).by("committed", Breakdown.FUNDING_LINE).items() if cents]
    return line


def test_without_a_forecast_it_is_not_known(awarded: Session) -> None:
    book = book_on(awarded)
    assert book.total("expected") is None
    assert book.by("expected", Breakdown.FUNDING_LINE) == {reserved_line(awarded): None}
    assert set(book.by("expected", Breakdown.FUNDER).values()) == {None}


def test_of_a_line_on_which_nothing_is_reserved_nothing_is_expected(session: Session) -> None:
    a_region(session)
    assert book_on(session).total("expected") == 0


def test_the_newest_forecast_until_the_last_day_counts(awarded: Session) -> None:
    forecasts_on(awarded, DAY - timedelta(days=9), DAY - timedelta(days=1), DAY + timedelta(days=1))
    line = reserved_line(awarded)
    book = book_on(awarded)
    told = int(book.total("expected") or 0)
    assert told // 1000 == (DAY - timedelta(days=1)).day and book.by("expected", Breakdown.FUNDING_LINE) == {line: told}
    assert [(row.day, row.amount) for row in book.rows("expected")] == [(DAY - timedelta(days=1), told)]
    later = int(book_on(awarded, DAY + timedelta(days=1)).total("expected") or 0)
    assert later // 1000 == (DAY + timedelta(days=1)).day != told // 1000


@pytest.mark.parametrize(("days", "known"), [(FRESH.days, True), (FRESH.days + 1, False)])
def test_a_forecast_counts_for_five_weeks(awarded: Session, days: int, known: bool) -> None:
    forecasts_on(awarded, DAY - timedelta(days=days))
    assert (book_on(awarded).total("expected") is not None) is known


def test_a_line_that_the_forecast_does_not_know_makes_its_funder_and_the_total_unknown(awarded: Session) -> None:
    line = reserved_line(awarded)
    forecasts_on(awarded, DAY - timedelta(days=1))
    assert book_on(awarded).total("expected") is not None
    forecasts_on(awarded, DAY, without=line)
    book = book_on(awarded)
    assert book.total("expected") is None and book.by("expected", Breakdown.FUNDING_LINE) == {line: None}
    use = expected_use(awarded, scope=book.scope, last=DAY, committed=book.items("committed"))
    assert len(use.items) == 0 and len(use.unknown) == 1


def test_page_spreadsheet_and_file_say_that_it_is_not_known_and_of_which_day_it_is(awarded: Session) -> None:
    def said() -> list[str]:
        found = accountability_report(awarded, actor=CONTROLLER, period=FigurePeriod(date(2026, 1, 1), DAY, DAY))
        assert found is not None
        assert workbook(found, title="Proef", made_at=NOW)
        rows = [row for row in csv_rows(found) if row[5] == "expected"]
        of = {(row[1], row[3]): (row[8], row[9], row[10]) for row in rows}
        line = of["per_funding_line", reserved_line(awarded)]
        return [f"{of['', None][0]}", f"{of['', None][1]}", f"{of['', None][2]}", f"{line[0]}", f"{line[1]}"]

    assert said() == ["None", "niet bekend", "Er is geen prognose die nog telt.", "None", "niet bekend"]
    forecasts_on(awarded, DAY)
    total, words, note, of_line, _words = said()
    assert total == of_line != "None" and words.startswith("€") and note.startswith("Prognose van ")
