"""A forecast, and whether the public sees it, while others do the same."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.planning.forecasts.actions import keep_forecast, show_meter
from tests.factories import NOW, a_voucher
from tests.reliability.pairs.acts import REGIONS, Scene, made, row
from tests.web.forecasted import a_worked_outlook


def _issued(session: Session) -> None:
    a_voucher(session, now=NOW - timedelta(days=10))


ISSUED = Scene(
    "a voucher of before, from which something can be learned",
    _issued,
    (
        row(keep_forecast, worked_out=made(a_worked_outlook), actor=REGIONS),
        row(show_meter, "off", shown=False, actor=REGIONS),
    ),
)

SCENES = (ISSUED,)
