"""Table of proposals. Append-only: what was computed, from what, with which versions and which solver."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base, Cents, Json, choice, new_public_id
from portal.platform.sealed_columns import PAPERS, SealedText


class ProposalKind(enum.StrEnum):
    """Why a proposal was made."""

    COMPUTED = "computed"
    RENEWED = "renewed"
    AMENDED = "amended"


@append_only
class ProposalRecord(Base):
    """One proposal for one question: the problem and the answer, word for word."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("length(problem_hash) = 64", name="problem_hash_sha256"),
        CheckConstraint("own_contribution_cents >= 0", name="own_contribution_not_negative"),
        CheckConstraint("status IN ('proven', 'not_proven')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id"), index=True)
    question_revision: Mapped[int] = mapped_column(Integer)
    kind: Mapped[ProposalKind] = mapped_column(choice(ProposalKind))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    reference_date: Mapped[date] = mapped_column(Date)
    problem_json: Mapped[str] = mapped_column(Text)
    """The Problem in format ontwikkelloket/problem/1."""
    answer_json: Mapped[str] = mapped_column(SealedText(None, PAPERS))
    """Proposal (ontwikkelloket/mix/1), verdicts and reasons."""
    problem_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    """proven or not_proven."""
    own_contribution_cents: Mapped[int] = mapped_column(Cents)
    scheme_versions: Mapped[dict[str, Any]] = mapped_column(Json)
    """Slug to {version, hash} of every definition that was assessed."""
    catalogue_hash: Mapped[str] = mapped_column(String(80))
    solver: Mapped[str] = mapped_column(String(100))
