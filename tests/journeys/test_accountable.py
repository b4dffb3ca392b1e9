"""Who looks after the money, in a real browser over the filled demonstration: a funder, a controller, an auditor and the region.

On a phone: every page is looked at by axe, fits narrow and wide, and shows no person to who may see none.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Locator, expect

from portal.accounting.audit_bundles.checking import check_bundle
from portal.accounting.audit_file import XafVersion
from portal.demo.employers import COMPANIES
from portal.demo.people import SURNAMES
from tests.journeys.books import cents
from tests.journeys.conftest import DemoDesk, OpenPage
from tests.journeys.people import Person
from tests.portal.accounting.journal.test_audit_file_schema import schema_of

pytestmark = pytest.mark.browser
HERE = "/verantwoording"
NAMES = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in SURNAMES))
CASH = re.compile("|".join(re.escape(one.name) for one in COMPANIES))


def enters(desk: DemoDesk, open_page: OpenPage, door: str) -> Person:
    """Somebody comes in by a door of the demonstration, on a phone."""
    person = Person(open_page(width=360, height=740), desk.address)
    person.page.goto(desk.doors()[door])
    person.page.get_by_role("main").get_by_role("button").first.click()
    return person


def saves(person: Person, link: Locator) -> Path:
    """What is saved behind a link."""
    with person.page.expect_download() as got:
        link.click()
    return Path(got.value.path())


def said(person: Person) -> str:
    return person.page.get_by_role("main").inner_text()


def opens_figure(person: Person, *parts: str) -> int:
    """Open the first figure with these parts in its address: rows that add up to it, on as many pages. Returns it in cents."""
    found = "".join(f'[href*="{part}"]' for part in parts)
    link = person.page.locator(f"main table a{found}").first
    shown = cents(link.inner_text())
    link.click()
    person.look()
    assert cents(person.page.locator("main .figures dd").first.inner_text()) == shown
    rows = person.page.locator("main table").first.locator("tbody tr td:last-child").all_inner_texts()
    assert sum(map(cents, rows)) == shown or person.page.locator(".pagination").count() == 1
    return shown


def test_a_funder_sees_its_own_money_and_what_is_behind_it_and_saves_it(
    demo_app: DemoDesk, open_page: OpenPage
) -> None:
    funder = enters(demo_app, open_page, "Funder")
    funder.look()
    page = funder.go(f"{HERE}/verslag")
    expect(page.locator("h1")).to_contain_text("Provincie Gelderland")
    assert "Regio Deal:" not in said(funder) and "Overijssel:" not in said(funder)
    report = page.url
    assert opens_figure(funder, "cijfer=received") > 0
    assert not NAMES.search(said(funder)) and not CASH.search(said(funder))
    page.goto(report)
    content = saves(funder, page.get_by_role("main").get_by_role("link", name=re.compile("CSV"))).read_text()
    assert "Gelderland: uitvoering" in content and "Regio Deal: " not in content and not NAMES.search(content)


def test_a_controller_reads_registers_and_periods_and_takes_the_ledger_along(
    demo_app: DemoDesk, open_page: OpenPage
) -> None:
    controller = enters(demo_app, open_page, "Controller")
    page = controller.go(f"{HERE}/registers")
    assert page.locator("main table tbody tr").count() > 5 and not NAMES.search(said(controller))
    page = controller.go(f"{HERE}/perioden")
    page.locator("main table tbody a").last.click()
    controller.look()
    expect(page.get_by_role("main")).to_contain_text("Gesloten")
    page = controller.go(f"{HERE}/grootboek?maand=2025-06")
    for version, link in zip(XafVersion, page.locator('main a[href$=".xaf"]').all(), strict=False):
        schema_of(version).assertValid(etree.fromstring(saves(controller, link).read_bytes()))


def test_an_auditor_saves_the_papers_of_a_sample_and_checks_them_without_the_desk(
    demo_app: DemoDesk, open_page: OpenPage, tmp_path: Path
) -> None:
    auditor = enters(demo_app, open_page, "Auditor")
    page = auditor.go(f"{HERE}/steekproeven")
    page.locator("main table tbody a").last.click()
    auditor.look()
    drawn = page.locator("main table").last.locator("tbody tr").count()
    kept = tmp_path / "dossier.zip"
    kept.write_bytes(saves(auditor, page.get_by_role("link", name="Alle stukken bewaren (zip)")).read_bytes())
    checked = check_bundle(kept)
    assert checked.vouchers == drawn > 0


def test_the_region_goes_from_its_report_to_the_rows_in_two_clicks(demo_app: DemoDesk, open_page: OpenPage) -> None:
    region = enters(demo_app, open_page, "Region")
    page = region.go(f"{HERE}/verslag")
    expect(page.get_by_role("main")).to_contain_text("Een leven lang ontwikkelen")
    whole = opens_figure(region, "cijfer=spent")
    part = opens_figure(region, "cijfer=spent", "per=funder", "rij=provincie-overijssel")
    assert 0 < part < whole and page.locator(".pagination").count() == 0
