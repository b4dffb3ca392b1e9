"""Reads of warnings: which there are now, which of them somebody has seen, and who has them by mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.accounting.warnings.models import DigestSubscription, SeenWarning, WarningKind, WarningSeverity
from portal.accounting.warnings.sources import SOURCES
from portal.accounting.warnings.warning import DeskWarning
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date

READERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.SYSTEM})
"""Who sees warnings."""
MAILED = READERS - {Audience.SYSTEM}
ORDER = {WarningSeverity.URGENT: 0, WarningSeverity.NOTICE: 1}


@dataclass(frozen=True)
class WarningsNow:
    """All warnings for one reader: those that are open, and those that the reader has seen and left out."""

    open: tuple[DeskWarning, ...]
    left_out: tuple[DeskWarning, ...]

    @property
    def counts(self) -> dict[WarningKind, int]:
        """How many are open of each kind that there is, in their order: what the pages and the weekly mail say."""
        found = Counter(one.kind for one in self.open)
        return {kind: found[kind] for kind in WarningKind if found[kind]}


def desk_warnings(session: Session, *, actor: Actor, now: datetime) -> list[DeskWarning]:
    """Every warning as it is now, the urgent ones first; empty for who may not see them."""
    if actor.audience not in READERS:
        return []
    today = local_date(now)
    found = [one for source in SOURCES for one in source(session, today)]
    return sorted(found, key=lambda one: ORDER[one.severity])


def warnings_now(session: Session, *, actor: Actor, now: datetime) -> WarningsNow:
    """The warnings for this reader. One that was seen stays out until its day, unless it became more urgent since."""
    standing = desk_warnings(session, actor=actor, now=now)
    return left_open(session, standing, account_id=actor.account_id, today=local_date(now))


def left_open(session: Session, standing: Iterable[DeskWarning], *, account_id: int | None, today: date) -> WarningsNow:
    """Of the warnings that stand what the reader of this account has not seen, and what was seen and left out."""
    seen = {one.warning_key: one for one in _standing_notes(session, today) if one.account_id == account_id}
    opened: list[DeskWarning] = []
    left_out: list[DeskWarning] = []
    for one in standing:
        mine = seen.get(one.key)
        (opened if mine is None or ORDER[one.severity] < ORDER[mine.severity] else left_out).append(one)
    return WarningsNow(tuple(opened), tuple(left_out))


def warning_by_key(session: Session, *, key: str, actor: Actor, now: datetime) -> DeskWarning | None:
    """One warning that stands; None when there is none, or for who may not see it."""
    return next((one for one in desk_warnings(session, actor=actor, now=now) if one.key == key), None)


def notes_on(session: Session, *, key: str, actor: Actor, now: datetime) -> list[SeenWarning]:
    """Who has seen a warning, until when, and with which note, the oldest first; empty for who may not see warnings."""
    if actor.audience not in READERS:
        return []
    return [one for one in _standing_notes(session, local_date(now)) if one.warning_key == key]


def _standing_notes(session: Session, today: date) -> list[SeenWarning]:
    rows = select(SeenWarning).where(SeenWarning.ended_at.is_(None), SeenWarning.until >= today)
    return list(session.scalars(rows.order_by(SeenWarning.id)))


# By mail ---------------------------------------------------------------------------------------------------------------


def subscription_of(session: Session, *, account_id: int) -> DigestSubscription | None:
    """What an account said about the weekly mail; None when it never said anything."""
    return session.scalar(select(DigestSubscription).where(DigestSubscription.account_id == account_id))


def digest_reader(session: Session, *, account_id: int) -> Actor | None:
    """Who gets the weekly mail of an account: None when it is closed, may not see warnings (any more), or does not want it."""
    account = session.get(Account, account_id)
    wanted = subscription_of(session, account_id=account_id)
    if account is None or account.disabled_at is not None or wanted is None or not wanted.is_on:
        return None
    actor = actor_of_account(account)
    return actor if actor.audience in MAILED else None


def digests_due(session: Session, *, today: date) -> list[tuple[int, date]]:
    """(account id, Monday of this week) of every mail that was not made this week, for who may have it."""
    monday = monday_of(today)
    rows = select(DigestSubscription.account_id).where(
        DigestSubscription.is_on,
        or_(DigestSubscription.last_week.is_(None), DigestSubscription.last_week < monday),
    )
    found = session.scalars(rows.order_by(DigestSubscription.account_id))
    return [(one, monday) for one in found if digest_reader(session, account_id=one) is not None]


def monday_of(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())
