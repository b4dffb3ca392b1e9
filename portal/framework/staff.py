"""Who works here and how they come in: accounts opened, changed and closed, and the links that are mailed to them.

Each act is logged and told to the person by mail to the own address. Nobody but that person gets to see a link.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.framework.tokens.actions import end_tokens_of
from portal.people.accounts.actions import (
    change_role,
    create_account,
    disable_account,
    enable_account,
    end_sessions_of,
    issue_sign_in_link,
)
from portal.people.accounts.models import Account, EndOfSession, Organisation, Role
from portal.people.accounts.queries import account_by_email, accounts
from portal.people.actor import Actor, Audience, Grade
from portal.people.audit.actions import record
from portal.people.factors.actions import forget_steps
from portal.people.grades import require_whole_role, schemes_in
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import DEFAULT_LOCALE
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job
from portal.platform.limits.actions import take
from portal.platform.limits.models import SIGN_IN_ASKED, SIGN_IN_MAILS, SIGN_IN_MAILS_IN_ALL
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
LIMITED, STEPS_FORGOTTEN, REVIEW_DUE = "account/limited", "account/steps_forgotten", "account/review_due"
REVIEW_EVERY, REVIEW_ADMIN_EVERY = timedelta(days=365), timedelta(days=91)
"""How often somebody says of an account that its rights are still right; of an administrator each quarter (BIO2 8.02.01)."""


_RANK = {Grade.READER: 0, Grade.TRAINEE: 1, Grade.FULL: 2}


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
    """Add somebody who may sign in, and say so to them. Raises ``Refusal`` as `create_account` and `require_whole_role`."""
    _gives_roles(actor)
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
    """Give somebody a role, whole, and say so. The keys of their programs end: they were given for the role of before.

    Raises ``Refusal`` as `change_role` does, and for the last administrator.
    """
    _gives_roles(actor)
    if role is not Role.ADMIN:
        _an_administrator_stays(session, account, actor)
    change_role(session, account=account, role=role, actor=actor, now=now, prepared_by=prepared_by)
    end_tokens_of(session, account=account, actor=actor, now=now)
    _done(session, account, "account.role_changed", ROLE_CHANGED, actor, now, fields=("role",))


def close_account(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """Close an account, and say so to the person. Raises ``Refusal`` for the own account, and for the last administrator."""
    _administrator_only(actor)
    _an_administrator_stays(session, account, actor)
    was_open = disable_account(session, account=account, actor=actor, now=now)
    _done(session, account, "account.disabled", CLOSED if was_open else None, actor, now)


def open_account_again(
    session: Session, *, account: Account, actor: Actor, now: datetime, prepared_by: str | None = None
) -> None:
    """Open a closed account again, and say so to the person. Raises ``Refusal`` as `enable_account` does."""
    _gives_roles(actor)
    was_closed = enable_account(session, account=account, actor=actor, prepared_by=prepared_by)
    _done(session, account, "account.enabled", OPENED_AGAIN if was_closed else None, actor, now)


def log_out_everywhere(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """End every session and unused link of an account, for a lost telephone."""
    _administrator_only(actor)
    end_sessions_of(session, account=account, because=EndOfSession.ENDED_BY_DESK, now=now)
    _done(session, account, "account.sessions_ended", None, actor, now)


def limit_rights(
    session: Session,
    *,
    account: Account,
    grade: Grade,
    schemes: Collection[str],
    own_teams: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Let somebody do less of the role: in training, reading, deciding about these schemes alone, or seeing the cases of the own
    teams alone (for advisors). The person is told.

    Who was limited gets more again by being given the role anew (`give_role`), which takes two where the role decides. Raises
    ``Refusal``: own_role, gives_more, nothing_changes, no_cases; and for the last administrator.
    """
    _administrator_only(actor)
    hold(session, account)
    if actor.account_id == account.id:
        raise Refusal("own_role", _l("U kunt uw eigen rechten niet veranderen. Vraag een collega."), field="grade")
    if own_teams and account.role is not Role.ADVISOR:
        raise Refusal("no_cases", _l("Alleen een adviseur heeft vragen van een team."), field="own_teams")
    told, before = frozenset(schemes), schemes_in(account.only_schemes)
    more_schemes = bool(before) and not (told and told <= before)
    if _RANK[grade] > _RANK[account.grade] or more_schemes or (account.only_own_teams and not own_teams):
        message = _l(
            "Hiermee krijgt iemand meer rechten. Geef de rol opnieuw: die is dan weer helemaal van deze persoon."
        )
        raise Refusal("gives_more", message, field="grade")
    if (grade, told, own_teams) == (account.grade, before, account.only_own_teams):
        raise Refusal("nothing_changes", _l("Zo is het al. Kies iets anders."), field="grade")
    if grade is not Grade.FULL:
        _an_administrator_stays(session, account, actor)
    account.grade, account.only_schemes, account.only_own_teams = grade, ",".join(sorted(told)), own_teams
    account.reviewed_at, account.reviewed_by = now, actor.reference
    session.flush()
    end_sessions_of(session, account=account, because=EndOfSession.RIGHTS_CHANGED, now=now)
    _done(
        session,
        account,
        "account.rights_limited",
        LIMITED,
        actor,
        now,
        fields=("grade", "only_schemes", "only_own_teams"),
    )


def confirm_rights(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """Say that the rights of somebody are still right; the next time is a year from now (a quarter, of an administrator).

    Raises ``Refusal`` for the own account and for a closed one.
    """
    _administrator_only(actor)
    hold(session, account)
    if actor.account_id == account.id:
        raise Refusal("own_role", _l("U kunt uw eigen rechten niet nakijken. Vraag een collega."))
    if account.disabled_at is not None:
        raise Refusal("account_disabled", _l("Dit account staat uit. Er is niets na te kijken."))
    account.reviewed_at, account.reviewed_by = now, actor.reference
    session.flush()
    _done(session, account, "account.rights_confirmed", None, actor, now)


def reset_second_step(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """Take away the app, the passkeys and the recovery codes of who lost them, end all sessions, and tell the person.

    Who does so gets nothing: the person signs in by mail and chooses a new second step. Raises ``Refusal`` for the own account,
    and when there is nothing to take away.
    """
    _administrator_only(actor)
    if actor.account_id == account.id:
        raise Refusal("own_account", _l("Dit kunt u niet voor uzelf doen. Vraag een andere beheerder."))
    if not forget_steps(session, account=account):
        raise Refusal("no_second_step", _l("Deze persoon heeft nog geen tweede stap."))
    end_sessions_of(session, account=account, because=EndOfSession.STEPS_FORGOTTEN, now=now)
    _done(session, account, "account.steps_forgotten", STEPS_FORGOTTEN, actor, now)


def rights_to_review(session: Session, *, now: datetime) -> list[Account]:
    """The open accounts of which nobody said for too long that their rights are still right, the oldest first."""
    last = func.coalesce(Account.reviewed_at, Account.created_at)
    every = ((Account.role == Role.ADMIN) & (last <= now - REVIEW_ADMIN_EVERY)) | (last <= now - REVIEW_EVERY)
    rows = select(Account).where(Account.disabled_at.is_(None), every).order_by(last, Account.id)
    return list(session.scalars(rows))


def remind_of_review(session: Session, *, actor: Actor, now: datetime) -> int:
    """Tell every administrator that there are rights to look at; returns how many were told. Only a program does this."""
    if actor.audience is not Audience.SYSTEM:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    number = len(rights_to_review(session, now=now))
    return tell_administrators(session, template=REVIEW_DUE, details={"number": number}, now=now) if number else 0


def tell_administrators(session: Session, *, template: str, details: Mapping[str, Any], now: datetime) -> int:
    """Tell every administrator something of the desk itself, by mail; returns how many were told."""
    told = [one for one in accounts(session, role=Role.ADMIN) if one.disabled_at is None]
    for account in told:
        _tell(session, account, template, now, details=details)
    return len(told)


def review_job(actor: Actor) -> Job:
    """The job that reminds the administrators once a month."""

    def due(_session: Session, at: datetime) -> list[str]:
        return [f"{local_date(at):%Y-%m}"]

    def act(session: Session, _item: str, at: datetime) -> None:
        remind_of_review(session, actor=actor, now=at)

    return Job("rights_to_review", due, act)


# Ways in ---------------------------------------------------------------------------------------------------------------


def ask_sign_in_link(session: Session, *, email: str, actor: Actor, now: datetime, asked_in: str | None = None) -> None:
    """Somebody types an address to sign in: when it is known, a link goes to it by mail.

    `asked_in` is the hash of what only this browser has: the link works there alone, there also by the code in the mail.
    For an address that is not known, or whose account is closed, the same is done, and the message is taken back: neither the
    answer nor the time it takes says who has an account. Raises `TooMany` for the address or for the place.
    """
    address = email.strip().lower()
    take(session, limit=SIGN_IN_ASKED, who=actor.origin, now=now)
    take(session, limit=SIGN_IN_MAILS, who=f"{address} {actor.origin}".strip(), now=now)
    take(session, limit=SIGN_IN_MAILS_IN_ALL, who=address, now=now)
    account = account_by_email(session, email=address)
    known = account if account is not None and account.disabled_at is None else None
    asked_by = Actor.anonymous().at(actor.origin)
    with session.begin_nested() as message:
        _mail_link(session, known, ASKED_LINK, asked_by, now, asked_in)
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


def _gives_roles(actor: Actor) -> None:
    _administrator_only(actor)
    require_whole_role(actor)


def _an_administrator_stays(session: Session, account: Account, actor: Actor) -> None:
    """Refuse to take the last administrator away. All are locked, so that two do not take each other away at once."""
    if account.role is not Role.ADMIN or account.disabled_at is not None or account.id == actor.account_id:
        return
    held = select(Account).where(Account.role == Role.ADMIN).order_by(Account.id).with_for_update()
    fresh = session.scalars(held.execution_options(populate_existing=True)).all()
    if not any(one.id != account.id and one.disabled_at is None and one.grade is Grade.FULL for one in fresh):
        message = _l("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")
        raise Refusal("last_administrator", message)


def _mail_link(
    session: Session, account: Account | None, template: str, actor: Actor, now: datetime, asked_in: str | None = None
) -> None:
    """Queue the mail that gets its link when it leaves; what is kept until then is who asked and where."""
    asked = {"asked_by": actor.reference, "asked_from": actor.origin}
    _tell(session, account, template, now, details=asked | ({"asked_in": asked_in} if asked_in else {}))


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
