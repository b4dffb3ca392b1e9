"""The brake on the screens: strangers who ask for dear answers hold up each other and nobody else, and lose nothing."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event, Lock

import pytest
from flask import request

from matching.problem import Problem
from matching.problem.proposal import Proposal
from matching.solver import solve
from portal.people.accounts.models import Role
from portal.people.actor import BY_LINK, Audience
from portal.platform.brake import LONG, SHORT, Brake, KeptAnswers
from portal.platform.clock import now
from portal.platform.database import unit_of_work
from portal.web.edge import braking
from portal.web.edge.policy import POLICY
from tests.benchmarks.strangers import a_bundle, a_question
from tests.web.browser import Browser, make_account
from tests.web.edge.test_hostile import PROOF, own_places, send, world
from tests.web.walking import Desk, desk, desk_engine, region_template, soup_of, words_on
from tests.web.world import World

__all__ = ["desk", "desk_engine", "region_template", "world"]

HERE = {"Origin": "http://localhost"}
BUSY = "Uw antwoorden zijn bewaard"
GONE_AT = 2
"""At this look, from 0, the client is gone."""


class Stranger:
    """Somebody with a draft, and its address."""

    def __init__(self, desk: Desk, seed: int, rows: int = 6) -> None:
        employer = rows > 0
        question = unit_of_work(
            desk.engine, lambda s: a_bundle(s, rows, seed, now()) if employer else a_question(s, seed, now())
        )
        audience = Audience.EMPLOYER if employer else Audience.RESIDENT
        self.draft = f"/werkgever/vraag/{question.public_id}" if employer else f"/vraag/{question.public_id}"
        self.browser = Browser(desk.app).enter(question_id=question.id, audience=audience)

    @property
    def outcome(self) -> str:
        return f"{self.draft}/samen/uitkomst" if "werkgever" in self.draft else f"{self.draft}/uitkomst"


class Solver:
    """The solver of the bundles, which counts how many solve at once and stays until it is let go."""

    def __init__(self) -> None:
        self.let_go, self.alone = Event(), Lock()
        self.inside = self.most = self.times = 0
        self.real = solve.propose

    def __call__(self, problem: Problem, **options: bool) -> Proposal:
        if not problem.parts:
            return self.real(problem, **options)
        with self.alone:
            self.inside, self.times = self.inside + 1, self.times + 1
            self.most = max(self.most, self.inside)
        self.let_go.wait(30)
        with self.alone:
            self.inside -= 1
        return self.real(problem, **options)


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Solver]:
    watched = Solver()
    monkeypatch.setattr(solve, "propose", watched)
    yield watched
    watched.let_go.set()


def attack(strangers: list[Stranger], solver: Solver, *, until: int) -> list[tuple[int, str]]:
    """All ask for their answer at once; the solver is let go when so many have theirs, or all who can are inside."""
    with ThreadPoolExecutor(len(strangers)) as pool:
        asked = [pool.submit(one.browser.client.get, one.outcome) for one in strangers]
        end = time.monotonic() + 20
        while sum(one.done() for one in asked) < until and solver.inside < len(strangers) and time.monotonic() < end:
            time.sleep(0.01)
        solver.let_go.set()
        return [(one.result().status_code, words_on(one.result())) for one in asked]


def strangers_at(desk: Desk, number: int) -> list[Stranger]:
    return [Stranger(desk, seed) for seed in range(number)]


def test_eight_strangers_do_not_stop_the_desk(desk: Desk, solver: Solver) -> None:
    desk.app.extensions["brake"] = Brake(threads=8, patience=30)
    crowd = strangers_at(desk, 8)
    held = 8 - LONG.at_once - LONG.waiting
    answers = attack(crowd, solver, until=held)
    assert solver.most == LONG.at_once
    assert Counter(status for status, _ in answers) == {503: held, 200: 8 - held}
    assert all(BUSY in words for status, words in answers if status == 503)


def test_without_the_brake_they_do(desk: Desk, solver: Solver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the attack as it was found, with every thread of the server solving."""
    monkeypatch.setattr(braking, "DEAR", {})
    answers = attack(strangers_at(desk, 8), solver, until=8)
    assert solver.most == 8 and {status for status, _ in answers} == {200}


def test_everybody_else_goes_on_while_the_brake_holds(desk: Desk, solver: Solver) -> None:
    desk.app.extensions["brake"] = Brake(threads=8, patience=0.01)
    first, other, resident = Stranger(desk, 1), Stranger(desk, 2), Stranger(desk, 3, rows=0)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(first.browser.client.get, first.outcome)
        while not solver.inside:
            time.sleep(0.005)
        busy = other.browser.get(other.outcome)
        pages = ["/", "/healthz", "/readyz"]
        seen = [Browser(desk.app).get(path).status_code for path in pages]
        seen += [resident.browser.get(f"{resident.draft}/{name}").status_code for name in ("wens", "controle")]
        advisor = Browser(desk.app).enter(account=make_account(desk.engine, Role.ADVISOR))
        seen.append(advisor.get("/adviseur/").status_code)
        solver.let_go.set()
        assert asked.result().status_code == 200
    assert busy.status_code == 503 and set(seen) == {200}
    assert resident.browser.get(resident.outcome).status_code == 200


def test_the_busy_page_looks_again_by_itself_in_both_languages(desk: Desk) -> None:
    stranger = Stranger(desk, 1)
    with desk.app.extensions["brake"].place(LONG, "somebody"):
        desk.app.extensions["brake"].patience = 0.01
        page = stranger.browser.get(stranger.outcome)
        english = stranger.browser.get(f"{stranger.outcome}?taal=en")
        head = stranger.browser.client.head(stranger.outcome)
    for answer in (page, english, head):
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "20"
    assert 'http-equiv="refresh" content="20"' in page.text and BUSY in words_on(page)
    assert "Your answers are kept" in words_on(english)
    assert stranger.browser.get(f"{stranger.outcome}?taal=nl").status_code == 200


@pytest.mark.parametrize("chosen", ["", "en"])
def test_when_nobody_can_wait_any_more_the_page_is_there_before_anything_is_looked_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    stranger = Stranger(desk, 1)
    brake = desk.app.extensions["brake"]
    braking.busy_page(desk.app, chosen or "nl")
    monkeypatch.setattr(brake, "full", lambda lane: lane is LONG)
    if chosen:
        stranger.browser.client.set_cookie("taal", chosen)
    monkeypatch.setattr(desk.app.session_interface, "open_session", lambda *_: 1 / 0)
    page = stranger.browser.get(stranger.outcome)
    assert page.status_code == 503 and ("are kept" if chosen else "zijn bewaard") in words_on(page)
    assert "Content-Security-Policy" in page.headers
    monkeypatch.undo()
    monkeypatch.setattr(brake, "full", lambda lane: lane is SHORT)
    assert stranger.browser.get(stranger.outcome).status_code == 200


def test_nothing_that_was_typed_is_lost(desk: Desk) -> None:
    """A form that is held is given back with everything in it; a draft is as it was."""
    stranger, brake = Stranger(desk, 1), desk.app.extensions["brake"]
    before = words_on(stranger.browser.get(f"{stranger.draft}/samen"))
    stranger.browser.get(f"{stranger.draft}/samen/versturen")
    typed = {"name": "Jo Jansen", "way": "email", "email": "jo@voorbeeld.example"}
    brake.patience = 0.01
    with brake.place(LONG, "somebody"), brake.place(SHORT, "b"), brake.place(SHORT, "c"):
        held = stranger.browser.submit(
            f"{stranger.draft}/samen/versturen", typed, headers={"Origin": "http://localhost"}
        )
        stranger.browser.get(f"{stranger.draft}/samen/bestand")
        sent = {"file": (io.BytesIO(b"x"), "a.xlsx")}
        file = stranger.browser.submit(f"{stranger.draft}/samen/bestand", sent, content_type="multipart/form-data")
    assert (held.status_code, file.status_code) == (503, 503)
    page = soup_of(held)
    assert {one["name"]: one["value"] for one in page.select("main form input")}.items() >= typed.items()
    assert words_on(stranger.browser.get(f"{stranger.draft}/samen")) == before
    stranger.browser.last = held
    again = stranger.browser.submit(f"{stranger.draft}/samen/versturen", typed)
    assert again.status_code == 303 and again.location.endswith("/verstuurd")


def test_the_same_answer_is_not_computed_twice(desk: Desk, solver: Solver) -> None:
    solver.let_go.set()
    stranger, other = Stranger(desk, 1), Stranger(desk, 1)
    first = stranger.browser.get(stranger.outcome)
    assert solver.times == 1
    assert words_on(stranger.browser.get(stranger.outcome)) == words_on(first)
    assert words_on(other.browser.get(other.outcome)) == words_on(first)
    assert solver.times == 1
    changed = Stranger(desk, 2)
    changed.browser.get(changed.outcome)
    assert solver.times == 2


def test_a_residents_answer_is_computed_once_until_something_changes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: Counter[str] = Counter()
    real = solve.propose

    def counted(problem: Problem, **options: bool) -> Proposal:
        times.update(["solved"])
        return real(problem, **options)

    monkeypatch.setattr(solve, "propose", counted)
    stranger = Stranger(desk, 1, rows=0)
    first = stranger.browser.get(stranger.outcome)
    solved = times["solved"]
    assert solved > 1
    assert words_on(stranger.browser.get(stranger.outcome)) == words_on(first) and times["solved"] == solved
    stranger.browser.get(f"{stranger.draft}/geboortejaar")
    stranger.browser.submit(f"{stranger.draft}/geboortejaar", {"answer": "2010"})
    before = times["solved"]
    stranger.browser.get(stranger.outcome)
    assert times["solved"] > before


def test_who_left_is_not_computed_for(desk: Desk, solver: Solver) -> None:
    solver.let_go.set()
    stranger = Stranger(desk, 1)
    gone = {"waitress.client_disconnected": lambda: True}
    assert stranger.browser.get(stranger.outcome, environ_overrides=gone).status_code == 503
    assert solver.times == 0


@pytest.mark.parametrize(("leaves", "status"), [(True, 503), (False, 200)], ids=["who leaves", "who stays"])
def test_who_leaves_meanwhile_is_not_computed_for_any_longer(
    desk: Desk, solver: Solver, leaves: bool, status: int
) -> None:
    """The solver goes on when it was looked twice whether the client is there, after that it left: the first of them was acted on."""
    stranger, looks = Stranger(desk, 1), count()

    def gone() -> bool:
        look = next(looks)
        if look == GONE_AT + 1:
            solver.let_go.set()
        return leaves and look >= GONE_AT

    answer = stranger.browser.get(stranger.outcome, environ_overrides={"waitress.client_disconnected": gone})
    assert answer.status_code == status and solver.times == 1
    assert not desk.app.extensions["brake"].full(LONG)


def test_who_used_the_hour_is_told_so(desk: Desk) -> None:
    desk.app.extensions["brake"] = Brake(threads=8, allowance=0.0)
    stranger = Stranger(desk, 1)
    answer = stranger.browser.get(stranger.outcome)
    assert answer.status_code == 429 and "Retry-After" in answer.headers


ASKING = {"check", "mine", "save", "group"}
"""Pages of a draft that only ask what the next question is: a solve or two of some milliseconds, stopped after some seconds."""


def test_every_page_of_strangers_that_solves_more_than_the_next_question_is_behind_the_brake(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved: list[str] = []
    real = solve.propose

    def counted(problem: Problem, **options: bool) -> Proposal:
        solved.append(str(request.endpoint))
        return real(problem, **options)

    monkeypatch.setattr(solve, "propose", counted)
    monkeypatch.setattr(world.app.extensions["brake"], "kept", KeptAnswers(0))  # no page answers for another
    tried = 0
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for place in own_places(world, rule):
                if place.audience in (Audience.ANYONE, *BY_LINK) and (PROOF or place.stage == "draft"):
                    send(world, place, "GET").close()
                    tried += 1
    behind = {name for name in braking.DEAR if name in solved}
    assert tried > (150 if PROOF else 50) and {"resident.outcome", "employer.outcome"} <= behind
    assert {name for name in solved if name not in braking.DEAR and name.rpartition(".")[2] not in ASKING} == set()


def test_every_page_behind_the_brake_is_one_of_residents_and_employers(world: World) -> None:
    endpoints = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    for name in braking.DEAR | braking.DEAR_FORMS:
        assert name in endpoints and not POLICY[name] - {*BY_LINK, Audience.ANYONE}
