"""Counting acts that leave no line in the log: what is counted here goes with the transaction that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

_WAITING = "acts_to_count"


def count_act(session: Session, action: str) -> None:
    """Count an act, by its name (``noun.verb``), when what this session does is committed (`portal.people.audit.counting`)."""
    waiting: Counter[str] = session.info.setdefault(_WAITING, Counter())
    waiting[action] += 1


def counted_here(session: Session) -> Mapping[str, int]:
    """What this session has to count and did not write yet."""
    return dict(session.info.get(_WAITING, {}))


def take_counts(session: Session) -> Mapping[str, int]:
    """The same, taken out: who takes it writes it."""
    found: Mapping[str, int] = session.info.pop(_WAITING, {})
    return found
