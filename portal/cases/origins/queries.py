"""Reads of campaigns."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.origins.models import NO_CAMPAIGN, Campaign

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,19}")


def campaigns(session: Session) -> list[Campaign]:
    """All campaigns, the newest first."""
    return list(session.scalars(select(Campaign).order_by(Campaign.made_at.desc(), Campaign.id.desc())))


def known_code(session: Session, *, text: str) -> str:
    """The code of a campaign in a text that came along with an address; the empty one when there is no such campaign."""
    code = text.strip().lower()
    if not CODE.fullmatch(code):
        return NO_CAMPAIGN
    return session.scalar(select(Campaign.code).where(Campaign.code == code)) or NO_CAMPAIGN
