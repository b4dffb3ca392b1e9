"""When a scheme can be asked for: periods with their clock times, and the answer for one day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.values import Day, Model, Text
from schemes.basics.vocabulary import SchemeState

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def _clock_time(value: Any) -> str:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise PydanticCustomError("not_a_clock_time", 'A clock time is a text in quotes, such as "09:00" or "17:00"')
    return value


ClockTime = Annotated[
    str,
    BeforeValidator(_clock_time),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
            "examples": ["09:00", "17:00"],
            "description": 'A time of the day in the Netherlands, "HH:MM".',
        }
    ),
]
"""A time of the day in the Netherlands, as the text HH:MM."""


class Window(Model):
    """A period in which one can apply."""

    opens_on: Day
    """First day."""
    opens_at: ClockTime | None = None
    """Time on the first day from which one can apply, in the Netherlands: "09:00". Leave out for the whole day."""
    closes_on: Day | None = None
    """Last day. Leave out when it is not known or there is none."""
    closes_at: ClockTime | None = None
    """Time on the last day until which one can apply, that minute included: "17:00". Leave out for the whole day."""
    note: Text | None = None
    """What else there is to know about this period."""

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise PydanticCustomError("dates_reversed", "The window closes before it opens")
        if self.closes_at is not None and self.closes_on is None:
            raise PydanticCustomError("closes_at_without_day", "closes_at needs closes_on")
        one_day = self.closes_on == self.opens_on and self.opens_at is not None and self.closes_at is not None
        if one_day and str(self.closes_at) < str(self.opens_at):
            raise PydanticCustomError("dates_reversed", "The window closes before it opens")
        return self

    def not_yet(self, on: date, at: time | None = None) -> bool:
        """Whether the window is still to open. With a clock time the first day looks at the clock too."""
        if at is not None and on == self.opens_on and self.opens_at is not None:
            return at < time.fromisoformat(self.opens_at)
        return on < self.opens_on

    def is_past(self, on: date, at: time | None = None) -> bool:
        """Whether the window has closed. With a clock time the last day looks at the clock too."""
        if self.closes_on is None:
            return False
        if at is not None and on == self.closes_on and self.closes_at is not None:
            return at.replace(second=0, microsecond=0) > time.fromisoformat(self.closes_at)
        return on > self.closes_on


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a scheme can be asked for on a day. `code` is a key of `codes.AVAILABILITY`."""

    state: SchemeState
    code: str
    window: Window | None = None
    ended_on: date | None = None
    explanation: Text | None = None
    """Of a scheme that has ended: why it is no longer there and what to do instead."""
    since: date | None = None
    """Of a ceiling that is reached: since when."""
    third_party: Text | None = None
    """Who must apply, when that is neither the resident nor the employer."""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the code: days, clock times (HH:MM) and the third party as a Text."""
        if self.code == "ended":
            return {"ended_on": self.ended_on}
        if self.code == "ceiling_reached":
            return {"since": self.since}
        params: dict[str, Any] = {}
        if self.window is not None:
            params = {"closes_on": self.window.closes_on, "closes_at": self.window.closes_at}
            if self.code != "closed_since":
                params |= {"opens_on": self.window.opens_on, "opens_at": self.window.opens_at}
        if self.code == "third_party_only":
            params["third_party"] = self.third_party
        return params


def in_windows(windows: Sequence[Window], on: date, at: time | None = None) -> Availability:
    """What the windows say about a day: the one that is open, else the next, else the last. There is at least one."""
    for window in windows:
        if window.not_yet(on, at):
            return Availability("not_yet_open", "opens_on", window)
        if not window.is_past(on, at):
            return Availability("open", "open_until", window)
    return Availability("closed", "closed_since", windows[-1])


def last_past(windows: Sequence[Window], on: date, at: time | None = None) -> Window | None:
    """The last window that has closed; None when none has."""
    past = [window for window in windows if window.is_past(on, at)]
    return past[-1] if past else None
