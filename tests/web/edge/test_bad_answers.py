"""Thousands of bad answers, made up by kind of field, each in a form that is otherwise filled in: refused with a 4xx, and beside the
field that is wrong stands what is wrong. In the proof 5,000, in every run a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import pytest
from werkzeug.wrappers import Response

from portal.people.actor import Audience
from portal.web.forms import OwnField
from tests.web.every_form.filling import Filled, filled_in, sent, wrong_fields
from tests.web.every_form.finding import PostForm, forms_at, forms_of
from tests.web.every_form.spoiling import Spoiler, fields_of, forms_made, spoilers_of
from tests.web.world import World
from tests.web.worlds import a_world
from tests.who_runs_what import PROOF

POSTS = 5_000 if PROOF else 32
ONE_IN = 1 if PROOF else 40
"""Of the pages with forms every run opens one in so many."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all forms."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("answers")) as world:
        yield world


def drawn(endpoint: str, audience: Audience) -> bool:
    return crc32(f"{endpoint} {audience}".encode()) % ONE_IN == 3 % ONE_IN


@dataclass(frozen=True)
class Spoiled:
    """A field of a form that can be filled in wrongly, and the ways in which."""

    filled: Filled
    name: str
    ways: tuple[Spoiler, ...]
    within: tuple[str, str] | None
    closed: bool = False
    """Nothing can be done on the page now, and it says so of a good answer as well."""

    def __str__(self) -> str:
        return f"{self.filled.form}: {self.name}"

    def pairs(self, value: str) -> list[tuple[str, str]]:
        """The form with this answer in the field, chosen so that the field is asked."""
        chosen = {self.name: value} | ({} if self.within is None else {self.within[0]: self.within[1]})
        return [*((name, one) for name, one in self.filled.pairs() if name not in chosen), *chosen.items()]


def spoiled_in(world: World, form: PostForm) -> Iterator[Spoiled]:
    """The fields of a form that can be wrong: built by our own fields, and typed or chosen."""
    with forms_made() as made:
        world.stage = form.stage
        forms_at(world, form.audience, form.where)
    fields: dict[str, list[Any]] = {}
    for one in made:
        for field in fields_of(one):
            fields.setdefault(field.name, []).append(field)
    asked = [one for one in form.asked if len({type(field) for field in fields.get(one.name, ())}) == 1]
    ways = {one.name: spoilers_of(fields[one.name][0]) for one in asked}
    if any(ways.values()):
        filled, answer = filled_in(world, form)
        for one in asked:
            if ways[one.name]:
                yield Spoiled(filled, one.name, tuple(ways[one.name]), one.within, answer.status_code == 409)


def posts(found: list[Spoiled]) -> Iterator[tuple[Spoiled, str]]:
    """Bad answers without end: each time another one in each field."""
    for turn in count():
        for one in found:
            rng = Random(f"{one.filled.form.endpoint} {one.name} {turn}")
            yield one, one.ways[turn % len(one.ways)](rng)


def faults(world: World, found: list[Spoiled], number: int) -> tuple[int, list[str]]:
    """How many bad answers were sent, and which were not refused with a message beside the field."""
    wrong, tried = [], 0
    for tried, (one, value) in enumerate(posts(found), start=1):
        answer = sent(world, one.filled.form, one.pairs(value), one.filled.files())
        beside = one.name in wrong_fields(answer) or (one.closed and answer.status_code == 409)
        if not 400 <= answer.status_code < 500 or not beside:
            wrong.append(f"{one} took {value[:40]!r} ({answer.status_code}, beside {sorted(wrong_fields(answer))})")
        world.put_back()
        if tried == number:
            break
    return tried, wrong


def test_every_bad_answer_is_refused_with_a_message_beside_its_field(world: World) -> None:
    found = [one for form in list(forms_of(world, drawn)) for one in spoiled_in(world, form)]
    assert len({one.filled.form.endpoint for one in found}) > (100 if PROOF else 3)
    tried, wrong = faults(world, found, POSTS)
    assert tried == POSTS
    assert len({str(one.filled.form) for one in found if one.closed}) < 10, "on nearly every page something can be done"
    assert wrong == []


def test_control_a_field_that_takes_anything_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ("resident.postcode", Audience.RESIDENT)
    found = [one for form in list(forms_of(world, lambda *which: which == wanted)) for one in spoiled_in(world, form)]
    assert {one.name for one in found} == {"postcode"}
    assert faults(world, found, 4)[1] == []
    with monkeypatch.context() as anything:
        anything.setattr(OwnField, "process_formdata", lambda self, _sent: setattr(self, "data", "7311"))
        assert len(faults(world, found, 4)[1]) == 4
    monkeypatch.setattr("tests.web.edge.test_bad_answers.wrong_fields", lambda _answer: {"another"})
    assert len(faults(world, found, 4)[1]) == 4, "a message beside another field is not enough"


BESIDE = '<main><fieldset class="field has-error"><input name="a">{}</fieldset><div class="field"><input name="b"></div></main>'


def test_control_a_message_counts_for_the_field_beside_which_it_stands() -> None:
    message, inside = '<p class="error">Vul dit in.</p>', '<div class="field"><input name="c"></div>'
    for told, wanted in ((message, {"a"}), ("", set()), (message + inside, {"a"})):
        answer = Response(BESIDE.format(told), mimetype="text/html")
        assert wrong_fields(answer) == wanted
