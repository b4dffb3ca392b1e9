"""Reads of whether who asked proved a moment ago who they are, and how that can be done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.identifying.models import AT_DESK, Identification
from portal.cases.own_proof.models import OwnProof
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.people.accounts.models import SessionRecord, WayIn
from portal.post.messages.models import MessageKind
from portal.post.messages.queries import OWN_CODE, mail_fails, may_text

PROVED_FOR = timedelta(minutes=5)
"""So long a proof counts, as it does for who has an account."""
JUST_SENT = timedelta(hours=1)
"""So long who sent a question may mend, where they sent it, what was typed wrong a moment before."""
LEADS_IN = ("way", "email", "phone", "street", "house_number", "postcode", "city")
"""What links and codes are sent to."""


def proof_of(session: Session, *, question_id: int) -> OwnProof | None:
    """What was asked and proved last about a question, as it stands now."""
    rows = select(OwnProof).where(OwnProof.question_id == question_id)
    return session.scalar(rows.execution_options(populate_existing=True))


def is_proved(session: Session, *, question: DevelopmentQuestion, here: str | None, now: datetime) -> bool:
    """Whether it was proved a moment ago, in the session with the hash `here`, that this is who asked."""
    known = proof_of(session, question_id=question.id)
    if known is None or known.proved_at is None or here is None:
        return False
    return known.proved_in == here and now - known.proved_at < PROVED_FOR


def was_sent_here(session: Session, *, question: DevelopmentQuestion, here: str | None, now: datetime) -> bool:
    """Whether the question was sent a while ago, and this session was in it when it was a draft: no address was known then.

    Who typed a wrong address gets no code there, and mends it here.
    """
    sent = question.submitted_at
    if sent is None or now - sent >= JUST_SENT:
        return False
    before = (SessionRecord.created_at < sent) | (SessionRecord.way_in == WayIn.DRAFT)
    mine = (SessionRecord.token_hash == here, SessionRecord.question_id == question.id)
    return session.scalar(select(SessionRecord.id).where(*mine, before)) is not None


def leads_elsewhere(question: DevelopmentQuestion, contact: ContactDetails) -> bool:
    """Whether links and codes would go elsewhere with these details."""
    kept, new = question.contact, contact.reach
    return kept is not None and any(getattr(kept, name) != new[name] for name in LEADS_IN)


def how_to_prove(session: Session, *, question: DevelopmentQuestion) -> MessageKind | None:
    """How a code can be sent to who asked: to the address or number that is known. None: that cannot be done."""
    contact = question.contact
    if contact is None:
        return None
    if contact.way is ContactWay.PHONE:
        return MessageKind.SMS if may_text(session, question_id=question.id, template=OWN_CODE) else None
    if contact.way is ContactWay.POST:
        return MessageKind.LETTER
    return None if mail_fails(session, question_id=question.id) else MessageKind.EMAIL


def known_at_service(
    session: Session, *, question: DevelopmentQuestion, representative_id: int | None = None
) -> Identification | None:
    """How who asked (or who acts for them) was identified at a service for the first time; None when that was never done."""
    mine = (Identification.question_id == question.id, Identification.means != AT_DESK)
    whose = Identification.representative_id.is_not_distinct_from(representative_id)
    return session.scalar(select(Identification).where(*mine, whose).order_by(Identification.id).limit(1))
