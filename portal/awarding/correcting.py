"""Correcting a question with an eye on what was awarded on it, and its mix now beside its mix before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.answering import QuestionAnswer, answer_to, compute_answer, question_with
from portal.cases.asked import Asked, asked_of, question_as
from portal.cases.corrections.actions import correct, take_back
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Award, AwardPart, Voucher, VoucherState


@dataclass(frozen=True)
class TwoAnswers:
    """The answer to a question as it is, and as it was."""

    now: QuestionAnswer
    before: QuestionAnswer


def correct_question(
    session: Session,
    *,
    question: DevelopmentQuestion,
    changes: Mapping[str, Any],
    on_word: OnWord,
    actor: Actor,
    now: datetime,
) -> list[Correction]:
    """Correct a question (``portal.cases.corrections.actions.correct``); costs on which was awarded stay at least that high.

    Raises ``Refusal`` with the subject as its field, besides what the acts that save raise.
    """
    hold(session, question)
    if "costs" in changes:
        _require_awarded_costs(session, question, changes["costs"])
    return correct(session, question=question, changes=changes, on_word=on_word, actor=actor, now=now)


def take_back_correction(session: Session, *, correction: Correction, actor: Actor, now: datetime) -> list[Correction]:
    """Take a correction back; costs on which was awarded stay at least that high. Raises ``Conflict`` or ``Refusal``."""
    question = session.get_one(DevelopmentQuestion, correction.question_id)
    hold(session, question)
    if correction.subject == "costs":
        _require_awarded_costs(session, question, correction.was or ())
    return take_back(session, correction=correction, actor=actor, now=now)


def _require_awarded_costs(session: Session, question: DevelopmentQuestion, costs: Sequence[Mapping[str, Any]]) -> None:
    """A cost line that a voucher pays keeps its place and its kind, and is not lower than what the voucher pays of it."""
    rows = session.execute(
        select(AwardPart.line_key, func.sum(AwardPart.amount_cents))
        .join(Award, Award.id == AwardPart.award_id)
        .join(Voucher, Voucher.award_id == Award.id)
        .where(Award.question_id == question.id, Voucher.state != VoucherState.REVOKED)
        .group_by(AwardPart.line_key)
    )
    paid = {row[0]: int(row[1]) for row in rows}
    new = {f"k{place}": line for place, line in enumerate(costs, start=1)}
    for line in question.cost_lines:
        cents, wanted = paid.get(line.line_key, 0), new.get(line.line_key)
        if not cents:
            continue
        if wanted is None or wanted["category"] != line.category or wanted["amount_cents"] < cents:
            message = _l(
                "Een voucher betaalt van deze kosten. Die kostenpost kan niet weg, en niet lager worden dan wat de voucher "
                "betaalt. Maak eerst de voucher lager."
            )
            raise Refusal(
                "below_award", message, field="costs", params={"line": line.line_key, "at_least_cents": cents}
            )


def now_and_before(session: Session, *, question: DevelopmentQuestion, before: Asked, today: date) -> TwoAnswers:
    """The best mix of a question now, and of the same question with what was asked `before`; both with the money of today.

    What the asker expects of an employer counts in both, as in the answer that the asker sees.
    """
    on = question.reference_date or today
    as_it_is = compute_answer(session, question=question, on=on, confirmed_only=False, funding_on=today)
    if before == asked_of(session, question):
        return TwoAnswers(as_it_is, as_it_is)
    return TwoAnswers(as_it_is, answer_as(session, question=question, asked=before, today=today))


def answer_as(session: Session, *, question: DevelopmentQuestion, asked: Asked, today: date) -> QuestionAnswer:
    """The answer to a question as if this had been asked in it, with the money of today. Writes nothing."""
    on = question.reference_date or today
    pledge = asked["pledge"] if question.route is Route.INDIVIDUAL else None
    if pledge is not None:
        pledge = {**pledge, "categories": tuple(pledge["categories"]) if pledge["categories"] else None}
    told = question_with(session, question=question_as(question, asked), on=on, pledge=pledge)
    return answer_to(session, told, on=on, sent_at=question.submitted_at, funding_on=today)
