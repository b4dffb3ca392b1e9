"""Tables of what an employer said about the group it belongs to: the KvK numbers, and what aid they had elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.platform.database import Base, Cents


class GroupDeclaration(Base):
    """What was said about the group of the employer of a question. What was said last counts; what was said before stays."""

    __tablename__ = "group_declaration"
    __table_args__ = (CheckConstraint("aid_cents >= 0", name="aid_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("development_question.id", ondelete="CASCADE"), index=True)
    aid_cents: Mapped[int] = mapped_column(Cents)
    """What the others of the group had as de-minimis aid elsewhere in three years, together."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why an advisor corrected it; empty when the employer said it."""
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(80))

    members: Mapped[list[LinkedUndertaking]] = relationship(
        order_by="LinkedUndertaking.kvk_number", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def numbers(self) -> tuple[str, ...]:
        """The KvK numbers of the others, in order; none when the employer belongs to no group."""
        return tuple(one.kvk_number for one in self.members)


class LinkedUndertaking(Base):
    """One undertaking that is one with the employer (Regulation (EU) 2023/2831, article 2(2)), by its KvK number."""

    __tablename__ = "linked_undertaking"
    __table_args__ = (CheckConstraint("length(kvk_number) = 8", name="kvk_number_eight_digits"),)

    declaration_id: Mapped[int] = mapped_column(
        ForeignKey("group_declaration.id", ondelete="CASCADE"), primary_key=True
    )
    kvk_number: Mapped[str] = mapped_column(String(8), primary_key=True, index=True)
