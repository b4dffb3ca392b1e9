"""Sending asks for advice; applying is another act. Then: following, answering, asking the employer, the decision."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.awarding.decisions.actions import reject_question
from portal.cases.applications.models import Application
from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.requests import ask_more
from portal.cases.pledges.actions import Contribution, give_pledge
from portal.cases.questions.models import QuestionState
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage
from tests.factories import OWN_FACTS, time_for_a_talk
from tests.web.browser import SYSTEM, Browser, decider
from tests.web.walking import (
    APPLICANT,
    CONTACT,
    Desk,
    Walk,
    act,
    approve,
    assert_sound,
    question_of,
    sound_page,
    soup_of,
    words_on,
)


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return words_on(answer)


def sent(desk: Desk, contact: object = CONTACT) -> Walk:
    """A resident whose question was sent, on the page that says so."""
    walk = desk.walk()
    walk.to_check()

    def send() -> None:
        walk.go("versturen")
        walk.answer(contact)  # type: ignore[arg-type]

    walk.walked(f"sent {contact}", send)
    return walk


def status(walk: Walk) -> str:
    """Open the status page; its address."""
    walk.browser.get("/mijn")
    assert_sound(walk.browser.follow())
    return walk.path


def test_sending_gives_a_number_a_date_and_a_link_that_is_shown_once(desk: Desk) -> None:
    walk = sent(desk)
    page = sound_page(walk.browser.last)  # type: ignore[arg-type]
    assert re.fullmatch(r"OV-\d{4}-0001", page.select_one(".reference").text)  # type: ignore[union-attr]
    assert "U hoort van ons uiterlijk op" in page.text
    link = str(page.select_one(".code a")["href"])  # type: ignore[index]
    assert not walk.browser.get(walk.path).text.count(link)
    other = Browser(desk.app)
    path = link.removeprefix("http://127.0.0.1:8000")
    other.get(path)
    other.submit(path)
    other.follow()
    assert "Bij een adviseur" in other.follow().text


def test_sending_twice_is_sending_once(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    walk.go("versturen")
    path = walk.path
    form = {box["name"]: box["value"] for box in soup_of(walk.browser.get(path)).select("form.form input[type=hidden]")}
    first = walk.browser.client.post(path, data={**form, **CONTACT})
    second = walk.browser.client.post(path, data={**form, **CONTACT})
    assert (second.status_code, second.location) == (303, first.location)
    count = unit_of_work(desk.engine, lambda s: s.scalar(select(func.count()).select_from(OutboxMessage)))
    assert count == 1


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        (CONTACT, "email"),
        ({"name": "Jo", "way": "phone", "phone": "0570 12 34 56"}, None),
        (
            {
                "name": "Jo",
                "way": "post",
                "street": "Dorp",
                "house_number": "1",
                "postcode": "7411AB",
                "city": "Deventer",
            },
            "letter",
        ),
    ],
)
def test_the_answer_comes_the_way_the_person_chose(desk: Desk, contact: dict[str, str], kind: str | None) -> None:
    walk = sent(desk, contact)
    kinds = unit_of_work(desk.engine, lambda s: [message.kind.value for message in s.scalars(select(OutboxMessage))])
    assert kinds == ([kind] if kind else [])
    kept = question_of(desk.engine, walk.path).contact
    assert kept is not None and kept.way.value == contact["way"]


def test_only_the_fields_of_the_chosen_way_are_kept(desk: Desk) -> None:
    walk = sent(desk, {**CONTACT, "phone": "0570123456", "street": "Dorp", "city": "onzin"})
    kept = question_of(desk.engine, walk.path).contact
    assert kept is not None
    assert (kept.email, kept.phone, kept.street, kept.city) == ("jo@voorbeeld.example", None, None, None)


def test_after_sending_the_questions_lead_to_the_status(desk: Desk) -> None:
    walk = sent(desk)
    draft = question_of(desk.engine, walk.path).public_id
    for name in ("wens", "kosten", "controle", "uitkomst", "versturen", "weggooien", "gegevens/contract_hours"):
        answer = walk.browser.get(f"/vraag/{draft}/{name}")
        assert (answer.status_code, answer.location) == (303, f"/mijn/{draft}"), name


def test_a_draft_has_no_status_yet(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    draft = question_of(desk.engine, walk.path).public_id
    for name in ("", "/antwoord", "/intrekken", "/aanvragen", "/besluit", "/werkgever-vragen", "/ontvangen"):
        answer = walk.browser.get(f"/mijn/{draft}{name}")
        assert (answer.status_code, answer.location) == (303, f"/vraag/{draft}/controle"), name


def test_the_status_shows_a_talk_and_what_the_advisor_asks(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    when = time_for_a_talk(now() + timedelta(days=2))
    act(
        desk.engine,
        path,
        lambda s, q: plan_conversation(
            s, question=q, planned_for=when, way="phone", place=None, actor=SYSTEM, now=now()
        ),
    )
    day = today() + timedelta(days=14)
    act(
        desk.engine,
        path,
        lambda s, q: ask_more(s, question=q, text="Stuurt u de offerte?", answer_by=day, actor=SYSTEM, now=now()),
    )
    text = text_of(walk.browser.get(path))
    assert "Stuurt u de offerte?" in text and "Gesprek met een adviseur, per telefoon" in text
    assert_sound(walk.browser.get(f"{path}/antwoord"))
    after = walk.answer({"answer": "Die stuur ik morgen."})
    assert "Die stuur ik morgen." in text_of(after)
    assert question_of(desk.engine, path).state is QuestionState.SUBMITTED
    assert walk.browser.get(f"{path}/antwoord").location == path, "nothing left to answer"


def test_notes_of_staff_are_never_shown(desk: Desk) -> None:
    from portal.cases.conversations.actions import add_note

    walk = sent(desk)
    path = status(walk)
    act(desk.engine, path, lambda s, q: add_note(s, question=q, text="Alleen voor collega's", actor=SYSTEM, now=now()))
    assert "Alleen voor collega" not in walk.browser.get(path).text


def test_applying_is_a_separate_act_with_consequences(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    assert question_of(desk.engine, path).applied_at is None
    page = sound_page(walk.browser.get(f"{path}/aanvragen"))
    assert "in de volgorde waarin ze compleet zijn" in page.text
    assert page.select_one("#name")["value"] == "Jo Jansen", "not asked twice"  # type: ignore[index]
    after = walk.answer(APPLICANT)
    assert "U krijgt een besluit uiterlijk op" in text_of(after)
    question = question_of(desk.engine, path)
    assert question.applied_at is not None and question.decide_by is not None
    application = unit_of_work(desk.engine, lambda s: s.scalars(select(Application)).one())
    assert (application.schemes, application.postcode) == (["ontwikkelfonds-individueel"], "7311 AB")
    assert walk.browser.get(f"{path}/aanvragen").location == path, "an application is made once"


def test_without_the_confirmation_nothing_is_applied_for(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    walk.browser.get(f"{path}/aanvragen")
    without = {key: value for key, value in APPLICANT.items() if key != "confirmed"}
    answer = walk.browser.submit(walk.path, without)
    assert answer.status_code == 422
    assert "Zet een vinkje als u de aanvraag wilt doen." in text_of(answer)
    assert question_of(desk.engine, path).applied_at is None


def test_the_employer_is_asked_only_when_the_resident_wants_it(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    assert_sound(walk.browser.get(f"{path}/werkgever-vragen"))
    after = walk.answer({"employer_name": "Bakkerij De Proef", "employer_email": "Baas@Proef.example"})
    assert "Gevraagd, nog geen antwoord" in text_of(after)
    given = {"money": Contribution("fixed", 30_000), "name": "Sam", "function": None}
    act(desk.engine, path, lambda s, q: give_pledge(s, question=q, actor=SYSTEM, now=now(), **given))
    text = text_of(walk.browser.get(path))
    assert "Uw werkgever betaalt € 300." in text
    assert "Vraag uw werkgever" not in text


def test_a_question_can_be_taken_back(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    assert_sound(walk.browser.get(f"{path}/intrekken"))
    text = text_of(walk.answer({"reason": "Ik heb al iets gevonden"}))
    assert "Ingetrokken" in text and "Uw vraag intrekken" not in text
    assert question_of(desk.engine, path).state is QuestionState.WITHDRAWN
    assert walk.browser.get(f"{path}/intrekken").location == path


def applied(desk: Desk) -> tuple[Walk, str]:
    walk = sent(desk)
    path = status(walk)
    walk.browser.get(f"{path}/aanvragen")
    walk.answer(APPLICANT)
    return walk, path


def test_an_award_shows_the_letter_and_the_code_of_the_voucher(desk: Desk) -> None:
    walk, path = applied(desk)
    approve(desk.engine, path)
    text = text_of(walk.browser.get(path))
    code = re.search(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", text)
    assert code and "Deze voucher is € 2.500 waard." in text
    letter = sound_page(walk.browser.get(f"{path}/besluit"))
    for sentence in (
        "U krijgt een voucher",
        "De opleiding past bij uw doel.",
        "maak hier bezwaar",
        "Jo Jansen",
        code[0],
    ):
        assert sentence in letter.text
    assert Browser(desk.app).get(f"{path}/besluit").status_code == 404


def test_a_rejection_says_why_and_how_to_object(desk: Desk) -> None:
    walk, path = applied(desk)
    act(
        desk.engine,
        path,
        lambda s, q: reject_question(
            s, question=q, rationale="De opleiding is al begonnen.", ground=OWN_FACTS, actor=decider(s), now=now()
        ),
    )
    letter = sound_page(walk.browser.get(f"{path}/besluit"))
    for sentence in (
        "Wij kunnen uw aanvraag niet goedkeuren",
        "De opleiding is al begonnen.",
        "Dat is nog niet gebeurd",
    ):
        assert sentence in letter.text


def test_before_a_decision_there_is_no_letter(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    assert walk.browser.get(f"{path}/besluit").location == path


def test_nobody_else_follows_a_question(desk: Desk) -> None:
    walk = sent(desk)
    path = status(walk)
    other = sent(desk)
    for name in ("", "/antwoord", "/intrekken", "/aanvragen", "/besluit", "/werkgever-vragen", "/ontvangen"):
        assert other.browser.get(path + name).status_code == 404
        assert desk.visitor(path=path, audience=Audience.EMPLOYER).get(path + name).status_code == 404


def test_who_does_not_say_how_the_desk_was_heard_of_says_nothing(desk: Desk) -> None:
    """A list that may stay open begins with no answer, and not with the first one there is."""
    walk = desk.walk()
    walk.to_check()
    first = soup_of(walk.go("versturen")).select_one("select[name=heard_from] option")
    assert first is not None and (first["value"], first.get_text()) == ("", "Geen antwoord")
    assert not soup_of(walk.go("versturen")).select("select[name=heard_from] option[selected]")
