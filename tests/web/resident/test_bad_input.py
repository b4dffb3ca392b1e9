"""Each field of each page of a resident with what nobody should type: a message at the field, everything typed kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from portal.cases.conversations.requests import ask_more
from portal.people.actor import Audience
from portal.platform.clock import today
from tests.web.bad_input import Try, tries
from tests.web.browser import SYSTEM, Browser
from tests.web.walking import APPLICANT, CONTACT, WELDER, Desk, act, assert_refused_kindly, question_of, soup_of

FIELDS = {
    "wens": {"wish": "text?", "goals": "choice?"},
    "postcode": {"postcode": "postcode"},
    "gemeente": {"answer": "choice", "elsewhere": "choice"},
    "geboortejaar": {"answer": "number"},
    "geboortedatum": {"answer": "date"},
    "werk": {"answer": "choice"},
    "uitkering": {"answer": "choice"},
    "diploma": {"answer": "choice"},
    "opleiding": {"known": "choice", "name": "text", "provider": "text?"},
    "vorm": {"answer": "choice"},
    "niveau": {"answer": "choice"},
    "sector": {"answer": "choice"},
    "begin": {"answer": "date"},
    "kosten": {
        "lines-0-category": "choice",
        "lines-0-amount": "euro",
        "lines-0-description": "text?",
        "lines-2-amount": "euro",
    },
    "werkgever": {"contribution": "choice", "up_to": "euro", "fixed": "euro"},
    "lenen": {"borrow": "choice", "amount": "euro"},
    "gegevens/contract_hours": {"answer": "number"},
    "gegevens/student_finance": {"answer": "choice"},
    "gegevens/employer_municipality": {"answer": "choice", "elsewhere": "choice"},
    "versturen/email": {
        "name": "text",
        "way": "choice",
        "email": "email",
        "by_mail": "choice?",
        "heard_from": "choice?",
    },
    "versturen/phone": {"phone": "phone"},
    "versturen/post": {"street": "text", "house_number": "house number", "postcode": "postcode", "city": "text"},
}
POST = {
    "name": "Jo",
    "way": "post",
    "street": "Dorpsstraat",
    "house_number": "12a",
    "postcode": "7411 AB",
    "city": "Deventer",
}
GOOD: Mapping[str, Mapping[str, Any]] = {
    **WELDER,
    "gemeente": {"answer": "other", "elsewhere": "GM0193"},
    "geboortedatum": {"answer": "31-12-1985"},
    "lenen": {"borrow": "yes", "amount": "400"},
    "gegevens/contract_hours": {"answer": "36"},
    "gegevens/student_finance": {"answer": "no"},
    "gegevens/employer_municipality": {"answer": "other", "elsewhere": "GM0193"},
    "versturen/email": CONTACT,
    "versturen/phone": {"name": "Jo", "way": "phone", "phone": "0570 123456"},
    "versturen/post": POST,
}
SENT = {
    "antwoord": {"answer": "text"},
    "intrekken": {"reason": "text?"},
    "werkgever-vragen": {"employer_name": "text", "employer_email": "email"},
    "aanvragen": {
        "schemes": "choice",
        "name": "text",
        "birth_date": "date",
        "street": "text",
        "house_number": "house number",
        "postcode": "postcode",
        "city": "text",
    },
}
GOOD_SENT: Mapping[str, Mapping[str, Any]] = {
    "antwoord": {"answer": "Die stuur ik morgen."},
    "intrekken": {"reason": "Ik heb al iets"},
    "werkgever-vragen": {"employer_name": "De Proef", "employer_email": "baas@proef.example"},
    "aanvragen": APPLICANT,
}


@pytest.fixture(scope="module")
def draft(shared_desk: Desk) -> tuple[Browser, str]:
    """A browser with a complete draft, and the start of its addresses."""
    walk = shared_desk.walk()
    walk.to_check()
    return walk.browser, walk.path.removesuffix("controle")


@pytest.fixture(scope="module")
def sent(shared_desk: Desk) -> tuple[Browser, str]:
    """A browser with a question that was sent and about which the advisor asks something."""
    walk = shared_desk.walk()
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    walk.browser.get("/mijn")
    walk.browser.follow()
    day = today().replace(year=today().year + 1)
    from portal.platform.clock import now

    act(
        shared_desk.engine,
        walk.path,
        lambda s, q: ask_more(s, question=q, text="De offerte?", answer_by=day, actor=SYSTEM, now=now()),
    )
    return walk.browser, walk.path + "/"


def typed(case: Try, good: Mapping[str, Any]) -> dict[str, Any]:
    """A good form with one bad value, and for a field that belongs to an answer: that answer."""
    form = {**good, case.field: case.value}
    if case.page == "werkgever" and case.field in ("up_to", "fixed"):
        form["contribution"] = case.field
    if case.page == "wens" and case.badness == "empty":
        form |= {"wish": "", "goals": ["other_job"]} if case.field == "wish" else {"goals": []}
    return form


@pytest.mark.parametrize("case", [case for case in tries(FIELDS) if not case.taken], ids=str)
def test_a_bad_answer_is_refused_at_its_field(draft: tuple[Browser, str], case: Try) -> None:
    browser, base = draft
    path = base + case.page.split("/")[0] if case.page.startswith("versturen") else base + case.page
    browser.get(path)
    form = typed(case, GOOD[case.page])
    assert_refused_kindly(browser.submit(path, form), case.field, form)


@pytest.mark.parametrize(
    "case", [case for case in tries(FIELDS) if case.taken and not case.page.startswith("versturen")], ids=str
)
def test_odd_words_that_are_no_error_are_taken(draft: tuple[Browser, str], case: Try) -> None:
    browser, base = draft
    browser.get(base + case.page)
    assert browser.submit(base + case.page, typed(case, GOOD[case.page])).status_code == 303


@pytest.mark.parametrize("case", [case for case in tries(SENT) if not case.taken], ids=str)
def test_a_bad_answer_after_sending_is_refused_at_its_field(sent: tuple[Browser, str], case: Try) -> None:
    browser, base = sent
    browser.get(base + case.page)
    form = typed(case, GOOD_SENT[case.page])
    assert_refused_kindly(browser.submit(base + case.page, form), case.field, form)


def test_the_table_of_fields_is_complete(draft: tuple[Browser, str], sent: tuple[Browser, str]) -> None:
    for (browser, base), table in ((draft, FIELDS), (sent, SENT)):
        for page, kinds in table.items():
            place = page.split("/")[0] if page.startswith("versturen") else page
            controls = soup_of(browser.get(base + place)).select("form.form [name]")
            names = {str(control["name"]) for control in controls if control.get("type") not in ("hidden", "submit")}
            named = {name for name in names if name not in ("unknown", "add_line", "remove_line", "confirmed")}
            known = set().union(*(kinds for key, kinds in table.items() if key.split("/")[0] == place or key == place))
            untested = {name for name in named - known if not name.startswith("lines-")}
            assert not untested, f"{page}: no test for {sorted(untested)}"
            assert kinds


@pytest.mark.parametrize("page", ["wens", "werk", "kosten", "versturen", "controle"])
def test_nonsense_in_the_address_is_harmless(draft: tuple[Browser, str], page: str) -> None:
    browser, base = draft
    for query in ("?naar=elders", "?naar=", "?naar=controle&naar=x", "?x=%27%3B--"):
        assert browser.get(base + page + query).status_code == 200


def test_a_bad_answer_is_not_kept(draft: tuple[Browser, str], shared_desk: Desk) -> None:
    browser, base = draft
    before = question_of(shared_desk.engine, base).facts["work_situation"]
    browser.get(base + "werk")
    browser.submit(base + "werk", {"answer": "baas"})
    assert question_of(shared_desk.engine, base).facts["work_situation"] == before


def test_an_application_for_a_scheme_that_is_not_here_is_refused(sent: tuple[Browser, str]) -> None:
    browser, base = sent
    for slug in ("levenlanglerenkrediet", "ontwikkelfonds-werkgever", "bestaat-niet"):
        browser.get(base + "aanvragen")
        assert browser.submit(base + "aanvragen", {**APPLICANT, "schemes": slug}).status_code == 422


def test_the_employer_has_no_page_here(draft: tuple[Browser, str], shared_desk: Desk) -> None:
    _browser, base = draft
    stranger = shared_desk.visitor(path=base, audience=Audience.EMPLOYER)
    assert stranger.get(base + "wens").status_code == 404


def test_the_check_itself_notices_a_missing_message_and_a_lost_answer(draft: tuple[Browser, str]) -> None:
    browser, base = draft
    browser.get(base + "versturen")
    form = {**CONTACT, "email": "geen adres"}
    refused = browser.submit(base + "versturen", form)
    assert_refused_kindly(refused, "email", form)
    with pytest.raises(AssertionError, match="no message at name"):
        assert_refused_kindly(refused, "name", form)
    with pytest.raises(AssertionError, match="name"):
        assert_refused_kindly(refused, "email", {**form, "name": "Iemand anders"})
