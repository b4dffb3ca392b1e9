"""What who asked answered on facts: an advisor accepts an answer, and then it is the fact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.asked import FACT
from portal.cases.conversations.models import InformationRequest
from portal.cases.corrections.actions import correct
from portal.cases.corrections.models import Correction, CorrectionAnswer, OnWord
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l


def accept_answers(
    session: Session, *, request: InformationRequest, accepted: Collection[str], actor: Actor, now: datetime
) -> list[Correction]:
    """Let the answers on these facts be the facts; the others are left. An application is complete since the answer was given.

    What the person gave needs no confirmation by the person. Raises ``Refusal`` for a fact that was not answered, ``Conflict``
    when a colleague looked at these answers before, and what correcting raises.
    """
    advisor_only(actor)
    question = session.get_one(DevelopmentQuestion, request.question_id)
    hold(session, question)
    given = dict(request.given or {})
    if set(accepted) - set(given):
        raise Refusal("not_answered", _l("Op dit gegeven is geen antwoord gegeven."), field="facts")
    seen = Conflict("looked_at_before", _l("Een collega heeft deze antwoorden al bekeken."))
    still = (InformationRequest.given.is_not(None), InformationRequest.looked_at.is_(None))
    write_guarded(session, request, *still, otherwise=seen, looked_at=now, looked_by=actor.reference)
    rows: list[Correction] = []
    if accepted:
        changes = {FACT + key: given[key] for key in accepted}
        since, by = request.answered_at, request.answered_by
        rows = correct(
            session,
            question=question,
            changes=changes,
            on_word=OnWord.ANSWERED,
            actor=actor,
            now=now,
            known_since=since,
        )
        for row in rows:
            row.answer, row.answered_at, row.answered_by = CorrectionAnswer.CONFIRMED, since, by
    session.flush()
    record(
        session,
        actor=actor,
        action="question.answers_looked_at",
        object_kind="question",
        object_id=question.id,
        now=now,
    )
    return rows
