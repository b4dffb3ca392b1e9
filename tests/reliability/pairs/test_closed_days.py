"""Figures of a day that is over never change: every act there is is done later, and all figures by all breakdowns are as they were.

The scenes are desks of some days; the acts are done forty days later (or when the row says so), and the figures are those of the
last day before. Names and titles are no figures: a company may get another one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import figure_book
from portal.accounting.periods.actions import add_period, lay_down_closing
from portal.accounting.periods.models import AccountingPeriod, PeriodLength
from portal.accounting.takeover.queries import in_the_middle
from portal.cases.corrections.actions import correct
from portal.cases.corrections.models import OnWord
from portal.cases.earlier_answers.models import EarlierAnswers
from portal.ledger.closing import close_books, closed_until
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, PortalError
from tests.factories import ADVISOR, NOW, REGION, an_application
from tests.reliability.pairs.acts import Row, Scene, said
from tests.reliability.pairs.found import name_of
from tests.reliability.pairs.test_powers import FIRST, in_scene, of_scene

LATER = timedelta(days=40)
TOO_LATE = {
    "a scheme that is divided by lot",
    "a version that can be published",
    "a voucher of which something is to be taken",
    "an administration that is to be undone",
    "the money of a funder that may end",
}
"""Scenes of which nothing can be done so much later, or in closed books."""
Figures = dict[tuple[str, str], Any]


def figures(session: Session, last: date) -> Figures:
    """Every figure until a day, in total and by everything by which it can be broken down."""
    book = figure_book(session, actor=REGION, period=FigurePeriod(date(2025, 1, 1), last, last))
    assert book is not None
    totals: Figures = {(key, ""): book.total(key) for key in REGISTRY}
    return totals | {(key, by.value): book.by(key, by) for key, one in REGISTRY.items() for by in one.by}


def done_later(session: Session, row: Row, last: date) -> Figures | None:
    """The figures of a day after an act that was done later, of which nothing stays; None for one that is refused by then."""
    at = row.values.get("now")
    later = at if not isinstance(at, datetime) or local_date(at) > last else at + LATER
    trial = session.begin_nested()
    try:
        values = {name: said(value, session, 0) for name, value in row.values.items()} | ({"now": later} if at else {})
        row.act(session, **values)
        session.flush()
        session.expire_all()
        return figures(session, last)
    except PortalError:
        return None
    finally:
        trial.rollback()
        session.expire_all()


def a_period(session: Session, day: date) -> AccountingPeriod:
    """The month of a day, open."""
    return add_period(session, length=PeriodLength.MONTH, first_day=day.replace(day=1), actor=REGION, now=noon(day))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def changed(before: Figures, after: Figures) -> dict[tuple[str, str], tuple[Any, Any]]:
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def in_time(row: Row) -> bool:
    """Whether the act says when it is done: else it is not of a day."""
    return isinstance(row.values.get("now"), datetime)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("scene", "rows"), of_scene(set(FIRST)), ids=lambda one: getattr(one, "name", ""))
def test_no_act_changes_a_figure_of_a_day_that_is_over(session: Session, scene: Scene, rows: list[Row]) -> None:
    in_scene(session, scene)
    last = local_date(scene.now) + timedelta(days=20)
    if in_the_middle(session) is not None:
        with pytest.raises(Conflict, match="Maak dat eerst af"):
            lay_down_closing(session, period=a_period(session, last), actor=REGION, now=noon(last + timedelta(days=31)))
        return
    closed = closed_until(session)
    if closed is None or closed < last:
        close_books(session, until=last, actor_id=REGION.reference, now=noon(last + timedelta(days=1)))
    before = figures(session, last)
    found = {name_of(row.act): done_later(session, row, last) for row in filter(in_time, rows)}
    assert not found or any(after is not None for after in found.values()) != (scene.name in TOO_LATE)
    wrong = {name: changed(before, after) for name, after in found.items() if after is not None and after != before}
    assert wrong == {}


def test_control_a_correction_of_which_nothing_is_kept_is_found(session: Session) -> None:
    question = an_application(session)
    last = local_date(NOW)
    before = figures(session, last)
    change: dict[str, Any] = {"fact.residence_municipality": "GM9902"}
    correct(session, question=question, changes=change, on_word=OnWord.TOLD, actor=ADVISOR, now=NOW + LATER)
    assert figures(session, last) == before
    session.execute(delete(EarlierAnswers))
    assert ("questions", "municipality") in changed(before, figures(session, last))
