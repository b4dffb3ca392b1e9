"""Every address that leaves the desk, on a page, in a file or in a mail, begins with the one of its settings: a visitor names none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.people.actor import Audience
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, visits, world
from tests.web.browser import Browser
from tests.web.world import STAGES, World
from tests.who_runs_what import PROOF

__all__ = ["world"]

WEB = Path(__file__).parents[3] / "portal"
FORGED = "kwaad.example"
FROM_THE_REQUEST = re.compile(
    r"_external|request\.(host|host_url|url_root|base_url|root_url|url)\b|get_host\(|HTTP_HOST|SERVER_NAME|X-Forwarded-Host"
)
ALLOWED = {
    "portal/web/edge/again.py": "compares where a form came from with where it went, and builds nothing",
    "portal/web/edge/guards.py": "looks whether a demonstration is asked from its own machine, and builds nothing",
}
"""Who reads what the visitor calls the desk, and why that is no address that leaves."""
GET_ALONE = re.compile(r"request\.method\s*(==|!=)\s*\"GET\"")


def found_in(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    """Per file of the code what matches."""
    found = {}
    for path in sorted(WEB.rglob("*.py")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if pattern.search(line)]
        if lines:
            found[path.relative_to(WEB.parent).as_posix()] = lines
    return found


def test_no_code_builds_an_address_from_the_request() -> None:
    assert {name: lines for name, lines in found_in(FROM_THE_REQUEST).items() if name not in ALLOWED} == {}
    assert ALLOWED.keys() <= found_in(FROM_THE_REQUEST).keys(), "take out what is gone"


@pytest.mark.parametrize(
    "line",
    ['url_for("x", _external=True)', "request.host", "request.host_url", "request.url_root", 'environ["HTTP_HOST"]'],
)
def test_control_such_code_is_found(line: str) -> None:
    assert FROM_THE_REQUEST.search(line)
    assert not FROM_THE_REQUEST.search("request.url_rule")


def test_what_only_looks_is_told_by_all_methods_that_only_look() -> None:
    """HEAD is no GET: who asks for GET alone would let the HEAD of a mail scanner do what a POST does."""
    assert found_in(GET_ALONE) == {}
    assert GET_ALONE.search('if request.method == "GET":')


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """Every page that can be opened, asked under a forged name: its endpoint, its text and where it leads.

    In the proof by everybody who may, at every stage; in every run one in three, by the first who may.
    """
    rules = [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    rules = sorted(rules, key=lambda rule: rule.endpoint)[:: 1 if PROOF else 3]
    asked: set[object] = set()
    opened: set[str] = set()
    for world.stage in STAGES:
        for rule in rules:
            for audience in AUDIENCES:
                if not admits(rule.endpoint, audience) or rule.endpoint in {*NOT_HERE, *opened}:
                    continue
                for where in visits(world, rule, audience, "own"):
                    mine = (where, world.who(audience, where.question_id))
                    if mine in asked:
                        continue  # the same page of the same person
                    asked.add(mine)
                    browser = world.let_in_as(audience, where.question_id)
                    answer = bare(world).get(where.path, headers=forged(browser))
                    if answer.status_code < 400:
                        opened |= set() if PROOF else {rule.endpoint}
                        yield (
                            rule.endpoint,
                            answer.get_data(as_text=False).decode("utf-8", "replace"),
                            answer.headers.get("Location", ""),
                        )
                    answer.close()


def bare(world: World) -> FlaskClient:
    """A browser that sends what it is told: its own would keep its cookie from a desk of another name."""
    return world.app.test_client(use_cookies=False)


def forged(browser: Browser) -> dict[str, str]:
    cookie = browser.client.get_cookie("loket")
    known = {"Cookie": f"loket={cookie.value}"} if cookie is not None else {}
    return {**known, "Host": FORGED, "X-Forwarded-Host": FORGED}


def test_a_forged_name_of_the_desk_stands_on_no_page(world: World) -> None:
    seen, wrong = set(), []
    for endpoint, text, leads in pages(world):
        seen.add(endpoint)
        if FORGED in text or FORGED in leads:
            wrong.append(endpoint)
    assert wrong == []
    assert len(seen) > (120 if PROOF else 40), "they are opened at all"


@pytest.mark.parametrize("audience", [Audience.RESIDENT, Audience.EMPLOYER])
def test_a_link_to_go_on_later_is_not_built_from_what_the_visitor_calls_the_desk(
    world: World, audience: Audience
) -> None:
    world.stage = "draft"
    question = world.question(audience)
    prefix = "" if audience is Audience.RESIDENT else "/werkgever"
    path = f"{prefix}/vraag/{question.public_id}/bewaren"
    browser = world.let_in_as(audience, None)
    csrf = browser.csrf()
    sent = bare(world).post(path, data={"csrf_token": csrf, "submission_token": "x" * 22}, headers=forged(browser))
    assert sent.status_code == 303
    page = bare(world).get(path, headers=forged(browser)).text
    assert re.search(r'href="http://127\.0\.0\.1:8000/toegang/[\w-]{22}"', page)
    assert FORGED not in page
