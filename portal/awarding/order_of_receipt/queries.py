"""Who stands in the order of receipt, what they could still get, and at which place an application stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from matching.offers import Rules, known_facts, make_ready
from matching.problem import AvailableFundingLine, Offer, Problem
from matching.spec import limits
from matching.spec.order_of_receipt import Claim, SchemeClaim
from portal.awarding.answering import as_question
from portal.awarding.divisions.queries import UNDECIDED, Promised
from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion, QuestionCostLine, QuestionState
from portal.framework.catalogue.queries import Catalogue, catalogue, scheme_version
from portal.framework.funding.queries import matching_funding_lines
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Award, Voucher, VoucherState
from schemes.definition import SchemeDefinition


def earlier_claims(session: Session, *, application: Application, now: datetime) -> list[Claim]:
    """What complete applications that came earlier could still get; the first one first. `Claim.id` is the application's number.

    A claim of one that was not decided yet is what the conditions, the coverage and the caps of a scheme admit at most on the
    facts of now, whatever was had before. One that was decided and waits for the rest, refused at the ceiling (Awb 4:25), claims
    that rest on the lines of the schemes it waits for. Schemes whose money is not divided in the order of receipt claim nothing.
    """
    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(_claims_money(), in_front_of(application), Application.id != application.id)
        .order_by(Application.completed_at, Application.receipt_order)
    ).all()
    cases = {row[0].number: (row[0], row[1]) for row in rows}
    had = awarded_cents(session, question_ids=[one.id for _, one in cases.values() if one.state not in UNDECIDED])
    waiting = _schemes_of_rests(session)
    found = []
    for claim in claims_of(session, [(row[0], row[1]) for row in rows], today=local_date(now)):
        mine, question = cases[claim.id]
        if question.state not in UNDECIDED:
            rest = rest_of(claim, waiting.get(mine.id, ()), had.get(question.id, {}))
            found += [rest] if rest is not None else []
        else:
            found.append(claim)
    return found


def in_order(session: Session) -> list[tuple[Application, DevelopmentQuestion]]:
    """All complete applications that wait for a decision, in the order of receipt."""
    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*undecided())
        .order_by(Application.completed_at, Application.receipt_order)
    )
    return [(row[0], row[1]) for row in rows]


def claims_of(
    session: Session,
    rows: Sequence[tuple[Application, DevelopmentQuestion]],
    *,
    today: date,
    in_order: bool | None = True,
) -> list[Claim]:
    """The claims of these applications, in the order given; those that can get nothing are left out.

    Of schemes whose money goes in the order of receipt; not `in_order`: of those whose money is divided in another way; None: of
    all.
    """
    if not rows:
        return []
    known = catalogue(session)
    money = matching_funding_lines(session, on=today)
    versions = {pair for application, _ in rows for pair in application.scheme_versions.items()}
    held = {pair: scheme_version(session, slug=pair[0], version=pair[1]) for pair in sorted(versions)}
    found = []
    for application, question in rows:
        mine = (held[pair] for pair in sorted(application.scheme_versions.items()))
        definitions = [
            scheme.definition for scheme in mine if scheme and in_order in (None, divided_in_order(scheme.definition))
        ]
        claim = _claim(application, question, definitions, known, money)
        if claim.schemes:
            found.append(claim)
    return found


def divided_claims(
    session: Session, of: Mapping[str, Promised], *, today: date, before: Application | None = None
) -> list[Claim]:
    """What the rounds divided, as claims of who it is for: at most what the facts of now admit, on each line that may pay it.

    `Claim.id` is the number of the application. What it claims in the order of receipt is part of it when it stands in front of
    `before`, so that nobody claims more than the costs.
    """
    if not of:
        return []
    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*undecided(), among(Application.number, of))
        .order_by(Application.completed_at, Application.receipt_order)
    ).all()
    front = set[str]()
    if before is not None:
        earlier = select(Application.number).where(in_front_of(before), among(Application.number, of))
        front = set(session.scalars(earlier))
    in_rounds = {pair for row in rows for pair in row[0].scheme_versions.items()}
    versions = [scheme_version(session, slug=slug, version=version) for slug, version in sorted(in_rounds)]
    by_receipt = {scheme.slug for scheme in versions if scheme and divided_in_order(scheme.definition)}
    found = []
    for claim in claims_of(session, [(row[0], row[1]) for row in rows], today=today, in_order=None):
        given = of[claim.id].by_scheme
        most = {part.scheme: given.get(part.scheme, 0) for part in claim.schemes}
        if claim.id in front:
            most |= {part.scheme: part.at_most_cents for part in claim.schemes if part.scheme in by_receipt}
        parts = tuple(
            SchemeClaim(part.scheme, min(part.at_most_cents, most[part.scheme]), part.funding_lines)
            for part in claim.schemes
            if most[part.scheme]
        )
        if parts:
            found.append(Claim(claim.id, min(claim.at_most_cents, sum(part.at_most_cents for part in parts)), parts))
    return found


def most_wanted_cents(session: Session, *, application: Application) -> int:
    """All costs of everybody in front together, who waits for the rest too: more they cannot get. One sum, to see quickly that
    there is plenty."""
    rows = (
        select(func.coalesce(func.sum(QuestionCostLine.amount_cents), 0))
        .select_from(Application)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .join(QuestionCostLine, QuestionCostLine.question_id == DevelopmentQuestion.id)
        .where(_claims_money(), in_front_of(application), Application.id != application.id)
    )
    return int(session.scalar(rows) or 0)


def place_in_order(session: Session, *, application: Application) -> int | None:
    """At which place a complete, undecided application stands among those for the same schemes: 1 is the first.

    None when it is not complete. An application counts as in front when it shares at least one scheme, or waits for the rest of
    one: those for which an award to this one is held back.
    """
    if application.completed_at is None:
        return None
    rows = session.scalars(
        select(Application.schemes)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*undecided(), in_front_of(application), Application.id != application.id)
    )
    mine = set(application.schemes)
    waiting = _resting(func.count(WaitingPlace.application_id.distinct())).where(
        WaitingPlace.scheme.in_(mine), in_front_of(application), Application.id != application.id
    )
    return 1 + sum(1 for schemes in rows if mine & set(schemes)) + int(session.scalar(waiting) or 0)


# Waiting for the rest --------------------------------------------------------------------------------------------------


def for_the_rest() -> ColumnElement[bool]:
    """The place was taken after a decision that awarded: the rest that was refused at the ceiling is waited for (Awb 4:25).

    A later decision in its place leaves it where it is: from the first award on one waits for the rest.
    """
    awarded = select(func.min(Award.awarded_at)).where(Award.question_id == DevelopmentQuestion.id)
    after = WaitingPlace.agreed_at > awarded.correlate(DevelopmentQuestion).scalar_subquery()
    return and_(DevelopmentQuestion.state == QuestionState.DECIDED, after)


def rests(session: Session) -> list[tuple[Application, DevelopmentQuestion]]:
    """Applications that were decided and wait for the rest, each once."""
    rows = session.execute(
        select(Application, DevelopmentQuestion)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(Application.id.in_(_resting(WaitingPlace.application_id)))
    )
    return [(row[0], row[1]) for row in rows]


def rest_of(claim: Claim, schemes: Collection[str], had: Mapping[str, int]) -> Claim | None:
    """A claim less what was awarded, of these schemes only; None when nothing is left."""
    parts = tuple(
        SchemeClaim(part.scheme, part.at_most_cents - had.get(part.scheme, 0), part.funding_lines)
        for part in claim.schemes
        if part.scheme in schemes and part.at_most_cents > had.get(part.scheme, 0)
    )
    most = min(claim.at_most_cents - sum(had.values()), sum(part.at_most_cents for part in parts))
    return Claim(claim.id, most, parts) if most > 0 else None


def awarded_cents(session: Session, *, question_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Per question and scheme what was awarded and not taken back."""
    rows = session.execute(
        select(Award.question_id, Award.scheme, func.sum(Award.amount_cents))
        .join(Voucher, Voucher.award_id == Award.id)
        .where(among(Award.question_id, question_ids), Voucher.state != VoucherState.REVOKED)
        .group_by(Award.question_id, Award.scheme)
    )
    found: dict[int, dict[str, int]] = {}
    for question_id, scheme, cents in rows:
        found.setdefault(question_id, {})[scheme] = int(cents)
    return found


def _resting(*columns: Any) -> Select[Any]:
    """These columns of the places that nobody left and at which the rest is waited for."""
    return (
        select(*columns)
        .select_from(WaitingPlace)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(WaitingPlace.left_at.is_(None), for_the_rest())
    )


def _schemes_of_rests(session: Session) -> dict[int, set[str]]:
    """Per application that waits for the rest: of which schemes."""
    found: dict[int, set[str]] = {}
    for application_id, scheme in session.execute(_resting(WaitingPlace.application_id, WaitingPlace.scheme)):
        found.setdefault(application_id, set()).add(scheme)
    return found


def divided_in_order(definition: SchemeDefinition) -> bool:
    """Whether the money of a scheme goes in the order of receipt, which is the rule unless the definition says otherwise."""
    return definition.budget is None or definition.budget.distribution == "order_of_receipt"


def undecided() -> tuple[ColumnElement[bool], ...]:
    """What holds of an application that is complete and of a question that is not decided."""
    return (DevelopmentQuestion.state.in_(UNDECIDED), Application.completed_at.is_not(None))


def _claims_money() -> ColumnElement[bool]:
    """An application that still claims money: complete and not decided, or waiting for the rest after the decision."""
    return or_(and_(*undecided()), Application.id.in_(_resting(WaitingPlace.application_id)))


def in_front_of(application: Application) -> ColumnElement[bool]:
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
    money: Sequence[AvailableFundingLine],
) -> Claim:
    on = question.reference_date or application.applied_on
    asked = as_question(question, on=on, pledge=None, had_before=())
    rules = Rules(on, known, tuple(definitions))
    problem = make_ready(asked, rules, money, facts=known_facts(asked.raw_facts(), rules, None)).problem
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
