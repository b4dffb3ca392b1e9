"""What is sent is never a part of a statement to the database: it goes along as a value, everywhere that `test_hostile` reaches.

Each value has a word in it that stands nowhere else. It may not stand in the text of any statement, and where a statement looks for a
pattern its signs may not count as one. In every run a part of the places, in the proof all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus
from zlib import crc32

import pytest
from flask import Blueprint, request
from sqlalchemy import Engine, event, select, text

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform.database import current_session
from portal.web.edge import policy as access
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import AUDIENCES, Visit
from tests.web.edge.test_hostile import TO_URL_FOR, Place, names_read, places, send
from tests.web.edge.test_mass_assignment import operations
from tests.web.every_form.filling import Filled, sent
from tests.web.every_form.finding import PostForm, forms_of
from tests.web.programs import bearer
from tests.web.world import World
from tests.web.worlds import a_world, seeded
from tests.who_runs_what import PROOF

WORD = "zq9x"
VALUES = (f"{WORD}' OR 1=1 --", f'{WORD}"; DROP TABLE account; --', f"{WORD}%_\\", f"{WORD}'); SELECT 1; --")
ONE_IN = 30
"""Of the places every run tries one in so many."""
_PATTERN = re.compile(r"\bLIKE\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for everything that is sent."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("injecting")) as world:
        yield world


@contextmanager
def told_to_the_database(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every statement inside, with the values that go along."""
    told: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        told.append((statement, values))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def injected(told: list[tuple[str, Any]]) -> list[str]:
    """The statements of which what was sent became a part, and those in which its signs count as a pattern."""
    found = [statement for statement, _values in told if WORD in statement.casefold()]
    for statement, values in told:
        if _PATTERN.search(statement) and any(_is_open_pattern(one) for one in flat(values)):
            found.append(f"{statement} with {values!r}")
    return found


def _is_open_pattern(value: object) -> bool:
    return isinstance(value, str) and f"{WORD}%_" in value.casefold()


def flat(values: Any) -> Iterator[object]:
    """The values of one statement, or of many at once."""
    for one in values.values() if isinstance(values, dict) else values:
        yield from flat(one) if isinstance(one, tuple | list | dict) else (one,)


def findings(world: World, place: Place, method: str, **options: Any) -> list[str]:
    """What is wrong when this is sent."""
    with told_to_the_database(world.engine) as told:
        answer = send(world, place, method, **options)
        answer.close()
    wrong = [f"{answer.status_code}"] if answer.status_code >= 500 else []
    return [f"{method} {place.rule.endpoint}: {one[:300]}" for one in [*wrong, *injected(told)]]


def drawn(endpoint: str, audience: Audience) -> bool:
    return PROOF or crc32(f"{endpoint} {audience}".encode()) % ONE_IN == 0


def chosen(number: int) -> tuple[str, ...]:
    """The values for a place: in the proof all, otherwise one, another one for the next place."""
    return VALUES if PROOF else (VALUES[number % len(VALUES)],)


def at_addresses(world: World, found: list[Place]) -> Iterator[str]:
    """In every parameter of every page, and as every part of its address."""
    names = [*TO_URL_FOR, *names_read()]
    for number, place in enumerate(found):
        for value in chosen(number):
            query = "&".join(f"{name}={quote_plus(value)}" for name in names)
            yield from findings(world, place, "GET", query_string=query)
            for method in ("GET", "POST") if "POST" in (place.rule.methods or ()) else ("GET",):
                yield from (one for where in parts(place, value) for one in findings(world, where, method))


def parts(place: Place, value: str) -> Iterator[Place]:
    """The address of a place with this value for one of its parts."""
    for name in sorted(place.rule.arguments):
        steps = re.sub(rf"<(?:[^:<>]+:)?{name}>", quote(value, safe=""), place.rule.rule)
        path = re.sub(r"<(?:[^:<>]+:)?\w+>", "x", steps)
        yield replace(place, where=Visit(path, place.where.question_id))


def in_forms(world: World, found: list[PostForm]) -> Iterator[tuple[bool, list[str]]]:
    """In all fields of every form at once; in the proof also in one at a time, the others filled in. Whether a value came as far as the
    database, and what is wrong."""
    for number, form in enumerate(found):
        asked = [one.name for one in form.asked if one.kind != "file"]
        filled = Filled(form)
        for value in chosen(number) if asked else ():
            alone = PROOF and value == VALUES[number % len(VALUES)]
            for names in [asked, *([[one] for one in asked] if alone else [])]:
                kept = [(name, one) for name, one in filled.pairs() if name not in names]
                world.put_back()
                with told_to_the_database(world.engine) as told:
                    answer = sent(world, form, [*kept, *((one, value) for one in names)], filled.files())
                wrong = [f"{answer.status_code}"] if answer.status_code >= 500 or answer.status_code == 400 else []
                came = any(WORD in f"{values}".casefold() for _statement, values in told)
                yield came, [f"{form} {names}: {one[:300]}" for one in [*wrong, *injected(told)]]
    world.put_back()


def test_nothing_in_an_address_becomes_a_part_of_a_statement(world: World) -> None:
    found = places(world, "GET")
    assert len(found) > 400
    assert list(at_addresses(world, found if PROOF else found[::ONE_IN])) == []


def test_nothing_in_a_form_becomes_a_part_of_a_statement(world: World) -> None:
    done = list(in_forms(world, list(forms_of(world, drawn))))
    assert [one for _came, wrong in done for one in wrong] == []
    came = sum(came for came, _wrong in done)
    assert came > (100 if PROOF else 0), "the control: what was sent came as far as the database"


def with_each_word(told: Any, value: str) -> Iterator[Any]:
    """A body as often as it has words in it, each time with this value for another one."""
    if isinstance(told, str):
        yield value
    for place, inside in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        for changed in with_each_word(inside, value):
            yield {**told, place: changed} if isinstance(told, dict) else [*told[:place], changed, *told[place + 1 :]]


def in_bodies(world: World) -> Iterator[str]:
    """In every word of what a program sends."""
    routes = world.app.url_map.bind("localhost")
    for number, (path, example) in enumerate(operations(world)):
        endpoint = routes.match(path, method="POST")[0]
        may = [one for one in AUDIENCES if admits(endpoint, one) and f"token {one.value}" in world.ids]
        for value in chosen(number):
            for turn, changed in enumerate(with_each_word(example, value)):
                headers = {**bearer(world.ids.get(f"token {may[0].value}")), "Idempotency-Key": f"{number}-{turn:020d}"}
                with told_to_the_database(world.engine) as told:
                    answer = world.app.test_client(use_cookies=False).post(path, json=changed, headers=headers)
                    answer.close()
                wrong = [f"{answer.status_code}"] if answer.status_code >= 500 else []
                yield from (f"POST {path}: {one[:300]}" for one in [*wrong, *injected(told)])
                world.put_back()


def test_nothing_that_a_program_sends_becomes_a_part_of_a_statement(world: World) -> None:
    assert len(list(with_each_word({"a": "x", "b": [{"c": "y"}, 3]}, WORD))) == 2
    assert list(in_bodies(world)) == []


# Controls ---------------------------------------------------------------------------------------------------------------


def careless_screens() -> Blueprint:
    """Screens that write what was sent into a statement, that look for it as a pattern, and that do it right."""
    blueprint = Blueprint("careless", __name__, url_prefix="/slordig")
    wish = DevelopmentQuestion.wish

    @blueprint.get("/erin")
    def written_in():
        session, words = current_session(), request.args.get("words", "").replace("'", "")
        return str(session.execute(text(f"SELECT '{words}'")).all())

    @blueprint.get("/patroon")
    def as_a_pattern():
        return str(current_session().scalars(select(wish).where(wish.like(f"%{request.args.get('words')}%"))).all())

    @blueprint.get("/goed")
    def right():
        return str(
            current_session()
            .scalars(select(wish).where(wish.contains(request.args.get("words", ""), autoescape=True)))
            .all()
        )

    return blueprint


@pytest.fixture
def careless_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with seeded(world, monkeypatch, careless_screens(), access.RESIDENT) as made:
        yield made


def test_control_a_screen_that_writes_it_into_a_statement_or_looks_for_it_as_a_pattern_is_found(
    careless_world: World,
) -> None:
    found = {
        one.rule.endpoint: one for one in places(careless_world, "GET") if one.rule.endpoint.startswith("careless.")
    }
    wrong = {
        (endpoint, value)
        for endpoint, place in found.items()
        for value in VALUES
        if findings(careless_world, place, "GET", query_string={"words": value})
    }
    assert wrong == {("careless.written_in", value) for value in VALUES} | {("careless.as_a_pattern", VALUES[2])}
