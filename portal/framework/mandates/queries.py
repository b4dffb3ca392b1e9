"""Reads of mandates."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.framework.mandates.models import Mandate
from portal.people.accounts.models import Account, Role


def mandate_for(
    session: Session, *, account_id: int | None, body: str, scheme: str, cents: int, on: date
) -> Mandate | None:
    """The mandate by which a person may decide in the name of a body on a scheme for this amount on this day.

    The narrowest one when there are several (for the scheme, then with an amount); None when there is none. One that was ended
    on this day itself covers what was decided before that, and gives nothing any more.
    """
    rows = _in_force(account_id, scheme, on).where(
        Mandate.body == body, or_(Mandate.up_to_cents.is_(None), Mandate.up_to_cents >= cents)
    )
    return session.scalars(rows.order_by(*_NARROWEST).limit(1)).first()


def any_mandate(session: Session, *, account_id: int | None, on: date, scheme: str | None = None) -> Mandate | None:
    """A mandate of a person that is in force on this day, of any body and for any amount; with a scheme one that covers it."""
    rows = _in_force(account_id, scheme, on)
    return session.scalars(rows.order_by(*_NARROWEST).limit(1)).first()


_NARROWEST = (Mandate.scheme.is_(None), Mandate.up_to_cents.is_(None), Mandate.id)


def _in_force(account_id: int | None, scheme: str | None, on: date) -> Select[Mandate]:
    rows = select(Mandate).where(
        Mandate.account_id == account_id,
        Mandate.valid_from <= on,
        or_(Mandate.valid_until.is_(None), Mandate.valid_until >= on),
        or_(Mandate.ended_at.is_(None), Mandate.valid_until > on),
    )
    return rows if scheme is None else rows.where(or_(Mandate.scheme.is_(None), Mandate.scheme == scheme))


def mandates(session: Session, *, on: date | None = None) -> list[Mandate]:
    """All mandates, newest first; with a day only those that are or will be in force."""
    rows = select(Mandate).order_by(Mandate.id.desc())
    if on is not None:
        rows = rows.where(or_(Mandate.valid_until.is_(None), Mandate.valid_until >= on))
        rows = rows.where(or_(Mandate.ended_at.is_(None), Mandate.valid_until > on))
    return list(session.scalars(rows))


def mandate_by_public_id(session: Session, *, public_id: str) -> Mandate | None:
    """The mandate with this public id."""
    return session.scalar(select(Mandate).where(Mandate.public_id == public_id))


MANDATED = (Role.ADVISOR, Role.OWNER, Role.REGION)
"""Whose acts can need a mandate."""


def deciders(session: Session) -> list[Account]:
    """The people who can get a mandate: advisors, scheme owners and the region, with an open account."""
    chosen = (Account.role.in_(MANDATED), Account.disabled_at.is_(None))
    return list(session.scalars(select(Account).where(*chosen).order_by(Account.display_name, Account.id)))
