"""An office in Proefland for journeys: schemes and budgets as a story needs them, people who sign in, and a clock that stands still."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.framework.loading import load_region
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.platform import clock
from portal.platform.database import unit_of_work
from portal.spending.providers.actions import approve_provider, register_provider
from tests.factories import NOW, PROEFLAND, a_mandate
from tests.journeys.books import figures_shown
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person, asked_before
from tests.web.browser import KIND, SYSTEM
from tests.web.conftest import app
from tests.web.walking import Desk

__all__ = ["app", "office", "still"]

ADA, TOM = "ada.adviseur@proefland.example", "tom.adviseur@proefland.example"
RIK, ROOS = "rik.regio@proefland.example", "roos.regio@proefland.example"
PIA = "pia@roc-proef.example"
_STAFF = (
    (ADA, "Ada Adviseur", Role.ADVISOR),
    (TOM, "Tom Tweede", Role.ADVISOR),
    (RIK, "Rik Regio", Role.REGION),
    (ROOS, "Roos Regio", Role.REGION),
    (PIA, "Pia van de opleider", Role.PROVIDER),
)
SCHEME = "leervoucher"
RULES = f"schemes/{SCHEME}.yaml"
DAY = timedelta(days=1)
WHOLE = 120_000
"""What the training costs, and the voucher that pays it, in cents."""
Changes = Mapping[str, Mapping[str, str]]
"""Per file of Proefland what becomes what."""
OpenOffice = Callable[[Changes], Journey]
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "wens": {"wish": "Ik wil technicus worden", "goals": ["other_job"]},
    "gemeente": {"answer": "GM9901"},
    "geboortejaar": {"answer": "1985"},
    "opleiding": {"known": "yes", "name": "Monteur", "provider": "ROC Proef"},
    "begin": {"answer": "1-2-2027"},
    "kosten": {"lines-0-category": "tuition", "lines-0-amount": "€ 1.200"},
    "lenen": {"borrow": "no"},
}
STORY = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
"""The marks of a story in this office: in a browser, and on one database."""
CHECKS = dict.fromkeys(("identity", "purpose", "costs", "nothing_paid_twice"), "y")


@pytest.fixture(autouse=True)
def still() -> Iterator[datetime]:
    """Monday 2 March 2026, 10:00 in Amsterdam, also for the server."""
    with clock.frozen(NOW) as moment:
        yield moment


@pytest.fixture
def office(app: Flask, engine: Engine, serve: Serve, open_page: OpenPage, tmp_path: Path) -> OpenOffice:
    """Opens an office in Proefland, with its files changed, and an account to pay from."""

    def opened(changed: Changes) -> Journey:
        unit_of_work(engine, lambda session: settle_in(session, tmp_path / "proefland", changed))
        payer = {"payer_name": "Regio Proefland", "payer_iban": "NL91ABNA0417164300"}
        settings = app.extensions["settings"].model_copy(update=payer)
        app.extensions["settings"] = settings
        return Journey(Desk(app, engine), serve(app), open_page, settings)

    return opened


def settle_in(session: Session, folder: Path, changed: Changes) -> None:
    """Load Proefland from a copy in `folder`, with words of its files changed, and let five people work there.

    Two advisors with mandate, two of the region, and a provider approved for the voucher.
    """
    shutil.copytree(PROEFLAND, folder)
    for name, words in changed.items():
        text = (folder / name).read_text()
        for old, new in words.items():
            assert text.count(old) == 1, f"{old} in {name}"
            text = text.replace(old, new)
        (folder / name).write_text(text)
    load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    for email, name, role in _STAFF:
        place = ensure_organisation(
            session, slug=f"huis-{role.value}", name=f"Huis {role.value}", kind=KIND[role], actor=SYSTEM, now=NOW
        )
        account = create_account(
            session, email=email, display_name=name, role=role, organisation=place, actor=SYSTEM, now=NOW
        )
        if role is Role.ADVISOR:
            a_mandate(session, actor_of_account(account))
        if role is Role.PROVIDER:
            school = register_provider(
                session,
                organisation_id=place.id,
                name="ROC Proef",
                kvk_number="12345678",
                iban="NL39RABO0300065264",
                actor=SYSTEM,
                now=NOW,
            )
            approve_provider(session, provider=school, scheme=SCHEME, actor=SYSTEM, now=NOW)


def contact(name: str) -> dict[str, Any]:
    """How somebody is reached: by e-mail, decisions and vouchers too."""
    return {"name": name, "way": "email", "email": mail_of(name), "by_mail": ["decision", "voucher"]}


def mail_of(name: str) -> str:
    """The address of somebody by name."""
    return f"{name.split()[0].lower()}@voorbeeld.example"


def applicant(name: str, house_number: int) -> dict[str, Any]:
    """Somebody who applies for the voucher of Proefland, at an address of their own."""
    return {
        "schemes": SCHEME,
        "name": name,
        "birth_date": "17-05-1985",
        "street": "Dorpsstraat",
        "house_number": str(house_number),
        "postcode": "9990 AA",
        "city": "Proefstad",
        "confirmed": "y",
    }


def dutch(moment: datetime) -> str:
    """A day as people type it."""
    return f"{moment:%d-%m-%Y}"


def words(page: Page) -> str:
    """The words of a page, with single spaces."""
    return " ".join(page.get_by_role("main").inner_text().replace("\u00a0", " ").split())


def assert_books_balance(journey: Journey) -> None:
    """Every invariant of the books holds."""
    assert unit_of_work(journey.desk.engine, verify, read_only=True) == []


# What people do in several stories --------------------------------------------------------------------------------------


def opens_its_doors(office: OpenOffice, changed: Changes | None = None) -> tuple[Journey, Person, Person, Figures]:
    """The office opens, somebody of the region and an advisor come in; the journey, these two, and the figures before it begins."""
    journey = office(changed or {})
    rik, ada = walks(journey, RIK), walks(journey, ADA)
    return journey, rik, ada, figures_shown(journey, rik)


def figures_now(journey: Journey) -> Figures:
    """The figures as somebody of the region sees them who comes in now, also when the clock went on."""
    return figures_shown(journey, walks(journey, RIK))


def asks_and_applies(journey: Journey, name: str, house_number: int) -> tuple[Person, str]:
    """Somebody who sent a question applies; the person, on the page where the question is followed, and its number."""
    person, number = asked_before(journey, ANSWERS, contact(name))
    person.follow("Aanvraag doen")
    person.fill(**applicant(name, house_number))
    page = person.press("Aanvraag versturen")
    expect(page.get_by_role("main")).to_contain_text("Aangevraagd op 2 maart 2026: Leervoucher")
    return person, number


def comes_back(journey: Journey, name: str) -> Person:
    """Somebody opens the link in the newest mail, later, on a device of its own."""
    person = journey.visitor(careful=False)
    person.go(journey.mailed_link(mail_of(name)))
    person.press("Naar uw vraag")
    return person


def walks(journey: Journey, email: str) -> Person:
    """An employee who only walks, and stops where asked to inspect."""
    return journey.employee(email, careful=False)


def opens_case(advisor: Person, number: str) -> None:
    """From the worklist to the case."""
    advisor.go("/adviseur/")
    advisor.follow(re.compile(number))


def approves(advisor: Person, number: str) -> None:
    """A proposal is made and approved as it is."""
    opens_case(advisor, number)
    advisor.press("Voorstel maken")
    advisor.follow("Goedkeuren")
    advisor.fill(rationale="De opleiding past bij de vraag naar technici.", **CHECKS)
    page = advisor.press("Goedkeuren en vouchers maken")
    assert page.url.endswith("/besluit"), page.url


def code_of(person: Person) -> str:
    """The code on the page where the question is followed."""
    person.go(person.page.url)
    found = re.search(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", person.page.locator("main .code").inner_text())
    assert found is not None
    return found[0]
