"""Acts on invoices and paid bills.

Nothing is redeemed before a person accepts. What a check finds is written with the invoice; some of it must be solved first,
the rest a person explains.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.representatives.actions import require_own_account
from portal.framework.powers import Power, require_power
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.second_person import real_reason
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault, store_file
from portal.post.files.models import StoredFile
from portal.spending.invoices.models import WAITING, Invoice, InvoiceKind, InvoiceState
from portal.spending.invoices.queries import (
    STOPS,
    TAKES_TWO,
    InvoiceFinding,
    findings_of,
    pays_the_holder,
    waiting_cents,
)
from portal.spending.invoices.separate_people import require_separate_people
from portal.spending.providers.actions import checked_iban, tell_provider
from portal.spending.providers.models import Provider
from portal.spending.providers.queries import is_approved, provider_of
from portal.spending.vouchers.actions import book_redemption, redeem_voucher
from portal.spending.vouchers.bill import Bill, check_amount, check_written, invoice_known, refuse_redeemed
from portal.spending.vouchers.models import (
    LIVE_STATES,
    BlockGround,
    ChangeKind,
    Redemption,
    RedemptionKind,
    Voucher,
    VoucherChange,
)
from portal.spending.vouchers.queries import later_day

NEARLY_OVER = timedelta(weeks=6)
HELD = BlockGround.INVOICE_WAITS.value
"""Reason with which a voucher is kept from expiring while an invoice that came in time waits for a person."""
WAITED = _l("Er wachtte een factuur op een besluit. Zolang verliep de voucher niet.")


@dataclass(frozen=True)
class Paper:
    """An invoice or paid bill as it was typed in, with its file. Amounts in cents."""

    number: str
    invoice_date: date
    learner_name: str
    total_cents: int
    amount_cents: int
    content: bytes
    file_name: str

    @property
    def bill(self) -> Bill:
        """What it asks of the voucher."""
        return Bill(self.number, self.invoice_date, self.amount_cents)


@dataclass(frozen=True)
class PaidBill(Paper):
    """A bill that who asked paid to the provider, with the account to which it is paid back."""

    payee_name: str
    iban: str


def submit_invoice(
    session: Session, *, voucher: Voucher, paper: Paper, vault: Vault, actor: Actor, now: datetime
) -> Invoice:
    """A provider hands in an invoice for (part of) a voucher. Nothing is redeemed yet.

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` when this invoice or this file is known for this voucher.
    """
    hold(session, voucher)  # nobody settles, lowers or ends it meanwhile, or keeps it for another provider
    provider = provider_of(session, actor=actor)
    if provider is None or not is_approved(session, provider=provider, scheme=voucher.scheme):
        message = _l("U bent niet goedgekeurd voor deze regeling. Neem contact op met het loket.")
        raise Refusal("provider_not_approved", message)
    if pays_the_holder(session, voucher=voucher):
        message = _l("Deze regeling betaalt de deelnemer, niet de opleider. Geef uw factuur aan de deelnemer.")
        raise Refusal("pays_the_holder", message)
    if voucher.reserved_provider_id not in (None, provider.id):
        raise Conflict("voucher_of_other_provider", _l("Deze voucher is bestemd voor een andere opleider."))
    return _take_in(session, voucher, provider, paper, vault, actor, now)


def submit_paid_bill(
    session: Session,
    *,
    voucher: Voucher,
    provider: Provider,
    paper: PaidBill,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Invoice:
    """Who asked hands in what was paid to a provider, to be paid back. Only for schemes that pay the holder.

    Raises ``Refusal`` at the field that is wrong and for who acts for another, ``Conflict`` when this bill is known already.
    """
    if not (actor.may_act_for(voucher.question_id) or actor.audience is Audience.ADVISOR):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    require_own_account(actor)
    hold(session, voucher)  # as above
    if not pays_the_holder(session, voucher=voucher):
        raise Refusal("pays_the_provider", _l("Deze regeling betaalt de opleider. U hoeft geen bon te sturen."))
    if not is_approved(session, provider=provider, scheme=voucher.scheme):
        message = _l("Deze opleider is niet goedgekeurd voor deze regeling. Neem contact op met het loket.")
        raise Refusal("provider_not_approved", message, field="provider")
    if not paper.payee_name.strip():
        raise Refusal("payee_name", _l("Vul in op welke naam de rekening staat."), field="payee_name")
    paid = replace(paper, payee_name=paper.payee_name.strip()[:70], iban=checked_iban(paper.iban))
    return _take_in(session, voucher, provider, paid, vault, actor, now)


def _take_in(
    session: Session,
    voucher: Voucher,
    provider: Provider,
    paper: Paper,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Invoice:
    _check_paper(session, voucher, provider, paper, local_date(now))
    paid, bill = paper if isinstance(paper, PaidBill) else None, paper.bill
    kept = store_file(session, vault=vault, content=paper.content, name=paper.file_name, actor=actor, now=now)
    _refuse_known_file(session, voucher, kept)
    invoice = Invoice(
        kind=InvoiceKind.INVOICE if paid is None else InvoiceKind.PAID_BILL,
        voucher_id=voucher.id,
        provider_id=provider.id,
        file_id=kept.id,
        number=bill.number,
        number_key=bill.key,
        invoice_date=paper.invoice_date,
        learner_name=" ".join(paper.learner_name.split()),
        total_cents=paper.total_cents,
        amount_cents=paper.amount_cents,
        payee_name=None if paid is None else paid.payee_name,
        payee_iban=None if paid is None else paid.iban,
        state=InvoiceState.SUBMITTED,
        findings=[],
        submitted_at=now,
        submitted_by=actor.reference,
    )
    session.add(invoice)
    session.flush()
    _log(session, invoice, "invoice.submitted", actor, now)
    if voucher.valid_until - local_date(now) < NEARLY_OVER:
        _hold(session, voucher, now)
    found = check_invoice(session, invoice=invoice, now=now)
    if {InvoiceFinding.NOT_STARTED, InvoiceFinding.START_UNCONFIRMED, InvoiceFinding.NOT_COMPLETED} & set(found):
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        tell_asker(session, question=question, template="invoice/confirm_training", now=now, version=invoice.id)
    return invoice


def _check_paper(session: Session, voucher: Voucher, provider: Provider, paper: Paper, today: date) -> None:
    """Raises ``Refusal`` at the field that is wrong, ``Conflict`` for a voucher that ended and a bill that is known."""
    bill = paper.bill
    check_written(voucher, bill, today)
    if not paper.learner_name.strip():
        raise Refusal("learner_name", _l("Vul de naam van de deelnemer in, zoals op de factuur."), field="learner_name")
    _check_usable(voucher, today)
    check_amount(voucher, paper.amount_cents, waiting_cents=waiting_cents(session, voucher=voucher))
    if paper.total_cents < paper.amount_cents:
        message = _l("Het bedrag uit de voucher kan niet hoger zijn dan het bedrag van de hele factuur.")
        raise Refusal("over_total", message, field="total")
    known = select(Invoice.id).where(
        Invoice.provider_id == provider.id,
        Invoice.number_key == bill.key,
        Invoice.voucher_id == voucher.id,
        Invoice.state != InvoiceState.REFUSED,
    )
    if session.scalar(known) is not None:
        raise invoice_known()
    refuse_redeemed(session, voucher, provider, bill)


def _check_usable(voucher: Voucher, today: date) -> None:
    if not voucher.is_live or voucher.valid_until < today:
        message = _l("Deze voucher is verlopen, ingetrokken of helemaal gebruikt.")
        raise Conflict("voucher_ended", message)
    if voucher.is_blocked and voucher.block_reason != HELD:
        raise Conflict("voucher_blocked", _l("Deze voucher is tijdelijk geblokkeerd. Neem contact op met het loket."))


def _refuse_known_file(session: Session, voucher: Voucher, kept: StoredFile) -> None:
    same = (
        select(Invoice.id)
        .join(StoredFile, StoredFile.id == Invoice.file_id)
        .where(
            StoredFile.sha256 == kept.sha256, Invoice.voucher_id == voucher.id, Invoice.state != InvoiceState.REFUSED
        )
    )
    if session.scalar(same.limit(1)) is not None:
        message = _l("U hebt dit bestand al ingediend voor deze voucher. Kies het bestand van deze factuur.")
        raise Conflict("file_known", message, field="file")


def check_invoice(session: Session, *, invoice: Invoice, now: datetime) -> list[InvoiceFinding]:
    """Look at an invoice (again) and write down what is found. Changes nothing once a person decided."""
    found = findings_of(session, invoice=invoice, today=local_date(now))
    if invoice.is_waiting:
        invoice.state, invoice.checked_at = InvoiceState.CHECKED, now
        invoice.findings = [finding.value for finding in found]
        session.flush()
    return found


def accept_invoice(
    session: Session, *, invoice: Invoice, note: str, actor: Actor, now: datetime, prepared_by: str | None = None
) -> Redemption:
    """A person accepts an invoice: the voucher is redeemed for it, and it can be paid.

    When a check found something of `TAKES_TWO`, a first person (`prepared_by`) writes why it is right all the same, and a second
    one accepts. Raises ``Conflict`` while a check stops it or when it was decided on before; ``Refusal`` (field note) without a
    real reason, and for who may not accept it, or not alone (`require_separate_people`).
    """
    _advisor(actor)
    _still_waiting(session, invoice)
    hold(session, invoice.provider)  # who approves it or takes that back waits
    found = check_invoice(session, invoice=invoice, now=now)
    if STOPS & set(found):
        raise Conflict("invoice_stopped", _l("Deze factuur kan nog niet worden goedgekeurd. Kijk bij de controles."))
    if set(found) - {InvoiceFinding.NOT_SCANNED}:
        if not note.strip():
            message = _l("De controles vonden iets. Schrijf op waarom u de factuur toch goedkeurt.")
            raise Refusal("note_missing", message, field="note")
        note = real_reason(note, field="note")
    require_separate_people(session, invoice=invoice, actor=actor)
    power = Power.OVERRIDE_INVOICE if TAKES_TWO & set(found) else Power.ACCEPT_INVOICE
    require_power(session, power, actor=actor, on=local_date(now), prepared_by=prepared_by)
    _let_go(session, invoice.voucher, now)
    redemption = _redeem(session, invoice, actor, now)
    invoice.state, invoice.accepted_at, invoice.accepted_by = InvoiceState.ACCEPTED, now, actor.reference
    invoice.accepted_note, invoice.redemption_id = note.strip() or None, redemption.id
    session.flush()
    _hold_for_others(session, invoice.voucher, now)
    _log(session, invoice, "invoice.accepted", actor, now)
    return redemption


def _redeem(session: Session, invoice: Invoice, actor: Actor, now: datetime) -> Redemption:
    voucher, provider = invoice.voucher, invoice.provider
    bill = Bill(invoice.number, invoice.invoice_date, invoice.amount_cents, local_date(invoice.submitted_at))
    if invoice.kind is InvoiceKind.INVOICE:
        as_provider = replace(actor, audience=Audience.PROVIDER, organisation_id=provider.organisation_id)
        return redeem_voucher(session, voucher=voucher, bill=bill, actor=as_provider, now=now)
    redemption = book_redemption(
        session, voucher=voucher, provider=provider, bill=bill, kind=RedemptionKind.INVOICE, actor=actor, now=now
    )
    record(session, actor=actor, action="voucher.redeemed", object_kind="voucher", object_id=voucher.id, now=now)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    tell_asker(session, question=question, template="invoice/receipt_accepted", now=now, version=invoice.id)
    return redemption


def refuse_invoice(session: Session, *, invoice: Invoice, reason: str, actor: Actor, now: datetime) -> None:
    """A person refuses an invoice, with a reason that the sender reads. The voucher stays as it was."""
    _advisor(actor)
    _still_waiting(session, invoice)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u de factuur weigert."), field="reason")
    check_invoice(session, invoice=invoice, now=now)
    invoice.state, invoice.refused_reason = InvoiceState.REFUSED, reason.strip()
    invoice.refused_at, invoice.refused_by = now, actor.reference
    session.flush()
    _let_go(session, invoice.voucher, now)
    _hold_for_others(session, invoice.voucher, now)
    _log(session, invoice, "invoice.refused", actor, now)
    if invoice.kind is InvoiceKind.INVOICE:
        tell_provider(
            session, provider=invoice.provider, template="provider/invoice_refused", now=now, version=invoice.id
        )
    else:
        question = session.get_one(DevelopmentQuestion, invoice.voucher.question_id)
        tell_asker(session, question=question, template="invoice/receipt_refused", now=now, version=invoice.id)


def note_credits(session: Session, *, now: datetime) -> int:
    """Mark the invoices whose redemption was credited in full; returns how many. Doing it again changes nothing."""
    rows = (
        select(Invoice)
        .join(Redemption, Redemption.id == Invoice.redemption_id)
        .where(Invoice.state == InvoiceState.ACCEPTED, Redemption.credited_cents == Redemption.amount_cents)
        .order_by(Invoice.id)
        .with_for_update(of=Invoice)
        .execution_options(populate_existing=True)
    )
    found = list(session.scalars(rows))
    for invoice in found:
        invoice.state, invoice.credited_at = InvoiceState.CREDITED, now
        _log(session, invoice, "invoice.credited", Actor.system("invoices"), now)
    session.flush()
    return len(found)


# The voucher while an invoice waits -------------------------------------------------------------------------------------


def _hold(session: Session, voucher: Voucher, now: datetime) -> None:
    """Keep a voucher that is nearly over from expiring: the invoice came in time."""
    held = write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.blocked_at.is_(None),
        otherwise=None,
        blocked_at=now,
        blocked_by="system",
        block_reason=HELD,
    )
    if held:
        actor = Actor.system("invoices")
        record(session, actor=actor, action="voucher.held", object_kind="voucher", object_id=voucher.id, now=now)


def hold_vouchers(session: Session, *, now: datetime) -> int:
    """Keep every voucher from expiring that is nearly over while an invoice waits; returns how many were waiting.

    A job for every day. Doing it again changes nothing.
    """
    last = local_date(now) + NEARLY_OVER
    waiting = select(Invoice.voucher_id).where(Invoice.state.in_(WAITING))
    rows = select(Voucher).where(Voucher.id.in_(waiting), Voucher.state.in_(LIVE_STATES), Voucher.valid_until < last)
    found = session.scalars(rows.order_by(Voucher.id)).all()
    for voucher in found:
        hold(
            session, voucher
        )  # who decides on the invoice at the same moment is waited for, and then none waits any more
        _hold_for_others(session, voucher, now)
    return len(found)


def _let_go(session: Session, voucher: Voucher, now: datetime) -> None:
    """End that. A last day that passed meanwhile becomes today, as far as the money allows: it stayed reserved all along.

    A day that moved is kept with the day before.
    """
    hold(session, voucher)
    before, last = voucher.valid_until, later_day(session, voucher=voucher, day=local_date(now))
    free = {"blocked_at": None, "blocked_by": None, "block_reason": None}
    if not write_guarded(session, voucher, Voucher.block_reason == HELD, otherwise=None, valid_until=last, **free):
        return
    actor = Actor.system("invoices")
    if last != before:
        change = VoucherChange(
            voucher_id=voucher.id,
            kind=ChangeKind.UNBLOCKED,
            reason=str(WAITED),
            day_before=before,
            day_after=last,
            at=now,
            by=actor.reference,
            by_name=actor.signature,
        )
        session.add(change)
        session.flush()
    record(session, actor=actor, action="voucher.let_go", object_kind="voucher", object_id=voucher.id, now=now)


def _hold_for_others(session: Session, voucher: Voucher, now: datetime) -> None:
    others = select(Invoice.id).where(Invoice.voucher_id == voucher.id, Invoice.state.in_(WAITING))
    if voucher.valid_until - local_date(now) < NEARLY_OVER and session.scalar(others.limit(1)) is not None:
        _hold(session, voucher, now)


def _advisor(actor: Actor) -> None:
    if actor.audience is not Audience.ADVISOR:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _still_waiting(session: Session, invoice: Invoice) -> None:
    decided = Conflict("invoice_decided", _l("Over deze factuur is al besloten."))
    hold(session, invoice, Invoice.state.in_(WAITING), otherwise=decided)


def _log(session: Session, invoice: Invoice, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="invoice", object_id=invoice.id, now=now)
