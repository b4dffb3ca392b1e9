"""Acts on accounts, links and sessions. Callers commit; tokens are returned once and stored as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.people.accounts.models import (
    AccessLink,
    Account,
    Door,
    Organisation,
    OrganisationKind,
    Role,
    SchemeOwnership,
    SessionRecord,
    SignInAttempt,
    SignInLink,
)
from portal.people.accounts.queries import (
    ABSOLUTE,
    REPLACED_GRACE,
    account_by_email,
    is_live,
    secret_hash,
)
from portal.people.actor import BY_LINK, Actor, Audience
from portal.platform.database import insert_into
from portal.platform.errors import Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

LINK_LIFE = timedelta(minutes=10)
ORGANISATION_ROLES = frozenset({Role.OWNER, Role.PROVIDER})


class LinkUnusable(Refusal):
    """The link is unknown, used, too old or revoked. One message for all, so that it tells nothing."""

    status = 404

    def __init__(self) -> None:
        super().__init__("link_unusable", _l("Deze link werkt niet meer. Vraag een nieuwe link."))


def ensure_organisation(
    session: Session, *, slug: str, name: str, kind: OrganisationKind, actor: Actor, now: datetime
) -> Organisation:
    """The organisation with this slug; made when it does not exist, its name kept up to date."""
    session.flush()
    session.execute(
        insert_into(session)(Organisation)
        .values(
            public_id=secrets.token_urlsafe(16),
            slug=slug,
            kind=kind,
            name=name,
            created_at=now,
            created_by=actor.reference,
        )
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    known = session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
    known.name = name
    session.flush()
    return known


def own_schemes(session: Session, *, organisation: Organisation, schemes: Iterable[str], now: datetime) -> None:
    """Make the organisation the owner of these schemes; nobody else owns them any more."""
    for scheme in sorted(set(schemes)):
        session.execute(
            delete(SchemeOwnership).where(
                SchemeOwnership.scheme == scheme, SchemeOwnership.organisation_id != organisation.id
            )
        )
        held = select(SchemeOwnership.id).where(
            SchemeOwnership.scheme == scheme, SchemeOwnership.organisation_id == organisation.id
        )
        if session.scalar(held) is None:
            session.add(SchemeOwnership(organisation_id=organisation.id, scheme=scheme, created_at=now))
    session.flush()
    session.expire(organisation, ["ownerships"])


def disown_scheme(session: Session, *, scheme: str) -> None:
    """Nobody owns this scheme any more: it is gone, or has another name."""
    for held in session.scalars(select(SchemeOwnership).where(SchemeOwnership.scheme == scheme)):
        session.delete(held)
    session.flush()


def create_account(
    session: Session,
    *,
    email: str,
    display_name: str,
    role: Role,
    actor: Actor,
    now: datetime,
    organisation: Organisation | None = None,
) -> Account:
    """Add somebody who may sign in. Raises ``Refusal`` when the address is in use or the role needs an organisation."""
    in_use = Refusal("email_in_use", _l("Er is al een account met dit e-mailadres."), field="email")
    if account_by_email(session, email=email) is not None:
        raise in_use
    if role in ORGANISATION_ROLES and organisation is None:
        raise Refusal("organisation_missing", _l("Kies voor deze rol een organisatie."), field="organisation")
    account = Account(
        public_id=secrets.token_urlsafe(16),
        email=email.strip().lower(),
        display_name=display_name.strip(),
        role=role,
        organisation=organisation,
        created_at=now,
        created_by=actor.reference,
    )
    write_new(session, account, otherwise=in_use)
    return account


def change_role(session: Session, *, account: Account, role: Role, actor: Actor, now: datetime) -> None:
    """Give the account another role; its sessions and open links end at once."""
    if role in ORGANISATION_ROLES and account.organisation_id is None:
        raise Refusal("organisation_missing", _l("Kies voor deze rol een organisatie."), field="organisation")
    hold(session, account)
    account.role = role
    session.flush()
    end_sessions_of(session, account=account, now=now)


def disable_account(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """Close the account; its sessions and open links end at once. Doing it again changes nothing."""
    hold(session, account)
    if account.disabled_at is None:
        if actor.account_id == account.id:
            raise Refusal("own_account", _l("U kunt uw eigen account niet uitzetten. Vraag een collega."))
        account.disabled_at, account.disabled_by = now, actor.reference
        session.flush()
    end_sessions_of(session, account=account, now=now)


def enable_account(session: Session, *, account: Account) -> None:
    """Open a closed account again; the person asks for a new link."""
    account.disabled_at = account.disabled_by = None
    session.flush()


def end_sessions_of(session: Session, *, account: Account, now: datetime) -> None:
    """End every session of an account and make its unused sign-in links useless."""
    session.execute(delete(SessionRecord).where(SessionRecord.account_id == account.id))
    session.execute(
        update(SignInLink)
        .where(SignInLink.account_id == account.id, SignInLink.consumed_at.is_(None))
        .values(consumed_at=now)
    )


# Links -----------------------------------------------------------------------------------------------------------------


def issue_sign_in_link(session: Session, *, account: Account, actor: Actor, now: datetime) -> str:
    """A token that lets the account in once within ten minutes. Raises ``Refusal`` for a disabled account."""
    hold(session, account)  # who closes it at the same moment ends this link too
    if account.disabled_at is not None:
        raise Refusal("account_disabled", _l("Dit account staat uit. Zet het eerst weer aan."))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            account=account,
            token_hash=secret_hash(token),
            created_at=now,
            created_by=actor.reference,
            expires_at=now + LINK_LIFE,
        )
    )
    session.flush()
    return token


def consume_sign_in_link(session: Session, *, token: str, now: datetime) -> Account:
    """Use up a sign-in link and return its account. Raises `LinkUnusable`; of two callers at once only one gets through."""
    hashed = secret_hash(token)
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.token_hash == hashed, SignInLink.consumed_at.is_(None), SignInLink.expires_at > now)
        .values(consumed_at=now)
    )
    link = session.scalar(
        select(SignInLink).where(SignInLink.token_hash == hashed).execution_options(populate_existing=True)
    )
    if link is None or getattr(used, "rowcount", 0) != 1 or link.account.disabled_at is not None:
        raise LinkUnusable
    return link.account


def grant_access_link(
    session: Session,
    *,
    question_id: int,
    audience: Audience,
    actor: Actor,
    now: datetime,
    representative_id: int | None = None,
) -> str:
    """A token (128 bit) that opens one question for its resident or employer, until it is revoked.

    With `representative_id` it is the link of somebody who acts for that person; what is done with it is logged in that name.
    """
    if audience not in BY_LINK:
        raise ValueError(f"an access link is for a resident or an employer, not for {audience}")
    token = secrets.token_urlsafe(16)
    session.add(
        AccessLink(
            question_id=question_id,
            door=Door(audience.value),
            representative_id=representative_id,
            token_hash=secret_hash(token),
            created_at=now,
            created_by=actor.reference,
        )
    )
    session.flush()
    return token


def consume_access_link(session: Session, *, token: str) -> AccessLink:
    """The link with this token; it stays usable. Raises `LinkUnusable`."""
    link = session.scalar(select(AccessLink).where(AccessLink.token_hash == secret_hash(token)))
    if link is None or link.revoked_at is not None:
        raise LinkUnusable
    return link


def revoke_access_links(
    session: Session, *, question_id: int, actor: Actor, now: datetime, audience: Audience | None = None
) -> int:
    """Make the links to a question useless and end the sessions they opened; returns how many links."""
    doors = [Door(audience.value)] if audience is not None else list(Door)
    chosen = (AccessLink.question_id == question_id, AccessLink.door.in_(doors), AccessLink.revoked_at.is_(None))
    revoked = session.execute(update(AccessLink).where(*chosen).values(revoked_at=now, revoked_by=actor.reference))
    session.execute(
        delete(SessionRecord).where(SessionRecord.question_id == question_id, SessionRecord.door.in_(doors))
    )
    return int(getattr(revoked, "rowcount", 0))


def revoke_representative_links(session: Session, *, representative_id: int, actor: Actor, now: datetime) -> None:
    """Make the links of a representative useless and end the sessions they opened."""
    mine = AccessLink.representative_id == representative_id
    session.execute(
        delete(SessionRecord)
        .where(SessionRecord.access_link_id.in_(select(AccessLink.id).where(mine)))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(AccessLink)
        .where(mine, AccessLink.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=actor.reference)
        .execution_options(synchronize_session=False)
    )


# Sessions --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entrant:
    """Who comes in: an account, or the resident or employer of one question (perhaps by a link), or nobody yet."""

    account: Account | None = None
    question_id: int | None = None
    audience: Audience | None = None
    access_link: AccessLink | None = None


NOBODY = Entrant()


def open_session(
    session: Session,
    *,
    now: datetime,
    who: Entrant = NOBODY,
    data: dict[str, Any] | None = None,
    replaces: str | None = None,
) -> str:
    """Start a session for who comes in and return its secret (256 bit).

    `replaces` is the hash of the session this one takes the place of: that one is emptied of its identity at once and forgotten
    after a minute. Sessions past their end are cleared away in passing, a hundred at a time.
    """
    clear_old_sessions(session, now=now)
    if replaces is not None:
        session.execute(
            update(SessionRecord)
            .where(SessionRecord.token_hash == replaces)
            .values(replaced_at=now, account_id=None, access_link_id=None, question_id=None, door=None)
        )
    secret = secrets.token_urlsafe(32)
    session.add(
        SessionRecord(
            token_hash=secret_hash(secret),
            account_id=who.account.id if who.account is not None else None,
            access_link_id=who.access_link.id if who.access_link is not None else None,
            question_id=who.question_id,
            door=Door(who.audience.value) if who.audience is not None else None,
            data=data or {},
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    session.flush()
    return secret


def copy_session(session: Session, *, hashed: str, replaces: str | None, now: datetime) -> str | None:
    """Another session with the identity of this one, for the second click of a double click; None when it is gone."""
    record = session.scalar(select(SessionRecord).where(SessionRecord.token_hash == hashed))
    if record is None or not is_live(record, now):
        return None
    return open_session(
        session,
        now=now,
        who=Entrant(
            account=record.account,
            question_id=record.question_id,
            audience=Audience(record.door.value) if record.door is not None else None,
            access_link=session.get(AccessLink, record.access_link_id) if record.access_link_id is not None else None,
        ),
        replaces=replaces,
    )


def close_session(session: Session, *, hashed: str) -> None:
    """Sign out: the session with this hash is gone."""
    session.execute(delete(SessionRecord).where(SessionRecord.token_hash == hashed))


def keep_session(session: Session, *, hashed: str, now: datetime, data: dict[str, Any] | None = None) -> bool:
    """Note that the session was used and, when given, store its data. False when it is gone."""
    values: dict[str, Any] = {"last_seen_at": now} if data is None else {"last_seen_at": now, "data": data}
    kept = session.execute(update(SessionRecord).where(SessionRecord.token_hash == hashed).values(**values))
    return bool(getattr(kept, "rowcount", 0))


def clear_old_sessions(session: Session, *, now: datetime, at_most: int = 100) -> None:
    """Remove sessions past their absolute end or replaced, at most a hundred."""
    old = (
        select(SessionRecord.id)
        .where((SessionRecord.expires_at < now) | (SessionRecord.replaced_at < now - REPLACED_GRACE))
        .order_by(SessionRecord.id)
        .limit(at_most)
    )
    session.execute(delete(SessionRecord).where(SessionRecord.id.in_(old)).execution_options(synchronize_session=False))


def count_failure(session: Session, *, place: str, now: datetime) -> None:
    """Count one wrong link from this place in this hour; counts of earlier hours are removed."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(delete(SignInAttempt).where(SignInAttempt.hour < hour))
    session.execute(
        insert(SignInAttempt)
        .values(place=place, hour=hour, failures=1)
        .on_conflict_do_update(index_elements=["place", "hour"], set_={"failures": SignInAttempt.failures + 1})
    )
