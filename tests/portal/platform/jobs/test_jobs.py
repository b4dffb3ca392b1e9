"""The job runner: each item once, by whoever holds it; tried again later; and a dead one that a person can see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.jobs.actions import ATTEMPTS, LEASE, Job, LeaseLost, finish, run_jobs, take, try_again
from portal.platform.jobs.models import JobItem, JobState
from portal.platform.jobs.queries import job_counts, job_items
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import OutboxMessage
from tests.portal.platform.jobs.two_runners import ITEMS
from tests.reliability.starter import Starter


def note(session: Session, item: str, now: datetime) -> None:
    enqueue(
        session,
        message=NewMessage(
            kind="email", template="account/sign_in", recipient="account", object_kind="account", object_id=int(item)
        ),
        now=now,
    )


def done_items(engine: Engine) -> list[int]:
    return unit_of_work(engine, lambda s: sorted(s.scalars(select(OutboxMessage.object_id))), read_only=True)


def items(engine: Engine) -> list[JobItem]:
    return unit_of_work(engine, lambda s: job_items(s, states=tuple(JobState)), read_only=True)


def listed(*keys: str) -> Job:
    return Job("note", lambda _session, _now: keys, note)


def test_an_item_is_done_once_however_often_the_runner_runs(engine: Engine, now: datetime) -> None:
    first = run_jobs(engine, jobs=[listed("1", "2")], now=now)
    again = run_jobs(engine, jobs=[listed("1", "2", "3")], now=now + timedelta(hours=1))
    assert (first.done, again.done) == ({"note": 2}, {"note": 1})
    assert done_items(engine) == [1, 2, 3]


def test_what_fails_is_rolled_back_waits_twice_as_long_each_time_and_dies_in_sight(
    engine: Engine, now: datetime
) -> None:
    def act(session: Session, item: str, at: datetime) -> None:
        note(session, item, at)
        if item == "2":
            raise Refusal("no_address", "Geen adres.")

    job = Job("note", lambda _session, _now: ("1", "2", "3"), act)
    run = run_jobs(engine, jobs=[job], now=now)
    assert (run.done, run.failed, run.dead, done_items(engine)) == ({"note": 2}, {"note": 1}, {}, [1, 3])
    waits, at = [], now
    for _ in range(ATTEMPTS):
        [row] = [one for one in items(engine) if one.item == "2"]
        assert row.trouble == "no_address"
        if row.state is JobState.DEAD:
            break
        waits.append(row.due_at - at)
        assert run_jobs(engine, jobs=[job], now=row.due_at - timedelta(seconds=1)).failed == {}, "not before it is due"
        at = row.due_at
        run = run_jobs(engine, jobs=[job], now=at)
    assert run.dead == {"note": 1}
    assert waits == [timedelta(minutes=2**power) for power in range(1, ATTEMPTS)]
    assert run_jobs(engine, jobs=[job], now=at + timedelta(days=9)).failed == {}, "nobody tries a dead item"
    assert unit_of_work(engine, job_counts, read_only=True) == {("note", JobState.DONE): 2, ("note", JobState.DEAD): 1}


def test_a_dead_item_is_tried_again_when_a_person_asks(engine: Engine, now: datetime) -> None:
    broken = [True]

    def act(session: Session, item: str, at: datetime) -> None:
        if broken:
            raise ValueError("broken")
        note(session, item, at)

    job, at = Job("note", lambda _session, _now: ("1",), act), now
    for _ in range(ATTEMPTS):
        run_jobs(engine, jobs=[job], now=at)
        at += timedelta(days=1)
    [dead] = items(engine)
    assert (dead.state, dead.trouble, dead.attempts) == (JobState.DEAD, "ValueError", ATTEMPTS)
    broken.clear()
    unit_of_work(engine, lambda session: try_again(session, item=session.get_one(JobItem, dead.id), now=at))
    assert run_jobs(engine, jobs=[job], now=at).done == {"note": 1}
    with pytest.raises(Conflict):
        unit_of_work(engine, lambda session: try_again(session, item=session.get_one(JobItem, dead.id), now=at))


def test_what_is_not_due_any_more_is_forgotten_and_can_be_due_again(engine: Engine, now: datetime) -> None:
    due = [False]
    job = Job("note", lambda _session, _now: ("1",), lambda session, item, at: note(session, item, at) or due[0])
    run_jobs(engine, jobs=[job], now=now)
    assert items(engine) == []
    due[0] = True
    run_jobs(engine, jobs=[job], now=now)
    assert [row.state for row in items(engine)] == [JobState.DONE]


def test_a_runner_that_died_leaves_its_item_to_the_next_when_the_lease_ran_out(engine: Engine, now: datetime) -> None:
    lost = unit_of_work(engine, lambda session: take(session, job="note", item="1", now=now))
    assert lost is not None
    assert run_jobs(engine, jobs=[listed("1")], now=now + LEASE).done == {}, "the lease still holds"
    later = now + LEASE + timedelta(seconds=1)
    assert run_jobs(engine, jobs=[listed("1")], now=later).done == {"note": 1}

    def too_late(session: Session) -> None:
        note(session, "9", later)
        finish(session, job="note", item="1", lease=lost, now=later)

    with pytest.raises(LeaseLost):
        unit_of_work(engine, too_late)
    assert done_items(engine) == [1], "what the late one did is rolled back"


def test_an_item_under_which_every_runner_dies_is_dead_in_the_end(engine: Engine, now: datetime) -> None:
    at = now
    for _ in range(ATTEMPTS):
        assert unit_of_work(engine, lambda session, at=at: take(session, job="note", item="1", now=at)) is not None  # type: ignore[misc]
        at += LEASE + timedelta(seconds=1)
    assert run_jobs(engine, jobs=[listed("1")], now=at).done == {}
    assert [(row.state, row.trouble) for row in items(engine)] == [(JobState.DEAD, "lease_ran_out")]


def test_a_job_that_cannot_be_listed_does_not_stop_the_others(engine: Engine, now: datetime) -> None:
    def broken(_session: Session, _now: datetime) -> list[str]:
        raise Refusal("broken", "Stuk.")

    run = run_jobs(engine, jobs=[Job("broken", broken, note), listed("1")], now=now)
    assert (run.failed, run.done) == ({"broken": 1}, {"note": 1})


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    """An interpreter that stands ready to fork two runners."""
    ready = Starter("runners")
    yield ready
    ready.close()


def two_at_once(starter: Starter, engine: Engine, lease: str) -> Counter[int]:
    """How often each item was done when two processes did the same work at the same moment."""
    starter.ask("runners", engine.url.render_as_string(hide_password=False), lease=lease)
    return Counter(done_items(engine))


def test_two_runners_at_once_do_no_item_twice(starter: Starter, engine: Engine) -> None:
    assert two_at_once(starter, engine, "with") == {int(item): 1 for item in ITEMS}


def test_control_without_the_lease_the_same_two_do_everything_twice(starter: Starter, engine: Engine) -> None:
    assert two_at_once(starter, engine, "without") == {int(item): 2 for item in ITEMS}
