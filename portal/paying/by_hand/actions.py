"""Acts that record what became of a payment: one person proposes with a reason or reads it in a file of the bank, another
confirms, and it is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.ledger.actions import NotReserved
from portal.paying.bank_outcomes import book_came_back, book_carried_out, close_when_all_is_told, take_up_again
from portal.paying.by_hand.models import HandOutcome, OutcomeByHand
from portal.paying.by_hand.queries import possible_outcomes, waiting_outcome
from portal.paying.payments.actions import hold_batch, region_only
from portal.paying.payments.models import Payment, PaymentState
from portal.paying.payments.queries import settled_elsewhere
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_none_of
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l

RETURN_REASON = "by_hand"
_STILL_WAITS = (OutcomeByHand.confirmed_at.is_(None), OutcomeByHand.withdrawn_at.is_(None))


@dataclass(frozen=True)
class HandFinding:
    """What somebody found out about a payment: what the bank did, on which day, and how that is known."""

    outcome: HandOutcome
    on: date
    reason: str


def propose_outcome(
    session: Session, *, payment: Payment, found: HandFinding, actor: Actor, now: datetime
) -> OutcomeByHand:
    """Write down what the bank did with a payment, for a second person to confirm. Books nothing yet.

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` when the outcome is known, or somebody proposed one already.
    """
    region_only(actor)
    reason = found.reason.strip()
    if not reason:
        raise Refusal("reason_missing", _l("Schrijf op hoe u dit weet, bijvoorbeeld van wie."), field="reason")
    hold_batch(session, payment.batch)
    _can_still_be(session, payment, found.outcome)
    first = payment.returned_on or payment.executed_on or _sent_on(payment)
    if not first <= found.on <= local_date(now):
        message = _l("Kies een dag tussen de dag van het bestand voor de bank en vandaag.")
        raise Refusal("day_out_of_range", message, field="on")
    if waiting_outcome(session, payment=payment) is not None:
        message = _l("Voor deze betaling wacht al een uitkomst op een tweede medewerker.")
        raise Conflict("outcome_waits", message)
    proposed = OutcomeByHand(
        payment_id=payment.id,
        outcome=found.outcome,
        on=found.on,
        reason=reason,
        proposed_at=now,
        proposed_by=actor.reference,
        proposed_by_name=actor.signature,
    )
    session.add(proposed)
    session.flush()
    _log(session, payment, "payment.outcome_proposed", actor, now)
    return proposed


def propose_return(
    session: Session, *, payment: Payment, found: HandFinding, bank_code: str, actor: Actor, now: datetime
) -> OutcomeByHand | None:
    """Keep that a file of the bank says that a payment came back, for a second person to confirm. Books nothing yet.

    The caller holds the batch. None when it cannot be of a payment that stands so, or another outcome waits: a person looks.
    """
    region_only(actor)
    if HandOutcome.CAME_BACK not in possible_outcomes(payment) or waiting_outcome(session, payment=payment) is not None:
        return None
    if payment.state is PaymentState.SENT and settled_elsewhere(session, payment=payment):
        return None
    if not _could_be_booked(session, payment, found.on, actor, now):
        return None
    read = OutcomeByHand(
        payment_id=payment.id,
        outcome=HandOutcome.CAME_BACK,
        on=found.on,
        reason=found.reason,
        bank_code=bank_code[:40],
        proposed_at=now,
        proposed_by=actor.reference,
        proposed_by_name=actor.signature,
    )
    session.add(read)
    session.flush()
    _log(session, payment, "payment.return_read", actor, now)
    return read


def _could_be_booked(session: Session, payment: Payment, on: date, actor: Actor, now: datetime) -> bool:
    """Whether the books can take that it came back; tried and undone. They cannot when who was paid has paid it back already."""
    trial = session.begin_nested()
    try:
        _book_return(session, payment, on, RETURN_REASON, actor, now)
    except NotReserved:
        return False
    finally:
        trial.rollback()
    return True


def _book_return(session: Session, payment: Payment, on: date, reason: str, actor: Actor, now: datetime) -> None:
    if payment.state is PaymentState.SENT:
        book_carried_out(session, payment=payment, on=on, actor=actor, now=now, told=False)
    book_came_back(session, payment=payment, on=on, reason=reason, actor=actor, now=now)


def confirm_outcome(session: Session, *, proposed: OutcomeByHand, actor: Actor, now: datetime) -> None:
    """A second person confirms what became of a payment, and it is booked. What came back is to be paid again from then on.

    Raises ``Refusal`` for who proposed or read it, ``Conflict`` when a statement said it meanwhile, a colleague was first, or
    who was paid has paid it back already.
    """
    region_only(actor)
    message = _l("U hebt deze uitkomst zelf voorgesteld of gelezen. Een andere medewerker moet haar bevestigen.")
    require_none_of(actor, earlier=(proposed.proposed_by,), own=Refusal("second_person", message))
    payment = proposed.payment
    hold_batch(session, payment.batch)
    by = {"confirmed_at": now, "confirmed_by": actor.reference, "confirmed_by_name": actor.signature}
    write_guarded(session, proposed, *_STILL_WAITS, otherwise=_no_longer(), **by)
    _can_still_be(session, payment, proposed.outcome)
    if payment.state is PaymentState.RETURNED:
        take_up_again(session, payment=payment)
    if proposed.outcome is HandOutcome.CARRIED_OUT:
        book_carried_out(session, payment=payment, on=proposed.on, actor=actor, now=now)
    else:
        _book_return(session, payment, proposed.on, proposed.bank_code or RETURN_REASON, actor, now)
        payment.return_read_by, payment.return_read_by_name = proposed.proposed_by, proposed.proposed_by_name
        payment.return_confirmed_by, payment.return_confirmed_by_name = actor.reference, actor.signature
    close_when_all_is_told(session, payment=payment, now=now)
    _log(session, payment, "payment.outcome_confirmed", actor, now)


def withdraw_outcome(session: Session, *, proposed: OutcomeByHand, actor: Actor, now: datetime) -> None:
    """Take back what waits for a second person; both may do that. Raises ``Conflict`` when it no longer waits."""
    region_only(actor)
    by = {"withdrawn_at": now, "withdrawn_by": actor.reference}
    write_guarded(session, proposed, *_STILL_WAITS, otherwise=_no_longer(), **by)
    _log(session, proposed.payment, "payment.outcome_withdrawn", actor, now)


def _no_longer() -> Conflict:
    return Conflict("outcome_moved_on", _l("Deze uitkomst is intussen bevestigd of ingetrokken. Kijk opnieuw."))


def _can_still_be(session: Session, payment: Payment, outcome: HandOutcome) -> None:
    if outcome not in possible_outcomes(payment):
        message = _l(
            "Van deze betaling is de uitkomst al bekend, of het bestand is nog niet naar de bank. Kijk opnieuw."
        )
        raise Conflict("outcome_known", message)
    if payment.state is PaymentState.SENT and settled_elsewhere(session, payment=payment):
        message = _l("Een deel van dit bedrag is intussen anders afgehandeld, bijvoorbeeld met een creditnota.")
        raise Conflict("settled_elsewhere", message)


def _sent_on(payment: Payment) -> date:
    assert payment.batch.exported_at is not None, "it went to the bank"
    return local_date(payment.batch.exported_at)


def _log(session: Session, payment: Payment, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="payment", object_id=payment.id, now=now)
