"""Acts on accounts and links. Callers commit; tokens are returned once and stored as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, case, delete, select, update
from sqlalchemy.orm import Session

from portal.people.accounts.models import (
    OF_WHOM,
    AccessLink,
    Account,
    Door,
    EndOfSession,
    Organisation,
    OrganisationKind,
    Role,
    SchemeOwnership,
    SessionRecord,
    SignInLink,
)
from portal.people.accounts.queries import account_by_email, secret_hash, sign_in_code
from portal.people.actor import BY_LINK, Actor, Audience, Grade
from portal.people.second_person import require_second_person
from portal.platform.act_counts import count_act
from portal.platform.database import insert_into
from portal.platform.errors import Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

LINK_LIFE = timedelta(minutes=10)
"""How long a link to sign in works, from when it is made: that is when its mail leaves."""
AFTER_USE = timedelta(days=90)
"""How long a link to a question works after it was sent or last used. Longer than a wait for a decision; and each message
carries a link of its own, so who hears from us has one that works."""
AT_MOST = timedelta(days=365)
"""How long a link to a question works however often it is used: a forwarded mail does not open a case for ever."""
AFTER_THE_CASE = timedelta(weeks=6)
"""How long the links of a case that is over without a decision still work: the six weeks in which a letter can be answered
(Awb 6:7 gives as long to object)."""
ORGANISATION_ROLES = frozenset({Role.OWNER, Role.PROVIDER})
DECIDING_ROLES = frozenset({Role.ADVISOR, Role.OWNER, Role.REGION, Role.ADMIN})
"""Who decides, pays, or lets others in. The others act for themselves, and somebody looks at what they hand in."""


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
    new = {"slug": slug, "kind": kind, "name": name, "created_at": now, "created_by": actor.reference}
    made = insert_into(session)(Organisation).values(public_id=secrets.token_urlsafe(16), **new)
    session.execute(made.on_conflict_do_nothing(index_elements=["slug"]))
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
    prepared_by: str | None = None,
) -> Account:
    """Add somebody who may sign in. Raises ``Refusal`` when the address is in use or the role needs an organisation.

    A role that decides or pays takes two people (`require_second_person`).
    """
    _require_two(role, actor, prepared_by)
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


def change_role(
    session: Session, *, account: Account, role: Role, actor: Actor, now: datetime, prepared_by: str | None = None
) -> None:
    """Give the account another role, whole; its sessions and open links end at once.

    Nobody changes the own role, and a role that decides or pays takes two people (`require_second_person`).
    """
    if account.id == actor.account_id:
        raise Refusal("own_role", _l("U kunt uw eigen rol niet veranderen. Vraag een collega."), field="role")
    _require_two(role, actor, prepared_by)
    if role in ORGANISATION_ROLES and account.organisation_id is None:
        raise Refusal("organisation_missing", _l("Kies voor deze rol een organisatie."), field="organisation")
    hold(session, account)
    account.role, account.grade, account.only_schemes, account.only_own_teams = role, Grade.FULL, "", False
    account.reviewed_at, account.reviewed_by = now, actor.reference
    session.flush()
    end_sessions_of(session, account=account, because=EndOfSession.RIGHTS_CHANGED, now=now)


def _require_two(role: Role, actor: Actor, prepared_by: str | None) -> None:
    """A role that decides, pays or lets others in is given by two."""
    if role in DECIDING_ROLES:
        require_second_person(actor, prepared_by=prepared_by)


def disable_account(session: Session, *, account: Account, actor: Actor, now: datetime) -> bool:
    """Close the account; its sessions and open links end at once. Doing it again changes nothing; whether it was open."""
    hold(session, account)
    was_open = account.disabled_at is None
    if was_open:
        if actor.account_id == account.id:
            raise Refusal("own_account", _l("U kunt uw eigen account niet uitzetten. Vraag een collega."))
        account.disabled_at, account.disabled_by = now, actor.reference
        session.flush()
    end_sessions_of(session, account=account, because=EndOfSession.ACCOUNT_CLOSED, now=now)
    return was_open


def enable_account(session: Session, *, account: Account, actor: Actor, prepared_by: str | None = None) -> bool:
    """Open a closed account again; the person asks for a new link. One that is open stays as it is; whether it was closed.

    It gives the role of the account: one that decides or pays takes two people (`require_second_person`).
    """
    hold(session, account)
    if account.disabled_at is None:
        return False
    _require_two(account.role, actor, prepared_by)
    account.disabled_at = account.disabled_by = None
    session.flush()
    return True


def end_sessions(session: Session, *which: ColumnElement[bool], because: EndOfSession) -> int:
    """End sessions: they are nobody's from now on, hold nothing, and only tell their browser why; returns how many ended."""
    empty = dict.fromkeys(OF_WHOM) | {"data": {}, "ended_because": because}
    still = (*which, SessionRecord.ended_because.is_(None))
    return _written(session, update(SessionRecord).where(*still).values(**empty))


def _written(session: Session, change: Update) -> int:
    """Write it past the records that are loaded; how many rows changed."""
    done = session.execute(change.execution_options(synchronize_session=False))
    return int(getattr(done, "rowcount", 0))


def end_sessions_of(session: Session, *, account: Account, because: EndOfSession, now: datetime) -> None:
    """End every session of an account and make its unused sign-in links useless."""
    theirs = (SessionRecord.account_id == account.id) | (SessionRecord.pending_account_id == account.id)
    end_sessions(session, theirs, because=because)
    session.execute(
        update(SignInLink)
        .where(SignInLink.account_id == account.id, SignInLink.consumed_at.is_(None))
        .values(consumed_at=now)
    )


# Links -----------------------------------------------------------------------------------------------------------------


def issue_sign_in_link(
    session: Session,
    *,
    account: Account,
    actor: Actor,
    now: datetime,
    asked_by: str | None = None,
    asked_from: str | None = None,
    asked_in: str | None = None,
) -> str:
    """A token that lets the account in once within ten minutes. Raises ``Refusal`` for a disabled account.

    `asked_by` (an `Actor.reference`) and `asked_from` (an `Actor.origin`) say who wanted it and where, when that is not `actor`;
    `asked_in` is the hash of what only the browser has that asked: it works in that one alone, there also by its code.
    """
    hold(session, account)  # who closes it at the same moment ends this link too
    if account.disabled_at is not None:
        raise Refusal("account_disabled", _l("Dit account staat uit. Zet het eerst weer aan."))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            account=account,
            token_hash=secret_hash(token),
            created_at=now,
            created_by=asked_by or actor.reference,
            created_from=actor.origin if asked_from is None else asked_from,
            asked_in=asked_in,
            code_hash=secret_hash(f"{asked_in}:{sign_in_code(token)}") if asked_in else None,
            expires_at=now + LINK_LIFE,
        )
    )
    session.flush()
    count_act(session, "sign_in_link.made")
    return token


def consume_sign_in_link(session: Session, *, token: str, now: datetime, browser: str | None = None) -> SignInLink:
    """Use up a sign-in link and return it, with its account. `browser` is what only the browser has that asked, if it did.

    Raises `LinkUnusable`, also in another browser than the one that asked; of two callers at once only one gets through.
    """
    return use_up_sign_in_link(session, hashed=secret_hash(token), now=now, browser=browser)


def use_up_sign_in_link(session: Session, *, hashed: str, now: datetime, browser: str | None) -> SignInLink:
    """Use up the sign-in link with this hash, as `consume_sign_in_link` does."""
    here = SignInLink.asked_in.is_(None)
    still = (SignInLink.consumed_at.is_(None), SignInLink.expires_at > now)
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.token_hash == hashed, *still)
        .where(here | (SignInLink.asked_in == secret_hash(browser)) if browser else here)
        .values(consumed_at=now)
    )
    link = session.scalar(
        select(SignInLink).where(SignInLink.token_hash == hashed).execution_options(populate_existing=True)
    )
    if link is None or getattr(used, "rowcount", 0) != 1 or link.account.disabled_at is not None:
        raise LinkUnusable
    count_act(session, "sign_in_link.used")
    return link


@dataclass(frozen=True)
class LinkTerms:
    """How long a link lasts at most, and its token when that is not drawn by lot: of a link that stands on paper."""

    life: timedelta = AT_MOST
    token: str | None = None


ORDINARY_TERMS = LinkTerms()


def grant_access_link(
    session: Session,
    *,
    question_id: int,
    audience: Audience,
    actor: Actor,
    now: datetime,
    representative_id: int | None = None,
    terms: LinkTerms = ORDINARY_TERMS,
) -> str:
    """A token (128 bit) that opens one question for its resident or employer, until it is revoked, ends, or is not used for long.

    With `representative_id` it is the link of somebody who acts for that person; what is done with it is logged in that name.
    """
    if audience not in BY_LINK:
        raise ValueError(f"an access link is for a resident or an employer, not for {audience}")
    token = terms.token or secrets.token_urlsafe(16)
    ends_at = now + min(terms.life, AT_MOST)
    session.add(
        AccessLink(
            question_id=question_id,
            door=Door(audience.value),
            representative_id=representative_id,
            token_hash=secret_hash(token),
            created_at=now,
            created_by=actor.reference,
            created_from=actor.origin,
            expires_at=min(now + AFTER_USE, ends_at),
            ends_at=ends_at,
        )
    )
    session.flush()
    count_act(session, "access_link.made")
    return token


def consume_access_link(session: Session, *, token: str, now: datetime) -> AccessLink:
    """The link with this token; it stays usable, and lives on from now. Raises `LinkUnusable`."""
    link = session.scalar(select(AccessLink).where(AccessLink.token_hash == secret_hash(token)))
    still = (AccessLink.revoked_at.is_(None), AccessLink.expires_at > now)
    if link is None or not hold(session, link, *still):  # who revokes it at the same moment was first
        raise LinkUnusable
    link.expires_at = min(now + AFTER_USE, link.ends_at)
    session.flush()
    return link


def revoke_access_links(
    session: Session,
    *,
    question_id: int,
    because: EndOfSession,
    actor: Actor,
    now: datetime,
    audience: Audience | None = None,
    but_session: str | None = None,
) -> int:
    """Make the links to a question useless and end the sessions of those doors; returns how many links.

    When the person is reached at another address, links that were handed to somebody who acts for that person go on, as do the
    sessions they opened. The session with the hash `but_session` goes on, without its link. Who fills in the question for its
    person goes on too: an account let them in.
    """
    doors = [Door(audience.value)] if audience is not None else list(Door)
    chosen = [AccessLink.question_id == question_id, AccessLink.door.in_(doors), AccessLink.revoked_at.is_(None)]
    opened = [
        SessionRecord.question_id == question_id,
        SessionRecord.door.in_(doors),
        SessionRecord.account_id.is_(None),
    ]
    if but_session is not None:
        opened.append(SessionRecord.token_hash != but_session)
    if because is EndOfSession.OTHER_ADDRESS:
        chosen.append(AccessLink.representative_id.is_(None))
        theirs = select(AccessLink.id).where(AccessLink.representative_id.is_not(None))
        opened.append(SessionRecord.access_link_id.is_(None) | SessionRecord.access_link_id.not_in(theirs))
    revoked = _written(session, update(AccessLink).where(*chosen).values(revoked_at=now, revoked_by=actor.reference))
    end_sessions(session, *opened, because=because)
    count_act(session, "access_link.revoked")
    return revoked


def end_access_links(session: Session, *, question_id: int, now: datetime) -> None:
    """The case is over: its links end in six weeks, the term in which a letter can still be read and answered."""
    ends_at = now + AFTER_THE_CASE
    mine = (AccessLink.question_id == question_id, AccessLink.revoked_at.is_(None), AccessLink.ends_at > ends_at)
    earlier = case((AccessLink.expires_at > ends_at, ends_at), else_=AccessLink.expires_at)
    _written(session, update(AccessLink).where(*mine).values(expires_at=earlier, ends_at=ends_at))


def forget_question(session: Session, *, question_id: int, because: EndOfSession, actor: Actor, now: datetime) -> None:
    """A question is thrown away: its links open nothing, also when a later one gets its number, and nobody is in it any more.

    Who filled it in for its person goes on as the account.
    """
    revoke_access_links(session, question_id=question_id, because=because, actor=actor, now=now)
    helped = update(SessionRecord).where(SessionRecord.question_id == question_id)
    _written(session, helped.values(question_id=None, door=None))


def revoke_representative_links(session: Session, *, representative_id: int, actor: Actor, now: datetime) -> None:
    """Make the links of a representative useless and end the sessions they opened."""
    mine = AccessLink.representative_id == representative_id
    still = update(AccessLink).where(mine, AccessLink.revoked_at.is_(None))
    opened = SessionRecord.access_link_id.in_(select(AccessLink.id).where(mine))
    end_sessions(session, opened, because=EndOfSession.NO_LONGER_ACTS)
    _written(session, still.values(revoked_at=now, revoked_by=actor.reference))
