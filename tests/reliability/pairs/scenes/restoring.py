"""Vouchers of which something is to be taken after a hearing, and vouchers that come back after an objection."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.hearing_first.actions import Intent, drop_intent, invite_holder
from portal.awarding.reductions import TakingBasis, lower_award, revoke_award
from portal.awarding.restoring import give_back_restored, restore_award
from portal.awarding.takings.models import TakingGround
from portal.cases.hearings.actions import give_view, record_view
from portal.cases.hearings.models import Hearing, IntendedAct, ViewWay
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import available_cents
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, hold_hearing, receive_objection
from portal.second_look.objections.models import ObjectionOutcome
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ASKED, NOW, SECOND, SYSTEM, a_mandate, a_region, asker
from tests.portal.paying.settling_again.owing import used_and_paid
from tests.reliability.pairs.acts import FIRST_OF_REGION, PROGRAM, REGIONS, THIRD, Scene, nth, row, the, who_asked
from tests.reliability.pairs.scenes.awarding import LINE
from tests.reliability.pairs.scenes.second_look import JUDGES, OBJECTION
from tests.reliability.pairs.scenes.spending import PIA, VOUCHER, bill

DAY = timedelta(days=1)
HEARD = TakingBasis(TakingGround.NOT_DONE)
INTENT = Intent(IntendedAct.REVOKE, "De opleiding stopt.")


def _desk(session: Session) -> Voucher:
    a_region(session)
    a_mandate(session, THIRD)
    return used_and_paid(session)


def _used(session: Session) -> None:
    _desk(session)


def _invited(session: Session) -> None:
    voucher = _desk(session)
    until = NOW.date() + 10 * DAY
    invite_holder(session, voucher=voucher, intent=INTENT, answer_by=until, actor=ADVISOR, now=NOW)


TO_HEAR = Scene(
    "a voucher of which something is to be taken",
    _used,
    (
        row(invite_holder, voucher=VOUCHER, intent=INTENT, answer_by=NOW.date() + 10 * DAY),
        row(lower_award, voucher=VOUCHER, by_cents=10_000, basis=ASKED, reason="Vroeg erom."),
        row(redeem_voucher, voucher=VOUCHER, bill=bill("F-3", 15_000, who_differs=True), actor=PIA),
    ),
)
INVITED = Scene(
    "a voucher about which the holder is asked for a view",
    _invited,
    (
        row(give_view, hearing=the(Hearing), view="Ik ga verder.", actor=who_asked()),
        row(record_view, hearing=the(Hearing), way=ViewWay.SPOKEN, view="Ik ga verder.", on=NOW.date()),
        row(drop_intent, hearing=the(Hearing)),
        row(revoke_award, voucher=VOUCHER, basis=ASKED, reason="Vroeg erom."),
    ),
)


def _answered(session: Session) -> None:
    _invited(session)
    hearing = session.scalars(select(Hearing)).one()
    record_view(session, hearing=hearing, way=ViewWay.SPOKEN, view="Het is zo.", on=NOW.date(), actor=ADVISOR, now=NOW)


ANSWERED = Scene(
    "a voucher about which the holder gave a view",
    _answered,
    (row(revoke_award, voucher=VOUCHER, basis=HEARD, reason="Gestopt."), row(drop_intent, hearing=the(Hearing))),
)


def _revoked(session: Session) -> None:
    voucher = _desk(session)
    decision = revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", actor=ADVISOR, now=NOW)
    question = session.scalars(select(DevelopmentQuestion)).one()
    words = {"received_on": NOW.date(), "grounds": "Ik ga verder.", "committee": False}
    objection = receive_objection(session, decision=decision, actor=asker(question), now=NOW, **words)  # type: ignore[arg-type]
    hold_hearing(session, objection=objection, on=NOW.date(), report="Gehoord.", actor=SECOND, now=NOW)


TAKEN_BY = nth(1, Decision)
"""The decision that revoked it; the first one awarded it."""
restoring = row(restore_award, voucher=VOUCHER, taken_by=TAKEN_BY, reason="Gegrond.", actor=JUDGES)
lowering = partial(row, lower_budget, line=LINE, reason="Weg.", actor=REGIONS, prepared_by=FIRST_OF_REGION)
TAKEN = Scene(
    "an objection to a voucher that was revoked",
    _revoked,
    (
        row(
            decide_objection,
            objection=OBJECTION,
            draft=ObjectionDraft(ObjectionOutcome.FOUNDED, "Gegrond."),
            actor=JUDGES,
        ),
        restoring,
        lowering(amount_cents=100_000),
    ),
)


def _waits(session: Session) -> None:
    _revoked(session)
    for line in funding_lines(session):
        left = available_cents(session, funding_line_ids=[line.id])[line.id]
        if left:
            lower_budget(session, line=line, amount_cents=left, reason="Weg.", actor=SYSTEM, now=NOW)
    decision = session.scalars(select(Decision).where(Decision.kind == DecisionKind.REVOKED)).one()
    voucher = session.scalars(select(Voucher)).one()
    restore_award(session, voucher=voucher, taken_by=decision, reason="Gegrond.", actor=SECOND, now=NOW)
    for line in funding_lines(session):
        raise_budget(session, line=line, amount_cents=50_000, reason="Terug.", actor=SYSTEM, now=NOW)


WAITS = Scene(
    "a voucher that comes back now that there is money",
    _waits,
    (row(give_back_restored, actor=PROGRAM), lowering(amount_cents=20_000)),
)
SCENES = (TO_HEAR, INVITED, ANSWERED, TAKEN, WAITS)
