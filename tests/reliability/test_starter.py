"""A process that breaks down fails its own test with the reason, and none of the tests after it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.reliability.race import Racers


def breaks(_engine: Engine, number: int) -> None:
    """An act that goes right when it is rehearsed, and breaks down in the race."""
    if number != 1:
        raise ValueError("the reason")


def goes_right(_engine: Engine, _number: int) -> None:
    """An act of which nothing can be said."""


def test_who_breaks_down_says_why_and_the_next_race_is_run(racers: Racers, engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with pytest.raises(AssertionError, match="ValueError: the reason"):
        racers.race(url, "tests.reliability.test_starter:breaks", attempts=4, processes=2)
    assert racers.race(url, "tests.reliability.test_starter:goes_right", attempts=4, processes=2).awarded == 4
