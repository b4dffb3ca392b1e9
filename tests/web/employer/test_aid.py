"""State aid in the employer's questions: asked where it matters, and an amount that stays within what is left."""

from __future__ import annotations

import pytest

from tests.web.walking import COMPANY, WELDER, Desk, Walk, soup_of

FACT = "gegevens/de_minimis_used_cents"


def result(desk: Desk, given: dict[str, str]) -> str:
    """The words of the result page of a company that received so much."""
    walk = Walk(desk.app, {**COMPANY, FACT: given}, "/werkgever")
    walk.to_check()
    assert FACT in walk.seen
    return " ".join(soup_of(walk.go("uitkomst")).get_text(" ", strip=True).split())


@pytest.mark.parametrize(
    ("given", "amount"),
    [({"answer": "0"}, "€ 1.815"), ({"answer": "299.500"}, "€ 500"), ({"unknown": "yes"}, "€ 1.815")],
    ids=["nothing received", "500 euros left", "not known"],
)
def test_the_amount_stays_within_what_the_company_may_still_receive(
    desk: Desk, given: dict[str, str], amount: str
) -> None:
    # costs € 3.630, the voucher pays at most half: € 1.815; € 300.000 - € 299.500 = € 500
    text = result(desk, given)
    assert f"Deze regeling betaalt waarschijnlijk {amount}." in text
    assert ("Het bedrijf mag nog hoogstens € 500 aan staatssteun" in text) is (amount == "€ 500")


def test_who_does_not_know_is_told_that_a_declaration_is_needed(desk: Desk) -> None:
    asked = "We weten niet hoeveel staatssteun (de-minimis) het bedrijf nog mag krijgen."
    assert asked in result(desk, {"unknown": "yes"})
    assert asked not in result(desk, {"answer": "0"})


def test_an_employee_is_not_asked_about_state_aid(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    assert FACT not in walk.seen and FACT not in WELDER
