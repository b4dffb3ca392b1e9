"""Reads of what was counted, and the hash under which it is."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.platform.limits.models import HowOften, LimitCount

_KEYS = [secrets.token_bytes(32)]


def use_key(secret: str) -> None:
    """Hash with a key of this secret from now on, as every process of the desk does.

    Until then with one of this process alone.
    """
    _KEYS[:] = [hashlib.sha256(b"limits:" + secret.encode()).digest()]


def hashed(limit: HowOften, who: str) -> str:
    """Who it is, as it is stored: for another limit another value."""
    return hmac.new(_KEYS[0], f"{limit.what}:{who}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def free_again(session: Session, *, limit: HowOften, who: str, now: datetime) -> datetime | None:
    """When somebody who did this as often as may be may do it again; None while it may be done."""
    return session.scalar(
        select(LimitCount.until).where(
            LimitCount.what == limit.what,
            LimitCount.who == hashed(limit, who),
            LimitCount.until > now,
            LimitCount.number >= limit.most,
        )
    )
