"""Acts on the money of funders, by the region: what was promised, the parts in which it comes, and what came in.

Money that came in is a line of the bank, which one person matches; or it is written down by hand, and then it takes two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.tranches.models import FunderPromise, ReceiptState, Tranche, TrancheReceipt
from portal.accounting.tranches.queries import planned_cents, promised_cents
from portal.framework.funding.models import Agreement
from portal.framework.powers import Power, require_power
from portal.paying.payments.actions import region_only
from portal.paying.statements.models import BankStatement, UnmatchedLine
from portal.paying.statements.queries import may_be_a_receipt
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l

LARGEST_AMOUNT_CENTS = 10**12
LONGEST_REASON = 500
LONGEST_REFERENCE = 80
LAST_YEAR = 2100


@dataclass(frozen=True)
class HandReceipt:
    """Money that came in as somebody saw it: how much (in cents), on which day, and what the bank calls it."""

    amount_cents: int
    received_on: date
    reference: str


def promise_money(
    session: Session, *, agreement: Agreement, amount_cents: int, on: date, reason: str, actor: Actor, now: datetime
) -> FunderPromise:
    """Write down how much a funder promises from a day on, and where that stands. What was promised before is kept.

    Raises ``Refusal`` at the field for no amount, no reason, or less than the tranches come to.
    """
    region_only(actor)
    cents, why = _amount(amount_cents), _reason(reason, "reason")
    if on > local_date(now):
        raise Refusal("day_to_come", _l("Deze dag ligt in de toekomst."), field="on")
    hold(session, agreement)
    planned = planned_cents(session, agreement=agreement)
    if planned > cents:
        message = _l(
            "De termijnen zijn samen %(planned)s. Verlaag of schrap eerst een termijn.",
            planned=format_euros(planned, exact=True),
        )
        raise Refusal("less_than_planned", message, field="amount")
    promise = FunderPromise(
        agreement_id=agreement.id,
        promised_cents=cents,
        promised_on=on,
        reason=why,
        recorded_at=now,
        recorded_by=actor.reference,
    )
    session.add(promise)
    _log(session, "promise.recorded", "agreement", agreement.id, actor, now)
    return promise


def add_tranche(
    session: Session, *, agreement: Agreement, amount_cents: int, expected_on: date, actor: Actor, now: datetime
) -> Tranche:
    """One more part of what was promised. Raises ``Refusal`` at the field when the parts would come to more than that."""
    region_only(actor)
    cents = _amount(amount_cents)
    _within_calendar(expected_on)
    hold(session, agreement)
    _within_promise(session, agreement, planned_cents(session, agreement=agreement) + cents)
    highest = select(func.coalesce(func.max(Tranche.number), 0)).where(Tranche.agreement_id == agreement.id)
    tranche = Tranche(
        agreement_id=agreement.id,
        number=int(session.scalar(highest) or 0) + 1,
        amount_cents=cents,
        expected_on=expected_on,
        added_at=now,
        added_by=actor.reference,
    )
    session.add(tranche)
    session.flush()
    _log(session, "tranche.added", "tranche", tranche.id, actor, now)
    return tranche


def change_tranche(
    session: Session, *, tranche: Tranche, amount_cents: int, expected_on: date, actor: Actor, now: datetime
) -> None:
    """Another amount or another day for a tranche that is not whole yet.

    Raises ``Refusal`` at the field for less than came in already, or more than was promised; ``Conflict`` when it is over.
    """
    region_only(actor)
    cents = _amount(amount_cents)
    _within_calendar(expected_on)
    agreement = session.get_one(Agreement, tranche.agreement_id)
    hold(session, agreement)
    _hold_open(session, tranche)
    if cents < tranche.received_cents() + tranche.waiting_cents:
        raise Refusal("less_than_received", _l("Er is al meer binnen dan dit bedrag."), field="amount")
    _within_promise(session, agreement, planned_cents(session, agreement=agreement) - tranche.amount_cents + cents)
    tranche.amount_cents, tranche.expected_on = cents, expected_on
    _log(session, "tranche.changed", "tranche", tranche.id, actor, now)


def call_tranche(session: Session, *, tranche: Tranche, called_on: date, actor: Actor, now: datetime) -> None:
    """Write down that the region asked the funder for a tranche. Raises ``Refusal`` for a day to come, ``Conflict`` when that
    was written down before or the tranche is over."""
    region_only(actor)
    if called_on > local_date(now):
        raise Refusal("day_to_come", _l("Deze dag ligt in de toekomst."), field="called_on")
    _hold_open(session, tranche)
    write_guarded(
        session,
        tranche,
        Tranche.called_on.is_(None),
        otherwise=Conflict("called_before", _l("Een collega heeft al vastgelegd dat deze termijn is opgevraagd.")),
        called_on=called_on,
        called_at=now,
        called_by=actor.reference,
    )
    _log(session, "tranche.called", "tranche", tranche.id, actor, now)


def drop_tranche(session: Session, *, tranche: Tranche, reason: str, actor: Actor, now: datetime) -> None:
    """What is still to come of a tranche will not come, with the reason. What came in stays.

    Raises ``Refusal`` without a reason, ``Conflict`` while a receipt waits for a second person or when it is over.
    """
    region_only(actor)
    why = _reason(reason, "reason")
    _hold_open(session, tranche)
    if tranche.waiting_cents:
        message = _l("Er wacht een ontvangst op een tweede persoon. Laat die eerst bevestigen of intrekken.")
        raise Conflict("receipt_waits", message)
    tranche.dropped_at, tranche.dropped_by, tranche.drop_reason = now, actor.reference, why
    _log(session, "tranche.dropped", "tranche", tranche.id, actor, now)


# What came in --------------------------------------------------------------------------------------------------------------


def receive_from_bank(
    session: Session, *, tranche: Tranche, line: UnmatchedLine, actor: Actor, now: datetime
) -> TrancheReceipt:
    """Say that a line of the bank is money of this tranche: it is received, on the day of the bank. A line is matched once.

    Raises ``Conflict`` when a colleague handled the line, it is no money that came in, or it is more than is still to come.
    """
    region_only(actor)
    handled = Conflict("line_handled", _l("Deze regel van de bank is intussen afgehandeld. Kijk opnieuw."))
    hold(session, line)
    if not may_be_a_receipt(line):
        raise handled
    _hold_open(session, tranche)
    _not_more_than_open(tranche, line.cents)
    receipt = TrancheReceipt(
        tranche_id=tranche.id,
        state=ReceiptState.RECEIVED,
        amount_cents=line.cents,
        received_on=line.booked_on,
        reference=(line.bank_reference or _own_reference(session, line))[:LONGEST_REFERENCE],
        line_id=line.id,
        recorded_at=now,
        recorded_by=actor.reference,
        recorded_by_name=actor.signature,
    )
    write_new(session, receipt, otherwise=_known())
    write_guarded(
        session,
        line,
        UnmatchedLine.handled_at.is_(None),
        otherwise=handled,
        handled_at=now,
        handled_by=actor.reference,
        handled_note=str(
            _l("Termijn %(number)s van %(agreement)s", number=tranche.number, agreement=tranche.agreement.slug)
        ),
    )
    _received(session, tranche, receipt, "tranche.received", actor, now)
    return receipt


def receive_by_hand(
    session: Session, *, tranche: Tranche, seen: HandReceipt, actor: Actor, now: datetime
) -> TrancheReceipt:
    """Write down money that came in and is in no file of the bank. It counts when a second person confirms it.

    Raises ``Refusal`` at the field, ``Conflict`` when it is more than is still to come or was written down before.
    """
    region_only(actor)
    cents, reference = _amount(seen.amount_cents), " ".join(seen.reference.split())
    if not 0 < len(reference) <= LONGEST_REFERENCE:
        message = _l("Vul het kenmerk van de ontvangst in. Het heeft hoogstens 80 tekens.")
        raise Refusal("reference_missing", message, field="reference")
    if seen.received_on > local_date(now):
        raise Refusal("day_to_come", _l("De dag van ontvangst ligt in de toekomst."), field="received_on")
    _hold_open(session, tranche)
    _not_more_than_open(tranche, cents)
    receipt = TrancheReceipt(
        tranche_id=tranche.id,
        state=ReceiptState.WAITING,
        amount_cents=cents,
        received_on=seen.received_on,
        reference=reference,
        recorded_at=now,
        recorded_by=actor.reference,
        recorded_by_name=actor.signature,
    )
    write_new(session, receipt, otherwise=_known())
    _received(session, tranche, receipt, "tranche.receipt_written", actor, now)
    return receipt


def confirm_receipt(session: Session, *, receipt: TrancheReceipt, actor: Actor, now: datetime) -> None:
    """Confirm, as a second person, that money came in that a colleague wrote down: from now on it counts.

    Raises ``Refusal`` for who wrote it down, ``Conflict`` when it was confirmed or withdrawn meanwhile.
    """
    region_only(actor)
    tranche = session.get_one(Tranche, receipt.tranche_id)
    hold(session, tranche)
    hold(session, receipt, TrancheReceipt.state == ReceiptState.WAITING, otherwise=_decided())
    require_power(session, Power.FUNDER_MONEY, actor=actor, on=local_date(now), prepared_by=receipt.recorded_by)
    receipt.state, receipt.confirmed_at, receipt.confirmed_by = ReceiptState.RECEIVED, now, actor.reference
    _received(session, tranche, receipt, "tranche.received", actor, now)


def withdraw_receipt(session: Session, *, receipt: TrancheReceipt, actor: Actor, now: datetime) -> None:
    """Take back what was written down by hand, before it was confirmed. Raises ``Conflict`` when it was decided on."""
    region_only(actor)
    tranche = session.get_one(Tranche, receipt.tranche_id)
    hold(session, tranche)
    hold(session, receipt, TrancheReceipt.state == ReceiptState.WAITING, otherwise=_decided())
    receipt.state, receipt.withdrawn_at, receipt.withdrawn_by = ReceiptState.WITHDRAWN, now, actor.reference
    _received(session, tranche, receipt, "tranche.receipt_withdrawn", actor, now)


# ---------------------------------------------------------------------------------------------------------------------------


def _within_promise(session: Session, agreement: Agreement, planned: int) -> None:
    promised = promised_cents(session, agreement=agreement)
    if promised is None:
        raise Refusal("nothing_promised", _l("Leg eerst vast hoeveel de geldgever heeft toegezegd."), field="amount")
    if planned > promised:
        message = _l(
            "De termijnen zijn dan samen %(planned)s. Toegezegd is %(promised)s.",
            planned=format_euros(planned, exact=True),
            promised=format_euros(promised, exact=True),
        )
        raise Refusal("more_than_promised", message, field="amount")


def _hold_open(session: Session, tranche: Tranche) -> None:
    """Lock a tranche of which something is still to come, and read its receipts anew."""
    message = _l("Van deze termijn komt niets meer. Zij is ontvangen of geschrapt.")
    hold(session, tranche)
    session.expire(tranche, ["receipts"])
    if tranche.open_cents <= 0:
        raise Conflict("tranche_over", message)


def _not_more_than_open(tranche: Tranche, cents: int) -> None:
    left = tranche.open_cents - tranche.waiting_cents
    if cents > left:
        message = _l(
            "Er kwam %(came)s binnen, en van deze termijn komt nog %(open)s. Er is niets vastgelegd. Verander eerst het bedrag "
            "van de termijn.",
            came=format_euros(cents, exact=True),
            open=format_euros(left, exact=True),
        )
        raise Conflict("more_than_open", message, field="amount")


def _own_reference(session: Session, line: UnmatchedLine) -> str:
    """For a line that the bank gave no name: the statement and the place in it."""
    return f"{session.get_one(BankStatement, line.statement_id).sha256[:12]}-{line.place + 1}"


def _within_calendar(day: date) -> None:
    if day.year > LAST_YEAR:
        raise Refusal("day_too_late", _l("Vul een dag in van voor het jaar 2101."), field="expected_on")


def _amount(cents: int) -> int:
    if not 0 < cents <= LARGEST_AMOUNT_CENTS:
        raise Refusal("amount", _l("Vul een bedrag in van meer dan nul euro."), field="amount")
    return cents


def _reason(text: str, field: str) -> str:
    said = text.strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise Refusal("reason_missing", _l("Schrijf in hoogstens 500 tekens op waarom."), field=field)
    return said


def _known() -> Conflict:
    message = _l("Een ontvangst met dit kenmerk is op deze dag al vastgelegd. Kijk of het dezelfde is.")
    return Conflict("receipt_known", message, field="reference")


def _decided() -> Conflict:
    return Conflict("receipt_decided", _l("Over deze ontvangst is intussen beslist. Kijk wat er nu staat."))


def _received(
    session: Session, tranche: Tranche, receipt: TrancheReceipt, action: str, actor: Actor, now: datetime
) -> None:
    session.flush()
    session.expire(tranche, ["receipts"])
    _log(session, action, "tranche_receipt", receipt.id, actor, now)


def _log(session: Session, action: str, kind: str, object_id: int, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind=kind, object_id=object_id, now=now)
