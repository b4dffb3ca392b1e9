"""Acts on statements of the bank: what one says about payments is booked, and what does not fit waits for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.bank_outcomes import book_carried_out, close_when_all_is_told
from portal.paying.by_hand.actions import HandFinding, propose_return
from portal.paying.by_hand.models import HandOutcome
from portal.paying.by_hand.queries import came_back_on
from portal.paying.payments.actions import region_only
from portal.paying.payments.models import OUR_NUMBERS, BatchState, Payment, PaymentBatch, PaymentState
from portal.paying.payments.pain001 import PayingAccount, paid_from
from portal.paying.payments.queries import settled_elsewhere
from portal.paying.statements.camt import BankSays, MoneyIn, StatementLine, parse_statement, plain_account
from portal.paying.statements.keeping import file_read, hold_batches, keep_file, listed_before, read_before
from portal.paying.statements.models import UnmatchedLine, WhyUnmatched
from portal.paying.statements.queries import refused_by_report, suggested_recoveries
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class StatementRead:
    """What a statement brought: payments executed, returns that wait for a second person, what was known before, lines that do
    not fit, and how many are no payments of the desk."""

    executed: int
    returned: int
    known: int
    strange: tuple[str, ...]
    elsewhere: int = 0


@dataclass(frozen=True)
class _About:
    """What a line is about: payments to book, or why nothing can be booked of it; neither when it is nothing of the desk."""

    payments: tuple[Payment, ...] = ()
    why: WhyUnmatched | None = None
    batch: PaymentBatch | None = None


def read_statement(
    session: Session,
    *,
    content: bytes,
    actor: Actor,
    now: datetime,
    payer: PayingAccount | None = None,
    file_name: str = "camt.xml",
    expected_cents: Collection[int] = (),
) -> StatementRead:
    """Read a statement of the bank (camt.053): what was executed is paid in the books, what came back waits for a second person.

    Money that came in of an amount that is expected is kept for a person, also when it names something else.
    Reading the same statement again changes nothing. Of a line that does not fit nothing is booked; it waits for a person. Raises
    ``Refusal`` (field file) for anything that is not a statement of an account from which the desk pays: then nothing is booked.
    """
    region_only(actor)
    parsed = parse_statement(content)
    keys, numbers = [one.end_to_end_id for one in parsed.lines], [one.batch_number for one in parsed.lines]
    batches = hold_batches(session, keys=keys, numbers=numbers)
    _of_our_account(parsed.accounts, batches, payer, file_name)
    sha256 = hashlib.sha256(content).hexdigest()
    seen = read_before(session, sha256)
    if seen is not None:
        return StatementRead(0, 0, seen.executed + seen.returned + seen.known, tuple(seen.strange))
    counts = {"executed": 0, "returned": 0, "known": 0, "elsewhere": 0}
    left: list[UnmatchedLine] = []
    for place, line in enumerate(parsed.lines):
        about = _about(session, line)
        about = _perhaps_of_ours(session, line, about, expected_cents)
        if about.why is not None:
            left.append(_unmatched(line, place, about.why, about.payments, about.batch))
        elif not about.payments:
            counts["elsewhere"] += 1
        for payment in about.payments if about.why is None else ():
            outcome = _apply(session, payment, line, actor, now)
            if outcome is None:
                left.append(_unmatched(line, place, WhyUnmatched.DOES_NOT_FIT, [payment], payment.batch))
            else:
                counts[outcome] += 1
    new = [one for one in left if not listed_before(session, one)]
    counts["known"] += len(left) - len(new)
    kept = file_read(sha256, counts, new, actor, now)
    keep_file(session, kept, lines=new, action="statement.read", actor=actor)
    return StatementRead(kept.executed, kept.returned, kept.known, tuple(kept.strange), counts["elsewhere"])


def note_handled(session: Session, *, line: UnmatchedLine, note: str, actor: Actor, now: datetime) -> None:
    """A person looked at a line that did not fit, and writes down what was done with it. It books nothing itself.

    Raises ``Refusal`` without a note, ``Conflict`` when a colleague did it before.
    """
    region_only(actor)
    if not note.strip():
        raise Refusal("note_missing", _l("Schrijf op wat u met deze regel hebt gedaan."), field="note")
    before = Conflict("line_handled", _l("Deze regel is intussen door een collega afgehandeld."))
    write_guarded(
        session,
        line,
        UnmatchedLine.handled_at.is_(None),
        otherwise=before,
        handled_at=now,
        handled_by=actor.reference,
        handled_note=note.strip(),
    )
    record(session, actor=actor, action="statement.line_handled", object_kind="line", object_id=line.id, now=now)


def _of_our_account(
    accounts: frozenset[str], batches: Sequence[PaymentBatch], payer: PayingAccount | None, file_name: str
) -> None:
    """Refuse a statement of an account from which the desk does not pay, and did not pay what the statement is about."""
    own = {paid_from(batch.file_text) for batch in batches if batch.file_text is not None}
    own |= {plain_account(payer.iban)} if payer is not None else set()
    others = sorted(accounts - own)
    if own and others:
        message = _l(
            "Het bestand %(file)s is een afschrift van rekening %(account)s. Het loket betaalt van rekening %(own)s. Er is niets "
            "verwerkt. Haal bij de bank het afschrift van die rekening op.",
            file=file_name[:80],
            account=", ".join(others)[:80],
            own=", ".join(sorted(own)),
        )
        raise Refusal("other_account", message, field="file")


def _about(session: Session, line: StatementLine) -> _About:
    """The payments that a line is about: one by its own id, or a whole batch when the bank booked it in one amount."""
    if line.end_to_end_id is not None:
        payment = session.scalar(select(Payment).where(Payment.end_to_end_id == line.end_to_end_id))
        if payment is None:
            return _About(why=_unknown(line.end_to_end_id))
        return _About((payment,), _why_not(line, payment.batch, payment.amount_cents), payment.batch)
    if line.batch_number is None:
        return _About(why=WhyUnmatched.WITHOUT_KEY)
    batch = session.scalar(select(PaymentBatch).where(PaymentBatch.number == line.batch_number))
    if batch is None:
        return _About(why=_unknown(line.batch_number))
    if not line.whole:
        return _About(why=WhyUnmatched.WITHOUT_KEY, batch=batch)
    payments = _carried_out_together(session, line, batch)
    why = _why_not(line, batch, sum(one.amount_cents for one in payments))
    return _About(() if why is not None else payments, why, batch)


def _carried_out_together(session: Session, line: StatementLine, batch: PaymentBatch) -> tuple[Payment, ...]:
    """What the bank booked in one amount: all in the batch, or without what it reported as refused before."""
    counted = tuple(batch.counted)
    refused = refused_by_report(session, payments=counted)
    others = tuple(one for one in counted if one.id not in refused)
    return others if others and line.cents == sum(one.amount_cents for one in others) else counted


def _perhaps_of_ours(session: Session, line: StatementLine, about: _About, expected: Collection[int]) -> _About:
    """Money that came in and names no payment of the desk waits for a person when it may be of a recovery, or is expected."""
    came = line.money_in
    names_none = not about.payments and about.batch is None and about.why in (None, WhyUnmatched.WITHOUT_KEY)
    if came is None or not names_none:
        return about
    found = suggested_recoveries(session, cents=line.cents, said=came.said, account=came.account)
    if found or (about.why is None and line.cents in expected):
        return _About(why=WhyUnmatched.INCOMING)
    return about


def _unknown(key: str) -> WhyUnmatched | None:
    """What is called as the desk calls its payments is looked at; anything else on the account is not about them."""
    return WhyUnmatched.UNKNOWN_KEY if key.startswith(OUR_NUMBERS) else None


def _why_not(line: StatementLine, batch: PaymentBatch, cents: int) -> WhyUnmatched | None:
    if batch.file_text is not None and paid_from(batch.file_text) != line.account:
        return WhyUnmatched.OTHER_ACCOUNT
    if line.says is BankSays.UNDONE:
        return WhyUnmatched.UNDONE
    if line.whole and line.says is BankSays.CAME_BACK:
        return WhyUnmatched.WHOLE_CAME_BACK
    if line.cents != cents:
        return WhyUnmatched.OTHER_TOTAL if line.whole else WhyUnmatched.OTHER_AMOUNT
    return None


def _apply(session: Session, payment: Payment, line: StatementLine, actor: Actor, now: datetime) -> str | None:
    """Book what happened to a payment, or keep that it came back; None when it does not fit where the payment stands."""
    if payment.batch.state not in (BatchState.EXPORTED, BatchState.CLOSED):
        return None
    back_on = came_back_on(session, payment=payment)
    if line.says is BankSays.CAME_BACK:
        return "known" if back_on is not None else _read_return(session, payment, line, actor, now)
    if back_on is not None and _paid_after(session, payment, line, back_on):
        return None
    if payment.state is not PaymentState.SENT:
        return "known"
    if settled_elsewhere(session, payment=payment):
        return None
    book_carried_out(session, payment=payment, on=line.booked_on, actor=actor, now=now)
    close_when_all_is_told(session, payment=payment, now=now)
    return "executed"


def _read_return(session: Session, payment: Payment, line: StatementLine, actor: Actor, now: datetime) -> str | None:
    """One person read that it came back; it is to be paid again when another confirms that."""
    reason = _l("Gelezen in een afschrift van de bank. Reden: %(code)s.", code=line.reason)
    found = HandFinding(HandOutcome.CAME_BACK, line.booked_on, str(reason))
    read = propose_return(session, payment=payment, found=found, bank_code=line.reason, actor=actor, now=now)
    return "returned" if read is not None else None


def _paid_after(session: Session, payment: Payment, line: StatementLine, back_on: date) -> bool:
    """What the bank refused or sent back, and now says to have paid after all: it may be paid twice, so a person looks."""
    return line.booked_on > back_on or bool(refused_by_report(session, payments=[payment]))


# What does not fit -----------------------------------------------------------------------------------------------------


def _unmatched(
    line: StatementLine,
    place: int,
    why: WhyUnmatched,
    payments: Sequence[Payment],
    batch: PaymentBatch | None,
) -> UnmatchedLine:
    came = line.money_in or MoneyIn()
    return UnmatchedLine(
        place=place,
        booked_on=line.booked_on,
        cents=line.cents,
        says=line.says,
        why=why,
        said=came.said or None,
        from_account=came.account or None,
        bank_reference=came.reference or None,
        key=line.end_to_end_id or (payments[0].end_to_end_id if payments else line.batch_number),
        payment_id=payments[0].id if payments else None,
        batch_id=batch.id if batch is not None else None,
    )
