"""What is asked for on a screen is done by a process of the desk: a job, a replay, the index."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from portal.commands.opening import vault_of
from portal.commands.working import job_names, kinds_of, work_in_background
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind, WorkState
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.platform.jobs.models import JobItem, JobState
from portal.post.files.actions import store_file
from portal.post.files.models import ScanState, StoredFile
from tests.factories import ADMIN, ADVISOR, NOW, a_region
from tests.portal.post.files.hostile import pdf

HOUR = timedelta(hours=1)


@pytest.fixture
def ask(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))
    settings = load_settings()
    unit_of_work(engine, a_region)

    def go(kind: WorkKind, about: str) -> LongWork:
        work = unit_of_work(engine, lambda s: begin_work(s, kind=kind, about=about, actor=ADMIN, now=NOW))
        do_waiting(engine, kinds=kinds_of(settings), clock=lambda: NOW)
        return unit_of_work(engine, lambda s: s.get_one(LongWork, work.id))

    go.settings = settings  # type: ignore[attr-defined]
    return go


def test_a_job_of_the_day_is_done_and_done_again_when_somebody_asks(engine: Engine, ask) -> None:  # type: ignore[no-untyped-def]
    assert {"check_books", "expire_drafts", "scan_files", "tell_trouble"} <= set(job_names(ask.settings))
    for _ in range(2):
        done = ask(WorkKind.JOB, "forget_counts")
        assert (done.state, done.done, done.total) == (WorkState.DONE, 1, 1)
    items = unit_of_work(engine, lambda s: list(s.scalars(select(JobItem).where(JobItem.job == "forget_counts"))))
    assert [one.state for one in items] == [JobState.DONE]
    assert ask(WorkKind.SEARCH, "search").state is WorkState.DONE
    unknown = ask(WorkKind.JOB, "nothing_of_the_kind")
    assert (unknown.state, unknown.trouble) == (WorkState.FAILED, "no_such_job")
    gone = ask(WorkKind.REPLAY, "404")
    assert gone.state is WorkState.FAILED and json.dumps(gone.trouble)


def test_what_is_begun_on_the_screen_has_the_scanner_of_the_desk(
    engine: Engine, ask: Callable[[WorkKind, str], LongWork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Honest:
        def scan(self, content: bytes) -> ScanState:
            return ScanState.CLEAN

    def files() -> list[tuple[ScanState]]:
        return unit_of_work(engine, lambda s: [tuple(row) for row in s.execute(select(StoredFile.scan_state))])

    monkeypatch.setattr("portal.post.files.scanning.scanner_at", lambda address: Honest() if address else None)
    vault = vault_of(load_settings())
    unit_of_work(engine, lambda s: store_file(s, vault=vault, content=pdf(), name="f.pdf", actor=ADVISOR, now=NOW))
    assert ask(WorkKind.JOB, "scan_files").state is WorkState.DONE
    assert files() == [(ScanState.NOT_SCANNED,)], "the control: there is no scanner"
    monkeypatch.setenv("CLAMD", "127.0.0.1:3310")
    kinds = kinds_of(load_settings())
    unit_of_work(engine, lambda s: begin_work(s, kind=WorkKind.JOB, about="scan_files", actor=ADMIN, now=NOW + HOUR))
    do_waiting(engine, kinds=kinds, clock=lambda: NOW + HOUR)
    assert files() == [(ScanState.CLEAN,)]


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_thread_of_the_server_does_what_waits(
    engine: Engine,
    ask,
    monkeypatch: pytest.MonkeyPatch,
    database: str,  # type: ignore[no-untyped-def]
) -> None:
    import time

    monkeypatch.setattr("portal.commands.working.LOOK_EVERY", 0.01)
    work = unit_of_work(engine, lambda s: begin_work(s, kind=WorkKind.SEARCH, about="search", actor=ADMIN, now=NOW))
    ended = work_in_background(engine, ask.settings)
    until = time.monotonic() + 10
    try:
        while unit_of_work(engine, lambda s: s.get_one(LongWork, work.id).state) is not WorkState.DONE:
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        ended.set()
        time.sleep(0.05)
