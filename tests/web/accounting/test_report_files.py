"""Files of a large report on the screen: asked for, left, found again, fetched by who asked, stopped and asked for again."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import Tag

from portal.accounting.report_files.models import KEPT
from portal.accounting.reports import files
from portal.commands.reporting import make_report_file
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import LongWork, WorkKind
from portal.people.accounts.models import Role
from portal.platform import clock
from tests.factories import NOW, a_voucher
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

WHERE = "/verantwoording/verslag"
MINE = f"{WHERE}/bestanden"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "AT_ONCE", 0)


def work(office: Office) -> int:
    return do_waiting(office.engine, kinds={WorkKind.REPORT_FILE: make_report_file}, clock=lambda: NOW)


def buttons(browser: Browser, path: str = WHERE) -> dict[str, str]:
    """By kind the address that a button of the report sends to."""
    page = browser.get(path)
    assert_sound(page)
    forms = [one for one in soup_of(page).select("form[action*='bestanden/vragen']") if isinstance(one, Tag)]
    return {
        kind: str(one["action"])
        for one in forms
        for kind in ("xlsx", "csv", "pdf")
        if f"soort={kind}" in str(one["action"])
    }


def asked(browser: Browser, kind: str, path: str = WHERE) -> str:
    """Where who asks for a file is sent to."""
    answer = browser.post(buttons(browser, path)[kind], {})
    assert answer.status_code == 303, said(answer)
    return str(answer.location)


@pytest.mark.parametrize("role", [Role.REGION, Role.CONTROLLER, Role.AUDITOR, Role.FUNDER])
def test_a_reader_asks_leaves_comes_back_and_fetches_the_file(office: Office, role: Role) -> None:
    office.made(a_voucher)
    browser = office.browser(role)
    assert "U hebt nog geen bestand gevraagd" in said(browser.get(MINE))
    here = asked(browser, "csv")
    page = browser.get(here)
    assert_sound(page)
    assert "/werk/" in here and "Bestand van een verslag maken" in said(page) and page.headers["Refresh"] == "5"
    listed = browser.get(MINE)
    assert_sound(listed)
    assert "wacht" in said(listed) and here in [str(a["href"]) for a in soup_of(listed).select("main a")]
    assert asked(browser, "csv") == here, "the same that waits is given back"
    assert work(office) == 1
    done = browser.get(here)
    assert_sound(done)
    link = next(str(a["href"]) for a in soup_of(done).select("main a") if "Haal het bestand op" in a.get_text())
    file = browser.get(link)
    assert file.status_code == 200 and file.data.startswith(b"\xef\xbb\xbfhoofdstuk;")
    assert ".csv" in file.headers["Content-Disposition"]
    assert link in [str(a["href"]) for a in soup_of(browser.get(MINE)).select("main a")]
    assert asked(browser, "csv") == MINE, "what is there is not made again"
    assert browser.get(link).data == file.data
    for other in (office.colleague(role), *(office.browser(one) for one in Role if one is not role)):
        assert other.get(link).status_code in (403, 404)
        assert other.get(MINE).status_code != 200 or "verantwoording" not in link or link not in other.get(MINE).text
    assert office.colleague(role).get(here).status_code == 404
    with clock.frozen(NOW + KEPT + timedelta(minutes=1)):
        late = office.browser(role)
        assert late.get(link).status_code == 404 and "U hebt nog geen bestand gevraagd" in said(late.get(MINE))


def test_it_is_stopped_and_done_again_from_its_page(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser(Role.AUDITOR)
    here = asked(browser, "pdf")
    assert browser.post(f"{here}/pauze").status_code == 303 and work(office) == 0
    assert browser.post(f"{here}/verder").status_code == 303
    assert browser.post(f"{here}/stop").status_code == 303 and work(office) == 0
    assert "gestopt" in said(browser.get(MINE))
    again = browser.post(f"{here}/opnieuw")
    assert again.status_code == 303 and str(again.location) != here and work(office) == 1
    link = next(str(a["href"]) for a in soup_of(browser.get(MINE)).select("main a") if "Haal" in a.get_text())
    assert browser.get(link).data.startswith(b"%PDF")


def test_an_address_of_a_file_leads_to_where_it_is_asked_for_in_its_language(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser(Role.CONTROLLER)
    answer = browser.get(f"{WHERE}.csv?verslagtaal=en")
    assert answer.status_code == 303
    page = browser.get(str(answer.location))
    assert_sound(page)
    assert "Vraag het bestand hier" in said(page), "the page stays Dutch"
    asked(browser, "csv", str(answer.location))
    work(office)
    link = next(str(a["href"]) for a in soup_of(browser.get(MINE)).select("main a") if "Haal" in a.get_text())
    assert "Spent" in browser.get(link).data.decode() and "English" in said(browser.get(MINE))


def test_what_is_small_is_given_at_once_to_the_byte_as_long_work_gives_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.made(a_voucher)
    browser = office.browser(Role.REGION)
    for kind in ("xlsx", "csv", "pdf"):
        asked(browser, kind)
    assert work(office) == 3
    links = [str(a["href"]) for a in soup_of(browser.get(MINE)).select("main a") if "Haal" in a.get_text()]
    made = {answer.mimetype: answer.data for answer in map(browser.get, links)}
    monkeypatch.setattr(files, "AT_ONCE", 10_000)
    assert buttons(browser) == {}
    direct = {
        answer.mimetype: answer.data for answer in (browser.get(f"{WHERE}.{one}") for one in ("xlsx", "csv", "pdf"))
    }
    assert made == direct and len(direct) == 3


@pytest.mark.parametrize(
    ("old", "new"), [("soort=csv", "soort=exe"), ("gezien=", "gezien=x"), ("van=01", "van=morgen")]
)
def test_what_no_page_asks_for_is_not_begun(office: Office, old: str, new: str) -> None:
    browser = office.browser(Role.REGION)
    good = buttons(browser)["csv"]
    answer = browser.post(good.replace(old, new), {})
    assert answer.status_code == 303 and urlsplit(str(answer.location)).path == WHERE
    assert office.do(lambda s: s.query(LongWork).count()) == 0
    assert "kennen wij niet" in said(browser.get(str(answer.location)))


def test_a_funder_asks_for_no_file_about_the_money_of_another(office: Office) -> None:
    browser = office.browser(Role.FUNDER)
    address = buttons(browser)["csv"]
    statuses = {browser.post(f"{address}&geldgever={slug}", {}).status_code for slug in ("rijk", "provincie")}
    assert statuses == {303, 404}
