"""Reads of what decisions took of vouchers."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.takings.models import Taking, TakingGround

_ARTICLES: Mapping[TakingGround, tuple[str, str]] = {
    TakingGround.NOT_DONE: ("4:48", "a"),
    TakingGround.DUTY_NOT_MET: ("4:48", "b"),
    TakingGround.WRONG_DATA: ("4:48", "c"),
    TakingGround.WRONG_AWARD: ("4:48", "d"),
    TakingGround.NO_BUDGET: ("4:48", "e"),
    TakingGround.MISTAKE: ("4:50", "a"),
    TakingGround.CHANGED: ("4:50", "b"),
    TakingGround.BY_RULE: ("4:50", "c"),
}


def taking_of(session: Session, *, decision_id: int) -> Taking | None:
    """What a decision took of a voucher; None for another decision, or one of before this was kept."""
    return session.scalar(select(Taking).where(Taking.decision_id == decision_id))


def article_of(ground: TakingGround) -> tuple[str, str] | None:
    """The article of the Awb and the letter in its first paragraph; None for what the holder asked for."""
    return _ARTICLES.get(ground)
