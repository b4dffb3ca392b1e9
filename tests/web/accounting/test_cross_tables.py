"""The cross table on the screen: choose, open a cell, take it along; nobody is told more than the table shows."""

from __future__ import annotations

import csv
import io
from typing import Any

from python_calamine import CalamineWorkbook

from portal.people.accounts.models import Role
from portal.spending.vouchers.models import Award
from tests.factories import a_voucher
from tests.web.office import Office
from tests.web.walking import assert_sound, soup_of

PAGE = "/verantwoording/kruistabel"


def twelve(office: Office) -> None:
    """Vouchers of twelve people, in one municipality."""

    def make(session: Any) -> None:
        for number in range(12):
            voucher = a_voucher(session)
            session.get_one(Award, voucher.award_id).person_key = voucher.beneficiary_key = f"p{number}"

    office.do(make)


def cells(answer: Any) -> list[list[str]]:
    rows = soup_of(answer).select("main table tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in rows]


def test_a_table_is_chosen_and_each_cell_opens_its_vouchers(office: Office) -> None:
    twelve(office)
    browser = office.browser(Role.CONTROLLER)
    shown = browser.get(f"{PAGE}?rij=municipality&kolom=scheme&cijfer=vouchers&periode=alles")
    assert_sound(shown)
    heading, row, total = cells(shown)
    assert heading[0] == "Gemeente" and heading[-1] == "Totaal" and row[1:] == total[1:] == ["12", "12"]
    for link in soup_of(shown).select("main table a"):
        opened = browser.get(str(link["href"]))
        assert_sound(opened)
        assert "12 regels" in opened.text.replace("&nbsp;", " ")
    link = soup_of(shown).select("main tbody a")[0]
    opened = browser.get(str(link["href"]))
    assert "Alleen waar dit geldt: Gemeente:" in opened.text
    file = soup_of(opened).select_one("main a[href*='registers.csv']")
    assert file is not None and "gemeente=GM" in str(file["href"])
    people = browser.get(f"{PAGE}?rij=route&kolom=age&cijfer=people&periode=alles")
    assert "Iedereen telt in een totaal" in people.text and cells(people)[-1][-1] == "12"


def test_the_files_have_the_same_figures_as_the_screen(office: Office) -> None:
    twelve(office)
    browser = office.browser(Role.REGION)
    asked = "rij=month&kolom=route&cijfer=awarded&periode=alles"
    lines = list(csv.reader(io.StringIO(browser.get(f"{PAGE}.csv?{asked}").text.lstrip("\ufeff")), delimiter=";"))
    assert lines[0] == ["Maand van uitgifte", "inwoner", "Totaal"] and lines[-1] == ["Totaal", "14400,00", "14400,00"]
    answer = browser.get(f"{PAGE}.xlsx?{asked}")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet[2] == ["Maand van uitgifte / Route", "inwoner", "Totaal"]
    assert sheet[-1] == ["Totaal", 14400.0, 14400.0]
    assert "kruistabel-month-route-awarded-alles.xlsx" in answer.headers["Content-Disposition"]


def test_few_people_are_not_shown_but_open_for_who_may_see_them(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser(Role.REGION)
    shown = browser.get(f"{PAGE}?cijfer=vouchers")
    assert_sound(shown)
    assert {text for row in cells(shown)[1:] for text in row[1:]} == {"minder dan 10"}
    assert "Kleine aantallen" in shown.text
    assert "1 regel" in browser.get(str(soup_of(shown).select("main tbody a")[0]["href"])).text.replace("&nbsp;", " ")
    assert "minder dan 10" in browser.get(f"{PAGE}.csv").text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"{PAGE}.xlsx").data)).get_sheet_by_index(0)
    assert sheet.to_python()[-1][-1] == "minder dan 10"


def test_a_funder_gets_its_own_table_without_a_way_to_the_vouchers(office: Office) -> None:
    twelve(office)
    browser = office.browser(Role.FUNDER)
    shown = browser.get(f"{PAGE}?periode=alles&cijfer=awarded")
    assert_sound(shown)
    assert not soup_of(shown).select("main table a") and "Toegekend bedrag" not in shown.text
    assert "kwartaal" not in shown.text and "Alle jaren" not in shown.text
    assert browser.get("/verantwoording/registers?wat=vouchers&gemeente=GM9901").status_code == 404
    assert browser.get("/verantwoording/registers?wat=vouchers").status_code == 200


def test_what_cannot_be_read_is_left_out_and_one_thing_twice_gets_a_message(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser(Role.AUDITOR)
    odd = browser.get(f"{PAGE}?rij=raar&kolom=%20&cijfer=&periode=1850")
    assert_sound(odd)
    assert cells(odd)[0][0] == "Gemeente"
    for rows in ("scheme", "route"):
        twice = browser.get(f"{PAGE}?rij={rows}&kolom={rows}")
        assert_sound(twice)
        assert "Kies voor de kolommen iets anders" in twice.text and len(cells(twice)) == 3
    for odd_cell in ("gemeente=%C3%A9", "maand=2026-99", "leeftijd=oud", "route=x'", "sector=-", "volgens=.."):
        assert browser.get(f"/verantwoording/registers?wat=people&{odd_cell}").status_code == 200
