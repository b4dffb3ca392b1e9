"""The table of tokens, and for what a token may be used. A token itself is stored as SHA-256 only."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.people.accounts.models import Account, Role
from portal.platform.database import Base, new_public_id


class TokenScope(enum.StrEnum):
    """What a token is for. Everything else is closed to it, whatever the account may do on the screens."""

    QUESTIONS_READ = "questions:read"
    QUESTIONS_WRITE = "questions:write"
    VOUCHERS_READ = "vouchers:read"
    VOUCHERS_WRITE = "vouchers:write"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    ALLOCATIONS_READ = "allocations:read"
    REPORTS_READ = "reports:read"


_MAY = TokenScope
SCOPES_OF: dict[Role, frozenset[TokenScope]] = {
    Role.ADVISOR: frozenset(
        {_MAY.QUESTIONS_READ, _MAY.QUESTIONS_WRITE, _MAY.VOUCHERS_READ, _MAY.INVOICES_READ, _MAY.ALLOCATIONS_READ}
    ),
    Role.HELPER: frozenset({_MAY.QUESTIONS_WRITE}),
    Role.REGION: frozenset({_MAY.ALLOCATIONS_READ, _MAY.REPORTS_READ}),
    Role.PROVIDER: frozenset({_MAY.VOUCHERS_READ, _MAY.VOUCHERS_WRITE, _MAY.INVOICES_READ, _MAY.INVOICES_WRITE}),
    Role.CONTROLLER: frozenset({_MAY.REPORTS_READ}),
    Role.AUDITOR: frozenset({_MAY.REPORTS_READ}),
    Role.FUNDER: frozenset({_MAY.REPORTS_READ}),
}
"""What may be given to a token of an account with a role; a role that is not here gets no token.

Providers write what is theirs. Who may fill in a question for its person may let a form bring questions in; that decides nothing.
"""


class ApiToken(Base):
    """One token: whose it is, what it is for, who made it, and until when it is good.

    One that `needs_second` is good only when a second administrator approved it: nobody gets to read cases or accounts alone.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("expires_at > made_at", name="expires_after_making"),
        CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name="approved_at_and_by"),
        CheckConstraint("approved_at IS NULL OR needs_second", name="approved_when_needed"),
        CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="second_person"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_at_and_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    account: Mapped[Account] = relationship()
    name: Mapped[str] = mapped_column(String(100))
    """What it is called, so that people know which program has it."""
    scopes: Mapped[list[str]]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    needs_second: Mapped[bool]
    successor_of_id: Mapped[int | None] = mapped_column(ForeignKey("api_token.id"), unique=True)
    """The token in whose place this one comes; that one stays good for a few days, so that the program can change over."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def waits(self) -> bool:
        """Whether a second administrator has still to approve it."""
        return self.needs_second and self.approved_at is None

    def is_good(self, now: datetime) -> bool:
        """Whether a program may use it at `now`."""
        return not self.waits and self.ended_at is None and now < self.expires_at and self.account.disabled_at is None
