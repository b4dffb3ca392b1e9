"""What the region accounts for in the history: the money of funders, work packages, expenses outside vouchers, co-financing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.accounting.cofinancing.actions import (
    CofinancingTerms,
    EvidenceFile,
    add_cofinancing_evidence,
    claim_cofinancing,
    prove_cofinancing,
    set_duty,
)
from portal.accounting.cofinancing.models import CofinancingSector
from portal.accounting.expenses.actions import ExpensePaper, approve_expense, lay_down_expense
from portal.accounting.tranches.actions import (
    HandReceipt,
    add_tranche,
    confirm_receipt,
    promise_money,
    receive_by_hand,
)
from portal.accounting.work_packages.actions import WorkPackageTerms, add_work_package
from portal.accounting.work_packages.models import WorkPackage
from portal.demo.history.desk import HistoryDesk
from portal.demo.history.plan import (
    ENDED_ON,
    OPENED_ON,
    REGIO_DEAL,
    WORK_PACKAGES,
    HistoryPlan,
    PlannedContribution,
    PlannedExpense,
    PlannedInstalment,
)
from portal.demo.history.region import agreement_slug
from portal.demo.papers import invoice_pdf
from portal.framework.funding.models import Agreement, FundingLine
from portal.framework.funding.queries import funding_line_by_slug

_OWN = "Verzonnen, bij de historie van het Ontwikkelfonds"
VOUCHERS = "4"
"""The work package of the vouchers of the individual route: no expenses are booked on it."""


def lay_down_plan(desk: HistoryDesk, plan: HistoryPlan) -> None:
    """What was laid down before the first voucher: promises, work packages with their budgets, the duty of co-financing."""
    by: dict[str, Any] = {"actor": desk.staff.region, "now": desk.now}
    for slug, cents in plan.budgets.items():
        promised: dict[str, Any] = {"amount_cents": cents, "on": desk.today, "reason": "Eindrapportage, 3.1"}
        promise_money(desk.session, agreement=_agreement(desk, slug), **promised, **by)
    for number, title_nl, title_en in WORK_PACKAGES:
        budgets: dict[int, int] = {}
        for one in plan.expenses:
            if one.package == number:
                budgets[_line(desk, one.line).id] = budgets.get(_line(desk, one.line).id, 0) + one.cents
        if number == VOUCHERS:
            outside = sum(one.cents for one in plan.expenses if one.line == REGIO_DEAL)
            budgets[_line(desk, REGIO_DEAL).id] = plan.budgets[REGIO_DEAL] - outside
        terms = WorkPackageTerms(number, title_nl, title_en, OPENED_ON, ENDED_ON, budgets)
        add_work_package(desk.session, terms=terms, **by)
    cents = sum(one.cents for one in plan.contributions)
    set_duty(desk.session, agreement=_agreement(desk, REGIO_DEAL), amount_cents=cents, before_on=ENDED_ON, **by)


def receive(desk: HistoryDesk, planned: PlannedInstalment) -> None:
    """A funder pays a part of what it promised; one writes it down, another counts it."""
    by: dict[str, Any] = {"actor": desk.staff.region, "now": desk.now}
    agreement = _agreement(desk, planned.line)
    tranche = add_tranche(desk.session, agreement=agreement, amount_cents=planned.cents, expected_on=planned.on, **by)
    seen = HandReceipt(planned.cents, planned.on, f"{planned.line} {planned.on:%Y}")
    receipt = receive_by_hand(desk.session, tranche=tranche, seen=seen, **by)
    confirm_receipt(desk.session, receipt=receipt, actor=desk.staff.second_region, now=desk.now)


def spend(desk: HistoryDesk, planned: PlannedExpense) -> None:
    """One expense, laid down by one and approved by another. Raises ``ExpenseTooHigh`` when its budget has too little left."""
    package = desk.session.scalars(select(WorkPackage).where(WorkPackage.number == planned.package)).one()
    number = f"WP{planned.package}-{planned.line}-{planned.on:%Y%m}"
    paper = ExpensePaper(
        supplier="Verzonnen Projectbureau",
        description=f"{package.title_nl}, kwartaal tot {planned.on:%m-%Y}",
        invoice_number=number,
        invoice_date=planned.on,
        net_cents=planned.cents,
        vat_cents=0,
        vat_deductible=False,
        content=invoice_pdf(["Verzonnen Projectbureau", f"Factuur {number}", _OWN]),
        file_name=f"{number}.pdf",
    )
    expense = lay_down_expense(
        desk.session,
        paper=paper,
        package=package,
        line=_line(desk, planned.line),
        vault=desk.vault,
        actor=desk.staff.region,
        now=desk.now,
    )
    approve_expense(desk.session, expense=expense, actor=desk.staff.second_region, now=desk.now)


def contribute(desk: HistoryDesk, planned: PlannedContribution) -> None:
    """What others brought over half a year, with its evidence, proven by a second person."""
    name = "Werkgevers met een voucher" if planned.own_shares else "Partners van het fonds"
    what = "Eigen deel van de opleidingen" if planned.own_shares else "Geld en uren, in euro's"
    contribution = CofinancingTerms(
        contributor=name,
        description=f"{what}, halfjaar vanaf {planned.period_from:%m-%Y} (aanname)",
        sector=CofinancingSector.PRIVATE if planned.own_shares else CofinancingSector.PUBLIC,
        period_from=planned.period_from,
        period_to=planned.on,
        own_share=planned.own_shares,
        cash_cents=planned.cents,
    )
    by: dict[str, Any] = {"actor": desk.staff.region, "now": desk.now}
    agreement = _agreement(desk, REGIO_DEAL)
    entry = claim_cofinancing(desk.session, agreement=agreement, contribution=contribution, **by)
    papers = [
        EvidenceFile(invoice_pdf([name, f"{kind} {planned.period_from}", _OWN]), f"{kind}.pdf")
        for kind in ("bewijs", "betaling")
    ]
    add_cofinancing_evidence(
        desk.session,
        entry=entry,
        evidence=papers[0],
        payment=papers[1] if planned.own_shares else None,
        vault=desk.vault,
        **by,
    )
    prove_cofinancing(desk.session, entry=entry, actor=desk.staff.second_region, now=desk.now)


def _agreement(desk: HistoryDesk, line: str) -> Agreement:
    return desk.session.scalars(select(Agreement).where(Agreement.slug == agreement_slug(line))).one()


def _line(desk: HistoryDesk, slug: str) -> FundingLine:
    found = funding_line_by_slug(desk.session, slug=slug)
    assert found is not None, "the region of the history has these budgets"
    return found
