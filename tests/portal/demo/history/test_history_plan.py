"""The plan of the history comes to the figures of the source to the cent, never overdraws a budget, and a naive order does."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.accounting.source_report.figures import SOURCE
from portal.demo.history.plan import (
    FULL,
    GELDERLAND,
    MOST_CENTS,
    OVERIJSSEL,
    REGIO_DEAL,
    SMALL,
    VALID_DAYS,
    BudgetOverdrawn,
    HistoryPlan,
    HistorySize,
    divided,
    evenly,
    history_plan,
    pay_days,
)
from portal.platform.legal_calendar import is_working_day

SIZES = pytest.mark.parametrize("size", [FULL, SMALL], ids=["full", "small"])


def committed_at_once(plan: HistoryPlan) -> int:
    return plan.awarded_cents + plan.expenses_cents


def test_the_whole_plan_comes_to_every_figure_of_the_source() -> None:
    plan = history_plan()
    vouchers, budgets = plan.vouchers, plan.budgets
    by_route = Counter(one.route for one in vouchers)
    found = {
        "budget": sum(budgets.values()),
        "budget_regio_deal": budgets[REGIO_DEAL],
        "budget_gelderland": budgets[GELDERLAND],
        "budget_overijssel": budgets[OVERIJSSEL],
        "cofinancing": sum(one.cents for one in plan.contributions),
        "spent": sum(plan.spent_cents(line) for line in budgets),
        "spent_regio_deal": plan.spent_cents(REGIO_DEAL),
        "awarded": plan.awarded_cents,
        "redeemed": plan.redeemed_cents,
        "vouchers": len(vouchers),
        "vouchers_technology": sum(one.technology for one in vouchers),
        "vouchers_employer": by_route["employer"],
        "vouchers_individual": by_route["individual"],
        "employers": len({one.employer for one in vouchers} - {None}),
        "outside_vouchers": plan.expenses_cents,
        "unredeemed": plan.awarded_cents - plan.redeemed_cents,
    }
    assert found == {key: SOURCE[key] for key in found}
    assert sum(one.cents for one in plan.instalments) == SOURCE["budget"]


@SIZES
def test_money_that_lapsed_is_awarded_again_and_no_budget_is_ever_overdrawn(size: HistorySize) -> None:
    plan = history_plan(size)
    assert committed_at_once(plan) - sum(plan.budgets.values()) == 29_659_00 // size.parts
    assert min(free for _event, free in plan.balances()) >= 0
    with pytest.raises(BudgetOverdrawn) as refused:
        list(plan.without_interleaving().balances())
    assert refused.value.event.kind == "award"
    assert refused.value.free_cents + refused.value.event.cents < 0


@SIZES
def test_nothing_is_paid_before_a_funder_paid_for_it(size: HistorySize) -> None:
    plan = history_plan(size)
    for line in plan.budgets:
        moved = [(one.on, one.cents) for one in plan.instalments if one.line == line]
        moved += [(one.on, -one.cents) for one in plan.expenses if one.line == line]
        moved += [(one.used_on, -one.cents) for one in plan.vouchers if one.line == line and one.used_on is not None]
        in_hand, least = 0, 0
        for _day, cents in sorted(moved, key=lambda one: one[0]):
            in_hand += cents
            least = min(least, in_hand)
        assert least == 0, line


@SIZES
def test_every_voucher_keeps_to_the_rules_of_the_source(size: HistorySize) -> None:
    plan = history_plan(size)
    routes = {REGIO_DEAL: {"individual"}, OVERIJSSEL: {"employer"}, GELDERLAND: {"individual", "employer"}}
    for one in plan.vouchers:
        assert 0 < one.cents <= MOST_CENTS
        assert one.cents % (100 // size.parts) == 0  # whole euros, of the whole plan
        assert one.route in routes[one.line]
        assert (one.employer is not None) == (one.route == "employer")
        assert is_working_day(one.awarded_on)
        assert one.used_on is None or one.awarded_on < one.used_on <= one.awarded_on + timedelta(days=VALID_DAYS)
    assert [one.awarded_on for one in plan.vouchers] == sorted(one.awarded_on for one in plan.vouchers)
    last = max(one.used_on for one in plan.vouchers if one.used_on is not None)
    assert max(pay_days(plan)) > last


def test_a_plan_with_one_euro_more_than_its_budget_is_overdrawn() -> None:
    plan = history_plan(SMALL)
    least = min(free for event, free in plan.balances() if event.line == REGIO_DEAL)
    fits = replace(plan, budgets={**plan.budgets, REGIO_DEAL: plan.budgets[REGIO_DEAL] - least})
    assert min(free for event, free in fits.balances() if event.line == REGIO_DEAL) == 0
    short = replace(plan, budgets={**plan.budgets, REGIO_DEAL: plan.budgets[REGIO_DEAL] - least - 1})
    with pytest.raises(BudgetOverdrawn):
        list(short.balances())


@pytest.mark.parametrize(("cents", "number"), [(100, 3), (2_099, 4), (1, 1), (26_120_500, 159)])
def test_the_parts_of_an_amount_are_the_amount(cents: int, number: int) -> None:
    assert sum(divided(cents, number)) == cents
    assert len(divided(cents, number)) == number
    assert len(evenly(min(3, number), number)) == min(3, number)
    assert max(evenly(number, number)) == number - 1
