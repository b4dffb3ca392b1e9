"""Who keeps the desk is mailed what does not run: once when it begins, each week as long as it lasts, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.oversight.running import Aspect, Sign
from portal.oversight.trouble import TOLD, tell_of_trouble, trouble_job, troubles
from portal.papers.correspondence import compose
from portal.paying.books.actions import keep_check
from portal.people.accounts.actions import create_account, disable_account
from portal.people.accounts.models import Role
from portal.people.audit.actions import record
from portal.people.audit.queries import BACKED_UP, DRILLED
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.jobs.actions import run_jobs
from portal.platform.jobs.models import JobItem, JobState
from portal.platform.room import Room
from portal.post.messages.models import OutboxMessage
from tests.factories import ADMIN, NOW, SYSTEM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def ample(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk with room, whatever the machine has."""
    monkeypatch.setattr("portal.oversight.trouble.room_in", lambda _folder: Room(50 * 2**30, 100 * 2**30))
    yield


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """Two administrators, one whose account is closed and one who is something else; everything was done a moment ago."""

    def make(session: Session) -> None:
        for number, role in enumerate((Role.ADMIN, Role.ADMIN, Role.REGION, Role.ADMIN)):
            email = f"{number}@loket.example"
            last = create_account(session, email=email, display_name="Rik", role=role, actor=SYSTEM, now=NOW)
        disable_account(session, account=last, actor=ADMIN, now=NOW)
        session.query(OutboxMessage).delete()

    unit_of_work(engine, make)
    all_well(engine)
    return engine


def all_well(engine: Engine, after: timedelta = timedelta(0)) -> None:
    def note(session: Session) -> None:
        for action in (BACKED_UP, DRILLED):
            record(session, actor=SYSTEM, action=action, object_kind="backup", object_id="x", now=NOW + after)
        keep_check(session, transfers=0, events=0, breaks=[], actor=SYSTEM, now=NOW + after)

    unit_of_work(engine, note)


def told(engine: Engine, after: timedelta = timedelta(0)) -> list[list[str]]:
    """Run the job; the messages that were queued since the last look: which things each names."""
    job = trouble_job(SYSTEM, state_dir=Path("var"), minimum_mb=256)
    run = run_jobs(engine, jobs=[job], now=NOW + after)
    assert not run.failed and not run.dead

    def take(session: Session) -> list[list[str]]:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.template == TOLD).order_by(OutboxMessage.id))
        found = [(row.details or {})["aspects"] for row in rows]
        session.query(OutboxMessage).delete()
        return found

    return unit_of_work(engine, take)


def given_up(engine: Engine) -> None:
    values = {"job": "note", "item": "1", "attempts": 8, "due_at": NOW, "state": JobState.DEAD, "trouble": "x"}
    unit_of_work(engine, lambda session: session.add(JobItem(**values)))


def test_with_all_well_nobody_is_told(desk: Engine) -> None:
    assert told(desk) == []


def test_what_begins_is_told_to_each_administrator_once_and_again_when_more_begins(desk: Engine) -> None:
    given_up(desk)
    assert told(desk) == [["given_up"], ["given_up"]], "two administrators"
    assert told(desk, HOUR) == []
    late = 27 * HOUR
    assert told(desk, late) == [["given_up", "books", "backup"]] * 2
    assert told(desk, late + HOUR) == []
    all_well(desk, late + HOUR)
    assert told(desk, late + HOUR) == [], "what is over is no news, and what is left was told this week"


def test_what_lasts_is_told_once_a_week(desk: Engine) -> None:
    given_up(desk)
    days = []
    for day in range(21):
        all_well(desk, day * DAY)
        days += [day] if told(desk, day * DAY) else []
    assert days == [0, 7, 14]


def test_a_little_late_passes_by_itself_and_is_not_told() -> None:
    ok = dict.fromkeys(Aspect, Sign.OK)
    assert troubles(ok | {Aspect.MAIL: Sign.WARNING, Aspect.JOBS: Sign.WARNING}) == []
    assert troubles(ok | {Aspect.MAIL: Sign.WRONG, Aspect.DISK: Sign.WARNING}) == [Aspect.DISK, Aspect.MAIL]


def test_late_jobs_are_never_more_than_a_warning_and_no_job_tells_of_them() -> None:
    assert Aspect.JOBS not in troubles(dict.fromkeys(Aspect, Sign.WARNING))


@pytest.mark.parametrize(("locale", "said"), [("nl", "- Opgegeven werk"), ("en", "- Work that was given up")])
def test_the_mail_names_the_things_in_the_language_of_who_reads_it(desk: Engine, locale: str, said: str) -> None:
    def mail(session: Session) -> str:
        aspects = [Aspect.GIVEN_UP, Aspect.BACKUP]
        assert tell_of_trouble(session, aspects=aspects, actor=SYSTEM, now=NOW) == 2
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == TOLD)).first()
        assert message is not None
        message.locale = locale
        return compose(session, message=message, address="https://loket.example", now=NOW).body

    text = unit_of_work(desk, mail)
    assert said in text and "@" not in text.replace("loket@", "")


def test_only_a_program_tells(desk: Engine) -> None:
    with pytest.raises(Refusal) as refused:
        unit_of_work(desk, lambda session: tell_of_trouble(session, aspects=[Aspect.DISK], actor=ADMIN, now=NOW))
    assert refused.value.code == "not_yours"
