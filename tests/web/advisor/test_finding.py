"""Finding on the screen. Somebody calls: "with Jansen, about my training". The advisor presses `/`, types what was heard, and picks.

A mistake (a wrong letter, a number with spaces) still finds; nothing found says what to try; going back from a case finds the list
again, also after another search in another tab. Nothing of what was typed stands in an address or a log.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases.conversations.queries import open_request
from portal.cases.conversations.requests import answer_more, ask_more
from portal.cases.questions.models import Route
from portal.people.audit.models import AuditEvent
from portal.people.audit.queries import viewings_of
from portal.platform.idempotency import IdempotencyKey
from tests.benchmarks.finding import fill
from tests.factories import ADVISOR, MAIL, NOW, SAM, a_question, a_voucher, an_application, resident
from tests.portal.oversight.finding.indexed import Counted
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MOST_QUERIES_OF_A_PERSON = 32
CALLED = replace(MAIL, name="Fatima El Younoussi", phone="06-12345678")


def look_for(browser: Browser, words: str) -> str:
    """Type something in the box on top of the page, and read what is found."""
    assert browser.post("/zoeken", {"what": words}).status_code == 303
    page = browser.follow()
    assert_sound(page)
    return said(page)


def test_a_caller_is_found_by_a_name_with_a_mistake_and_a_number_with_spaces(office: Office) -> None:
    question = office.made(a_question, contact=CALLED)
    browser = office.browser("advisor")
    box = soup_of(browser.get("/adviseur/")).select_one("form.find")
    assert box is not None and box["method"] == "post" and box.select_one("label[for=find]") is not None
    for words in ("El Jounoussi", "06 12 34 56 78", "ov 2026 1"):
        assert "1 resultaat" in look_for(browser, words), words
    assert browser.last is not None
    link = soup_of(browser.last).select_one("ul.found a")
    assert link is not None and link["href"] == f"/adviseur/vraag/{question.public_id}"
    assert "lijkt op wat u typte" in look_for(browser, "younousi")
    nothing = look_for(browser, "Petrov")
    assert "Er is niets gevonden dat u mag zien" in nothing and "Probeer minder woorden" in nothing


def test_what_was_typed_stands_in_no_address_log_or_record(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.made(a_question, contact=CALLED)
    browser = office.browser("advisor")
    with caplog.at_level(logging.DEBUG):
        look_for(browser, "Younoussi")
        look_for(browser, "CANARYNAAM")
    assert browser.last is not None
    assert re.fullmatch(r"/zoeken\?z=[\w-]{8}", browser.last.request.full_path)
    assert "canary" not in caplog.text.lower() and "younoussi" not in caplog.text.lower()
    kept = office.do(lambda s: [*s.scalars(select(AuditEvent)), *s.scalars(select(IdempotencyKey))])
    assert not [one for one in kept if "canary" in str(vars(one)).lower()]
    assert "CANARYNAAM" in browser.last.text, "the control: it was looked for"


def test_going_back_finds_the_same_again_after_another_search(office: Office) -> None:
    office.made(a_question, contact=CALLED)
    browser = office.browser("advisor")
    look_for(browser, "younoussi")
    assert browser.last is not None
    first = browser.last.request.full_path
    look_for(browser, "petrov")
    assert "1 resultaat" in said(browser.get(first))
    assert "resultaat" not in said(browser.get("/zoeken?z=AAAAAAAA")), "a mark that is not known shows the empty form"
    assert "resultaat" not in said(office.browser("advisor").get(first)), "nor does a mark of somebody else's browser"


@pytest.mark.parametrize("words", ["", "   ", "!!!", "x" * 101, "\x00\x07"])
def test_what_cannot_be_looked_for_is_said_at_the_field(office: Office, words: str) -> None:
    page = office.browser("advisor").post("/zoeken", {"what": words})
    assert page.status_code == 422
    assert_sound(page)
    assert 'id="what-error"' in page.text
    if words.strip("\x00\x07 "):
        assert f'value="{words}"' in page.text, "nothing that was typed is lost"


@pytest.mark.parametrize("role", ["owner", "region", "provider"])
def test_who_works_on_no_cases_finds_no_person(office: Office, role: str) -> None:
    office.made(a_voucher, contact=CALLED)
    for words in ("younoussi", "0612345678", "OV-2026-0001", "sam@voorbeeld.example"):
        assert "Er is niets gevonden" in look_for(office.browser(role), words)


@pytest.mark.parametrize("role", ["admin", "nobody"])
def test_the_box_is_not_there_for_who_finds_nothing(office: Office, role: str) -> None:
    browser = Browser(office.app) if role == "nobody" else office.browser(role)
    page = browser.get("/" if role == "nobody" else "/beheer/")
    assert page.status_code == 200 and 'class="find"' not in page.text and "find.js" not in page.text
    assert browser.get("/zoeken").status_code == 404
    assert 'class="find"' in office.browser("advisor").get("/adviseur/").text


def test_everything_of_a_person_and_of_a_company_is_one_click_from_a_case(office: Office) -> None:
    first = office.made(an_application, applicant=SAM)
    second = office.made(an_application, applicant=SAM)
    company = office.made(a_question, route=Route.EMPLOYER)
    browser = office.browser("advisor")
    links = {link.get("href") for link in soup_of(browser.get(f"/adviseur/vraag/{first.public_id}")).select("main a")}
    assert f"/adviseur/vraag/{first.public_id}/persoon" in links
    page = browser.get(f"/adviseur/vraag/{first.public_id}/persoon")
    assert_sound(page)
    words = said(page)
    assert all(one.reference_number in words for one in (first, second)) and company.reference_number not in words
    assert "Wat er over is onder elk maximum" in words
    for one in (first, second):  # each look is logged where it is about
        assert [look.screen for look in office.do(lambda s, one=one: viewings_of(s, question_id=one.id))][
            -1
        ] == "advisor.person"  # type: ignore[misc]
    page = browser.get(f"/adviseur/vraag/{company.public_id}/bedrijf")
    assert_sound(page)
    assert "KVK-nummer 12345678" in said(page)
    none = browser.get(f"/adviseur/vraag/{first.public_id}/bedrijf")
    assert_sound(none)
    assert "Hier is geen bedrijf bij" in said(none)


@pytest.mark.parametrize("often", [2, 30])
def test_the_page_of_a_person_asks_the_database_as_often_for_thirty_cases_as_for_two(
    office: Office, often: int
) -> None:
    office.do(lambda session: fill(session, often, often=often))
    browser = office.browser("advisor")
    browser.get("/adviseur/vraag/q1/persoon")
    with Counted(office.engine) as counted:
        page = browser.get("/adviseur/vraag/q1/persoon")
    assert page.status_code == 200 and said(page).count("OV-2026-") > 3 * often
    assert 20 < counted.number <= MOST_QUERIES_OF_A_PERSON


# How a case opens ------------------------------------------------------------------------------------------------------


def test_a_case_opens_with_who_it_is_how_to_call_and_what_is_next_until_when(office: Office) -> None:
    question = office.made(a_question, contact=CALLED)
    soup = soup_of(office.browser("advisor").get(f"/adviseur/vraag/{question.public_id}"))
    title = soup.select_one("h1")
    assert title is not None and title.get_text(strip=True) == "Fatima El Younoussi"
    opening = " ".join(line.get_text(" ", strip=True) for line in soup.select("p.case-line"))
    assert "06-12345678" in opening.replace("\u2011", "-") and "Nu:" in opening and "reactie uiterlijk" in opening
    next_step = soup.select_one(f'p.case-line a[href="/adviseur/vraag/{question.public_id}/gesprek"]')
    assert next_step is not None and next_step.get_text() == "Neem contact op en plan een gesprek"


def test_what_cannot_be_is_one_line_with_the_count_and_stands_by_reason(office: Office) -> None:
    question = office.made(a_question, facts={"residence_municipality": "GM9999"})
    soup = soup_of(office.browser("advisor").get(f"/adviseur/vraag/{question.public_id}"))
    folded = soup.select_one("#kan-niet")
    assert folded is not None and not folded.has_attr("open")
    summary = folded.select_one("summary")
    number = len(folded.select(".accordion > details"))
    assert summary is not None and number and summary.get_text(strip=True).startswith(f"{number} regeling")
    assert 0 < len(folded.select("h3")) <= number
    outside = [one for one in soup.select("#regelingen .accordion > details") if one.find_parent(id="kan-niet") is None]
    assert not [one for one in outside if "kan niet" in (one.find("summary") or one).get_text()]


def test_a_reply_stands_with_what_was_asked_and_is_linked_from_that_day_on(office: Office) -> None:
    question = office.made(an_application)

    def asked(session, answered: bool) -> None:  # type: ignore[no-untyped-def]
        mine = session.get_one(type(question), question.id)
        if not answered:
            ask_more(
                session,
                question=mine,
                text="Wilt u de offerte sturen?",
                answer_by=(NOW + timedelta(days=14)).date(),
                actor=ADVISOR,
                now=NOW,
            )
        else:
            request = open_request(session, question=mine, actor=ADVISOR)
            assert request is not None
            answer_more(
                session,
                request=request,
                answer="Hier is de offerte.",
                actor=resident(mine),
                now=NOW + timedelta(days=2),
            )

    path = f"/adviseur/vraag/{question.public_id}"
    for answered in (False, True):
        office.do(lambda session, answered=answered: asked(session, answered))  # type: ignore[misc]
        page = office.browser("advisor").get(path)
        assert_sound(page)
        soup = soup_of(page)
        place = soup.select_one("#gevraagd-1")
        assert place is not None and "Gevraagd op 2 maart 2026" in place.get_text()
        links = [link.get_text(" ", strip=True) for link in soup.select('a[href="#gevraagd-1"]')]
        assert "Meer informatie gevraagd" in links
        assert ("Antwoord ontvangen" in links) is answered
        assert any(text.startswith("Antwoord van de aanvrager, 4 maart 2026") for text in links) is answered
        assert ("Hier is de offerte." in said(page)) is answered


def test_the_name_stands_where_something_is_decided_about_somebody(office: Office) -> None:
    question = office.made(an_application, contact=CALLED)
    voucher = office.made(a_voucher, contact=CALLED)
    browser = office.browser("advisor")
    browser.post(f"/adviseur/vraag/{question.public_id}/voorstel")
    for path in (f"/adviseur/vraag/{question.public_id}/goedkeuren", f"/adviseur/voucher/{voucher.public_id}"):
        page = browser.get(path)
        assert_sound(page)
        lines = [line.get_text(" ", strip=True) for line in soup_of(page).select("p.case-line")]
        assert any(line.startswith("Fatima El Younoussi") for line in lines), path
