"""State aid in the employer's questions: asked where it matters, and an amount that stays within what is left."""

from __future__ import annotations

import pytest

from tests.web.walking import COMPANY, WELDER, Desk, Walk, words_on

FACT = "gegevens/de_minimis_used_cents"


def result(desk: Desk, given: dict[str, str], group: dict[str, str] | None = None) -> str:
    """The words of the result page of a company that received so much, and its group."""
    walk = Walk(desk.app, {**COMPANY, FACT: given, **({"groep": group} if group else {})}, "/werkgever")
    walk.to_check()
    assert FACT in walk.seen
    return words_on(walk.go("uitkomst"))


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


def test_what_the_group_received_takes_of_the_same_room(desk: Desk) -> None:
    text = result(desk, {"answer": "100.000"}, {"numbers": "87654321", "aid": "199.500"})
    assert "Deze regeling betaalt waarschijnlijk € 500." in text


def test_who_does_not_know_is_told_that_a_declaration_is_needed(desk: Desk) -> None:
    asked = "We weten niet hoeveel staatssteun (de-minimis) het bedrijf nog mag krijgen."
    assert asked in result(desk, {"unknown": "yes"})
    assert asked not in result(desk, {"answer": "0"})


def test_an_employee_is_not_asked_about_state_aid(desk: Desk) -> None:
    walk = desk.walk()
    walk.to_check()
    assert FACT not in walk.seen and FACT not in WELDER


def test_a_company_names_its_group_and_sees_it_back_when_it_checks(desk: Desk) -> None:
    walk = Walk(desk.app, {**COMPANY, "groep": {"numbers": "8765 4321\n11112222", "aid": "1.000"}}, "/werkgever")
    walk.to_check()
    assert "groep" in walk.seen
    checked = words_on(walk.go("controle"))
    assert "11112222 en 87654321 (samen € 1.000 steun)" in checked


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"numbers": "123", "aid": "0"}, "numbers"),
        ({"numbers": "87654321\n87654321", "aid": "0"}, "numbers"),
        ({"numbers": "87654321", "aid": ""}, "aid"),
        ({"numbers": "", "aid": "5"}, "numbers"),
    ],
)
def test_a_group_that_cannot_be_is_said_at_its_field(desk: Desk, given: dict[str, str], field: str) -> None:
    walk = Walk(desk.app, COMPANY, "/werkgever")
    walk.to_check()
    walk.go("groep")
    answer = walk.browser.submit(walk.path, given)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
