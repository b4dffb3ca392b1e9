"""Reads of what was said when a question was sent, and of who pays now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.answering import QuestionAnswer, indicative_answer
from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import decided_mix
from portal.awarding.sent_outcomes.models import SentOutcome
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.cases.questions.queries import may_see
from portal.people.actor import Actor
from portal.spending.vouchers.queries import vouchers_of_question

REST = "rest."
"""How the part of whoever bears the costs is called: ``rest.resident`` or ``rest.employer``."""


@dataclass(frozen=True)
class WhoPays:
    """Who pays what: cents by payer, as `SentOutcome.payers` has it; and which schemes perhaps could pay too."""

    total_cents: int
    payers: dict[str, int]
    possible: tuple[str, ...] = ()


def sent_outcome_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> SentOutcome | None:
    """What was said when the question was sent; None when that was not kept, or the actor may not see the question."""
    if not may_see(question, actor):
        return None
    return session.scalar(select(SentOutcome).where(SentOutcome.question_id == question.id))


def who_pays(answer: QuestionAnswer) -> WhoPays:
    """Who pays by an answer; nobody without costs."""
    possible = tuple(one.scheme for one in answer.verdicts if one.can_be_offered)
    if answer.proposal is None:
        return WhoPays(0, {}, possible)
    payers: dict[str, int] = {}
    for share in answer.proposal.shares:
        payers[share.offer] = payers.get(share.offer, 0) + share.cents
    for left in answer.proposal.rest:
        if left.cents:
            payers[REST + left.bearer] = payers.get(REST + left.bearer, 0) + left.cents
    total = sum(line.amount_cents for line in answer.problem.lines)
    return WhoPays(total, payers, tuple(slug for slug in possible if slug not in payers))


def who_pays_now(
    session: Session, *, question: DevelopmentQuestion, decision: Decision | None, on: date, actor: Actor
) -> WhoPays | None:
    """Who pays now: while nothing was decided as computed now, after that as decided and changed since.

    None when the question ended without a mix that was decided. Without a decision this solves.
    """
    if decision is not None:
        return _changed_since(session, question, decision, actor)
    return who_pays(indicative_answer(session, question=question, on=on)) if question.is_open else None


def paid_by_decision(*, question: DevelopmentQuestion, decision: Decision) -> WhoPays | None:
    """Who pays what by a decision on a mix, as it was taken; None for one without a mix. All payers add up to the total."""
    mix = decided_mix(decision)
    if mix is None or decision.problem_json is None:
        return None
    lines = json.loads(decision.problem_json)["lines"]
    payers: dict[str, int] = {}
    paid: dict[str, int] = {}
    for share in mix.shares:
        payers[share.offer] = payers.get(share.offer, 0) + share.cents
        paid[share.line] = paid.get(share.line, 0) + share.cents
    for line in lines:
        left = int(line["amount_cents"]) - paid.get(line["id"], 0)
        if left:
            name = REST + _bearer(question, line["bearer"])
            payers[name] = payers.get(name, 0) + left
    return WhoPays(sum(int(line["amount_cents"]) for line in lines), payers)


def own_payer(question: DevelopmentQuestion) -> str:
    """How the part of who asked is called."""
    return REST + _bearer(question, None)


def _changed_since(session: Session, question: DevelopmentQuestion, decision: Decision, actor: Actor) -> WhoPays | None:
    decided = paid_by_decision(question=question, decision=decision)
    if decided is None:
        return None
    payers, total, own = dict(decided.payers), decided.total_cents, own_payer(question)
    for payer, cents in _changed(session, question, decision, actor).items():
        less = payers.get(payer, 0) - cents
        payers[payer], payers[own] = cents, payers.get(own, 0) + less
    above = max(
        0, -payers.get(own, 0)
    )  # a supplementary award is for costs that came on top of those that were decided on
    if above:
        total, payers[own] = total + above, 0
    return WhoPays(total, {name: cents for name, cents in payers.items() if cents or name == own})


def _bearer(question: DevelopmentQuestion, named: str | None) -> str:
    return "employer" if question.route is Route.EMPLOYER else named or "resident"


def _changed(session: Session, question: DevelopmentQuestion, decision: Decision, actor: Actor) -> dict[str, int]:
    """What schemes pay now where something became of it: a voucher, or what another body said."""
    found = {
        one.scheme: one.granted_cents
        for one in shares_elsewhere(session, question=question)
        if one.decision_id == decision.id and one.granted_cents is not None
    }
    for voucher in vouchers_of_question(session, question=question, actor=actor):
        kept = voucher.amount_cents - voucher.released_cents
        found[voucher.scheme] = kept if voucher.settled_cents is None else voucher.settled_cents
    return found
