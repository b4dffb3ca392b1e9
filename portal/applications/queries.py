"""Reads of applications."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.applications.models import Application
from portal.catalogue.queries import SchemeInForce, schemes_in_force
from portal.questions.models import DevelopmentQuestion
from portal.questions.queries import may_see


def application_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Application | None:
    """The application of a question; None when there is none or the actor may not see the question."""
    return application_by_question(session, question=question) if may_see(question, actor) else None


def application_by_question(session: Session, *, question: DevelopmentQuestion) -> Application | None:
    """The application of a question that was read with an actor already."""
    return session.scalar(select(Application).where(Application.question_id == question.id))


def schemes_to_apply_for(
    session: Session, *, question: DevelopmentQuestion, actor: Actor, on: date, at: time | None = None
) -> list[SchemeInForce]:
    """The schemes that one can apply for here on a day: administered here as a voucher, open, and of the question's route.

    `at` is the local clock time; a window that opens or closes at an hour looks at it.
    """
    if not may_see(question, actor):
        return []
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    return [scheme for scheme in held if can_apply_here(scheme, question.route.value, on, at)]


def can_apply_here(scheme: SchemeInForce, route: str, on: date, at: time | None = None) -> bool:
    """Whether this desk takes applications for a scheme on a day (with `at`: at a local clock time), for a route."""
    definition = scheme.definition
    here = definition.administered == "here" and definition.voucher is not None
    return here and route in definition.routes and definition.availability(on, at).state == "open"
