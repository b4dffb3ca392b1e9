"""The act of saying whether the desk was right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.oversight.feedback.models import Feedback, FeedbackAnswer, FeedbackSubject
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l


def give_feedback(
    session: Session,
    *,
    question: DevelopmentQuestion,
    subject: FeedbackSubject,
    answer: FeedbackAnswer,
    actor: Actor,
    now: datetime,
) -> Feedback:
    """Who asked says of one subject whether it was right. Saying something else later replaces it.

    Raises ``Refusal`` for somebody else, ``Conflict`` while the question was not sent.
    """
    if not is_asker(question, actor):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    sent = DevelopmentQuestion.submitted_at.is_not(None)
    hold(session, question, sent, otherwise=Conflict("not_sent", _l("Deze vraag is nog niet verstuurd.")))
    rows = select(Feedback).where(Feedback.question_id == question.id, Feedback.subject == subject)
    known = session.scalar(rows.execution_options(populate_existing=True))
    if known is None:
        known = Feedback(
            question_id=question.id, subject=subject, answer=answer, given_at=now, given_by=actor.reference
        )
        session.add(known)
    else:
        hold(session, known)
        known.answer, known.given_at, known.given_by = answer, now, actor.reference
    session.flush()
    record(session, actor=actor, action="feedback.given", object_kind="question", object_id=question.id, now=now)
    return known
