"""The table of letters that are registered elsewhere. Ids and addresses; nothing of what stands in a letter."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice

LONGEST_ADDRESS = 1000
"""Of a resource of the ZGW interfaces (their own limit)."""


class LetterRegistrationState(enum.StrEnum):
    """Where the registration of one letter stands."""

    WAITING = "waiting"
    SENDING = "sending"
    REGISTERED = "registered"
    GIVEN_UP = "given_up"
    """A person has to look."""
    GONE = "gone"
    """The words of the letter were erased before it was registered: there is nothing to register any more."""


class LetterRegistration(Base):
    """One formal letter on its way to the archive: the document, the decision that it makes known, and their relation.

    What was reached is kept, so that it is done once: with an address it is not made again. `decision_id` has no foreign key:
    letters lie below decisions.
    """

    __tablename__ = "letter_registration"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="sending_has_lease"),
        CheckConstraint("(state = 'registered') = (registered_at IS NOT NULL)", name="registered_has_instant"),
        CheckConstraint(
            "state <> 'registered' OR (document_url IS NOT NULL AND (decision_id IS NULL OR decision_url IS NOT NULL))",
            name="registered_has_addresses",
        ),
        CheckConstraint("state <> 'given_up' OR trouble IS NOT NULL", name="given_up_for_a_reason"),
        Index("ix_letter_registration_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    decision_id: Mapped[int | None]
    """The decision that it makes known, or that was objected to when it makes the decision on an objection known; None when it
    makes none known: then it is registered as a document alone."""
    state: Mapped[LetterRegistrationState] = mapped_column(
        choice(LetterRegistrationState), default=LetterRegistrationState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    document_url: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    """Where the archive keeps the letter (Documenten API)."""
    decision_url: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    """Where the archive keeps the decision (Besluiten API)."""
    registered_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(80))
    """Why it was not taken the last time: a status, or a code of the archive."""
