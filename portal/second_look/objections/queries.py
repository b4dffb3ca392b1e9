"""Reads of objections, and the terms that hold for them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import NO_OBJECTION, ON_A_CLAIM, Decision, DecisionKind, DecisionMandate
from portal.awarding.decisions.queries import decisions_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker, may_see, of_case
from portal.paying.late_interest.queries import told_of_own_interest
from portal.paying.setting_off.queries import told_of_claim
from portal.paying.settlements.models import Settlement
from portal.paying.settling_again.queries import settling_again_by_decision
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent
from portal.platform.legal_calendar import days_within, stop_of_term, term_of_weeks
from portal.platform.reading_once import read_once
from portal.post.letters.queries import last_day_to_object, made_known_on
from portal.post.outages.queries import last_day_to_send
from portal.second_look.objections.models import FurtherDelay, Objection, ObjectionRepair, ObjectionState
from portal.second_look.penalties.queries import notice_of_decision, told_of_penalty, told_to
from portal.second_look.preparations.models import Preparation, PreparationKind
from portal.spending.vouchers.models import Voucher, VoucherChange

WEEKS, WEEKS_WITH_COMMITTEE, WEEKS_ADJOURNED = 6, 12, 6
"""Awb 7:10, first and third paragraph."""


REDUCES = {
    DecisionKind.REVOKED: ("revoked", "moved_ends", "ends"),
    DecisionKind.LOWERED: ("lowered",),
    DecisionKind.RESTORED: ("restored", "restored_waits"),
}
"""The messages that make known that a voucher is reduced, or comes back."""


def known_on(session: Session, *, decision: Decision) -> date | None:
    """The day on which a decision was made known (sent or posted); None while it was not."""
    kind, about = told_to(session, decision=decision)
    for template, version in told_in(session, decision=decision):
        day = made_known_on(session, question_id=about, template=template, version=version, object_kind=kind)
        if day is not None:
            return day
    return None


def told_in(session: Session, *, decision: Decision) -> list[tuple[str, int]]:
    """The messages that can make a decision known, each by its template and version.

    A settlement (also a new one after an objection), a supplementary award and what reduces an award are made known by a message
    of their own.
    """
    if decision.kind in ON_A_CLAIM:
        return told_of_claim(session, decision=decision)
    if decision.kind is DecisionKind.PENALTY:
        return told_of_penalty(session, decision=decision)
    if decision.kind is DecisionKind.OWN_INTEREST:
        return told_of_own_interest(session, decision=decision)
    if decision.kind in REDUCES:
        return [(f"reduction/{one}", decision.id) for one in REDUCES[decision.kind]]
    settled = settlement_of_decision(session, decision=decision)
    if settled is not None:
        return [(settled.template, settled.id)]
    if decision.kind is DecisionKind.TOPPED_UP:
        added = session.scalar(select(VoucherChange.id).where(VoucherChange.decision_id == decision.id))
        return [("voucher/topped_up", added or 0)]
    again = settling_again_by_decision(session, decision=decision)
    return [("settlement/again", again.id)] if again is not None else [(f"decision/{decision.kind.value}", decision.id)]


def settlement_of_decision(session: Session, *, decision: Decision) -> Settlement | None:
    """The settlement that this decision is; None for another decision."""
    if decision.kind not in (DecisionKind.SETTLED, DecisionKind.SETTLED_LESS):
        return None
    return session.scalar(select(Settlement).where(Settlement.decision_id == decision.id))


def voucher_raised_by(session: Session, *, decision: Decision) -> Voucher | None:
    """The voucher to which a supplementary award added; None for another decision."""
    rows = select(Voucher).join(VoucherChange, VoucherChange.voucher_id == Voucher.id)
    return session.scalar(rows.where(VoucherChange.decision_id == decision.id).limit(1))


def objection_behind(session: Session, *, decision: Decision) -> Objection | None:
    """The founded objection that a decision came of; None for another decision. Against it one appeals to the court (Awb 8:1)."""
    return session.scalar(select(Objection).where(Objection.new_decision_id == decision.id))


def last_day_against(session: Session, *, decision: Decision) -> date | None:
    """The last day to object to a decision: six weeks from the day after it was made known (Awb 3:41, 6:7, 6:8), and longer when
    the electronic way in was down at the end (2:21). None while it was never sent: no term runs."""
    known = known_on(session, decision=decision)
    return last_day_to_send(session, last_day=last_day_to_object(known)) if known is not None else None


def objectable(
    session: Session, *, question: DevelopmentQuestion, actor: Actor, of_another: bool = False
) -> list[Decision]:
    """The decisions on a question to which one can object, the newest first: not those that were objected to before, nor those
    that came of an objection.

    After a decision on an objection comes appeal to the court (Awb 7:1, 8:1). An objection of another interested person takes
    nothing from who asked. Empty when the actor may not see the question.
    """
    against = [one for one in objections_of(session, question=question, actor=actor) if one.withdrawn_at is None]
    own = [] if of_another else [one.decision_id for one in against if not one.of_another]
    known = {*own, *(one.new_decision_id for one in against)}
    found = [one for one in decisions_of(session, question=question, actor=actor) if one.kind not in NO_OBJECTION]
    asks = is_asker(question, actor)
    return [one for one in reversed(found) if one.id not in known and not (asks and about_another(session, one))]


def about_another(session: Session, decision: Decision) -> bool:
    """Whether a decision is about another who objected alone: a penalty that is owed to that person."""
    notice = notice_of_decision(session, decision=decision)
    return notice is not None and notice.of_another


def decide_objection_by(term_ended_on: date, *, committee: bool, adjourned: bool, stopped_days: int = 0) -> date:
    """The last day to decide on an objection: six weeks, or twelve with a committee, from the day after the objection term ended;
    six more when it was adjourned, and the days on which it stood still (Awb 7:10)."""
    weeks = WEEKS_WITH_COMMITTEE if committee else WEEKS
    return term_of_weeks(term_ended_on, weeks + (WEEKS_ADJOURNED if adjourned else 0), stopped_days=stopped_days)


def decide_by_of(session: Session, *, objection: Objection) -> date:
    """The last day to decide on an objection as it stands: with its stops, and the furthest day that was agreed on. A repair that
    still waits counts with its whole term.

    While the decision was never sent no term runs; then the desk holds itself to what would follow if it was sent on the day
    on which the objection came in.
    """
    ended = objection.term_ended_on or last_day_to_object(objection.received_on)
    repairs = repairs_of(session, objection=objection)
    stops = [stop_of_term(one.asked_on, one.repaired_on, one.answer_by, one.answer_by) for one in repairs]
    adjourned = objection.adjourned_at is not None
    found = decide_objection_by(
        ended, committee=objection.committee, adjourned=adjourned, stopped_days=days_within(stops)
    )
    return max([found, *(one.until for one in delays_of(session, objection=objection))])


def repairs_of(session: Session, *, objection: Objection) -> list[ObjectionRepair]:
    """What the objector was asked to repair, oldest first. The caller guards who may see the objection."""
    rows = select(ObjectionRepair).where(ObjectionRepair.objection_id == objection.id)
    return list(session.scalars(rows.order_by(ObjectionRepair.id)))


def repair_that_waits(session: Session, *, objection: Objection, today: date) -> ObjectionRepair | None:
    """The repair whose term still runs, with the days that an outage gives back; None when there is none."""
    for one in repairs_of(session, objection=objection):
        if one.repaired_on is None and today <= last_day_to_send(session, last_day=one.answer_by):
            return one
    return None


def may_go_without_answer(session: Session, objection: Objection, today: date) -> bool:
    """Whether the objector was asked to be heard, the day that was set has passed, and no answer came (Awb 7:3 d)."""
    by = objection.hear_answer_by
    return by is not None and objection.hear_wanted_on is None and today > last_day_to_send(session, last_day=by)


def delays_of(session: Session, *, objection: Objection) -> list[FurtherDelay]:
    """The further delays that were agreed on, oldest first. The caller guards who may see the objection."""
    rows = select(FurtherDelay).where(FurtherDelay.objection_id == objection.id)
    return list(session.scalars(rows.order_by(FurtherDelay.id)))


def objections_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Objection]:
    """The objections about a question, oldest first; who asked sees the own ones, who may not see the question none."""
    if not may_see(question, actor):
        return []
    rows = select(Objection).where(Objection.question_id == question.id)
    own = is_asker(question, actor)
    if own:
        rows = rows.where(Objection.third_name == "")
    rows = rows.order_by(Objection.id)
    return list(read_once(session, ("objections", question.id, own), lambda: list(session.scalars(rows))))


def objection_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Objection | None:
    """An objection; None when there is none or the actor may not see its question."""
    return of_case(session, Objection, public_id=public_id, actor=actor)


def objection_by_id(session: Session, *, objection_id: int) -> Objection | None:
    """The objection with this id. The caller guards who may see it."""
    return session.get(Objection, objection_id)


def open_objections(session: Session, *, limit: int = 200) -> list[Objection]:
    """Objections that wait for a decision, the one that is due first first."""
    rows = select(Objection).where(Objection.state == ObjectionState.OPEN)
    return list(session.scalars(rows.order_by(Objection.decide_by, Objection.id).limit(limit)))


def staff_on(session: Session, *, objection: Objection) -> list[str]:
    """Who of the desk worked on an objection, the first one first: from the log. Writing down that it came in is no work."""
    rows = select(AuditEvent.actor).where(
        AuditEvent.object_kind == "question",
        AuditEvent.object_id == str(objection.question_id),
        AuditEvent.action.startswith("objection."),
        AuditEvent.action != "objection.received",
        AuditEvent.actor.startswith("account:"),
        AuditEvent.at >= objection.recorded_at,
    )
    return list(session.scalars(rows.order_by(AuditEvent.id)))


def involved_in(session: Session, *, decision: Decision) -> frozenset[str]:
    """Who took part in a decision: who decided and who prepared. They do not decide on an objection against it (Awb 10:3)."""
    prepared = select(DecisionMandate.prepared_by).where(DecisionMandate.decision_id == decision.id)
    waiting = select(Preparation.prepared_by).where(
        Preparation.question_id == decision.question_id, Preparation.kind == PreparationKind.AWARDED
    )
    names = {decision.decided_by, *session.scalars(prepared), *session.scalars(waiting)}
    return frozenset(name for name in names if name is not None)


def decision_against(session: Session, *, objection: Objection) -> Decision:
    """The decision that an objection is against."""
    return session.get_one(Decision, objection.decision_id)


def decision_after(session: Session, *, objection: Objection) -> Decision | None:
    """The decision that came in the place of the one that was objected to; None when none did."""
    return session.get(Decision, objection.new_decision_id) if objection.new_decision_id is not None else None
