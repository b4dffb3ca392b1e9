"""Whether an application is complete, and since when: by that it counts in the order of receipt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.applications.asked_anew import count_from
from portal.cases.applications.models import Application
from portal.cases.applications.queries import missing_evidence, missing_facts, pieces_needed
from portal.cases.evidence.actions import note_seen
from portal.cases.evidence.queries import evidence_by_question
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DECIDED_STATES, DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l


def take_place(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application,
    actor: Actor,
    now: datetime,
    known_since: datetime | None = None,
) -> bool:
    """Give the application its place in the order of receipt when nothing is missing; says whether it has one now.

    Facts and what was handed in are looked at by the desk itself; for what was shown elsewhere an advisor says when that was in
    (`declare_complete`). What was missing is known since `known_since`, and else since `now`; the application is complete when
    the last thing was in, and not when somebody looked.
    """
    hold(session, question)
    hold(session, application)
    if application.completed_at is None:
        if missing_facts(session, question=question, application=application):
            return False
        if missing_evidence(session, question=question, application=application):
            return False
        at = now
        if known_since is not None:
            at = max(known_since, application.applied_at, *_pieces_in_since(session, question, application))
        count_from(session, application=application, at=at, actor=actor, now=now)
    return True


def declare_complete(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application,
    received_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """An advisor says that everything needed was in at `received_at`: from then on it counts in the order of receipt.

    What was not handed in here the advisor saw elsewhere; that is kept with each piece. After a rejection it can still be said,
    for who decides again.
    Raises ``Refusal`` for a moment before the application or in the future, ``Conflict`` when it was complete already.
    """
    advisor_only(actor)
    hold(session, question)
    hold(session, application)
    if not question.is_open and question.state not in DECIDED_STATES:
        raise Conflict("question_moved_on", _l("Deze vraag is al afgerond."))
    if application.completed_at is not None:
        raise Conflict("already_complete", _l("Deze aanvraag was al compleet."))
    if not application.applied_at <= received_at <= now:
        message = _l("Kies een moment na de aanvraag, en niet in de toekomst.")
        raise Refusal("received_at_impossible", message, field="received_on")
    elsewhere = missing_evidence(session, question=question, application=application)
    note_seen(session, question=question, pieces=elsewhere, received_at=received_at, actor=actor, now=now)
    count_from(session, application=application, at=received_at, actor=actor, now=now)


def lose_place(
    session: Session, *, question: DevelopmentQuestion, application: Application, actor: Actor, now: datetime
) -> None:
    """The application turns out to be incomplete (Awb 4:5): it counts in the order of receipt again when it is completed."""
    hold(session, application)
    if application.completed_at is not None:
        application.completed_at = None
        session.flush()
        record(
            session,
            actor=actor,
            action="application.incomplete",
            object_kind="question",
            object_id=question.id,
            now=now,
        )


def _pieces_in_since(session: Session, question: DevelopmentQuestion, application: Application) -> list[datetime]:
    """Since when each piece that is needed is in: the first file of it that counts. One more file makes nothing later."""
    pieces = pieces_needed(session, question=question, application=application, on=application.applied_on)
    rows = [row for row in evidence_by_question(session, question=question) if row.counts]
    since = ([row.handed_in_at for row in rows if row.piece == piece.key] for piece in pieces)
    return [min(moments) for moments in since if moments]
