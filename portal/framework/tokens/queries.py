"""Reads of tokens, and who a program is that shows one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.framework.tokens.models import SCOPES_OF, ApiToken, TokenScope
from portal.people.accounts.queries import actor_of_account, secret_hash
from portal.people.actor import Actor

PREFIX = "loket_"
"""With which every token begins, so that one that is left somewhere is known for what it is."""
SHAPE = re.compile(r"loket_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class TokenHolder:
    """Who a program is, by its token: the account it works for with the role of now, and what it may be used for."""

    token_id: int
    actor: Actor
    scopes: frozenset[TokenScope]
    first_today: bool
    """Whether it was not used before on this day."""


def token_holder(session: Session, *, token: str, now: datetime) -> TokenHolder | None:
    """Who shows this token; None when it is unknown, not approved, too old, ended, or of a closed account.

    A scope that the role of the account no longer has does not count.
    """
    if SHAPE.fullmatch(token) is None:
        return None
    known = session.scalar(
        select(ApiToken).options(joinedload(ApiToken.account)).where(ApiToken.token_hash == secret_hash(token))
    )
    if known is None or not known.is_good(now):
        return None
    held = SCOPES_OF.get(known.account.role, frozenset()) & {TokenScope(one) for one in known.scopes}
    return TokenHolder(known.id, actor_of_account(known.account), frozenset(held), known.last_used_on != now.date())


def tokens(session: Session) -> list[ApiToken]:
    """All tokens, the newest first, also those that ended. The caller guards that an administrator looks."""
    return list(session.scalars(select(ApiToken).options(joinedload(ApiToken.account)).order_by(ApiToken.id.desc())))


def token_by_public_id(session: Session, *, public_id: str) -> ApiToken | None:
    """One token, by its public id."""
    return session.scalar(select(ApiToken).options(joinedload(ApiToken.account)).where(ApiToken.public_id == public_id))


def successor_of(session: Session, *, token: ApiToken) -> ApiToken | None:
    """The token that comes in its place."""
    return session.scalar(select(ApiToken).where(ApiToken.successor_of_id == token.id))
