"""A large takeover is done by a process of the desk: killed and gone on with, paused, stopped, undone; `loket jobs run` does it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal import migrations
from portal.accounting.takeover import parts
from portal.accounting.takeover.actions import lay_down_administration, lay_down_undo
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration, VoucherTakenOver
from portal.accounting.takeover.parts import begin_taking_over, begin_undoing
from portal.commands import opening, taking_over
from portal.commands.cli import main
from portal.commands.taking_over import take_over_in_parts, try_in_parts, undo_in_parts
from portal.ledger.queries import transfer_count
from portal.oversight.long_work.actions import begin_work, cancel_work, pause_work
from portal.oversight.long_work.doing import LEASE, Doing, do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.people.accounts.actions import disable_account
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from tests.factories import ADMIN, NOW
from tests.portal.accounting.takeover.administrations import empty_desk, rows, sent
from tests.portal.accounting.takeover.test_takeover import WHY, breaks
from tests.web.browser import make_account

KINDS = {
    WorkKind.TAKEOVER_TRIAL: try_in_parts,
    WorkKind.TAKEOVER: take_over_in_parts,
    WorkKind.TAKEOVER_UNDO: undo_in_parts,
}
BOOKED = 33


@dataclass
class Desk:
    """A desk with an administration that was sent, and two people of the region."""

    engine: Engine
    first: Actor
    second: Actor
    at: datetime = NOW

    def do(self, work: Callable[[Session, EarlierAdministration], Any]) -> Any:
        return unit_of_work(self.engine, lambda s: work(s, s.scalars(select(EarlierAdministration)).one()))

    def ask(self, kind: WorkKind, actor: Actor) -> LongWork:
        return self.do(lambda s, one: begin_work(s, kind=kind, about=one.public_id, actor=actor, now=self.at))

    def work(self) -> int:
        return do_waiting(self.engine, kinds=KINDS, clock=lambda: self.at)

    def now(self, work: LongWork) -> LongWork:
        return unit_of_work(self.engine, lambda s: s.get_one(LongWork, work.id))

    @property
    def state(self) -> AdministrationState:
        return self.do(lambda _s, one: one.state)

    def begun(self) -> LongWork:
        """Tried, laid down, and decided on by the second person."""
        tried = self.ask(WorkKind.TAKEOVER_TRIAL, self.first)
        assert self.work() == 1, self.now(tried).trouble
        hashed = self.do(lambda _s, one: one.content_hash)
        seen: dict[str, Any] = {"seen_hash": hashed, "now": self.at}
        self.do(lambda s, one: lay_down_administration(s, administration=one, actor=self.first, **seen))
        self.do(lambda s, one: begin_taking_over(s, administration=one, actor=self.second, **seen))
        return self.ask(WorkKind.TAKEOVER, self.second)

    def stands(self) -> tuple[int, int]:
        return self.do(lambda s, _one: (transfer_count(s), len(s.scalars(select(VoucherTakenOver.voucher_id)).all())))


@pytest.fixture
def desk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("portal.oversight.long_work.doing.BREATH", 0)
    monkeypatch.setattr(parts, "EVENTS", 4)
    monkeypatch.setattr(parts, "VOUCHERS", 2)
    for name, most in (("carry_part", 4), ("undo_part", 2)):
        real = getattr(parts, name)
        monkeypatch.setattr(taking_over, name, lambda *a, _real=real, _most=most, **n: _real(*a, most=_most, **n))
    unit_of_work(engine, lambda s: sent(s, rows(empty_desk(s))))
    people = [make_account(engine, Role.REGION, name=name) for name in ("Een", "Twee")]
    return Desk(engine, *(actor_of_account(account) for account in people))


def dying_after(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """The process dies in the part after so many: what that part wrote is not kept."""
    real, done = getattr(taking_over, name), list[int]()

    def dies(*args: Any, **named: Any) -> Any:
        answer = real(*args, **named)
        done.append(1)
        if len(done) > number:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(taking_over, name, dies)


def test_it_is_tried_and_taken_over_by_a_process_of_the_desk(desk: Desk) -> None:
    work = desk.begun()
    assert desk.state is AdministrationState.CARRYING and desk.stands()[1] == 0, "the trial left nothing"
    assert desk.work() == 1
    done = desk.now(work)
    assert (done.state, done.done, done.total) == (WorkState.DONE, 19, 19)
    assert desk.state is AdministrationState.TAKEN_OVER and desk.stands() == (BOOKED, 7)
    assert desk.do(lambda s, _one: breaks(s)) == []


@pytest.mark.parametrize("parts_done", [0, 1, 3, 4])
def test_a_killed_process_is_followed_by_another_and_nothing_is_done_twice(
    desk: Desk, parts_done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = desk.begun()
    with monkeypatch.context() as dying:
        dying_after(dying, "carry_part", parts_done)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    assert desk.now(work).state is WorkState.RUNNING and desk.do(lambda _s, one: one.carried) == 4 * parts_done
    assert desk.work() == 0, "the lease of who died is still there"
    desk.at += LEASE + timedelta(seconds=1)
    assert desk.work() == 1
    assert desk.state is AdministrationState.TAKEN_OVER and desk.stands() == (BOOKED, 7)
    assert desk.do(lambda s, _one: breaks(s)) == []


def test_paused_it_waits_stopped_it_is_undone_from_where_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    work = desk.begun()

    def pause_after_two(doing: Doing) -> None:
        if doing.done == 8:
            at_work = {"actor": desk.second, "now": NOW}
            unit_of_work(doing.engine, lambda s: pause_work(s, work=s.get_one(LongWork, work.id), **at_work))

    with monkeypatch.context() as between:
        between.setattr(Doing, "breathe", pause_after_two)
        assert desk.work() == 0
    assert desk.now(work).state is WorkState.PAUSED and desk.now(work).done == 8
    assert desk.do(lambda _s, one: one.carried) == 8 and desk.work() == 0, "what is paused waits"
    desk.do(lambda s, _one: cancel_work(s, work=s.get_one(LongWork, work.id), actor=desk.first, now=NOW))
    assert desk.state is AdministrationState.CARRYING and desk.work() == 0
    desk.do(lambda s, one: lay_down_undo(s, administration=one, reason=WHY, actor=desk.first, now=NOW))
    desk.do(lambda s, one: begin_undoing(s, administration=one, actor=desk.second, now=NOW))
    back = desk.ask(WorkKind.TAKEOVER_UNDO, desk.second)
    with monkeypatch.context() as dying:
        dying_after(dying, "undo_part", 1)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    desk.at += LEASE + timedelta(seconds=1)
    assert desk.work() == 1, desk.now(back).trouble
    assert desk.state is AdministrationState.UNDONE and desk.do(lambda s, _one: breaks(s)) == []


def test_who_may_not_any_more_is_not_gone_on_for_and_it_says_so(desk: Desk) -> None:
    work = desk.begun()
    number = int(desk.second.reference.removeprefix("account:"))
    unit_of_work(desk.engine, lambda s: disable_account(s, account=s.get_one(Account, number), actor=ADMIN, now=NOW))
    assert desk.work() == 0
    failed = desk.now(work)
    assert (failed.state, failed.trouble) == (WorkState.FAILED, "asker_gone") and failed.trouble_nl
    assert desk.state is AdministrationState.CARRYING and desk.stands()[1] == 0


def test_loket_jobs_run_does_what_no_server_does(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.begun()
    monkeypatch.setenv("PORTAL_ENV", "demo")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setattr(opening, "make_engine", lambda _url: desk.engine)
    monkeypatch.setattr(migrations, "require_head", lambda _engine: None)  # the tables are there without a migration

    def run(at: datetime, *more: str) -> str:
        return CliRunner().invoke(main, ["jobs", "run", "--now", at.isoformat(), *more]).output

    later = NOW + timedelta(minutes=6)
    assert "long work" not in run(NOW) + run(later, "--only", "forget_counts"), "a server may still do it"
    assert desk.state is AdministrationState.CARRYING
    ran = run(later)
    assert "long work: 1 done" in ran, ran
    assert desk.state is AdministrationState.TAKEN_OVER and desk.stands() == (BOOKED, 7)
    assert "long work" not in run(later)
