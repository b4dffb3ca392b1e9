"""Acts on objections: receive, excuse lateness, adjourn, plan and hold a hearing or leave it out, decide, withdraw."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import NO_OBJECTION, Decision
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import is_asker
from portal.framework.mandates.actions import require_mandate
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.numbers.actions import next_number
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState, WaiverReason
from portal.second_look.objections.queries import (
    decide_objection_by,
    involved_in,
    last_day_against,
)
from portal.second_look.objections.remedies import ABOUT_MIX, ObjectionDraft, remedy_of

__all__ = [
    "ABOUT_MIX",
    "ObjectionDraft",
    "adjourn_objection",
    "decide_objection",
    "hold_hearing",
    "judge_lateness",
    "plan_hearing",
    "receive_objection",
    "waive_hearing",
    "withdraw_objection",
]


def receive_objection(
    session: Session,
    *,
    decision: Decision,
    received_on: date,
    grounds: str,
    committee: bool,
    actor: Actor,
    now: datetime,
) -> Objection:
    """Record an objection and confirm it (Awb 6:14), for the desk or for who asked. Its terms follow from the day on which the
    decision was made known. One can object to a settlement as to any other decision.

    An objection before that day is in time (6:10). Raises ``Refusal`` at the field that is wrong, ``Conflict`` when one is open.
    """
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    if not is_asker(question, actor):
        advisor_only(actor)
    if decision.kind in NO_OBJECTION:
        raise Refusal("no_decision", _l("Hiertegen kan hier geen bezwaar worden gemaakt."))
    if not grounds.strip():
        raise Refusal("grounds_missing", _l("Schrijf op waarom de persoon het er niet mee eens is."), field="grounds")
    if received_on > local_date(now) or received_on < local_date(decision.decided_at):
        message = _l("Kies een dag tussen het besluit en vandaag.")
        raise Refusal("day_out_of_range", message, field="received_on")
    # Who writes down the same objection at the same moment waits here, and then sees this one.
    session.execute(select(Decision.id).where(Decision.id == decision.id).with_for_update())
    rows = select(Objection.id).where(Objection.decision_id == decision.id, Objection.state == ObjectionState.OPEN)
    if session.scalar(rows) is not None:
        raise Conflict("objection_open", _l("Er loopt al een bezwaar tegen dit besluit."))
    ended = last_day_against(session, decision=decision)
    year = local_date(now).year
    objection = Objection(
        number=f"BZ-{year}-{next_number(session, series='objection', year=year):04d}",
        question_id=decision.question_id,
        decision_id=decision.id,
        state=ObjectionState.OPEN,
        received_on=received_on,
        grounds=grounds.strip(),
        term_ended_on=ended,
        late=received_on > ended,
        committee=committee,
        recorded_at=now,
        recorded_by=actor.reference,
        decide_by=decide_objection_by(ended, committee=committee, adjourned=False),
    )
    session.add(objection)
    session.flush()
    _tell(session, objection, "objection/received", now)
    _record(session, objection, "received", actor, now)
    return objection


def judge_lateness(
    session: Session, *, objection: Objection, excused: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Say whether a late objection has a good reason (Awb 6:11). Without one it is inadmissible."""
    _open(session, objection, actor)
    if not objection.late:
        raise Conflict("not_late", _l("Dit bezwaar kwam op tijd."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom het bezwaar te laat kwam."), field="reason")
    objection.lateness_excused, objection.lateness_reason = excused, reason.strip()
    session.flush()
    _record(session, objection, "lateness_judged", actor, now)


def adjourn_objection(session: Session, *, objection: Objection, reason: str, actor: Actor, now: datetime) -> None:
    """Put the decision off for six weeks, once and before the term has passed; the objector is told (Awb 7:10)."""
    _open(session, objection, actor)
    if objection.adjourned_at is not None:
        raise Conflict("adjourned_before", _l("Dit bezwaar is al een keer verdaagd."))
    if local_date(now) > objection.decide_by:
        raise Conflict("term_passed", _l("De termijn is al voorbij. Verdagen kan niet meer."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u meer tijd nodig hebt."), field="reason")
    objection.adjourned_at, objection.adjourned_by, objection.adjourn_reason = now, actor.reference, reason.strip()
    objection.decide_by = decide_objection_by(objection.term_ended_on, committee=objection.committee, adjourned=True)
    session.flush()
    _tell(session, objection, "objection/adjourned", now)
    _record(session, objection, "adjourned", actor, now)


def plan_hearing(
    session: Session, *, objection: Objection, at: datetime, place: str, actor: Actor, now: datetime
) -> None:
    """Invite the objector to be heard (Awb 7:2). Planning again moves the hearing."""
    _open(session, objection, actor)
    if not place.strip():
        raise Refusal("place_missing", _l("Vul in waar de hoorzitting is."), field="place")
    if at <= now:
        raise Refusal("hearing_in_past", _l("Kies een moment in de toekomst."), field="day")
    if objection.heard_on is not None:
        raise Conflict("heard_before", _l("De hoorzitting is al geweest."))
    objection.hearing_on, objection.hearing_place = at, place.strip()
    objection.waiver = objection.waived_at = objection.waived_by = None
    session.flush()
    _tell(session, objection, "objection/hearing_planned", now, version=int(at.timestamp()) // 60)
    _record(session, objection, "hearing_planned", actor, now)


def hold_hearing(session: Session, *, objection: Objection, on: date, report: str, actor: Actor, now: datetime) -> None:
    """Record that the objector was heard, with the report (Awb 7:7). Who took part in the decision does not hear alone (7:5)."""
    _open(session, objection, actor)
    _not_involved(session, objection, actor)
    if not report.strip():
        raise Refusal("report_missing", _l("Schrijf het verslag van de hoorzitting."), field="report")
    if not objection.received_on <= on <= local_date(now):
        raise Refusal("day_out_of_range", _l("Kies een dag tussen het bezwaar en vandaag."), field="heard_on")
    objection.heard_on, objection.hearing_report = on, report.strip()
    objection.waiver = objection.waived_at = objection.waived_by = None
    session.flush()
    _record(session, objection, "heard", actor, now)


def waive_hearing(session: Session, *, objection: Objection, reason: WaiverReason, actor: Actor, now: datetime) -> None:
    """Leave the hearing out, for one of the reasons that the law gives (Awb 7:3)."""
    _open(session, objection, actor)
    if objection.heard_on is not None:
        raise Conflict("heard_before", _l("De hoorzitting is al geweest."))
    objection.waiver, objection.waived_at, objection.waived_by = reason, now, actor.reference
    session.flush()
    _record(session, objection, "hearing_waived", actor, now)


def decide_objection(
    session: Session, *, objection: Objection, draft: ObjectionDraft, actor: Actor, now: datetime
) -> Objection:
    """Decide on an objection, by somebody with mandate who took no part in the decision. Founded: the new decision comes with it.

    A reversal is a decision like any other: mix checked, money guarded, vouchers and letter, in this one act or not at all.
    Against a settlement the new decision settles again; who gets a part of it gets a founded objection too.
    """
    _open(session, objection, actor)
    _not_involved(session, objection, actor)
    _may_be_decided(objection, draft.outcome, draft.rationale)
    decision = session.get_one(Decision, objection.decision_id)
    for one in decision.outcomes:
        require_mandate(session, actor=actor, body=one.deciding_body_nl, scheme=one.scheme, cents=0, on=local_date(now))
    replaced_id = remedy_of(session, objection=objection, draft=draft, actor=actor, now=now)
    _close(
        session,
        objection,
        ObjectionState.DECIDED,
        outcome=draft.outcome,
        rationale=draft.rationale.strip(),
        decided_at=now,
        decided_by=actor.reference,
        decided_by_name=actor.signature,
        new_decision_id=replaced_id,
    )
    _tell(session, objection, "objection/decided", now)
    _record(session, objection, f"decided_{draft.outcome.value}", actor, now)
    return objection


def withdraw_objection(session: Session, *, objection: Objection, actor: Actor, now: datetime) -> None:
    """The objector takes the objection back (Awb 6:21); the decision stands."""
    _open(session, objection, actor)
    _close(session, objection, ObjectionState.WITHDRAWN, withdrawn_at=now, withdrawn_by=actor.reference)
    _tell(session, objection, "objection/withdrawn", now)
    _record(session, objection, "withdrawn", actor, now)


def _may_be_decided(objection: Objection, outcome: ObjectionOutcome, rationale: str) -> None:
    if not rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    if objection.late and objection.lateness_excused is None:
        raise Refusal("lateness_open", _l("Het bezwaar kwam te laat. Beoordeel eerst of daar een goede reden voor is."))
    if objection.heard_on is None and objection.waiver is None:
        raise Refusal("not_heard", _l("Hoor eerst de persoon, of leg vast waarom dat niet hoeft."))
    if not objection.admissible and outcome is not ObjectionOutcome.INADMISSIBLE:
        raise Refusal("inadmissible", _l("Dit bezwaar kwam te laat, zonder goede reden."), field="outcome")
    waived = {
        WaiverReason.INADMISSIBLE: ObjectionOutcome.INADMISSIBLE,
        WaiverReason.UNFOUNDED: ObjectionOutcome.UNFOUNDED,
        WaiverReason.FULLY_MET: ObjectionOutcome.FOUNDED,
    }
    if objection.waiver in waived and waived[objection.waiver] is not outcome:
        message = _l("Er is niet gehoord om een reden die niet bij deze uitkomst past. Hoor de persoon eerst.")
        raise Refusal("waiver_does_not_fit", message, field="outcome")


def _not_involved(session: Session, objection: Objection, actor: Actor) -> None:
    decision = session.get_one(Decision, objection.decision_id)
    if actor.account_id is None or actor.reference in involved_in(session, decision=decision):
        raise Refusal("involved", _l("U was betrokken bij het besluit. Een collega behandelt dit bezwaar."))


def _open(session: Session, objection: Objection, actor: Actor) -> None:
    """Lock an objection and read it anew: of two people at once the second waits, and sees what the first did."""
    advisor_only(actor)
    hold(session, objection, Objection.state == ObjectionState.OPEN, otherwise=_closed())


def _close(session: Session, objection: Objection, to: ObjectionState, **values: object) -> None:
    """Close an objection, guarded in the write: of two people at once only one gets through."""
    still_open = Objection.state == ObjectionState.OPEN
    write_guarded(session, objection, still_open, otherwise=_closed(), state=to, **values)


def _closed() -> Conflict:
    return Conflict("objection_closed", _l("Dit bezwaar is al afgehandeld."))


def _tell(session: Session, objection: Objection, template: str, now: datetime, version: int | None = None) -> None:
    question = session.get_one(DevelopmentQuestion, objection.question_id)
    tell_asker(
        session,
        question=question,
        template=template,
        now=now,
        version=version or objection.id,
        in_writing=True,
        details={"objection": objection.id},
    )


def _record(session: Session, objection: Objection, act: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        action=f"objection.{act}",
        object_kind="question",
        object_id=objection.question_id,
        now=now,
    )
