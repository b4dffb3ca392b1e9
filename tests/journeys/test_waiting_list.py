"""Money for one in a real browser: the first gets the voucher, the second waits; the first lets it expire, and the second gets it.

Residents have no JavaScript, staff has. The clock goes past the last day of the voucher, and the jobs run as at night. The figures
of the region are those of the books at every stage.
"""

from __future__ import annotations

from datetime import timedelta

from portal.commands.due import desk_jobs
from portal.platform import clock
from portal.platform.jobs.actions import run_jobs
from portal.spending.vouchers.models import VoucherState
from tests.factories import NOW
from tests.journeys.books import figures_shown, moved
from tests.journeys.people import Journey, Person
from tests.journeys.proefland import (
    ADA,
    DAY,
    RULES,
    SCHEME,
    STORY,
    WHOLE,
    OpenOffice,
    app,
    approves,
    asks_and_applies,
    assert_books_balance,
    code_of,
    comes_back,
    dutch,
    figures_now,
    office,
    opens_case,
    opens_its_doors,
    still,
    walks,
    words,
)

__all__ = ["app", "office", "still"]
pytestmark = STORY


MONEY_FOR_ONE = {
    RULES: {"voucher: {": "budget: {distribution: order_of_receipt, waiting_list: true}\nvoucher: {"},
    "funding.yaml": {
        "amount_cents: 1000000": f"amount_cents: {WHOLE}",
        "amount_cents: 2000000": "amount_cents: 2000000\n    earmark: {schemes: [materiaalvoucher]}",
    },
}


def test_money_of_an_expired_voucher_goes_to_who_is_first_on_the_waiting_list(
    office: OpenOffice,
) -> None:
    journey, rik, ada, full = opens_its_doors(office, MONEY_FOR_ONE)
    held = full + moved(reserved=WHOLE, available=-WHOLE)
    _, first = asks_and_applies(journey, "Kim Jansen", 3)
    approves(ada, first)
    lou, second = asks_and_applies(journey, "Lou Smit", 4)
    puts_on_the_list(ada, second)
    sees_the_place(lou)
    assert figures_shown(journey, rik) == held
    [voucher] = journey.vouchers()

    over = clock.end_of_day(voucher.valid_until) + timedelta(hours=1)
    with clock.frozen(over - 2 * DAY):
        runs_jobs(journey)
        assert figures_now(journey) == held, "a voucher is good on its last day"
    with clock.frozen(over):
        runs_jobs(journey)
        assert figures_now(journey) == full
        kim, lou = comes_back(journey, "Kim Jansen"), comes_back(journey, "Lou Smit")
        assert "tot en met 29 augustus 2026" in words(kim.page) and kim.page.locator("main .code").count() == 0
        lou.inspect()
        assert "Leervoucher: er is weer geld." in words(lou.page)
        approves(walks(journey, ADA), second)
        assert figures_now(journey) == held
        code_of(lou)
        page = comes_back(journey, "Lou Smit").follow("Lees het besluit")
        assert "U krijgt € 1.200." in words(page)
    assert [one.state for one in journey.vouchers()] == [VoucherState.EXPIRED, VoucherState.ISSUED]
    assert_books_balance(journey)


def puts_on_the_list(ada: Person, number: str) -> None:
    """There is no money: the applicant agreed to wait."""
    opens_case(ada, number)
    ada.follow("Op de wachtlijst zetten")
    ada.inspect()
    ada.fill(scheme=SCHEME, agreed_on=dutch(NOW), agreed="y")
    page = ada.press("Op de wachtlijst zetten")
    assert "Plaats 1 op de wachtlijst." in words(page)
    ada.go("/adviseur/wachtlijst")
    ada.inspect()


def sees_the_place(lou: Person) -> None:
    """The resident sees the place, and that the term stands still."""
    page = lou.go(lou.page.url)
    lou.inspect()
    assert "u staat op plaats 1 van de wachtlijst" in words(page)
    lou.follow("Uw plaats bekijken, of niet meer wachten")
    lou.inspect()
    lou.follow("Nee, ik blijf wachten")


def runs_jobs(journey: Journey) -> None:
    """What `loket jobs run` does, now."""
    run = run_jobs(journey.desk.engine, jobs=desk_jobs(), now=clock.now())
    assert not run.failed and not run.dead, run
