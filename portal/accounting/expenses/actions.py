"""Acts on expenses: one person of the region lays one down, another approves it, and only then it is in the books.

An approved expense takes its money from the funding line at once, under the guard that vouchers are awarded under: money that is
spent here cannot be awarded. It is never changed. A wrong one is reversed, by two people again, and laid down anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.expenses.models import LARGEST_CENTS, Expense, ExpenseState
from portal.accounting.scope import only_region
from portal.accounting.work_packages.models import WorkPackage
from portal.framework.funding.models import FundingLine
from portal.framework.powers import Power, require_power
from portal.ledger.expenses import book_expense, take_back_expense
from portal.ledger.guards import BudgetExhausted
from portal.ledger.models import Transfer
from portal.ledger.queries import available_cents
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault, store_file


@dataclass(frozen=True)
class ExpensePaper:
    """What an invoice of a supplier says, with the file of it. Amounts in cents."""

    supplier: str
    description: str
    invoice_number: str
    invoice_date: date
    net_cents: int
    vat_cents: int
    vat_deductible: bool
    content: bytes
    file_name: str

    @property
    def counted_cents(self) -> int:
        """What it costs the region: VAT that it gets back does not count."""
        return self.net_cents + (0 if self.vat_deductible else self.vat_cents)


def lay_down_expense(
    session: Session,
    *,
    paper: ExpensePaper,
    package: WorkPackage,
    line: FundingLine,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Expense:
    """Lay down an expense for a second person. Nothing is booked yet.

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` for an invoice that is known and for more than the line has free.
    """
    only_region(actor)
    supplier, number = " ".join(paper.supplier.split()), " ".join(paper.invoice_number.split())
    _check_paper(paper, supplier, number, today=local_date(now))
    keys = {"supplier_key": _key(supplier), "number_key": _key(number)}
    same = select(Expense.id).filter_by(**keys, reverses_id=None, reversed_at=None)
    if session.scalar(same.where(Expense.state != ExpenseState.SENT_BACK)) is not None:
        raise _known()
    free = available_cents(session, funding_line_ids=[line.id])[line.id]
    if paper.counted_cents > free:
        raise ExpenseTooHigh(paper.counted_cents, free)
    kept = store_file(session, vault=vault, content=paper.content, name=paper.file_name, actor=actor, now=now)
    expense = Expense(
        work_package_id=package.id,
        funding_line_id=line.id,
        supplier=supplier,
        description=paper.description.strip(),
        invoice_number=number,
        invoice_date=paper.invoice_date,
        net_cents=paper.net_cents,
        vat_cents=paper.vat_cents,
        vat_deductible=paper.vat_deductible,
        counted_cents=paper.counted_cents,
        file_id=kept.id,
        **keys,
        **_laid_down(actor, now),
    )
    write_new(session, expense, otherwise=_known())
    _log(session, expense, "expense.laid_down", actor, now)
    return expense


def approve_expense(session: Session, *, expense: Expense, actor: Actor, now: datetime) -> Expense:
    """A second person approves an expense: it is booked today, from the free money of its line. A reversal gives it back.

    Raises ``Refusal`` for who laid it down, ``Conflict`` when it was decided on before, and ``ExpenseTooHigh``, with the figures,
    when the line has too little left by now.
    """
    hold(session, expense, Expense.state == ExpenseState.LAID_DOWN, otherwise=_decided())
    require_power(session, Power.EXPENSE, actor=actor, on=local_date(now), prepared_by=expense.laid_down_by)
    require_other_person(actor, prepared_by=expense.laid_down_by)
    transfer = _book(session, expense, actor, now)
    write_guarded(
        session,
        expense,
        Expense.state == ExpenseState.LAID_DOWN,
        otherwise=_decided(),
        state=ExpenseState.APPROVED,
        approved_at=now,
        approved_by=actor.reference,
        approved_by_name=actor.signature,
        booked_on=transfer.booked_on,
        transfer_id=transfer.id,
    )
    _log(session, expense, "expense.approved", actor, now)
    return expense


def send_expense_back(session: Session, *, expense: Expense, reason: str, actor: Actor, now: datetime) -> Expense:
    """Send an expense back with a reason, also by who laid it down; nothing was booked. It can be laid down anew."""
    only_region(actor)
    why = _reason(reason)
    write_guarded(
        session,
        expense,
        Expense.state == ExpenseState.LAID_DOWN,
        otherwise=_decided(),
        state=ExpenseState.SENT_BACK,
        sent_back_at=now,
        sent_back_by=actor.reference,
        sent_back_by_name=actor.signature,
        sent_back_reason=why,
    )
    _log(session, expense, "expense.sent_back", actor, now)
    return expense


def lay_down_reversal(session: Session, *, expense: Expense, reason: str, actor: Actor, now: datetime) -> Expense:
    """Lay down that an approved expense is taken back in full, with a reason; a second person approves it.

    Raises ``Conflict`` when it is not approved, is a reversal itself, or was reversed or is about to be.
    """
    only_region(actor)
    why = _reason(reason)
    standing = (Expense.state == ExpenseState.APPROVED, Expense.reverses_id.is_(None), Expense.reversed_at.is_(None))
    hold(session, expense, *standing, otherwise=_reversed())
    reversal = Expense(
        work_package_id=expense.work_package_id,
        funding_line_id=expense.funding_line_id,
        supplier=expense.supplier,
        supplier_key=expense.supplier_key,
        description=expense.description,
        invoice_number=expense.invoice_number,
        number_key=expense.number_key,
        invoice_date=expense.invoice_date,
        net_cents=expense.net_cents,
        vat_cents=expense.vat_cents,
        vat_deductible=expense.vat_deductible,
        counted_cents=expense.counted_cents,
        reverses_id=expense.id,
        reversal_reason=why,
        **_laid_down(actor, now),
    )
    write_new(session, reversal, otherwise=_reversed())
    _log(session, reversal, "expense.reversal_laid_down", actor, now)
    return reversal


class ExpenseTooHigh(Conflict):
    """An expense counts for more than its funding line has free. Nothing was booked."""

    def __init__(self, counted_cents: int, available_cents: int) -> None:
        message = _l(
            "Deze uitgave is %(amount)s. In de budgetregel is nog %(free)s vrij. Kies een andere budgetregel.",
            amount=format_euros(counted_cents, exact=True),
            free=format_euros(available_cents, exact=True),
        )
        params = {"counted_cents": counted_cents, "available_cents": available_cents}
        super().__init__("expense_too_high", message, params=params, field="line")


def _book(session: Session, expense: Expense, actor: Actor, now: datetime) -> Transfer:
    by, note = actor.reference, expense.invoice_number
    if expense.reverses_id is None:
        line, cents = expense.funding_line_id, expense.counted_cents
        try:
            return book_expense(
                session,
                funding_line_id=line,
                amount_cents=cents,
                key=f"expense:{expense.id}",
                note=note,
                actor_id=by,
                now=now,
            )
        except BudgetExhausted as exhausted:
            raise ExpenseTooHigh(cents, exhausted.available_cents) from exhausted
    first = session.get_one(Expense, expense.reverses_id)
    write_guarded(session, first, Expense.reversed_at.is_(None), otherwise=_reversed(), reversed_at=now)
    assert first.transfer_id is not None, "only an approved expense is reversed"
    return take_back_expense(session, transfer_id=first.transfer_id, note=note, actor_id=by, now=now)


def _check_paper(paper: ExpensePaper, supplier: str, number: str, *, today: date) -> None:
    if not _key(supplier) or len(supplier) > 200:
        raise Refusal("supplier", _l("Vul de naam van de leverancier in."), field="supplier")
    if not _key(number) or len(number) > 60:
        message = _l("Vul het nummer van de factuur in. Het heeft hoogstens 60 tekens.")
        raise Refusal("invoice_number", message, field="invoice_number")
    if not paper.description.strip() or len(paper.description.strip()) > 500:
        raise Refusal("description", _l("Schrijf in hoogstens 500 tekens waarvoor dit is."), field="description")
    if paper.invoice_date > today:
        raise Refusal("invoice_in_the_future", _l("De datum van de factuur ligt in de toekomst."), field="invoice_date")
    if not (paper.net_cents >= 0 and paper.vat_cents >= 0 and 0 < paper.counted_cents <= LARGEST_CENTS):
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan nul euro."), field="net")
    if paper.vat_cents > paper.net_cents:
        raise Refusal("vat_too_high", _l("De btw is hoger dan het bedrag zonder btw. Kijk het na."), field="vat")


def _key(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())[:200]


def _laid_down(actor: Actor, now: datetime) -> dict[str, object]:
    return {
        "state": ExpenseState.LAID_DOWN,
        "laid_down_at": now,
        "laid_down_by": actor.reference,
        "laid_down_by_name": actor.signature,
    }


def _reason(text: str) -> str:
    if not text.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    return text.strip()


def _known() -> Conflict:
    message = _l("Deze factuur van deze leverancier staat al bij de uitgaven.")
    return Conflict("expense_known", message, field="invoice_number")


def _decided() -> Conflict:
    return Conflict("expense_decided", _l("Over deze uitgave is al besloten."))


def _reversed() -> Conflict:
    return Conflict("expense_reversed", _l("Deze uitgave kan niet (nog een keer) worden teruggedraaid."))


def _log(session: Session, expense: Expense, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="expense", object_id=expense.id, now=now)
