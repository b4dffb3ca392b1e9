"""The region sees what lapses, works a plan out, a colleague carries it out; others only look."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.commands.working import kinds_of
from portal.oversight.long_work.doing import do_waiting
from portal.people.accounts.models import Role
from portal.planning.rebalances.models import Rebalance, RebalanceState
from portal.planning.rebalances.queries import rebalances
from portal.platform.config import load_settings
from tests.factories import NOW, a_voucher
from tests.portal.planning.books import REASON, a_late_voucher
from tests.web.office import Office, figures_of, said
from tests.web.walking import assert_sound

LIST = "/verantwoording/herboeken"


def the_plan(office: Office) -> Rebalance:
    return office.do(lambda session: rebalances(session)[0])


def ask(office: Office, until: str = "31-12-2026", reason: str = REASON) -> Any:
    browser = office.browser(Role.REGION)
    browser.get(f"{LIST}/nieuw")
    return browser.post(f"{LIST}/nieuw", {"until": until, "reason": reason})


def works(office: Office) -> int:
    """A process of the desk does what waits."""
    return do_waiting(office.engine, kinds=kinds_of(load_settings()), clock=lambda: NOW)


@pytest.fixture(autouse=True)
def of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "var"))


def test_one_works_it_out_and_a_colleague_carries_it_out(office: Office) -> None:
    office.do(a_late_voucher)
    first = office.browser(Role.REGION)
    before = first.get(LIST)
    assert_sound(before)
    assert "€ 20.000,00" in said(before) and "Er zijn geen plannen" in said(before)
    asked = ask(office)
    assert asked.status_code == 303 and "/werk/" in asked.headers["Location"]
    plan = the_plan(office)
    path = f"{LIST}/{plan.public_id}"
    assert_sound(going := first.get(path))
    assert "wordt uitgerekend" in said(going) and asked.headers["Location"] in going.text
    assert "Reken het plan opnieuw uit" not in said(going), "it is being done"
    assert "Van dit werk wordt niets bewaard" in said(first.get(asked.headers["Location"]))
    assert works(office) == 1
    assert path in first.get(asked.headers["Location"]).text, "who asked finds the plan at the work"
    waits = first.get(path)
    assert_sound(waits)
    assert "Uitgerekend op" in said(waits) and "Met minder herboekingen kan dit niet" in said(waits)
    assert "De boeken zijn veranderd" not in said(waits)
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
    assert ask(office, reason="Zo.").status_code == 422
    assert ask(office, until="1-1-2026").status_code == 422
    ask(office)
    works(office)
    path = f"{LIST}/{the_plan(office).public_id}"
    for role in (Role.CONTROLLER, Role.AUDITOR):
        looked = office.browser(role).get(path)
        assert_sound(looked)
        assert "Laat het plan vervallen" not in said(looked) and "opnieuw uit" not in said(looked)
    again = ask(office)
    assert again.status_code in (409, 422) and "wacht al een plan" in said(again)
    browser = office.browser(Role.REGION)
    browser.get(path)
    assert browser.post(f"{path}/weg", {}).status_code == 303
    assert the_plan(office).state is RebalanceState.DROPPED and the_plan(office).until == date(2026, 12, 31)


def test_a_plan_over_books_that_changed_says_so_and_is_worked_out_anew(office: Office) -> None:
    office.do(a_late_voucher)
    ask(office)
    works(office)
    office.do(a_voucher)
    old = f"{LIST}/{the_plan(office).public_id}"
    second = office.colleague(Role.REGION)
    assert_sound(changed := second.get(old))
    assert "De boeken zijn veranderd" in said(changed)
    anew = second.post(f"{old}/opnieuw", {})
    assert anew.status_code == 303 and "/werk/" in anew.headers["Location"]
    assert works(office) == 1
    new = f"{LIST}/{the_plan(office).public_id}"
    assert new != old and "Vervallen op" in said(second.get(old))
    shown = said(second.get(new))
    assert "2 herboekingen" in shown and "De boeken zijn veranderd" not in shown and "zelf voorgelegd" in shown
    assert "Voer de herboekingen uit" in said(office.browser(Role.REGION).get(new)), "who asked first is now the second"


def test_where_nothing_can_be_gained_the_plan_says_that_and_is_over(office: Office) -> None:
    office.do(a_late_voucher)
    ask(office, until=f"{NOW:%d-%m-%Y}")
    works(office)
    browser = office.browser(Role.REGION)
    page = browser.get(f"{LIST}/{the_plan(office).public_id}")
    assert_sound(page)
    assert "Er valt niets te winnen" in said(page) and the_plan(office).state is RebalanceState.NOTHING
    assert ask(office).status_code == 303, "another can be asked for"
