"""Acts on objections: receive, excuse lateness, adjourn, plan and hold a hearing or leave it out, decide, withdraw."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.framework.mandates.actions import require_mandate
from portal.people.actor import Actor
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import format_date
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.objections.models import Objection, ObjectionOutcome, ObjectionState, WaiverReason
from portal.second_look.objections.queries import (
    decide_by_of,
    involved_in,
    may_go_without_answer,
    repair_that_waits,
    repairs_of,
)
from portal.second_look.objections.receiving import Received, take_in_objection
from portal.second_look.objections.remedies import ABOUT_MIX, ObjectionDraft, remedy_of
from portal.second_look.objections.steps import closed, hold_objection, record_step, tell_objector

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
    """Record an objection of who asked that did not come by post, as `take_in_objection` does."""
    received = Received(received_on, grounds, committee)
    return take_in_objection(session, decision=decision, received=received, actor=actor, now=now)


def judge_lateness(
    session: Session, *, objection: Objection, excused: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Say whether a late objection has a good reason (Awb 6:11). Without one it is inadmissible."""
    hold_objection(session, objection, actor)
    if not objection.late:
        raise Conflict("not_late", _l("Dit bezwaar kwam op tijd."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom het bezwaar te laat kwam."), field="reason")
    objection.lateness_excused, objection.lateness_reason = excused, reason.strip()
    session.flush()
    record_step(session, objection, "lateness_judged", actor, now)


def adjourn_objection(session: Session, *, objection: Objection, reason: str, actor: Actor, now: datetime) -> None:
    """Put the decision off for six weeks, once and before the term has passed; the objector is told (Awb 7:10)."""
    hold_objection(session, objection, actor)
    if objection.adjourned_at is not None:
        raise Conflict("adjourned_before", _l("Dit bezwaar is al een keer verdaagd."))
    if local_date(now) > objection.decide_by:
        raise Conflict("term_passed", _l("De termijn is al voorbij. Verdagen kan niet meer."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u meer tijd nodig hebt."), field="reason")
    objection.adjourned_at, objection.adjourned_by, objection.adjourn_reason = now, actor.reference, reason.strip()
    objection.decide_by = decide_by_of(session, objection=objection)
    session.flush()
    tell_objector(session, objection, "objection/adjourned", now)
    record_step(session, objection, "adjourned", actor, now)


def plan_hearing(
    session: Session, *, objection: Objection, at: datetime, place: str, actor: Actor, now: datetime
) -> None:
    """Invite the objector to be heard (Awb 7:2). Planning again moves the hearing."""
    hold_objection(session, objection, actor)
    if not place.strip():
        raise Refusal("place_missing", _l("Vul in waar de hoorzitting is."), field="place")
    if at <= now:
        raise Refusal("hearing_in_past", _l("Kies een moment in de toekomst."), field="day")
    if objection.heard_on is not None:
        raise Conflict("heard_before", _l("De hoorzitting is al geweest."))
    objection.hearing_on, objection.hearing_place = at, place.strip()
    objection.waiver = objection.waived_at = objection.waived_by = None
    session.flush()
    tell_objector(session, objection, "objection/hearing_planned", now, version=int(at.timestamp()) // 60)
    record_step(session, objection, "hearing_planned", actor, now)


def hold_hearing(session: Session, *, objection: Objection, on: date, report: str, actor: Actor, now: datetime) -> None:
    """Record that the objector was heard, with the report (Awb 7:7). Who took part in the decision does not hear alone (7:5)."""
    hold_objection(session, objection, actor)
    _not_involved(session, objection, actor)
    if not report.strip():
        raise Refusal("report_missing", _l("Schrijf het verslag van de hoorzitting."), field="report")
    if not objection.received_on <= on <= local_date(now):
        raise Refusal("day_out_of_range", _l("Kies een dag tussen het bezwaar en vandaag."), field="heard_on")
    objection.heard_on, objection.hearing_report = on, report.strip()
    objection.waiver = objection.waived_at = objection.waived_by = None
    session.flush()
    record_step(session, objection, "heard", actor, now)


def waive_hearing(session: Session, *, objection: Objection, reason: WaiverReason, actor: Actor, now: datetime) -> None:
    """Leave the hearing out, for one of the reasons that the law gives (Awb 7:3, text per 2026-01-01). No answer is a reason only
    when the objector was asked, and the day that was set has passed (d)."""
    hold_objection(session, objection, actor)
    if objection.heard_on is not None:
        raise Conflict("heard_before", _l("De hoorzitting is al geweest."))
    if reason is WaiverReason.NO_ANSWER and not may_go_without_answer(session, objection, local_date(now)):
        message = _l("Vraag eerst of de persoon gehoord wil worden, en wacht tot de dag van het antwoord voorbij is.")
        raise Refusal("not_asked_to_be_heard", message, field="reason")
    if reason is WaiverReason.FULLY_MET and objection.of_another:
        message = _l("Wie de aanvraag deed, kan hierdoor worden geraakt. Hoor beiden.")
        raise Refusal("others_harmed", message, field="reason")
    objection.waiver, objection.waived_at, objection.waived_by = reason, now, actor.reference
    session.flush()
    record_step(session, objection, "hearing_waived", actor, now)


def decide_objection(
    session: Session, *, objection: Objection, draft: ObjectionDraft, actor: Actor, now: datetime
) -> Objection:
    """Decide on an objection, by somebody with mandate who took no part in the decision. Founded: the new decision comes with it.

    A reversal is a decision like any other: mix checked, money guarded, vouchers and letter, in this one act or not at all.
    Against a settlement the new decision settles again; who gets a part of it gets a founded objection too.
    """
    hold_objection(session, objection, actor)
    _not_involved(session, objection, actor)
    _may_be_decided(session, objection, draft, local_date(now))
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
    tell_objector(session, objection, "objection/decided", now)
    record_step(session, objection, f"decided_{draft.outcome.value}", actor, now)
    return objection


def withdraw_objection(session: Session, *, objection: Objection, actor: Actor, now: datetime) -> None:
    """The objector takes the objection back (Awb 6:21); the decision stands."""
    hold_objection(session, objection, actor)
    _close(session, objection, ObjectionState.WITHDRAWN, withdrawn_at=now, withdrawn_by=actor.reference)
    tell_objector(session, objection, "objection/withdrawn", now)
    record_step(session, objection, "withdrawn", actor, now)


def _may_be_decided(session: Session, objection: Objection, draft: ObjectionDraft, today: date) -> None:
    outcome = draft.outcome
    if not draft.rationale.strip():
        raise Refusal("rationale_missing", _l("Schrijf op waarom u dit besluit neemt."), field="rationale")
    if objection.late and objection.lateness_excused is None:
        raise Refusal("lateness_open", _l("Het bezwaar kwam te laat. Beoordeel eerst of daar een goede reden voor is."))
    if objection.of_another and objection.interested is None:
        raise Refusal("interest_open", _l("Beoordeel eerst of deze persoon belang heeft bij het besluit."))
    _require_complete(session, objection, outcome, today)
    if objection.heard_on is None and objection.waiver is None:
        raise Refusal("not_heard", _l("Hoor eerst de persoon, of leg vast waarom dat niet hoeft."))
    if not objection.admissible and outcome is not ObjectionOutcome.INADMISSIBLE:
        without = _l("Deze persoon heeft geen belang bij het besluit. Het bezwaar is niet-ontvankelijk.")
        late = _l("Dit bezwaar kwam te laat, zonder goede reden.")
        raise Refusal("inadmissible", without if objection.interested is False else late, field="outcome")
    waived = {
        WaiverReason.INADMISSIBLE: ObjectionOutcome.INADMISSIBLE,
        WaiverReason.UNFOUNDED: ObjectionOutcome.UNFOUNDED,
        WaiverReason.FULLY_MET: ObjectionOutcome.FOUNDED,
    }
    if objection.waiver in waived and waived[objection.waiver] is not outcome:
        message = _l("Er is niet gehoord om een reden die niet bij deze uitkomst past. Hoor de persoon eerst.")
        raise Refusal("waiver_does_not_fit", message, field="outcome")


def _require_complete(session: Session, objection: Objection, outcome: ObjectionOutcome, today: date) -> None:
    """Without grounds only after a term to repair that, and then as inadmissible (Awb 6:6)."""
    waiting = repair_that_waits(session, objection=objection, today=today)
    if waiting is not None:
        message = _l("De persoon kan het bezwaar nog aanvullen tot en met %(day)s.", day=format_date(waiting.answer_by))
        raise Refusal("repair_waits", message)
    if objection.grounds:
        return
    if not repairs_of(session, objection=objection):
        raise Refusal("grounds_missing", _l("Het bezwaar heeft geen redenen. Vraag daar eerst om."))
    if outcome is not ObjectionOutcome.INADMISSIBLE:
        message = _l("Het bezwaar heeft geen redenen, ook niet nadat u daarom vroeg. Het is niet-ontvankelijk.")
        raise Refusal("grounds_missing", message, field="outcome")


def _not_involved(session: Session, objection: Objection, actor: Actor) -> None:
    decision = session.get_one(Decision, objection.decision_id)
    own = Refusal("involved", _l("U was betrokken bij het besluit. Een collega behandelt dit bezwaar."))
    if actor.account_id is None:
        raise own
    require_none_of(actor, earlier=involved_in(session, decision=decision), own=own)


def _close(session: Session, objection: Objection, to: ObjectionState, **values: object) -> None:
    """Close an objection, guarded in the write: of two people at once only one gets through."""
    still_open = Objection.state == ObjectionState.OPEN
    write_guarded(session, objection, still_open, otherwise=closed(), state=to, **values)
