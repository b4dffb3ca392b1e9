"""Nobody sees another's case: every endpoint x method x audience x (own, someone else's, unknown), and seeded leaks are found.

What one may not see is a 404 with the same bytes as an address that does not exist. On every form that is refused the
errors stand in the order of the fields, and none is at what is optional. Every page that is opened has one heading, a title of its
own and its language. Screens that come later are walked by themselves; a URL
parameter without a builder in `tests.web.objects` fails.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
from flask import Blueprint, Flask, abort, redirect
from sqlalchemy import Engine, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import tests.web.asked_rights  # noqa: F401 (registers whose its addresses are)
from portal import create_app
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform.database import current_session
from portal.web import blueprints
from portal.web.edge import policy as access
from portal.web.edge.policy import PolicyMissing, admits, current_actor
from tests.web.apps import settings_for
from tests.web.browser import Browser
from tests.web.field_order import optional_but_asked, out_of_order
from tests.web.objects import Whose, builder_for
from tests.web.page_source import faults_of, is_page
from tests.web.programs import call
from tests.web.world import STAGES, World
from tests.web.worlds import a_world, seeded

AUDIENCES = tuple(audience for audience in Audience if audience is not Audience.SYSTEM)
METHODS = ("GET", "POST")
NOT_HERE = {
    "access.demo": "entering without a link exists in the demonstration only",
    "theme": "these tests have no theme",
    "access.metrics": "to another machine there is no such page: test_metrics.py",
}
"""Endpoints that are a 404 for everybody in these tests, and why."""
PARTS = ("advisor.", "resident.", "employer.", "owner.", "region.", "provider.", "")
"""The addresses in parts, by the beginning of their endpoints; the last one is what no other part holds."""
PROOF = bool(os.environ.get("PROOF"))
REFUSED_AT_THE_DOOR = ("own", "other", "unknown") if PROOF else ("own",)
"""Whom the policy does not admit is refused before any object is looked up; if its own is, someone else's is too (tried in the proof)."""
OF_THE_REFUSED = 1 if PROOF else 12
"""Of the audiences that an endpoint does not admit every run tries one in so many, others at the next endpoint: one rule refuses them all."""
AT_OTHER_STAGES = 1 if PROOF else 12
"""Someone else's and unknown objects are tried when the question was sent, and of the other stages every run does one in so many, others
at the next endpoint."""
SOUND_PAGES = 1 if PROOF else 4
"""Of the pages that audiences share every run looks at one in so many for what a page has to have; of all, whether one is let in."""
_PLACES = itertools.count()
_NUMBER = re.compile(r"urn:request:[0-9a-f]+")
_TOKENS = re.compile(r'name="(csrf_token|submission_token)" value="[^"]*"')


@dataclass(frozen=True)
class Cell:
    """One try."""

    endpoint: str
    method: str
    audience: Audience
    relation: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} as {self.audience} on {self.relation}"


@dataclass(frozen=True)
class Finding:
    """Something that should not be: a cell, what came back, and what should have."""

    cell: Cell
    got: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.cell}: got {self.got}, wanted {self.wanted}"


def methods_of(rule: Rule) -> list[str]:
    return [method for method in METHODS if method in (rule.methods or ())]


def part_of(endpoint: str) -> str:
    return next(part for part in PARTS if endpoint.startswith(part))


def walk(world: World, holds: Callable[[str], bool]) -> tuple[int, list[Finding]]:
    """Try every cell of the endpoints that a part holds; how many there were, and what was wrong.

    Own objects come last, because a POST on them may change them.
    """
    rules = sorted((r for r in world.app.url_map.iter_rules() if holds(r.endpoint)), key=lambda r: r.endpoint)
    tried: list[Finding | None] = []
    answers: Answers = {}
    for (step, world.stage), (place, rule), (number, audience) in itertools.product(
        enumerate(STAGES), enumerate(rules), enumerate(AUDIENCES)
    ):
        if world.stage != "sent" and (place + step) % AT_OTHER_STAGES > 0:
            continue
        tries = world.stage == "sent" and (place + number) % OF_THE_REFUSED == 0
        for method in methods_of(rule):
            if tries or admits(rule.endpoint, audience):
                tried += foreign(world, rule, method, audience, answers)
    for rule, audience in itertools.product(rules, AUDIENCES):
        for method in methods_of(rule):
            tried += own(world, rule, method, audience)
    return len(tried), [finding for finding in tried if finding is not None]


def foreign(world: World, rule: Rule, method: str, audience: Audience, answers: Answers) -> Iterator[Finding | None]:
    """Someone else's, unknown, and (when the policy does not admit the audience) its own too: all the same 404.

    `answers` is what came back before: what was asked at an earlier stage by the same person, word for word, is not asked again.
    """
    let_in = admits(rule.endpoint, audience)
    pages: dict[str, set[str]] = {"own": set(), "other": set(), "unknown": set()}
    for relation in ("other", "unknown") if let_in else REFUSED_AT_THE_DOOR:
        cell = Cell(rule.endpoint, method, audience, relation)
        for visit_to in visits(world, rule, audience, relation):
            asked = (method, visit_to, world.who(audience, visit_to.question_id))
            if asked not in answers:
                answer = visit(world, audience, method, visit_to)
                answers[asked] = (answer.status_code, same(answer.text, visit_to.path))
            status, text = answers[asked]
            if visit_to.public and 300 <= status < 400:
                continue  # an unknown choice of a page of one's own may lead elsewhere
            pages[relation].add(text)
            wanted = 401 if is_call(visit_to) and not let_in and f"token {audience.value}" not in world.ids else 404
            yield Finding(cell, str(status), str(wanted)) if status != wanted else None
    for relation in ("own", "other"):
        if pages[relation] and pages["unknown"]:
            cell = Cell(rule.endpoint, method, audience, relation)
            differs = len(pages[relation] | pages["unknown"]) > 1
            yield Finding(cell, "another page than for an unknown object", "the same bytes") if differs else None


def own(world: World, rule: Rule, method: str, audience: Audience) -> Iterator[Finding | None]:
    """What the policy admits and belongs to the audience: let in at one stage at least (in the proof at every stage is tried), and
    never a fault."""
    if not admits(rule.endpoint, audience) or rule.endpoint in NOT_HERE:
        return
    cell = Cell(rule.endpoint, method, audience, "own")
    denied: list[str] = []
    let_in = False
    asked: set[object] = set()
    for world.stage in STAGES:
        if let_in and not PROOF:
            return
        for visit_to in visits(world, rule, audience, "own"):
            who = world.who(audience, visit_to.question_id)
            if (visit_to, who) in asked:
                continue  # nothing that this person can see has another stage
            asked.add((visit_to, who))
            answer = visit(world, audience, method, visit_to)
            if method == "POST" and answer.status_code < 400:
                world.put_back()
            if answer.status_code in (401, 403, 404, 405):
                denied.append(f"{answer.status_code} when {world.stage}")
                continue
            let_in = True
            yield Finding(cell, str(answer.status_code), "no fault") if answer.status_code >= 500 else None
            if method == "GET" and crc32(f"{rule.endpoint} {audience}".encode()) % SOUND_PAGES == 0 and is_page(answer):
                yield from (Finding(cell, fault, "a sound page") for fault in faults_of(answer))
            if answer.status_code == 422 and (PROOF or crc32(rule.endpoint.encode()) % OF_THE_REFUSED == 0):
                yield from (
                    Finding(cell, one, "errors in the order of the fields") for one in out_of_order(answer.text)
                )
                yield from (Finding(cell, one, "optional: may be empty") for one in optional_but_asked(answer.text))
    if denied and not let_in:
        yield Finding(cell, ", ".join(denied), "a page, a redirect, or a form with errors")


Answers = dict[object, tuple[int, str]]
"""The status and the page of what was asked, by method, address and person."""


@dataclass(frozen=True)
class Visit:
    """An address, the question to be let in for, and whether only a public choice in it is unknown."""

    path: str
    question_id: int | None = None
    public: bool = False


def visits(world: World, rule: Rule, audience: Audience, relation: str) -> list[Visit]:
    """The addresses of an endpoint with objects in this relation to the audience.

    With several parameters one at a time is someone else's (or unknown) and the rest are its own, or public.
    """
    whose: dict[str, Whose] = {}
    for name in sorted(rule.arguments):
        builder = builder_for(name, rule.endpoint)
        assert builder is not None, f"{rule.endpoint}: no builder for <{name}> in tests/web/objects.py"
        whose[name] = builder(world, audience)
    build = world.app.url_map.bind("localhost").build
    enter = next((value.question_id for value in whose.values() if value.question_id is not None), None)
    if relation == "own":
        values = {name: value.own for name, value in whose.items()}
        return [] if None in values.values() else [Visit(build(rule.endpoint, values), enter)]
    found = []
    for chosen, value in whose.items():
        strange = value.other if relation == "other" else value.unknown
        if strange is not None:
            rest = {name: it.own or it.other or it.unknown for name, it in whose.items()}
            public = value.own is not None and value.other is None
            found.append(Visit(build(rule.endpoint, {**rest, chosen: strange}), enter, public))
    return found


def visit(world: World, audience: Audience, method: str, where: Visit) -> TestResponse:
    place = {
        "REMOTE_ADDR": f"192.0.2.{next(_PLACES) % 250}"
    }  # a place of its own: many wrong links from one are refused
    if is_call(where):
        return call(world.app, world.ids.get(f"token {audience.value}"), method, where.path, environ_base=place)
    browser = world.let_in_as(audience, where.question_id)
    ask = browser.get if method == "GET" else browser.post
    answer = ask(where.path, environ_base=place)
    answer.close()
    if "Set-Cookie" in answer.headers:  # signed out, or let in as somebody else
        world.forget(audience, where.question_id)
    return answer


def is_call(where: Visit) -> bool:
    """Whether this is at the interface, where a program shows its token."""
    return where.path.startswith("/api/")


def same(page: str, path: str) -> str:
    """A page without what always differs: the address that was asked for and the tokens of a form."""
    return _NUMBER.sub("", _TOKENS.sub("TOKEN", page)).replace(path, "PATH")


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all cells; who may see what does not depend on the database."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("matrix")) as world:
        yield world


def test_every_url_parameter_has_a_builder(world: World) -> None:
    missing = {
        f"<{name}> of {rule.endpoint}"
        for rule in world.app.url_map.iter_rules()
        for name in rule.arguments
        if builder_for(name, rule.endpoint) is None
    }
    assert not missing, f"add a builder in tests/web/objects.py for: {', '.join(sorted(missing))}"


@pytest.mark.parametrize("part", PARTS, ids=[part or "the rest" for part in PARTS])
def test_nobody_sees_what_is_not_theirs_and_everybody_sees_what_is(world: World, part: str) -> None:
    cells, findings = walk(world, lambda endpoint: part_of(endpoint) == part)
    assert cells > (100 if PROOF else 50)
    assert not findings, f"{len(findings)} of {cells} cells:\n" + "\n".join(sorted(map(str, findings)))


def test_every_page_carries_the_name_of_the_desk(world: World) -> None:
    page = Browser(world.app).get("/inloggen").text
    assert "Leerwerkloket Stedenvierkant" in page
    assert 'href="tel:' in page


def test_every_row_of_the_policy_has_an_endpoint(world: World) -> None:
    left_over = access.POLICY.keys() - {rule.endpoint for rule in world.app.url_map.iter_rules()}
    assert not left_over, f"no such endpoints: {sorted(left_over)}"


# Controls: what the matrix must find -----------------------------------------------------------------------------------


def _question(public_id: str) -> DevelopmentQuestion:
    found = current_session().scalar(select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == public_id))
    if found is None:
        abort(404)
    return found


def _own_question(public_id: str) -> DevelopmentQuestion:
    found = _question(public_id)
    if not current_actor().may_act_for(found.id):
        abort(404)
    return found


def leaky_screens() -> Blueprint:
    """Screens that forget something, and one that forgets nothing."""
    blueprint = Blueprint("leak", __name__, url_prefix="/lek")

    @blueprint.get("/<question_id>/goed")
    def right(question_id: str):
        return str(_own_question(question_id).wish)

    @blueprint.get("/<question_id>/lezen")
    def forgets_to_look_who_asks(question_id: str):
        return str(_question(question_id).wish)

    @blueprint.post("/<question_id>/schrijven")
    def changes_anybodys(question_id: str):
        _question(question_id).wish = "iets anders"
        return redirect("/", code=303)

    @blueprint.get("/<question_id>/verklapt")
    def tells_that_it_exists(question_id: str):
        if not current_actor().may_act_for(_question(question_id).id):
            return "Deze vraag is van iemand anders.", 404
        return "ok"

    @blueprint.get("/<question_id>/weigert")
    def refuses_the_owner(question_id: str):
        abort(404)

    return blueprint


@pytest.fixture
def leaky_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with seeded(world, monkeypatch, leaky_screens(), access.RESIDENT) as made:
        yield made


def test_seeded_leaks_are_found_and_a_right_screen_is_not_accused(leaky_world: World) -> None:
    _cells, findings = walk(leaky_world, lambda endpoint: endpoint.startswith("leak."))
    resident = Audience.RESIDENT
    assert {finding.cell for finding in findings} == {
        Cell("leak.forgets_to_look_who_asks", "GET", resident, "other"),
        Cell("leak.changes_anybodys", "POST", resident, "other"),
        Cell("leak.tells_that_it_exists", "GET", resident, "other"),
        Cell("leak.refuses_the_owner", "GET", resident, "own"),
    }


def test_a_policy_that_lets_in_too_many_is_found(leaky_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(access.POLICY, "leak.forgets_to_look_who_asks", access.RESIDENT | access.REGION)
    _cells, findings = walk(leaky_world, lambda endpoint: endpoint.startswith("leak.forgets"))
    assert Cell("leak.forgets_to_look_who_asks", "GET", Audience.REGION, "other") in {f.cell for f in findings}


def test_a_new_url_parameter_without_a_builder_is_named() -> None:
    assert builder_for("shoe_size", "resident.shoes") is None
    assert builder_for("question_id", "resident.wish") is not None


def test_the_application_does_not_start_with_an_endpoint_without_an_audience(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = blueprints.register

    def register(app: Flask) -> None:
        real(app)
        app.add_url_rule("/vergeten", "forgotten", lambda: "anybody")

    monkeypatch.setattr(blueprints, "register", register)
    with pytest.raises(PolicyMissing, match="forgotten"):
        create_app(settings_for(tmp_path), engine=engine)


def test_the_application_starts_when_that_endpoint_has_one(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    real: Callable[[Flask], None] = blueprints.register

    def register(app: Flask) -> None:
        real(app)
        app.add_url_rule("/vergeten", "forgotten", lambda: "anybody")

    monkeypatch.setattr(blueprints, "register", register)
    monkeypatch.setitem(access.POLICY, "forgotten", access.ADMIN)
    app = create_app(settings_for(tmp_path), engine=engine)
    assert Browser(app).get("/vergeten").status_code == 404
