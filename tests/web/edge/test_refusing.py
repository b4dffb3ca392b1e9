"""Every refusal of an act leaves one row in the audit log, with its reason; what is done leaves no such row."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, has_request_context
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason
from portal.people.accounts.models import Role, SessionRecord
from portal.people.actor import Audience
from portal.people.audit import actions as audit
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import events_of, refusals
from portal.people.audit.verifying import chain_breaks
from portal.platform import clock
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.web.edge.refusing import ABOUT, ABOUT_NOTHING
from tests.factories import ADVISOR, NOW, a_question
from tests.web.access.test_access_matrix import NOT_HERE
from tests.web.advisor.test_bad_input import FORMS
from tests.web.browser import SEEN_OTHERWISE, Browser, make_account
from tests.web.edge.test_hostile import Place, own_places, places, who
from tests.web.world import World
from tests.web.worlds import a_world

PROOF = bool(os.environ.get("PROOF"))
SCREENS = Path(__file__).parents[3] / "portal" / "web"
BY_TEST = "refused_by_test"
GOOD = {name: value for good, _kinds in FORMS.values() for name, value in good.items()}
"""Good answers by the name of their field."""


def refused_rows(engine: Engine) -> list[AuditEvent]:
    return unit_of_work(engine, lambda s: refusals(s, limit=5000), read_only=True)


def whole(engine: Engine) -> bool:
    """Whether the chain of the log fits."""
    return unit_of_work(engine, lambda s: list(chain_breaks(s)) == [], read_only=True)


@pytest.fixture
def still() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


# One by one ------------------------------------------------------------------------------------------------------------


def closed(app: Flask, engine: Engine) -> tuple[Browser, str, int, int]:
    """An advisor with the page of closing open, of a question that a colleague closes meanwhile."""
    question, account = unit_of_work(engine, a_question), make_account(engine, Role.ADVISOR)
    advisor, path = Browser(app).enter(account=account), f"/adviseur/vraag/{question.public_id}"
    advisor.get(f"{path}/afsluiten")
    close = {"reason": CloseReason.HELPED, "actor": ADVISOR, "now": NOW}
    unit_of_work(engine, lambda s: close_question(s, question=s.merge(question), **close))  # type: ignore[arg-type]
    return advisor, path, question.id, account.id


@pytest.mark.usefixtures("still")
def test_what_a_form_shows_is_logged_with_who_what_and_why(app: Flask, engine: Engine) -> None:
    advisor, path, question_id, account_id = closed(app, engine)
    assert refused_rows(engine) == []
    assert advisor.submit(f"{path}/afsluiten", {"reason": "helped"}).status_code == 422
    [row] = refused_rows(engine)
    assert (row.action, row.result, row.reason) == ("advisor.close", "refused", "question_moved_on")
    assert (row.actor, row.role) == (f"account:{account_id}", "advisor")
    assert (row.object_kind, row.object_id) == ("question", str(question_id))
    assert len(row.origin) == 32 and whole(engine)


@pytest.mark.usefixtures("still")
def test_what_no_form_shows_is_logged_as_well(app: Flask, engine: Engine) -> None:
    advisor, path, question_id, _ = closed(app, engine)
    assert advisor.post(f"{path}/loslaten").status_code == 409
    [row] = refused_rows(engine)
    assert (row.action, row.object_id, row.reason) == ("advisor.release", str(question_id), "case_not_owned")


@pytest.mark.usefixtures("still")
def test_what_is_done_looked_at_or_typed_wrong_is_no_refusal(app: Flask, engine: Engine) -> None:
    """The control."""
    question = unit_of_work(engine, a_question)
    advisor = Browser(app).enter(account=make_account(engine, Role.ADVISOR))
    path = f"/adviseur/vraag/{question.public_id}"
    assert advisor.post(f"{path}/oppakken").status_code == 303
    advisor.get(f"{path}/afsluiten")
    assert advisor.submit(f"{path}/afsluiten", {"reason": "nonsense"}).status_code == 422
    assert advisor.post(f"{path}/bestaat-niet").status_code == 404
    assert advisor.client.post(f"{path}/loslaten").status_code == 400
    assert refused_rows(engine) == []


@pytest.mark.usefixtures("still")
def test_a_refusal_stands_in_the_history_and_counts_as_nothing_that_was_done(app: Flask, engine: Engine) -> None:
    advisor, path, question_id, _ = closed(app, engine)
    before = advisor.get(f"{path}/verloop").text
    advisor.post(f"{path}/loslaten")
    after = advisor.get(f"{path}/verloop").text
    assert "Wat werd geweigerd" not in before and "Wat werd geweigerd" in after and "case_not_owned" in after

    def acts(refused: bool) -> list[str]:
        about = {"object_kind": "question", "object_id": question_id, "refused": refused}
        return [one.action for one in unit_of_work(engine, lambda s: events_of(s, **about))]  # type: ignore[arg-type]

    assert [one for one in acts(True) if one not in acts(False)] == ["advisor.release"]


@pytest.mark.usefixtures("still")
def test_of_several_cases_each_that_is_refused_is_logged(app: Flask, engine: Engine) -> None:
    advisor, path, question_id, _ = closed(app, engine)
    still_open = unit_of_work(engine, a_question)
    chosen = [path.rpartition("/")[2], still_open.public_id]
    answer = advisor.post("/adviseur/samen", {"wat": "close", "stap": "doen", "zaak": chosen, "reason": "helped"})
    assert answer.status_code == 303
    rows = refused_rows(engine)
    assert {(row.action, row.object_id) for row in rows} <= {
        ("advisor.several", str(question_id)),
        ("advisor.several", str(still_open.id)),
    }
    assert len(rows) == len({row.object_id for row in rows}) and str(question_id) in {row.object_id for row in rows}


@pytest.mark.usefixtures("still")
def test_who_refuses_may_fail_to_log_and_the_answer_is_there(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.platform.errors import Busy
    from portal.web.edge import refusing

    advisor, path, _, _ = closed(app, engine)

    def busy(*_given: Any, **_more: Any) -> None:
        raise Busy("busy")

    monkeypatch.setattr(refusing, "record_refusal", busy)
    assert advisor.post(f"{path}/loslaten").status_code == 409 and refused_rows(engine) == []


# All of them -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(sqlite_template, tmp_path_factory.mktemp("refused")) as world:
        yield world


class Refusing:
    """Refuses every act as soon as it writes something, or is about to be logged; counts how often it did."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.times, real = 0, audit.record
        for name, module in list(sys.modules.items()):
            if name.startswith("portal.") and getattr(module, "record", None) is real:
                patch.setattr(module, "record", self.refuse)
        patch.setattr(Session, "flush", self._flush(Session.flush))

    def refuse(self, *_given: Any, **_more: Any) -> None:
        self.times += 1
        raise Refusal(BY_TEST, "Geweigerd door de proef.")

    def _flush(self, real: Any) -> Any:
        def flush(session: Session, *given: Any) -> None:
            written = [one for one in (*session.new, *session.dirty, *session.deleted) if session.is_modified(one)]
            if has_request_context() and any(not isinstance(one, AuditEvent | SessionRecord) for one in written):
                self.refuse()
            real(session, *given)

        return flush


def filled(world: World, place: Place, day: str) -> dict[str, Any]:
    """The form of a page as somebody fills it in: what stands there, and something that fits where nothing does."""
    if "GET" not in (place.rule.methods or ()):
        return {}
    page = BeautifulSoup(who(world, place).get(place.where.path).text, "lxml")
    data: dict[str, Any] = {}
    for one in page.select("main form[method=post] [name]"):
        name, kind = str(one["name"]), str(one.get("type", one.name))
        if name in ("csrf_token", "submission_token") or kind in ("file", "submit") or name in data:
            continue
        if kind == "select":
            values = [str(option.get("value", "")) for option in one.select("option")]
            data[name] = next((value for value in values if value), "")
        elif kind in ("radio", "checkbox"):
            data[name] = str(one.get("value", "y"))
        else:
            data[name] = str(one.get("value") or one.get_text()).strip() or suited(name, day)
    return data


def suited(name: str, day: str) -> str:
    """Something that a field takes, by its name."""
    words = set(name.replace("-", "_").split("_"))
    if words & {"day", "date", "on", "by", "from", "until", "for", "start", "of"}:
        return "17-05-1990" if "birth" in words else day
    if words & {
        "amount",
        "cents",
        "total",
        "to",
        "aid",
        "granted",
        "weeks",
        "fixed",
        "tuition",
        "exam",
        "books",
        "travel",
    }:
        return "2"
    if words & {"email", "kvk", "time", "begins", "ends"}:
        return {"email": "jo@voorbeeld.example", "kvk": "69599084", "ends": "16.30"}.get(
            *(words & {"email", "kvk", "ends"} or {""}), "14.30"
        )
    return str(GOOD.get(name) or "Tekst")


def sent(world: World, place: Place, data: dict[str, Any]) -> int:
    """Send a form as somebody who saw the page; the status."""
    browser = who(world, place)
    answer = browser.post(place.where.path, data)
    assert SEEN_OTHERWISE not in answer.data or answer.status_code in (409, 422)
    answer.close()
    if "loket=" in answer.headers.get("Set-Cookie", ""):
        world.forget(place.audience, place.where.question_id)
    return answer.status_code


DAYS = ("16-03-2027", "25-11-2026")
"""A day that is still to come and one that is over: of each page one of them fits."""


SKIPS_WHAT_IS_REFUSED = {"accounting.carry_out_a_rebalance"}
"""Does many things, each that can be done; it is refused when none can."""
SAID_ON_THE_NEXT_PAGE = {
    "admin.reset_step",
    "owner.rebase_version",
    "owner.approve_change",
    "owner.offer_version",
    "provider.keep_voucher",
    "region.make_payment_batch",
}


def tried(world: World, place: Place, refusing: Refusing) -> str | None:
    """Send the form of a page as somebody fills it in, and without anything, until an act is refused: what is wrong with the log
    then; empty when it is as it should be, None when nothing was refused."""
    seen = len(refused_rows(world.engine))
    for form in (*(filled(world, place, day) for day in DAYS), {}):
        status = sent(world, place, form)
        new = refused_rows(world.engine)[: -seen or None]
        if status != 409 and new and new[-1].reason == "seen_otherwise" and (len(new) > 1 or status == 303):
            del new[-1]  # the browser of the tests sends it once more when it had not looked
        said = f"{place.rule.endpoint}: {status}, {refusing.times} refused, {[(row.action, row.reason) for row in new]}"
        if (refusing.times and place.rule.endpoint not in SKIPS_WHAT_IS_REFUSED) or status == 409:
            reasons = [(row.action, row.reason == BY_TEST) for row in new]
            return "" if reasons == [(place.rule.endpoint, bool(refusing.times))] else said
        if new:
            shown = status == 422 or place.rule.endpoint in SAID_ON_THE_NEXT_PAGE
            return "" if [row.action for row in new] == [place.rule.endpoint] and shown else said
    return None


def test_every_act_that_is_refused_leaves_one_row_with_its_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever page it is done on: the act is refused, for a reason of its own or while it writes, and the row is there."""
    found: dict[str, str] = {}
    rules = [
        one for one in world.app.url_map.iter_rules() if "POST" in (one.methods or ()) and one.endpoint not in NOT_HERE
    ]
    rules = sorted(rules, key=lambda rule: rule.endpoint)[:: 1 if PROOF else 16]
    for rule in rules:
        for place in own_places(world, rule):
            with monkeypatch.context() as patch:
                wrong = tried(world, place, Refusing(patch))
            world.put_back()
            if wrong is not None:
                found[rule.endpoint] = wrong
                break
    wrongs = [wrong for wrong in found.values() if wrong]
    assert not wrongs, "\n".join(wrongs)
    assert len(found) >= len(rules) * 0.6, sorted({rule.endpoint for rule in rules} - found.keys())


def test_every_part_of_an_address_says_what_it_is_about_or_nothing(world: World) -> None:
    parts = {
        name for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ()) for name in rule.arguments
    }
    assert parts <= ABOUT.keys() | ABOUT_NOTHING and not ABOUT.keys() & ABOUT_NOTHING


@pytest.mark.parametrize("audience", [Audience.RESIDENT, Audience.EMPLOYER])
def test_no_row_holds_what_stood_in_the_address(
    world: World, monkeypatch: pytest.MonkeyPatch, audience: Audience
) -> None:
    """Codes of vouchers and public ids open things: the log has the numbers of the database."""
    for place in places(world, "POST"):
        if place.audience is audience and place.rule.arguments == {"question_id"}:
            with monkeypatch.context() as patch:
                Refusing(patch)
                sent(world, place, {})
            for row in refused_rows(world.engine):
                assert row.object_id not in place.where.path or row.object_id.isdigit()
                assert (row.object_kind, row.actor) == ("question", audience.value)
            break
    world.put_back()


# By construction -------------------------------------------------------------------------------------------------------

SAYS = ("note_refusal", "refuse", "refuse_at")
PASSED_ON = {
    "the_voucher": "a code that is none: the page is not there",
    "voucher_with": "a code that is none: the voucher is not there",
    "_id_of": "a code that is none: the log names no voucher",
    "_read_or_why": "an invoice that is none: raised again by the act, which has not begun yet",
}
"""Functions that turn a refusal into something else than a refused act, and why."""


def unsaid(tree: ast.AST) -> list[str]:
    """The functions that catch a refusal and neither say so nor raise it again."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for handler in (one for one in ast.walk(function) if isinstance(one, ast.ExceptHandler)):
            caught = {name.id for name in ast.walk(handler.type or ast.Name("Exception")) if isinstance(name, ast.Name)}
            inside = [node for statement in handler.body for node in ast.walk(statement)]
            calls = {ast.unparse(node.func).rpartition(".")[2] for node in inside if isinstance(node, ast.Call)}
            raises = any(isinstance(node, ast.Raise) and node.exc is None for node in handler.body)
            names = {"Refusal", "Conflict", "StepRefused", "PortalError"}
            if caught & names and not calls & set(SAYS) and not raises:
                found.append(function.name)
    return found


def test_every_screen_that_catches_a_refusal_says_so() -> None:
    found = [name for path in SCREENS.rglob("*.py") for name in unsaid(ast.parse(path.read_text(encoding="utf-8")))]
    assert set(found) - PASSED_ON.keys() == set()


def test_a_screen_that_says_nothing_is_found() -> None:
    silent = "def view():\n    try:\n        act()\n    except Refusal as refusal:\n        flash(refusal.message)\n"
    assert unsaid(ast.parse(silent)) == ["view"]
    assert unsaid(ast.parse(silent.replace("flash(refusal.message)", "note_refusal(refusal)"))) == []
    assert unsaid(ast.parse(silent.replace("flash(refusal.message)", "raise"))) == []
