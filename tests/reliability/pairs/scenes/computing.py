"""What is computed apart: taken, said to go on and removed at the same moment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.platform.apart.actions import AskedApart, forget_computed, say_how_far, take_apart
from portal.platform.apart.models import KEPT, ComputedApart
from tests.factories import NOW
from tests.reliability.pairs.acts import NO, Scene, row

WHO = "b" * 64
OLD = NOW - KEPT - timedelta(hours=1)
LEFT = AskedApart("1" * 64, "a" * 64, 60, OLD)
"""A process began it and died."""
AGAIN = AskedApart(LEFT.key, WHO, 60, NOW)
OTHER = AskedApart("2" * 64, WHO, 12, NOW - timedelta(minutes=1))
"""The same person asked it before."""
LEASE = "1" * 32
"""What that process has in its memory, whoever has it now."""


def _left(session: Session) -> None:
    take_apart(session, asked=LEFT, now=OLD)
    session.get_one(ComputedApart, LEFT.key).lease = LEASE


LEFT_BEHIND = Scene(
    "something that a process computed that died",
    _left,
    (
        row(take_apart, asked=AGAIN, actor=NO),
        row(take_apart, "another", asked=OTHER, actor=NO),
        row(say_how_far, key=LEFT.key, lease=LEASE, done=3, actor=NO),
        row(forget_computed, actor=NO),
    ),
)
SCENES = (LEFT_BEHIND,)
