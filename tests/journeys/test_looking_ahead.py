"""Who looks ahead, in a real browser: a line that will lapse, a rebalance that a colleague carries out, a forecast that changes,
and two scenarios beside each other.

The controller looks and lets forecasts be made; two of the region act. What takes long is done by a process of the desk, apart from
the pages; the books are right at every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import Engine

from portal.commands.working import kinds_of
from portal.oversight.long_work.doing import do_waiting
from portal.people.accounts.models import Role
from portal.platform import clock
from portal.platform.database import unit_of_work
from tests.journeys.books import cents
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person
from tests.journeys.proefland import DAY, STORY, assert_books_balance, walks, words
from tests.portal.planning.books import REASON, a_late_voucher
from tests.portal.planning.years import LATER, asked_before
from tests.web.browser import make_account
from tests.web.conftest import app
from tests.web.walking import Desk

__all__ = ["app"]
pytestmark = STORY
HERE = "/verantwoording"
ENDS, STAYS = "Breed budget", "Leren individueel"


@pytest.fixture(autouse=True)
def still() -> Iterator[datetime]:
    """Five weeks after the first question, also for the server."""
    with clock.frozen(LATER) as moment:
        yield moment


@pytest.fixture
def journey(app: Flask, engine: Engine, serve: Serve, open_page: OpenPage) -> Journey:
    """Proefland with questions of the past, and a voucher on money that stays beside money that ends this year."""
    unit_of_work(engine, asked_before)
    unit_of_work(engine, a_late_voucher)
    return Journey(Desk(app, engine), serve(app), open_page, app.extensions["settings"])


def comes_in(journey: Journey, role: Role, name: str) -> str:
    """Somebody of this role begins to work here; the address to come in with."""
    slug = f"huis-{role.value}"
    return make_account(journey.desk.engine, role, organisation=slug, name=name).email


def test_a_line_that_will_lapse_is_saved_and_two_scenarios_are_compared(journey: Journey) -> None:
    coen, eva, roos = (
        comes_in(journey, role, name)
        for role, name in (
            (Role.CONTROLLER, "Coen Controller"),
            (Role.REGION, "Eva Eerste"),
            (Role.REGION, "Roos Regio"),
        )
    )
    controller = walks(journey, coen)
    lapses, reserved = makes_a_forecast(journey, controller)
    assert cents(lapses[ENDS]) > 0 and (cents(reserved[STAYS]), cents(reserved[ENDS])) == (120_000, 0)
    controller.follow("Met herboeken kan daar minder van verloren gaan.")
    controller.inspect()
    assert ENDS in words(controller.page)

    lays_a_plan_down(journey, walks(journey, eva))
    plan = "€ 1.200 blijft bruikbaar door 1 herboeking"
    controller.go(f"{HERE}/herboeken")
    controller.follow(plan)
    controller.inspect()
    assert "Voer de herboekingen uit" not in words(controller.page), "a controller looks"
    colleague = walks(journey, roos)
    colleague.go(f"{HERE}/herboeken")
    colleague.follow(plan)
    colleague.inspect()
    page = colleague.press("Voer de herboekingen uit")
    expect(page.get_by_role("main")).to_contain_text("1 herboeking is gedaan")
    colleague.inspect()

    controller.go(f"{HERE}/")
    booked = column(controller, "Geld per budgetregel", 2)
    assert (cents(booked[STAYS]), cents(booked[ENDS])) == (0, 120_000), "the books show it"
    assert_books_balance(journey)

    with clock.frozen(LATER + DAY):
        after, then_reserved = makes_a_forecast(journey, walks(journey, coen))
        assert (cents(then_reserved[STAYS]), cents(then_reserved[ENDS])) == (0, 120_000)
        assert cents(after[ENDS]) < cents(lapses[ENDS]), "less of it is lost"

    compares_two_scenarios(journey, walks(journey, eva))


def makes_a_forecast(journey: Journey, controller: Person) -> tuple[dict[str, str], dict[str, str]]:
    """From the list: let one be made, wait for it elsewhere, and look at it. What is lost and reserved per budget."""
    controller.go(f"{HERE}/prognose")
    controller.inspect()
    controller.follow("Prognose maken")
    controller.inspect()
    page = controller.press("Maak een prognose")
    work = page.url
    assert "/werk/" in work and "wacht" in words(page)
    controller.go(f"{HERE}/prognose")
    controller.follow("Bekijk hoe ver het is")
    assert page.url == work, "who left finds it again"
    works(journey)
    controller.go(work)
    controller.inspect()
    controller.follow("Bekijk de prognose")
    controller.inspect()
    return column(controller, "Wat vervalt per budget", 3), column(controller, "Reservering en gebruik", 1)


def lays_a_plan_down(journey: Journey, region: Person) -> None:
    """The first person asks for it and gives the reason; a process of the desk works it out."""
    region.go(f"{HERE}/herboeken")
    region.follow("Herboekingen uitrekenen")
    region.inspect()
    region.press("Reken uit en leg voor", wrong=True)
    region.fill(until="31-12-2026", reason=REASON)
    page = region.press("Reken uit en leg voor")
    work = page.url
    assert "/werk/" in work and "helemaal opnieuw" in words(page), "who pauses is told what that costs"
    region.inspect()
    works(journey)
    region.go(work)
    page = region.follow("Bekijk het plan")
    region.inspect()
    assert "U hebt dit zelf voorgelegd" in words(page)


def compares_two_scenarios(journey: Journey, region: Person) -> None:
    """Two are saved and worked out; they stand beside each other, and one is sent to a colleague by its address."""
    for name, change in (
        ("Meer geld voor leren", {"more_line": "rijk-leren", "more_cents": "1000"}),
        ("Lager maximum", {"cap_scheme": "leervoucher", "cap_cents": "50"}),
    ):
        region.go(f"{HERE}/scenarios")
        region.follow("Maak een scenario")
        region.inspect()
        region.fill(name=name, **change)
        page = region.press("Reken het uit")
        work = page.url
        works(journey)
        region.go(work)
        page = region.follow("Bekijk het scenario")
        region.inspect()
        assert name in words(page) and "In een jaar" in words(page)
    region.go(f"{HERE}/scenarios")
    page = region.follow("Bekijk ze naast elkaar")
    region.inspect()
    assert "Meer geld voor leren, uitgerekend op" in words(page) and "Lager maximum, uitgerekend op" in words(page)


def works(journey: Journey) -> None:
    """A process of the desk does what waits."""
    assert do_waiting(journey.desk.engine, kinds=kinds_of(journey.settings), clock=clock.now) == 1


def column(person: Person, caption: str, place: int) -> dict[str, str]:
    """Per budget what stands in a column of a table."""
    table = person.page.locator("table").filter(has=person.page.locator("caption", has_text=caption)).first
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
    assert rows, caption
    return {row[0].split("\n")[0].strip(): row[place] for row in rows}
