"""Reads of applications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.offers import Assessed, Rules, assessed
from portal.cases.applications.models import Application
from portal.cases.evidence.queries import AskedPiece, evidence_by_question, missing_pieces, pieces_of_schemes
from portal.cases.identifying.queries import award_to
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.cases.same_person.queries import counted_under, judged_with, keys_of_person
from portal.framework.assurance.queries import needed_level
from portal.framework.catalogue.queries import SchemeInForce, catalogue, schemes_in_force
from portal.people.actor import Actor
from portal.platform.identity_services import Level
from portal.platform.reading_once import read_once
from schemes.basics.plain import plain


def application_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Application | None:
    """The application of a question; None when there is none or the actor may not see the question."""
    return application_by_question(session, question=question) if may_see(question, actor) else None


def application_by_question(session: Session, *, question: DevelopmentQuestion) -> Application | None:
    """The application of a question that was read with an actor already."""
    mine = select(Application).where(Application.question_id == question.id)
    return read_once(session, ("application", question.id), lambda: session.scalar(mine))


def level_for_award(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Level:
    """How sure it must be who asked before what was applied for is awarded; nothing while nothing is applied for."""
    applied = application_of(session, question=question, actor=actor)
    return needed_level(session, act=award_to(question), schemes=applied.schemes) if applied is not None else Level.NONE


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


def may_pay(session: Session, *, question: DevelopmentQuestion, scheme: SchemeInForce, on: date) -> bool:
    """Whether a scheme may pay on a day, on what is known of a question: it is open, of its route, and no condition fails."""
    said = _assessed(session, question, [scheme], on)
    return any(verdict.can_be_offered for verdict in said.verdicts)


# Whether it is complete ------------------------------------------------------------------------------------------------


def schemes_applied_for(
    session: Session, *, question: DevelopmentQuestion, application: Application
) -> dict[str, SchemeInForce]:
    """The schemes of an application, by slug, in the version that counts for it."""
    on = question.reference_date or application.applied_on
    held = schemes_in_force(session, on=on, known_at=question.submitted_at)
    return {scheme.slug: scheme for scheme in held if scheme.slug in application.schemes}


def missing_facts(session: Session, *, question: DevelopmentQuestion, application: Application) -> tuple[str, ...]:
    """The facts that a scheme that was applied for needs and nobody gave yet, by key. Also "I do not know" is missing."""
    held = schemes_applied_for(session, question=question, application=application)
    said = _assessed(session, question, held.values(), question.reference_date or application.applied_on)
    return tuple(sorted({key for verdict in said.verdicts for key in verdict.missing_facts}))


def fails_because_of(
    session: Session,
    *,
    question: DevelopmentQuestion,
    held: Iterable[SchemeInForce],
    on: date,
    facts: Mapping[str, Any],
) -> list[SchemeInForce]:
    """Of these schemes those of which a condition fails with these facts in the place of what is known, and not before."""
    schemes = list(held)
    before, after = (_assessed(session, question, schemes, on, more) for more in ({}, facts))
    fails = {verdict.scheme for verdict in after.verdicts if verdict.status == "not_eligible"}
    failed = {verdict.scheme for verdict in before.verdicts if verdict.status == "not_eligible"}
    return [scheme for scheme in schemes if scheme.slug in fails - failed]


def _assessed(
    session: Session,
    question: DevelopmentQuestion,
    held: Iterable[SchemeInForce],
    on: date,
    more: Mapping[str, Any] | None = None,
) -> Assessed:
    """What these schemes say about the facts that are known of a question, with more facts in their place."""
    given = {key: value for key, value in (question.facts | dict(more or {})).items() if value != "unknown"}
    if question.goals and "goals" not in given:
        given["goals"] = list(question.goals)
    rules = Rules(on, catalogue(session), tuple(scheme.definition for scheme in held))
    return assessed(given, rules, route=question.route.value)


def pieces_needed(
    session: Session, *, question: DevelopmentQuestion, application: Application | None, on: date
) -> list[AskedPiece]:
    """Which pieces must be shown: for the schemes that were applied for; before that for those that may pay and that one can
    apply for here."""
    if application is not None:
        held = schemes_applied_for(session, question=question, application=application).values()
        return pieces_of_schemes(scheme.definition for scheme in held)
    known = schemes_in_force(session, on=on, known_at=question.submitted_at)
    open_here = [scheme for scheme in known if can_apply_here(scheme, question.route.value, on)]
    if not any(scheme.definition.evidence for scheme in open_here):
        return []
    said = _assessed(session, question, open_here, question.reference_date or on)
    may_pay = {verdict.scheme for verdict in said.verdicts if verdict.can_be_offered and verdict.route_fits}
    return pieces_of_schemes(scheme.definition for scheme in open_here if scheme.slug in may_pay)


def missing_evidence(session: Session, *, question: DevelopmentQuestion, application: Application) -> list[AskedPiece]:
    """The pieces that the schemes that were applied for ask for and of which nothing is in."""
    pieces = pieces_needed(session, question=question, application=application, on=application.applied_on)
    return missing_pieces(pieces, evidence_by_question(session, question=question)) if pieces else []


# Doubles ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PossibleDouble:
    """An application that may be of the same person: what it has in common with this one, besides the birth date."""

    application: Application
    same_name: bool
    same_address: bool


def possible_doubles(session: Session, *, application: Application) -> list[PossibleDouble]:
    """Applications under another pseudonym with the same birth date and the same name or address, the newest first.

    Name, birth date and address all the same is one pseudonym already. What an advisor settled before is left out.
    """
    if application.person_key is None or application.birth_date is None:
        return []
    settled = keys_of_person(session, application.person_key)
    judged = {key for mine in settled for key in judged_with(session, mine)}
    settled |= judged | {counted_under(session, key) for key in judged}
    rows = session.scalars(
        select(Application)
        .where(Application.birth_date == application.birth_date, Application.id != application.id)
        .order_by(Application.id.desc())
    )
    found: dict[str, PossibleDouble] = {}
    for other in rows:
        same_name, same_address = _name(other) == _name(application), _same_address(application, other)
        if other.person_key and other.person_key not in settled and (same_name or same_address):
            found.setdefault(other.person_key, PossibleDouble(other, same_name, same_address))
    return list(found.values())


def application_by_number(session: Session, *, number: str) -> Application | None:
    """The application with this number, for acts of an advisor on two applications."""
    return session.scalar(select(Application).where(Application.number == number))


def _name(application: Application) -> str:
    return plain(application.learner_name or application.name)


def _same_address(one: Application, other: Application) -> bool:
    return _address(one) is not None and _address(one) == _address(other)


def _address(application: Application) -> str | None:
    """Where the person lives; None in the employer route, where the address is the employer's."""
    if application.kvk_number is not None:
        return None
    return f"{plain(application.postcode)} {plain(application.house_number)}"
