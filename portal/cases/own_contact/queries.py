"""Reads of how somebody was reached before."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.own_contact.models import FormerContact

CHANGED = "question/reach_changed"
"""The message to an old address. Its version is the id of how the person was reached before."""


def former_contact(session: Session, *, question_id: int, former_id: int) -> FormerContact | None:
    """How the person of a question was reached before it was changed; for the message that says so."""
    known = session.get(FormerContact, former_id)
    return known if known is not None and known.question_id == question_id else None


def takes_texts(number: str | None) -> bool:
    """Whether a number (E.164) is one of a mobile telephone, or of a country in which one cannot tell."""
    import phonenumbers

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number or ""))
    except phonenumbers.NumberParseException:
        return False
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
