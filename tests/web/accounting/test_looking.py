"""Who looks after the accounts searches registers, sees pictures and reads how fast the desk is: without a name or a case."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from portal.accounting.plots.plot import PlotName
from portal.accounting.registers.asked import RegisterName
from portal.people.accounts.models import Role
from portal.platform.i18n import format_euros
from portal.platform.spreadsheets import TYPE
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import NOW, a_provider, a_voucher
from tests.web.office import Office
from tests.web.walking import assert_sound, soup_of

WHO = (Role.REGION, Role.CONTROLLER, Role.AUDITOR)


def words(answer: Any) -> str:
    return " ".join(soup_of(answer).get_text(" ").replace("\xa0", " ").split())


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")), delimiter=";"))


def used(office: Office) -> Voucher:
    """A voucher of 1,200 euros of which 500 was used, and another that is untouched."""

    def make(session: Any) -> Voucher:
        a_voucher(session)
        voucher, (_, pia) = a_voucher(session), a_provider(session)
        redeem_voucher(session, voucher=voucher, bill=Bill("F-77", NOW.date(), 50_000), actor=pia, now=NOW)
        return voucher

    return office.do(make)


@pytest.mark.parametrize("name", list(RegisterName))
def test_every_register_opens_as_a_page_and_as_a_file(office: Office, name: RegisterName) -> None:
    used(office)
    browser = office.browser(Role.CONTROLLER)
    answer = browser.get(f"/verantwoording/registers?wat={name.value}")
    assert_sound(answer)
    file = browser.get(f"/verantwoording/registers.csv?wat={name.value}")
    assert file.mimetype == "text/csv"
    shown = soup_of(answer).select("tbody tr")
    assert len(lines_of(file)) == 1 + len(shown)
    assert "de Vries" not in answer.text + file.text and "technicus" not in answer.text + file.text
    sheet = browser.get(f"/verantwoording/registers.xlsx?wat={name.value}")
    assert sheet.mimetype == TYPE and f"register-{name.value}-" in sheet.headers["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert rows[0] == lines_of(file)[0]
    assert all(row[0] for row in rows[1 : 1 + len(shown)]) and len(rows) > len(shown)


def test_a_booking_leads_to_its_voucher_and_its_total_is_told(office: Office) -> None:
    voucher = used(office)
    browser = office.browser(Role.REGION)
    shown = browser.get("/verantwoording/registers?wat=bookings&zoek=F-77")
    assert (
        "F-77" in words(shown)
        and "voucher gebruikt" in words(shown)
        and format_euros(50_000, exact=True) in shown.text.replace("&nbsp;", "\xa0")
    )
    link = soup_of(shown).find("a", string=f"V-{voucher.id:06d}")
    assert link is not None
    row = browser.get(str(link["href"]))
    assert_sound(row)
    assert "1 regel" in words(row) and "€ 700,00" in words(row) and "€ 500,00" in words(row)


def test_a_filter_narrows_and_goes_along_to_the_file(office: Office) -> None:
    used(office)
    browser = office.browser(Role.AUDITOR)
    narrowed = browser.get("/verantwoording/registers?wat=vouchers&stand=partly_redeemed&vanaf=1-1-2026&op=most")
    assert "1 regel" in words(narrowed)
    file = soup_of(narrowed).select_one("main a[href*='registers.csv']")
    assert file is not None and "stand=partly_redeemed" in str(file["href"])
    assert len(lines_of(browser.get(str(file["href"])))) == 2
    nothing = browser.get("/verantwoording/registers?wat=vouchers&zoek=V-999999")
    assert "Hier staat niets" in words(nothing)


def test_what_cannot_be_read_gets_a_message_or_is_left_out(office: Office) -> None:
    used(office)
    browser = office.browser(Role.REGION)
    odd = browser.get("/verantwoording/registers?wat=vouchers&vanaf=gisteren&stand=raar&budget=raar&op=raar&page=-1")
    assert_sound(odd)
    assert "2 regels" in words(odd) and soup_of(odd).select(".error-summary, [role=alert], .errors")
    assert browser.get("/verantwoording/registers?wat=raar").status_code == 404


def test_a_page_past_the_last_one_is_the_last_one(office: Office) -> None:
    used(office)
    browser = office.browser(Role.REGION)
    for name in ("vouchers", "people"):
        shown = browser.get(f"/verantwoording/registers?wat={name}&page=999")
        assert "2 regels" in words(shown) and len(soup_of(shown).select("tbody tr")) == 2


def test_a_funder_gets_two_registers_and_no_name(office: Office) -> None:
    used(office)
    browser = office.browser(Role.FUNDER)
    shown = browser.get("/verantwoording/registers")
    assert_sound(shown)
    assert [link.get_text() for link in soup_of(shown).select("nav[aria-label=Registers] a")] == [
        "Vouchers",
        "Betalingen",
    ]
    for name in RegisterName:
        expected = 200 if name in (RegisterName.VOUCHERS, RegisterName.PAYMENTS) else 404
        assert browser.get(f"/verantwoording/registers?wat={name.value}").status_code == expected
        for kind in ("csv", "xlsx"):
            assert browser.get(f"/verantwoording/registers.{kind}?wat={name.value}").status_code == expected
    assert browser.get("/verantwoording/in-beeld").status_code == 404
    assert browser.get("/verantwoording/doorlooptijden").status_code == 404


@pytest.mark.parametrize("name", list(PlotName))
def test_every_plot_has_its_sentence_its_picture_its_figures_and_a_file(office: Office, name: PlotName) -> None:
    used(office)
    browser = office.browser(Role.CONTROLLER)
    answer = browser.get(f"/verantwoording/in-beeld?beeld={name.value}")
    assert_sound(answer)
    soup = soup_of(answer)
    picture = soup.select_one("main figure img")
    if name is PlotName.LEAD_TIMES:
        assert picture is None and "te weinig vragen" in words(answer), "two questions are too few"
        return
    if name is PlotName.OUTCOMES:
        assert picture is None and "nog niet gevraagd hoe het ging" in words(answer), "nobody was asked"
        return
    assert picture is not None and str(picture["alt"]).endswith(".") and str(picture["alt"]) in soup.get_text()
    image = browser.get(str(picture["src"]))
    assert image.mimetype == "image/svg+xml" and "script-src 'self'" in image.headers["Content-Security-Policy"]
    tree = etree.fromstring(image.data)
    assert tree[1].text == picture["alt"]
    file = browser.get(f"/verantwoording/in-beeld.csv?beeld={name.value}")
    assert len(lines_of(file)) == 1 + len(soup.select("tbody tr")) > 1


@pytest.mark.parametrize("who", WHO)
def test_who_looks_after_the_accounts_is_offered_what_may_be_opened(office: Office, who: Role) -> None:
    used(office)
    browser = office.browser(who)
    offered = set()
    for group in soup_of(browser.get("/verantwoording/")).select("nav[aria-label=Verantwoording] a"):
        pages = soup_of(browser.get(str(group["href"]))).select("nav[aria-label='In dit deel'] a")
        offered |= {str(link["href"]) for link in (group, *pages)}
    assert len(offered) > 10
    assert {browser.get(path).status_code for path in offered} == {200}
    assert ("/verantwoording/doorlooptijden" in offered) is (who is not Role.AUDITOR)


def test_the_pace_of_the_desk_is_told_in_numbers(office: Office) -> None:
    used(office)
    shown = office.browser(Role.CONTROLLER).get("/verantwoording/doorlooptijden")
    assert_sound(shown)
    said = words(shown)
    assert "Van vraag tot besluit" in said and "Er wacht nu niemand op geld." in said
    assert "Veel facturen van één opleider in een week" in said and "de Vries" not in said
