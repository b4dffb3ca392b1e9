"""The texts of an accountability report: two of the region who write the same one at once."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from portal.accounting.reports.actions import TextPlace, write_report_text
from tests.factories import NOW, REGION, a_region
from tests.portal.accounting.figures.lives import WHOLE
from tests.reliability.pairs.acts import REGIONS, Scene, row

_FIRST, _SECOND = (TextPlace(None, *WHOLE, section) for section in ("goal_reached", "monitor"))
_LONGER = TextPlace(None, *WHOLE, "communication")


def _one_text(session: Session) -> None:
    a_region(session)
    write_report_text(session, place=_FIRST, text="Eerst.", seen=0, actor=REGION, now=NOW)


writing = partial(row, write_report_text, actor=REGIONS)
SCENES = (
    Scene(
        "a report with one text",
        _one_text,
        (
            writing("again", place=_FIRST, text="Beter: {spent}.", seen=1),
            writing("the first of another question", place=_SECOND, text="Nieuw.", seen=0),
            writing("of yet another question", place=_LONGER, text="Verteld.", seen=0),
        ),
    ),
)
