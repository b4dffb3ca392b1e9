"""Who stands in the order of receipt, what they could still get, and at which place an application stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

import matching
from matching import limits
from matching.offers import build_problem
from matching.order_of_receipt import Claim, SchemeClaim
from matching.problem import FundingLine, Offer, Problem
from portal.applications.models import Application
from portal.catalogue.queries import Catalogue, catalogue, scheme_version
from portal.clock import local_date
from portal.funding.queries import matching_funding_lines
from portal.proposals.queries import as_question
from portal.questions.models import CostLine, DevelopmentQuestion, QuestionState
from schemes.definition import SchemeDefinition
from schemes.facts import complete_facts, parse_facts

IN_ORDER = (QuestionState.APPLIED, QuestionState.WAITING)
"""States in which an application still waits for its decision."""


def earlier_claims(session: Session, *, application: Application, now: datetime) -> list[Claim]:
    """What complete applications that came earlier, and were not decided yet, could still get; the first one first.

    A claim is what the conditions, the coverage and the ceilings of a scheme admit at most on the facts of now, whatever was
    had before. Schemes whose money is not divided in the order of receipt claim nothing. `Claim.id` is the application's number.
    """
    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*_undecided(), _before(application), Application.id != application.id)
        .order_by(Application.completed_at, Application.receipt_order)
    ).all()
    return claims_of(session, [(row[0], row[1]) for row in rows], today=local_date(now))


def in_order(session: Session) -> list[tuple[Application, DevelopmentQuestion]]:
    """All complete applications that wait for a decision, in the order of receipt."""
    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*_undecided())
        .order_by(Application.completed_at, Application.receipt_order)
    )
    return [(row[0], row[1]) for row in rows]


def claims_of(session: Session, rows: Sequence[tuple[Application, DevelopmentQuestion]], *, today: date) -> list[Claim]:
    """The claims of these applications, in the order given; those that can get nothing are left out."""
    if not rows:
        return []
    known = catalogue(session)
    money = matching_funding_lines(session, on=today)
    versions = {pair for application, _ in rows for pair in application.scheme_versions.items()}
    held = {pair: scheme_version(session, slug=pair[0], version=pair[1]) for pair in sorted(versions)}
    found = []
    for application, question in rows:
        mine = (held[pair] for pair in sorted(application.scheme_versions.items()))
        definitions = [scheme.definition for scheme in mine if scheme and divided_in_order(scheme.definition)]
        claim = _claim(application, question, definitions, known, money)
        if claim.schemes:
            found.append(claim)
    return found


def most_wanted_cents(session: Session, *, application: Application) -> int:
    """All costs of everybody in front together: more they cannot get. One sum, to see quickly that there is plenty."""
    rows = (
        select(func.coalesce(func.sum(CostLine.amount_cents), 0))
        .select_from(Application)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .join(CostLine, CostLine.question_id == DevelopmentQuestion.id)
        .where(*_undecided(), _before(application), Application.id != application.id)
    )
    return int(session.scalar(rows) or 0)


def place_in_order(session: Session, *, application: Application) -> int | None:
    """At which place a complete, undecided application stands among those for the same schemes: 1 is the first.

    None when it is not complete. An application counts as in front when it shares at least one scheme.
    """
    if application.completed_at is None:
        return None
    rows = session.scalars(
        select(Application.schemes)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*_undecided(), _before(application), Application.id != application.id)
    )
    mine = set(application.schemes)
    return 1 + sum(1 for schemes in rows if mine & set(schemes))


def divided_in_order(definition: SchemeDefinition) -> bool:
    """Whether the money of a scheme goes in the order of receipt, which is the rule unless the definition says otherwise."""
    return definition.budget is None or definition.budget.distribution == "order_of_receipt"


def _undecided() -> tuple[ColumnElement[bool], ...]:
    return (DevelopmentQuestion.state.in_(IN_ORDER), Application.completed_at.is_not(None))


def _before(application: Application) -> ColumnElement[bool]:
    """In front of this application; of one that is not complete yet everybody that is complete stands in front."""
    if application.completed_at is None:
        return Application.completed_at.is_not(None)
    return or_(
        Application.completed_at < application.completed_at,
        (Application.completed_at == application.completed_at)
        & (Application.receipt_order < application.receipt_order),
    )


def _claim(
    application: Application,
    question: DevelopmentQuestion,
    definitions: Sequence[SchemeDefinition],
    known: Catalogue,
    money: Sequence[FundingLine],
) -> Claim:
    on = question.reference_date or application.applied_on
    asked = as_question(question, on=on, pledge=None, had_before=())
    parsed = parse_facts(asked.raw_facts(), known.facts, on=on)
    facts = complete_facts(parsed.values, known.facts, known.references, on)
    verdicts = matching.assess(facts, definitions, on, known.references, route=asked.route)
    problem = build_problem(asked, verdicts, definitions, known.region, money, known.references, on=on, facts=facts)
    parts = [_part(problem, offer) for offer in problem.offers if offer.administered == "here"]
    wanted = tuple(part for part in parts if part.at_most_cents > 0 and part.funding_lines)
    most = min(sum(line.amount_cents for line in problem.lines), sum(part.at_most_cents for part in wanted))
    return Claim(application.number, most, wanted)


def _part(problem: Problem, offer: Offer) -> SchemeClaim:
    lines = frozenset(
        money.id
        for money in problem.funding_lines
        if any(
            limits.covers(offer, line) and limits.refusal_of(problem, money, offer, line) is None
            for line in problem.lines
        )
    )
    return SchemeClaim(offer.scheme, limits.worth(problem, offer), lines)
