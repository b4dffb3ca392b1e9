"""The region and its controller see what goes wrong with the figures behind it, leave it out for a while, and get it by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.warnings.actions import plan_inflow
from portal.accounting.warnings.models import DigestSubscription, InflowPlan, SeenWarning
from portal.accounting.warnings.queries import warnings_now
from portal.cases.questions.models import Route
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.platform import clock
from portal.platform.i18n import format_euros
from tests.factories import NOW, REGION, a_voucher, an_application
from tests.web.office import Office
from tests.web.walking import assert_refused_kindly, assert_sound, soup_of, words_on

LIST, INFLOW = "/verantwoording/waarschuwingen", "/verantwoording/instroom"
LATER = NOW + timedelta(days=7 * 22)
"""A voucher ends soon, a term is past, and nothing came in for weeks."""


def busy(office: Office) -> None:
    def make(session: Session) -> None:
        a_voucher(session)
        an_application(session)
        plan_inflow(session, route=Route.INDIVIDUAL, per_month=200, valid_from=NOW.date(), actor=REGION, now=NOW)

    office.do(make)


def shown(office: Office, role: Role) -> int:
    """How many warnings are open, by the query that the mail counts with."""
    account = office.account(role)
    return office.do(
        lambda session: len(warnings_now(session, actor=actor_of_account(session.merge(account)), now=clock.now()).open)
    )


@pytest.mark.parametrize("role", [Role.REGION, Role.CONTROLLER])
def test_every_warning_opens_to_rows_that_add_up_to_its_figure(office: Office, role: Role) -> None:
    busy(office)
    with clock.frozen(LATER):
        browser = office.browser(role)
        answer = browser.get(LIST)
        assert_sound(answer)
        links = [str(link["href"]) for link in soup_of(answer).select(f"main table a[href^='{LIST}/']")]
        assert len(links) == shown(office, role) >= 3
        assert f"Open waarschuwingen ({len(links)})" in words_on(answer)
        for link in links:
            opened = browser.get(link)
            assert_sound(opened)
            assert "de Vries" not in opened.text and "technicus" not in opened.text
        vouchers = words_on(browser.get(f"{LIST}/vouchers_end"))
        assert format_euros(120_000, exact=True).replace("\xa0", " ") in vouchers.replace("\xa0", " ")
        overview = words_on(browser.get("/verantwoording/"))
        assert f"{len(links)} waarschuwingen vragen aandacht" in overview


def test_a_funder_sees_no_warnings_beside_its_money(office: Office) -> None:
    busy(office)
    with clock.frozen(LATER):
        answer = office.browser(Role.AUDITOR).get("/verantwoording/")
        assert answer.status_code == 200 and "waarschuwing" not in words_on(answer).lower()


def test_who_has_seen_a_warning_leaves_it_out_and_puts_it_back(office: Office) -> None:
    busy(office)
    with clock.frozen(LATER):
        browser, other = office.browser(Role.REGION), office.browser(Role.CONTROLLER)
        before = shown(office, Role.REGION)
        until = f"{(LATER + timedelta(days=5)).date():%d-%m-%Y}"
        page = f"{LIST}/vouchers_end"
        for form, field in (
            ({"note": "", "until": until}, "note"),
            ({"note": "Wij bellen.", "until": "1-1-2020"}, "until"),
        ):
            browser.get(page)
            assert_refused_kindly(browser.submit(page, form), field, form)
        browser.get(page)
        assert browser.submit(page, {"note": "Wij bellen.", "until": until}).status_code == 303
        assert shown(office, Role.REGION) == before - 1 and shown(office, Role.CONTROLLER) == before
        assert "Door u gezien" in words_on(browser.get(LIST))
        assert "Gezien door" in words_on(other.get(page)) and "Wij bellen." in words_on(other.get(page))
        assert "Zet haar terug" not in words_on(other.get(page))
        browser.get(page)
        assert browser.post(f"{page}/weer-tonen").status_code == 303
        assert shown(office, Role.REGION) == before
    assert office.do(lambda s: s.scalars(select(SeenWarning.ended_by)).one()) is not None


def test_a_warning_that_is_gone_is_not_there(office: Office) -> None:
    busy(office)
    assert office.browser(Role.REGION).get(f"{LIST}/vouchers_end").status_code == 404
    with clock.frozen(LATER):
        assert office.browser(Role.REGION).get(f"{LIST}/vouchers_end").status_code == 200


def test_the_weekly_mail_is_turned_on_and_off_on_the_page(office: Office) -> None:
    office.do(lambda session: None)
    browser = office.browser(Role.CONTROLLER)
    for value, is_on in (("ja", True), ("nee", False)):
        words = words_on(browser.get(LIST))
        assert ("Zet de mail aan" in words) is is_on
        assert browser.post("/verantwoording/waarschuwingen-mail", {"wanted": value}).status_code == 303
        assert office.do(lambda s: s.scalars(select(DigestSubscription.is_on)).one()) is is_on


def test_the_region_plans_and_a_controller_looks(office: Office) -> None:
    busy(office)
    region, controller = office.browser(Role.REGION), office.browser(Role.CONTROLLER)
    assert_sound(region.get(INFLOW))
    form = {"route": "employer", "per_month": "40", "valid_from": f"{NOW.date():%d-%m-%Y}"}
    assert region.submit(f"{INFLOW}/plan", form).status_code == 303
    found = office.do(lambda s: s.scalars(select(InflowPlan.per_month).where(InflowPlan.route == Route.EMPLOYER)).one())
    assert found == 40
    region.get(INFLOW)
    assert region.submit(f"{INFLOW}/plan", form | {"channel": "uwv", "per_month": "15"}).status_code == 303
    words = words_on(controller.get(INFLOW))
    assert "werkgevers, via UWV" in words and "15 per maand" in words
    assert "40 per maand" in words and "Leg het plan vast" not in words
    controller.get(INFLOW)
    assert controller.post(f"{INFLOW}/plan", form).status_code in (403, 404)


def test_the_weeks_on_the_page_add_up_to_what_came_in(office: Office) -> None:
    busy(office)
    with clock.frozen(NOW + timedelta(days=8)):
        answer = office.browser(Role.REGION).get(INFLOW)
        table = soup_of(answer).select("main table")[0]
        sent = [int(row.select("td")[0].get_text(strip=True)) for row in table.select("tbody tr")]
        assert len(sent) == 8 and sum(sent) == 2
        assert re.search(r"Plan: 200 vragen per maand", words_on(answer))
