"""Which cases may only be kept, because restriction was asked of their data and granted (AVG 18), and what may be done then."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.models import PrivacyRequest, RequestState, Right
from portal.platform.clock import end_of_day
from portal.platform.errors import OnHold
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.models import OutboxMessage


class Ground(enum.StrEnum):
    """On which ground something may be done with data that are restricted (AVG 18 lid 2)."""

    KEPT = "kept"
    """It only keeps: what comes in, what was said or seen, who looks after the case, how to reach the person."""
    WANTED = "wanted"
    """The person asks for it, or agreed to it."""
    CLAIM = "claim"
    """A legal claim is made, exercised or defended: objections, what is owed and what is paid on it."""
    OTHERS = "others"
    """The rights of another are at stake: what a provider is owed."""
    BOOKS = "books"
    """What the law says of public money: the books and the payments of what was laid down already (18 lid 2, slot)."""


TOLD_FIRST = "question/restriction_ends"
"""The message that comes before lifting (AVG 18 lid 3)."""
STILL_SENT = frozenset(
    {
        "question/privacy_answered",
        TOLD_FIRST,
        "question/new_link",
        "question/own_code",
        "question/reach_changed",
        "question/representative_named",
        "question/representative_ended",
    }
)
"""Messages to who asked that leave also then: what the person asks at that moment, and what is said about the restriction."""


def in_force() -> tuple[ColumnElement[bool], ...]:
    """The conditions for a request by which a case is restricted now."""
    return (
        PrivacyRequest.kind == Right.RESTRICTION,
        PrivacyRequest.state == RequestState.GRANTED,
        PrivacyRequest.lifted_at.is_(None),
    )


def restricted_cases() -> Select[int]:
    """The ids of the cases that are restricted now, as a statement."""
    return select(PrivacyRequest.question_id).where(*in_force())


def restricted_ids(session: Session, *, of: int | None = None) -> set[int]:
    """The cases that are restricted now; with `of` that one, if it is."""
    rows = restricted_cases()
    return set(session.scalars(rows if of is None else rows.where(PrivacyRequest.question_id == of)))


def not_restricted() -> ColumnElement[bool]:
    """The condition for a case (`DevelopmentQuestion`) that is not restricted."""
    return not_(exists().where(PrivacyRequest.question_id == DevelopmentQuestion.id, *in_force()))


def may_leave(on: date | None = None) -> ColumnElement[bool]:
    """The condition for a message of the outbox that may leave: not one about a case that is restricted, but for `STILL_SENT`.

    With a day, whether it may have left then: what went to the post before the day of the restriction did.
    """
    since = () if on is None else (PrivacyRequest.answered_at < end_of_day(on),)
    about = exists().where(PrivacyRequest.question_id == OutboxMessage.object_id, *in_force(), *since)
    waits = and_(OutboxMessage.object_kind == "question", OutboxMessage.template.not_in(STILL_SENT), about)
    return or_(OutboxMessage.recipient == "account", not_(waits))


def may_leave_now(session: Session, *, message: OutboxMessage) -> bool:
    """Whether this message may leave, by `may_leave`."""
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.id == message.id, may_leave())) is not None


def restriction_of(session: Session, *, question: DevelopmentQuestion) -> PrivacyRequest | None:
    """The request by which this case is restricted now; None when it is not."""
    mine = select(PrivacyRequest).where(PrivacyRequest.question_id == question.id, *in_force())
    return session.scalars(mine.order_by(PrivacyRequest.id).limit(1)).first()


def restricted() -> OnHold:
    """What is said of an act upon a case that is restricted."""
    return OnHold(
        "restricted",
        _l(
            "De gegevens van deze aanvrager zijn beperkt (AVG artikel 18). Het loket bewaart ze, en doet er verder niets mee."
        ),
    )


def require_may_leave(session: Session, *, message: OutboxMessage) -> None:
    """Raises ``OnHold`` for a message about a case that is restricted, unless it is one that leaves all the same."""
    if not may_leave_now(session, message=message):
        raise restricted()


MAY: Mapping[str, Ground] = {
    "case.claimed": Ground.KEPT,
    "case.to_team": Ground.KEPT,
    "case.handed_over": Ground.KEPT,
    "case.released": Ground.KEPT,
    "note.added": Ground.KEPT,
    "evidence.seen": Ground.KEPT,
    "evidence.handed_in": Ground.KEPT,
    "hearing.recorded": Ground.KEPT,
    "conversation.held": Ground.KEPT,
    "conversation.missed": Ground.KEPT,
    "conversation.cancelled": Ground.KEPT,
    "legal_hold.laid": Ground.KEPT,
    "legal_hold.ended": Ground.KEPT,
    "voucher.held": Ground.KEPT,
    "voucher.let_go": Ground.KEPT,
    "waiting.left": Ground.KEPT,
    "privacy_request.asked": Ground.WANTED,
    "privacy_request.extended": Ground.WANTED,
    "privacy_request.granted": Ground.WANTED,
    "privacy_request.refused": Ground.WANTED,
    "privacy_request.withdrawn": Ground.WANTED,
    "privacy_request.lift_told": Ground.WANTED,
    "privacy_request.lifted": Ground.WANTED,
    "question.link_asked": Ground.WANTED,
    "question.links_ended": Ground.WANTED,
    "session.opened": Ground.WANTED,
    "question.withdrawn": Ground.WANTED,
    "question.identified": Ground.WANTED,
    "contact.corrected": Ground.WANTED,
    "representative.authorised": Ground.WANTED,
    "representative.confirmed": Ground.WANTED,
    "representative.ended": Ground.WANTED,
    "repayment.account_given": Ground.WANTED,
    "own_debt.account_given": Ground.WANTED,
    "feedback.given": Ground.WANTED,
    "objection.received": Ground.CLAIM,
    "objection.withdrawn": Ground.CLAIM,
    "objection.repair_asked": Ground.CLAIM,
    "objection.repaired": Ground.CLAIM,
    "objection.hearing_asked": Ground.CLAIM,
    "objection.hearing_planned": Ground.CLAIM,
    "objection.hearing_waived": Ground.CLAIM,
    "objection.heard": Ground.CLAIM,
    "objection.wants_to_be_heard": Ground.CLAIM,
    "objection.adjourned": Ground.CLAIM,
    "objection.delayed": Ground.CLAIM,
    "objection.interest_judged": Ground.CLAIM,
    "objection.lateness_judged": Ground.CLAIM,
    "default_notice.received": Ground.CLAIM,
    "default_notice.settled": Ground.CLAIM,
    "default_notice.settled_again": Ground.CLAIM,
    "own_interest.decided": Ground.CLAIM,
    "own_interest.decided_again": Ground.CLAIM,
    "invoice.submitted": Ground.OTHERS,
    "invoice.accepted": Ground.OTHERS,
    "invoice.refused": Ground.OTHERS,
    "invoice.credited": Ground.OTHERS,
    "voucher.redeemed": Ground.OTHERS,
    "voucher.credited": Ground.OTHERS,
    "payment.executed": Ground.BOOKS,
    "payment.returned": Ground.BOOKS,
    "payment.return_read": Ground.BOOKS,
    "payment.outcome_proposed": Ground.BOOKS,
    "payment.outcome_confirmed": Ground.BOOKS,
    "payment.outcome_withdrawn": Ground.BOOKS,
    "recovery.received": Ground.BOOKS,
    "repayment.paid": Ground.BOOKS,
    "repayment.returned": Ground.BOOKS,
    "own_debt.paid": Ground.BOOKS,
    "own_debt.returned": Ground.BOOKS,
    "voucher.reassigned": Ground.BOOKS,
    "voucher.taken_over": Ground.BOOKS,
    "voucher.takeover_undone": Ground.BOOKS,
    "award.registered": Ground.BOOKS,
}
"""What may be done upon a case that is restricted, by whomever, as the log calls it. All else waits until it is lifted.

What the person does itself stands not here: that is with its consent.
"""
