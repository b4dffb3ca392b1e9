"""Table of approved outcomes: somebody looked at a case that ends differently, and says that this is meant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class OutcomeApproval(Base):
    """One changed outcome of one case, approved for one content of a version: any edit withdraws it."""

    __tablename__ = "outcome_approval"
    __table_args__ = (
        UniqueConstraint("scheme_version_id", "work_hash", "key"),
        CheckConstraint("length(work_hash) = 71", name="work_hash_sha256"),
        CheckConstraint("length(approved_by) > 0", name="approved_by_someone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id", ondelete="CASCADE"))
    work_hash: Mapped[str] = mapped_column(String(80))
    """The content that was looked at (``SchemeVersion.work_hash``)."""
    key: Mapped[str] = mapped_column(String(32))
    """Which case, with its old and its new outcome (portal.publishing.workshop.queries.ChangedOutcome)."""
    approved_at: Mapped[datetime]
    approved_by: Mapped[str] = mapped_column(String(80))
