"""Table of the pieces of evidence that were handed in or seen."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, Json, choice, new_public_id
from portal.post.files.models import StoredFile

MOST_PER_PIECE = 10
"""So many files of one piece can be there at once: a paper of ten pages, photographed."""


class EvidenceState(enum.StrEnum):
    """Where one handed-in file stands."""

    HANDED_IN = "handed_in"
    """Nobody looked at it yet."""
    ACCEPTED = "accepted"
    """An advisor says that it is right."""
    RETURNED = "returned"
    """An advisor says why it is not right; it is asked for again."""


class Evidence(Base):
    """One file for one piece that is asked for, or that an advisor saw the piece without a file. `piece` is the key of the piece.

    The words are kept as they were when it was asked: a scheme may change them later.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("length(piece) > 0", name="piece_given"),
        CheckConstraint("(state = 'handed_in') = (judged_at IS NULL)", name="judged_has_instant"),
        CheckConstraint("(judged_at IS NULL) = (judged_by IS NULL)", name="judged_by_someone"),
        CheckConstraint("(state = 'returned') = (reason IS NOT NULL)", name="returned_for_a_reason"),
        CheckConstraint("file_id IS NOT NULL OR state <> 'handed_in'", name="without_file_only_seen"),
        Index(
            "ix_evidence_waiting",
            "question_id",
            sqlite_where=text("state = 'handed_in'"),
            postgresql_where=text("state = 'handed_in'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    piece: Mapped[str] = mapped_column(String(100))
    words: Mapped[dict[str, Any]] = mapped_column(Json)
    """What the piece is, by language (nl, en)."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    """The file; empty when an advisor saw the piece elsewhere: on paper, at the counter."""
    state: Mapped[EvidenceState] = mapped_column(choice(EvidenceState))
    handed_in_at: Mapped[datetime]
    """When it was in. The order of receipt goes by this, not by when somebody looked."""
    handed_in_by: Mapped[str] = mapped_column(String(80))
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was returned; who asked reads this."""

    file: Mapped[StoredFile | None] = relationship(lazy="joined")

    @property
    def counts(self) -> bool:
        """Whether the piece is in with it: handed in or accepted."""
        return self.state is not EvidenceState.RETURNED
