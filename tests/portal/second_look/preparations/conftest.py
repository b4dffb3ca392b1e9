"""What the tests of prepared decisions share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

LIMIT = 100_000


@pytest.fixture
def two_people_above_1000(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schemes want two people above € 1,000, as `four_eyes_above_cents` says; the first mix of the tests is € 1,200."""

    def limited(found: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            one = found(*arguments, **named)
            held = one if isinstance(one, dict) else {"": one}
            changed = {
                slug: replace(old, definition=old.definition.model_copy(update={"four_eyes_above_cents": LIMIT}))
                for slug, old in held.items()
            }
            return changed if isinstance(one, dict) else changed[""]

        return wrapped

    for place in (
        "portal.paying.settlements.actions.scheme_of_voucher",
        "portal.awarding.top_ups._scheme",
        "portal.awarding.decisions.actions.schemes_applied_for",
    ):
        module, _, name = place.rpartition(".")
        real = getattr(__import__(module, fromlist=[name]), name)
        monkeypatch.setattr(place, limited(real))
