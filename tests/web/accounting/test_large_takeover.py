"""A large takeover on the screen: its trial, carrying out and undoing are long work, found again, stopped and gone on with."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounting.takeover import parts
from portal.accounting.takeover.models import AdministrationState
from portal.commands import taking_over
from portal.commands.taking_over import take_over_in_parts, try_in_parts, undo_in_parts
from portal.ledger.queries import figures
from portal.oversight.long_work.doing import do_waiting
from portal.oversight.long_work.models import WorkKind
from portal.people.accounts.models import Role
from tests.factories import NOW, a_provider
from tests.portal.accounting.takeover.administrations import rows
from tests.web.accounting.test_takeover import PLACE, book, send, the_one
from tests.web.office import Office, said
from tests.web.walking import assert_sound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Screens only: the acts behind them are tested on both databases."""
KINDS = {
    WorkKind.TAKEOVER_TRIAL: try_in_parts,
    WorkKind.TAKEOVER: take_over_in_parts,
    WorkKind.TAKEOVER_UNDO: undo_in_parts,
}


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "AT_ONCE", 5)
    monkeypatch.setattr("portal.oversight.long_work.doing.BREATH", 0)


def test_it_is_tried_taken_over_and_undone_as_long_work_and_found_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = office.do(lambda s: a_provider(s)[0].kvk_number)
    first, second = office.browser(Role.REGION), office.colleague(Role.REGION)
    before = office.do(lambda s: figures(s))
    here = str(send(first, f"{PLACE}/nieuw", book(rows(provider))).location)

    def work() -> int:
        return do_waiting(office.engine, kinds=KINDS, clock=lambda: NOW)

    def asked(browser: Any, step: str) -> str:
        answer = send(browser, f"{here}/{step}", {}, page=here)
        assert answer.status_code == 303 and "/werk/" in str(answer.location), said(answer)
        assert_sound(browser.get(str(answer.location)))
        assert "Kijk hoe ver het is" in said(browser.get(here)), "found again from its own page"
        return str(answer.location)

    trial = asked(first, "proef")
    assert asked(first, "proef") == trial, "the same that waits is given back"
    assert "Proef met een bestaande administratie" in said(second.get(trial)), "a colleague finds it too"
    assert office.browser(Role.ADVISOR).get(trial).status_code == 404
    assert work() == 1 and the_one(office).was_tried
    assert "Bekijk de administratie" in said(first.get(trial))
    assert send(first, f"{here}/voorleggen", {}, page=here).status_code == 303
    own = send(first, f"{here}/boeken", {}, page=here)
    assert "U hebt dit zelf voorgelegd" in said(own) and the_one(office).state is AdministrationState.LAID_DOWN
    taking = asked(second, "boeken")
    assert second.post(f"{taking}/stop").status_code == 303
    assert the_one(office).state is AdministrationState.CARRYING and work() == 0
    shown = second.get(here)
    assert_sound(shown)
    assert "Het werk is gestopt" in said(shown) and "Ga verder met overnemen" in said(shown)

    def refuses(*_args: Any, **_named: Any) -> int:
        raise ZeroDivisionError

    asked(second, "boeken")
    with monkeypatch.context() as broken:
        broken.setattr(taking_over, "carry_part", refuses)
        assert work() == 0
    why = said(second.get(here))
    assert "Het werk is niet gelukt" in why
    again = asked(second, "boeken")
    assert work() == 1 and the_one(office).state is AdministrationState.TAKEN_OVER
    assert "gedaan" in said(second.get(again)) and office.do(lambda s: figures(s)) != before
    reason = {"reason": "Het was het bestand van vorig jaar."}
    assert send(first, f"{here}/ongedaan", reason, page=f"{here}/ongedaan").status_code == 303
    undoing = asked(second, "ongedaan/boeken")
    assert second.post(f"{undoing}/stop").status_code == 303
    shown = second.get(here)
    assert_sound(shown)
    assert "Ga verder met ongedaan maken" in said(shown)
    asked(second, "ongedaan/boeken")
    assert work() == 1 and the_one(office).state is AdministrationState.UNDONE
    assert office.do(lambda s: figures(s)) == before
    assert_sound(second.get(here))


def test_why_it_failed_is_read_on_its_page_in_both_languages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = office.do(lambda s: a_provider(s)[0].kvk_number)
    first = office.browser(Role.REGION)
    here = str(send(first, f"{PLACE}/nieuw", book(rows(provider))).location)
    trial = str(send(first, f"{here}/proef", {}, page=here).location)

    def refuses(*_args: Any, **_named: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(taking_over, "try_part", refuses)
    assert do_waiting(office.engine, kinds=KINDS, clock=lambda: NOW) == 0
    page = first.get(trial)
    assert_sound(page)
    assert "Vraag de beheerder om meer geheugen" in said(page)
    assert "Lees waarom" in said(first.get(here))
