"""The table of the statements of the bank that were read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.append_only import append_only
from portal.platform.database import Base


@append_only
class BankStatement(Base):
    """A statement of the bank (camt.053) that was read, by its hash, with what it brought."""

    __tablename__ = "bank_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    executed: Mapped[int]
    returned: Mapped[int]
    known: Mapped[int]
    strange: Mapped[list[str]]
    """End-to-end ids whose amount or state does not fit: a person looks at them."""
    read_at: Mapped[datetime]
    read_by: Mapped[str] = mapped_column(String(80))
