"""Table of representatives."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, choice, new_public_id
from portal.platform.sealed_columns import NAME, SealedText
from portal.post.files.models import StoredFile


class RepresentativeKind(enum.StrEnum):
    """On what ground somebody acts for the person (Awb 2:1, and by law)."""

    AUTHORISED = "authorised"
    PARENT = "parent"
    GUARDIAN = "guardian"
    LAWYER = "lawyer"


class Representative(Base):
    """Somebody who acts for the person in one case, once a second advisor confirmed it. At most one at a time; personal data that
    go with the case."""

    __tablename__ = "representative"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_someone"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_someone"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> authorised_by", name="second_person"),
        CheckConstraint("length(name) > 0", name="has_a_name"),
        CheckConstraint("length(proof) > 0", name="proof_was_seen"),
        Index(
            "uq_representative_acting",
            "question_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RepresentativeKind] = mapped_column(choice(RepresentativeKind))
    name: Mapped[str] = mapped_column(SealedText(100, NAME))
    proof: Mapped[str] = mapped_column(String(200))
    """What the advisor saw: a signed authorisation, an extract of the court."""
    proof_on: Mapped[date] = mapped_column(Date)
    proof_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    """The proof as a file; empty when the advisor saw it on paper."""
    authorised_at: Mapped[datetime]
    authorised_by: Mapped[str] = mapped_column(String(80))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))

    proof_file: Mapped[StoredFile | None] = relationship(lazy="joined")

    @property
    def is_acting(self) -> bool:
        """Whether this person may act now."""
        return self.ended_at is None and self.confirmed_at is not None
