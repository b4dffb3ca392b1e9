"""What the region spends beside vouchers in the demonstration, and what others bring: one writes it down, another looks."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounting.cofinancing.actions import (
    CofinancingTerms,
    EvidenceFile,
    add_cofinancing_evidence,
    claim_cofinancing,
    prove_cofinancing,
    refuse_cofinancing,
)
from portal.accounting.cofinancing.models import Cofinancing, CofinancingSector
from portal.accounting.expenses.actions import (
    ExpensePaper,
    approve_expense,
    lay_down_expense,
    lay_down_reversal,
    send_expense_back,
)
from portal.accounting.expenses.models import Expense
from portal.accounting.work_packages.actions import WorkPackageTerms, add_work_package
from portal.accounting.work_packages.models import WorkPackage
from portal.demo.account_texts import (
    AGREEMENTS,
    COFINANCING,
    EXPENSES,
    PACKAGES,
    WRONG_BILL,
    BroughtTold,
    ExpenseTold,
)
from portal.demo.desk import DemoDesk
from portal.demo.funders_kept import LAST_DAY, Act, in_turn
from portal.demo.papers import invoice_pdf
from portal.demo.timetable import Story, Timetable
from portal.framework.funding.models import Agreement, FundingLine
from portal.framework.funding.queries import funding_lines

SECOND_AFTER = 2
"""Days after which a second person looks at it."""


def expenses_kept(desk: DemoDesk, at: Timetable, since: datetime) -> Story:
    """Four work packages with their budgets, and the expenses: approved, reversed, sent back, and one that waits."""
    packages: dict[str, WorkPackage] = {}
    lines: dict[str, FundingLine] = {}
    laid: dict[str, Expense] = {}

    def begin() -> None:
        lines.update({line.slug: line for line in funding_lines(desk.session)})
        for number, title_nl, title_en, budgets in PACKAGES:
            terms = WorkPackageTerms(
                number,
                title_nl,
                title_en,
                desk.today.replace(day=1),
                LAST_DAY,
                {lines[slug].id: cents for slug, cents in budgets.items()},
            )
            packages[number] = add_work_package(desk.session, terms=terms, actor=desk.staff.region, now=desk.now)

    def lay_down(told: ExpenseTold) -> None:
        laid[told.number] = lay_down_expense(
            desk.session,
            paper=_bill(desk, told),
            package=packages[told.package],
            line=lines[told.line],
            vault=desk.vault,
            actor=desk.staff.region,
            now=desk.now,
        )

    def approve(expense: Expense) -> None:
        approve_expense(desk.session, expense=expense, actor=desk.staff.second_region, now=desk.now)

    def take_back(told: ExpenseTold) -> None:
        laid["-" + told.number] = lay_down_reversal(
            desk.session, expense=laid[told.number], reason=WRONG_BILL, actor=desk.staff.region, now=desk.now
        )

    def send_back(told: ExpenseTold) -> None:
        send_expense_back(
            desk.session, expense=laid[told.number], reason=told.sent_back, actor=desk.staff.second_region, now=desk.now
        )

    acts: list[tuple[int, Act]] = [(8, begin)]
    for one in EXPENSES:
        acts.append((one.day, lambda one=one: lay_down(one)))  # type: ignore[misc]
        if one.sent_back:
            acts.append((one.day + SECOND_AFTER, lambda one=one: send_back(one)))  # type: ignore[misc]
        elif one.approved:
            acts.append((one.day + SECOND_AFTER, lambda one=one: approve(laid[one.number])))  # type: ignore[misc]
        if one.reversed_on is not None:
            acts.append((one.reversed_on, lambda one=one: take_back(one)))  # type: ignore[misc]
            again = one.reversed_on + SECOND_AFTER
            acts.append((again, lambda one=one: approve(laid["-" + one.number])))  # type: ignore[misc]
    return in_turn(at, since, acts)


def _bill(desk: DemoDesk, told: ExpenseTold) -> ExpensePaper:
    vat, day = told.net_cents * told.vat_percent // 100, desk.today - timedelta(days=6)
    shown = (told.supplier, f"Factuur {told.number}", f"Datum: {day:%d-%m-%Y}", told.what)
    content = invoice_pdf([*shown, f"Bedrag: EUR {(told.net_cents + vat) // 100},{(told.net_cents + vat) % 100:02d}"])
    return ExpensePaper(
        supplier=told.supplier,
        description=told.what,
        invoice_number=told.number,
        invoice_date=day,
        net_cents=told.net_cents,
        vat_cents=vat,
        vat_deductible=told.vat_deductible,
        content=content,
        file_name="factuur.pdf",
    )


# Co-financing --------------------------------------------------------------------------------------------------------------


def cofinancing_kept(desk: DemoDesk, at: Timetable, since: datetime) -> Story:
    """What others bring against the duty: money, hours at a rate, and own shares with invoice and proof of payment."""
    entries: dict[int, Cofinancing] = {}

    def claim(number: int, told: BroughtTold) -> None:
        entries[number] = _claim(desk, told)

    def decide(number: int, told: BroughtTold) -> None:
        entry, who = entries[number], {"actor": desk.staff.second_region, "now": desk.now}
        if told.refused:
            refuse_cofinancing(desk.session, entry=entry, reason=told.refused, **who)  # type: ignore[arg-type]
        else:
            prove_cofinancing(desk.session, entry=entry, **who)  # type: ignore[arg-type]

    acts: list[tuple[int, Act]] = []
    for number, one in enumerate(COFINANCING):
        acts.append((one.day, lambda number=number, one=one: claim(number, one)))  # type: ignore[misc]
        if one.proven:
            acts.append((one.day + SECOND_AFTER, lambda number=number, one=one: decide(number, one)))  # type: ignore[misc]
    return in_turn(at, since, acts)


def _claim(desk: DemoDesk, told: BroughtTold) -> Cofinancing:
    slug = next(slug for slug, agreement in AGREEMENTS.items() if agreement.cofinancing_cents)
    agreement = desk.session.scalars(select(Agreement).where(Agreement.slug == slug)).one()
    terms = CofinancingTerms(
        told.who,
        told.what,
        CofinancingSector.PUBLIC if told.public else CofinancingSector.PRIVATE,
        desk.today - timedelta(days=told.over),
        desk.today - timedelta(days=1),
        told.own_share,
        told.cents,
        told.hours,
        told.rate_cents,
    )
    who = {"actor": desk.staff.region, "now": desk.now}
    entry = claim_cofinancing(desk.session, agreement=agreement, contribution=terms, **who)  # type: ignore[arg-type]
    if told.evidence:
        paid = EvidenceFile(invoice_pdf([told.who, "Bewijs van betaling", told.what]), "betaling.pdf")
        shown = EvidenceFile(invoice_pdf([told.who, "Bewijs", told.what]), "bewijs.pdf")
        add_cofinancing_evidence(
            desk.session,
            entry=entry,
            evidence=shown,
            payment=paid if told.own_share and not told.refused else None,
            vault=desk.vault,
            **who,  # type: ignore[arg-type]
        )
    return entry
