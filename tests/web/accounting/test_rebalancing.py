"""The region sees what lapses, works a plan out, a colleague carries it out; others only look."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.people.accounts.models import Role
from portal.planning.rebalances.models import Rebalance, RebalanceState
from portal.planning.rebalances.queries import rebalances
from tests.portal.planning.books import REASON, a_late_voucher
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound

LIST = "/verantwoording/herboeken"


def the_plan(office: Office) -> Rebalance:
    return office.do(lambda session: rebalances(session)[0])


def lay_down(office: Office, until: str = "31-12-2026", reason: str = REASON) -> Any:
    browser = office.browser(Role.REGION)
    browser.get(f"{LIST}/nieuw")
    return browser.post(f"{LIST}/nieuw", {"until": until, "reason": reason})


def test_one_works_it_out_and_a_colleague_carries_it_out(office: Office) -> None:
    office.do(a_late_voucher)
    first = office.browser(Role.REGION)
    before = first.get(LIST)
    assert_sound(before)
    assert "€ 20.000,00" in said(before) and "Er zijn geen plannen" in said(before)
    assert lay_down(office).status_code == 303
    plan = the_plan(office)
    path = f"{LIST}/{plan.public_id}"
    waits = first.get(path)
    assert_sound(waits)
    assert "€ 1.200 blijft bruikbaar door 1 herboeking" in said(waits) and "U hebt dit zelf voorgelegd" in said(waits)
    assert "dat is bewezen" in said(waits) and "Voer de herboekingen uit" not in said(waits)
    [row] = figures_of(waits, "Herboekingen, in deze volgorde")
    assert "€ 1.200,00" in row[0] and "31 december 2026" in row[4] and "nog niet geboekt" in row[5]
    assert first.post(f"{path}/uitvoeren", {}).status_code == 422
    second = office.colleague(Role.REGION)
    second.get(path)
    assert second.post(f"{path}/uitvoeren", {}).status_code == 303
    after = second.get(path)
    assert_sound(after)
    assert "geboekt" in said(after) and "Uitgevoerd op" in said(after)
    assert the_plan(office).state is RebalanceState.CARRIED_OUT
    assert "€ 18.800,00" in said(first.get(LIST))


def test_others_look_and_a_plan_can_be_dropped(office: Office) -> None:
    office.do(a_late_voucher)
    assert lay_down(office, reason="Zo.").status_code == 422
    assert lay_down(office, until="1-1-2026").status_code == 422
    lay_down(office)
    path = f"{LIST}/{the_plan(office).public_id}"
    for role in (Role.CONTROLLER, Role.AUDITOR):
        looked = office.browser(role).get(path)
        assert_sound(looked)
        assert "Laat het plan vervallen" not in said(looked)
    again = lay_down(office)
    assert again.status_code in (409, 422) and "wacht al een plan" in said(again)
    browser = office.browser(Role.REGION)
    browser.get(path)
    assert browser.post(f"{path}/weg", {}).status_code == 303
    assert the_plan(office).state is RebalanceState.DROPPED and the_plan(office).until == date(2026, 12, 31)
