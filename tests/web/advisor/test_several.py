"""One act on several cases, and absence: what will happen is said first, each case by its own rules, and back again.

Who: an advisor who divides the new questions on Monday, reminds who did not answer, closes what is finished, and a colleague who
takes over for somebody who is ill. Mistakes: nothing chosen, nobody chosen, a case that a colleague changed meanwhile, sent twice.
Pause: the preview does nothing. Telephone: the same forms.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.cases.conversations.requests import ask_more
from portal.cases.owners.actions import claim_case
from portal.cases.owners.queries import owner_names
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion, QuestionState
from portal.cases.reminding import REMINDER
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import actor_of_account
from portal.post.messages.queries import messages_about
from portal.web.advisor import worklist
from portal.web.edge.listing import paging
from tests.factories import NOW, a_question, an_application
from tests.web.browser import Browser, make_account
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of


@pytest.fixture
def database() -> str:
    """Once is enough: the acts are tried on both databases."""
    return "sqlite"


def owner(office: Office, question: DevelopmentQuestion) -> str | None:
    return office.do(lambda s: owner_names(s, question_ids=[question.id])).get(question.id)


def of(office: Office, account: Account, question: DevelopmentQuestion) -> DevelopmentQuestion:
    actor = actor_of_account(account)
    office.do(lambda s: claim_case(s, question=s.merge(question), actor=actor, now=NOW))
    return question


def preview(browser: Browser, what: str, *questions: DevelopmentQuestion, **more: Any) -> BeautifulSoup:
    """Choose these on the worklist and press a button."""
    page = browser.post("/adviseur/samen", {"wat": what, "zaak": [one.public_id for one in questions], **more})
    assert page.status_code == 200
    assert_sound(page)
    return soup_of(page)


def go(browser: Browser, shown: BeautifulSoup, **typed: str) -> Any:
    """Press the button of the preview, with what it sends along."""
    hidden: dict[str, list[str]] = {}
    for one in shown.select("main form input[type=hidden]"):
        if one["name"] not in ("csrf_token", "submission_token"):
            hidden.setdefault(one["name"], []).append(one["value"])
    return browser.post("/adviseur/samen", {**hidden, "stap": "doen", **typed})


def test_assigning_says_first_what_goes_and_what_not_and_can_be_put_back(office: Office) -> None:
    bea = make_account(office.engine, Role.ADVISOR)
    free, theirs = office.made(a_question), of(office, bea, office.made(a_question))
    cas = make_account(office.engine, Role.ADVISOR)
    taken = of(office, cas, office.made(a_question))
    browser = office.browser("advisor")
    shown = preview(browser, "assign", free, taken, theirs)
    words = shown.get_text(" ", strip=True)
    assert "Bij 1 van de 3 vragen kan dit" in words
    assert "Een collega heeft deze vraag" in words
    assert owner(office, free) is None, "looking does nothing"
    wrong = go(browser, shown)
    assert wrong.status_code == 422
    assert_sound(wrong)
    assert "Kies een adviseur" in said(wrong)
    done = go(browser, shown, to=bea.public_id)
    assert done.status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "1 vraag is toegewezen" in said(page) and "2 niet" not in said(page).split("Overgedragen")[1]
    assert owner(office, free) == bea.display_name
    assert owner(office, taken) == cas.display_name
    back = soup_of(page).select_one("main form")["action"]
    assert office.browser("advisor", bea).post(back).status_code == 422, "only who gave them"
    assert browser.post(back).status_code == 303
    assert "1 vraag is terug" in said(browser.follow())
    assert owner(office, free) is None
    assert browser.post(back).status_code == 409


def test_closing_leaves_alone_what_may_not_be_closed_and_what_changed_meanwhile(office: Office) -> None:
    plain, applied, changed = office.made(a_question), office.made(an_application), office.made(a_question)
    browser = office.browser("advisor")
    shown = preview(browser, "close", plain, applied, changed, terug="op=newest")
    assert "Afsluiten kunt u niet terugdraaien" in shown.get_text(" ", strip=True)
    assert "Neem eerst een besluit" in shown.get_text(" ", strip=True)
    assert office.again(plain).state is QuestionState.SUBMITTED
    me = actor_of_account(office.account(Role.ADVISOR))
    office.do(lambda s: claim_case(s, question=s.merge(changed), actor=me, now=NOW))
    done = go(browser, shown, reason=CloseReason.HELPED.value)
    assert done.location == "/adviseur/?op=newest"
    words = said(browser.follow())
    assert "1 vraag is afgesloten" in words and "intussen veranderd" in words
    assert office.again(plain).state is QuestionState.CLOSED
    assert office.again(changed).state is QuestionState.SUBMITTED
    assert office.again(applied).state is QuestionState.APPLIED


def test_reminding_goes_to_who_was_asked_and_says_that_it_is_for_good(office: Office) -> None:
    asked, other = office.made(a_question), office.made(a_question)
    me = actor_of_account(office.account(Role.ADVISOR))
    day = NOW.date() + timedelta(days=14)
    office.do(lambda s: ask_more(s, question=s.merge(asked), text="Offerte?", answer_by=day, actor=me, now=NOW))
    browser = office.browser("advisor")
    shown = preview(browser, "remind", asked, other)
    assert "kunt u niet terugdraaien" in shown.get_text(" ", strip=True)

    def sent() -> int:
        about = office.do(lambda s: messages_about(s, object_kind="question", object_id=asked.id))
        return sum(1 for message in about if message.template == REMINDER)

    assert sent() == 0
    assert go(browser, shown).status_code == 303
    assert sent() == 1
    assert "Er is niets gevraagd" in said(browser.follow())


def test_nothing_chosen_and_all_that_is_filtered(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        office.made(a_question)
    monkeypatch.setattr(worklist, "paging", lambda total: paging(total, 2))
    browser = office.browser("advisor")
    for sent in ({"wat": "close"}, {"wat": "vernietig", "zaak": ["x"]}, {"wat": "close", "zaak": ["bestaat-niet"]}):
        assert browser.post("/adviseur/samen", sent).status_code == 303
    assert "Kies eerst een of meer vragen" in said(browser.follow())
    page = browser.get("/adviseur/")
    assert "Alle 3 gefilterde vragen" in said(page)
    shown = preview(browser, "close", alles="y", terug="")
    assert len(shown.select("main tbody tr")) == 3


def test_who_is_away_hands_over_and_takes_back(office: Office) -> None:
    ada, bea = office.account(Role.ADVISOR), make_account(office.engine, Role.ADVISOR)
    question = of(office, bea, office.made(a_question))
    browser = office.browser("advisor")
    page = browser.get("/adviseur/afwezig")
    assert_sound(page)
    assert "Iedereen is er" in said(page)
    typed = {"who": bea.public_id, "to": ada.public_id, "until": "06-03-2026"}
    for name, value in (("until", "01-03-2026"), ("to", bea.public_id), ("who", ""), ("until", "morgen")):
        wrong = browser.post("/adviseur/afwezig", {**typed, name: value})
        assert wrong.status_code == 422
        assert_sound(wrong)
        assert soup_of(wrong).select_one(f"#error-summary a[href='#{name}']"), name
    assert browser.post("/adviseur/afwezig", typed).status_code == 303
    words = said(browser.follow())
    assert "1 vraag ging naar" in words and "Tot en met 6 maart 2026" in words
    assert owner(office, question) == ada.display_name
    mine = office.browser("advisor", bea).get("/adviseur/voor-mij")
    assert_sound(mine)
    assert f"U staat als afwezig. {ada.display_name} neemt waar" in said(mine)
    shown = preview(browser, "assign", question)
    assert "afwezig tot en met 06-03-2026" in shown.get_text(" ", strip=True)
    back = soup_of(browser.get("/adviseur/afwezig")).select_one("main .panel form")["action"]
    assert browser.post(back).status_code == 303
    assert "1 vraag is terug" in said(browser.follow())
    assert owner(office, question) == bea.display_name


def test_a_closed_case_is_not_offered_twice(office: Office) -> None:
    question = office.made(a_question)
    me = actor_of_account(office.account(Role.ADVISOR))
    office.do(lambda s: close_question(s, question=s.merge(question), reason=CloseReason.HELPED, actor=me, now=NOW))
    shown = preview(office.browser("advisor"), "close", question)
    assert not shown.select("main form button[name=stap]")
