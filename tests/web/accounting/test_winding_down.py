"""The region walks the five steps; what stands open is named with where it is done, and the money leaves by two people."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.accounting.winding_down.models import WindDownStep, WindingDown
from portal.accounting.winding_down.queries import left_now, windings
from portal.people.accounts.models import Role
from portal.platform import clock
from tests.factories import REGION, a_mandate, a_voucher, an_application
from tests.portal.accounting.winding_down.winding import LATER, stopped, to_transfer
from tests.web.office import Office, figures_of, links_of, said
from tests.web.walking import assert_sound, soup_of

LIST = "/verantwoording/afbouw"
BEGIN = {"funder": "rijk", "schemes": "leervoucher", "last_day": "2-3-2026", "reason": "Het geld loopt af."}


def the_one(office: Office) -> WindingDown:
    return office.do(lambda session: windings(session, actor=REGION)[0])


def sent(browser: Any, path: str, fields: dict[str, str], *, seen: str | None = None) -> Any:
    browser.get(seen or path)
    return browser.post(path, fields)


def test_it_begins_and_the_first_step_says_which_scheme_goes_on_and_closes_when_two_stopped_it(office: Office) -> None:
    first = office.browser(Role.REGION)
    page = first.get(LIST)
    assert_sound(page)
    assert "Er loopt nu geen geld af." in said(page)
    assert_sound(first.get(f"{LIST}/nieuw"))
    answer = sent(first, f"{LIST}/nieuw", BEGIN | {"schemes": "bedrijfsvoucher"})
    assert answer.status_code == 422 and "Kies regelingen die uit dit geld worden betaald." in said(answer)
    assert sent(first, f"{LIST}/nieuw", BEGIN).status_code == 303
    path = f"{LIST}/{the_one(office).public_id}"
    page = first.get(path)
    assert_sound(page)
    assert "Regeling die nog doorgaat" in said(page) and "Sluit deze stap" not in said(page)
    stop = links_of(soup_of(page))["Regeling die nog doorgaat"]
    assert stop.startswith(f"{path}/stoppen")
    answer = sent(first, f"{path}/sluiten", {"note": ""}, seen=path)
    assert answer.status_code == 422 and "Er staat nog iets open." in said(answer)
    assert_sound(first.get(stop))
    assert sent(first, f"{path}/stoppen", {"regeling": "leervoucher", "reason": "Het geld is op."}).status_code == 303
    assert "Wacht op een tweede persoon" in said(first.get(path))
    for number in range(1, 9):
        office.do(lambda s, n=number: a_mandate(s, type(REGION)(REGION.audience, account_id=n)))
    assert office.done_by_another(Role.REGION).status_code == 303
    assert "Hier staat niets open." in said(first.get(path))
    assert sent(first, f"{path}/sluiten", {"note": ""}, seen=path).status_code == 303
    assert the_one(office).step is WindDownStep.RUN_OFF


def test_what_stands_open_has_a_link_that_opens(office: Office) -> None:
    def fill(session: Session) -> str:
        an_application(session)
        a_voucher(session)
        return stopped(session).public_id

    path, browser = f"{LIST}/{office.do(fill)}", office.browser(Role.REGION)
    page = browser.get(path)
    assert_sound(page)
    rows = figures_of(page, "Wat nog openstaat (3)")
    assert rows[0][0].startswith("Aanvragen kan nog")
    links = links_of(soup_of(page))
    for what in ("Aanvraag zonder besluit", "Voucher die nog te gebruiken is", "Boeken nog niet gesloten"):
        assert browser.get(links[what]).status_code == 200, what
    assert len(figures_of(browser.get(links["Voucher die nog te gebruiken is"]), "Vouchers")) == 1
    controller = office.browser(Role.CONTROLLER).get(path)
    assert_sound(controller)
    assert "Sluit deze stap" not in said(controller) and "Trek deze afbouw in" not in said(controller)
    for who in (Role.FUNDER, Role.ADVISOR):
        assert office.browser(who).get(path).status_code == 404


def test_the_report_has_its_hash_and_what_is_left_leaves_by_a_second_person(office: Office) -> None:
    def fill(session: Session) -> str:
        winding = to_transfer(session)
        return winding.public_id

    path = f"{LIST}/{office.do(fill)}"
    with clock.frozen(LATER):
        first = office.browser(Role.REGION)
        page = first.get(path)
        assert_sound(page)
        assert "Controlegetal van het eindverslag" in said(page) and "Zeg waar het heen gaat" in said(page)
        assert_sound(first.get(f"{path}/overdracht"))
        [(line, cents)] = office.do(lambda session: left_now(session, winding=windings(session, actor=REGION)[0]))
        assert sent(first, f"{path}/overdracht", {f"to_{line.id}": "back"}).status_code == 303
        own = first.get(path)
        assert_sound(own)
        assert "U hebt dit zelf voorgelegd" in said(own) and "Voer de overdracht uit" not in said(own)
        assert sent(first, f"{path}/overdracht/uitvoeren", {}, seen=path).status_code == 422
        assert sent(first, f"{path}/overdracht/terugnemen", {}, seen=path).status_code == 303
        assert sent(first, f"{path}/overdracht", {f"to_{line.id}": "provincie-breed"}).status_code == 303
        second = office.colleague(Role.REGION)
        assert_sound(second.get(path))
        assert sent(second, f"{path}/overdracht/uitvoeren", {}, seen=path).status_code == 303
        done = second.get(path)
        assert_sound(done)
        assert the_one(office).step is WindDownStep.DONE and cents == 1_000_000
        assert "klaar" in said(done) and "Trek deze afbouw in" not in said(done)
        assert_sound(first.get(LIST))


def test_it_is_called_off_with_a_reason(office: Office) -> None:
    path = f"{LIST}/{office.do(lambda session: stopped(session).public_id)}"
    browser = office.browser(Role.REGION)
    assert_sound(browser.get(f"{path}/intrekken"))
    assert sent(browser, f"{path}/intrekken", {"reason": ""}).status_code == 422
    assert sent(browser, f"{path}/intrekken", {"reason": "Het geld gaat toch door."}).status_code == 303
    page = browser.get(path)
    assert_sound(page)
    assert "Deze afbouw is ingetrokken" in said(page) and "Sluit deze stap" not in said(page)
