"""A long list of trainings is taken in by a process of the desk: killed and gone on with, paused, stopped, and stopped by a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.commands import training_lists
from portal.commands.training_lists import take_in_in_parts
from portal.framework.training_files.actions import begin_taking_in, drop_import, keep_import, plan_of_import
from portal.framework.training_files.models import ImportState, TrainingImport
from portal.framework.trainings.actions import correct_training
from portal.framework.trainings.models import RegionTraining, terms_of
from portal.oversight.long_work.actions import begin_work, cancel_work, go_on_with_work, pause_work
from portal.oversight.long_work.doing import LEASE, Doing, do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.actions import disable_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from tests.factories import ADMIN, NOW, a_region
from tests.portal.framework.training_files.test_files import rows
from tests.portal.framework.training_files.test_in_parts import line
from tests.web.browser import make_account

KINDS = {WorkKind.TRAININGS: take_in_in_parts}
ROWS = 9


@dataclass
class Desk:
    """A desk with a list that somebody of the region decided on, and a colleague."""

    engine: Engine
    first: Actor
    second: Actor
    at: datetime = NOW

    def do(self, work: Any) -> Any:
        return unit_of_work(self.engine, work)

    def list(self, session: Session) -> TrainingImport:
        return session.scalars(select(TrainingImport).order_by(TrainingImport.id.desc())).first()  # type: ignore[return-value]

    def begun(self, euros: int = 900) -> LongWork:
        """A list that was sent, seen, and decided on by the first person."""

        def begin(session: Session) -> LongWork:
            lines = [line(number, euros) for number in range(1, ROWS + 1)]
            by = {"actor": self.first, "now": self.at}
            kept = keep_import(session, name="lijst.csv", rows=rows(*lines), **by)
            plan = plan_of_import(session, kept=kept, now=self.at)
            begin_taking_in(session, kept=kept, plan=plan, whole=True, **by)
            return begin_work(session, kind=WorkKind.TRAININGS, about=kept.public_id, **by)

        return self.do(begin)

    def work(self) -> int:
        return do_waiting(self.engine, kinds=KINDS, clock=lambda: self.at)

    def now(self, work: LongWork) -> LongWork:
        return self.do(lambda s: s.get_one(LongWork, work.id))

    @property
    def state(self) -> ImportState:
        return self.do(lambda s: self.list(s).state)

    @property
    def written(self) -> int:
        counted = self.do(lambda s: s.scalar(select(func.count()).select_from(RegionTraining)))
        assert counted == self.do(lambda s: self.list(s).written), "no training is written twice, and each is counted"
        return counted


@pytest.fixture
def desk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("portal.oversight.long_work.doing.BREATH", 0)
    real = training_lists.take_in_part
    monkeypatch.setattr(training_lists, "take_in_part", lambda *a, **n: real(*a, most=2, **n))
    unit_of_work(engine, a_region)
    people = [make_account(engine, Role.REGION, name=name) for name in ("Een", "Twee")]
    return Desk(engine, *(actor_of_account(account) for account in people))


def between_parts(monkeypatch: pytest.MonkeyPatch, at: int, happens: Any) -> None:
    """When so many trainings are written, something else happens."""

    def breathe(doing: Doing) -> None:
        if doing.done == at:
            happens(doing)

    monkeypatch.setattr(Doing, "breathe", breathe)


def test_it_is_taken_in_by_a_process_of_the_desk(desk: Desk) -> None:
    work = desk.begun()
    assert desk.written == 0 and desk.work() == 1
    done = desk.now(work)
    assert (done.state, done.done, done.total) == (WorkState.DONE, ROWS, ROWS)
    assert desk.state is ImportState.TAKEN_IN and desk.written == ROWS
    again = desk.do(
        lambda s: begin_work(s, kind=WorkKind.TRAININGS, about=desk.list(s).public_id, actor=desk.second, now=NOW)
    )
    assert desk.work() == 1 and desk.now(again).state is WorkState.DONE, "asked for again it is done already"
    assert desk.written == ROWS


@pytest.mark.parametrize("parts_done", [0, 1, 4])
def test_a_killed_process_is_followed_by_another_and_nothing_is_done_twice(
    desk: Desk, parts_done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, real, done = desk.begun(), training_lists.take_in_part, list[int]()

    def dies(*args: Any, **named: Any) -> int:
        answer = real(*args, **named)
        done.append(1)
        if len(done) > parts_done:
            raise KeyboardInterrupt
        return answer

    with monkeypatch.context() as dying:
        dying.setattr(training_lists, "take_in_part", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    assert desk.now(work).state is WorkState.RUNNING and desk.written == 2 * parts_done
    assert desk.work() == 0, "the lease of who died is still there"
    desk.at += LEASE + timedelta(seconds=1)
    assert desk.work() == 1 and desk.written == ROWS and desk.state is ImportState.TAKEN_IN


def test_paused_it_waits_and_goes_on_where_it_was_and_stopped_it_is_decided_on_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = desk.begun()
    by = {"actor": desk.second, "now": NOW}

    def pause(doing: Doing) -> None:
        unit_of_work(doing.engine, lambda s: pause_work(s, work=s.get_one(LongWork, work.id), **by))

    with monkeypatch.context() as between:
        between_parts(between, 4, pause)
        assert desk.work() == 0
    assert desk.now(work).state is WorkState.PAUSED and desk.written == 4 and desk.work() == 0
    desk.do(lambda s: go_on_with_work(s, work=s.get_one(LongWork, work.id), **by))

    def cancel(doing: Doing) -> None:
        unit_of_work(doing.engine, lambda s: cancel_work(s, work=s.get_one(LongWork, work.id), **by))

    with monkeypatch.context() as between:
        between_parts(between, 6, cancel)
        assert desk.work() == 0
    assert desk.now(work).state is WorkState.CANCELLED and desk.written == 6
    assert desk.state is ImportState.TAKING_IN
    again = desk.do(
        lambda s: begin_work(s, kind=WorkKind.TRAININGS, about=desk.list(s).public_id, actor=desk.second, now=NOW)
    )
    assert desk.work() == 1 and desk.now(again).total == ROWS and desk.written == ROWS


def test_a_change_meanwhile_stops_it_and_says_where(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.begun()
    assert desk.work() == 1
    work = desk.begun(950)

    def correct(session: Session) -> None:
        training = session.scalars(select(RegionTraining).where(RegionTraining.reference == "008")).one()
        terms = replace(terms_of(training), weeks=6)
        correct_training(session, training=training, terms=terms, actor=desk.second, now=NOW)

    with monkeypatch.context() as between:
        between_parts(between, 4, lambda doing: unit_of_work(doing.engine, correct))
        assert desk.work() == 0
    failed = desk.now(work)
    assert (failed.state, failed.trouble, failed.done) == (WorkState.FAILED, "row_otherwise", 6)
    assert "Rij 9 van uw bestand" in str(failed.trouble_nl) and "Row 9 of your file" in str(failed.trouble_en)
    assert desk.state is ImportState.TAKING_IN and desk.do(lambda s: desk.list(s).corrected) == 6
    prices = desk.do(
        lambda s: [one.total_cents // 100 for one in s.scalars(select(RegionTraining).order_by("reference"))]
    )
    assert prices == [950] * 6 + [900] * 3


@pytest.mark.parametrize(("what", "trouble"), [("closed", "asker_gone"), ("dropped", "import_settled")])
def test_what_may_not_go_on_does_not_and_it_says_so(desk: Desk, what: str, trouble: str) -> None:
    work = desk.begun()
    number = int(desk.first.reference.removeprefix("account:"))
    if what == "closed":
        desk.do(lambda s: disable_account(s, account=s.get_one(Account, number), actor=ADMIN, now=NOW))
    else:
        desk.do(lambda s: drop_import(s, kept=desk.list(s), actor=desk.second, now=NOW))
    assert desk.work() == 0
    failed = desk.now(work)
    assert (failed.state, failed.trouble) == (WorkState.FAILED, trouble) and failed.trouble_nl
    assert desk.written == 0
