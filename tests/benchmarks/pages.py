"""The pages of residents and employers: how heavy they are, and how long the server works for them; and ordinary pages of a desk with
100,000 cases on PostgreSQL beside a bare page of Flask and Jinja on the same server.

Kilobytes are of the page as it is sent before it is packed. Milliseconds are the least of twenty, of processor time: what a page costs.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.framework.loading import load_region
from portal.migrations import alembic_config
from portal.people.actor import Actor
from portal.platform import clock
from portal.platform.brake import Brake
from portal.platform.database import unit_of_work
from tests.benchmarks import finding
from tests.benchmarks.books import both
from tests.benchmarks.strangers import CATALOGUE, CHECKOUT, Asked, fill, served
from tests.web.employer.test_bundle import sheet, started, upload
from tests.web.walking import (
    APPLICANT,
    CONTACT,
    START,
    WELDER,
    Desk,
    Walk,
    app_on_copy,
    approve,
    make_template,
    soup_of,
)

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TIMES = 20
WORKERS, SECONDS, ROUNDS = 4, 2.0, 4
"""So many ask at once, for so long, each page so often in turn with the bare one."""
TRAININGS, PATIENT = 60, 600
"""Of a list of so many trainings a page tells within a second what comes of it, or how far it is; asked so often at most."""
KB = 1024
QUESTIONS = ("wens", "werk", "begin", "kosten", "werkgever")
"""Pages of one question each: words, a choice, a day, a list of amounts, and a choice that opens more."""
TARGETS = {"start": 0.5, "question": 0.3}
"""Of a bare page. A bare page that reads one row, and no more, tells what is the most that a page can be which knows who asks.

That of a question is out of reach: 0.05 was measured, and a bare page that reads one row is at 0.34. A question reads four (who asks, the
draft, its costs, which edition of the schemes) and draws its layout and form: 3 ms of the processor without a server, on SQLite, 1 ms of
it to draw, where the bare page takes 0.06. To get there the page of a person would have to be kept in memory, with what was answered
on it; that is not worth what it would save who reads a page for a minute.
"""
Line = tuple[str, float, str, float | None, bool]
"""Name, value, unit, target, and whether the target is the least (else the most)."""


def least(page: Callable[[], object], times: int = TIMES) -> float:
    """Milliseconds of processor time, the least of so many."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        page()
        taken.append((time.process_time() - start) * 1000)
    return min(taken)


def alone() -> Iterator[Line]:
    """The pages of a welder, by themselves."""
    with tempfile.TemporaryDirectory() as name, clock.frozen(NOW):
        folder = Path(name)
        app, engine = app_on_copy(make_template(folder), folder)
        try:
            walk = Walk(app, WELDER)
            walk.to_check()
            heavy = []
            for question in QUESTIONS:
                page = walk.go(question)
                assert page.status_code == 200, question
                heavy.append(len(page.data) / KB)
            yield "page_question_kb", max(heavy), "kB", 25, False
            for part, name, kb in (("controle", "check", None), ("uitkomst", "outcome", 30)):
                yield from _costs(walk, name, walk.go(part).request.path, kb=kb, ms=30)
            walk.go("versturen")
            walk.answer(CONTACT)
            mine = walk.path.removesuffix("/ontvangen")
            walk.browser.get(f"{mine}/aanvragen")
            walk.answer(APPLICANT)
            approve(engine, mine)
            yield from _costs(walk, "mine", mine, kb=None, ms=25)
            yield from _costs(walk, "proof", f"{mine}/bewijs", kb=None, ms=80)
        finally:
            engine.dispose()


def _costs(walk: Walk, name: str, path: str, *, kb: float | None, ms: float) -> Iterator[Line]:
    page = walk.browser.get(path)
    assert page.status_code == 200, (path, page.status_code)
    yield f"page_{name}_kb", len(page.data) / KB, "kB", kb, False
    yield f"page_{name}_ms", least(lambda: walk.browser.get(path)), "ms", ms, False


def together() -> Iterator[Line]:
    """A company sends a list of sixty trainings in a file: how long it waits for a page, for the outcome, and for that elsewhere."""
    rows = [
        [f"m{n}", f"Opleiding {n % 12}", "ROC", START, "Een cursus of training", "", "Techniek"]
        for n in range(TRAININGS)
    ]
    filled = [[*row, 3630 + 10 * n, 3000, "", "", ""] for n, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app, engine = app_on_copy(make_template(folder), folder)
        try:
            walk = started(Desk(app, engine))
            preview = soup_of(upload(walk, sheet(*filled))).find("input", {"name": "rows"})
            assert preview is not None
            walk.browser.submit(walk.path, {"rows": str(preview["value"])})
            assert walk.browser.follow().status_code == 200
            begun = time.perf_counter()
            answer = walk.go("samen/berekenen")
            slowest, waited = time.perf_counter() - begun, 1
            while answer.status_code == 200 and waited < PATIENT:
                asked = time.perf_counter()
                answer = walk.go("samen/berekenen")
                slowest, waited = max(slowest, time.perf_counter() - asked), waited + 1
            assert answer.status_code == 303, "it was computed"
            ready = time.perf_counter() - begun
            asked = time.perf_counter()
            assert walk.browser.follow().status_code == 200
            outcome = time.perf_counter() - asked
            app.extensions["brake"] = Brake(threads=8)  # what another process has in its memory: nothing
            asked = time.perf_counter()
            assert walk.go("samen/uitkomst").status_code == 200
            elsewhere = time.perf_counter() - asked
        finally:
            engine.dispose()
    yield "page_bundle_60_s", slowest, "s", 1, False
    yield "page_bundle_60_outcome_s", outcome, "s", 1, False
    yield "page_bundle_60_elsewhere_s", elsewhere, "s", 1, False
    yield "bundle_60_ready_s", ready, "s", None, False


# Beside a bare page ----------------------------------------------------------------------------------------------------


@contextmanager
def bare(url: str) -> Iterator[int]:
    """A bare Flask application with one small page of Jinja, on the server of the desk, that can read at ``url``; gives its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "tests.benchmarks.bare", str(port), str(WORKERS)]
    process = subprocess.Popen(program, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT), "READS": url})
    try:
        until = time.monotonic() + 30
        while not _answers(port):
            assert process.poll() is None and time.monotonic() < until, "the bare application does not start"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as one:
            one.request("GET", "/")
            return one.getresponse().status == 200
    except OSError:
        return False


def asked_for(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    """Milliseconds per page when so many ask for it all the time, each over a connection that stays open."""
    from concurrent.futures import ThreadPoolExecutor

    until = time.monotonic() + seconds
    headers = {"Cookie": f"loket={cookie}"} if cookie else {}

    def client(_number: int) -> list[float]:
        times = []
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as one:
            while time.monotonic() < until:
                begun = time.perf_counter()
                one.request("GET", path, headers=headers)
                answer = one.getresponse()
                answer.read()
                assert answer.status == 200, (path, answer.status)
                times.append((time.perf_counter() - begun) * 1000)
        return times

    with ThreadPoolExecutor(WORKERS) as pool:
        return [one for times in pool.map(client, range(WORKERS)) for one in times]


def crowded(engine: Engine, cases: int) -> Asked:
    """A desk with so many cases and the region, and a draft of a resident who is let in."""
    with Session(engine) as session:
        finding.fill(session, cases)
        session.commit()
    unit_of_work(engine, lambda s: load_region(s, folder=CATALOGUE, actor=Actor.system(), now=datetime.now(UTC)))
    tables = ("development_question", "contact", "stored_file", "organisation", "provider", "voucher", "outbox_message")
    with engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 2000000)"))
    draft = unit_of_work(engine, lambda s: fill(s, 2))
    command.stamp(alembic_config(engine), "head")
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return draft


def beside_bare(*, cases: int = finding.CASES, seconds: float = SECONDS) -> dict[str, tuple[float, float, float]]:
    """Per page: how many times as many of it come as of the bare page, and the median and slowest hundredth in milliseconds."""
    with both() as (_sqlite, engine), tempfile.TemporaryDirectory() as folder:
        draft = crowded(engine, cases)
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        pages = {"start": ("/", ""), "question": (draft.path.replace("/uitkomst", "/werk"), draft.cookie)}
        with (
            served(url, Path(folder), threads=WORKERS) as port,
            bare(url) as plain,
            get_context("spawn").Pool(1) as elsewhere,
        ):

            def ask(to: int, path: str, cookie: str, seconds: float) -> list[float]:
                return elsewhere.apply(asked_for, (to, path, cookie, seconds))

            found = {}
            one_read = ("one_read", plain, "/one-read", "")
            for name, to, path, cookie in (*((name, port, *page) for name, page in pages.items()), one_read):
                ask(to, path, cookie, 1), ask(plain, "/", "", 1)  # to warm up
                ours: list[float] = []
                theirs: list[float] = []
                for _ in range(ROUNDS):
                    ours += ask(to, path, cookie, seconds)
                    theirs += ask(plain, "/", "", seconds)
                found[name] = (len(ours) / len(theirs), *_within(ours))
            return found


def _within(times: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


def lines() -> Iterator[Line]:
    """The figures: name, value, unit, target, and whether the target is the least."""
    yield from alone()
    yield from together()
    for name, (ratio, median, slowest) in beside_bare().items():
        yield f"page_ratio_{name}", ratio, "of a bare page", TARGETS.get(name), True
        yield f"page_{name}_p50_ms", median, "ms", None, False
        yield f"page_{name}_p99_ms", slowest, "ms", None, False
