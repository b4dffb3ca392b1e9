"""The table: desks in which many acts can be done on the same record, and how each act is called there."""

from __future__ import annotations

from tests.reliability.pairs.acts import Scene
from tests.reliability.pairs.scenes import (
    accounting,
    agreements,
    aid,
    appointing,
    asking,
    auditing,
    awarding,
    bank,
    closing_periods,
    correcting,
    evidence,
    framing,
    handing,
    origins,
    paying,
    publishing,
    reporting,
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
    *accounting.SCENES,
    *agreements.SCENES,
    *closing_periods.SCENES,
    *reporting.SCENES,
    *auditing.SCENES,
    *warnings.SCENES,
    *origins.SCENES,
)
