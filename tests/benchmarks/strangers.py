"""What fifty strangers who ask for the dearest answers cost everybody else: a desk as `make run` starts it, and one ordinary visitor."""

from __future__ import annotations

import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy.orm import Session

from portal.cases.bundles.actions import replace_trainings
from portal.cases.bundles.models import TrainingInput
from portal.cases.contents import save_costs, save_employer, save_facts
from portal.cases.questions.actions import start_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, EmployerDetails, Route
from portal.framework.loading import load_region
from portal.migrations import upgrade
from portal.people.actor import Actor, Audience
from portal.people.sessions import Entrant, open_session
from portal.platform.database import make_engine, unit_of_work
from portal.web.employer.bundle_computing import AT_ONCE

CHECKOUT = Path(__file__).parents[2]
CATALOGUE = CHECKOUT / "schemes" / "catalogue" / "stedendriehoek"
CLIENTS, SECONDS = 50, 20
ROWS = (AT_ONCE, 200)
"""So many trainings have the bundles that are asked for: what is computed while the page is made, and what is computed apart."""
PAUSE = 0.2
"""Seconds between two pages of the ordinary visitor."""
AT_MOST_MS = 500
_LEVELS, _SECTORS, _PATHS = ("mbo2", "mbo3", "mbo4", "none"), ("technology", "care", "ict"), ("course", "mbo_bbl")


@dataclass
class Asked:
    """A draft of a stranger: its address, and the cookie that opens it."""

    path: str
    cookie: str


def a_bundle(session: Session, rows: int, seed: int, at: datetime) -> DevelopmentQuestion:
    """An employer's draft with so many trainings, each another."""
    r = random.Random(f"strangers/{seed}")
    actor = Actor(Audience.EMPLOYER)
    question = start_question(session, route=Route.EMPLOYER, language="nl", actor=actor, now=at)
    doer = Actor(Audience.EMPLOYER, question_id=question.id)
    employer = EmployerDetails("Bakkerij De Proef", "12345678", "Sam")
    save_employer(session, question=question, employer=employer, learner_name=None, actor=doer, now=at)
    facts = {"employer_municipality": "GM0150", "employer_size": 25, "employer_sector_fund": "none"}
    save_facts(session, question=question, facts=facts, actor=doer, now=at)
    trainings = [_training(number, r, at.date()) for number in range(rows)]
    replace_trainings(session, question=question, trainings=trainings, actor=doer, now=at)
    return question


def _training(number: int, r: random.Random, today: date) -> TrainingInput:
    facts = {
        "training_start": (today + timedelta(days=r.randrange(30, 300))).isoformat(),
        "training_path": r.choice(_PATHS),
        "training_level": r.choice(_LEVELS),
        "training_sector": r.choice(_SECTORS),
    }
    amounts = {"tuition": r.randrange(50_000, 900_000), "exam": r.randrange(5_000, 90_000), "books": 31_100 + number}
    costs = tuple(CostInput(category, cents) for category, cents in amounts.items())
    return TrainingInput(f"m{number - (number % 7 == 1)}", f"Opleiding {number}", None, facts, costs)


def a_question(session: Session, seed: int, at: datetime) -> DevelopmentQuestion:
    """A resident's draft with as many costs as there may be, and hardly anything else said."""
    r = random.Random(f"strangers/{seed}")
    question = start_question(session, route=Route.INDIVIDUAL, language="nl", actor=Actor(Audience.RESIDENT), now=at)
    doer = Actor(Audience.RESIDENT, question_id=question.id)
    facts = {"residence_municipality": "GM0200", "birth_year": 1985, "work_situation": "employee_permanent"}
    save_facts(session, question=question, facts=facts, actor=doer, now=at)
    costs = [
        CostInput(r.choice(("tuition", "exam", "books", "travel")), r.randrange(5_000, 200_000)) for _ in range(20)
    ]
    save_costs(session, question=question, costs=costs, actor=doer, now=at)
    return question


def fill(session: Session, number: int) -> Asked:
    """A draft of the `number`-th stranger, who is let in; at the real instant, which is that of the server."""
    at = datetime.now(UTC)
    if number % 3 < 2:
        rows = ROWS[number % 3]
        question, audience = a_bundle(session, rows, number, at), Audience.EMPLOYER
        path = f"/werkgever/vraag/{question.public_id}/samen/{'uitkomst' if rows <= AT_ONCE else 'berekenen'}"
    else:
        question, audience = a_question(session, number, at), Audience.RESIDENT
        path = f"/vraag/{question.public_id}/uitkomst"
    who = Entrant(question_id=question.id, audience=audience)
    return Asked(path, open_session(session, now=at, who=who, data={}))


# A desk as it is run ---------------------------------------------------------------------------------------------------


@contextmanager
def served(database_url: str, folder: Path, *, code: Path = CHECKOUT, threads: int | None = None) -> Iterator[int]:
    """The desk over this database, in a process of its own as `loket serve` starts it; gives its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    settings = {"PORTAL_ENV": "demo", "PORT": str(port), "STATE_DIR": str(folder), "DATABASE_URL": database_url}
    command = [sys.executable, "-m", "portal.commands.cli", "serve", *(("--threads", str(threads)) if threads else ())]
    environment = {**os.environ, **settings, "PYTHONPATH": str(code), "LOG_LEVEL": "error"}
    process = subprocess.Popen(command, cwd=code, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while ask(port, "/healthz", timeout=5)[0] != 200:
            assert process.poll() is None and time.monotonic() < until, "the desk does not start"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def ask(port: int, path: str, cookie: str = "", *, timeout: float = 60) -> tuple[int, float]:
    """The status of a page (0: none came) and how many milliseconds it took, over a new connection."""
    begun, status = time.perf_counter(), 0
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
        try:
            connection.request("GET", path, headers={"Cookie": f"loket={cookie}"} if cookie else {})
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            pass
    return status, (time.perf_counter() - begun) * 1000


def attack(port: int, drafts: Sequence[Asked], seconds: float) -> Counter[int]:
    """Ask each for its answer again and again, all at once, as fast as they come; how often each status came back."""
    from concurrent.futures import ThreadPoolExecutor

    until = time.monotonic() + seconds

    def client(draft: Asked) -> Counter[int]:
        seen: Counter[int] = Counter()
        while (left := until - time.monotonic()) > 0:
            seen[ask(port, draft.path, draft.cookie, timeout=left + 0.5)[0]] += 1
        return seen

    with ThreadPoolExecutor(len(drafts)) as pool:
        return sum(pool.map(client, drafts), Counter())


@dataclass
class Visited:
    """What one ordinary visitor had of it: milliseconds per page, by its address, and how many pages did not come."""

    times: dict[str, list[float]] = field(default_factory=dict)
    lost: int = 0

    @property
    def all_times(self) -> list[float]:
        """From fast to slow; a page that did not come counts as long as was waited for it."""
        return sorted(one for found in self.times.values() for one in found)


def visit(port: int, pages: Mapping[str, str], seconds: float) -> Visited:
    """Open ordinary pages in turn, as somebody does who knows nothing of the attack. `pages`: cookie by address."""
    seen, until = Visited({path: [] for path in pages}), time.monotonic() + seconds
    while time.monotonic() < until:
        for path, cookie in pages.items():
            status, took = ask(port, path, cookie, timeout=20)
            seen.times[path].append(took)
            seen.lost += status != 200
            time.sleep(PAUSE)
    return seen


def measure(*, clients: int = CLIENTS, seconds: float = SECONDS, code: Path = CHECKOUT) -> tuple[Visited, Counter[int]]:
    """What a visitor has of so many strangers during so many seconds, and what the strangers got."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'desk.db'}"
        engine = make_engine(url)
        upgrade(engine)
        unit_of_work(engine, lambda s: load_region(s, folder=CATALOGUE, actor=Actor.system(), now=datetime.now(UTC)))
        drafts = [unit_of_work(engine, lambda s, n=n: fill(s, n)) for n in range(clients)]
        visitor = unit_of_work(engine, lambda s: fill(s, 1_000_000 + 1))
        engine.dispose()
        own = visitor.path.replace("/uitkomst", "/wens").replace("/berekenen", "/wens").replace("/samen", "")
        with served(url, folder, code=code) as port, get_context("spawn").Pool(1) as elsewhere:
            pages = {"/": "", own: visitor.cookie, "/healthz": ""}
            visit(port, pages, 1)
            got = elsewhere.apply_async(attack, (port, drafts, seconds))
            time.sleep(1)
            return visit(port, pages, seconds - 2), got.get()


def lines() -> Iterator[tuple[str, float, str, float | None]]:
    """The figures: name, value, unit and target."""
    seen, got = measure()
    times = seen.all_times
    yield "visitor_p95_under_attack_ms", times[int(len(times) * 0.95)], "ms", AT_MOST_MS
    yield "visitor_max_under_attack_ms", times[-1], "ms", None
    yield "visitor_pages_lost", seen.lost, f"of {len(times)}", 0
    yield "strangers_answered", got[200], f"of {sum(got.values())} asked by {CLIENTS} clients", None
