"""Two people whom nothing is promised too much, in a real browser without JavaScript: each reaches the goal, and sees so.

A job seeker knows no training: the answer says what could be, asks nothing about costs, and a talk stands at once. A welder counts
on the employer: the answer says both amounts, and after the employer said yes one amount; applying asks again nothing that was said.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from portal.cases.contents import MOST_LINES
from portal.cases.conversations.models import Conversation
from portal.platform.database import unit_of_work
from tests.factories import an_advisor
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person, asks_for_advice
from tests.journeys.proefland import words
from tests.web.apps import settings_for
from tests.web.walking import APPLICANT, CONTACT, WELDER, Desk, Walk, app_on_copy, make_template

pytestmark = pytest.mark.browser
JOB_SEEKER = {**WELDER, "werk": {"answer": "job_seeker"}, "opleiding": {"known": "no"}}


@pytest.fixture
def journey(tmp_path: Path, serve: Serve, open_page: OpenPage) -> Iterator[Journey]:
    """A desk with the demo region and one advisor with hours; visitors have a narrow window."""
    app, engine = app_on_copy(make_template(tmp_path), tmp_path)
    unit_of_work(engine, an_advisor)
    yield Journey(Desk(app, engine), serve(app), open_page, settings_for(tmp_path), narrow=360)
    engine.dispose()


def test_a_job_seeker_without_a_training_has_a_talk(journey: Journey) -> None:
    walk = Walk(journey.desk.app, JOB_SEEKER)
    walk.to_check()
    assert "kosten" not in walk.seen
    cookie = walk.browser.client.get_cookie("loket")
    assert cookie is not None
    person = journey.let_in(journey.visitor(careful=False), cookie.value)
    person.go(walk.path.replace("controle", "uitkomst"))
    expect(person.page.locator("h1")).to_contain_text(
        re.compile(r"^U kunt tot €\s2\.500 krijgen, als uw opleiding past")
    )
    person.inspect()
    person.follow("Een gesprek kiezen")
    person.fill(**CONTACT)
    person.press("Verder naar de vrije momenten")
    person.inspect()
    person.page.locator("input[name=starts_at]").first.check()
    if person.page.locator("input[name=phone]").count():
        person.fill(phone="0570 12 34 56")
    person.press("Dit moment kiezen")
    assert "U praat met een adviseur op" in words(person.page) and "/toegang/" in words(person.page)
    [talk] = unit_of_work(journey.desk.engine, lambda session: session.query(Conversation).all(), read_only=True)
    assert talk.own_choice


def test_a_welder_sees_what_depends_on_the_employer_and_applies(journey: Journey) -> None:
    welder = journey.visitor()
    asks_for_advice(welder, {**WELDER, "werkgever": {"contribution": "fixed", "fixed": "500"}})
    welder.follow("Vraag uw werkgever om mee te betalen")
    welder.fill(employer_name="Lasbedrijf De Proef", employer_email="baas@proef.example")
    welder.press("Werkgever vragen")
    pledges(journey)
    welder.go(welder.page.url)
    assert re.search(r"Uw werkgever betaalt .*€ 500", words(welder.page))
    welder.follow("Aanvraag doen")
    page = welder.page
    assert [box.input_value() for box in page.locator("input[name=schemes]:checked").all()] == [APPLICANT["schemes"]]
    assert re.search(r"Waarschijnlijk € [\d.]+", words(page))
    expect(page.locator("input[name=name]")).to_have_value(CONTACT["name"])
    welder.fill(**{name: value for name, value in APPLICANT.items() if name not in ("schemes", "name")})
    page = welder.press("Aanvraag versturen")
    expect(page.get_by_role("main")).to_contain_text("Aangevraagd op")
    expect(page.get_by_role("link", name="Aanvraag doen")).to_have_count(0)


def pledges(journey: Journey) -> None:
    """The employer opens the link in the mail and says yes."""
    employer: Person = journey.visitor(careful=False)
    employer.go(journey.mailed_link("baas@proef.example"))
    employer.press("Naar uw vraag")
    employer.fill(answer="fixed", fixed="500", name="Bo de Baas", function="Directeur")
    employer.press("Antwoord versturen")
    assert "U betaalt mee" in words(employer.page)


MANY_COSTS = {
    "lines-0-category": "tuition",
    "lines-0-amount": "9.000",
    **{f"lines-{n}-category": ["travel", "books", "exam", "materials"][n % 4] for n in range(1, MOST_LINES)},
    **{f"lines-{n}-amount": str(100 + n) for n in range(1, MOST_LINES)},
}
ON_THREE = '() => { const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet]; sheet.replaceSync("%s") }'
BEFORE = "@media print { html { font-size: 10.5pt } details { break-inside: avoid } main :is(td, th) { padding-block: .7rem } }"


def pages_in_print(page: Page) -> int:
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as file:
        return len(file.pages)


def test_an_outcome_with_as_many_costs_as_fit_is_printed_on_two_pages(journey: Journey) -> None:
    """With warnings, a loan and every line of costs there can be; the control is how it was printed before."""
    answers = {
        **WELDER,
        "werk": {"answer": "job_seeker"},
        "uitkering": {"answer": "ww"},
        "kosten": MANY_COSTS,
        "lenen": {"borrow": "yes", "up_to": "2.000"},
    }
    walk = Walk(journey.desk.app, answers)
    walk.to_check()
    cookie = walk.browser.client.get_cookie("loket")
    assert cookie is not None
    person = journey.let_in(journey.visitor(careful=False), cookie.value)
    page = person.go(walk.path.replace("controle", "uitkomst"))
    assert page.locator(".mix-lines tbody tr, details table tbody tr").count() >= MOST_LINES
    assert pages_in_print(page) <= 2
    page.evaluate(ON_THREE % BEFORE)
    assert pages_in_print(page) > 2, "as it was printed before"
