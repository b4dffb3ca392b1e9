"""How a row of the table of decisions is made: its ground, who is heard first, and what who does not agree can do."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from portal.awarding.decisions.models import DecisionKind
from portal.framework.powers import Power
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

LAW = _l("Algemene wet bestuursrecht")


class Recourse(enum.StrEnum):
    """What who does not agree can do; both within six weeks from the day after the letter was sent (Awb 6:7, 6:8)."""

    OBJECTION = "objection"
    """Object with the body that decided (Awb 6:4, 7:1)."""
    APPEAL = "appeal"
    """Appeal to the court, after an objection (Awb 8:1)."""
    NONE = "none"


RECOURSE: Mapping[Recourse, LazyString] = {
    Recourse.OBJECTION: _l(
        "Bezwaar bij het bestuur dat besloot, binnen zes weken vanaf de dag na de brief (6:4, 6:7, 6:8)"
    ),
    Recourse.APPEAL: _l("Beroep bij de rechtbank, binnen zes weken vanaf de dag na de brief (6:7, 6:8, 8:1)"),
    Recourse.NONE: _l("Geen"),
}


@dataclass(frozen=True)
class DecisionRow:
    """One decision that the desk can take."""

    what: LazyString
    act: str
    """The act that takes it, as module and name."""
    power: Power | None
    kind: DecisionKind | None
    letters: tuple[str, ...]
    """The messages that make it known."""
    ground: tuple[str, ...]
    """The articles of the Awb on which it rests, beside the rules of the scheme. A refusal too is a decision "omtrent
    subsidieverlening" (4:29); which rule of the scheme, or that its ceiling is reached (4:25), is said in its reasons."""
    hearing: LazyString
    recourse: Recourse
    remedy: LazyString
    """What comes of a founded objection; without recourse why there is none."""
    tests: tuple[str, ...]
    """The tests that show it, by file and name."""
