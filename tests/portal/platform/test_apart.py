"""What is computed apart: one after the other, the same only once, of one person one, and what fails stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from portal.platform import apart
from portal.platform.apart import Apart, Step, WorkApart
from portal.platform.brake import Held

LONG = 5.0
"""Seconds after which a test gives up."""


def a_work(key: str, who: str = "", stop: Callable[[], object] = lambda: None) -> WorkApart:
    return WorkApart(key, who or f"who asked {key}", 2, stop)


def test_it_is_done_one_after_the_other_and_the_same_only_once() -> None:
    works, go_on, begun = Apart(), Event(), Event()
    done: list[str] = []

    def first(step: Step) -> None:
        step()
        begun.set()
        go_on.wait(LONG)
        step()
        done.append("first")

    one = works.begin(a_work("first"), first)
    two = works.begin(a_work("second"), lambda step: done.append("second"))
    assert begun.wait(LONG) and (one.done, one.total) == (1, 2) and not one.is_over()
    assert works.begin(a_work("first", "somebody else"), lambda step: done.append("again")) is one
    assert works.ahead_of(two) == 0 and works.find("second") is two and done == []
    go_on.set()
    assert one.is_over(LONG) and two.is_over(LONG)
    assert done == ["first", "second"] and works.find("first") is None


def test_what_fails_says_so_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    works = Apart()
    wrong = works.begin(a_work("wrong"), lambda step: 1 / 0)
    right = works.begin(a_work("right"), lambda step: step())
    assert wrong.is_over(LONG) and wrong.failed and "work_apart_failed" in caplog.text
    assert right.is_over(LONG) and not right.failed and right.done == 1


def test_who_comes_back_is_told_once_that_it_failed_and_then_it_is_begun_anew() -> None:
    works = Apart()
    wrong = works.begin(a_work("wrong"), lambda step: 1 / 0)
    assert wrong.is_over(LONG) and works.find("wrong") is None, "it goes on no more"
    assert works.begin(a_work("wrong"), lambda step: step()) is wrong
    again = works.begin(a_work("wrong"), lambda step: step())
    assert again is not wrong and again.is_over(LONG) and not again.failed


def test_who_saw_it_fail_at_once_begins_it_anew() -> None:
    apart, at_once = Apart(), a_work("key")
    apart.begin(at_once, lambda _step: 1 / 0)
    assert at_once.is_over(LONG) and at_once.failed
    apart.told(at_once)
    again = apart.begin(a_work("key"), lambda step: step())
    assert again is not at_once and again.is_over(LONG) and not again.failed


def test_who_asks_something_else_does_not_wait_for_what_was_asked_before() -> None:
    works, stopped, go_on, begun = Apart(), Event(), Event(), Event()
    other = works.begin(a_work("other"), lambda step: (begun.set(), go_on.wait(LONG)))
    assert begun.wait(LONG)
    old = works.begin(a_work("old", "me", stopped.set), lambda step: 1 / 0)
    new = works.begin(a_work("new", "me"), lambda step: step())
    assert stopped.is_set() and works.find("old") is None and works.find("new") is new
    go_on.set()
    assert other.is_over(LONG) and new.is_over(LONG) and not old.failed, "what was stopped before its turn is not begun"


def test_no_more_wait_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_WAITING", 1)
    works, go_on, begun = Apart(), Event(), Event()
    works.begin(a_work("a"), lambda step: (begun.set(), go_on.wait(LONG)))
    assert begun.wait(LONG)
    last = works.begin(a_work("b"), lambda step: step())
    with pytest.raises(Held):
        works.begin(a_work("c"), lambda step: step())
    go_on.set()
    assert last.is_over(LONG)
    assert works.begin(a_work("c"), lambda step: step()).is_over(LONG), "the control: after that there is room"
