"""The table: desks in which many acts can be done on the same record, and how each act is called there."""

from __future__ import annotations

from tests.reliability.pairs.acts import Scene
from tests.reliability.pairs.scenes import (
    aid,
    appointing,
    asking,
    awarding,
    bank,
    correcting,
    evidence,
    framing,
    handing,
    paying,
    publishing,
    second_look,
    spending,
    two_people,
    waiting,
    warnings,
)

SCENES: tuple[Scene, ...] = (
    *asking.SCENES,
    *handing.SCENES,
    *appointing.SCENES,
    *awarding.SCENES,
    *waiting.SCENES,
    *spending.SCENES,
    *paying.SCENES,
    *bank.SCENES,
    *correcting.SCENES,
    *evidence.SCENES,
    *aid.SCENES,
    *second_look.SCENES,
    *two_people.SCENES,
    *publishing.SCENES,
    *framing.SCENES,
    *warnings.SCENES,
)
