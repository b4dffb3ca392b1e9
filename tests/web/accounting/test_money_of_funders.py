"""The screens of the money of funders: tranches, receipts by the bank and by two people, what is in hand, and what waits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.tranches.models import Tranche, TrancheReceipt
from portal.people.accounts.models import Role
from tests.portal.accounting.tranches.test_tranches import a_tranche, an_agreement, by_hand, came_in
from tests.portal.paying.settlements.test_settling import settle, used
from tests.portal.paying.statements.test_incoming import money_in
from tests.web.accounting.test_agreements_screens import HERE, sent
from tests.web.office import Office, figures_of, links_of, said
from tests.web.walking import assert_sound, soup_of

MONEY, WAITS = "/verantwoording/geld-van-geldgevers", "/verantwoording/vorderingen-en-schulden"


def the_tranche(office: Office, entry: str = "", *, hand: bool = False) -> str:
    """€ 500 that is expected on 1 April, and something of it; its address."""

    def work(session: Session) -> str:
        tranche = a_tranche(session, an_agreement(session))
        if entry:
            came_in(session, entry)
        if hand:
            by_hand(session, tranche)
        return tranche.public_id

    return f"/verantwoording/termijnen/{office.do(work)}"


def received(office: Office) -> int:
    return office.do(lambda session: sum(one.received_cents() for one in session.scalars(select(Tranche))))


def test_the_region_promises_plans_calls_changes_and_drops(office: Office) -> None:
    browser = office.browser(Role.REGION)
    sent(browser, f"{HERE}/toezegging", {"amount": "1.000", "on": "1-3-2026", "reason": "Beschikking"})
    answer = sent(browser, f"{HERE}/termijn", {"amount": "600", "expected_on": "1-4-2026"})
    assert figures_of(answer, "Termijnen") == [["Termijn 1", "€ 600,00", "01-04-2026", "–", "€ 0,00", "verwacht"]]
    browser.get(f"{HERE}/termijn")
    more = browser.submit(f"{HERE}/termijn", {"amount": "401", "expected_on": "1-5-2026"})
    assert more.status_code == 422 and "Toegezegd is € 1.000,00" in said(more).replace("\xa0", " ")
    where = links_of(soup_of(browser.get(HERE)))["Termijn 1"]
    sent(browser, f"{where}/opgevraagd", {"called_on": "2-3-2026"})
    sent(browser, f"{where}/wijzigen", {"amount": "700", "expected_on": "1-5-2026"})
    answer = sent(browser, f"{where}/schrappen", {"reason": "Komt niet meer"})
    assert_sound(answer)
    assert "Komt niet meer" in said(answer) and "geschrapt" in said(answer)


def test_a_line_of_the_bank_is_matched_with_one_press_and_a_second_one_is_told_so(office: Office) -> None:
    path = the_tranche(office, money_in("500.00", text="PRV-2026/17"))
    browser, colleague = office.browser(Role.REGION), office.colleague(Role.REGION)
    assert "misschien is het geld binnen" in said(browser.get(MONEY))
    assert "misschien is het geld binnen" not in said(office.browser(Role.CONTROLLER).get(MONEY))
    pages = [one.get(path) for one in (browser, colleague)]
    assert_sound(pages[0])
    assert "kenmerk en bedrag kloppen" in said(pages[0])
    [button] = soup_of(pages[0]).select("button[name=match]")
    fields = {"match": str(button["value"])}
    assert browser.submit(f"{path}/ontvangst", fields).status_code == 303
    assert "ontvangen" in said(browser.follow()) and received(office) == 50_000
    late = colleague.submit(f"{path}/ontvangst", fields)
    assert late.status_code == 422 and "Er is iets veranderd" in said(late)
    assert received(office) == 50_000


def test_money_by_hand_is_confirmed_by_a_colleague_and_not_by_who_wrote_it_down(office: Office) -> None:
    path = the_tranche(office)
    browser, colleague = office.browser(Role.REGION), office.colleague(Role.REGION)
    seen = {"amount": "200", "received_on": "2-3-2026", "reference": "KAS-1"}
    own = sent(browser, f"{path}/met-de-hand", seen)
    assert_sound(own)
    assert "U hebt dit zelf vastgelegd" in said(own) and soup_of(own).select("button[name=confirm]") == []
    receipt = office.do(lambda session: session.scalars(select(TrancheReceipt.public_id)).one())
    alone = browser.submit(f"{path}/ontvangst", {"confirm": receipt})
    assert alone.status_code == 422 and received(office) == 0
    assert_sound(colleague.get(path))
    assert colleague.submit(f"{path}/ontvangst", {"confirm": receipt}).status_code == 303
    assert received(office) == 20_000 and "deels ontvangen" in said(colleague.follow())


def test_what_waits_is_taken_back(office: Office) -> None:
    path, browser = the_tranche(office, hand=True), office.browser(Role.REGION)
    [button] = soup_of(browser.get(path)).select("button[name=withdraw]")
    assert browser.submit(f"{path}/ontvangst", {"withdraw": str(button["value"])}).status_code == 303
    assert "ingetrokken" in said(browser.follow()) and received(office) == 0


def test_who_reads_sees_a_tranche_without_buttons(office: Office) -> None:
    path = the_tranche(office, money_in("500.00"), hand=True)
    for role in (Role.CONTROLLER, Role.AUDITOR, Role.FUNDER):
        page = office.browser(role).get(path)
        assert_sound(page)
        assert soup_of(page).main.select("form") == [] and "€ 200,00" in said(page).replace("\xa0", " ")
        assert office.browser(role).post(f"{path}/ontvangst", {"confirm": "x"}).status_code in (403, 404)


def test_what_is_in_hand_is_shown_as_of_a_day_with_the_first_day_that_it_was_not_enough(office: Office) -> None:
    the_tranche(office)
    office.do(lambda session: used(session, 70_000, paid=1))
    browser = office.browser(Role.REGION)
    page = browser.get(f"{MONEY}?op=2-3-2026")
    assert_sound(page)
    rows = {row[0]: row[1:] for row in figures_of(page, "Stand op 2 maart 2026")}
    assert rows["Alles samen"] == ["€ 0,00", "€ 700,00", "€ -700,00", "€ 0,00", "te weinig"]
    assert "Op 2 maart 2026 was voor het eerst meer betaald dan ontvangen." in said(page)
    assert figures_of(page, "Termijnen die nog komen")[0][:2] == ["01-04-2026", "Termijn 1"]
    months = figures_of(page, "Per maand: Alles samen")
    assert [row[0] for row in months] == ["03-2026", "04-2026"] and months[1][5] == "€ -200,00"
    file = browser.get(f"{MONEY}.csv?op=2-3-2026").text
    assert "02-03-2026;0,00;700,00;-700,00" in file
    assert "02-03-2026" not in browser.get(f"{MONEY}.csv?op=1-3-2026").text
    own = office.browser(Role.FUNDER).get(MONEY)
    assert_sound(own)
    assert [row[0] for row in figures_of(own, "Stand op 2 maart 2026")] == ["Provincie"]
    assert_sound(browser.get(f"{MONEY}?op=31-2-2026"))


def test_what_waits_is_shown_by_age_with_totals_and_not_to_a_funder(office: Office) -> None:
    def work(session: Session) -> None:
        voucher, _ = used(session, 70_000, 20_000, paid=1)
        settle(session, voucher, 60_000)

    office.do(work)
    for role in (Role.REGION, Role.CONTROLLER, Role.AUDITOR):
        page = office.browser(role).get(WAITS)
        assert_sound(page)
        ages = figures_of(page, "Naar ouderdom op 2 maart 2026")
        assert ages[0] == ["0 tot en met 30 dagen", "€ 100,00", "€ 0,00"] and len(ages) == 4
        [claim] = figures_of(page, "Wat nog moet terugkomen")
        assert claim[0].startswith("Terugvordering") and claim[4] == "€ 100,00"
        assert "Sam" not in said(page), "of which person is not said"
    lines = figures_of(page, "Per budgetregel op 2 maart 2026")
    assert ["€ 100,00" in row for row in lines].count(True) == 1
    file = office.browser(Role.REGION).get(f"{WAITS}.csv").text
    assert ";0 tot en met 30 dagen;100,00" in file
    assert "rijk-leren" in office.browser(Role.AUDITOR).get("/verantwoording/budgetregels.csv").text
    assert office.browser(Role.FUNDER).get(WAITS).status_code in (403, 404)
