"""An owner changes an amount, fails the gate, repairs; a colleague publishes. Who asked before keeps the old amount.

Once in a wide window with JavaScript, once in a narrow one without. All that owners do happens on the screens; axe looks at the
pages that no other story comes by, in the broad run at every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from portal.demo.staff import add_staff
from portal.platform.clock import now, today
from portal.platform.database import unit_of_work
from portal.publishing.replay.actions import run_replay
from portal.web.owner import publishing
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person, asked_before
from tests.web.apps import settings_for
from tests.web.walking import Desk, app_on_copy, make_template
from tests.who_runs_what import BROAD

pytestmark = pytest.mark.browser

WRITER, SECOND, ADVISOR = "olga.eigenaar@example.nl", "otto.eigenaar@example.nl", "anja.adviseur@example.nl"
SCHEME = "Ontwikkelfonds, individuele route"
DRAFT = 3
"""The catalogue has version 2 of it."""
REASON = "Er is minder geld, en meer mensen vragen het aan."
EXPECTED = re.compile(r"Bedrag: verwacht €\s2\.[05]00,00, gevonden €\s1\.500,00")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the demo region and no questions."""
    return make_template(tmp_path_factory.mktemp("owner-publishes"))


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk without questions, with the staff of the demonstration: two people own the schemes of the region."""
    app, engine = app_on_copy(template, tmp_path)

    def people(session: Session) -> None:
        add_staff(session, now=now())

    unit_of_work(engine, people)
    yield Desk(app, engine)
    engine.dispose()


CROWD = 1000 if BROAD else 100
"""How many invented people the replay looks at; 1000 in use."""
WAYS = [(1280, True), (360, False)]
"""Wide with scripts; in the broad run narrow and without as well (test_owner_edits.py has a form without scripts in every run)."""


@pytest.mark.parametrize(("width", "script"), WAYS if BROAD else WAYS[:1])
def test_a_lower_amount_is_refused_repaired_published_and_holds_for_new_questions_only(
    desk: Desk,
    serve: Serve,
    open_page: OpenPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    script: bool,
) -> None:
    monkeypatch.setattr(publishing, "run_replay", partial(run_replay, people=CROWD))
    journey = Journey(desk, serve(desk.app), open_page, settings_for(tmp_path), width)
    _, early = asked_before(journey)
    writer, second = (journey.employee(email, script=script, careful=BROAD) for email in (WRITER, SECOND))

    begins_a_draft(writer)
    lowers_the_amount(writer, script=script)
    offers_with_examples_that_fail(writer)
    is_refused_and_sends_back(second)
    repairs_the_examples(writer)
    tries_on_past_questions(writer)
    approves_and_publishes(second)

    _, late = asked_before(journey)
    advisor = journey.employee(ADVISOR, script=script)
    assert proposed(advisor, early) == "€ 2.500,00"
    assert proposed(advisor, late) == "€ 1.500,00"
    says_what_holds(writer)


# The writer ------------------------------------------------------------------------------------------------------------


def begins_a_draft(writer: Person) -> None:
    """From the list to the form."""
    writer.go("/eigenaar/")
    writer.follow(SCHEME)
    page = writer.press("Wijzig deze regeling")
    expect(page.get_by_role("main")).to_contain_text(f"Concept, versie {DRAFT}")


def lowers_the_amount(writer: Person, *, script: bool) -> None:
    """Type another amount, and see what it does to example people before it is saved (with scripts) or by a button."""
    page = writer.follow("Bedragen")
    effect = page.locator("#effect")
    expect(effect).to_contain_text("De regeling betaalt € 2.000 van € 2.000.")
    expect(effect).not_to_contain_text("Nu is dat")
    writer.fill(**{"caps.0.amount_cents": "1.500"})
    if not script:
        writer.press("Bekijk het effect")
    expect(effect).to_contain_text("De regeling betaalt € 1.500 van € 2.000. Nu is dat € 2.000.")
    expect(effect).to_contain_text("€ 1.500 per toekenning")
    expect(effect).to_contain_text("anders dan verwacht")
    assert effect.locator(".examples > li").count() == 3
    writer.inspect()
    writer.press("Opslaan")


def offers_with_examples_that_fail(writer: Person) -> None:
    """The gate says which examples do not come out; a draft may be offered so, and is not published so."""
    page = writer.follow("Controleren en aanbieden")
    writer.inspect()
    main = page.get_by_role("main")
    expect(step(writer, "Alle voorbeelden komen uit")).to_contain_text("niet in orde")
    expect(step(writer, "De proef is gedaan")).to_contain_text("nog te doen")
    expect(main).to_contain_text(EXPECTED)
    expect(page.locator("table.compare")).to_contain_text("€ 1.500")
    writer.press("Bied aan om na te kijken")
    expect(main).to_contain_text("Een collega of de regio publiceert haar")
    expect(page.get_by_role("button", name="Publiceer deze versie")).to_have_count(0)


def repairs_the_examples(writer: Person) -> None:
    """Read why it came back, and write the new amount in every example that does not come out."""
    writer.go("/eigenaar/")
    writer.follow(SCHEME)
    page = writer.follow(f"Versie {DRAFT}")
    expect(page.get_by_role("main")).to_contain_text("Zes voorbeelden kloppen niet meer.")
    failing = page.locator(".panel", has_text="Voorbeelden die niet uitkomen").locator("li > strong").all_inner_texts()
    assert len(failing) == 6
    page = writer.follow("Wijzig de voorbeelden")
    names = page.locator('textarea[name$=".name"], input[name$=".name"]').all()
    fields = {field.input_value(): str(field.get_attribute("name")) for field in names}
    for name in failing:
        writer.fill(**{fields[name].replace(".name", ".expect.amount_cents"): "1.500"})
    writer.press("Opslaan")
    expect(page.locator("#effect")).not_to_contain_text("anders dan verwacht")


def tries_on_past_questions(writer: Person) -> None:
    """Run the replay, see who loses, and offer again."""
    writer.follow("Controleren en aanbieden")
    writer.page.set_default_timeout(180_000)  # a thousand people: seconds on a quiet machine, minutes on a busy one
    page = writer.press("Doe de proef")
    writer.inspect()
    main = page.get_by_role("main")
    expect(step(writer, "De proef is gedaan")).to_contain_text("in orde")
    expect(main).to_contain_text("1 vraag bekeken.")
    expect(main).to_contain_text(f"{CROWD} mensen bekeken.")
    past = page.get_by_role("region", name="Wie wint en wie verliest: Eerdere vragen aan dit loket")
    expect(main).to_contain_text("Er verandert iets voor minder dan tien vragen. Daarom staan er geen bedragen.")
    expect(past).to_contain_text("minder dan 10")
    expect(past).not_to_contain_text(re.compile(r"€\s1\.000"))
    invented = page.get_by_role("region", name="Wie wint en wie verliest: Verzonnen mensen")
    expect(invented).to_contain_text(re.compile(r"€\s[1-9][0-9.]{4,}"))
    writer.press("Bied aan om na te kijken")


def says_what_holds(writer: Person) -> None:
    """The scheme as it is now, the version before it, and both beside each other."""
    writer.go("/eigenaar/")
    page = writer.follow(SCHEME)
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"€\s1\.500 per toekenning"))
    expect(page.get_by_role("region", name="Versies")).to_contain_text("vervangen")
    writer.follow("Vergelijk versies")
    writer.inspect()
    expect(page.locator("table.compare")).to_contain_text(re.compile(r"€\s2\.500"))
    expect(page.locator("table.compare")).to_contain_text(re.compile(r"€\s1\.500"))


# The colleague ---------------------------------------------------------------------------------------------------------


def is_refused_and_sends_back(second: Person) -> None:
    """Publishing is refused while the gate is shut, and says why; so it goes back with a reason."""
    page = to_the_version(second)
    second.fill(reason=REASON)
    second.press("Publiceer deze versie", wrong=True)
    second.inspect(wrong=True)
    expect(page.locator(".error-summary")).to_contain_text("Nog niet alles is in orde")
    expect(page.locator('[name="reason"]')).to_have_value(REASON)
    to_the_version(second)
    second.fill(**{"back-reason": "Zes voorbeelden kloppen niet meer."})
    second.press("Stuur terug")
    expect(page.get_by_role("main")).to_contain_text("concept")


def approves_and_publishes(second: Person) -> None:
    """Approve every changed outcome by itself, then publish from today with a reason."""
    page = to_the_version(second)
    main = page.get_by_role("main")
    buttons = main.get_by_role("button", name="Keur deze uitkomst goed")
    left = buttons.count()
    assert left > 6, "what nobody wrote an amount for changes too"
    while left:
        expect(step(second, "Alle voorbeelden komen uit")).not_to_contain_text("in orde")
        buttons.first.click()
        left -= 1
        expect(buttons).to_have_count(left)
    second.inspect()
    expect(step(second, "Alle voorbeelden komen uit")).to_contain_text("in orde")
    assert page.locator('[name="from_day"]').input_value() == f"{today():%d-%m-%Y}"
    second.fill(reason=REASON)
    second.press("Publiceer deze versie")
    second.inspect()
    expect(main).to_contain_text("geldt nu")
    expect(main).to_contain_text(REASON)


def to_the_version(second: Person) -> Page:
    """From the list of what waits to the version."""
    second.go("/eigenaar/")
    expect(second.page.get_by_role("main")).to_contain_text("1 versie wacht op u als tweede persoon")
    second.page.get_by_role("region", name="Concepten").get_by_role("link", name=SCHEME).click()
    return second.look()


def step(person: Person, title: str) -> Locator:
    """One step of the gate."""
    return person.page.locator("ol.rules > li", has_text=title)


# The advisor -----------------------------------------------------------------------------------------------------------


def proposed(advisor: Person, number: str) -> str:
    """What the scheme pays in the proposal for a question that is made now."""
    advisor.go("/adviseur/")
    advisor.follow(re.compile(number))
    page = advisor.press("Voorstel maken")
    table = page.locator("main #voorstel table")
    heads = table.locator("thead th").all_inner_texts()
    sums = table.locator("tfoot th, tfoot td").all_inner_texts()
    [place] = [index for index, head in enumerate(heads) if SCHEME in head]
    return sums[place].replace("\u00a0", " ").strip()
