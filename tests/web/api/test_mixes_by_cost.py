"""What may be computed at the interface is limited by what it costs: a dear mix uses more of what one may than a cheap one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import thread_time
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.platform.limits.models import API_MIXES, MIX_SECONDS, LimitCount
from tests.web.office import Office, office, still

__all__ = ["office", "still"]


@pytest.fixture
def five() -> Iterator[int]:
    """Five mixes an hour."""
    most = API_MIXES.most
    object.__setattr__(API_MIXES, "most", 5)
    yield 5
    object.__setattr__(API_MIXES, "most", most)


@pytest.fixture
def takes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets every request take so many seconds of the processor, as its clock says."""

    def set_to(seconds: float) -> None:
        told = iter(range(10_000))
        monkeypatch.setattr("portal.web.api.blueprint.thread_time", lambda: next(told) * seconds)

    return set_to


def asked(office: Office, cents: int = 10_000) -> TestResponse:
    sent: dict[str, Any] = {"route": "individual", "costs": [{"category": "tuition", "amountCents": cents}]}
    return office.app.test_client(use_cookies=False).post("/api/v1/mixes", json=sent)


def counted(office: Office) -> int:
    mine = select(func.sum(LimitCount.number)).where(LimitCount.what == API_MIXES.what)
    return office.do(lambda session: session.scalar(mine) or 0)


@pytest.mark.parametrize(("seconds", "number"), [(0.01, 1), (0.49, 1), (0.5, 2), (1.6, 4)])
def test_a_mix_counts_once_and_once_more_for_each_half_second(
    office: Office, takes: Callable[[float], None], seconds: float, number: int
) -> None:
    takes(seconds)
    assert asked(office).status_code == 200 and counted(office) == number


def test_of_cheap_ones_exactly_as_many_get_through_as_the_limit_says_and_of_dear_ones_fewer(
    office: Office, five: int, takes: Callable[[float], None]
) -> None:
    takes(0.1)
    assert [asked(office).status_code for _ in range(five + 2)] == [200] * five + [429] * 2
    assert counted(office) == five, "who is refused is not counted"
    office.do(lambda session: session.query(LimitCount).delete())
    takes(MIX_SECONDS)
    answers = [asked(office) for _ in range(five)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= API_MIXES.window.total_seconds()
    assert answers[-1].json is not None and answers[-1].json["code"] == "too_many"


def test_control_without_the_charge_dear_ones_are_as_cheap_as_others(
    office: Office, five: int, takes: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.api.blueprint.charge", lambda *_, **__: None)
    takes(10 * MIX_SECONDS)
    assert [asked(office).status_code for _ in range(five + 1)] == [200] * five + [429]


def test_it_is_the_processor_that_counts_and_what_was_computed_before_is_cheap(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.web.api import mixes

    compute = mixes.answer

    def dear(*asks: Any, **more: Any) -> Any:
        begun = thread_time()
        while thread_time() - begun < 1.2 * MIX_SECONDS:
            pass
        return compute(*asks, **more)

    monkeypatch.setattr("portal.web.api.mixes.answer", dear)
    assert asked(office, 12_300).status_code == 200
    first = counted(office)
    assert asked(office, 12_300).status_code == 200
    assert first >= 2 and counted(office) == first + 1


def test_the_description_says_what_a_mix_counts(office: Office) -> None:
    described = office.app.test_client().get("/api/v1/openapi.json").json
    assert described is not None
    [said] = [one["description"] for one in described["tags"] if one["name"] == "mixes"]
    assert f"{API_MIXES.most} keer per uur" in said and "500 milliseconden" in said and "Retry-After" in said
