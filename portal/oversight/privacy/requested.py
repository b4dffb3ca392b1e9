"""Erasing because the person asked for it: granted by an advisor, carried out when the answer has left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, not_, or_, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.actions import answer_right, may_answer
from portal.cases.rights.models import PrivacyRequest, RequestState, Right
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.kinds import Kept
from portal.oversight.privacy.retention.actions import note_erased
from portal.oversight.privacy.retention.due import due_cases
from portal.oversight.privacy.retention.queries import is_held
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.models import MessageState, OutboxMessage
from portal.spending.vouchers.models import Award

PARTS = (Family.CASE, Family.LETTERS, Family.UPLOADS)
LATEST = timedelta(days=14)
"""So long is waited for the answer to leave."""


def grant_erasure(session: Session, *, request: PrivacyRequest, answer: str, actor: Actor, now: datetime) -> None:
    """Grant that everything about a case is erased. It is done by the nightly work, when the answer has left.

    Raises ``Refusal`` while the case runs, when it is held, and when something was awarded: then the law says how long it stays
    (AVG 17 lid 3 onder b); ``Conflict`` when it was answered already.
    """
    may_answer(request, actor)
    question = session.get_one(DevelopmentQuestion, request.question_id)
    hold(session, question)
    _require_erasable(session, question, now)
    answer_right(session, request=request, granted=True, answer=answer, actor=actor, now=now)


def _require_erasable(session: Session, question: DevelopmentQuestion, now: datetime) -> None:
    if session.scalar(select(Award.id).where(Award.question_id == question.id).limit(1)) is not None:
        raise Refusal(
            "must_be_kept",
            _l("Er is iets toegekend. De wet zegt hoe lang wij dat bewaren. Wijs het af en leg dat uit."),
        )
    today = local_date(now)
    if is_held(session, question_id=question.id, today=today):
        raise Refusal("case_held", _l("Deze zaak wordt vastgehouden. Er wordt nu niets gewist."))
    if not _is_over(session, question, now):
        raise Refusal("case_runs", _l("Deze zaak loopt nog. Trek de vraag eerst in, of rond de zaak af."))


def _is_over(session: Session, question: DevelopmentQuestion, now: datetime) -> bool:
    """Whether nothing runs on, apart from the request itself."""
    kind = Kept.UNAPPLIED if question.applied_at is None else Kept.REFUSED
    over = due_cases(kind, cut=local_date(now), today=local_date(now), asked=True)
    return session.scalar(over.where(DevelopmentQuestion.id == question.id)) is not None


def erasures_to_carry_out(session: Session, *, now: datetime) -> list[PrivacyRequest]:
    """What was granted and not done yet, of which the answer has left, or is waited for no longer."""
    unsent = (OutboxMessage.object_kind == "question", OutboxMessage.object_id == PrivacyRequest.question_id)
    waits = exists().where(*unsent, OutboxMessage.state.in_((MessageState.QUEUED, MessageState.SENDING)))
    rows = select(PrivacyRequest).where(
        PrivacyRequest.kind == Right.ERASURE,
        PrivacyRequest.state == RequestState.GRANTED,
        PrivacyRequest.done_at.is_(None),
        or_(not_(waits), PrivacyRequest.answered_at < now - LATEST),
    )
    return list(session.scalars(rows.order_by(PrivacyRequest.id)))


def carry_out_erasure(session: Session, *, request: PrivacyRequest, actor: Actor, now: datetime) -> None:
    """Erase a case of which that was granted. Raises ``Conflict`` when it was done, ``Refusal`` when it is held since."""
    done = Conflict("erased_already", _l("Dit is al gewist."))
    hold(session, request, PrivacyRequest.done_at.is_(None), otherwise=done)
    question = session.get_one(DevelopmentQuestion, request.question_id)
    hold(session, question)
    _require_erasable(session, question, now)
    request.done_at = now
    session.flush()
    ids = [question.id]
    erase_parts(session, parts=PARTS, question_ids=ids, now=now)
    note_erased(session, parts=PARTS, question_ids=ids, batch_id=None, actor=actor, now=now)
    record(session, actor=actor, action="question.erased", object_kind="question", object_id=question.id, now=now)
