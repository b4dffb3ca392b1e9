"""Who was refused, or waits, because the money was out asked as much as who got a voucher; who was refused for something else did not."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.waiting_list.actions import join_waiting_list
from portal.cases.hearings.models import RefusalGround
from portal.cases.questions.models import DevelopmentQuestion
from portal.planning.money_out import money_left, refused_demand
from portal.planning.observed import observed
from tests.factories import ADVISOR, NOW, a_voucher, an_application
from tests.portal.awarding.order_of_receipt.money import leave
from tests.portal.awarding.waiting_list.region import load_with_list

DAY = timedelta(days=1)
ON = NOW.date() + 14 * DAY


def refused(session: Session, *, at: datetime) -> DevelopmentQuestion:
    question = an_application(session, now=at)
    reject_question(
        session,
        question=question,
        rationale="Dat past niet.",
        ground=RefusalGround.OWN_FACTS,
        actor=ADVISOR,
        now=at + DAY,
    )
    return question


def test_who_got_nothing_because_the_money_was_out_counts_as_demand(session: Session, tmp_path: Path) -> None:
    load_with_list(session, tmp_path / "proefland")
    a_voucher(session, now=NOW - 20 * DAY)
    refused(session, at=NOW - 15 * DAY)
    before = observed(session, on=NOW.date())
    assert before is not None and len(before.history.asked) == 1, "there was money: it was refused for something else"
    leave(session, {"rijk-leren": 0, "provincie-breed": 0})
    refused(session, at=NOW + DAY)
    waits = an_application(session, now=NOW + 2 * DAY)
    when = NOW + 3 * DAY
    join_waiting_list(session, question=waits, scheme="leervoucher", agreed_on=when.date(), actor=ADVISOR, now=when)
    known = observed(session, on=ON)
    assert known is not None
    asked = [(one.week, one.cents) for one in known.history.asked]
    assert asked == [(-5, 120_000), (-2, 120_000), (-2, 120_000)], "its usual amount, and what would have been paid"
    assert known.vouchers == 1 and {one.segment for one in known.history.asked} == {known.history.segments[0]}
    left = money_left(session, weeks=known.history.weeks, on=ON)
    assert [one.cents for one in refused_demand(session, left=left)] == [None, 120_000]
    assert observed(session, on=NOW.date()) == before, "what came later is not known then"
    assert left.is_out("leervoucher", NOW.date() + DAY) and not left.is_out("leervoucher", NOW.date() - 15 * DAY)
