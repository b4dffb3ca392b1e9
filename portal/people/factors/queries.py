"""Reads of second steps."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.people.factors.models import CodeApp, Passkey, RecoveryCode


@dataclass(frozen=True)
class Factors:
    """What somebody can take the second step with."""

    app: CodeApp | None
    passkeys: tuple[Passkey, ...]
    codes_left: int
    """Recovery codes that were not used."""

    @property
    def any(self) -> bool:
        """Whether there is a second step at all; recovery codes alone are none."""
        return self.app is not None or bool(self.passkeys)


def factors_of(session: Session, *, account_id: int) -> Factors:
    """The second steps of an account."""
    mine = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Factors(
        session.scalar(select(CodeApp).where(CodeApp.account_id == account_id)),
        tuple(session.scalars(mine)),
        session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0,
    )


def passkey_by_credential(session: Session, *, credential: str, account_id: int) -> Passkey | None:
    """The key of this account that its device calls so."""
    return session.scalar(select(Passkey).where(Passkey.credential == credential, Passkey.account_id == account_id))
