"""The six digits of a mail to sign in, typed in the browser that asked for it: for who reads mail on another device."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.accounts.actions import LinkUnusable, use_up_sign_in_link
from portal.people.accounts.models import SignInLink
from portal.people.accounts.queries import secret_hash


def consume_sign_in_code(session: Session, *, code: str, browser: str, now: datetime) -> SignInLink:
    """Use up the link whose mail has this code, asked for in this browser. Raises `LinkUnusable` when there is none.

    `browser` is what only that browser has. Who calls counts wrong tries: a code has twenty bits and lives ten minutes.
    """
    asked_in = secret_hash(browser)
    mine = (SignInLink.asked_in == asked_in, SignInLink.consumed_at.is_(None), SignInLink.expires_at > now)
    right = SignInLink.code_hash == secret_hash(f"{asked_in}:{code}")
    hashed = session.scalar(select(SignInLink.token_hash).where(*mine, right).order_by(SignInLink.id.desc()))
    if hashed is None:
        raise LinkUnusable
    return use_up_sign_in_link(session, hashed=hashed, now=now, browser=browser)
