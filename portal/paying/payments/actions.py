"""Acts on payments: make a batch, release it with a second person, give out its file, cancel it; and pay holders back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sepaxml.validation import ValidationError
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind, OwnDebtState
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker
from portal.cases.representatives.actions import require_own_account
from portal.ledger.actions import pay
from portal.paying.books.actions import require_sound_books
from portal.paying.payments.models import (
    OUR_NUMBERS,
    BatchState,
    Payment,
    PaymentBatch,
    PaymentSpend,
    PaymentState,
    Repayment,
    RepaymentState,
)
from portal.paying.payments.pain001 import MOST_NAME, PayingAccount, dated, payment_file, read_schema
from portal.paying.payments.queries import (
    CANCEL_WITHIN,
    Payable,
    decided_by,
    in_a_payment,
    last_payment,
    may_be_cancelled,
    owed_transfers,
    paid_before,
    payables,
    repayments_of,
    settled_elsewhere,
)
from portal.paying.payments.sepa_text import sepa_text
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import add_working_days
from portal.platform.numbers.actions import next_number
from portal.spending.providers.actions import checked_iban
from portal.spending.providers.models import Provider
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher

OF_OWN = {
    OwnDebtKind.PENALTY: "Dwangsom",
    OwnDebtKind.DAMAGE: "Schadevergoeding",
    OwnDebtKind.INTEREST: "Rente",
}
"""What the payee reads at the bank of money of the region itself."""


def make_batch(
    session: Session, *, redemption_ids: Collection[int] | None = None, actor: Actor, now: datetime
) -> PaymentBatch:
    """Put all that is to be paid, also to holders and by the region itself, or these redemptions only, in a new batch: a preview.

    What has no account number is left out. Raises ``Conflict`` when nothing is left to pay.
    """
    region_only(actor)
    found = [
        one
        for one in payables(session, lock=True)
        if one.iban is not None
        and (redemption_ids is None or (one.redemption is not None and one.redemption.id in redemption_ids))
    ]
    if not found:
        raise Conflict("nothing_to_pay", _l("Er is niets te betalen."))
    year = local_date(now).year
    number = f"{OUR_NUMBERS}{year}-{next_number(session, series='payment_batch', year=year):05d}"
    batch = PaymentBatch(
        number=number,
        state=BatchState.DRAFT,
        made_at=now,
        made_by=actor.reference,
        made_by_name=actor.signature,
    )
    for place, one in enumerate(found, start=1):
        batch.payments.append(
            Payment(
                redemption_id=one.redemption.id if one.redemption is not None else None,
                repayment_id=one.repayment.id if one.repayment is not None else None,
                own_debt_id=one.own_debt.id if one.own_debt is not None else None,
                payee=one.payee,
                provider_id=one.provider_id,
                payee_name=one.name,
                iban=one.iban or "",
                amount_cents=one.amount_cents,
                end_to_end_id=f"{number}-{place:05d}",
                description=_words(session, one),
                state=PaymentState.PLANNED,
                spends=[PaymentSpend(transfer_id=transfer, live=True) for transfer in one.transfer_ids],
            )
        )
    session.add(batch)
    session.flush()
    _log(session, batch, "batch.made", actor, now)
    return batch


def _words(session: Session, one: Payable) -> str:
    """What the payee reads at the bank."""
    if one.redemption is not None:
        return f"{one.redemption.invoice_number} voucher {format_code(one.redemption.voucher.code)}"
    if one.own_debt is not None:
        question = session.get_one(DevelopmentQuestion, one.own_debt.question_id)
        return f"{OF_OWN[one.own_debt.kind]} {question.reference_number}"
    assert one.repayment is not None
    return f"Teruggave voucher {format_code(session.get_one(Voucher, one.repayment.voucher_id).code)}"


def leave_out(session: Session, *, payment: Payment, actor: Actor, now: datetime) -> None:
    """Take one payment out of a batch that was not released; it can go in a later one."""
    region_only(actor)
    hold_batch(session, payment.batch, PaymentBatch.state == BatchState.DRAFT, otherwise=_moved_on())
    if payment.state is PaymentState.PLANNED:
        _drop(payment)
        session.flush()
        _log(session, payment.batch, "batch.payment_left_out", actor, now)


def release_batch(
    session: Session, *, batch: PaymentBatch, payer: PayingAccount | None, actor: Actor, now: datetime
) -> PaymentBatch:
    """A second person releases a batch: the file is made, and given out after the delay in which it can be cancelled.

    The day of execution in it is the first one that can be; it is fixed when the file is given out.

    Raises ``Refusal`` for who made it, for who read that something in it came back before, or when the desk has
    no account to pay from; ``Conflict`` when what is to be paid changed since the batch was made.
    """
    region_only(actor)
    require_sound_books(session)
    read_schema()
    hold_batch(session, batch, PaymentBatch.state == BatchState.DRAFT, otherwise=_moved_on())
    message = _l("U hebt deze betaling zelf klaargezet. Een andere medewerker moet haar vrijgeven.")
    require_none_of(actor, earlier=(batch.made_by,), own=Refusal("second_person", message))
    if payer is None:
        message = _l("Er is geen rekening ingesteld waarvan het loket betaalt. Vraag het de beheerder.")
        raise Refusal("no_payer", message)
    if not batch.counted:
        raise Conflict("nothing_to_pay", _l("Er is niets te betalen."))
    message = _l(
        "U hebt zelf gelezen dat een betaling terugkwam die hier opnieuw in staat. Een andere medewerker moet haar vrijgeven."
    )
    readers = [one.return_read_by for one in paid_before(session, payments=batch.counted).values()]
    require_none_of(actor, earlier=readers, own=Refusal("read_the_return", message))
    for payment in sorted(batch.counted, key=lambda one: (one.provider_id or 0, one.id)):  # one order for all who wait
        _still_owed(session, payment)
    batch.released_at, batch.released_by, batch.released_by_name = now, actor.reference, actor.signature
    batch.execution_on = add_working_days(local_date(now + CANCEL_WITHIN), 1)
    batch.file_text = _file(batch, payer)
    batch.state = BatchState.RELEASED
    for payment in batch.counted:
        payment.state = PaymentState.SENT
    session.flush()
    _log(session, batch, "batch.released", actor, now)
    return batch


def _file(batch: PaymentBatch, payer: PayingAccount) -> str:
    for payment in batch.counted:
        if not sepa_text(payment.payee_name, MOST_NAME):
            message = _l(
                "De bank kan de naam %(name)s niet lezen: zij kent alleen gewone letters en cijfers. Haal deze betaling eruit en "
                "laat de naam met gewone letters schrijven.",
                name=payment.payee_name,
            )
            raise Refusal("name_unreadable", message)
    try:
        return payment_file(batch, payer=payer)
    except ValidationError as error:
        message = _l(
            "Van deze betaling is geen goed bestand voor de bank te maken. Kijk naar de namen en rekeningnummers."
        )
        raise Refusal("file_invalid", message) from error


def _still_owed(session: Session, payment: Payment) -> None:
    """Nothing was credited, paid or given another account number since the batch was made."""
    payee: Provider | Repayment | OwnDebt | None = payment.repayment or payment.own_debt
    if payment.provider_id is not None:
        payee = session.get(Provider, payment.provider_id)
    if payee is not None:
        hold(session, payee)
    gone = isinstance(payee, OwnDebt) and payee.state is not OwnDebtState.OPEN
    if gone or settled_elsewhere(session, payment=payment) or (payee is not None and payee.iban != payment.iban):
        if payment.redemption is None:
            message = _l(
                "Er is intussen iets veranderd aan wat %(name)s krijgt. Haal dat uit deze betaling en maak een nieuwe.",
                name=payment.payee_name,
            )
            raise Conflict("payment_changed", message)
        message = _l(
            "Er is intussen iets veranderd aan factuur %(number)s. Haal haar uit deze betaling en maak een nieuwe.",
            number=payment.redemption.invoice_number,
        )
        raise Conflict("payment_changed", message)


def export_batch(session: Session, *, batch: PaymentBatch, actor: Actor, now: datetime) -> str:
    """The file for the bank, once the delay has passed; it is dated now. Asking again gives the same file.

    Raises ``Conflict`` before that, or when it was cancelled.
    """
    region_only(actor)
    require_sound_books(session)
    hold_batch(session, batch)
    if batch.state in (BatchState.EXPORTED, BatchState.CLOSED):
        return batch.file_text or ""
    if batch.state is not BatchState.RELEASED:
        raise _moved_on()
    assert batch.released_at is not None and batch.file_text is not None
    if now < batch.released_at + CANCEL_WITHIN:
        message = _l("Het bestand komt een dag na de vrijgave. Tot dan kunt u de betaling nog annuleren.")
        raise Conflict("too_early", message)
    batch.execution_on = add_working_days(local_date(now), 1)
    batch.file_text = dated(batch.file_text, execution_on=batch.execution_on, made_at=now)
    batch.state, batch.exported_at = BatchState.EXPORTED, now
    session.flush()
    _log(session, batch, "batch.exported", actor, now)
    return batch.file_text


def cancel_batch(session: Session, *, batch: PaymentBatch, reason: str, actor: Actor, now: datetime) -> None:
    """Take a batch back before its file can go to the bank: everything in it is to be paid again."""
    region_only(actor)
    hold_batch(session, batch)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom u de betaling annuleert."), field="reason")
    if not may_be_cancelled(batch, now=now):
        message = _l("Deze betaling kan niet meer worden geannuleerd. Neem contact op met de bank.")
        raise Conflict("too_late", message)
    for payment in batch.counted:
        _drop(payment)
    batch.state, batch.cancel_reason = BatchState.CANCELLED, reason.strip()
    batch.cancelled_at, batch.cancelled_by = now, actor.reference
    session.flush()
    _log(session, batch, "batch.cancelled", actor, now)


def _drop(payment: Payment) -> None:
    payment.state = PaymentState.CANCELLED
    for spend in payment.spends:
        spend.live = False


# What is owed to holders -----------------------------------------------------------------------------------------------


def owe(
    session: Session, *, voucher: Voucher, settled_again_id: int, decision_id: int, amount_cents: int, now: datetime
) -> Repayment:
    """Write that the holder is owed what came back before; the decision that says so spent it in the same act."""
    owed = Repayment(
        settled_again_id=settled_again_id,
        decision_id=decision_id,
        voucher_id=voucher.id,
        amount_cents=amount_cents,
        state=RepaymentState.OPEN,
        owed_since=now,
    )
    session.add(owed)
    session.flush()
    return owed


def give_account(
    session: Session, *, question: DevelopmentQuestion, payee_name: str, iban: str, actor: Actor, now: datetime
) -> list[Repayment]:
    """The holder (or an advisor who heard it) says on which account to pay what is owed; it can go in a batch then.

    They are told. Another account may be given until the payment went to the bank. Raises ``Refusal`` at the field that is wrong,
    ``Conflict`` when nothing is owed any more, or it is on its way to the bank.
    """
    if not (is_asker(question, actor) or actor.audience is Audience.ADVISOR):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    require_own_account(actor)
    name = " ".join(payee_name.split())
    if not name or len(name) > 70:
        message = _l("Vul in op welke naam de rekening staat. De naam heeft hoogstens 70 tekens.")
        raise Refusal("payee_name", message, field="payee_name")
    checked = checked_iban(iban)
    still_owed = Repayment.state == RepaymentState.OPEN  # who releases a batch at the same moment waits, or went first
    owed = [one for one in repayments_of(session, question=question, actor=actor) if hold(session, one, still_owed)]
    if not owed:
        raise Conflict("nothing_owed", _l("Er is niets meer terug te geven."))
    if any(last_payment(session, repayment=one, state=PaymentState.SENT) for one in owed):
        raise Conflict("payment_on_its_way", _l("Dit geld is al onderweg. De rekening kan niet meer anders."))
    for one in owed:
        one.payee_name, one.iban = name, checked
        one.account_given_at, one.account_given_by = now, actor.reference
        session.flush()
        _log_repayment(session, one, "repayment.account_given", actor, now)
    tell_asker(session, question=question, template="payment/account_given", now=now, version=int(now.timestamp()))
    return owed


def note_repaid(
    session: Session, *, repayment: Repayment, paid_on: date, reference: str, actor: Actor, now: datetime
) -> Repayment:
    """Book that the holder got back what was owed in another way than by a batch. Another person than who decided it pays.

    Raises ``Refusal`` at the field that is wrong or for who decided, ``Conflict`` when it was paid before or is in a batch.
    """
    advisor_only(actor)
    own = Refusal("second_person", _l("U hebt dit zelf besloten. Een collega legt de betaling vast."))
    if actor.account_id is None:
        raise own
    require_none_of(actor, earlier=(decided_by(session, repayment=repayment),), own=own)
    name = " ".join(reference.split())
    if not name or len(name) > 80:
        message = _l("Vul het kenmerk van de betaling in. Het heeft hoogstens 80 tekens.")
        raise Refusal("reference_missing", message, field="reference")
    if not local_date(repayment.owed_since) <= paid_on <= local_date(now):
        raise Refusal("day_out_of_range", _l("Kies een dag tussen het besluit en vandaag."), field="paid_on")
    # First what is owed and then the repayment, in the order in which a batch is made: who comes second waits.
    owed = [one for one, _ in owed_transfers(session, repayment=repayment)]
    taken = in_a_payment(session, transfer_ids=owed, lock=True)
    hold(session, repayment)
    if taken:
        message = _l(
            "Dit geld zit al in een betaling aan de bank. Wacht tot die is uitgevoerd, of haal het daar eerst uit."
        )
        raise Conflict("in_a_payment", message)
    book_repaid(session, repayment=repayment, paid_on=paid_on, reference=name, actor=actor, now=now)
    for one in owed:
        pay(session, spend_id=one, actor_id=actor.reference, now=now)
    return repayment


def book_repaid(
    session: Session, *, repayment: Repayment, paid_on: date, reference: str, actor: Actor, now: datetime
) -> None:
    """Write that what is owed was paid, guarded in the write; the caller books it. Raises ``Conflict`` when it was before."""
    write_guarded(
        session,
        repayment,
        Repayment.state == RepaymentState.OPEN,
        otherwise=Conflict("repaid_before", _l("Deze betaling is al vastgelegd.")),
        state=RepaymentState.PAID,
        paid_on=paid_on,
        reference=reference,
        paid_at=now,
        paid_by=actor.reference,
    )
    _log_repayment(session, repayment, "repayment.paid", actor, now)


def owe_again(session: Session, *, repayment: Repayment, actor: Actor, now: datetime) -> None:
    """The bank sent the payment back: it is owed again, and the holder is to give another account number."""
    repayment.state = RepaymentState.OPEN
    repayment.paid_on = repayment.reference = repayment.paid_at = repayment.paid_by = None
    repayment.iban = repayment.payee_name = repayment.account_given_at = repayment.account_given_by = None
    session.flush()
    _log_repayment(session, repayment, "repayment.returned", actor, now)


def _log_repayment(session: Session, repayment: Repayment, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="voucher", object_id=repayment.voucher_id, now=now)


def region_only(actor: Actor) -> None:
    """Only the region pays. Raises ``Refusal``."""
    if actor.audience is not Audience.REGION:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def hold_batch(
    session: Session, batch: PaymentBatch, /, *still: ColumnElement[bool], otherwise: Refusal | None = None
) -> None:
    """Lock a batch, then its payments, and read all of it anew with the amounts they pay, if the conditions `still` hold then.

    Every act on what is in a batch begins with this: what a colleague took out of it meanwhile is seen as it is now.
    """
    hold(session, batch, *still, otherwise=otherwise)
    rows = select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)
    session.scalars(rows.with_for_update(of=Payment).execution_options(populate_existing=True)).all()


def _moved_on() -> Conflict:
    message = _l("Met deze betaling is intussen iets anders gedaan. Bekijk haar opnieuw.")
    return Conflict("batch_moved_on", message)


def _log(session: Session, batch: PaymentBatch, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="batch", object_id=batch.id, now=now)
