"""The region gives and ends mandates; every wrong input is answered at its field."""

from __future__ import annotations

import pytest

from portal.framework.mandates.queries import mandates
from portal.people.accounts.models import Role
from tests.web.office import Office, said
from tests.web.walking import assert_sound

PAGE = "/regio/mandaten"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""


def filled(office: Office) -> dict[str, str]:
    person = office.account(Role.ADVISOR)
    return {
        "person": str(person.id),
        "body": "Het college van Proefstad",
        "scheme": "leervoucher",
        "up_to": "1.500",
        "valid_from": "01-03-2026",
        "valid_until": "31-12-2026",
        "basis": "Mandaatbesluit van 1 maart 2026",
    }


def test_a_mandate_is_given_shown_and_ended(office: Office) -> None:
    before = len(office.do(mandates))
    wanted = filled(office)
    browser = office.browser("region")
    assert_sound(browser.get(PAGE))
    before = len(office.do(mandates))
    assert browser.submit(PAGE, wanted).status_code == 303
    page = browser.follow()
    assert_sound(page)
    assert "tot € 1.500" in said(page) and "Mandaatbesluit van 1 maart 2026" in said(page)
    newest = office.do(mandates)[0]
    assert len(office.do(mandates)) == before + 1
    assert (newest.up_to_cents, newest.scheme) == (150_000, "leervoucher")
    assert browser.post(f"{PAGE}/{newest.public_id}/beeindigen").status_code == 303
    assert office.do(mandates)[0].ended_at is not None
    page = browser.follow()
    assert "(beëindigd op 2 maart 2026)" in said(page)
    assert f"{newest.public_id}/beeindigen" not in page.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", "999999"),
        ("person", ""),
        ("body", "Iemand anders"),
        ("scheme", "bestaat-niet"),
        ("up_to", "-5"),
        ("up_to", "veel"),
        ("valid_from", ""),
        ("valid_from", "31-02-2026"),
        ("valid_until", "01-01-2020"),
        ("basis", ""),
        ("basis", "x" * 301),
    ],
)
def test_wrong_input_is_answered_at_its_field(office: Office, name: str, value: str) -> None:
    browser = office.browser("region")
    wanted = filled(office) | {name: value}
    browser.get(PAGE)
    answer = browser.submit(PAGE, wanted)
    assert answer.status_code == 422 and f'id="{name}-error"' in answer.text
    assert_sound(answer)
