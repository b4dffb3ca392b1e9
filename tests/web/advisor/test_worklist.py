"""The worklist: what waits, in which order, and what the address can ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.conversations.actions import plan_conversation
from portal.cases.diaries.models import TalkWay
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason
from portal.platform import clock
from portal.second_look.objections.actions import receive_objection
from tests.factories import ADVISOR, NOW, OWN_FACTS, a_question, an_application
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_an_empty_desk_says_what_will_come(office: Office) -> None:
    page = office.browser("advisor").get("/adviseur/")
    assert_sound(page)
    assert "Er is niets te doen" in said(page)


def test_the_worklist_shows_name_training_age_and_deadline(office: Office) -> None:
    office.made(a_question, now=NOW - timedelta(days=1))
    words = said(office.browser("advisor").get("/adviseur/"))
    assert "OV-2026-0001" in words
    assert "Sam de Vries" in words
    assert "Monteur" in words
    assert "€ 1.200" in words
    assert "1 dag" in words
    assert "reactie" in words
    assert "te laat" not in words


def test_what_is_overdue_is_marked_and_counted(office: Office) -> None:
    office.made(a_question, now=NOW - timedelta(days=21))
    office.made(a_question)
    words = said(office.browser("advisor").get("/adviseur/"))
    assert "1 vraag is te laat" in words
    assert words.index("OV-2026-0001") < words.index("OV-2026-0002")


def test_a_question_that_was_answered_and_not_applied_for_comes_last(office: Office) -> None:
    answered = office.made(a_question, now=NOW - timedelta(days=3))
    waiting = office.made(a_question)
    office.do(
        lambda s: plan_conversation(
            s,
            question=s.merge(answered),
            planned_for=NOW + timedelta(days=2),
            way=TalkWay.PHONE,
            place=None,
            actor=ADVISOR,
            now=NOW,
        )
    )
    words = said(office.browser("advisor").get("/adviseur/"))
    assert words.index(waiting.reference_number or "") < words.index(answered.reference_number or "")
    assert "gesprek 04-03-2026" in words


def test_the_state_is_in_the_address(office: Office) -> None:
    closed = office.made(a_question)
    office.made(an_application)
    office.do(lambda s: close_question(s, question=s.merge(closed), reason=CloseReason.HELPED, actor=ADVISOR, now=NOW))
    browser = office.browser("advisor")
    assert closed.reference_number not in said(browser.get("/adviseur/"))
    only = said(browser.get("/adviseur/?staat=closed"))
    assert closed.reference_number in only
    assert "OV-2026-0002" not in only
    both = said(browser.get("/adviseur/?staat=alle"))
    assert closed.reference_number in both
    assert "OV-2026-0002" in both


def test_a_long_list_has_pages(office: Office) -> None:
    for _ in range(27):
        office.made(a_question)
    browser = office.browser("advisor")
    first, second = said(browser.get("/adviseur/")), said(browser.get("/adviseur/?page=2"))
    assert "Pagina 1 van 2" in first
    assert "OV-2026-0027" not in first
    assert "OV-2026-0027" in second
    assert said(browser.get("/adviseur/?page=9")) == second, "past the end is the last page"


def test_a_number_leads_straight_to_the_case(office: Office) -> None:
    question = office.made(a_question)
    browser = office.browser("advisor")
    answer = browser.get("/adviseur/?zoek=ov-2026-0001")
    assert answer.status_code == 302
    assert answer.location.endswith(question.public_id)
    assert "OV-2026-0001" in said(browser.get("/adviseur/?zoek=0001"))
    assert "Er is geen vraag met dit nummer" in said(browser.get("/adviseur/?zoek=9999"))


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=x",
        "page=0",
        "page=99999999999999999999",
        "staat=weg",
        "staat=draft",
        "zoek=" + "x" * 500,
        "zoek=%25",
    ],
)
def test_nonsense_in_the_address_is_harmless(office: Office, query: str) -> None:
    office.made(a_question)
    assert office.browser("advisor").get(f"/adviseur/?{query}").status_code == 200


def test_planned_talks_stand_in_order_and_past_ones_ask_for_a_report(office: Office) -> None:
    question = office.made(a_question)

    def plan(days: int) -> None:
        office.do(
            lambda s: plan_conversation(
                s,
                question=s.merge(question),
                planned_for=NOW + timedelta(days=days),
                way=TalkWay.DESK,
                place=f"kamer {days}",
                actor=ADVISOR,
                now=NOW,
            )
        )

    plan(5)
    plan(1)
    with clock.frozen(NOW + timedelta(days=2)):
        page = office.browser("advisor").get("/adviseur/gesprekken")
        assert_sound(page)
        words = said(page)
    assert words.index("kamer 1") < words.index("kamer 5")
    assert words.count("Leg het gesprek vast") == 1


def test_no_talks_is_said_in_words(office: Office) -> None:
    assert "Er zijn geen gesprekken gepland" in said(office.browser("advisor").get("/adviseur/gesprekken"))


def test_an_objection_is_to_do_with_its_last_day_and_leads_to_its_page(office: Office) -> None:
    question = office.made(an_application)

    def objects(session: Session) -> str:
        asked = session.merge(question)
        decision = reject_question(
            session, question=asked, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW
        )
        return receive_objection(
            session, decision=decision, received_on=NOW.date(), grounds="Wel.", committee=False, actor=ADVISOR, now=NOW
        ).public_id

    objection = office.do(objects)
    browser = office.browser("advisor")
    page = browser.get("/adviseur/")
    assert_sound(page)
    words = said(page)
    assert "Ook te doen" in words and "26-05-2026" in words and "Er is niets te doen" not in words
    assert f"/adviseur/bezwaar/{objection}" in page.text
    assert browser.get(f"/adviseur/bezwaar/{objection}").status_code == 200
    assert "Ook te doen" not in said(browser.get("/adviseur/?staat=decided"))
