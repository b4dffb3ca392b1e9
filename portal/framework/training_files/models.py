"""The table of lists of trainings that somebody sent and that wait to be taken in."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id


class ImportState(enum.StrEnum):
    """Where a list stands."""

    WAITING = "waiting"
    TAKING_IN = "taking_in"
    """Somebody decided on it, and it is taken in part by part. What stopped halfway stays so until it goes on or is dropped."""
    TAKEN_IN = "taken_in"
    DROPPED = "dropped"


OPEN = (ImportState.WAITING, ImportState.TAKING_IN)
"""What can be taken in, or thrown away."""


class TrainingImport(Base):
    """A list of trainings that somebody sent. While it waits nothing of it counts; its rows are kept until it is settled.

    A long one is taken in part by part, each in a short transaction: `seen` says what is left of what somebody decided on.
    """

    __tablename__ = "training_import"
    __table_args__ = (
        CheckConstraint("(state IN ('waiting', 'taking_in')) = (settled_at IS NULL)", name="settled_has_instant"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_someone"),
        CheckConstraint("state <> 'taking_in' OR begun_at IS NOT NULL", name="begun_has_instant"),
        CheckConstraint("(begun_at IS NULL) = (begun_by IS NULL)", name="begun_by_someone"),
        CheckConstraint("entered >= 0 AND corrected >= 0 AND refused >= 0", name="counts_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200))
    """What the file was called, or the address it came from."""
    state: Mapped[ImportState] = mapped_column(choice(ImportState), default=ImportState.WAITING)
    rows: Mapped[list[Any]]
    """Per row the line of the file and what was written by column; empty once it is settled."""
    sent_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(80), index=True)
    begun_at: Mapped[datetime | None]
    """When somebody decided to take it in part by part."""
    begun_by: Mapped[str | None] = mapped_column(String(80))
    seen: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Of what was decided on and is not written yet: per row the line of the file, and what taking it in did as it was seen."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    entered: Mapped[int] = mapped_column(default=0)
    """How many trainings it added."""
    corrected: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    """How many rows were wrong and left out."""

    @property
    def written(self) -> int:
        """How many trainings were written."""
        return self.entered + self.corrected
