"""Reads of applications."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from matching.history import with_history
from portal.accounts.access import Actor
from portal.applications.models import Application
from portal.catalogue.queries import SchemeInForce, catalogue, schemes_in_force
from portal.questions.models import DevelopmentQuestion
from portal.questions.queries import may_see
from schemes.facts import complete_facts, parse_facts
from schemes.values import Text


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


# Whether it is complete ------------------------------------------------------------------------------------------------


def schemes_applied_for(
    session: Session, *, question: DevelopmentQuestion, application: Application
) -> list[SchemeInForce]:
    """The scheme versions of an application, by slug."""
    on = question.reference_date or application.applied_on
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    return [scheme for scheme in held if scheme.slug in application.schemes]


def missing_facts(session: Session, *, question: DevelopmentQuestion, application: Application) -> tuple[str, ...]:
    """The facts that a scheme that was applied for needs and nobody gave yet, by key. Also "I do not know" is missing."""
    known = catalogue(session)
    on = question.reference_date or application.applied_on
    given = {key: value for key, value in question.facts.items() if value != "unknown"}
    if question.goals and "goals" not in given:
        given["goals"] = list(question.goals)
    parsed = parse_facts(given, known.facts, on=on)
    facts = with_history(complete_facts(parsed.values, known.facts, known.references, on), ())
    held = schemes_applied_for(session, question=question, application=application)
    definitions = [scheme.definition for scheme in held]
    verdicts = matching.assess(facts, definitions, on, known.references, route=question.route.value)
    return tuple(sorted({key for verdict in verdicts for key in verdict.missing_facts}))


def evidence_needed(
    session: Session, *, question: DevelopmentQuestion, application: Application
) -> dict[str, tuple[Text, ...]]:
    """Per scheme that was applied for what must be shown. An advisor says when it was received."""
    held = schemes_applied_for(session, question=question, application=application)
    return {scheme.slug: scheme.definition.evidence for scheme in held if scheme.definition.evidence}
