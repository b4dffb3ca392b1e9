"""What every step on an objection needs: hold it, say it to who objects, and log it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import filed_on
from portal.post.messages.actions import NewMessage, enqueue
from portal.second_look.objections.models import Objection, ObjectionState
from portal.second_look.objections.queries import decide_by_of, last_day_against

ALSO_TOLD = {
    "objection/received": "objection/of_another",
    "objection/hearing_planned": "objection/of_another_heard",
    "objection/decided": "objection/of_another_decided",
}
"""What who asked is told when another objects (Awb 7:2, 7:6, 7:12)."""


def hold_objection(session: Session, objection: Objection, actor: Actor) -> None:
    """Lock an objection for somebody of the desk and read it anew: of two people at once the second sees what the first did.

    What was sent, or known of an outage, only after it came in makes its term begin, or longer. Raises ``Conflict`` when closed.
    """
    advisor_only(actor)
    hold(session, objection, Objection.state == ObjectionState.OPEN, otherwise=closed())
    _renew_term(session, objection)


def hold_own_objection(session: Session, objection: Objection, actor: Actor) -> None:
    """As `hold_objection`, also for who made the objection on the own page."""
    question = session.get_one(DevelopmentQuestion, objection.question_id)
    if not is_asker(question, actor) or objection.of_another:
        hold_objection(session, objection, actor)
        return
    hold(session, objection, Objection.state == ObjectionState.OPEN, otherwise=closed())


def _renew_term(session: Session, objection: Objection) -> None:
    known, before = (
        last_day_against(session, decision=session.get_one(Decision, objection.decision_id)),
        objection.term_ended_on,
    )
    if known is None or (before is not None and (known <= before or objection.lateness_excused is not None)):
        return
    objection.term_ended_on, objection.counts_on = known, filed_on(objection.received_on, objection.posted_on, known)
    objection.late = objection.counts_on > known
    if before is None:
        objection.decide_by = decide_by_of(session, objection=objection)
    session.flush()


def closed() -> Conflict:
    """The objection was closed meanwhile."""
    return Conflict("objection_closed", _l("Dit bezwaar is al afgehandeld."))


def tell_objector(
    session: Session, objection: Objection, template: str, now: datetime, version: int | None = None
) -> None:
    """Queue a message about a step to who objects, in writing. When that is another, who asked is told in general words."""
    question = session.get_one(DevelopmentQuestion, objection.question_id)
    told: dict[str, Any] = {
        "template": template,
        "version": version or objection.id,
        "details": {"objection": objection.id},
    }
    if not objection.of_another:
        tell_asker(session, question=question, now=now, in_writing=True, **told)
        return
    enqueue(
        session,
        message=NewMessage(
            kind="letter", recipient="resident", object_kind="objection", object_id=objection.id, locale="nl", **told
        ),
        now=now,
    )
    if template in ALSO_TOLD:
        tell_asker(session, question=question, now=now, in_writing=True, **told | {"template": ALSO_TOLD[template]})


def record_step(session: Session, objection: Objection, act: str, actor: Actor, now: datetime) -> None:
    """Log a step on an objection with its question."""
    record(
        session,
        actor=actor,
        action=f"objection.{act}",
        object_kind="question",
        object_id=objection.question_id,
        now=now,
    )
