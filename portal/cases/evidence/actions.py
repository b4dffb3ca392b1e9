"""The act by which a piece counts without a file: an advisor saw it elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.evidence.queries import AskedPiece
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.guarded import hold


def note_seen(
    session: Session,
    *,
    question: DevelopmentQuestion,
    pieces: Iterable[AskedPiece],
    received_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """An advisor saw these pieces without a file, on paper or at the counter; they were in at `received_at`."""
    advisor_only(actor)
    hold(session, question)
    seen = [
        Evidence(
            question_id=question.id,
            piece=piece.key,
            words=dict(piece.words),
            state=EvidenceState.ACCEPTED,
            handed_in_at=received_at,
            handed_in_by=actor.reference,
            judged_at=now,
            judged_by=actor.reference,
        )
        for piece in pieces
    ]
    if seen:
        session.add_all(seen)
        session.flush()
        record(session, actor=actor, action="evidence.seen", object_kind="question", object_id=question.id, now=now)
