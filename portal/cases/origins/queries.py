"""Reads of campaigns."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.origins.models import NO_CAMPAIGN, Campaign

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,19}")


def campaigns(session: Session) -> list[Campaign]:
    """All campaigns: those that run first, and of each kind the newest first."""
    order = (Campaign.ended_at.is_not(None), Campaign.made_at.desc(), Campaign.id.desc())
    return list(session.scalars(select(Campaign).order_by(*order)))


def campaign_by_code(session: Session, *, code: str) -> Campaign | None:
    """The campaign with this code."""
    return session.scalar(select(Campaign).where(Campaign.code == code))


def known_code(session: Session, *, text: str) -> str:
    """The code of a campaign, also of one that has ended, in a text of an address; the empty one when there is none."""
    code = text.strip().lower()
    if not CODE.fullmatch(code):
        return NO_CAMPAIGN
    return session.scalar(select(Campaign.code).where(Campaign.code == code)) or NO_CAMPAIGN
