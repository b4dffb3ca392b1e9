"""What each training on a shortlist would cost and who would pay for it: the answer as it would be after choosing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.answering import QuestionAnswer
from portal.awarding.correcting import answer_as, correct_question
from portal.cases.asked import FACT, asked_of, training_value
from portal.cases.chosen_training import chosen_training, gone, known_answers
from portal.cases.corrections.models import OnWord
from portal.cases.questions.models import Bearer, DevelopmentQuestion, Route
from portal.framework.trainings.models import RegionTraining
from portal.people.actor import Actor
from portal.platform.guarded import hold


@dataclass(frozen=True)
class AnswerToTraining:
    """One training with its answer; None when its price is not known, because then nobody knows who pays what."""

    training: RegionTraining
    answer: QuestionAnswer | None


def answers_to_trainings(
    session: Session, *, question: DevelopmentQuestion, trainings: Sequence[RegionTraining], today: date
) -> list[AnswerToTraining]:
    """The answer to the question with each of these trainings in it, with the money of today. Writes nothing."""
    asked, found = asked_of(session, question), []
    for training in trainings:
        answer = None
        if training.prices:
            wanted = asked | changes_of(session, question, training)
            answer = answer_as(session, question=question, asked=wanted, today=today)
        found.append(AnswerToTraining(training, answer))
    return found


def changes_of(session: Session, question: DevelopmentQuestion, training: RegionTraining) -> dict[str, Any]:
    """What choosing a training changes in what was asked, by subject (``portal.cases.asked``)."""
    chosen = chosen_training(training)
    bearer = Bearer.EMPLOYER if question.route is Route.EMPLOYER else Bearer.RESIDENT
    changes: dict[str, Any] = {"training": training_value(chosen.name, chosen.provider, chosen.training_id)}
    if chosen.costs:
        changes["costs"] = [
            {
                "category": line.category,
                "amount_cents": line.amount_cents,
                "description": None,
                "amount_without_vat_cents": line.amount_without_vat_cents,
                "due_on": None,
                "bearer": bearer.value,
            }
            for line in chosen.costs
        ]
    return changes | {FACT + fact: value for fact, value in known_answers(session, chosen).items()}


def choose_in_talk(
    session: Session, *, question: DevelopmentQuestion, training: RegionTraining, actor: Actor, now: datetime
) -> None:
    """Fill a question that was sent in with a training, as a correction that was told in the talk: the person confirms it.

    Raises ``Conflict`` when the training is not given any more, and what correcting raises.
    """
    hold(session, question)
    hold(session, training, RegionTraining.retired_at.is_(None), otherwise=gone())
    changes = changes_of(session, question, training)
    correct_question(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=actor, now=now)
