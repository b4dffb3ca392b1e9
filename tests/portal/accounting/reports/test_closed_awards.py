"""What was awarded per kind of cost in a closed period stays so: after more is awarded, less, nothing, or the costs are corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import figure_book
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing
from portal.accounting.periods.models import PeriodLength
from portal.awarding.reductions import lower_award, revoke_award
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, ASKED, NOW, REGION, a_voucher, somebody
from tests.portal.accounting.accounts_of import SECOND_OF_REGION
from tests.portal.accounting.reports.test_closed_period import APRIL, MARCH, files
from tests.snapshots import begin_with

COSTS = [CostInput("tuition", 5_000), CostInput("books", 2_001), CostInput("exam", 1_000)]
PEOPLE = 12
SPRING = FigurePeriod(date(2026, 4, 1), date(2026, 4, 30), date(2026, 4, 30))
BOOKS, MORE = 1, 700
"""The place of the costs that become higher, and by how much."""


@pytest.fixture
def closed(session: Session) -> tuple[Session, Voucher]:
    """March is closed: twelve people with a voucher for three kinds of costs each, so that no kind is of few."""

    def make(empty: Session) -> None:
        for number in range(PEOPLE):
            a_voucher(empty, applicant=somebody(number), costs=COSTS)
        period = add_period(empty, length=PeriodLength.MONTH, first_day=MARCH.first, actor=REGION, now=NOW)
        lay_down_closing(empty, period=period, actor=REGION, now=APRIL)
        close_period(empty, period=period, actor=SECOND_OF_REGION, now=APRIL)

    begin_with(session, "a closed month of twelve vouchers", make)
    return session, session.query(Voucher).order_by(Voucher.id).first()  # type: ignore[return-value]


def awarded(session: Session, period: FigurePeriod) -> dict[str, int]:
    book = figure_book(session, actor=REGION, period=period)
    assert book is not None
    return {kind: int(cents or 0) for kind, cents in book.by("awarded_by_cost", Breakdown.CATEGORY).items()}


def more_of_books(session: Session, voucher: Voucher, late: timedelta) -> None:
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    question.cost_lines[BOOKS].amount_cents += MORE
    session.flush()
    part = voucher.award.parts[BOOKS]
    line = session.get_one(FundingLine, part.funding_line_id)
    draft = TopUpDraft(line_key=part.line_key, funding_line=line, amount_cents=MORE, reason="Duurder.")
    top_up(session, voucher=voucher, draft=draft, actor=ADVISOR, now=APRIL + late)


def less(session: Session, voucher: Voucher, late: timedelta) -> None:
    lower_award(session, voucher=voucher, by_cents=500, basis=ASKED, reason="Korting.", actor=ADVISOR, now=APRIL + late)


def nothing(session: Session, voucher: Voucher, late: timedelta) -> None:
    revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=APRIL + late)


def other_costs(session: Session, voucher: Voucher, late: timedelta) -> None:
    nothing(session, voucher, late)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    question.cost_lines[BOOKS].category = "travel"
    session.flush()


@pytest.mark.parametrize("late", [timedelta(0), NOW - APRIL], ids=("later", "as if it still was the closed day"))
@pytest.mark.parametrize("act", [more_of_books, less, nothing, other_costs], ids=lambda act: act.__name__)
def test_what_becomes_of_an_award_after_the_close_changes_no_byte(
    closed: tuple[Session, Voucher], act: Callable[[Session, Voucher, timedelta], None], late: timedelta
) -> None:
    session, voucher = closed
    before, kinds = files(session), awarded(session, MARCH)
    assert kinds == {"tuition": PEOPLE * 5_000, "books": PEOPLE * 2_001, "exam": PEOPLE * 1_000}
    assert f"{PEOPLE * 2_001}" in before["csv"].decode(), "no kind of cost is hidden"
    act(session, voucher, late)
    assert files(session) == before and awarded(session, MARCH) == kinds
    assert ledger_breaks(session) == []


def test_what_was_awarded_on_top_counts_on_its_own_day_and_for_its_kind(closed: tuple[Session, Voucher]) -> None:
    session, voucher = closed
    more_of_books(session, voucher, timedelta(0))
    more = {"tuition": 0, "exam": 0} | awarded(session, SPRING)
    assert more == {"tuition": 0, "books": MORE, "exam": 0}
    both = awarded(session, FigurePeriod(MARCH.first, SPRING.last, SPRING.last))
    assert both["books"] == PEOPLE * 2_001 + MORE == awarded(session, MARCH)["books"] + MORE
    outside = "SELECT sum(amount_cents) FROM award_part WHERE category = 'books' AND awarded_on = '2026-04-01'"
    assert session.execute(text(outside)).scalar() == MORE
    assert [part.amount_cents for part in voucher.award.parts] == [5_000, 2_001, 1_000, MORE]


def test_twice_on_one_day_is_one_part(closed: tuple[Session, Voucher]) -> None:
    session, voucher = closed
    for _ in range(2):
        more_of_books(session, voucher, timedelta(0))
    assert [part.amount_cents for part in voucher.award.parts] == [5_000, 2_001, 1_000, 2 * MORE]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE award_part SET amount_cents = amount_cents + 700 WHERE id = :part",
        "UPDATE award_part SET category = 'travel' WHERE id = :part",
    ],
    ids=("a part that was raised in place", "a kind that was read from the question"),
)
def test_control_what_is_changed_in_place_changes_the_closed_period(
    closed: tuple[Session, Voucher], change: str
) -> None:
    session, voucher = closed
    before, kinds = files(session), awarded(session, MARCH)
    session.execute(text(change), {"part": voucher.award.parts[BOOKS].id})
    session.expire_all()
    after = files(session)
    assert all(after[kind] != before[kind] for kind in before) and awarded(session, MARCH) != kinds
