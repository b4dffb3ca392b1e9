"""The region raises and lowers budgets with a reason, sees their history, and is warned about a ceiling that came too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import Reservation, reserve
from portal.ledger.queries import line_figures
from portal.people.accounts.models import Role
from tests.factories import NOW
from tests.web.office import Office
from tests.web.walking import assert_sound, soup_of


def the_line(office: Office) -> FundingLine:
    return office.do(lambda session: funding_lines(session)[0])


def funded(office: Office, line: FundingLine) -> int:
    return office.do(lambda session: line_figures(session, funding_line_ids=[line.id])[line.id]).funded_cents


def words(answer: Any) -> str:
    return " ".join(soup_of(answer).get_text(" ").replace("\xa0", " ").split())


def change(office: Office, line: FundingLine, **fields: str) -> Any:
    browser = office.browser(Role.REGION)
    path = f"/regio/budgetten/{line.slug}"
    browser.get(path)
    return browser, browser.post(
        f"{path}/bedrag", {"act": "raise", "amount": "1.000", "reason": "Tweede tranche", **fields}
    )


def test_every_budget_is_listed_with_its_funder_purpose_and_money(office: Office) -> None:
    answer = office.browser(Role.REGION).get("/regio/budgetten")
    assert_sound(answer)
    line = the_line(office)
    assert line.title_nl in words(answer) and line.funder.name_nl in words(answer)


def test_a_raised_budget_is_booked_and_its_reason_is_shown(office: Office) -> None:
    line = the_line(office)
    before = funded(office, line)
    browser, answer = change(office, line)
    assert answer.status_code == 303
    waits = browser.get(f"/regio/budgetten/{line.slug}")
    assert_sound(waits)
    assert "Dit wacht op een tweede persoon" in words(waits) and funded(office, line) == before
    assert office.done_by_another(Role.REGION).status_code == 303
    assert funded(office, line) == before + 100_000
    shown = browser.get(f"/regio/budgetten/{line.slug}")
    assert_sound(shown)
    assert "€ 1.000,00" in words(shown) and "Tweede tranche" in words(shown)


def test_lowering_below_what_is_reserved_is_refused_with_the_figures_and_keeps_what_was_typed(office: Office) -> None:
    line = the_line(office)
    before = funded(office, line)
    office.do(
        lambda session: reserve(
            session,
            decision_id=1,
            actor_id="account:1",
            now=NOW,
            reservations=[Reservation(funding_line_id=line.id, amount_cents=50_000, voucher_id=1, scheme_version_id=1)],
        )
    )
    _browser, answer = change(office, line, act="lower", amount=str(before // 100), reason="Alles terug")
    assert answer.status_code == 422
    assert_sound(answer)
    assert "€ 500,00 gereserveerd" in words(answer)
    assert 'value="Alles terug"' in answer.text
    assert funded(office, line) == before


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "veel"}, {"amount": "0"}, {"amount": "-5"}, {"reason": ""}, {"reason": "x" * 201}, {"act": "steal"}],
)
def test_wrong_input_is_explained_and_books_nothing(office: Office, wrong: dict[str, str]) -> None:
    line = the_line(office)
    before = funded(office, line)
    _browser, answer = change(office, line, **wrong)
    assert answer.status_code == 422
    assert soup_of(answer).select(".error-summary a, .error-summary li")
    assert funded(office, line) == before


def test_a_ceiling_that_was_never_made_public_is_warned_about_until_it_is(office: Office) -> None:
    line = the_line(office)
    browser = office.browser(Role.REGION)
    path = f"/regio/budgetten/{line.slug}"
    assert "nog niet bekendgemaakt" in words(browser.get(path))
    day = line.period_from - timedelta(days=10)
    amount = f"{funded(office, line) / 100:.2f}".replace(".", ",")
    sent = {"ceiling": amount, "announced_on": f"{day:%d-%m-%Y}", "place": "Gemeenteblad 2025, 400"}
    assert browser.post(f"{path}/bekendmaking", sent).status_code == 303
    shown = words(browser.get(path))
    assert "nog niet bekendgemaakt" not in shown and "Gemeenteblad 2025, 400" in shown


def test_a_new_budget_is_added_and_a_name_that_exists_is_refused(office: Office) -> None:
    line = the_line(office)
    browser = office.browser(Role.REGION)
    assert_sound(browser.get("/regio/budgetten/nieuw"))
    sent = {
        "id": "nieuw-geld",
        "funder": line.funder.slug,
        "title_nl": "Nieuw geld",
        "title_en": "New money",
        "amount": "9.000",
        "period_from": "1-1-2027",
        "period_to": "31-12-2027",
        "routes": "employer",
        "reason": "Afspraak met de provincie",
    }
    assert browser.post("/regio/budgetten/nieuw", sent).status_code == 303
    assert browser.get("/regio/budgetten/nieuw-geld").status_code == 404, "until a second person agrees"
    assert office.done_by_another(Role.REGION).status_code == 303
    assert "werkgeversroute" in words(browser.get("/regio/budgetten/nieuw-geld"))
    again = browser.post("/regio/budgetten/nieuw", sent)
    assert again.status_code == 422 and "al een budgetregel" in words(again)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "Nieuw Geld!", "kleine letters"),
        ("period_to", "31-12-2026", "laatste dag"),
        ("funder", "niemand", "geldgever"),
        ("amount", "duizend", "bedrag"),
        ("reason", "", "waarom"),
    ],
)
def test_a_wrong_field_of_a_new_budget_is_explained(office: Office, field: str, value: str, said: str) -> None:
    browser = office.browser(Role.REGION)
    browser.get("/regio/budgetten/nieuw")
    sent = {
        "id": "nieuw-geld",
        "funder": the_line(office).funder.slug,
        "title_nl": "Nieuw geld",
        "title_en": "New money",
        "amount": "9.000",
        "period_from": "1-1-2027",
        "period_to": "31-12-2027",
        "reason": "Afspraak met de provincie",
        field: value,
    }
    answer = browser.post("/regio/budgetten/nieuw", sent)
    assert answer.status_code == 422
    assert said in words(answer).lower()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ceiling", ""),
        ("ceiling", "veel"),
        ("ceiling", "-1"),
        ("ceiling", "9" * 30),
        ("announced_on", ""),
        ("announced_on", "31-2-2026"),
        ("announced_on", "3-3-2026"),
        ("place", ""),
        ("place", "x" * 301),
    ],
)
def test_a_wrong_announcement_is_explained_and_not_kept(office: Office, field: str, value: str) -> None:
    line = the_line(office)
    browser = office.browser(Role.REGION)
    path = f"/regio/budgetten/{line.slug}"
    browser.get(path)
    sent = {"ceiling": "1.000", "announced_on": "1-12-2025", "place": "Gemeenteblad", field: value}
    answer = browser.post(f"{path}/bekendmaking", sent)
    assert answer.status_code == 422
    assert_sound(answer)
    assert f'href="#{field}"' in answer.text
    assert "Nog niets bekendgemaakt." in words(browser.get(path))


@pytest.mark.parametrize("slug", ["bestaat-niet", "x" * 300, "../budgetten"])
def test_a_budget_that_is_not_there_is_not_found(office: Office, slug: str) -> None:
    browser = office.browser(Role.REGION)
    browser.get("/regio/budgetten")
    assert browser.get(f"/regio/budgetten/{slug}").status_code == 404
    assert (
        browser.post(f"/regio/budgetten/{slug}/bedrag", {"act": "raise", "amount": "1", "reason": "x"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    "sent", [{}, {"name": "X"}, {"name": "", "public_key": "A" * 44}, {"name": "X", "public_key": "é" * 44}]
)
def test_a_key_that_is_no_key_is_not_trusted(office: Office, sent: dict[str, str]) -> None:
    browser = office.browser(Role.REGION)
    browser.get("/regio/sleutels")
    answer = browser.post("/regio/sleutels", sent)
    assert answer.status_code == 422
    assert_sound(answer)
    assert browser.post("/regio/sleutels/999999/weg").status_code in (303, 404)


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        ("bedrag", {"act": "raise", "amount": "1.000", "reason": "Tweede tranche"}),
        ("bedrag", {"act": "lower", "amount": "1", "reason": "Terug"}),
        ("bekendmaking", {"ceiling": "5", "announced_on": "1-12-2025", "place": "Krant 12"}),
    ],
)
@pytest.mark.parametrize("meanwhile", ["bedrag", "bekendmaking"])
def test_nothing_is_done_with_a_budget_that_stands_otherwise_than_was_seen(
    office: Office, part: str, sent: dict[str, str], meanwhile: str
) -> None:
    line = the_line(office)
    page = f"/regio/budgetten/{line.slug}"
    one, two = office.browser(Role.REGION), office.browser(Role.REGION)
    for browser in (one, two):
        browser.get(page)
    first = {
        "bedrag": {"act": "raise", "amount": "7", "reason": "Eerder"},
        "bekendmaking": {"ceiling": "9", "announced_on": "1-11-2025", "place": "Eerder"},
    }[meanwhile]
    assert one.submit(f"{page}/{meanwhile}", first).status_code == 303
    if meanwhile == "bedrag":
        assert office.done_by_another(Role.REGION).status_code == 303
    before = funded(office, line)
    refused = two.submit(f"{page}/{part}", sent)
    assert refused.status_code == 422 and "Er is iets veranderd" in words(refused)
    assert_sound(refused)
    assert funded(office, line) == before and "Krant 12" not in words(one.get(page))
    assert two.submit(f"{page}/{part}", sent).status_code == 303, "as it stands now"


def test_who_adds_a_budget_is_told_that_a_colleague_added_one(office: Office) -> None:
    line = the_line(office)
    sent = {
        "funder": line.funder.slug, "title_nl": "Nieuw geld", "title_en": "New money", "amount": "9.000",
        "period_from": "1-1-2027", "period_to": "31-12-2027", "reason": "Afspraak",
    }  # fmt: skip
    one, two = office.browser(Role.REGION), office.browser(Role.REGION)
    for browser in (one, two):
        browser.get("/regio/budgetten/nieuw")
    assert one.submit("/regio/budgetten/nieuw", {**sent, "id": "nieuw-1"}).status_code == 303
    assert office.done_by_another(Role.REGION).status_code == 303
    refused = two.submit("/regio/budgetten/nieuw", {**sent, "id": "nieuw-2"})
    assert refused.status_code == 422 and "Aantal budgetten" in words(refused)
