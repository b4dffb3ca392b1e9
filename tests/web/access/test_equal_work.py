"""What is there but is not yours costs as much work as what is not there: the same statements to the database, in the same order.

Time is measured badly by a test; what is asked of the database is exact, and is what takes time. The pages themselves are the same byte
for byte: `test_access_matrix`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
from flask import Blueprint, abort
from sqlalchemy import Engine, event, select
from werkzeug.routing import Rule

import tests.web.asked_rights  # noqa: F401 (registers whose its addresses are)
from portal.cases.questions.models import Contact, DevelopmentQuestion
from portal.cases.questions.queries import question_by_public_id
from portal.people.actor import Audience
from portal.platform.database import current_session
from portal.web.edge import policy as access
from portal.web.edge.policy import admits, current_actor
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, Visit, methods_of, visit, visits
from tests.web.access.test_teams import SENT, rules_of, with_all_cases_of
from tests.web.objects import builder_for
from tests.web.world import STAGES, World
from tests.web.worlds import a_world, seeded
from tests.who_runs_what import PROOF

ONE_IN = 1 if PROOF else 6
"""Of the addresses of an audience every run tries one in so many, the proof all."""
PAIRS, OF_TEAMS = (400, 100) if PROOF else (60, 10)
PUBLIC = frozenset({"scheme"})
"""Parts of an address of which everybody may know that they are there: the schemes stand on a page for anyone."""
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class ForeignPair:
    """Two addresses of one endpoint: of something that is not theirs, and of nothing."""

    endpoint: str
    audience: Audience
    stage: str
    name: str
    other: Visit
    unknown: Visit

    def __str__(self) -> str:
        return f"{self.endpoint} as {self.audience} when {self.stage}, <{self.name}>"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all addresses."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("equal")) as world:
        yield world


def drawn(rule: Rule, audience: Audience) -> bool:
    return admits(rule.endpoint, audience) and crc32(f"{rule.endpoint} {audience}".encode()) % ONE_IN == 0


def foreign_pairs(world: World, rule: Rule, audience: Audience) -> Iterator[ForeignPair]:
    """For each part of an address of which there is something that is not theirs."""
    whose = {}
    for name in sorted(rule.arguments):
        builder = builder_for(name, rule.endpoint)
        assert builder is not None
        whose[name] = builder(world, audience)
    build = world.app.url_map.bind("localhost").build
    enter = next((value.question_id for value in whose.values() if value.question_id is not None), None)
    for chosen, value in whose.items():
        if value.other is None or chosen in PUBLIC:
            continue
        rest = {name: it.own or it.other or it.unknown for name, it in whose.items()}
        other, unknown = (
            Visit(build(rule.endpoint, {**rest, chosen: it}), enter) for it in (value.other, value.unknown)
        )
        yield ForeignPair(rule.endpoint, audience, world.stage, chosen, other, unknown)


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is sent to the database inside."""
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(_SPACES.sub(" ", statement))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def work_of(world: World, pair: ForeignPair, method: str, where: Visit) -> tuple[int, list[str]]:
    """How it is answered, and what is asked of the database for that: the second time, when what is kept is kept."""
    world.stage = pair.stage
    for _ in range(2):
        with statements_of(world.engine) as sent:
            status = visit(world, pair.audience, method, where).status_code
    return status, sent


def unequal(world: World, pairs: Iterator[ForeignPair], methods: dict[str, list[str]]) -> tuple[int, list[str]]:
    """How many pairs were compared, and which cost another amount of work."""
    found, compared, asked = [], 0, set[object]()
    for pair in pairs:
        known = (pair.other, world.who(pair.audience, pair.other.question_id))
        for method in () if known in asked else methods[pair.endpoint]:
            compared += 1
            (other_status, other), (status, nothing) = (
                work_of(world, pair, method, where) for where in (pair.other, pair.unknown)
            )
            if other != nothing or other_status != status:
                found.append(f"{method} {pair}: {difference(other, nothing)} ({other_status}, {status})")
        asked.add(known)
    return compared, found


def pairs_of(world: World, rules: list[Rule]) -> Iterator[ForeignPair]:
    """What is of another, for everybody who may open such an address with their own."""
    for rule in rules:
        for audience in AUDIENCES:
            for world.stage in STAGES if drawn(rule, audience) else ():
                yield from foreign_pairs(world, rule, audience)


def of_another_team(world: World, rules: list[Rule]) -> Iterator[ForeignPair]:
    """What an advisor has before the eyes when all cases are of another team."""
    for rule in rules:
        for world.stage in SENT if drawn(rule, Audience.ADVISOR) else ():
            own = visits(world, rule, Audience.ADVISOR, "own")
            unknown = visits(world, rule, Audience.ADVISOR, "unknown")
            if own and len(rule.arguments) == 1:
                yield ForeignPair(rule.endpoint, Audience.ADVISOR, world.stage, "another team", own[0], unknown[0])


def addresses(world: World) -> dict[str, list[str]]:
    """The endpoints with something in their address, and their methods."""
    return {one.endpoint: methods_of(one) for one in world.app.url_map.iter_rules() if one.arguments}


def difference(other: list[str], nothing: list[str]) -> str:
    """How much is asked for each, and the first statement that differs."""
    first = next(
        (i for i, (a, b) in enumerate(zip(other, nothing, strict=False)) if a != b), min(len(other), len(nothing))
    )
    said = [one[first][:160] if first < len(one) else "nothing" for one in (other, nothing)]
    return f"{len(other)} statements and {len(nothing)}; {said[0]!r} beside {said[1]!r}"


def test_what_is_not_theirs_costs_the_same_statements_as_what_is_not_there(world: World) -> None:
    rules = sorted((one for one in world.app.url_map.iter_rules() if one.arguments), key=lambda one: one.endpoint)
    wanted = [one for one in rules if one.endpoint not in NOT_HERE]
    compared, found = unequal(world, pairs_of(world, wanted), addresses(world))
    assert compared > PAIRS
    assert not found, f"{len(found)} of {compared}:\n" + "\n".join(found)


def test_a_case_of_another_team_costs_the_same_statements_as_one_that_is_not_there(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with a_world(sqlite_template, tmp_path_factory.mktemp("team")) as world:
        with_all_cases_of(world, "Team Zuid")
        compared, found = unequal(world, of_another_team(world, rules_of(world)), addresses(world))
    assert compared > OF_TEAMS
    assert not found, f"{len(found)} of {compared}:\n" + "\n".join(found)


# Controls ---------------------------------------------------------------------------------------------------------------


def slow_screens() -> Blueprint:
    """Screens that give the same page for both: one asks as much for both, one looks further at what is there."""
    blueprint = Blueprint("slow", __name__, url_prefix="/traag")

    @blueprint.get("/<question_id>/gelijk")
    def equal(question_id: str):
        asked = question_by_public_id(current_session(), public_id=question_id, actor=current_actor())
        return "ok" if asked is not None else abort(404)

    @blueprint.get("/<question_id>/verder")
    def looks_further(question_id: str):
        one = select(DevelopmentQuestion.id).where(DevelopmentQuestion.public_id == question_id)
        number = current_session().scalar(one)
        if number is None:
            abort(404)
        holder = current_session().scalar(select(Contact.name).where(Contact.question_id == number))
        return str(holder) if current_actor().may_act_for(number) else abort(404)

    return blueprint


@pytest.fixture
def slow_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("tests.web.access.test_equal_work.ONE_IN", 1)
    with seeded(world, monkeypatch, slow_screens(), access.RESIDENT) as made:
        yield made


def test_control_a_screen_that_looks_further_at_what_is_there_is_found_and_one_that_does_not_is_not(
    slow_world: World,
) -> None:
    rules = [one for one in slow_world.app.url_map.iter_rules() if one.endpoint.startswith("slow.")]
    compared, found = unequal(slow_world, pairs_of(slow_world, rules), addresses(slow_world))
    assert compared == 2 * len(STAGES)
    assert len(found) == len(STAGES) and all("slow.looks_further" in one for one in found)
