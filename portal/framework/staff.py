"""Who works here and how they come in: accounts opened, changed and closed, and the links that are mailed to them.

Each act is logged and told to the person by mail to the own address. Nobody but that person gets to see a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.people.accounts.actions import (
    change_role,
    create_account,
    disable_account,
    enable_account,
    end_sessions_of,
    issue_sign_in_link,
)
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.accounts.queries import account_by_email
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import DEFAULT_LOCALE
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import SIGN_IN_ASKED, SIGN_IN_MAILS
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.queries import newest_version

ASKED_LINK, SENT_LINK, MADE_LINK = "account/sign_in", "account/sign_in_sent", "account/link_made"
"""A link that the person asked for, one that an administrator has sent, and word of one that was made at the server."""
OPENED, CLOSED, OPENED_AGAIN, ROLE_CHANGED = (
    "account/opened",
    "account/closed",
    "account/opened_again",
    "account/role_changed",
)


@dataclass(frozen=True)
class NewAccount:
    """Somebody who will work here."""

    email: str
    display_name: str
    role: Role
    organisation: Organisation | None = None


def open_account(
    session: Session, *, wanted: NewAccount, actor: Actor, now: datetime, prepared_by: str | None = None
) -> Account:
    """Add somebody who may sign in, and say so to them. Raises ``Refusal`` as `create_account` does."""
    _administrator_only(actor)
    account = create_account(
        session,
        email=wanted.email,
        display_name=wanted.display_name,
        role=wanted.role,
        organisation=wanted.organisation,
        actor=actor,
        now=now,
        prepared_by=prepared_by,
    )
    _done(session, account, "account.created", OPENED, actor, now, fields=("role",))
    return account


def give_role(
    session: Session, *, account: Account, role: Role, actor: Actor, now: datetime, prepared_by: str | None = None
) -> None:
    """Give somebody another role, and say so to them. Raises ``Refusal`` as `change_role` does."""
    _administrator_only(actor)
    change_role(session, account=account, role=role, actor=actor, now=now, prepared_by=prepared_by)
    _done(session, account, "account.role_changed", ROLE_CHANGED, actor, now, fields=("role",))


def close_account(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """Close an account, and say so to the person. Raises ``Refusal`` for the own account."""
    _administrator_only(actor)
    was_open = disable_account(session, account=account, actor=actor, now=now)
    _done(session, account, "account.disabled", CLOSED if was_open else None, actor, now)


def open_account_again(
    session: Session, *, account: Account, actor: Actor, now: datetime, prepared_by: str | None = None
) -> None:
    """Open a closed account again, and say so to the person. Raises ``Refusal`` as `enable_account` does."""
    _administrator_only(actor)
    was_closed = enable_account(session, account=account, actor=actor, prepared_by=prepared_by)
    _done(session, account, "account.enabled", OPENED_AGAIN if was_closed else None, actor, now)


def log_out_everywhere(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """End every session and unused link of an account, for a lost telephone."""
    _administrator_only(actor)
    end_sessions_of(session, account=account, now=now)
    _done(session, account, "account.sessions_ended", None, actor, now)


# Ways in ---------------------------------------------------------------------------------------------------------------


def ask_sign_in_link(session: Session, *, email: str, actor: Actor, now: datetime) -> None:
    """Somebody types an address to sign in: when it is known, a link goes to it by mail.

    For an address that is not known, or whose account is closed, the same is done, and the message is taken back: neither the
    answer nor the time it takes says who has an account. Raises `TooMany` for the address or for the place.
    """
    address = email.strip().lower()
    take(session, limit=SIGN_IN_ASKED, who=actor.origin, now=now)
    take(session, limit=SIGN_IN_MAILS, who=address, now=now)
    account = account_by_email(session, email=address)
    known = account if account is not None and account.disabled_at is None else None
    asked_by = Actor.anonymous().at(actor.origin)
    with session.begin_nested() as message:
        _mail_link(session, known, ASKED_LINK, asked_by, now)
        if known is None:
            message.rollback()
    about = known.id if known is not None else "unknown"
    record(session, actor=asked_by, action="account.link_asked", object_kind="account", object_id=about, now=now)


def send_sign_in_link(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """Have a link mailed to this person, and to nobody else.

    Raises ``Refusal`` for a closed account, `TooMany` for the address.
    """
    _administrator_only(actor)
    hold(session, account)
    if account.disabled_at is not None:
        raise Refusal("account_disabled", _l("Dit account staat uit. Zet het eerst weer aan."))
    take(session, limit=SIGN_IN_MAILS, who=account.email, now=now)
    _mail_link(session, account, SENT_LINK, actor, now)
    _done(session, account, "account.link_sent", None, actor, now)


def make_sign_in_link(session: Session, *, account: Account, actor: Actor, now: datetime) -> str:
    """The token of a link for who has the server, to be shown there; the person is told.

    Raises ``Refusal`` for a closed account.
    """
    token = issue_sign_in_link(session, account=account, actor=actor, now=now)
    _done(session, account, "account.link_issued", MADE_LINK, actor, now)
    return token


def _administrator_only(actor: Actor) -> None:
    if actor.audience not in (Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _mail_link(session: Session, account: Account | None, template: str, actor: Actor, now: datetime) -> None:
    """Queue the mail that gets its link when it leaves; what is kept until then is who asked and where."""
    _tell(session, account, template, now, details={"asked_by": actor.reference, "asked_from": actor.origin})


def _tell(
    session: Session, account: Account | None, template: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    number = account.id if account is not None else 0
    last = newest_version(session, object_kind="account", object_id=number, template=template)
    enqueue(
        session,
        message=NewMessage(
            kind="email",
            template=template,
            recipient="account",
            object_kind="account",
            object_id=number,
            version=last + 1,
            locale=account.locale if account is not None else DEFAULT_LOCALE,
            details=details,
        ),
        now=now,
    )


def _done(
    session: Session,
    account: Account,
    action: str,
    template: str | None,
    actor: Actor,
    now: datetime,
    fields: tuple[str, ...] = (),
) -> None:
    """Log an act on an account, and tell the person when there is something to tell."""
    if template is not None:
        _tell(session, account, template, now)
    record(session, actor=actor, action=action, object_kind="account", object_id=account.id, now=now, fields=fields)
