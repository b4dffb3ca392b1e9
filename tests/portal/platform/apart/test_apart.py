"""What is computed apart: one after the other, the same only once, of one person one, and what fails stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.platform.apart import computing
from portal.platform.apart.actions import AskedApart, forget_computed, keep_apart, say_how_far, take_apart
from portal.platform.apart.computing import Apart, Step, WorkApart
from portal.platform.apart.models import ATTEMPTS, KEPT, LEASE, ApartState, ComputedApart
from portal.platform.apart.queries import content_of, under_way
from portal.platform.brake import Held
from portal.platform.database import unit_of_work
from portal.platform.errors import StorageFull
from portal.platform.idempotency import fingerprint
from tests.factories import NOW

LONG = 20.0
"""Seconds after which a test gives up."""
QUICK = 0.002
"""Seconds between two beats: here nobody waits for seconds."""
SECOND = timedelta(seconds=1)


def asked(name: str, who: str = "", at: datetime = NOW) -> AskedApart:
    return AskedApart(fingerprint(name), fingerprint(who or f"who asked {name}"), 2, at)


def a_work(name: str, who: str = "", stop: Callable[[], object] = lambda: None, at: datetime = NOW) -> WorkApart:
    return WorkApart(asked(name, who, at), stop)


def process(engine: Engine, now: datetime = NOW) -> Apart:
    """The works of a process of its own."""
    return Apart(engine, lambda: now, QUICK)


def kept(engine: Engine, name: str) -> str | None:
    return unit_of_work(engine, lambda session: content_of(session, key=fingerprint(name)), read_only=True)


def row(engine: Engine, name: str, at: datetime = NOW) -> ComputedApart | None:
    return unit_of_work(engine, lambda session: under_way(session, key=fingerprint(name), at=at), read_only=True)


def taken(engine: Engine, what: AskedApart, at: datetime = NOW) -> str | None:
    return unit_of_work(engine, lambda session: take_apart(session, asked=what, now=at))


class Slow:
    """Something that takes until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.times = Event(), Event(), 0

    def __call__(self, step: Step) -> str:
        self.times += 1
        step()
        self.begun.set()
        assert self.go_on.wait(LONG)
        return "slow"

    def stop(self) -> None:
        self.go_on.set()


# One process -----------------------------------------------------------------------------------------------------------


def test_it_is_done_one_after_the_other_and_the_same_only_once(engine: Engine) -> None:
    works, slow = process(engine), Slow()
    one = works.begin(a_work("first"), slow)
    two = works.begin(a_work("second"), lambda step: "second")
    assert slow.begun.wait(LONG) and (one.done, one.total) == (1, 2) and not one.is_over()
    assert works.begin(a_work("first", "somebody else"), lambda step: "again") is one
    assert works.ahead_of(two) == 0 and works.find(two.key) is two and kept(engine, "second") is None
    slow.go_on.set()
    assert one.is_over(LONG) and two.is_over(LONG) and works.find(one.key) is None
    assert (kept(engine, "first"), kept(engine, "second")) == ("slow", "second")


def test_what_fails_says_so_until_who_asked_is_told(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    works = process(engine)
    wrong = works.begin(a_work("wrong"), lambda step: str(1 / 0))
    right = works.begin(a_work("right"), lambda step: "right")
    assert wrong.is_over(LONG) and wrong.failed and "work_apart_failed" in caplog.text
    assert right.is_over(LONG) and not right.failed and kept(engine, "right") == "right"
    found = row(engine, "wrong")
    assert found is not None and found.failed
    again = works.begin(a_work("wrong"), lambda step: "now")
    assert again.is_over(LONG) and kept(engine, "wrong") is None, "not before it was told"
    works.told(wrong.key)
    again = works.begin(a_work("wrong"), lambda step: "now")
    assert again.is_over(LONG) and not again.failed and kept(engine, "wrong") == "now"


def test_who_asks_something_else_does_not_wait_for_what_was_asked_before(engine: Engine) -> None:
    works, slow, stopped = process(engine), Slow(), Event()
    other = works.begin(a_work("other"), slow)
    assert slow.begun.wait(LONG)
    old = works.begin(a_work("old", "me", stopped.set), lambda step: str(1 / 0))
    new = works.begin(a_work("new", "me", at=NOW + SECOND), lambda step: "new")
    assert stopped.is_set() and works.find(old.key) is None and works.find(new.key) is new
    slow.go_on.set()
    assert other.is_over(LONG) and new.is_over(LONG) and not old.failed, "what was stopped before its turn is not begun"


def test_what_one_person_asks_about_several_questions_waits_for_each_other(engine: Engine) -> None:
    works, slow = process(engine), Slow()

    def mine(name: str) -> WorkApart:
        work = a_work(name, f"me about {name}")
        return WorkApart(work.asked, work.stop, fingerprint("me"))

    lists = [
        works.begin(mine("first"), slow),
        *(works.begin(mine(n), lambda _step: "done") for n in ("second", "third")),
    ]
    assert slow.begun.wait(LONG)
    for _turn in range(3):  # each page looks again: nothing of the others is stopped
        assert [works.begin(mine(one), slow) for one in ("first", "second", "third")] == lists
    assert not any(one.stopped for one in lists)
    with pytest.raises(Held):
        works.begin(mine("fourth"), lambda _step: "done")
    other = works.begin(a_work("of somebody else"), lambda _step: "theirs")
    slow.go_on.set()
    assert all(one.is_over(LONG) and not one.failed for one in (*lists, other)) and slow.times == 1
    assert works.begin(mine("fourth"), lambda _step: "done").is_over(LONG), "the control: after that there is room"


def test_no_more_wait_than_there_is_room_for(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "MOST_WAITING", 1)
    works, slow = process(engine), Slow()
    works.begin(a_work("a"), slow)
    assert slow.begun.wait(LONG)
    last = works.begin(a_work("b"), lambda step: "b")
    with pytest.raises(Held):
        works.begin(a_work("c"), lambda step: "c")
    slow.go_on.set()
    assert last.is_over(LONG)
    assert works.begin(a_work("c"), lambda step: "c").is_over(LONG), "the control: after that there is room"


# Several processes -----------------------------------------------------------------------------------------------------


def test_what_one_process_computes_another_sees_and_leaves_to_it(engine: Engine) -> None:
    slow, here, there = Slow(), process(engine), process(engine)
    one = here.begin(a_work("list"), slow)
    assert slow.begun.wait(LONG)
    other = there.begin(a_work("list", "a colleague"), slow)
    assert other.is_over(LONG) and not other.failed and slow.times == 1
    for _look in range(2000):
        found = row(engine, "list")
        assert found is not None and found.total == 2
        if found.done:
            break
        slow.go_on.wait(QUICK)
    assert found is not None and found.done == 1 and not found.failed
    slow.go_on.set()
    assert one.is_over(LONG) and kept(engine, "list") == "slow" and row(engine, "list") is None
    late = there.begin(a_work("list", "a colleague"), slow)
    assert late.is_over(LONG) and slow.times == 1, "what is there is not computed again"


def test_the_first_that_is_free_computes_what_waits(engine: Engine) -> None:
    busy, here, there = Slow(), process(engine), process(engine)
    here.begin(a_work("other"), busy)
    assert busy.begun.wait(LONG)
    waits = here.begin(a_work("list"), lambda step: "late")
    assert there.begin(a_work("list"), lambda step: "early").is_over(LONG) and kept(engine, "list") == "early"
    busy.go_on.set()
    assert waits.is_over(LONG) and not waits.failed and kept(engine, "list") == "early"


def test_who_asks_something_else_elsewhere_stops_what_was_asked_before(engine: Engine) -> None:
    slow, here, there = Slow(), process(engine), process(engine)
    old = here.begin(a_work("old", "me", slow.stop), slow)
    assert slow.begun.wait(LONG)
    new = there.begin(a_work("new", "me", at=NOW + SECOND), lambda step: "new")
    assert new.is_over(LONG) and kept(engine, "new") == "new"
    assert old.is_over(LONG) and old.stopped, "nobody else let it go"
    late = there.begin(a_work("older", "me", at=NOW - SECOND), lambda step: "older")
    assert late.is_over(LONG) and kept(engine, "older") is None, "its turn came after what was asked later"
    back = there.begin(a_work("older", "me", at=NOW + 2 * SECOND), lambda step: "older")
    assert back.is_over(LONG) and kept(engine, "older") == "older", "the control: asked again it is the newest"


def test_when_nothing_can_be_written_it_is_computed_all_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise StorageFull("full")

    monkeypatch.setattr(computing, "unit_of_work", full)
    computed: list[str] = []
    work = process(engine).begin(a_work("list"), lambda step: computed.append("once") or "list")
    assert work.is_over(LONG) and not work.failed and computed == ["once"]


# The table -------------------------------------------------------------------------------------------------------------


def test_of_a_process_that_died_another_takes_it_over_after_the_lease(engine: Engine) -> None:
    dead = taken(engine, asked("list"))
    assert dead is not None and taken(engine, asked("list", "a colleague"), NOW + LEASE) is None
    later = NOW + LEASE + SECOND
    assert row(engine, "list", NOW + LEASE) is not None and row(engine, "list", later) is None
    work = process(engine, later).begin(a_work("list", at=later), lambda step: "taken over")
    assert work.is_over(LONG) and kept(engine, "list") == "taken over"
    key = fingerprint("list")
    assert not unit_of_work(engine, lambda s: keep_apart(s, key=key, lease=dead, content="too late"))
    assert kept(engine, "list") == "taken over"


def test_who_says_that_it_goes_on_keeps_it(engine: Engine) -> None:
    lease, key = taken(engine, asked("list")), fingerprint("list")
    assert lease is not None
    said = NOW + LEASE
    assert unit_of_work(engine, lambda s: say_how_far(s, key=key, lease=lease, done=1, now=said))
    assert taken(engine, asked("list", "a colleague"), said + LEASE) is None
    assert not unit_of_work(engine, lambda s: say_how_far(s, key=key, lease="of another", done=1, now=said))


def test_under_what_every_process_ends_it_is_not_begun_for_ever(engine: Engine) -> None:
    at = NOW
    for _process in range(ATTEMPTS):
        assert taken(engine, asked("list"), at) is not None
        at += LEASE + SECOND
    assert taken(engine, asked("list"), at) is None
    found = row(engine, "list", at)
    assert found is not None and found.failed, "who asked is told"


def test_after_a_day_it_is_gone_and_not_before(session: Session) -> None:
    take_apart(session, asked=asked("list"), now=NOW)
    forget_computed(session, now=NOW + KEPT)
    assert session.scalars(select(ComputedApart.key)).all() == [fingerprint("list")]
    forget_computed(session, now=NOW + KEPT + SECOND)
    assert session.scalars(select(ComputedApart.key)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [{"lease": None}, {"leased_until": None}, {"content": "kept"}, {"state": ApartState.DONE}, {"key": "short"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_a_row_that_cannot_be(session: Session, wrong: dict[str, object]) -> None:
    fields = {"key": "1" * 64, "who": "2" * 64, "state": ApartState.COMPUTING, "asked_at": NOW, "attempts": 1}
    good = fields | {"done": 0, "total": 2, "lease": "l", "leased_until": NOW}
    session.add(ComputedApart(**good | {"key": "3" * 64}))
    session.flush()
    session.add(ComputedApart(**good | wrong))
    with pytest.raises(IntegrityError):
        session.flush()
