"""The table of files that were handed in. The bytes lie sealed on disk, outside the web root, under a random name."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, choice, new_public_id


class FileKind(enum.StrEnum):
    """What a file is by its content. Nothing else is taken in."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """The type with which it is given back."""
        return "application/pdf" if self is FileKind.PDF else f"image/{self.value}"

    @property
    def ending(self) -> str:
        """The end of the name with which it is given back."""
        return "jpg" if self is FileKind.JPEG else self.value


class ScanState(enum.StrEnum):
    """Whether a virus scanner has looked at it. Until then a file is in quarantine: staff only, with a warning."""

    NOT_SCANNED = "not_scanned"
    CLEAN = "clean"
    INFECTED = "infected"


class StoredFile(Base):
    """One file: what came in (hash, size), what it was made into, and whether it was scanned."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="not_empty"),
        CheckConstraint("pages > 0", name="has_pages"),
        CheckConstraint("length(sha256) = 64", name="hash_complete"),
        CheckConstraint("(scan_state = 'not_scanned') = (scanned_at IS NULL)", name="scanned_has_instant"),
        Index("ix_stored_file_sha256", "sha256"),
        Index("ix_stored_file_uploaded_at", "uploaded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    place: Mapped[str] = mapped_column(String(40), unique=True)
    """The random name on disk."""
    kind: Mapped[FileKind] = mapped_column(choice(FileKind))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the bytes as they came in: the same file handed in twice is seen, also when it was made anew."""
    size_bytes: Mapped[int]
    """Of what is kept, before sealing."""
    pages: Mapped[int]
    scan_state: Mapped[ScanState] = mapped_column(choice(ScanState), default=ScanState.NOT_SCANNED)
    scanned_at: Mapped[datetime | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(80))
    erased_at: Mapped[datetime | None]
    """When its time was over: the bytes go from the disk, and the hash says nothing any more."""

    @property
    def is_unscanned(self) -> bool:
        """Whether no virus scanner looked at it."""
        return self.scan_state is ScanState.NOT_SCANNED
