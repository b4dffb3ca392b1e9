"""Four people at once at every limit of the desk, on its screens: exactly so many are let through, and one more is not."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from portal.platform.identity_services import Level, load_identity_services
from portal.platform.limits.models import LIMITS, PLEDGE_MAILS, HowOften, LimitCount
from portal.post.messages.models import OutboxMessage
from tests.factories import a_question
from tests.web.access.test_services import FILE
from tests.web.access.trying import THINGS, OneTry
from tests.web.office import Office, office, still

__all__ = ["office", "still"]

WORKERS = 4

BUSY = 503


@pytest.fixture(params=LIMITS, ids=lambda limit: limit.what)
def limit(request: pytest.FixtureRequest) -> Iterator[HowOften]:
    """A limit that lets one fewer through than there are people here."""
    chosen: HowOften = request.param
    most = chosen.most
    object.__setattr__(chosen, "most", WORKERS - 1)
    yield chosen
    object.__setattr__(chosen, "most", most)


def together(tries: list[OneTry]) -> list[int]:
    """All at the same moment, each in a thread and with a connection of its own; the answers."""
    begin, answers = threading.Barrier(len(tries), timeout=30), [0] * len(tries)

    def run(place: int) -> None:
        begin.wait()
        while (status := tries[place].done()) == BUSY:  # the brake lets so many compute at once, and says to come back
            continue
        answers[place] = status

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.fixture(autouse=True)
def service(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service to sign in with, of which nobody is asked anything."""
    monkeypatch.setenv("LOKET_SERVICE_SECRET", "for tests only")
    file = tmp_path / "services.toml"
    file.write_text(FILE.format(issuer="https://id.example"), encoding="utf-8")
    office.app.extensions["identity_services"] = load_identity_services(file)
    there = SimpleNamespace(state="s", nonce="n", verifier="v", address="https://id.example/begin")

    def visit(*, anew: bool, level: Level) -> SimpleNamespace:
        return SimpleNamespace(**{**vars(there), "state": secrets.token_hex(16)})

    monkeypatch.setattr("portal.web.access.visiting._client", lambda _said: SimpleNamespace(visit=visit))


def test_every_limit_is_reached_on_a_screen() -> None:
    assert THINGS.keys() == {limit.what for limit in LIMITS}


def test_of_four_at_once_three_get_through_and_one_is_told_when_it_may_again(office: Office, limit: HowOften) -> None:
    tries = [THINGS[limit.what](office, number) for number in range(WORKERS)]
    answers = together(tries)
    assert answers.count(429) == 1, answers
    assert all(status < 500 for status in answers), answers
    counted = select(func.sum(LimitCount.number)).where(LimitCount.what == limit.what)
    assert office.do(lambda s: s.scalar(counted)) == WORKERS - 1
    late = THINGS[limit.what](office, WORKERS + 1)
    assert late.done() == 429
    assert late.browser.last is not None
    assert 0 < int(late.browser.last.headers["Retry-After"]) <= limit.window.total_seconds()


def test_control_below_the_limit_nobody_is_refused(office: Office, limit: HowOften) -> None:
    answers = together([THINGS[limit.what](office, number) for number in range(WORKERS - 1)])
    assert 429 not in answers, answers


def test_thirty_pledge_mails_from_one_session_stop_at_a_few(office: Office) -> None:
    office.made(a_question)
    tries = [THINGS[PLEDGE_MAILS.what](office, number) for number in range(30)]
    assert [one.done() for one in tries] == [303] * PLEDGE_MAILS.most + [429] * (30 - PLEDGE_MAILS.most)
    asked = select(func.count()).where(OutboxMessage.template == "pledge/asked")
    assert office.do(lambda s: s.scalar(asked)) == PLEDGE_MAILS.most
