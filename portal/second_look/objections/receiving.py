"""Receiving an objection: of who asked or of another interested person, by post or not, with or without grounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import NO_OBJECTION, Decision
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import filed_on
from portal.platform.numbers.actions import next_number
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.objections.queries import decide_by_of, last_day_against
from portal.second_look.objections.steps import record_step, tell_objector


@dataclass(frozen=True)
class AnotherPerson:
    """Who objects when that is not who asked: somebody with an own interest that the decision touches directly (Awb 1:2)."""

    name: str
    interest: str
    street: str
    """With the number."""
    postcode: str
    city: str


@dataclass(frozen=True)
class Received:
    """What came in: the day, the day of the postmark when it came by post, and why. The grounds may come later (Awb 6:5, 6:6)."""

    on: date
    grounds: str
    committee: bool = False
    posted_on: date | None = None
    by: AnotherPerson | None = None


def take_in_objection(
    session: Session, *, decision: Decision, received: Received, actor: Actor, now: datetime
) -> Objection:
    """Record an objection and confirm it (Awb 6:14), for the desk or for who asked. Its terms follow from the day on which the
    decision was made known. One can object to a settlement as to any other decision.

    What was posted in time and came within a week after the term is in time (6:9), and so is an objection before the term began
    (6:10). Of another interested person, whom the desk records, who asked is told. Raises ``Refusal`` at the field that is wrong,
    ``Conflict`` when one of the same person is open.
    """
    question = session.get_one(DevelopmentQuestion, decision.question_id)
    if not is_asker(question, actor) or received.by is not None:
        advisor_only(actor)
    if decision.kind in NO_OBJECTION:
        raise Refusal("no_decision", _l("Hiertegen kan hier geen bezwaar worden gemaakt."))
    _require_days(received, decision, now)
    another = _require_person(received.by)
    # Who writes down the same objection at the same moment waits here, and then sees this one.
    session.execute(select(Decision.id).where(Decision.id == decision.id).with_for_update())
    mine = Objection.third_name == another.get("third_name", "")
    rows = select(Objection.id).where(
        Objection.decision_id == decision.id, Objection.state == ObjectionState.OPEN, mine
    )
    if session.scalar(rows) is not None:
        raise Conflict("objection_open", _l("Er loopt al een bezwaar tegen dit besluit."))
    ended = last_day_against(session, decision=decision)
    counts_on = filed_on(received.on, received.posted_on, ended)
    year = local_date(now).year
    objection = Objection(
        number=f"BZ-{year}-{next_number(session, series='objection', year=year):04d}",
        question_id=decision.question_id,
        decision_id=decision.id,
        state=ObjectionState.OPEN,
        received_on=received.on,
        posted_on=received.posted_on,
        counts_on=counts_on,
        grounds=received.grounds.strip(),
        term_ended_on=ended,
        late=ended is not None and counts_on > ended,
        committee=received.committee,
        recorded_at=now,
        recorded_by=actor.reference,
        decide_by=received.on,
        **another,
    )
    session.add(objection)
    session.flush()
    objection.decide_by = decide_by_of(session, objection=objection)
    session.flush()
    tell_objector(session, objection, "objection/received", now)
    record_step(session, objection, "received", actor, now)
    return objection


def _require_days(received: Received, decision: Decision, now: datetime) -> None:
    if received.on > local_date(now) or received.on < local_date(decision.decided_at):
        message = _l("Kies een dag tussen het besluit en vandaag.")
        raise Refusal("day_out_of_range", message, field="received_on")
    posted = received.posted_on
    if posted is not None and not local_date(decision.decided_at) <= posted <= received.on:
        message = _l("Kies een dag tussen het besluit en de dag waarop het bezwaar binnenkwam.")
        raise Refusal("day_out_of_range", message, field="posted_on")


def _require_person(by: AnotherPerson | None) -> dict[str, str]:
    """The columns of another who objects: nothing for who asked."""
    if by is None:
        return {}
    asked = {
        "objector": (by.name, _l("Vul in wie bezwaar maakt.")),
        "interest": (by.interest, _l("Schrijf op welk eigen belang deze persoon heeft.")),
        "street": (by.street, _l("Vul de straat en het huisnummer in.")),
        "postcode": (by.postcode, _l("Vul de postcode in.")),
        "city": (by.city, _l("Vul de plaats in.")),
    }
    for name, (value, message) in asked.items():
        if not value.strip():
            raise Refusal("person_incomplete", message, field=name)
    return {
        "third_name": by.name.strip(),
        "third_interest": by.interest.strip(),
        "third_street": by.street.strip(),
        "third_postcode": by.postcode.strip(),
        "third_city": by.city.strip(),
    }
