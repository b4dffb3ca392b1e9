"""An employer with a voucher of its own, in a real browser without JavaScript, on a telephone: from the first question to the voucher that
the school used.

Who: the owner of a bakery with 25 people, who wants one employee to learn to work with heat pumps and does this between two deliveries.
What he wants: know what he pays, get the voucher, give it to the school, and see that it was used. Mistakes: a KvK number with a figure
too few, an application without the employee. Pause: he goes on the next day, by the link in the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from portal.platform.clock import now, today
from portal.platform.database import unit_of_work
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from tests.factories import a_provider
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person
from tests.journeys.proefland import words
from tests.web.apps import settings_for
from tests.web.employer.test_own_question import APPLICANT
from tests.web.walking import COMPANY, Desk, app_on_copy, approve, last_part, make_template

pytestmark = pytest.mark.browser
MAIL = "sam@bakkerij.example"
CONTACT = {"name": "Sam Bakker", "way": "email", "email": MAIL, "by_mail": ["decision", "voucher"]}
CODE = re.compile(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}")


@pytest.fixture
def journey(tmp_path: Path, serve: Serve, open_page: OpenPage) -> Iterator[Journey]:
    """A desk with the demo region; visitors have a narrow window."""
    app, engine = app_on_copy(make_template(tmp_path), tmp_path)
    yield Journey(Desk(app, engine), serve(app), open_page, settings_for(tmp_path), narrow=360)
    engine.dispose()


def test_an_employer_gets_a_voucher_and_sees_it_used(journey: Journey) -> None:
    sam = journey.visitor()
    answers_everything(sam)
    page = sam.follow("Bekijk de uitkomst")
    expect(page.locator("h1")).to_contain_text("Uw organisatie betaalt")
    sam.follow("Vraag versturen")
    sam.fill(**CONTACT)
    sam.press("Vraag versturen")
    assert "Wij hebben uw vraag" in words(page)

    later = comes_back(journey)
    applies(later)
    approve(journey.desk.engine, last_address(later))

    later = comes_back(journey)
    page = later.follow("Lees het besluit")
    assert "U krijgt een voucher" in words(page)
    code = CODE.search(words(page))
    assert code, "the code that the school asks for"
    spent = the_school_uses(journey, code[0])
    later = comes_back(journey, mail=False, before=later)
    page = later.go(f"{last_address(later)}/vouchers")
    shown = words(page)
    assert "F-2026-1" in shown and spent in shown, "the school used it, and he sees for which invoice"
    page = later.go("/werkgever/bedrijf")
    assert "toegekend" in words(page).lower() and "Besloten" in words(page)


def answers_everything(sam: Person) -> None:
    """Every question; the KvK number is wrong first, and the answer before it is looked at again."""
    sam.go("/werkgever")
    page = sam.press("Beginnen")
    while (part := last_part(page.url.removeprefix(sam.address))) != "controle":
        answers: dict[str, Any] = dict(COMPANY[part])
        if part == "organisatie":
            sam.fill(**{**answers, "kvk_number": "1234567"})
            sam.press("Volgende stap", wrong=True)
            expect(page.locator("[name=name]")).to_have_value(answers["name"])
        known = {name: value for name, value in answers.items() if page.locator(f'[name="{name}"]').count()}
        sam.fill(**known)
        page = sam.press("Volgende stap")
    assert "1234 5678" in words(page) or "12345678" in words(page)


def comes_back(journey: Journey, *, mail: bool = True, before: Person | None = None) -> Person:
    """The next day, by the link of the newest mail; or as one was."""
    if not mail and before is not None:
        return before
    sam = journey.visitor()
    sam.go(journey.mailed_link(MAIL))
    sam.press("Naar uw vraag")
    return sam


def last_address(sam: Person) -> str:
    """Where the question stands."""
    found = re.match(r"(/werkgever/vraag/[^/?]+)", sam.page.url.removeprefix(sam.address))
    assert found, sam.page.url
    return found[1]


def applies(sam: Person) -> None:
    """Without the employee first."""
    sam.follow("Aanvraag doen")
    filled = {name: value for name, value in APPLICANT.items() if name not in ("schemes", "name", "kvk_number")}
    sam.fill(**{**filled, "learner_name": ""})
    page = sam.press("Aanvraag versturen", wrong=True)
    expect(page.locator("[name=street]")).to_have_value(APPLICANT["street"])
    sam.fill(learner_name=APPLICANT["learner_name"])
    page = sam.press("Aanvraag versturen")
    assert "U krijgt een besluit uiterlijk op" in words(page)


def the_school_uses(journey: Journey, code: str) -> str:
    """The school hands in its invoice for the whole voucher; gives the amount as it is shown."""

    def work(session: Session) -> int:
        voucher = next(one for one in session.query(Voucher) if format_code(one.code) == code)
        _school, pia = a_provider(session, schemes=(voucher.scheme,), now=now())
        bill = Bill("F-2026-1", today(), voucher.amount_cents)
        redeem_voucher(session, voucher=voucher, bill=bill, actor=pia, now=now())
        return voucher.amount_cents

    cents = unit_of_work(journey.desk.engine, work)
    return f"{cents // 100:,}".replace(",", ".")
