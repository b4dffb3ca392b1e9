"""The whole desk in a real browser: a question becomes a voucher, the voucher pays an invoice, and the region's figures follow.

Resident and employer have no JavaScript and, like the provider, a narrow window; staff has a wide one. Everybody has a browser of
their own, and everything happens on the screens, in Dutch; only links that come by mail are taken from the mail. axe looks at
every page that somebody stops at, and each fits in a narrow and in a wide window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from portal.demo.staff import add_school, add_staff, approve_school, staff
from portal.demo.trainings import SCHOOLS
from portal.platform.clock import now, today
from portal.platform.database import unit_of_work
from portal.spending.vouchers.models import Voucher
from tests.journeys.books import figures_open, figures_shown
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person, asks_for_advice
from tests.portal.post.files.hostile import pdf
from tests.web.apps import settings_for
from tests.web.walking import APPLICANT, Desk, app_on_copy, make_template

pytestmark = pytest.mark.browser

INVOICED_CENTS = 123_45
COLLEAGUE = "boris.adviseur@example.nl"
ADVISOR, PROVIDER, REGION = "anja.adviseur@example.nl", "karin.proefstra@example.nl", "rik.regio@example.nl"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the demo region and no questions."""
    return make_template(tmp_path_factory.mktemp("whole-desk"))


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk without questions, with the staff of the demonstration and one provider that may redeem its vouchers."""
    app, engine = app_on_copy(template, tmp_path)

    def people(session: Session) -> None:
        add_staff(session, now=now())
        known = staff(session)
        add_school(session, school=SCHOOLS[0], staff=known, now=now())
        approve_school(session, school=SCHOOLS[0], staff=known, now=now())

    unit_of_work(engine, people)
    yield Desk(app, engine)
    engine.dispose()


def test_a_question_becomes_a_voucher_that_pays_an_invoice(
    desk: Desk, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    journey = Journey(desk, serve(desk.app), open_page, settings_for(tmp_path), narrow=360)
    region = journey.employee(REGION)
    before = figures_shown(journey, region)
    assert (before.reserved_cents, before.spent_cents) == (0, 0)

    resident = journey.visitor()
    number = asks_for_advice(resident)
    asks_employer(resident)
    employer_pledges(journey, number)
    applies(resident)

    advisor_approves(journey, number)
    voucher = the_voucher(journey)
    assert len(voucher.code) == 12
    approved = figures_shown(journey, region)
    assert approved.reserved_cents == before.reserved_cents + voucher.amount_cents
    assert approved.available_cents == before.available_cents - voucher.amount_cents
    assert (approved.spent_cents, approved.funded_cents) == (before.spent_cents, before.funded_cents)

    provider_redeems(journey, code_of(resident))
    assert the_voucher(journey).open_cents == voucher.amount_cents - INVOICED_CENTS
    used = figures_shown(journey, region)
    assert used.reserved_cents == approved.reserved_cents - INVOICED_CENTS
    assert used.spent_cents == approved.spent_cents + INVOICED_CENTS
    assert (used.available_cents, used.funded_cents) == (approved.available_cents, approved.funded_cents)
    figures_open(region, used, voucher.scheme)


# The resident ----------------------------------------------------------------------------------------------------------


def asks_employer(resident: Person) -> None:
    """Ask for a contribution, from the page where the question is followed."""
    resident.follow("Vraag uw werkgever om mee te betalen")
    resident.fill(employer_name="Lasbedrijf De Proef", employer_email="baas@proef.example")
    page = resident.press("Werkgever vragen")
    expect(page.get_by_role("main")).to_contain_text("Gevraagd aan Lasbedrijf De Proef")


def applies(resident: Person) -> None:
    """Apply for the voucher of this desk; the contribution of the employer is known by then."""
    resident.go(resident.page.url)
    expect(resident.page.get_by_role("main")).to_contain_text(re.compile(r"Uw werkgever betaalt .*€\s300"))
    resident.follow("Aanvraag doen")
    resident.fill(**APPLICANT)
    page = resident.press("Aanvraag versturen")
    expect(page.get_by_role("link", name="Aanvraag doen")).to_have_count(0)


def code_of(resident: Person) -> str:
    """Read the decision, and the code on the page where the question is followed."""
    resident.go(resident.page.url)
    code = resident.page.locator("main .code").inner_text()
    resident.follow("Lees het besluit")
    found = re.search(r"\w{4}-\w{4}-\w{4}", code)
    assert found, code
    return found[0]


# The employer ----------------------------------------------------------------------------------------------------------


def employer_pledges(journey: Journey, number: str) -> None:
    """Open the link in the mail and promise to pay a part."""
    employer = journey.visitor()
    employer.go(journey.mailed_link("baas@proef.example"))
    page = employer.press("Naar uw vraag")
    expect(page.get_by_role("main")).to_contain_text(number)
    expect(page.get_by_role("main")).not_to_contain_text("Ik ben lasser")
    employer.fill(answer="fixed", fixed="300", name="Bo de Baas", function="Directeur")
    page = employer.press("Antwoord versturen")
    expect(page.get_by_role("main")).to_contain_text("U betaalt mee")


# Staff and the provider ------------------------------------------------------------------------------------------------


def advisor_approves(journey: Journey, number: str) -> None:
    """From the worklist to the decision: a talk, a proposal that is made anew, and the checks."""
    advisor = journey.employee(ADVISOR)
    page = advisor.go("/adviseur/")
    advisor.follow(re.compile(number))
    day = f"{today():%d-%m-%Y}"
    advisor.follow("Een gesprek plannen")
    advisor.fill(planned_for=day, time="20.00", way="desk", place="Leerwerkloket Apeldoorn")
    advisor.press("Gesprek plannen")
    advisor.follow("Verslag schrijven")
    advisor.fill(notes="De opleiding past. De offerte is gezien.")
    advisor.press("Verslag bewaren")
    expect(page.get_by_role("main")).to_contain_text("De offerte is gezien")
    advisor.follow("Zeggen wanneer de aanvraag compleet was")
    advisor.press("De aanvraag is compleet")
    page = advisor.press(re.compile("Voorstel maken|Opnieuw berekenen"))
    if "/adviseur/vraag/" in page.url:
        advisor.follow("Goedkeuren")
    else:
        advisor.follow("Naar goedkeuren")
    expect(page.locator("main thead")).to_contain_text("Toezegging van de werkgever")
    expect(page.locator("main tfoot")).to_contain_text(re.compile(r"€\s300,00"))
    advisor.fill(
        rationale="De opleiding leidt naar werk waar mensen voor nodig zijn.",
        **dict.fromkeys(("identity", "purpose", "costs", "nothing_paid_twice"), "y"),
    )
    page = advisor.press("Goedkeuren en vouchers maken")
    assert page.url.endswith("/besluit"), page.url


def provider_redeems(journey: Journey, code: str) -> None:
    """Use a part of the voucher for an invoice."""
    provider = journey.employee(PROVIDER, width=journey.narrow)
    provider.go("/opleider/")
    provider.fill(code=code.lower().replace("-", " "))
    provider.press("Verder")
    provider.fill(
        invoice_number="F-2026-1",
        invoice_date=f"{today():%d-%m-%Y}",
        learner_name="Jo Jansen",
        total="500",
        amount="123,45",
    )
    provider.page.set_input_files("#file", {"name": "factuur.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    page = provider.press("Factuur indienen")
    expect(page.get_by_role("main")).to_contain_text("Een medewerker van het loket kijkt uw factuur na")
    advisor_accepts(journey)
    provider.go("/opleider/gebruikt")


def advisor_accepts(journey: Journey) -> None:
    """Look at the invoice; a check found something, so a colleague decides, who did not decide about the voucher either."""
    advisor = journey.employee(ADVISOR)
    advisor.go("/adviseur/facturen")
    page = advisor.follow(f"{today():%d-%m-%Y}")
    expect(page.get_by_role("main")).to_contain_text("niet gescand")
    advisor.fill(note="Gebeld met de deelnemer: de opleiding is begonnen.")
    page = advisor.press("Voorleggen aan een collega")
    expect(page.get_by_role("main")).to_contain_text("Dit wacht op een tweede persoon")
    colleague = journey.employee(COLLEAGUE)
    colleague.go("/tweede-persoon/")
    page = colleague.follow("Factuur goedkeuren ondanks een controle")
    expect(page.get_by_role("main")).to_contain_text("F-2026-1")
    page = colleague.press("Akkoord, doe dit")
    expect(page.get_by_role("main")).to_contain_text("Er wacht niets")


def the_voucher(journey: Journey) -> Voucher:
    """The one voucher of this desk."""
    [voucher] = journey.vouchers()
    return voucher
