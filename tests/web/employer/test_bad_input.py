"""Each field of each page of an employer with what nobody should type: a message at the field, everything typed kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from portal.cases.pledges.actions import ask_pledge
from portal.people.actor import Audience
from portal.platform.clock import now
from tests.web.bad_input import Try, tries
from tests.web.browser import SYSTEM, Browser
from tests.web.walking import COMPANY, CONTACT, Desk, act, assert_refused_kindly, question_of

FIELDS = {
    "wens": {"wish": "text?", "goals": "choice?"},
    "organisatie": {"name": "text", "kvk_number": "kvk", "contact_name": "text?"},
    "vestiging": {"answer": "choice", "elsewhere": "choice"},
    "omvang": {"answer": "number"},
    "sectorfonds": {"answer": "choice"},
    "opleiding": {"known": "choice", "name": "text", "provider": "text?"},
    "vorm": {"answer": "choice"},
    "begin": {"answer": "date"},
    "kosten": {
        "lines-0-category": "choice", "lines-0-amount": "euro", "lines-0-amount_without_vat": "euro?",
        "lines-0-description": "text?",
    },
    "gegevens/birth_year": {"answer": "number"},
    "gegevens/de_minimis_used_cents": {"answer": "euro"},
    "groep": {"numbers": "text?", "aid": "euro?"},
    "gegevens/employer_owner_is_learner": {"answer": "choice"},
}  # fmt: skip
GOOD: Mapping[str, Mapping[str, Any]] = {
    **COMPANY,
    "vestiging": {"answer": "other", "elsewhere": "GM0193"},
    "gegevens/birth_year": {"answer": "1985"},
    "gegevens/de_minimis_used_cents": {"answer": "1.000"},
    "groep": {"numbers": "", "aid": ""},
    "gegevens/employer_owner_is_learner": {"answer": "no"},
}
APPLICATION = {
    "schemes": "choice",
    "name": "text",
    "kvk_number": "kvk",
    "learner_name": "text",
    "birth_date": "date",
    "street": "text",
    "house_number": "house number",
    "postcode": "postcode",
    "city": "text",
}
GOOD_APPLICATION = {
    "schemes": "ontwikkelfonds-werkgever",
    "name": "De Proef",
    "kvk_number": "12345678",
    "learner_name": "Jo",
    "birth_date": "31-12-1985",
    "street": "Kade",
    "house_number": "3",
    "postcode": "7417 DE",
    "city": "Deventer",
    "confirmed": "y",
}
PLEDGE = {
    "answer": "choice",
    "up_to": "euro",
    "fixed": "euro",
    "categories": "choice?",
    "name": "text",
    "function": "text?",
}


@pytest.fixture(scope="module")
def draft(shared_desk: Desk) -> tuple[Browser, str]:
    """A browser with a complete draft, and the start of its addresses."""
    walk = shared_desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    return walk.browser, walk.path.removesuffix("controle")


@pytest.fixture(scope="module")
def sent(shared_desk: Desk) -> tuple[Browser, str]:
    """A browser with an own question that was sent, and the page to apply."""
    walk = shared_desk.walk(COMPANY, "/werkgever")
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    walk.browser.get("/werkgever/mijn")
    walk.browser.follow()
    return walk.browser, walk.path + "/aanvragen"


@pytest.fixture(scope="module")
def asked(shared_desk: Desk) -> tuple[Browser, str]:
    """The browser of an employer who was asked for a contribution, and the page."""
    walk = shared_desk.walk()
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    act(
        shared_desk.engine,
        walk.path,
        lambda s, q: ask_pledge(
            s, question=q, employer_name="P", employer_email="p@p.example", actor=SYSTEM, now=now()
        ),
    )
    public_id = question_of(shared_desk.engine, walk.path).public_id
    return shared_desk.visitor(walk, audience=Audience.EMPLOYER), f"/werkgever/bijdrage/{public_id}"


@pytest.mark.parametrize("case", [case for case in tries(FIELDS) if not case.taken], ids=str)
def test_a_bad_answer_is_refused_at_its_field(draft: tuple[Browser, str], case: Try) -> None:
    browser, base = draft
    browser.get(base + case.page)
    form = {**GOOD[case.page], case.field: case.value}
    assert_refused_kindly(browser.submit(base + case.page, form), case.field, form)


@pytest.mark.parametrize("case", [case for case in tries({"aanvragen": APPLICATION}) if not case.taken], ids=str)
def test_a_bad_application_is_refused_at_its_field(sent: tuple[Browser, str], case: Try) -> None:
    browser, path = sent
    browser.get(path)
    form = {**GOOD_APPLICATION, case.field: case.value}
    assert_refused_kindly(browser.submit(path, form), case.field, form)


@pytest.mark.parametrize("case", [case for case in tries({"bijdrage": PLEDGE}) if not case.taken], ids=str)
def test_a_bad_pledge_is_refused_at_its_field(asked: tuple[Browser, str], case: Try) -> None:
    browser, path = asked
    browser.get(path)
    good = {"answer": "fixed" if case.field == "fixed" else "up_to", "up_to": "500", "fixed": "500", "name": "Sam"}
    form = {**good, case.field: case.value}
    assert_refused_kindly(browser.submit(path, form), case.field, form)
