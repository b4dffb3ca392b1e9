"""No form and no operation takes a column that it does not ask for: what is stored is equal to what the same post without it stores.

The columns are those of the tables that the page and the post read and write, as the models have them. Each has a value that it could
hold. In every run a part of the forms, in the proof all of them.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from enum import Enum
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zlib import crc32

import pytest
from flask import Blueprint, abort, request
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, select

from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform.database import current_session, load_models
from portal.platform.extensions import csrf
from portal.web.edge import policy as access
from portal.web.edge.edge import form_tokens
from tests.portal.post.files.hostile import pdf
from tests.portal.post.files.ubl import ubl
from tests.web.api.test_schemathesis import described
from tests.web.every_form.filling import filled_in, sent
from tests.web.every_form.finding import OF_THE_DESK, PostForm, forms_at, forms_of
from tests.web.every_form.storing import Rows, differing, drawn_again, no_new_files, stored, tables_used
from tests.web.programs import bearer
from tests.web.world import World
from tests.web.worlds import a_world, seeded
from tests.who_runs_what import PROOF

ONE_IN = 1 if PROOF else 25
"""Of the pages with forms every run opens one in so many."""
A_NEW_FILE = {
    "document": b64encode(ubl(kvk="", number="S-2", pdf=b64encode(pdf() + b"%columns").decode())).decode(),
}
"""An electronic invoice of which the file was not handed in before."""
MOST_NAMES = 400
"""So many fields are added to one post; a form may have 500."""
TAKEN = 250 if PROOF else 3
"""So many forms at least were taken by the desk: of the others what is stored is compared as well, but it is little."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all forms."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("columns")) as world:
        yield world


def drawn(endpoint: str, audience: Audience) -> bool:
    return crc32(f"{endpoint} {audience}".encode()) % ONE_IN == 0


def value_for(column: Column[Any]) -> Any:
    """A value that the column could hold, and that stands nowhere."""
    choices = getattr(column.type, "enum_class", None)
    if choices is not None and issubclass(choices, Enum):
        return list(choices)[-1].value
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 1 if column.foreign_keys else 987_654
    if isinstance(column.type, DateTime):
        return "2031-05-06T07:08:09"
    if isinstance(column.type, Date):
        return "2031-05-06"
    return "van een ander"


def columns_of(tables: set[str]) -> dict[str, Any]:
    """The columns of these tables by name, with a value for each."""
    known = load_models().tables
    return {one.name: value_for(one) for name in sorted(tables & known.keys()) for one in known[name].columns}


def steady(send: Callable[[], tuple[int, Rows]]) -> tuple[int, Rows]:
    """What is stored, the same twice running: the first time something that a process makes once may be drawn too."""
    before = send()
    for _ in range(4):
        now = send()
        if now == before:
            return now
        before = now
    raise AssertionError("never the same twice")


class TriedForm:
    """A form that was filled in as far as it goes, and what is stored when it is sent with and without more fields."""

    def __init__(self, world: World, form: PostForm) -> None:
        self.world, self.form = world, form
        with tables_used(world.engine) as tables:
            world.stage = form.stage
            forms_at(world, form.audience, form.where)
            self.filled, self.answer = filled_in(world, form)
        prefixes = {one.name.rpartition("-")[0] for one in form.controls if "-" in one.name}
        names = columns_of(tables)
        self.columns = {
            f"{before}-{name}" if before else name: value
            for before in ("", *sorted(prefixes))
            for name, value in names.items()
        }
        for name in (form.siblings | OF_THE_DESK) & self.columns.keys():
            del self.columns[name]

    @property
    def taken(self) -> bool:
        return self.answer.status_code in (302, 303)

    def stores(self, more: dict[str, Any]) -> tuple[int, Rows]:
        """How the form is answered when these fields are added, and all that is stored then."""
        self.world.put_back()
        pairs = [*self.filled.pairs(), *((name, str(value)) for name, value in more.items())]
        with drawn_again(), no_new_files(self.world.path.parent):
            answer = sent(self.world, self.form, pairs, self.filled.files())
            return answer.status_code, stored(self.world)

    def findings(self) -> list[str]:
        """The columns that the form takes although it does not ask for them; the first is enough."""
        plain = steady(lambda: self.stores({}))
        names = list(self.columns)
        parts = [names[start : start + MOST_NAMES] for start in range(0, len(names), MOST_NAMES)]
        return next((found for part in parts if (found := self._changing(plain, part))), [])

    def _changing(self, plain: tuple[int, Rows], names: list[str]) -> list[str]:
        """Which of these columns change what is stored, found by halves."""
        status, rows = self.stores({name: self.columns[name] for name in names})
        changed = [] if 400 <= status < 500 and status != plain[0] else differing(plain[1], rows)
        if status < 500 and not changed:
            return []
        if len(names) == 1:
            return [f"{self.form}: {names[0]} ({status}, {', '.join(changed)})"]
        half = len(names) // 2
        found = [*self._changing(plain, names[:half]), *self._changing(plain, names[half:])]
        return found or [f"{self.form}: together {', '.join(names)} ({status}, {', '.join(changed)})"]


def test_no_form_of_anybody_stores_a_column_that_it_does_not_ask_for(world: World) -> None:
    tried, findings = [], []
    for form in list(forms_of(world, drawn)):
        one = TriedForm(world, form)
        findings += one.findings()
        tried.append(one)
    world.put_back()
    assert findings == []
    assert sum(one.taken for one in tried) >= TAKEN
    assert min(len(one.columns) for one in tried) > 20, "each is offered the columns of what its page is about"


# The interface --------------------------------------------------------------------------------------------------------


def nested(body: Any, add: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A body with the same added to each object in it."""
    if isinstance(body, dict):
        return add({name: nested(value, add) for name, value in body.items()})
    return [nested(one, add) for one in body] if isinstance(body, list) else body


def operations(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """The acts of the interface by their address, each with a body that can be done."""
    for path, item in described(world)["paths"].items():
        content = item.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" in content:
            yield path, {**content["example"], **(A_NEW_FILE if path.endswith("/electronic-invoices") else {})}


def called(world: World, audience: Audience, path: str, body: Any) -> tuple[int, Rows]:
    """An act of a program, and all that is stored then."""
    world.put_back()
    headers = {**bearer(world.ids.get(f"token {audience.value}")), "Idempotency-Key": "k" * 20}
    with drawn_again(), no_new_files(world.path.parent):
        answer = world.app.test_client(use_cookies=False).post(path, json=body, headers=headers)
        answer.close()
        return answer.status_code, stored(world)


def findings_at(world: World, audience: Audience, path: str, body: Any) -> list[str] | None:
    """The columns that an act takes although it does not ask for them; None when nothing was done for this program."""
    with tables_used(world.engine) as tables:
        status, rows = called(world, audience, path, body)
    if status >= 400:
        return None
    _status, rows = steady(lambda: called(world, audience, path, body))
    columns = columns_of(tables)
    found = []
    for where in ("above", "in each object"):

        def add(told: dict[str, Any]) -> dict[str, Any]:
            return {**columns, **told}

        status, now = called(world, audience, path, add(body) if where == "above" else nested(body, add))
        changed = [] if 400 <= status < 500 else differing(rows, now)
        if status >= 500 or changed:
            found.append(f"{path} {where} ({status}, {', '.join(changed)})")
    return found


def test_no_operation_of_the_interface_stores_a_column_that_it_does_not_ask_for(world: World) -> None:
    done, findings = set[str](), []
    for path, body in operations(world):
        for audience in (Audience.ANYONE, Audience.PROVIDER, Audience.HELPER, Audience.ADVISOR, Audience.REGION):
            found = findings_at(world, audience, path, body)
            if found is not None:
                done.add(path)
                findings += found
                if not PROOF:
                    break  # one program that may is enough: the act is the same
    world.put_back()
    assert findings == []
    assert {path for path, _body in operations(world)} == done, "each was done by a program of somebody"


# Controls ---------------------------------------------------------------------------------------------------------------

PERILOUS = {"wish", "public_id", "state", "decided_by", "employer_name"}
FORM = '<!doctype html><main><form method="post">{}<textarea name="wish">Iets leren</textarea></form></main>'


@pytest.mark.parametrize("held", [True, False])
def test_a_second_that_passes_between_two_posts_changes_nothing_that_is_stored(held: bool) -> None:
    signer, made = URLSafeTimedSerializer("geheim"), []
    for second in (1_000, 1_001):
        with drawn_again() if held else nullcontext(), patch("time.time", return_value=second):
            made.append(signer.dumps("formulier"))
    assert (made[0] == made[1]) is held


def generous_screens() -> Blueprint:
    """A form that writes whatever is sent into a question, one that writes one column more, and one that writes what it asks."""
    blueprint = Blueprint("generous", __name__)

    def taking(question_id: str, takes: Callable[[str], bool]) -> Any:
        sought = select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == question_id)
        question = current_session().scalar(sought)
        if question is None:
            abort(404)
        if request.method == "GET":
            return FORM.format(form_tokens())
        for name, value in (request.get_json() if request.is_json else request.form).items():
            if name in DevelopmentQuestion.__table__.c and takes(name):
                setattr(question, name, value)
        return "", 303, {"Location": "/"}

    @blueprint.route("/ruim/<question_id>/alles", methods=["GET", "POST"])
    def everything(question_id: str):
        return taking(question_id, lambda name: name in PERILOUS)

    @blueprint.route("/ruim/<question_id>/meer", methods=["GET", "POST"])
    def one_more(question_id: str):
        return taking(question_id, lambda name: name in ("wish", "employer_name"))

    @blueprint.route("/ruim/<question_id>/goed", methods=["GET", "POST"])
    def right(question_id: str):
        return taking(question_id, lambda name: name == "wish")

    @blueprint.post("/api/ruim/<how>")
    @csrf.exempt
    def operation(how: str):
        return taking(
            request.get_json()["question"], lambda name: name == "wish" or (how, name) == ("meer", "employer_name")
        )

    return blueprint


@pytest.fixture
def generous_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with seeded(world, monkeypatch, generous_screens(), access.RESIDENT | access.HELPER) as made:
        yield made


def test_control_a_form_that_takes_a_column_more_is_found_and_one_that_takes_what_it_asks_is_not(
    generous_world: World,
) -> None:
    forms = list(forms_of(generous_world, lambda endpoint, _audience: endpoint.startswith("generous.")))
    found = {form.endpoint: TriedForm(generous_world, form).findings() for form in forms}
    assert found["generous.right"] == []
    assert [one.rpartition(": ")[2].split()[0] for one in found["generous.one_more"]] == ["employer_name"]
    assert {one.rpartition(": ")[2].split()[0] for one in found["generous.everything"]} == PERILOUS - {"wish"}


def test_control_an_operation_that_takes_a_column_more_is_found_and_one_that_takes_what_it_asks_is_not(
    generous_world: World,
) -> None:
    body = {"question": generous_world.questions["sent resident"].public_id, "wish": "Iets leren"}
    assert findings_at(generous_world, Audience.HELPER, "/api/ruim/goed", body) == []
    [above, inside] = findings_at(generous_world, Audience.HELPER, "/api/ruim/meer", body) or ()
    assert "development_question" in above and "development_question" in inside
