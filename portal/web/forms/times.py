"""Times of the day in forms, and the instants they stand for."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from portal.platform.clock import AMSTERDAM
from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms.fields import OwnField

_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[.:uh]\s?([0-5][0-9]))?\s*(?:uur)?", re.IGNORECASE)


class TimeField(OwnField):
    """A time of the day as people write it: ``14.30``, ``14:30`` or ``9 uur``."""

    def read(self, text: str) -> time:
        match = _TIME.fullmatch(text.strip())
        if match is None:
            raise ValueError(_l("Vul de tijd in met uren en minuten, bijvoorbeeld 14.30."))
        return time(int(match[1]), int(match[2] or 0))

    def show(self, value: Any) -> str:
        return f"{value:%H.%M}"


def moment(day: date | None, hour: time | None) -> datetime:
    """The instant of a day and a time in Dutch time."""
    assert day is not None and hour is not None
    return datetime.combine(day, hour, tzinfo=AMSTERDAM)
