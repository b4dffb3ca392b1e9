"""The act of keeping what the result page said when a question was sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.sent_outcomes.models import SentOutcome
from portal.awarding.sent_outcomes.queries import WhoPays
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l


def keep_sent_outcome(
    session: Session, *, question: DevelopmentQuestion, said: WhoPays, actor: Actor, now: datetime
) -> SentOutcome:
    """Keep who would pay what, as it was said to who sends this question. What was kept before stays.

    Raises ``Refusal`` for somebody else, ``Conflict`` while the question was not sent.
    """
    if not is_asker(question, actor):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    sent = DevelopmentQuestion.submitted_at.is_not(None)
    hold(session, question, sent, otherwise=Conflict("not_sent", _l("Deze vraag is nog niet verstuurd.")))
    made = SentOutcome(
        question_id=question.id,
        kept_at=now,
        total_cents=said.total_cents,
        payers=said.payers,
        possible=list(said.possible),
    )
    kept = select(SentOutcome).where(SentOutcome.question_id == question.id)
    known = session.scalar(kept)
    if known is not None or not write_new(session, made, otherwise=None):
        return known or session.scalars(kept).one()
    record(session, actor=actor, action="question.outcome_kept", object_kind="question", object_id=question.id, now=now)
    return made
