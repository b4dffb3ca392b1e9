"""Taking an administration over on the screen: files, columns, every row, a trial, a colleague; and back again."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.queries import administrations
from portal.accounting.takeover.template_book import template_workbook
from portal.ledger.queries import figures
from portal.people.accounts.models import Role
from tests.factories import SYSTEM, a_provider
from tests.portal.accounting.takeover.administrations import VOUCHERS, changed, rows
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound

PLACE = "/verantwoording/overnemen"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


def the_one(office: Office) -> EarlierAdministration:
    return office.do(lambda s: administrations(s, actor=SYSTEM))[0]


def send(browser: Browser, path: str, data: dict[str, Any], page: str | None = None) -> TestResponse:
    """Open the page with the form, and send it."""
    browser.get(page or path)
    return browser.submit(path, data)


def book(filled: Any, kind: str = "workbook") -> dict[str, Any]:
    return {"kind": kind, "file": (io.BytesIO(template_workbook(filled)), "fonds.xlsx")}


def test_two_people_take_an_administration_over_and_undo_it(office: Office) -> None:
    provider = office.do(lambda s: a_provider(s)[0].kvk_number)
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    before = office.do(lambda s: figures(s))
    assert_sound(first.get(PLACE))
    assert first.get(f"{PLACE}/sjabloon.xlsx").data.startswith(b"PK")
    wrong = changed(rows(provider), VOUCHERS, 0, amount="1,500")
    assert_sound(first.get(f"{PLACE}/nieuw"))
    answer = send(first, f"{PLACE}/nieuw", book(wrong))
    assert answer.status_code == 303, said(answer)
    here = str(answer.location)
    shown = said(first.get(here))
    assert "op twee manieren lezen" in shown and "1,500" in shown and "Doe een proef" not in shown
    assert send(first, f"{here}/bestand", book(rows(provider)), page=f"{here}/bestand").status_code == 303
    assert "Alle rijen zijn goed" in said(first.get(here))
    assert_sound(first.get(f"{here}/kolommen"))
    for step in ("proef", "voorleggen"):
        answer = send(first, f"{here}/{step}", {}, page=here)
        assert answer.status_code == 303, said(answer)
    assert the_one(office).state is AdministrationState.LAID_DOWN and office.do(lambda s: figures(s)) == before
    answer = send(first, f"{here}/boeken", {}, page=here)
    assert "U hebt dit zelf voorgelegd" in said(answer)
    assert_sound(second.get(here))
    assert send(second, f"{here}/boeken", {}, page=here).status_code == 303
    assert_sound(second.get(here))
    assert the_one(office).state is AdministrationState.TAKEN_OVER and office.do(lambda s: figures(s)) != before
    reason = {"reason": "Het was het bestand van vorig jaar."}
    assert send(first, f"{here}/ongedaan", reason, page=f"{here}/ongedaan").status_code == 303
    assert send(second, f"{here}/ongedaan/boeken", {}, page=here).status_code == 303
    assert the_one(office).state is AdministrationState.UNDONE and office.do(lambda s: figures(s)) == before
    assert_sound(second.get(here))


def test_columns_are_chosen_and_kept_for_the_next_time(office: Office) -> None:
    first = office.browser(Role.REGION)
    own = b"Pot;Som\nprovincie-breed;1.000\n"
    file = {"kind": "budgets", "file": (io.BytesIO(own), "potten.csv")}
    here = str(send(first, f"{PLACE}/nieuw", file).location)
    assert "Veld zonder kolom" in said(first.get(here)) and "Som" in said(first.get(here))
    wrong = send(first, f"{here}/kolommen", {"budgets-line": "0", "budgets-amount": "0"}, page=f"{here}/kolommen")
    assert "twee keer gekozen" in said(wrong)
    right = {"budgets-line": "0", "budgets-amount": "1", "keep_as": "Ons fonds"}
    assert send(first, f"{here}/kolommen", right, page=f"{here}/kolommen").status_code == 303
    assert "Alle rijen zijn goed" in said(first.get(here))
    again = {"kind": "budgets", "file": (io.BytesIO(own), "potten.csv")}
    there = str(send(first, f"{PLACE}/nieuw", again).location)
    choice = {"choice": "1"}
    assert send(first, f"{there}/keuze", choice, page=f"{there}/keuze").status_code == 303
    assert "Alle rijen zijn goed" in said(first.get(there))
    assert send(first, f"{there}/weg", {}, page=there).status_code == 303
    assert the_one(office).state is AdministrationState.DROPPED


def test_a_file_that_cannot_be_read_says_so(office: Office) -> None:
    first = office.browser(Role.REGION)
    for content, kind, wanted in (
        (b"geen werkboek", "workbook", "Dit is geen werkboek"),
        (b"\0\0", "vouchers", "kunnen wij niet lezen"),
        (b"PK\3\4", "workbook", "kunnen wij niet lezen"),
        (b"Vouchernummer\n", "vouchers", "staat nog niets"),
    ):
        answer = send(first, f"{PLACE}/nieuw", {"kind": kind, "file": (io.BytesIO(content), "x")})
        assert wanted in said(answer), kind
