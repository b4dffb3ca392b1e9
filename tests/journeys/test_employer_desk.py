"""An employer at its one desk, in a real browser: seven employees by spreadsheet from start to vouchers, and one that is asked.

Who: the personnel officer of a bakery, who has a list in Excel and no patience; a boss who gets a mail of an employee. What they
want: know what it costs, apply once, see who got what; know who asks and for what. Mistakes: a row with a wrong day, an employee
without a name. Pause: the officer closes the browser after applying, and comes back by the address of the firm.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.cases.pledges.actions import ask_pledge
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.clock import now
from portal.platform.config import Settings, load_settings
from portal.platform.database import unit_of_work
from portal.platform.spreadsheets import TYPE
from tests.journeys.conftest import OpenPage, Serve
from tests.journeys.people import Journey, Person
from tests.web.browser import SYSTEM
from tests.web.employer.test_bundle import GOOD, sheet
from tests.web.walking import COMPANY, CONTACT, Desk, act, app_on_copy, approve, make_template

pytestmark = pytest.mark.browser
HR = "hr@deproef.example"
NUMBER = 7


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with the demo region."""
    folder = tmp_path_factory.mktemp("employers")
    (folder / "own").mkdir()
    app, engine = app_on_copy(make_template(folder), folder / "own")
    yield Desk(app, engine)
    engine.dispose()


def story(desk: Desk, serve: Serve, open_page: OpenPage, width: int) -> Journey:
    address = serve(desk.app)
    settings: Settings = load_settings(portal_env="test", state_dir=desk.app.extensions["settings"].state_dir)
    return Journey(desk, address, open_page, settings, width=width)


def signs_in(journey: Journey, person: Person, email: str) -> None:
    """Ask for a link with an address, and come in by the mail."""
    journey.mails(email)
    person.go("/werkgever")
    person.follow("Inloggen voor werkgevers")
    person.fill(email=email)
    person.press("Stuur een link")
    expect(person.page.locator("h1")).to_have_text("Kijk in uw e-mail")
    (mail,) = journey.mails(email)
    found = re.search(r"/werkgever/inloggen/[\w-]{43}", mail)
    assert found
    person.go(found[0])
    person.press("Naar Mijn bedrijf")
    expect(person.page.locator("h1")).to_have_text("Mijn bedrijf")


def test_the_boss_who_is_asked_sees_who_asks_for_what_and_answers(
    desk: Desk, serve: Serve, open_page: OpenPage
) -> None:
    walk = desk.walk()
    walk.to_check()
    walk.go("versturen")
    walk.answer(CONTACT)
    act(
        desk.engine,
        walk.path,
        lambda s, q: ask_pledge(s, question=q, employer_name="Proef", employer_email=HR, actor=SYSTEM, now=now()),
    )
    journey = story(desk, serve, open_page, 360)
    boss = journey.visitor()
    signs_in(journey, boss, HR)
    expect(boss.page.locator(".todo li").first).to_contain_text("Jo Jansen vraagt u om mee te betalen")
    boss.follow("Monteur mechatronica")
    expect(boss.page.get_by_role("main")).to_contain_text("Jo Jansen vraagt u om mee te betalen")
    boss.fill(answer="up_to", up_to="400", name="Bea Baas")
    boss.press("Antwoord versturen")
    expect(boss.page.get_by_role("main")).to_contain_text("U betaalt hoogstens € 400")
    boss.go("/werkgever/bedrijf")
    expect(boss.page.get_by_role("main")).to_contain_text("U hoeft nu niets te doen.")
    assert "U betaalt mee" in boss.page.get_by_role("main").inner_text()


def test_a_company_with_seven_employees_goes_from_a_spreadsheet_to_vouchers(
    desk: Desk, serve: Serve, open_page: OpenPage
) -> None:
    journey = story(desk, serve, open_page, 1280)
    officer = journey.visitor()
    begins(officer)
    sends_the_list(officer)
    link = sends_all(officer)
    applies(officer)
    (received, applied) = [one for one in journey.mails(HR) if "Wij hebben uw" in one]
    assert "7 vragen" in received and "7 aanvragen" in applied, "one message each time"
    ids = unit_of_work(
        desk.engine,
        lambda s: list(
            s.scalars(
                select(DevelopmentQuestion.public_id)
                .where(DevelopmentQuestion.employer_kvk == "12345678")
                .order_by(DevelopmentQuestion.id)
            )
        ),
    )
    assert len(ids) == NUMBER
    for public_id in ids:
        approve(desk.engine, f"/werkgever/vraag/{public_id}")
    back = journey.visitor()
    back.go(link)
    back.press("Naar uw vraag")
    expect(back.page.locator("tbody tr")).to_have_count(NUMBER)
    signs_in(journey, officer, HR)
    sees_everything(officer)


def begins(officer: Person) -> None:
    """The organisation, and then the list of trainings."""
    officer.go("/werkgever")
    officer.press("Beginnen")
    for part in ("wens", "organisatie", "vestiging", "omvang", "sectorfonds"):
        officer.fill(**COMPANY[part])
        officer.press("Volgende stap")
    officer.go(re.sub(r"/[^/]+$", "/samen", officer.page.url.split("?")[0]))


def sends_the_list(officer: Person) -> None:
    """First with a wrong day in the fourth row, then mended."""
    rows: list[list[Any]] = [[f"medewerker-{n}", f"Opleiding {n}", *GOOD[2:]] for n in range(1, NUMBER + 1)]
    wrong = [[*row] for row in rows]
    wrong[3][3] = "morgen"
    officer.follow("Stuur een Excel-bestand")
    for content, right in ((sheet(*wrong), False), (sheet(*rows), True)):
        file = {"name": "lijst.xlsx", "mimeType": TYPE, "buffer": content}
        officer.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        officer.page.get_by_role("button", name="Bekijk de rijen").click()
        expect(officer.page.get_by_role("main")).to_contain_text("Klopt dit?" if right else "Verbeter eerst uw bestand")
        expect(officer.page.locator("tbody tr")).to_have_count(NUMBER)
    officer.press("Zet deze opleidingen in de lijst")
    officer.follow("Bekijk de uitkomst")
    expect(officer.page.get_by_role("main")).to_contain_text("Uw organisatie betaalt")


def sends_all(officer: Person) -> str:
    """Send them; gives the one link."""
    officer.follow("Naar versturen")
    officer.fill(name="Sam Smit", way="email", email=HR, by_mail=["decision", "voucher"], heard_from="flyer")
    officer.press("Verstuur")
    expect(officer.page.locator("h1")).to_have_text("Wij hebben uw vragen")
    expect(officer.page.locator("tbody tr")).to_have_count(NUMBER)
    return urlsplit(officer.page.locator(".code a").inner_text()).path


def applies(officer: Person) -> None:
    """One application: what is of the company once, and of each employee a name and a day of birth; one is forgotten first."""
    officer.follow("Eén aanvraag voor alles samen")
    officer.fill(street="Kade", house_number="3", postcode="7411 AB", city="Deventer", confirmed="y")
    for place in range(1, NUMBER + 1):
        name = "" if place == 3 else f"Kim Bakker {place}"
        officer.fill(**{f"learner_name-{place}": name, f"birth_date-{place}": f"{place}-2-1990"})
    officer.press("Aanvraag versturen", wrong=True)
    expect(officer.page.locator("#learner_name-3")).to_have_attribute("aria-invalid", "true")
    expect(officer.page.locator("#birth_date-7")).to_have_value("7-2-1990")
    officer.fill(**{"learner_name-3": "Bo Bakker"})
    officer.press("Aanvraag versturen")
    expect(officer.page.get_by_role("main")).to_contain_text("U krijgt één bevestiging.")


def sees_everything(officer: Person) -> None:
    """Everybody with outcome, status and voucher; the same as a spreadsheet; and the year with the room that is left."""
    page = officer.page
    # Below what it asked itself stands who asked it to pay along.
    expect(page.locator("table").first.locator("tbody tr")).to_have_count(NUMBER)
    for text in ("Bo Bakker", "Besloten", "toegekend"):
        expect(page.get_by_role("main")).to_contain_text(text)
    with page.expect_download() as loading:
        page.get_by_role("link", name="Download alles als Excel-bestand").click()
    content = io.BytesIO(loading.value.path().read_bytes())
    table = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert len(table) == NUMBER + 2 and all(isinstance(row[5], float) for row in table[1:])
    officer.follow(re.compile("Overzicht van"))
    expect(page.get_by_role("main")).to_contain_text("Nog ruimte")
    expect(page.locator("table").first.locator("tbody tr")).to_have_count(NUMBER)
