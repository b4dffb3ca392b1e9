"""Making, approving, replacing and ending tokens; each is logged. The token itself is given back once and stored nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.framework.powers import Power, require_power
from portal.framework.tokens.models import SCOPES_OF, ApiToken, TokenScope
from portal.framework.tokens.queries import PREFIX, successor_of
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import secret_hash
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

LONGEST_LIFE = timedelta(days=366)
CHANGE_OVER = timedelta(days=7)
"""So long two tokens are good at once when one comes in the place of another."""


@dataclass(frozen=True)
class NewToken:
    """What somebody asks for: what it is called, what it is for, and how many days it is good."""

    name: str
    scopes: Collection[TokenScope]
    days: int


def make_token(
    session: Session, *, account: Account, wanted: NewToken, actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token for a program of this account; the row, and the token itself, which can be shown only now.

    That of a provider is good at once: a person looks at all that comes in by it. Any other waits for a second administrator.
    Raises ``Refusal`` for a closed account, a role without tokens, scopes that the role does not have, and a wrong life.
    """
    _administrator_only(actor)
    hold(session, account)
    if account.disabled_at is not None:
        raise Refusal("account_disabled", _l("Dit account staat uit. Zet het eerst weer aan."))
    name = wanted.name.strip()
    if not name:
        raise Refusal("token_name", _l("Geef de sleutel een naam."), field="name")
    if not wanted.scopes or not set(wanted.scopes) <= SCOPES_OF.get(account.role, frozenset()):
        raise Refusal("token_scopes", _l("Kies waarvoor de sleutel is. Deze rol kan niet alles."), field="scopes")
    if not timedelta(days=1) <= timedelta(days=wanted.days) <= LONGEST_LIFE:
        raise Refusal("token_days", _l("Een sleutel geldt 1 tot 366 dagen."), field="days")
    token, secret = _new(account, (name, sorted(wanted.scopes)), timedelta(days=wanted.days), actor, now)
    write_new(session, token, otherwise=None)
    _log(session, token, "api_token.made", actor, now, ("scopes", "expires_at"))
    return token, secret


def approve_token(session: Session, *, token: ApiToken, actor: Actor, now: datetime) -> None:
    """Let a token be used that waits for a second administrator.

    Raises ``Refusal`` for who made it, ``Conflict`` when it does not wait (any more).
    """
    hold(session, token)
    require_power(session, Power.GIVE_ROLE, actor=actor, on=local_date(now), prepared_by=token.made_by)
    write_guarded(
        session,
        token,
        ApiToken.needs_second.is_(True),
        ApiToken.approved_at.is_(None),
        ApiToken.ended_at.is_(None),
        ApiToken.expires_at > now,
        otherwise=Conflict("token_does_not_wait", _l("Deze sleutel wacht niet meer op een tweede persoon.")),
        approved_at=now,
        approved_by=actor.reference,
    )
    if token.successor_of_id is not None:
        _let_run_out(session, session.get_one(ApiToken, token.successor_of_id), now)
    _log(session, token, "api_token.approved", actor, now, ("approved_by",))


def replace_token(session: Session, *, token: ApiToken, actor: Actor, now: datetime) -> tuple[ApiToken, str]:
    """Make a token that comes in the place of this one, for the same and as long; the old one stays good for a week.

    Two are good at once, never three. The new one waits for a second administrator when the old one did.
    Raises ``Conflict`` when the token is not good (any more) or another comes in its place already.
    """
    _administrator_only(actor)
    hold(session, token)
    if not token.is_good(now):
        raise Conflict("token_not_good", _l("Deze sleutel werkt niet meer. Maak een nieuwe."))
    before = token.successor_of_id
    if before is not None and session.get_one(ApiToken, before).is_good(now):
        raise Conflict("token_replaces", _l("De vorige sleutel werkt nog. Beëindig die eerst."))
    twice = Conflict("token_replaced", _l("Voor deze sleutel is al een nieuwe gemaakt."))
    if successor_of(session, token=token) is not None:
        raise twice
    life = token.expires_at - token.made_at
    made, secret = _new(token.account, (token.name, token.scopes), life, actor, now)
    made.successor_of_id = token.id
    write_new(session, made, otherwise=twice)
    if not made.waits:
        _let_run_out(session, token, now)
    _log(session, made, "api_token.replaced", actor, now, ("successor_of_id", "expires_at"))
    return made, secret


def end_token(session: Session, *, token: ApiToken, actor: Actor, now: datetime) -> None:
    """End a token at once. Ending it again changes nothing."""
    _administrator_only(actor)
    ended = write_guarded(
        session, token, ApiToken.ended_at.is_(None), otherwise=None, ended_at=now, ended_by=actor.reference
    )
    if ended:
        _log(session, token, "api_token.ended", actor, now, ("ended_at",))


def end_tokens_of(session: Session, *, account: Account, actor: Actor, now: datetime) -> None:
    """End every token of an account: what was given to the programs of one role is not for those of another."""
    held = select(ApiToken).where(ApiToken.account_id == account.id, ApiToken.ended_at.is_(None)).order_by(ApiToken.id)
    for token in session.scalars(held):
        end_token(session, token=token, actor=actor, now=now)


def note_use(session: Session, *, token_id: int, now: datetime) -> None:
    """Remember the day on which a token was used last, so that one that nobody uses can be ended."""
    session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.last_used_on.is_distinct_from(now.date()))
        .values(last_used_on=now.date())
        .execution_options(synchronize_session=False)
    )


def _let_run_out(session: Session, token: ApiToken, now: datetime) -> None:
    """The old one stays good for a week at most."""
    write_guarded(session, token, ApiToken.expires_at > now + CHANGE_OVER, otherwise=None, expires_at=now + CHANGE_OVER)


def _new(
    account: Account, what: tuple[str, Collection[str]], life: timedelta, actor: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """A token that is not written yet: what it is called and for, and how long it is good."""
    secret, (name, scopes) = PREFIX + secrets.token_urlsafe(32), what
    token = ApiToken(
        account_id=account.id,
        account=account,
        name=name[:100],
        scopes=[str(one) for one in scopes],
        token_hash=secret_hash(secret),
        needs_second=account.role is not Role.PROVIDER,
        made_at=now,
        made_by=actor.reference,
        expires_at=now + life,
    )
    return token, secret


def _administrator_only(actor: Actor) -> None:
    if actor.audience not in (Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _log(session: Session, token: ApiToken, action: str, actor: Actor, now: datetime, fields: tuple[str, ...]) -> None:
    record(session, actor=actor, action=action, object_kind="api_token", object_id=token.id, now=now, fields=fields)
