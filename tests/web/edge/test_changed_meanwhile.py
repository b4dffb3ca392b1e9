"""Somebody has a page open, and what it is for ends: who sends its form reads why, and nothing that was typed is lost.

Every page that can end has a row. Besides, the forms of all pages are filled in and sent after something changed: of each something
is done, or it is refused in words. In every run a part of them, in the proof all.
"""

from __future__ import annotations

import ast
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from flask import Blueprint, redirect, request
from lxml.html import document_fromstring
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.appointments.actions import call_off_talk
from portal.cases.appointments.queries import upcoming_talk
from portal.cases.questions.models import ContactWay, DevelopmentQuestion
from portal.people.actor import Audience
from portal.platform.database import current_session
from portal.second_look.objections.models import Objection
from portal.web.edge import found as found_or_404
from portal.web.edge import leave_for
from portal.web.edge import policy as access
from portal.web.edge.edge import form_tokens
from tests.architecture.test_code import modules, name_of, parse
from tests.architecture.test_nothing_silent import calls
from tests.web.access.test_access_matrix import same
from tests.web.asked import NOW, asker_of
from tests.web.every_form.changing import (
    CHANGES,
    DONE_BEFORE,
    HOME,
    Said,
    does_something,
    finish_questions,
    move_questions_on,
    said_after,
    written,
)
from tests.web.every_form.filling import filled_in
from tests.web.every_form.finding import forms_of
from tests.web.page_source import title_of
from tests.web.walking import assert_sound
from tests.web.world import World
from tests.web.worlds import a_world, seeded
from tests.who_runs_what import PROOF

ONE_IN = 1 if PROOF else 80
"""Of the pages with forms every run opens one in so many."""
TEXT = "Ik vertel hier uitgebreid hoe het zit & waarom, <want> dat is van belang."
GIVEN_BACK = "Dit vulde u in. Het is niet opgeslagen."
Change = Callable[[Session, World], None]


@dataclass(frozen=True)
class Row:
    """A page that can end: who sends what, and what changes meanwhile. Without a change: it has ended at this desk already."""

    audience: Audience
    path: str
    """The address, with the names of what `World` has in braces."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    change: Change | str | None = None
    stage: str = "sent"
    told: str = ""
    """What of a choice the page says in words."""


def letters_only(session: Session, world: World) -> None:
    """The person gets no mail any more, but letters."""
    question = session.get_one(DevelopmentQuestion, world.questions["sent resident"].id)
    assert question.contact is not None
    question.contact.way, question.contact.email = ContactWay.PHONE, None
    question.contact.phone = "0570123456"


def no_talk_any_more(session: Session, world: World) -> None:
    """The talk is called off, and the question is taken back."""
    question = session.get_one(DevelopmentQuestion, world.questions["sent resident"].id)
    talk = upcoming_talk(session, question=question, now=NOW)
    assert talk is not None
    call_off_talk(session, talk=talk, actor=asker_of(question), now=NOW)
    finish_questions(session, world)


R, E, A = Audience.RESIDENT, Audience.EMPLOYER, Audience.ADVISOR
ADDRESS = {"street": "Lange Laan", "house_number": "88", "postcode": "7411 XY", "city": "Twello"}
ROWS: Mapping[str, tuple[Row, ...]] = {
    "access/entry.py: sign_in_asked": (Row(Audience.ANYONE, "/inloggen/gevraagd", {"code": "314159"}),),
    "access/second_step.py: add_code_app": (Row(A, "/inloggen/app", {"code": "271828"}),),
    "advisor/elsewhere.py: revise": (
        Row(A, "/adviseur/vraag/{sent resident}/opnieuw-besluiten", {"rationale": TEXT}, finish_questions),
    ),
    "advisor/evidence.py: given_answers": (Row(A, "/adviseur/verzoek/{request}/antwoorden"),),
    "advisor/late_decisions.py: late_decision": (
        Row(A, "/adviseur/vraag/{sent resident}/ingebrekestelling", {"received_on": "30-11-2026"}),
    ),
    "advisor/late_interest.py: own_interest": (Row(A, "/adviseur/vraag/{sent resident}/rente", {"rationale": TEXT}),),
    "advisor/objecting.py: receive_objection": (
        Row(A, "/adviseur/vraag/{sent resident}/bezwaar", {"received_on": "30-11-2026", "grounds": TEXT}),
    ),
    "advisor/objection_steps.py: receive_of_another": (
        Row(A, "/adviseur/vraag/{sent resident}/bezwaar-van-ander", {"objector": "Bo Buur", "interest": TEXT}),
    ),
    "employer/bundle_apply.py: bundle_apply": (
        Row(E, "/werkgever/vraag/{sent employer}/samen/aanvragen", {"name": "Smederij Twello"}),
    ),
    "employer/pledging.py: pledge": (
        Row(
            E,
            "/werkgever/bijdrage/{sent resident}",
            {"answer": "fixed", "fixed": "512,34", "name": "Bas de Boer", "function": "Chef"},
            move_questions_on,
            told="Ja, een vast bedrag",
        ),
    ),
    "intake/flow.py: draft_of": (Row(R, "/vraag/{draft resident}/wens", {"wish": TEXT}, move_questions_on, "draft"),),
    "intake/letters.py: letters_page": (Row(R, "/mijn/{sent resident}/brieven", {"topics": ["talks"]}, letters_only),),
    "intake/objecting.py: objection_page": (
        Row(E, "/werkgever/vraag/{decided employer}/bezwaar", {"grounds": TEXT}, DONE_BEFORE, "decided"),
        Row(R, "/mijn/{sent resident}/bezwaar", {"grounds": TEXT}),
    ),
    "intake/objecting.py: repair_page": (
        Row(R, "/mijn/{decided resident}/bezwaar/aanvullen?number={number}", {"grounds": TEXT}, stage="decided"),
    ),
    "intake/repaid.py: account_page": (
        Row(R, "/mijn/{sent resident}/teruggave", {"payee_name": "J. de Wit", "iban": "NL91ABNA0417164300"}),
    ),
    "intake/representing.py: representative_page": (Row(R, "/mijn/{sent resident}/vertegenwoordiger"),),
    "intake/sent.py: answer_page": (Row(R, "/mijn/{sent resident}/antwoord", {"answer": TEXT}),),
    "intake/sent.py: apply_page": (
        Row(E, "/werkgever/vraag/{sent employer}/aanvragen", {"name": "Smederij Twello", **ADDRESS}, move_questions_on),
    ),
    "intake/sent.py: withdraw_page": (Row(R, "/mijn/{sent resident}/intrekken", {"reason": TEXT}, finish_questions),),
    "resident/landing.py: ask_employer": (
        Row(R, "/mijn/{sent resident}/werkgever-vragen", {"employer_name": "Staal bv"}, finish_questions),
    ),
    "intake/talking.py: talk_page": (
        Row(R, "/mijn/{sent resident}/gesprek", {"phone": "0570 98 76 54"}, no_talk_any_more),
        Row(R, "/mijn/{sent resident}/gesprek?hoe=video", {"phone": "0570 98 76 54"}),
    ),
    "intake/talking.py: call_off_page": (Row(R, "/mijn/{sent resident}/gesprek/afzeggen", {}, no_talk_any_more),),
    "intake/training.py: outcome_page": (Row(R, "/mijn/{sent resident}/resultaat", {"result": "finished"}),),
    "intake/viewing.py: view_page": (
        Row(R, "/mijn/{decided resident}/reactie", {"view": TEXT}, DONE_BEFORE, "decided"),
        Row(R, "/mijn/{sent resident}/reactie", {"view": TEXT}),
    ),
    "intake/waiting.py: waiting_page": (Row(R, "/mijn/{sent resident}/wachtlijst"),),
    "owner/editor/draft_files.py: import_draft": (
        Row(Audience.OWNER, "/eigenaar/regeling/{scheme}/concept/{draft}/invoeren", {"text": TEXT, "revision": "x"}),
    ),
}
"""By file and function."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One desk for all forms."""
    with a_world(sqlite_template, tmp_path_factory.mktemp("meanwhile")) as world:
        yield world


def pages_that_can_end() -> set[str]:
    """The functions of the screens that refuse a form of which the time has passed."""
    ends = frozenset({"sent_while", "leave_for"})
    found = set()
    for path, text in modules("portal/web"):
        name = name_of(path).removeprefix("portal/web/")
        for function in ast.walk(parse(text)):
            if isinstance(function, ast.FunctionDef) and calls(function, ends):
                found.add(f"{name}: {function.name}")
    return found


def test_every_page_that_can_end_has_a_row() -> None:
    assert pages_that_can_end() == ROWS.keys()


def address_of(row: Row, world: World) -> str:
    """The address of a row at this desk."""
    names = {name: question.public_id for name, question in world.questions.items()} | world.ids
    if "{number}" in row.path:
        names["number"] = str(
            world.do(lambda s: s.scalar(select(Objection.number).where(Objection.public_id == world.ids["objection"])))
        )
    return row.path.format_map(names)


def sent_too_late(world: World, row: Row, *, put_back: bool = True) -> tuple[str, TestResponse, set[str]]:
    """Look at the page when it can be looked at, change something, and send the form: the title before, the answer, what is written."""
    if put_back:
        world.put_back()
    world.stage, path = row.stage, address_of(row, world)
    asked = world.questions["sent resident"].id if "/bijdrage/" in path else None
    browser = world.let_in_as(row.audience, asked)
    title = ""
    tokens = {"csrf_token": browser.csrf(), "submission_token": secrets.token_urlsafe(16)}
    if row.change is not None:
        looked = browser.get(path)
        assert looked.status_code == 200, f"{path}: {looked.status_code}"
        title = title_of(document_fromstring(looked.text))
        tokens |= {"seen": unescape(browser.look(path).get("seen", ""))} if 'name="seen"' in looked.text else {}
    if row.change == DONE_BEFORE:
        other = {**tokens, **row.fields, "submission_token": secrets.token_urlsafe(16)}
        assert browser.client.post(path, data=other).status_code == 303
    elif callable(row.change):
        world.do(lambda session: row.change(session, world))
    with written(world.engine) as writes:
        answer = browser.client.post(path, data={**tokens, **row.fields}, headers={"Origin": HOME})
    return title, answer, writes


def faults_of(world: World, row: Row) -> Iterator[str]:
    """What is wrong with how a form is answered of which the time has passed."""
    title, answer, writes = sent_too_late(world, row)
    text = unescape(answer.text)
    if answer.status_code != 409:
        yield f"answered with {answer.status_code}"
        return
    page = assert_sound(answer)
    if writes:
        yield f"wrote in {sorted(writes)}"
    shown = title_of(page)
    if "Dit is al veranderd" not in shown and (not shown.startswith("Fout:") or not shown.endswith(title)):
        yield f"is called {shown!r}, was {title!r}"
    if 'id="error-summary"' not in text and "niets opgeslagen" not in text:
        yield "does not say that it was not done"
    for value in row.fields.values():
        if isinstance(value, str) and value not in ("fixed", "finished", "x") and value not in text:
            yield f"lost {value!r}"
    given_back = text.find(GIVEN_BACK)
    if 0 <= given_back < max(text.find("</h1>"), text.find('id="error-summary"')):
        yield "gives back what was typed before it says why it was not done"
    if row.told and row.told not in text:
        yield f"does not say {row.told!r}"


def test_who_reads_english_reads_it_in_english(world: World) -> None:
    world.put_back()
    world.let_in_as(A, None).get("/adviseur?taal=en")
    [row] = ROWS["advisor/late_interest.py: own_interest"]
    _title, answer, _writes = sent_too_late(world, row, put_back=False)
    text = unescape(answer.text)
    assert answer.status_code == 409 and 'lang="en"' in text and TEXT in text
    assert "It was not saved." in text and "This interest was decided on already" in text
    assert "Dit vulde u in" not in text and "al besloten" not in text


@pytest.mark.parametrize("name", sorted(ROWS))
def test_who_sends_the_form_of_a_page_that_ended_reads_why_and_loses_nothing(world: World, name: str) -> None:
    assert [fault for row in ROWS[name] for fault in faults_of(world, row)] == []


def sent_to_nothing(world: World, path: str, headers: dict[str, str], text: str = TEXT) -> TestResponse:
    """A form of an advisor to an address at which they find nothing."""
    browser = world.let_in_as(A, None)
    data = {"csrf_token": browser.csrf(), "submission_token": secrets.token_urlsafe(16), "report": text}
    return browser.client.post(path, data=data, headers=headers)


def test_what_was_typed_for_something_that_is_gone_is_given_back_to_who_typed_it_here(world: World) -> None:
    world.put_back()
    draft, other = world.questions["draft resident"].public_id, secrets.token_urlsafe(16)
    pages = []
    for public_id in (draft, other):
        path = f"/adviseur/vraag/{public_id}/bezwaar"
        answer = sent_to_nothing(world, path, {"Origin": HOME})
        assert answer.status_code == 404 and TEXT in unescape(answer.text)
        assert "Dan is er intussen iets veranderd." in answer.text
        pages.append(same(answer.text, path))
    assert pages[0] == pages[1], "what one may not see and what does not exist have the same bytes"
    elsewhere = sent_to_nothing(world, f"/adviseur/vraag/{other}/bezwaar", {"Origin": "https://elders.example"})
    assert TEXT not in unescape(elsewhere.text) and "intussen" not in elsewhere.text


def test_a_form_to_nothing_that_is_too_large_is_no_fault(world: World) -> None:
    answer = sent_to_nothing(world, "/adviseur/nergens", {"Origin": HOME}, "x" * 3_000_000)
    assert answer.status_code in (404, 413)


# Every form of every page -----------------------------------------------------------------------------------------------

WRITES_NOTHING = {"access.find": "looking for something, which is done anew each time"}
"""Forms that write nothing to stay, and why."""
SHOWN_AS_READ = {"owner.edit_draft": "what two people typed stands beside each other, amounts as they were read"}
"""Forms of which an answer stands on the page in other signs than it was typed in, and why."""


def drawn(endpoint: str, audience: Audience) -> bool:
    return crc32(f"{endpoint} {audience}".encode()) % ONE_IN == 9 % ONE_IN


def answers_to(world: World, wanted: Callable[[str, Audience], bool]) -> Iterator[Said]:
    """How every wanted form is answered after each change; the same form by somebody else, when the desk takes it."""
    for form in list(forms_of(world, wanted)):
        if not form.asked or form.endpoint in WRITES_NOTHING:
            continue
        world.stage = form.stage
        filled, answer = filled_in(world, form)
        does = does_something(world, filled)
        for change in (DONE_BEFORE, *CHANGES):
            if change != DONE_BEFORE or answer.status_code < 400:
                yield said_after(world, filled, change, does=does)
                world.put_back()


def test_every_form_is_done_or_refused_in_words_with_all_that_was_typed_whatever_changed(world: World) -> None:
    said = list(answers_to(world, drawn))
    world.put_back()
    faults = [one for one in said if one.fault and not (one.form.endpoint in SHOWN_AS_READ and one.told)]
    assert not faults, "\n".join(map(str, faults))
    assert len(said) >= (600 if PROOF else 4)


# Controls ---------------------------------------------------------------------------------------------------------------

FORM = '<!doctype html><main><form method="post">{}<textarea name="wish"></textarea></form></main>'


def careless_screens() -> Blueprint:
    """A form that is taken while the question is a draft: after that silent, leading on, gone, and refused in words."""
    blueprint = Blueprint("careless", __name__)

    def taking(question_id: str, otherwise: Callable[[], Any]) -> Any:
        sought = select(DevelopmentQuestion).where(DevelopmentQuestion.public_id == question_id)
        question = found_or_404(current_session().scalar(sought))
        if request.method == "POST" and question.is_draft:
            question.wish = request.form["wish"]
            return redirect("/", code=303)
        return otherwise() if request.method == "POST" else FORM.format(form_tokens())

    @blueprint.route("/slordig/<question_id>/stil", methods=["GET", "POST"])
    def silent(question_id: str):
        return taking(question_id, lambda: FORM.format(""))

    @blueprint.route("/slordig/<question_id>/verder", methods=["GET", "POST"])
    def leads_on(question_id: str):
        return taking(question_id, lambda: redirect("/", code=303))

    @blueprint.route("/slordig/<question_id>/kwijt", methods=["GET", "POST"])
    def loses(question_id: str):
        return taking(question_id, lambda: ("<h1>Dit kan niet.</h1> Wij hebben niets opgeslagen.", 409))

    @blueprint.route("/slordig/<question_id>/goed", methods=["GET", "POST"])
    def right(question_id: str):
        return taking(question_id, lambda: leave_for("/", "Deze vraag is verstuurd."))

    return blueprint


@pytest.fixture
def careless_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with seeded(world, monkeypatch, careless_screens(), access.RESIDENT) as made:
        yield made


def test_control_a_form_that_is_answered_in_silence_is_found_and_one_that_is_refused_in_words_is_not(
    careless_world: World,
) -> None:
    said = answers_to(careless_world, lambda endpoint, _audience: endpoint.startswith("careless."))
    faults = {one.form.endpoint: one.fault.partition(",")[0] for one in said if one.fault}
    assert faults == {
        "careless.silent": "silent",
        "careless.leads_on": "led on as if it was done",
        "careless.loses": "told: True",
    }
