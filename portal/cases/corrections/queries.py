"""Reads of corrections: all of them, what they come down to, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.applications.asked_anew import another_training, asks_more
from portal.cases.asked import FACT, Asked, same_value
from portal.cases.corrections.models import Correction, CorrectionAnswer, OnWord
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see, of_case
from portal.people.actor import Actor
from portal.post.messages.models import OutboxMessage
from schemes.basics.vocabulary import ChangeOfSubstance

TOLD = "question/corrected"
"""The message that something was corrected; its version is the last correction that it tells of."""
TALK_IS_OVER, LONG_AGO = timedelta(hours=1), timedelta(days=30)


@dataclass(frozen=True)
class NetChange:
    """What all corrections of one thing come down to: what was sent, what it is now, and what the person says of that."""

    subject: str
    was: Any
    becomes: Any
    latest: Correction
    answered: Correction | None
    """The correction to this very value that the person answered; None when the person did not."""

    @property
    def confirmed(self) -> bool:
        """Whether the person said that it is right."""
        return self.answered is not None and self.answered.answer is CorrectionAnswer.CONFIRMED

    @property
    def same(self) -> bool:
        """Whether it is again as the person sent it."""
        return same_value(self.subject, self.was, self.becomes)


def corrections_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Correction]:
    """The corrections of a question, oldest first; empty when the actor may not see the question."""
    return corrections_by_question(session, question=question) if may_see(question, actor) else []


def corrections_by_question(session: Session, *, question: DevelopmentQuestion) -> list[Correction]:
    """The corrections of a question that was read with an actor already, oldest first."""
    rows = select(Correction).where(Correction.question_id == question.id).order_by(Correction.id)
    return list(session.scalars(rows))


def correction_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Correction | None:
    """A correction; None when there is none or the actor may not see its question."""
    return of_case(session, Correction, public_id=public_id, actor=actor)


def net_changes(rows: Sequence[Correction]) -> list[NetChange]:
    """What corrections come down to, one per thing, in the order in which they were first changed."""
    by_subject: dict[str, list[Correction]] = {}
    for row in rows:
        by_subject.setdefault(row.subject, []).append(row)
    return [_net(subject, found) for subject, found in by_subject.items()]


def _net(subject: str, rows: Sequence[Correction]) -> NetChange:
    latest = rows[-1]
    answers = [row for row in rows if row.answer is not None and same_value(subject, row.becomes, latest.becomes)]
    return NetChange(subject, rows[0].was, latest.becomes, latest, answers[-1] if answers else None)


def taken_back(rows: Sequence[Correction]) -> set[int]:
    """The ids of corrections that were taken back."""
    return {row.undoes_id for row in rows if row.undoes_id is not None}


def change_of_substance(row: Correction) -> ChangeOfSubstance | None:
    """How a correction makes it another application: higher costs, or another training; None when it does not."""
    if row.subject == "training":
        return "another_training" if another_training(row.was, row.becomes) else None
    return "higher_costs" if row.subject == "costs" and asks_more(row.was or (), row.becomes or ()) else None


def not_of_the_person(session: Session, *, question: DevelopmentQuestion) -> list[NetChange]:
    """What differs from what the person sent and that the person did not confirm; how to reach the person is no such thing."""
    nets = net_changes(corrections_by_question(session, question=question))
    return [one for one in nets if not one.same and not one.confirmed and one.subject != "contact"]


def on_other_word(session: Session, *, question: DevelopmentQuestion) -> bool:
    """Whether something unconfirmed came from a document or was looked up, or is objected to: the person did not say it."""
    return any(
        one.latest.on_word is not OnWord.TOLD or one.answered is not None
        for one in not_of_the_person(session, question=question)
    )


def replayed(asked: Asked, rows: Sequence[Correction]) -> Asked:
    """What was asked, with these corrections made one after another."""
    return _changed(asked, ((row.subject, row.becomes) for row in rows))


def undone(asked: Asked, rows: Sequence[Correction]) -> Asked:
    """What was asked before these corrections, the last ones that were made."""
    return _changed(asked, ((row.subject, row.was) for row in reversed(rows)))


def _changed(asked: Asked, values: Iterable[tuple[str, Any]]) -> Asked:
    found = dict(asked)
    for subject, value in values:
        found[subject] = value
        if value is None and subject.startswith(FACT):
            del found[subject]
    return found


def to_tell(session: Session, *, at: datetime) -> list[tuple[int, int]]:
    """Questions with corrections that nobody told the person of, each with its last correction: an hour after that one.

    By then the talk is over: one message tells of all that was changed in it.
    """
    newest = (
        select(Correction.question_id, func.max(Correction.id).label("last"))
        .group_by(Correction.question_id)
        .having(func.max(Correction.at) <= at - TALK_IS_OVER, func.max(Correction.at) > at - LONG_AGO)
        .subquery()
    )
    told = select(OutboxMessage.id).where(
        OutboxMessage.object_kind == "question",
        OutboxMessage.object_id == newest.c.question_id,
        OutboxMessage.template == TOLD,
        OutboxMessage.version >= newest.c.last,
    )
    rows = select(newest.c.question_id, newest.c.last).where(~told.exists()).order_by(newest.c.question_id)
    return [(question_id, last) for question_id, last in session.execute(rows)]
