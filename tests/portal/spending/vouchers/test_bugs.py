"""Every mistake that the proof puts in can be put in: what it takes away is still called so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.portal.spending.vouchers.bugs import BUGS
from tests.reliability.walks.planted import PLANTED


@pytest.mark.parametrize("put_in", [*BUGS, *(one.plant for one in PLANTED)], ids=lambda one: one.__name__)
def test_a_mistake_can_be_put_in(put_in: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch)
    monkeypatch.undo()


def test_control_one_that_is_called_otherwise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AttributeError):
        monkeypatch.setattr("portal.paying.settlements.actions._take_back", None)
