"""Filling in a question for somebody else, as an advisor or as a helper of another body.

Who: an advisor with somebody at the counter or on the telephone, or with a letter; somebody of a library with a visitor. The person
must get the link or the paper, and it must stand there that somebody helped. Mistakes: nothing chosen, the person was not asked, the
back button after sending. Pause: the draft stays and is gone on with. What a helper may not: see anything else, or go on as the
person after sending.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.cases.contents import save_wish
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.people.accounts.actions import change_role, disable_account
from portal.people.accounts.models import Role
from portal.people.audit.queries import events_of
from portal.web.edge.in_part import HELPED
from portal.web.edge.policy import POLICY
from tests.factories import ADMIN, NOW, a_question, asker
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, sound_page, soup_of

BEGIN = {"route": "individual", "way": "telephone", "agreed": "y"}
BY_PHONE = {"name": "Jo Jansen", "way": "phone", "phone": "0570 12 34 56"}
BY_MAIL = {"name": "Jo Jansen", "way": "email", "email": "jo@voorbeeld.example"}


@pytest.fixture
def database() -> str:
    """Once is enough: what these tests touch has neither money nor locks of its own."""
    return "sqlite"


def begun(browser: Browser, **other: Any) -> str:
    """Begin a question for somebody; its public id."""
    assert browser.post("/hulp/", {**BEGIN, **other}).status_code == 303
    browser.follow()
    page = browser.follow()
    assert page.status_code == 200
    assert "U vult dit in voor iemand anders" in page.text
    return page.request.path.split("/vraag/")[1].split("/")[0]


def the_question(office: Office, public_id: str) -> DevelopmentQuestion:
    return office.do(lambda s: s.scalars(select(DevelopmentQuestion).filter_by(public_id=public_id)).one())


def sent(office: Office, browser: Browser, public_id: str, contact: dict[str, str]) -> Any:
    """Say a wish and send the question; the page that says so."""
    draft = the_question(office, public_id)
    office.do(lambda s: save_wish(s, question=s.merge(draft), wish="Lassen", goals=[], actor=asker(draft), now=NOW))
    browser.get(f"/vraag/{public_id}/versturen")
    assert browser.submit(f"/vraag/{public_id}/versturen", contact).status_code == 303
    return browser.follow()


def stopped(browser: Browser) -> Any:
    """Stop helping with the button on top of every page; the page of the own account."""
    browser.get("/privacy")
    assert browser.submit("/hulp/klaar").status_code == 303
    return browser.follow()


def test_the_form_says_what_is_missing_and_keeps_the_rest(office: Office) -> None:
    browser = office.browser("advisor")
    assert_sound(browser.get("/hulp/"))
    for name, value in (("route", ""), ("way", "duif"), ("agreed", "")):
        wrong = browser.post("/hulp/", {**BEGIN, name: value})
        assert wrong.status_code == 422
        page = sound_page(wrong)
        assert page.select_one(f"#error-summary a[href='#{name}']"), name
        assert page.select_one("input[value=individual]").has_attr("checked") is (name != "route")
    assert office.do(lambda s: s.scalars(select(DevelopmentQuestion)).all()) == []


def test_a_question_by_telephone_is_logged_as_such_and_the_person_gets_the_paper(office: Office) -> None:
    browser, other = office.browser("advisor"), office.made(a_question)
    public_id = begun(browser)
    assert browser.get("/adviseur/").status_code == 404, "while one helps there is one question and nothing else"
    assert browser.get(f"/adviseur/vraag/{other.public_id}").status_code == 404
    assert browser.get(f"/vraag/{other.public_id}/wens").status_code == 404
    assert browser.get("/vraag").status_code == 404, "not a question of one's own in between"
    page = sent(office, browser, public_id, BY_PHONE)
    assert_sound(page)
    link = soup_of(page).select_one(".code a")["href"]
    assert "Druk deze bladzijde af" in said(page) and "Naar uw vraag" not in said(page)
    question, account = the_question(office, public_id), office.account(Role.ADVISOR)
    assert (question.state, question.submitted_by) == (QuestionState.SUBMITTED, f"account:{account.id}")
    acts = office.do(
        lambda s: [(e.action, e.actor, e.role) for e in events_of(s, object_kind="question", object_id=question.id)]
    )
    assert acts == [
        ("question.assisted", f"account:{account.id}", "advisor"),
        ("question.submitted", f"account:{account.id}", "resident"),
        ("question.outcome_kept", f"account:{account.id}", "resident"),
    ]
    for path in ("", "/intrekken", "/antwoord", "/aanvragen", "/wijzigingen", "/bezwaar"):
        assert browser.get(f"/mijn/{public_id}{path}").status_code == 404, "what comes after is the person's"
    assert browser.get("/mijn").location.endswith("/ontvangen")
    assert str(question.reference_number) in said(stopped(browser))
    case = browser.get(f"/adviseur/vraag/{public_id}")
    assert f"Samen ingevuld met {account.display_name}, aan de telefoon" in said(case)
    person = Browser(office.app)
    path = link.removeprefix("http://127.0.0.1:8000")
    person.get(path)
    person.submit(path)
    person.follow()
    assert "Samen ingevuld met" in said(person.follow())
    assert person.submit("/hulp/klaar").location == "/"
    assert person.get(f"/mijn/{public_id}").status_code == 200, "who does not help stays in the own question"


def test_by_e_mail_the_link_goes_to_the_person_alone(office: Office) -> None:
    browser = office.browser("advisor")
    page = sent(office, browser, begun(browser, way="counter"), BY_MAIL)
    assert "krijgt de link in een e-mail" in said(page)
    assert not soup_of(page).select(".code a")


def test_a_question_of_an_employer_is_filled_in_at_its_own_door(office: Office) -> None:
    browser = office.browser("advisor")
    public_id = begun(browser, route="employer")
    assert browser.get(f"/werkgever/vraag/{public_id}/organisatie").status_code == 200
    assert browser.get(f"/werkgever/mijn/{public_id}").status_code == 404
    stopped(browser)
    assert browser.get("/adviseur/").status_code == 200


def test_a_draft_stays_and_is_gone_on_with_by_who_began_it_alone(office: Office) -> None:
    browser = office.browser("helper")
    public_id = begun(browser)
    page = stopped(browser)
    assert_sound(page)
    assert "Nog niet verstuurd" in said(page)
    on = f"/hulp/{public_id}/verder"
    assert office.browser("helper", make_account(office.engine, Role.HELPER)).post(on).status_code == 404
    assert office.browser("advisor").post(on).status_code == 404
    assert browser.submit(on).status_code == 303
    browser.follow()
    assert browser.follow().status_code == 200
    assert browser.submit(f"/vraag/{public_id}/weggooien").status_code == 303
    assert browser.last.location == "/hulp/"
    assert "Nog niet verstuurd" not in said(browser.follow())


def test_a_helper_sees_what_it_made_and_nothing_else(office: Office) -> None:
    other = office.made(a_question)
    browser = office.browser("helper")
    public_id = begun(browser, route="individual", way="counter")
    sent(office, browser, public_id, BY_MAIL)
    words = said(stopped(browser))
    assert str(the_question(office, public_id).reference_number) in words and "Jo Jansen" in words
    assert str(other.reference_number) not in words
    for path in ("/adviseur/", f"/adviseur/vraag/{public_id}", "/regio/", "/beheer/", f"/mijn/{public_id}", "/zoeken"):
        assert browser.get(path).status_code == 404, path
    colleague = office.browser("helper", make_account(office.engine, Role.HELPER))
    assert str(the_question(office, public_id).reference_number) not in said(colleague.get("/hulp/"))


@pytest.mark.parametrize("end", ["closed", "another role"])
def test_who_may_not_help_any_more_is_out_of_the_question_at_once(office: Office, end: str) -> None:
    account = make_account(office.engine, Role.HELPER)
    browser = office.browser("helper", account)
    public_id = begun(browser)

    def work(session: Any) -> None:
        mine = session.merge(account)
        if end == "closed":
            disable_account(session, account=mine, actor=ADMIN, now=NOW)
        else:
            change_role(session, account=mine, role=Role.REGION, actor=ADMIN, now=NOW, prepared_by="account:991")

    office.do(work)
    assert browser.get(f"/vraag/{public_id}/wens").status_code == 404
    assert browser.get("/regio/").status_code == 404


def test_the_pages_of_who_helps_are_pages_and_none_is_of_what_was_sent() -> None:
    assert POLICY.keys() >= HELPED
    after = {
        "status",
        "answer",
        "withdraw",
        "apply",
        "decision",
        "waiting",
        "objection",
        "letters",
        "corrections",
        "vouchers",
    }
    assert not {f"{who}.{name}" for who in ("resident", "employer") for name in after} & HELPED
