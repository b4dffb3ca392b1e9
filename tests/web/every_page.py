"""Where all pages of every audience are: the addresses of the small desk of `tests.web.world`. What is no page has a reason in
`NO_PAGE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.people.actor import Audience
from portal.web.edge.policy import admits
from tests.web.access.test_access_matrix import NOT_HERE, Visit, methods_of, visits
from tests.web.page_source import is_page
from tests.web.world import STAGES, World

NO_PAGE: Mapping[str, str] = {}
"""Endpoints of which what is opened is no page, and why."""


@dataclass(frozen=True)
class PagePlace:
    """A page of somebody of an audience, at the first stage at which they have it."""

    endpoint: str
    where: Visit
    stage: str


def pages_of(world: World, audience: Audience) -> Iterator[PagePlace]:
    """Every page that somebody of this audience can open with what is their own."""
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in methods_of(rule) or rule.endpoint in NOT_HERE or not admits(rule.endpoint, audience):
            continue
        for world.stage in STAGES:
            where = next(iter(visits(world, rule, audience, "own")), None)
            if where is None:
                continue
            answer = world.let_in_as(audience, where.question_id).client.get(where.path)
            answer.close()
            if "loket=" in answer.headers.get("Set-Cookie", ""):
                world.forget(audience, where.question_id)
            if is_page(answer):
                yield PagePlace(rule.endpoint, where, world.stage)
                break
