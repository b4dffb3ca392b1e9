"""What still stands open in each step of winding down, one by one, from the same rows as the registers."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.accounting.agreements.models import AgreementDuty, DutyKind
from portal.accounting.cofinancing.queries import cofinancing_against_duty
from portal.accounting.expenses.models import Expense, ExpenseState
from portal.accounting.periods.models import AccountingPeriod, PeriodState
from portal.accounting.scope import Scope
from portal.accounting.winding_down.models import WindDownStep, WindingDown
from portal.awarding.order_of_receipt.models import WaitingPlace
from portal.awarding.waiting_list.queries import live
from portal.cases.applications.models import Application
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.funding.models import Agreement
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import LedgerAccount, Transfer
from portal.ledger.queries import figures, line_figures, open_payables
from portal.paying.payments.queries import redemption_of
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.platform.among import among
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.vouchers.models import Voucher

FAR = date(9999, 12, 31)


class OpenKind(enum.StrEnum):
    """What can stand open."""

    SCHEME = "scheme"
    """A scheme that ends with this money and does not stop yet."""
    DAYS = "days"
    """One can still apply, up to and including a day."""
    APPLICATION = "application"
    WAITING_PLACE = "waiting_place"
    VOUCHER = "voucher"
    RESERVED = "reserved"
    """Money of a line that is reserved for no voucher."""
    INVOICE = "invoice"
    TO_PAY = "to_pay"
    CLAIM = "claim"
    EXPENSE = "expense"
    COFINANCING = "cofinancing"
    """Less co-financing was proven than was agreed: no reason to go on for ever, a reason to write down why."""
    PERIOD = "period"
    """The books are not closed up to and including the last booking."""
    REPORT_DUE = "report_due"


@dataclass(frozen=True)
class OpenThing:
    """One thing that stands open, with the number or slug it is known by."""

    kind: OpenKind
    name: str
    cents: int | None = None
    day: date | None = None
    public_id: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether the step cannot be closed while it is there; else it takes a reason."""
        return self.kind is not OpenKind.COFINANCING


def scope_of_funder(session: Session, winding: WindingDown) -> Scope:
    """All money that ends: the funding lines of the funder."""
    lines = (line for line in funding_lines(session) if line.funder_id == winding.funder_id)
    return Scope(tuple(lines), winding.funder)


def open_in(session: Session, *, winding: WindingDown, step: WindDownStep, today: date) -> list[OpenThing]:
    """What stands open in one step, kind by kind."""
    scope = scope_of_funder(session, winding)
    return [thing for look in _LOOKS.get(step, ()) for thing in look(session, winding, scope, today)]


Look = Callable[[Session, WindingDown, Scope, date], Iterator[OpenThing]]


# Stop ------------------------------------------------------------------------------------------------------------------


def _schemes(session: Session, winding: WindingDown, _scope: Scope, _today: date) -> Iterator[OpenThing]:
    """Schemes that hold on the day after the last day, or that will hold again later."""
    after = winding.last_day + timedelta(days=1)
    going_on = {one.slug for day in (after, FAR) for one in schemes_in_force(session, on=day)}
    yield from (OpenThing(OpenKind.SCHEME, slug) for slug in sorted(winding.schemes) if slug in going_on)


# Run-off ---------------------------------------------------------------------------------------------------------------


def _days(_session: Session, winding: WindingDown, _scope: Scope, today: date) -> Iterator[OpenThing]:
    if winding.schemes and today <= winding.last_day:
        yield OpenThing(OpenKind.DAYS, winding.last_day.isoformat(), day=winding.last_day)


def _applications(session: Session, winding: WindingDown, _scope: Scope, _today: date) -> Iterator[OpenThing]:
    rows = select(Application).join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
    undecided = DevelopmentQuestion.state.in_((QuestionState.APPLIED, QuestionState.WAITING))
    for one in session.scalars(rows.where(undecided).order_by(Application.receipt_order)):
        if set(one.schemes) & set(winding.schemes):
            yield OpenThing(OpenKind.APPLICATION, one.number, day=one.applied_on)


def _places(session: Session, winding: WindingDown, _scope: Scope, _today: date) -> Iterator[OpenThing]:
    rows = (
        select(WaitingPlace, Application.number)
        .join(Application, Application.id == WaitingPlace.application_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .where(*live(), WaitingPlace.scheme.in_(winding.schemes))
    )
    for place, number in session.execute(rows.order_by(WaitingPlace.id)):
        yield OpenThing(OpenKind.WAITING_PLACE, number, place.wanted_cents, place.agreed_on)


def _vouchers(session: Session, _winding: WindingDown, scope: Scope, _today: date) -> Iterator[OpenThing]:
    """Every voucher for which money of these lines is reserved, and what is reserved for none."""
    found = figures(session, by=("voucher_id",), funding_line_ids=scope.line_ids) if scope.lines else {}
    reserved = {key[0]: one.reserved_cents for key, one in found.items() if one.reserved_cents > 0}
    numbers = [number for number in reserved if number is not None]
    for voucher in session.scalars(select(Voucher).where(among(Voucher.id, numbers)).order_by(Voucher.valid_until)):
        cents, day = reserved.pop(voucher.id), voucher.valid_until
        yield OpenThing(OpenKind.VOUCHER, str(voucher.id), cents, day, voucher.public_id)
    for number, cents in reserved.items():
        yield OpenThing(OpenKind.RESERVED, str(number or ""), cents)


# Settlement ------------------------------------------------------------------------------------------------------------


def _paid_from(scope: Scope) -> Select[int | None]:
    """The vouchers for which money of these lines ever moved."""
    accounts = select(LedgerAccount.id).where(LedgerAccount.funding_line_id.in_(scope.line_ids))
    moved = or_(Transfer.debit_account_id.in_(accounts), Transfer.credit_account_id.in_(accounts))
    return select(Transfer.voucher_id).where(moved, Transfer.voucher_id.is_not(None))


def _invoices(session: Session, _winding: WindingDown, scope: Scope, _today: date) -> Iterator[OpenThing]:
    waits = Invoice.state.in_((InvoiceState.SUBMITTED, InvoiceState.CHECKED))
    rows = select(Invoice).where(waits, Invoice.voucher_id.in_(_paid_from(scope))).order_by(Invoice.id)
    for one in session.scalars(rows):
        yield OpenThing(OpenKind.INVOICE, one.number, one.amount_cents, public_id=one.public_id)


def _to_pay(session: Session, _winding: WindingDown, scope: Scope, _today: date) -> Iterator[OpenThing]:
    for transfer in open_payables(session, funding_line_ids=scope.line_ids):
        redemption = redemption_of(session, transfer)
        name = redemption.invoice_number if redemption is not None else str(transfer.id)
        yield OpenThing(OpenKind.TO_PAY, name, transfer.amount_cents, transfer.booked_on)


def _claims(session: Session, _winding: WindingDown, scope: Scope, _today: date) -> Iterator[OpenThing]:
    rows = select(Recovery).where(Recovery.state == RecoveryState.OPEN, Recovery.voucher_id.in_(_paid_from(scope)))
    for one in session.scalars(rows.order_by(Recovery.id)):
        left = one.amount_cents - one.received_cents - one.written_off_cents
        yield OpenThing(OpenKind.CLAIM, str(one.id), left, public_id=one.public_id)


def _expenses(session: Session, _winding: WindingDown, scope: Scope, _today: date) -> Iterator[OpenThing]:
    rows = select(Expense).where(Expense.state == ExpenseState.LAID_DOWN, Expense.funding_line_id.in_(scope.line_ids))
    for one in session.scalars(rows.order_by(Expense.id)):
        yield OpenThing(OpenKind.EXPENSE, str(one.id), one.counted_cents, public_id=one.public_id)


def _cofinancing(session: Session, _winding: WindingDown, scope: Scope, today: date) -> Iterator[OpenThing]:
    for one in cofinancing_against_duty(session, scope=scope, on=today):
        if one.needed_cents:
            yield OpenThing(OpenKind.COFINANCING, one.agreement.slug, one.needed_cents)


# Report ----------------------------------------------------------------------------------------------------------------


def last_booking(session: Session, scope: Scope) -> date | None:
    """The last day on which something was booked on these lines; None when nothing ever was."""
    accounts = select(LedgerAccount.id).where(LedgerAccount.funding_line_id.in_(scope.line_ids))
    moved = or_(Transfer.debit_account_id.in_(accounts), Transfer.credit_account_id.in_(accounts))
    return session.scalar(select(Transfer.booked_on).where(moved).order_by(Transfer.booked_on.desc()).limit(1))


def _period(session: Session, _winding: WindingDown, scope: Scope, _today: date) -> Iterator[OpenThing]:
    last = last_booking(session, scope)
    if last is None:
        return
    closed = select(AccountingPeriod.id).where(
        AccountingPeriod.state == PeriodState.CLOSED, AccountingPeriod.last_day >= last
    )
    if session.scalar(closed.limit(1)) is None:
        yield OpenThing(OpenKind.PERIOD, last.isoformat(), day=last)


def _duties(session: Session, _winding: WindingDown, scope: Scope, today: date) -> Iterator[OpenThing]:
    """Reports that were due by now and were not sent."""
    assert scope.funder is not None
    rows = (
        select(AgreementDuty)
        .join(Agreement, Agreement.id == AgreementDuty.agreement_id)
        .where(
            Agreement.funder_id == scope.funder.id,
            AgreementDuty.kind == DutyKind.REPORT,
            AgreementDuty.done_on.is_(None),
            AgreementDuty.dropped_at.is_(None),
            AgreementDuty.due_on <= today,
        )
    )
    for one in session.scalars(rows.order_by(AgreementDuty.due_on, AgreementDuty.id)):
        yield OpenThing(OpenKind.REPORT_DUE, one.text, day=one.due_on, public_id=one.public_id)


def left_on_lines(session: Session, scope: Scope) -> dict[int, int]:
    """What is available on each line of which something is, in cents."""
    found = line_figures(session, funding_line_ids=scope.line_ids)
    return {line.id: found[line.id].available_cents for line in scope.lines if found[line.id].available_cents > 0}


_LOOKS: dict[WindDownStep, tuple[Look, ...]] = {
    WindDownStep.STOP: (_schemes,),
    WindDownStep.RUN_OFF: (_days, _applications, _places, _vouchers),
    WindDownStep.SETTLEMENT: (_invoices, _to_pay, _claims, _expenses, _cofinancing),
    WindDownStep.REPORT: (_period, _duties),
}
