"""The act on a status report of the bank: what it refused waits for a second person, what it accepted is only shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.by_hand.actions import HandFinding, propose_return
from portal.paying.by_hand.models import HandOutcome
from portal.paying.by_hand.queries import came_back_on
from portal.paying.payments.actions import region_only
from portal.paying.payments.models import OUR_NUMBERS, BatchState, Payment, PaymentBatch, PaymentState
from portal.paying.payments.pain001 import paid_from
from portal.paying.statements.camt import BankSays
from portal.paying.statements.keeping import file_read, hold_batches, keep_file, listed_before, read_before
from portal.paying.statements.models import ReportedState, UnmatchedLine, WhyUnmatched
from portal.paying.statements.pain002 import REFUSED, STATES, Reported, parse_report
from portal.paying.statements.queries import bank_states
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class ReportRead:
    """What a status report brought: refusals that wait for a second person, states noted, what was known, what does not fit."""

    refused: int
    noted: int
    known: int
    strange: tuple[str, ...]


@dataclass(frozen=True)
class _Matched:
    """What the bank says, with the payments that it is about, or why nothing can be done with it."""

    said: Reported
    payments: tuple[Payment, ...] = ()
    why: WhyUnmatched | None = None
    batch: PaymentBatch | None = None


def read_report(session: Session, *, content: bytes, actor: Actor, now: datetime) -> ReportRead:
    """Read a status report of the bank (pain.002): a refused payment is to be paid again when a second person confirms it; other
    states are kept.

    Reading the same report again changes nothing. What does not fit waits for a person. Raises ``Refusal`` (field file) for
    anything that is not such a report.
    """
    region_only(actor)
    parsed = parse_report(content)
    keys, numbers = [one.end_to_end_id for one in parsed.said], [one.batch_number for one in parsed.said]
    batches = hold_batches(session, keys=keys, numbers=numbers)
    sha256 = hashlib.sha256(content).hexdigest()
    seen = read_before(session, sha256)
    if seen is not None:
        return ReportRead(0, 0, seen.returned + seen.known, tuple(seen.strange))
    on = min(parsed.made_on or local_date(now), local_date(now))
    counts = {"returned": 0, "noted": 0, "known": 0}
    left, states = list[UnmatchedLine](), list[ReportedState]()
    named = {one.end_to_end_id for one in parsed.said}
    before = {key: one for batch in batches for key, one in bank_states(session, batch=batch).items()}
    for place, said in enumerate(parsed.said):
        matched = _match(session, said, named)
        if matched.why is not None:
            left.append(_unmatched(matched, place, on, matched.why))
        for payment in matched.payments if matched.why is None else ():
            state = ReportedState(payment_id=payment.id, code=said.code, reason=said.reason, said_on=on)
            outcome = _apply(session, payment, state, before.get(payment.id), actor, now)
            if outcome is None:
                left.append(_unmatched(matched, place, on, WhyUnmatched.DOES_NOT_FIT, payment))
                continue
            counts[outcome] += 1
            if outcome != "known":
                states.append(state)
                before[payment.id] = state
    new = [one for one in left if not listed_before(session, one)]
    counts["known"] += len(left) - len(new)
    kept = file_read(sha256, counts, new, actor, now)
    keep_file(session, kept, lines=new, states=states, action="status_report.read", actor=actor)
    return ReportRead(counts["returned"], counts["noted"], counts["known"], tuple(kept.strange))


def _match(session: Session, said: Reported, named: set[str | None]) -> _Matched:
    """Which payments the bank speaks of: one by its own id, or all in a batch that the report does not name by themselves."""
    if said.end_to_end_id is not None:
        payment = session.scalar(select(Payment).where(Payment.end_to_end_id == said.end_to_end_id))
        if payment is None:
            return _Matched(said, why=_unknown(said.end_to_end_id))
        why = _why_not(said, payment.batch, [payment])
        return _Matched(said, (payment,), why, payment.batch)
    batch = session.scalar(select(PaymentBatch).where(PaymentBatch.number == (said.batch_number or "")))
    if batch is None:
        return _Matched(said, why=_unknown(said.batch_number or ""))
    others = tuple(one for one in batch.counted if one.end_to_end_id not in named)
    return _Matched(said, others, _why_not(said, batch, batch.counted), batch)


def _unknown(key: str) -> WhyUnmatched:
    return WhyUnmatched.UNKNOWN_KEY if key.startswith(OUR_NUMBERS) else WhyUnmatched.OTHER_FILE


def _why_not(said: Reported, batch: PaymentBatch, payments: Sequence[Payment]) -> WhyUnmatched | None:
    whole = said.end_to_end_id is None
    if batch.state not in (BatchState.EXPORTED, BatchState.CLOSED) or batch.file_text is None:
        return WhyUnmatched.NOT_SENT
    if said.batch_number is not None and said.batch_number != batch.number:
        return WhyUnmatched.OTHER_BATCH
    if said.account and paid_from(batch.file_text) != said.account:
        return WhyUnmatched.OTHER_ACCOUNT
    if said.cents is not None and said.cents != sum(one.amount_cents for one in payments):
        return WhyUnmatched.OTHER_TOTAL if whole else WhyUnmatched.OTHER_AMOUNT
    if said.number is not None and said.number != len(payments):
        return WhyUnmatched.OTHER_TOTAL
    return None if said.code in STATES else WhyUnmatched.UNKNOWN_STATUS


def _apply(
    session: Session, payment: Payment, said: ReportedState, before: ReportedState | None, actor: Actor, now: datetime
) -> str | None:
    """Keep a refusal for a second person, or note a state; None when it does not fit where the payment stands."""
    came_back = came_back_on(session, payment=payment) is not None
    if payment.state is PaymentState.CANCELLED:
        return None
    if before is not None and (before.code, before.reason) == (said.code, said.reason):
        return "known"
    if said.code != REFUSED:
        return None if came_back and (before is None or before.said_on <= said.said_on) else "noted"
    if came_back:
        return "known"
    if payment.state is not PaymentState.SENT:
        return None
    assert payment.batch.exported_at is not None, "its file was given out"
    day = max(said.said_on, local_date(payment.batch.exported_at))
    code = said.reason or "unknown"
    reason = _l("Gelezen in een statusbericht van de bank: geweigerd. Reden: %(code)s.", code=code)
    found = HandFinding(HandOutcome.CAME_BACK, day, str(reason))
    read = propose_return(session, payment=payment, found=found, bank_code=code, actor=actor, now=now)
    return "returned" if read is not None else None


def _unmatched(
    matched: _Matched, place: int, on: date, why: WhyUnmatched, payment: Payment | None = None
) -> UnmatchedLine:
    said = matched.said
    one = payment or (matched.payments[0] if said.end_to_end_id is not None and matched.payments else None)
    cents = one.amount_cents if said.cents is None and one is not None else said.cents
    return UnmatchedLine(
        place=place,
        booked_on=on,
        cents=cents or 0,
        says=BankSays.REFUSED if said.refused else BankSays.REPORTED,
        why=why,
        key=(one.end_to_end_id if one is not None else said.end_to_end_id or said.batch_number) or None,
        said=f"{said.code} {said.reason}".strip(),
        payment_id=one.id if one is not None else None,
        batch_id=matched.batch.id if matched.batch is not None else None,
    )
