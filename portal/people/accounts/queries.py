"""Reads of accounts, links and sessions. Nothing here writes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.people.accounts.models import (
    AccessLink,
    Account,
    EmployerAddress,
    EmployerLink,
    EndOfSession,
    Organisation,
    OrganisationKind,
    Role,
    SchemeOwnership,
    SessionRecord,
    SignInLink,
)
from portal.people.actor import Actor, Audience, CaseSight, Grade
from portal.people.grades import schemes_in

IDLE_BY_LINK = timedelta(minutes=15)
IDLE_DRAFT = timedelta(minutes=60)
IDLE_STAFF = timedelta(minutes=30)
IDLE_PENDING = timedelta(minutes=10)
"""Between the first step of signing in and the second."""
ABSOLUTE = timedelta(hours=12)
REPLACED_GRACE = timedelta(seconds=60)
"""How long a replaced session still counts as the same, anonymous browser: the second click of a double click."""
HELPING = frozenset({Role.ADVISOR, Role.HELPER})
"""Who may fill in a question for somebody else."""


def secret_hash(secret: str) -> str:
    """SHA-256 of a link token or session id, as it is stored."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def sign_in_code(token: str) -> str:
    """The six digits that stand in the mail beside a link to sign in: they follow from its token."""
    return f"{int(secret_hash(f'code:{token}'), 16) % 1_000_000:06d}"


def account_by_email(session: Session, *, email: str) -> Account | None:
    """The account with this address, written in any case."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def account_by_public_id(session: Session, *, public_id: str) -> Account | None:
    """The account with this public id."""
    return session.scalar(select(Account).where(Account.public_id == public_id))


def account_by_id(session: Session, *, account_id: int) -> Account | None:
    """The account with this database id."""
    return session.get(Account, account_id)


def account_by_reference(session: Session, *, reference: str) -> Account | None:
    """The account that an `Actor.reference` names (``account:12``); None for a program, or for somebody without an account."""
    kind, _, number = reference.partition(":")
    return session.get(Account, int(number)) if kind == "account" and number.isdecimal() else None


def accounts(session: Session, *, role: Role | None = None) -> list[Account]:
    """All accounts, by role and name; disabled ones too."""
    rows = (
        select(Account)
        .options(joinedload(Account.organisation))
        .order_by(Account.role, Account.display_name, Account.id)
    )
    return list(session.scalars(rows if role is None else rows.where(Account.role == role)))


def was_ever_in(session: Session, *, role: Role) -> bool:
    """Whether anybody with this role ever had a session, as far as is known: came in by a link."""
    used = select(SignInLink.id).join(Account).where(Account.role == role, SignInLink.consumed_at.is_not(None))
    return session.scalar(used.limit(1)) is not None


def organisation_by_slug(session: Session, *, slug: str) -> Organisation | None:
    """The organisation with this slug."""
    return session.scalar(select(Organisation).where(Organisation.slug == slug))


def organisations(session: Session, *, kind: OrganisationKind | None = None) -> list[Organisation]:
    """All organisations by name."""
    rows = select(Organisation).order_by(Organisation.name, Organisation.id)
    return list(session.scalars(rows if kind is None else rows.where(Organisation.kind == kind)))


def schemes_of(session: Session, *, organisation_id: int | None) -> frozenset[str]:
    """The slugs of the schemes an organisation owns."""
    if organisation_id is None:
        return frozenset()
    rows = select(SchemeOwnership.scheme).where(SchemeOwnership.organisation_id == organisation_id)
    return frozenset(session.scalars(rows))


def usable_sign_in_link(session: Session, *, token: str, now: datetime) -> SignInLink | None:
    """The sign-in link with this token, when it is unused, in time and of an enabled account."""
    link = session.scalar(
        select(SignInLink).options(joinedload(SignInLink.account)).where(SignInLink.token_hash == secret_hash(token))
    )
    if link is None or link.consumed_at is not None or link.expires_at <= now or link.account.disabled_at is not None:
        return None
    return link


def usable_access_link(session: Session, *, token: str, now: datetime) -> AccessLink | None:
    """The access link with this token, when it is not revoked and not too old."""
    link = access_link_by_token(session, token=token)
    return None if link is None or link.revoked_at is not None or link.expires_at <= now else link


def access_link_by_token(session: Session, *, token: str) -> AccessLink | None:
    """The access link with this token, also when it lets nobody in any more."""
    return session.scalar(select(AccessLink).where(AccessLink.token_hash == secret_hash(token)))


def usable_employer_link(session: Session, *, token: str, now: datetime) -> EmployerLink | None:
    """The link for an employer with this token, when it is unused and in time."""
    link = session.scalar(select(EmployerLink).where(EmployerLink.token_hash == secret_hash(token)))
    return None if link is None or link.consumed_at is not None or _over(link, now) else link


def _over(link: EmployerLink, now: datetime) -> bool:
    return link.expires_at is None or link.expires_at <= now


def addresses_of_employer(session: Session, *, kvk_numbers: Collection[str]) -> list[EmployerAddress]:
    """The addresses that speak for these KvK numbers now, in the order in which they came."""
    mine = (EmployerAddress.kvk_number.in_(kvk_numbers), EmployerAddress.ended_at.is_(None))
    return list(session.scalars(select(EmployerAddress).where(*mine).order_by(EmployerAddress.id)))


def kvk_numbers_of(session: Session, *, email: str) -> list[str]:
    """The KvK numbers that an address speaks for now, in order; none for an address that nobody made sure of."""
    mine = (EmployerAddress.email == email.strip().lower(), EmployerAddress.ended_at.is_(None))
    return list(session.scalars(select(EmployerAddress.kvk_number).where(*mine).order_by(EmployerAddress.kvk_number)))


@dataclass(frozen=True)
class LiveSession:
    """What a request needs of the session it belongs to: whose it is (with the role the account has *now*) and what is in it."""

    actor: Actor
    data: dict[str, Any]
    last_seen_at: datetime
    idle: timedelta
    """How long it may do nothing."""
    ends_at: datetime
    """When it is over, whatever is done."""
    pending_account_id: int | None = None
    """Whose first step was taken here and whose second was not."""
    proved_at: datetime | None = None
    """When it was last proved here who this is."""


_records, _accounts, _links, _ownerships, _employers = (
    cast("Table", model.__table__) for model in (SessionRecord, Account, AccessLink, SchemeOwnership, EmployerLink)
)
_BY_SECRET = (
    select(
        *(_records.c[name] for name in ("account_id", "access_link_id", "question_id", "door", "data")),
        *(_records.c[name] for name in ("employer_link_id", "pending_account_id", "proved_at")),
        *(_records.c[name] for name in ("last_seen_at", "expires_at", "replaced_at", "ended_because")),
        *(_accounts.c[name] for name in ("role", "organisation_id", "display_name", "disabled_at")),
        *(_accounts.c[name] for name in ("grade", "only_schemes", "only_own_teams")),
        _links.c.representative_id,
        _employers.c.email.label("employer_email"),
        _ownerships.c.scheme,
    )
    .select_from(_records)
    .outerjoin(_accounts, _accounts.c.id == _records.c.account_id)
    .outerjoin(_links, _links.c.id == _records.c.access_link_id)
    .outerjoin(_employers, _employers.c.id == _records.c.employer_link_id)
    .outerjoin(
        _ownerships,
        (_ownerships.c.organisation_id == _accounts.c.organisation_id) & (_accounts.c.role == Role.OWNER),
    )
    .where(_records.c.token_hash == bindparam("hashed"))
)
"""Asked by every request, so built once and answered by one statement without records; an owner has a row for each scheme."""


def session_by_secret(session: Session, *, secret: str, now: datetime) -> LiveSession | None:
    """The live session with this secret: not past its idle or absolute end, not ended or replaced, its account not disabled."""
    rows: Sequence[Any] = session.execute(_BY_SECRET, {"hashed": secret_hash(secret)}).all()
    if not rows or not _is_live(rows[0], rows[0].disabled_at, now):
        return None
    first = rows[0]
    who = (first.pending_account_id, first.proved_at)
    return LiveSession(_who_of(rows), first.data, first.last_seen_at, idle_limit(first), first.expires_at, *who)


def why_session_ended(session: Session, *, secret: str, now: datetime) -> EndOfSession:
    """Why the session with this secret is over: one that is not live. Of one that is long gone nobody knows more than that."""
    record = session.scalar(select(SessionRecord).where(SessionRecord.token_hash == secret_hash(secret)))
    if record is None:
        return EndOfSession.LONG
    if record.ended_because is not None:
        return record.ended_because
    if record.account is not None and record.account.disabled_at is not None:
        return EndOfSession.ACCOUNT_CLOSED
    idle = now - record.last_seen_at >= idle_limit(record)
    return EndOfSession.IDLE if idle else EndOfSession.LONG


def who_of_ended_session(session: Session, *, secret: str, now: datetime) -> Actor:
    """Who was in the session with this secret, that was idle for too long: to know whose page it was, not to admit anybody.

    Nobody for a session that was ended or replaced, and once its absolute end has passed.
    """
    rows: Sequence[Any] = session.execute(_BY_SECRET, {"hashed": secret_hash(secret)}).all()
    if not rows or rows[0].replaced_at is not None or rows[0].expires_at <= now:
        return Actor.anonymous()
    return _who_of(rows)


def _who_of(rows: Sequence[Any]) -> Actor:
    first = rows[0]
    if first.account_id is not None and first.question_id is not None:
        return _helping(first)
    if first.account_id is not None:
        return Actor(
            first.role.audience,
            account_id=first.account_id,
            organisation_id=first.organisation_id,
            display_name=first.display_name,
            schemes=frozenset(row.scheme for row in rows if row.scheme is not None),
            grade=first.grade,
            only_schemes=schemes_in(first.only_schemes),
            sight=_sight(first),
        )
    if first.question_id is not None and first.door is not None:
        by_link = Audience(first.door.value)
        return Actor(
            by_link,
            question_id=first.question_id,
            representative_id=first.representative_id,
            employer_email=first.employer_email or "",
        )
    if first.employer_email is not None:
        return Actor(Audience.EMPLOYER, employer_email=first.employer_email)
    return Actor.anonymous()


def draft_of_ended_session(session: Session, *, secret: str, now: datetime) -> int | None:
    """The draft that was filled in in a session that was idle for too long, by somebody who came in by no link and no account.

    None for every other session, and once its absolute end has passed.
    """
    return session.scalar(
        select(SessionRecord.question_id).where(
            SessionRecord.token_hash == secret_hash(secret),
            SessionRecord.account_id.is_(None),
            SessionRecord.access_link_id.is_(None),
            SessionRecord.replaced_at.is_(None),
            SessionRecord.expires_at > now,
        )
    )


def _helping(row: Any) -> Actor:
    """Who fills in a question for its person; nobody once the role of the account is another one, or it only reads."""
    if row.role not in HELPING or row.door is None or row.grade is Grade.READER:
        return Actor.anonymous()
    asker = Audience(row.door.value)
    return Actor(asker, account_id=row.account_id, question_id=row.question_id, display_name=row.display_name)


def idle_limit(record: SessionRecord | Row[Any]) -> timedelta:
    """How long this session may do nothing."""
    if record.pending_account_id is not None:
        return IDLE_PENDING
    if record.account_id is not None and record.question_id is None:
        return IDLE_STAFF
    if record.access_link_id is not None or (record.employer_link_id is not None and record.question_id is None):
        return IDLE_BY_LINK
    return IDLE_DRAFT if record.question_id is not None else ABSOLUTE


def is_live(record: SessionRecord, now: datetime) -> bool:
    """Whether the session still counts at `now`."""
    return _is_live(record, record.account.disabled_at if record.account is not None else None, now)


def _is_live(record: SessionRecord | Row[Any], disabled_at: datetime | None, now: datetime) -> bool:
    if record.ended_because is not None:
        return False
    if record.replaced_at is not None:
        return bool(now - record.replaced_at < REPLACED_GRACE)
    if disabled_at is not None:
        return False
    return bool(now < record.expires_at and now - record.last_seen_at < idle_limit(record))


def actor_of_account(account: Account) -> Actor:
    """The actor an account acts as."""
    owner = account.organisation if account.role is Role.OWNER else None
    return Actor(
        account.role.audience,
        account_id=account.id,
        organisation_id=account.organisation_id,
        display_name=account.display_name,
        schemes=frozenset(row.scheme for row in owner.ownerships) if owner is not None else frozenset(),
        grade=account.grade,
        only_schemes=schemes_in(account.only_schemes),
        sight=_sight(account),
    )


def _sight(account: Account | Row[Any]) -> CaseSight | None:
    """Who sees the own teams alone sees none before it is looked up which these are."""
    return CaseSight() if account.only_own_teams else None


def sessions_of(session: Session, *, account_id: int, now: datetime) -> list[SessionRecord]:
    """The live sessions of an account, newest first."""
    rows = (
        select(SessionRecord)
        .options(selectinload(SessionRecord.account), selectinload(SessionRecord.sign_in_link))
        .where(SessionRecord.account_id == account_id)
    )
    return [record for record in session.scalars(rows.order_by(SessionRecord.id.desc())) if is_live(record, now)]
