"""Long work: asked for once, done once, paused and continued where it was, cancelled, failed with a reason, gone on by another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.oversight.long_work.actions import begin_work, cancel_work, go_on_with_work, pause_work
from portal.oversight.long_work.doing import LEASE, Do, Doing, do_waiting, something_waits
from portal.oversight.long_work.models import WHOLE_REGION, LongWork, WorkKind, WorkState
from portal.oversight.long_work.queries import work_by_public_id, works
from portal.people.actor import Actor, Audience
from portal.people.audit.queries import events_of
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADMIN, NOW, REGION, SYSTEM

OWNER = Actor(Audience.OWNER, account_id=931)
CONTROLLER = Actor(Audience.CONTROLLER, account_id=932)
SEARCH, JOB = WorkKind.SEARCH, WorkKind.JOB


@dataclass
class Desk:
    engine: Engine
    at: datetime = NOW
    done: list[int] = field(default_factory=list)

    def ask(self, kind: WorkKind = SEARCH, about: str = "search", actor: Actor = ADMIN) -> LongWork:
        return unit_of_work(self.engine, lambda s: begin_work(s, kind=kind, about=about, actor=actor, now=self.at))

    def now(self, work: LongWork) -> LongWork:
        return unit_of_work(self.engine, lambda s: s.get_one(LongWork, work.id))

    def act(self, act: Callable[..., Any], work: LongWork, actor: Actor = ADMIN) -> None:
        unit_of_work(self.engine, lambda s: act(s, work=s.get_one(LongWork, work.id), actor=actor, now=self.at))

    def work(self, do: Do, kind: WorkKind = SEARCH) -> int:
        return do_waiting(self.engine, kinds={kind: do}, clock=lambda: self.at)

    def counting(self, until: int, then: Callable[[Doing], None] = lambda _doing: None) -> Do:
        """Ten steps, from where it was; at step `until` something happens."""

        def do(doing: Doing) -> None:
            doing.steps(10)
            for number in range(doing.done + 1, 11):
                self.done.append(number)
                if number == until:
                    then(doing)
                doing._said = 0.0  # said at every step
                doing.step()

        return do


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_the_same_is_asked_for_once_and_done_once(desk: Desk) -> None:
    work = desk.ask()
    assert desk.ask().id == work.id and desk.ask(WorkKind.REPLAY, "3").id != work.id
    assert unit_of_work(desk.engine, lambda s: something_waits(s, at=NOW))
    assert (desk.work(desk.counting(0)), desk.work(desk.counting(0))) == (1, 0)
    after = desk.now(work)
    assert (after.state, after.done, after.total, after.ended_at) == (WorkState.DONE, 10, 10, NOW)
    assert desk.done == list(range(1, 11)) and desk.ask().id != work.id, "it can be asked for again"
    logged = [
        one.action for one in unit_of_work(desk.engine, lambda s: events_of(s, object_kind="work", object_id=work.id))
    ]
    assert logged == ["work.asked"]


def test_it_is_paused_and_goes_on_where_it_was(desk: Desk) -> None:
    work = desk.ask(JOB, "check_books")
    assert desk.work(desk.counting(4, lambda _doing: desk.act(pause_work, work)), JOB) == 0
    paused = desk.now(work)
    assert (paused.state, paused.lease) == (WorkState.PAUSED, None) and desk.done == [1, 2, 3, 4]
    assert desk.work(desk.counting(0), JOB) == 0, "what is paused is not taken up"
    with pytest.raises(Conflict):
        desk.act(pause_work, work)
    desk.act(go_on_with_work, work)
    assert desk.work(desk.counting(0), JOB) == 1
    assert desk.now(work).state is WorkState.DONE and desk.done[4:] == list(range(4, 11)), "a step was not counted yet"
    with pytest.raises(Conflict):
        desk.act(go_on_with_work, work)


@pytest.mark.parametrize("kind", list(WorkKind), ids=str)
def test_after_a_pause_each_kind_goes_on_where_it_was_or_begins_anew_as_it_says(desk: Desk, kind: WorkKind) -> None:
    work = desk.ask(kind, "x", SYSTEM)
    assert desk.work(desk.counting(4, lambda _doing: desk.act(pause_work, work)), kind) == 0
    desk.act(go_on_with_work, work)
    before, desk.done = desk.done, []
    assert before == [1, 2, 3, 4] and desk.work(desk.counting(0), kind) == 1
    assert desk.done == list(range(4 if kind.keeps_parts else 1, 11)), "a step was not counted yet"
    assert (desk.now(work).done, desk.now(work).total) == (10, 10)


def test_it_is_cancelled_before_and_while_it_is_done(desk: Desk) -> None:
    waiting = desk.ask()
    desk.act(cancel_work, waiting)
    assert desk.work(desk.counting(0)) == 0 and desk.done == []
    running = desk.ask()
    assert desk.work(desk.counting(2, lambda _doing: desk.act(cancel_work, running))) == 0
    after = desk.now(running)
    assert (after.state, after.cancelled_by) == (WorkState.CANCELLED, ADMIN.reference) and desk.done == [1, 2]
    with pytest.raises(Conflict):
        desk.act(cancel_work, running)


def test_what_fails_says_why_and_who_died_is_followed_by_another(desk: Desk) -> None:
    def refuse(_doing: Doing) -> None:
        raise Refusal("does_not_parse", "x")

    failing, died = desk.ask(), desk.ask(WorkKind.REPLAY, "7", OWNER)
    assert desk.work(refuse) == 0
    assert (desk.now(failing).state, desk.now(failing).trouble) == (WorkState.FAILED, "does_not_parse")

    def die(_doing: Doing) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.work(die, WorkKind.REPLAY)
    assert desk.now(died).state is WorkState.RUNNING and desk.work(desk.counting(0), WorkKind.REPLAY) == 0
    desk.at += LEASE + timedelta(seconds=1)
    assert desk.work(desk.counting(0), WorkKind.REPLAY) == 1 and desk.now(died).state is WorkState.DONE


def test_who_lost_the_lease_writes_nothing(desk: Desk) -> None:
    work = desk.ask()

    def another(_doing: Doing) -> None:
        desk.at += LEASE + timedelta(seconds=1)
        assert desk.work(desk.counting(0)) == 1, "another process takes it over and ends it"

    assert desk.work(desk.counting(3, another)) == 0
    assert desk.now(work).state is WorkState.DONE and desk.now(work).done == 10


def test_who_asked_sees_and_stops_it_the_administrator_too_and_others_do_not(desk: Desk) -> None:
    work = desk.ask(WorkKind.REPLAY, "9", OWNER)

    def sees(actor: Actor) -> bool:
        return (
            unit_of_work(desk.engine, lambda s: work_by_public_id(s, public_id=work.public_id, actor=actor)) is not None
        )

    assert [sees(actor) for actor in (OWNER, ADMIN, REGION)] == [True, True, False]
    for refused in (lambda: desk.act(pause_work, work, REGION), lambda: desk.ask(WorkKind.JOB, "x", OWNER)):
        with pytest.raises(Refusal):
            refused()
    desk.act(pause_work, work, OWNER)
    assert unit_of_work(desk.engine, lambda s: [one.id for one in works(s)]) == [work.id]


def test_what_is_for_the_whole_region_is_of_all_who_may_ask_for_it(desk: Desk) -> None:
    work = desk.ask(WorkKind.FORECAST, WHOLE_REGION, REGION)
    assert desk.ask(WorkKind.FORECAST, WHOLE_REGION, CONTROLLER).id == work.id
    with pytest.raises(Refusal, match="kunt u hier niet"):
        desk.ask(WorkKind.FORECAST, WHOLE_REGION, OWNER)
    with pytest.raises(Refusal, match="alleen de regio"):
        desk.ask(WorkKind.PRICES, WHOLE_REGION, CONTROLLER)
    for actor, sees in ((CONTROLLER, True), (OWNER, False)):
        found = unit_of_work(desk.engine, lambda s, a=actor: work_by_public_id(s, public_id=work.public_id, actor=a))  # type: ignore[misc]
        assert (found is not None) is sees
    desk.act(pause_work, work, CONTROLLER)


def test_what_was_computed_is_kept_in_the_write_that_says_it_is_done_or_not_at_all(desk: Desk) -> None:
    kept: list[datetime] = []

    def keeping(then: Callable[[], None]) -> Do:
        def do(doing: Doing) -> None:
            doing.steps(1)
            then()
            doing.keep(lambda _session, at: kept.append(at))

        return do

    first = desk.ask()
    assert desk.work(keeping(lambda: desk.act(cancel_work, first))) == 0 and kept == [], "it was cancelled just before"
    second = desk.ask()
    assert desk.work(keeping(lambda: None)) == 1 and kept == [NOW]
    assert desk.now(second).state is WorkState.DONE and desk.now(second).ended_at == NOW

    def refuses(doing: Doing) -> None:
        def refuse(_session: Session, _at: datetime) -> None:
            raise Refusal("too_late", "x")

        doing.keep(refuse)

    third = desk.ask()
    assert desk.work(refuses) == 0
    assert (desk.now(third).state, desk.now(third).trouble) == (WorkState.FAILED, "too_late")


def test_the_rate_and_the_time_left_follow_from_what_was_done() -> None:
    work = LongWork(done=30, total=90, milliseconds=60_000)
    assert (work.per_minute, work.seconds_left) == (30, 120)
    work = LongWork(done=0, total=90, milliseconds=0)
    assert (work.per_minute, work.seconds_left) == (None, None)
