"""The brake: few at once, a short wait, so much per hour each, and the same answer only once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest

from portal.platform import brake as module
from portal.platform.brake import LONG, SHORT, Brake, Held, Lane, once

OPEN = Lane("open", at_once=100, waiting=100)


class Crowd:
    """People who take a place at once, and stay until they are let go."""

    def __init__(self, brake: Brake, lane: Lane) -> None:
        self.brake, self.lane = brake, lane
        self.let_go = Event()
        self.inside = self.most = 0
        self.alone = Lock()

    def come(self, who: str) -> str:
        """What becomes of one of them."""
        try:
            with self.brake.place(self.lane, who):
                with self.alone:
                    self.inside += 1
                    self.most = max(self.most, self.inside)
                self.let_go.wait(5)
                with self.alone:
                    self.inside -= 1
                return "in"
        except Held as held:
            return str(held)

    def all_at_once(self, number: int, settled: Callable[[list[Future[str]]], bool]) -> list[str]:
        """So many people; they are let go when it is settled who gets in."""
        with ThreadPoolExecutor(number) as pool:
            came = [pool.submit(self.come, f"p{n}") for n in range(number)]
            until = time.monotonic() + 5
            while not settled(came) and time.monotonic() < until:
                time.sleep(0.005)
            self.let_go.set()
            return [one.result() for one in came]


def done(number: int) -> Callable[[list[Future[str]]], bool]:
    return lambda came: sum(one.done() for one in came) >= number


@pytest.mark.parametrize("lane", [LONG, SHORT])
def test_so_many_at_once_a_few_wait_and_everybody_else_is_held_at_once(lane: Lane) -> None:
    crowd = Crowd(Brake(threads=8, patience=30), lane)
    held = 20 - lane.at_once - lane.waiting
    assert sorted(crowd.all_at_once(20, done(held))) == ["busy"] * held + ["in"] * (20 - held)
    assert crowd.most == lane.at_once


def test_without_lanes_a_crowd_is_in_at_once() -> None:
    """The control: the crowd really comes at once."""
    crowd = Crowd(Brake(threads=40), OPEN)
    assert set(crowd.all_at_once(20, lambda _came: crowd.inside == 20)) == {"in"} and crowd.most == 20


@pytest.mark.parametrize(("threads", "most"), [(2, 1), (4, 3), (8, 6), (16, 12)])
def test_a_quarter_of_the_threads_is_never_held_up(threads: int, most: int) -> None:
    crowd = Crowd(Brake(threads=threads, patience=30), OPEN)
    assert crowd.all_at_once(30, done(30 - most)).count("busy") == 30 - most
    assert crowd.most == most < threads


def test_who_waits_too_long_is_held_and_the_place_comes_free_again() -> None:
    brake = Brake(threads=8, patience=0.05)
    with brake.place(LONG, "a"), pytest.raises(Held), brake.place(LONG, "b"):
        raise AssertionError("there was no place")
    with brake.place(LONG, "b"):
        assert not brake.full(LONG)


def test_one_person_has_one_answer_computed_at_a_time() -> None:
    brake = Brake(threads=8, patience=0.05)
    with brake.place(SHORT, "a"):
        with pytest.raises(Held), brake.place(SHORT, "a"):
            raise AssertionError("it was computed twice at once")
        with brake.place(SHORT, "b"):
            pass


def test_a_fault_inside_gives_the_place_back() -> None:
    brake = Brake(threads=8, patience=0.05)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), brake.place(LONG, "a"):
            raise ZeroDivisionError
    with brake.place(LONG, "a"):
        pass


def test_who_used_the_hour_is_held_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    brake = Brake(threads=8, allowance=10)
    for _ in range(2):
        with brake.place(LONG, "a"):
            now[0] += 6
    with pytest.raises(Held) as held, brake.place(SHORT, "a"):
        pass
    assert held.value.used_up
    with brake.place(SHORT, "b"):
        pass
    now[0] += module.HOUR
    with brake.place(SHORT, "a"):
        pass


def test_of_who_came_longest_ago_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KNOWN", 3)
    brake = Brake(threads=8)
    for who in "abcde":
        with brake.place(SHORT, who):
            pass
    assert list(brake._used) == ["c", "d", "e"]


# Answers ---------------------------------------------------------------------------------------------------------------


class Counted:
    """An answer that counts how often it is computed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        time.sleep(0.01)
        return self.times


def test_the_same_answer_is_computed_once_also_when_many_ask_at_once() -> None:
    brake, work, start = Brake(threads=8), Counted(), Barrier(6)

    def ask(_number: int) -> int:
        start.wait()
        with brake.keeping():
            return once(lambda: "same", work)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(6))) == {1}
    assert work.times == 1


def test_other_inputs_are_computed_and_without_the_brake_everything_is() -> None:
    brake, work = Brake(threads=8), Counted()
    with brake.keeping():
        assert [once(lambda key=key: key, work) for key in "abab"] == [1, 2, 1, 2]
    assert [once(lambda: "a", work) for _ in range(2)] == [3, 4]


def test_what_failed_is_computed_again() -> None:
    brake = Brake(threads=8)
    with brake.keeping():
        with pytest.raises(ZeroDivisionError):
            once(lambda: "a", lambda: 1 // 0)
        assert once(lambda: "a", lambda: 7) == 7


def test_there_is_room_for_so_many_parts_and_the_oldest_goes_first() -> None:
    kept = Brake(threads=8, room=10).kept
    for key, size in (("a", 4), ("b", 4), ("a", 2), ("c", 4), ("d", 3)):
        kept.put(key, size, key.upper())
    assert [key for key in "abcd" if kept.get(key)] == ["a", "c", "d"] and kept.taken == 9
    kept.put("too much", 11, "never")
    assert kept.get("too much") is None and kept.taken == 0
