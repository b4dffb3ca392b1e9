"""Nobody sees another's case: every endpoint x method x audience x (own, someone else's, unknown), and seeded leaks are found.

What one may not see is a 404 with the same bytes as an address that does not exist. Screens that come later are walked by
themselves; a URL parameter without a builder in `tests.web.objects` fails.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, redirect
from sqlalchemy import Engine, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import blueprints, create_app
from portal.accounts import access
from portal.accounts.access import Audience, PolicyMissing, admits, current_actor
from portal.database import current_session
from portal.questions.models import DevelopmentQuestion
from tests.web.browser import Browser
from tests.web.conftest import settings_for
from tests.web.objects import UNKNOWN, World, build_world, builder_for

AUDIENCES = tuple(audience for audience in Audience if audience is not Audience.SYSTEM)
METHODS = ("GET", "POST")
NOT_HERE = {
    "access.demo": "entering without a link exists in the demonstration only",
    "theme": "these tests have no theme",
}
"""Endpoints that are a 404 for everybody in these tests, and why."""
_PLACES = itertools.count()
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


def walk(world: World, *, only: str = "") -> tuple[int, list[Finding]]:
    """Try every cell; how many there were, and what was wrong. Own objects come last, because a POST on them may change them."""
    rules = [rule for rule in world.app.url_map.iter_rules() if rule.endpoint.startswith(only)]
    findings: list[Finding] = []
    cells = 0
    for own_turn, method in itertools.product((False, True), METHODS):
        for rule in sorted(rules, key=lambda rule: rule.endpoint):
            if method not in methods_of(rule):
                continue
            for audience in AUDIENCES:
                tried = list(
                    _own(world, rule, method, audience) if own_turn else _foreign(world, rule, method, audience)
                )
                cells += len(tried)
                findings += [finding for finding in tried if isinstance(finding, Finding)]
    return cells, findings


def _foreign(world: World, rule: Rule, method: str, audience: Audience) -> Iterator[Finding | None]:
    """Someone else's, unknown, and (when the policy does not admit the audience) its own too: all the same 404."""
    let_in = admits(rule.endpoint, audience)
    pages: dict[str, str] = {}
    for relation in ("other", "unknown") if let_in else ("own", "other", "unknown"):
        path = path_of(world, rule, audience, relation)
        if path is None or (let_in and not rule.arguments):
            continue
        answer = visit(world.browser(audience), method, path)
        pages[relation] = same(answer.text, path)
        cell = Cell(rule.endpoint, method, audience, relation)
        wrong = answer.status_code != 404
        yield Finding(cell, str(answer.status_code), "404") if wrong else None
    for relation in pages.keys() - {"unknown"}:
        cell = Cell(rule.endpoint, method, audience, relation)
        differs = "unknown" in pages and pages[relation] != pages["unknown"]
        yield Finding(cell, "another page than for an unknown object", "the same bytes") if differs else None


def _own(world: World, rule: Rule, method: str, audience: Audience) -> Iterator[Finding | None]:
    """What the policy admits and belongs to the audience: no denial, and never a fault."""
    path = path_of(world, rule, audience, "own")
    if not admits(rule.endpoint, audience) or path is None or rule.endpoint in NOT_HERE:
        return
    answer = visit(world.browser(audience), method, path)
    wrong = answer.status_code in (401, 403, 404, 405) or answer.status_code >= 500
    cell = Cell(rule.endpoint, method, audience, "own")
    yield Finding(cell, str(answer.status_code), "a page, a redirect, or a form with errors") if wrong else None


def path_of(world: World, rule: Rule, audience: Audience, relation: str) -> str | None:
    """The address of an endpoint with objects in this relation to the audience; None when there are none."""
    values: dict[str, str] = {}
    for name in rule.arguments:
        builder = builder_for(name, rule.endpoint)
        assert builder is not None, f"{rule.endpoint}: no builder for <{name}> in tests/web/objects.py"
        value = getattr(builder(world, audience), relation)
        if value is None:
            return None
        values[name] = value
    adapter = world.app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, values)


def visit(browser: Browser, method: str, path: str) -> TestResponse:
    place = {
        "REMOTE_ADDR": f"192.0.2.{next(_PLACES) % 250}"
    }  # a place of its own: many wrong links from one are refused
    answer = browser.get(path, environ_base=place) if method == "GET" else browser.post(path, environ_base=place)
    answer.close()
    return answer


def same(page: str, path: str) -> str:
    """A page without what always differs: the address that was asked for and the tokens of a form."""
    return _TOKENS.sub("TOKEN", page).replace(path, "PATH")


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all cells; who may see what does not depend on the database."""
    yield from make_world(sqlite_template, tmp_path_factory.mktemp("matrix"))


def make_world(template: Path, folder: Path) -> Iterator[World]:
    import shutil

    from portal.database import make_engine

    shutil.copyfile(template, folder / "desk.db")
    engine = make_engine(f"sqlite:///{folder / 'desk.db'}")
    app = create_app(settings_for(folder), engine=engine)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield build_world(app, engine)
    engine.dispose()


def test_every_url_parameter_has_a_builder(world: World) -> None:
    missing = {
        f"<{name}> of {rule.endpoint}"
        for rule in world.app.url_map.iter_rules()
        for name in rule.arguments
        if builder_for(name, rule.endpoint) is None
    }
    assert not missing, f"add a builder in tests/web/objects.py for: {', '.join(sorted(missing))}"


def test_nobody_sees_what_is_not_theirs_and_everybody_sees_what_is(world: World) -> None:
    cells, findings = walk(world)
    assert cells > 100
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
def leaky_world(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    real = blueprints.register

    def register(app: Flask) -> None:
        real(app)
        app.register_blueprint(leaky_screens())
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("leak."):
                monkeypatch.setitem(access.POLICY, rule.endpoint, access.RESIDENT)

    monkeypatch.setattr(blueprints, "register", register)
    yield from make_world(sqlite_template, tmp_path)


def test_seeded_leaks_are_found_and_a_right_screen_is_not_accused(leaky_world: World) -> None:
    _cells, findings = walk(leaky_world, only="leak.")
    resident = Audience.RESIDENT
    assert {finding.cell for finding in findings} == {
        Cell("leak.forgets_to_look_who_asks", "GET", resident, "other"),
        Cell("leak.changes_anybodys", "POST", resident, "other"),
        Cell("leak.tells_that_it_exists", "GET", resident, "other"),
        Cell("leak.refuses_the_owner", "GET", resident, "own"),
    }


def test_a_policy_that_lets_in_too_many_is_found(leaky_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(access.POLICY, "leak.forgets_to_look_who_asks", access.RESIDENT | access.REGION)
    _cells, findings = walk(leaky_world, only="leak.forgets")
    assert Cell("leak.forgets_to_look_who_asks", "GET", Audience.REGION, "other") in {f.cell for f in findings}


def test_a_new_url_parameter_without_a_builder_is_named() -> None:
    assert builder_for("shoe_size", "resident.shoes") is None
    assert builder_for("question_id", "resident.wish") is not None
    assert UNKNOWN


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
