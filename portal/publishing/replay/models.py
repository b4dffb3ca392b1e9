"""Table of replays: figures only, nothing about a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.database import Base


class ReplayRun(Base):
    """What one content of a version did compared with the version it replaces: counted, small groups hidden."""

    __tablename__ = "replay_run"
    __table_args__ = (
        CheckConstraint("length(work_hash) = 71", name="work_hash_sha256"),
        Index("ix_replay_run_version_work", "scheme_version_id", "work_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_version_id: Mapped[int] = mapped_column(ForeignKey("scheme_version.id", ondelete="CASCADE"))
    work_hash: Mapped[str] = mapped_column(String(80))
    """The content that was run (``SchemeVersion.work_hash``)."""
    compared_with_id: Mapped[int | None] = mapped_column(
        ForeignKey("scheme_version.id", ondelete="CASCADE"), index=True
    )
    """The published version it was compared with; None for a new scheme."""
    result_json: Mapped[str] = mapped_column(Text)
    """portal.publishing.effects.ReplayResult as JSON."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
