"""The owner reads the own definitions in plain words, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

from portal.people.accounts.models import Account, Role
from portal.platform import clock
from tests.factories import NOW, a_voucher
from tests.web.browser import make_account
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound


def owner(office: Office, organisation: str = "regio-proefland") -> Account:
    return make_account(office.engine, Role.OWNER, organisation=organisation)


def test_an_owner_sees_the_own_schemes_only(office: Office) -> None:
    browser = office.browser("owner", owner(office))
    page = browser.get("/eigenaar/")
    assert_sound(page)
    words = said(page)
    assert "Leervoucher" in words
    assert "Materiaalvoucher" not in words
    assert browser.get("/eigenaar/regeling/leervoucher").status_code == 200
    assert browser.get("/eigenaar/regeling/materiaalvoucher").status_code == 404
    assert browser.get("/eigenaar/regeling/weg").status_code == 404


def test_an_owner_of_nothing_is_told_what_to_do(office: Office) -> None:
    page = office.browser("owner").get("/eigenaar/")
    assert_sound(page)
    assert "Uw organisatie heeft hier nog geen regelingen" in said(page)


def test_a_definition_stands_there_in_words(office: Office) -> None:
    page = office.browser("owner", owner(office)).get("/eigenaar/regeling/leervoucher")
    assert_sound(page)
    words = said(page)
    for part in (
        "moet op de lijst",
        "(artikel 2)",
        "voordat de opleiding begint",
        "100% van lesgeld, examen en boeken",
        "€ 2.500 per toekenning",
        "€ 3.000 per persoon per kalenderjaar",
        "180 dagen",
        "Invented for the tests",
        "algemene kennis",
        "Nakijken voor 1 januari 2030",
        "Versie 1",
        "geldt nu",
    ):
        assert part in words, part


def test_budgets_of_a_scheme_are_those_that_may_pay_it(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser("owner", owner(office))
    words = said(browser.get("/eigenaar/regeling/leervoucher"))
    assert "Leren individueel € 10.000" in words
    assert "Breed budget € 20.000" in words, "money without an earmark is for every scheme here"
    assert "Gereserveerd € 1.200,00" in words
    other = said(browser.get("/eigenaar/regeling/bedrijfsvoucher"))
    assert "Leren individueel" not in other
    assert "Breed budget" in other
    [row] = [
        row for row in figures_of(browser.get("/eigenaar/"), "Mijn regelingen") if row[0].startswith("Leervoucher")
    ]
    assert row[4:] == ["1", "€ 1.200,00"]


def test_no_person_is_shown(office: Office) -> None:
    office.made(a_voucher)
    browser = office.browser("owner", owner(office))
    for path in ("/eigenaar/", "/eigenaar/regeling/leervoucher"):
        text = browser.get(path).text
        assert "Sam de Vries" not in text
        assert "OV-2026" not in text


def test_a_definition_that_must_be_checked_again_says_so(office: Office) -> None:
    account = owner(office)
    with clock.frozen(NOW + timedelta(days=365 * 5)):
        browser = office.browser("owner", account)
        assert "Kijk deze regeling na" in said(browser.get("/eigenaar/regeling/leervoucher"))
        assert "te laat" in said(browser.get("/eigenaar/"))
