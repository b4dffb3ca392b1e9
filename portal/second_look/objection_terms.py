"""Acts that touch the terms of an objection: a repair, further delay, who wants to be heard, and who has an interest.

Sources: Awb 1:2, 6:6, 7:3 and 7:10, text per 2026-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.objections.models import DelayBasis, FurtherDelay, Objection, ObjectionRepair
from portal.second_look.objections.queries import decide_by_of, repair_that_waits, repairs_of
from portal.second_look.objections.steps import hold_objection, hold_own_objection, record_step, tell_objector

SHORTEST, LONGEST = timedelta(days=7), timedelta(days=56)
"""What is a reasonable term to repair something or to answer."""
FURTHEST = timedelta(days=366)
"""So far ahead may a delay be agreed on at once."""


@dataclass(frozen=True)
class Delay:
    """A further delay: until when, on which ground of the law, who agreed and how, and why."""

    until: date
    basis: DelayBasis
    agreed_by: str
    reason: str


def ask_repair(
    session: Session, *, objection: Objection, missing: str, answer_by: date, actor: Actor, now: datetime
) -> ObjectionRepair:
    """Ask the objector, in writing, to repair a default within a term (Awb 6:6), mostly to say why. The decision term stands
    still from the day after until it is repaired or the term has passed (7:10, second paragraph).

    May be done again when the term has passed. Raises ``Conflict`` while one waits, ``Refusal`` at the field that is wrong.
    """
    hold_objection(session, objection, actor)
    today = local_date(now)
    if repair_that_waits(session, objection=objection, today=today) is not None:
        raise Conflict("repair_waits", _l("Er loopt al een termijn om het bezwaar aan te vullen."))
    if not missing.strip():
        raise Refusal("missing_missing", _l("Schrijf op wat er ontbreekt."), field="missing")
    _require_term(answer_by, today)
    repair = ObjectionRepair(
        objection_id=objection.id,
        missing=missing.strip(),
        asked_on=today,
        answer_by=answer_by,
        recorded_at=now,
        recorded_by=actor.reference,
    )
    session.add(repair)
    session.flush()
    _reckon(session, objection)
    tell_objector(session, objection, "objection/repair_asked", now, version=repair.id)
    record_step(session, objection, "repair_asked", actor, now)
    return repair


def note_repair(session: Session, *, objection: Objection, grounds: str, on: date, actor: Actor, now: datetime) -> None:
    """Record that the objector repaired what was asked for, with the grounds, on a day: by the desk, or by who objects.

    It counts also when it comes late, as long as nothing was decided. Raises ``Conflict`` when nothing was asked for.
    """
    hold_own_objection(session, objection, actor)
    still = ObjectionRepair.repaired_on.is_(None)
    waiting = [one for one in repairs_of(session, objection=objection) if hold(session, one, still)]
    if not waiting:
        raise Conflict("nothing_asked", _l("Er is niet gevraagd om dit bezwaar aan te vullen."))
    if not grounds.strip():
        raise Refusal("grounds_missing", _l("Schrijf op waarom de persoon het er niet mee eens is."), field="grounds")
    if not waiting[-1].asked_on <= on <= local_date(now):
        raise Refusal("day_out_of_range", _l("Kies een dag tussen de vraag en vandaag."), field="repaired_on")
    objection.grounds = "\n\n".join(text for text in (objection.grounds, grounds.strip()) if text)
    for one in waiting:
        one.repaired_on = max(on, one.asked_on)
    session.flush()
    _reckon(session, objection)
    record_step(session, objection, "repaired", actor, now)


def agree_on_delay(
    session: Session, *, objection: Objection, delay: Delay, actor: Actor, now: datetime
) -> FurtherDelay:
    """Delay the decision further, with consent or because rules of procedure ask for it (Awb 7:10, fourth paragraph); the
    objector is told in writing (fifth paragraph). May be done several times, each time to a later day."""
    hold_objection(session, objection, actor)
    if not delay.agreed_by.strip():
        raise Refusal("agreed_by_missing", _l("Schrijf op wie akkoord ging, en hoe."), field="agreed_by")
    if not delay.reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u meer tijd nodig hebt."), field="reason")
    latest = max(objection.decide_by, local_date(now))
    if not latest < delay.until <= latest + FURTHEST:
        message = _l("Kies een dag na de dag waarop u nu uiterlijk besluit, en binnen een jaar.")
        raise Refusal("day_out_of_range", message, field="until")
    if delay.basis is DelayBasis.OBJECTOR_AGREES and objection.of_another:
        message = _l("Wie de aanvraag deed, kan hierdoor worden geraakt. Allen moeten akkoord gaan.")
        raise Refusal("others_harmed", message, field="basis")
    made = FurtherDelay(
        objection_id=objection.id,
        basis=delay.basis,
        until=delay.until,
        agreed_by=delay.agreed_by.strip(),
        reason=delay.reason.strip(),
        recorded_at=now,
        recorded_by=actor.reference,
    )
    session.add(made)
    session.flush()
    _reckon(session, objection)
    tell_objector(session, objection, "objection/delayed", now, version=made.id)
    record_step(session, objection, "delayed", actor, now)
    return made


def ask_to_be_heard(session: Session, *, objection: Objection, answer_by: date, actor: Actor, now: datetime) -> None:
    """Ask the objector whether to be heard, with a reasonable term to say so (Awb 7:3 d). Asking again sets another day."""
    hold_objection(session, objection, actor)
    if objection.heard_on is not None:
        raise Conflict("heard_before", _l("De hoorzitting is al geweest."))
    if objection.hear_wanted_on is not None:
        raise Conflict("wants_to_be_heard", _l("De persoon wil gehoord worden. Plan de hoorzitting."))
    _require_term(answer_by, local_date(now))
    objection.hear_asked_at, objection.hear_asked_by, objection.hear_answer_by = now, actor.reference, answer_by
    session.flush()
    tell_objector(session, objection, "objection/hearing_asked", now, version=int(now.timestamp()))
    record_step(session, objection, "hearing_asked", actor, now)


def note_wish_to_be_heard(session: Session, *, objection: Objection, on: date, actor: Actor, now: datetime) -> None:
    """Record that the objector wants to be heard, said on a day, to the desk or on the own page. It ends leaving the hearing out
    for want of an answer."""
    hold_own_objection(session, objection, actor)
    if objection.hear_asked_at is None:
        raise Conflict("nothing_asked", _l("Er is niet gevraagd of de persoon gehoord wil worden."))
    if not local_date(objection.hear_asked_at) <= on <= local_date(now):
        raise Refusal("day_out_of_range", _l("Kies een dag tussen de vraag en vandaag."), field="wanted_on")
    if objection.waiver is not None and objection.waiver.value == "no_answer":
        objection.waiver = objection.waived_at = objection.waived_by = None
    objection.hear_wanted_on = objection.hear_wanted_on or on
    session.flush()
    record_step(session, objection, "wants_to_be_heard", actor, now)


def judge_interest(
    session: Session, *, objection: Objection, interested: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Say whether another who objects has an own interest that the decision touches directly (Awb 1:2, 7:1). Without one the
    objection is inadmissible."""
    hold_objection(session, objection, actor)
    if not objection.of_another:
        raise Conflict("is_asker", _l("Dit bezwaar is van de aanvrager zelf."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    objection.interested, objection.interest_reason = interested, reason.strip()
    objection.interest_judged_at, objection.interest_judged_by = now, actor.reference
    session.flush()
    record_step(session, objection, "interest_judged", actor, now)


def _require_term(answer_by: date, today: date) -> None:
    if not today + SHORTEST <= answer_by <= today + LONGEST:
        raise Refusal(
            "term_unreasonable", _l("Kies een dag over minstens een week en hoogstens acht weken."), field="answer_by"
        )


def _reckon(session: Session, objection: Objection) -> None:
    objection.decide_by = decide_by_of(session, objection=objection)
    session.flush()
