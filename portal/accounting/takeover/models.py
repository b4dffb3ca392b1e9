"""Tables of administrations that are taken over: the files as they were read, who did what, and the vouchers that came of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base, Json, choice, new_public_id
from portal.platform.sealed_columns import SealedJson

_STANDS = text("undone_at IS NULL")


class AdministrationState(enum.StrEnum):
    """Where the takeover of an administration stands."""

    DRAFT = "draft"
    LAID_DOWN = "laid_down"
    CARRYING = "carrying"
    """A second person decided; it is being written, part by part."""
    TAKEN_OVER = "taken_over"
    UNDO_LAID_DOWN = "undo_laid_down"
    UNDOING = "undoing"
    """A second person decided; it is being booked back, part by part."""
    UNDONE = "undone"
    DROPPED = "dropped"


class EarlierAdministration(Base):
    """The administration of a fund from before this desk: its rows wait here until two people have taken them over.

    The rows themselves are gone as soon as it is settled, and with them the names; what was seen stays as a hash, and the sums.
    """

    __tablename__ = "earlier_administration"
    __table_args__ = (
        CheckConstraint("length(content_hash) = 64", name="content_hash_sha256"),
        CheckConstraint("(tried_hash IS NULL) = (tried_sums IS NULL)", name="tried_has_sums"),
        CheckConstraint("(state IN ('draft', 'dropped')) = (laid_down_at IS NULL)", name="laid_down_has_instant"),
        CheckConstraint(
            "(laid_down_at IS NULL) = (laid_down_by IS NULL) AND (laid_down_at IS NULL) = (laid_down_by_name IS NULL)",
            name="laid_down_by_someone",
        ),
        CheckConstraint("state IN ('draft', 'dropped') OR tried_hash IS NOT NULL", name="laid_down_after_trial"),
        CheckConstraint(
            "(state IN ('carrying', 'taken_over', 'undo_laid_down', 'undoing', 'undone')) = (taken_over_at IS NOT NULL)",
            name="taken_over_has_instant",
        ),
        CheckConstraint(
            "(taken_over_at IS NULL) = (taken_over_by IS NULL) AND (taken_over_at IS NULL) = (taken_over_by_name IS NULL)",
            name="taken_over_by_someone",
        ),
        CheckConstraint(
            "(state <> 'taken_over' OR last_transfer_id IS NOT NULL)"
            " AND (last_transfer_id IS NULL OR taken_over_at IS NOT NULL)",
            name="taken_over_as_a_whole",
        ),
        CheckConstraint("carried >= 0 AND taken_back >= 0", name="counts_not_negative"),
        CheckConstraint("taken_over_by IS NULL OR taken_over_by <> laid_down_by", name="taken_over_by_second_person"),
        CheckConstraint(
            "(state IN ('undo_laid_down', 'undoing', 'undone')) = (undo_laid_down_at IS NOT NULL)",
            name="undo_has_instant",
        ),
        CheckConstraint(
            "(undo_laid_down_at IS NULL) = (undo_laid_down_by IS NULL)"
            " AND (undo_laid_down_at IS NULL) = (undo_laid_down_by_name IS NULL)"
            " AND (undo_laid_down_at IS NULL) = (undo_reason IS NULL)",
            name="undo_by_someone_for_a_reason",
        ),
        CheckConstraint("(state IN ('undoing', 'undone')) = (undone_at IS NOT NULL)", name="undone_has_instant"),
        CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_by_name IS NULL)",
            name="undone_by_someone",
        ),
        CheckConstraint("undone_by IS NULL OR undone_by <> undo_laid_down_by", name="undone_by_second_person"),
        CheckConstraint("(state = 'dropped') = (dropped_at IS NOT NULL)", name="dropped_has_instant"),
        CheckConstraint("(dropped_at IS NULL) = (dropped_by IS NULL)", name="dropped_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200))
    """What the first file was called."""
    state: Mapped[AdministrationState] = mapped_column(
        choice(AdministrationState), default=AdministrationState.DRAFT, index=True
    )
    tables: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    """Per kind of table its headings and its rows, each with the line of the file; empty once it is settled."""
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    """Per kind of table: field to the number of its column."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the tables and the mapping: what somebody saw is what is taken over."""
    tried_hash: Mapped[str | None] = mapped_column(String(64))
    """The content that the last dry run was about, when that was right."""
    tried_sums: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Per funding line and kind what was in the file and what came in the books, in cents."""
    sent_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(80))
    sent_by_name: Mapped[str] = mapped_column(String(100))
    laid_down_at: Mapped[datetime | None]
    laid_down_by: Mapped[str | None] = mapped_column(String(80))
    laid_down_by_name: Mapped[str | None] = mapped_column(String(100))
    taken_over_at: Mapped[datetime | None]
    """When the second person decided: the instant of all its bookings."""
    taken_over_by: Mapped[str | None] = mapped_column(String(80))
    taken_over_by_name: Mapped[str | None] = mapped_column(String(100))
    last_transfer_id: Mapped[int | None]
    """The last booking of the takeover: what came later on one of its vouchers touched it. None until all of it was written."""
    carried: Mapped[int] = mapped_column(default=0, server_default="0")
    """So many of its events were written in parts."""
    undo_laid_down_at: Mapped[datetime | None]
    undo_laid_down_by: Mapped[str | None] = mapped_column(String(80))
    undo_laid_down_by_name: Mapped[str | None] = mapped_column(String(100))
    undo_reason: Mapped[str | None] = mapped_column(Text)
    taken_back: Mapped[int] = mapped_column(default=0, server_default="0")
    """So many of its vouchers and budgets were booked back in parts."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(80))
    undone_by_name: Mapped[str | None] = mapped_column(String(100))
    dropped_at: Mapped[datetime | None]
    dropped_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def is_draft(self) -> bool:
        """Whether its files and columns can still change."""
        return self.state is AdministrationState.DRAFT

    @property
    def is_whole(self) -> bool:
        """Whether all of it was written in the books."""
        return self.last_transfer_id is not None

    @property
    def row_count(self) -> int:
        """How many rows wait here."""
        return sum(len(table["rows"]) for table in self.tables.values())

    @property
    def was_tried(self) -> bool:
        """Whether what it holds now went right in a dry run."""
        return self.tried_hash == self.content_hash


class ColumnChoice(Base):
    """Which heading is which field, kept under a name for the next files of the same administration."""

    __tablename__ = "column_choice"
    __table_args__ = (CheckConstraint("length(name) > 0", name="has_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    headings: Mapped[dict[str, Any]] = mapped_column(Json)
    """Per kind of table: field to heading."""
    kept_at: Mapped[datetime]
    kept_by: Mapped[str] = mapped_column(String(80))


class VoucherTakenOver(Base):
    """A voucher that came from an earlier administration, with its reference there. A reference stands once."""

    __tablename__ = "voucher_taken_over"
    __table_args__ = (
        CheckConstraint("length(reference) > 0", name="has_reference"),
        Index(
            "uq_voucher_taken_over_standing",
            "reference_key",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    administration_id: Mapped[int] = mapped_column(ForeignKey("earlier_administration.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), unique=True)
    reference: Mapped[str] = mapped_column(String(60))
    reference_key: Mapped[str] = mapped_column(String(60))
    """The reference as it is compared: letters and digits, without case."""
    undone_at: Mapped[datetime | None]
