"""What belongs to the own page of a question that was sent: what was said when it was sent, and what its asker says of that."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.answering import indicative_answer
from portal.awarding.sent_outcomes.actions import keep_sent_outcome
from portal.awarding.sent_outcomes.queries import WhoPays, who_pays
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.feedback.actions import give_feedback
from portal.oversight.feedback.models import FeedbackAnswer, FeedbackSubject
from tests.factories import NOW, a_question
from tests.reliability.pairs.acts import Found, Scene, row
from tests.reliability.pairs.scenes.asking import ASKER, QUESTION


def _said(session: Session, _who: int) -> WhoPays:
    question = session.scalars(select(DevelopmentQuestion).limit(1)).one()
    return who_pays(indicative_answer(session, question=question, on=question.reference_date or NOW.date()))


def _sent(session: Session) -> None:
    a_question(session)


OWN_PAGE = Scene(
    "a question that was sent, on its own page",
    _sent,
    (
        row(keep_sent_outcome, question=QUESTION, said=Found(_said), actor=ASKER),
        row(
            give_feedback,
            question=QUESTION,
            subject=FeedbackSubject.OUTCOME,
            answer=FeedbackAnswer.PARTLY,
            actor=ASKER,
        ),
    ),
)

SCENES = (OWN_PAGE,)
