"""Acts on objections: against decisions on a mix, on a voucher and on a settlement, decided by who took no part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.restoring import give_back_restored
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.settlements.models import Settlement
from portal.paying.settling_again.models import SettlingAgain
from portal.second_look.objections.actions import (
    ABOUT_MIX,
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    hold_hearing,
    judge_lateness,
    plan_hearing,
    receive_objection,
    waive_hearing,
    withdraw_objection,
)
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState, WaiverReason
from portal.spending.vouchers.models import Voucher
from tests.factories import asker
from tests.reliability.walks.deciding import drafted
from tests.reliability.walks.walk import NothingToDo, Walk, act

OPEN = select(Objection).where(Objection.state == ObjectionState.OPEN).order_by(Objection.id)
UNHEARD = OPEN.where(Objection.heard_on.is_(None), Objection.waiver.is_(None))
READY = (Objection.heard_on.is_not(None)) | (Objection.waiver.is_not(None))


def by_another(walk: Walk, objection: Objection) -> None:
    """Mostly by who took no part in the decision."""
    walk.not_by(walk.session.get_one(Decision, objection.decision_id).decided_by)


def objects(walk: Walk, decision: Decision) -> None:
    question = walk.session.get_one(DevelopmentQuestion, decision.question_id)
    receive_objection(
        walk.session,
        decision=decision,
        received_on=walk.today,
        grounds="Ik ben het er niet mee eens.",
        committee=walk.happens(0.3),
        actor=asker(question) if walk.happens(0.5) else walk.advisor,
        now=walk.now,
    )


@act(1.5)
def somebody_objects(walk: Walk) -> None:
    against = select(Objection.decision_id)
    rows = select(Decision).where(Decision.id.not_in(against), Decision.kind != DecisionKind.REFERRED)
    objects(walk, walk.pick(rows.order_by(Decision.id)))


@act(5)
def somebody_objects_to_a_settlement(walk: Walk) -> None:
    """To one that was lower, and was not objected to before."""
    against, replaced = select(Objection.decision_id), select(SettlingAgain.settlement_id)
    lower = select(Settlement.decision_id).where(
        Settlement.settled_cents < Settlement.redeemed_cents, Settlement.id.not_in(replaced)
    )
    rows = select(Decision).where(Decision.id.in_(lower), Decision.id.not_in(against)).order_by(Decision.id)
    objects(walk, walk.pick(rows))


@act(4)
def lateness_is_judged(walk: Walk) -> None:
    late = walk.pick(OPEN.where(Objection.late, Objection.lateness_excused.is_(None)))
    judge_lateness(walk.session, objection=late, excused=walk.happens(0.6), reason="Ziek.", **walk.by)


@act(0.4)
def an_objection_is_adjourned(walk: Walk) -> None:
    adjourn_objection(walk.session, objection=walk.pick(OPEN), reason="Druk.", **walk.by)


@act(0.5)
def a_hearing_is_planned(walk: Walk) -> None:
    at = walk.now + timedelta(days=3)
    plan_hearing(walk.session, objection=walk.pick(UNHEARD), at=at, place="Loket", **walk.by)


@act(5)
def an_objector_is_heard(walk: Walk) -> None:
    objection = walk.pick(UNHEARD)
    by_another(walk, objection)
    hold_hearing(walk.session, objection=objection, on=walk.today, report="Gehoord.", **walk.by)


@act(1)
def hearing_is_left_out(walk: Walk) -> None:
    reason = walk.chance.choice((WaiverReason.NOT_WANTED, WaiverReason.FULLY_MET, WaiverReason.UNFOUNDED))
    waive_hearing(walk.session, objection=walk.pick(UNHEARD), reason=reason, **walk.by)


@act(0.4)
def an_objection_is_withdrawn(walk: Walk) -> None:
    withdraw_objection(walk.session, objection=walk.pick(OPEN), **walk.by)


@act(0.8)
def an_objection_is_unfounded(walk: Walk) -> None:
    objection = walk.pick(OPEN.where(READY))
    by_another(walk, objection)
    late = objection.late and not objection.lateness_excused
    outcome = ObjectionOutcome.INADMISSIBLE if late else ObjectionOutcome.UNFOUNDED
    decide_objection(walk.session, objection=objection, draft=ObjectionDraft(outcome, "Klopt."), **walk.by)


def against(walk: Walk, *kinds: DecisionKind) -> tuple[Any, Any]:
    rows = select(Objection, Decision).join(Decision, Decision.id == Objection.decision_id)
    rows = rows.where(Objection.state == ObjectionState.OPEN, READY, Decision.kind.in_(kinds)).order_by(Objection.id)
    if kinds == ABOUT_MIX and walk.happens(0.5):  # of what was used only the rest is replaced
        rows = rows.where(Decision.question_id.not_in(select(Voucher.question_id).where(Voucher.redeemed_cents > 0)))
    found = walk.session.execute(rows).all()
    one = walk.one_of(list(found))
    return one[0], one[1]


@act(3)
def an_objection_gives_a_new_mix(walk: Walk) -> None:
    objection, decision = against(walk, *ABOUT_MIX)
    by_another(walk, objection)
    question = walk.session.get_one(DevelopmentQuestion, decision.question_id)
    propose_again(walk.session, question=question, **walk.by)
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "Gegrond.", drafted(walk, question))
    decide_objection(walk.session, objection=objection, draft=draft, **walk.by)


@act(4)
def an_objection_gives_a_voucher_back(walk: Walk) -> None:
    objection, _decision = against(walk, DecisionKind.REVOKED, DecisionKind.LOWERED)
    by_another(walk, objection)
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "Gegrond.")
    decide_objection(walk.session, objection=objection, draft=draft, **walk.by)


@act(1)
def money_comes_for_a_voucher(walk: Walk) -> None:
    if not give_back_restored(walk.session, now=walk.now):
        raise NothingToDo


@act(9)
def an_objection_gives_a_new_settlement(walk: Walk) -> None:
    objection, decision = against(walk, DecisionKind.SETTLED)
    settlement = walk.session.scalar(select(Settlement).where(Settlement.decision_id == decision.id))
    if settlement is None or settlement.settled_cents == settlement.redeemed_cents:
        raise NothingToDo
    by_another(walk, objection)
    cents = walk.cents(settlement.redeemed_cents, settlement.settled_cents + 1)
    draft = ObjectionDraft(ObjectionOutcome.FOUNDED, "Gegrond.", amount_cents=cents)
    decide_objection(walk.session, objection=objection, draft=draft, **walk.by)
