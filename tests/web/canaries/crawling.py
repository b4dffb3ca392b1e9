"""Crawling: everybody opens everything, and which canaries came out where. Answers, files in them, and addresses."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml.html import document_fromstring
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.people.actor import BY_LINK, STAFF, Audience
from portal.people.audit.models import ViewingEvent
from portal.platform.database import unit_of_work
from tests.web.access.test_access_matrix import AUDIENCES, NOT_HERE, Visit, is_call, methods_of, visits
from tests.web.canaries.birds import Canary
from tests.web.canaries.opening import words_of
from tests.web.canaries.planting import PlantedWorld
from tests.web.programs import bearer
from tests.web.world import STAGES

_ADDRESSES = ("href", "action", "src", "formaction")
_PLACES = itertools.count()


@dataclass(frozen=True, order=True)
class Asker:
    """Who asked: of an audience, and of whom who comes in by a link only has one case."""

    audience: Audience
    question: int | None

    def __str__(self) -> str:
        return f"{self.audience}" if self.question is None else f"{self.audience} of case {self.question}"


@dataclass(frozen=True, order=True)
class Seen:
    """A canary that came out: to whom, where, in which channel (`answer` or `address`), and which one.

    In the channel `log of looks` is what staff saw of a case without one line in that log that says so.
    """

    asker: Asker
    endpoint: str
    channel: str
    canary: Canary

    def __str__(self) -> str:
        return f"{self.asker} in the {self.channel} of {self.endpoint}: {self.canary}"


def crawl(
    planted: PlantedWorld,
    wanted: Callable[[str, Audience], bool],
    *,
    relations: tuple[str, ...] = ("own",),
    methods: tuple[str, ...] = ("GET",),
) -> Iterator[Seen]:
    """Everybody asks for everything that is wanted, at every stage; with forms the desk is put back after one that was accepted."""
    world, asked = planted.world, set[object]()
    rules = sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
    for method, rule, audience in itertools.product(methods, rules, AUDIENCES):
        if method not in methods_of(rule) or rule.endpoint in NOT_HERE or not wanted(rule.endpoint, audience):
            continue
        for world.stage, relation in itertools.product(STAGES, relations):
            for where in visits(world, rule, audience, relation):
                who = world.who(audience, where.question_id)
                if (method, where, who) not in asked:
                    asked.add((method, where, who))
                    yield from _asked(planted, method, rule, audience, where)


def _asked(planted: PlantedWorld, method: str, rule: Rule, audience: Audience, where: Visit) -> Iterator[Seen]:
    world = planted.world
    question = world.who(audience, where.question_id)[1] if audience in BY_LINK else None
    before = unit_of_work(world.engine, _newest_look, read_only=True)
    answer = _answer(planted, method, audience, where)
    asker = Asker(audience, question)
    looks = unit_of_work(world.engine, lambda session: _looks_after(session, before), read_only=True)
    for canary in sorted(planted.birds.in_text(told(answer))):
        yield Seen(asker, rule.endpoint, "answer", canary)
        if audience in STAFF and canary.whose == "case" and looks[canary.number] != 1:
            yield Seen(asker, rule.endpoint, "log of looks", canary)
    for canary in sorted(planted.birds.in_text(" ".join(addresses_in(answer)))):
        yield Seen(asker, rule.endpoint, "address", canary)
    if "Set-Cookie" in answer.headers and not is_call(where):
        world.forget(audience, where.question_id)
    if method == "POST" and answer.status_code < 400:
        world.put_back()


def _newest_look(session: Session) -> int:
    return session.scalar(select(func.max(ViewingEvent.id))) or 0


def _looks_after(session: Session, before: int) -> Counter[int]:
    """At which cases was looked since, as the log says, and how often in one request: a form may take two."""
    rows = select(ViewingEvent.question_id, ViewingEvent.trace_id).where(ViewingEvent.id > before)
    found: Counter[int] = Counter()
    for (question, _request), times in Counter(tuple(row) for row in session.execute(rows)).items():
        found[question] = max(found[question], times)
    return found


def _answer(planted: PlantedWorld, method: str, audience: Audience, where: Visit) -> TestResponse:
    world, place = planted.world, {"REMOTE_ADDR": f"192.0.2.{next(_PLACES) % 250}"}
    if is_call(where):
        headers = bearer(world.ids.get(f"token {audience.value}"))
        client, sent = world.app.test_client(use_cookies=False), {} if method == "POST" else None
        return client.open(where.path, method=method, json=sent, headers=headers, buffered=True, environ_base=place)
    browser = world.let_in_as(audience, where.question_id)
    ask = browser.get if method == "GET" else browser.post
    return ask(where.path, buffered=True, environ_base=place)


def told(answer: TestResponse) -> str:
    """The words of an answer: its body, opened when it is a file, and its headers."""
    return f"{answer.headers}\n{words_of(answer.data)}"


def addresses_in(answer: TestResponse) -> list[str]:
    """The addresses in an answer: where it leads on to, and of its links and forms."""
    found = [answer.headers.get("Location", ""), answer.headers.get("Content-Disposition", "")]
    if answer.mimetype == "text/html" and answer.data.strip():
        page = document_fromstring(answer.data)
        found += [
            str(one.get(name))
            for one in page.iter()
            for name in _ADDRESSES
            if isinstance(one.tag, str) and one.get(name)
        ]
    return [one for one in found if not one.startswith(("mailto:", "tel:", "data:"))]
