"""Keeping what was read from the bank: the file by its hash, and every line of which nothing was booked, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.paying.payments.actions import hold_batch
from portal.paying.payments.models import Payment, PaymentBatch
from portal.paying.statements.models import BankStatement, ReportedState, UnmatchedLine
from portal.people.actor import Actor
from portal.people.audit.actions import record

AT_A_TIME = 500


def hold_batches(session: Session, *, keys: Sequence[str | None], numbers: Sequence[str | None]) -> list[PaymentBatch]:
    """Lock every batch that a file is about, the oldest first, and read it anew: who reads another file waits.

    `keys` are end-to-end ids of payments, `numbers` those of batches.
    """
    batch_ids: set[int] = set()
    for start in range(0, max(len(keys), len(numbers)), AT_A_TIME):
        some = [key for key in keys[start : start + AT_A_TIME] if key]
        batches = [number for number in numbers[start : start + AT_A_TIME] if number]
        batch_ids |= set(session.scalars(select(Payment.batch_id).where(Payment.end_to_end_id.in_(some))))
        batch_ids |= set(session.scalars(select(PaymentBatch.id).where(PaymentBatch.number.in_(batches))))
    found = [session.get_one(PaymentBatch, batch_id) for batch_id in sorted(batch_ids)]
    for batch in found:
        hold_batch(session, batch)
    return found


def read_before(session: Session, sha256: str) -> BankStatement | None:
    """The file of the bank with this hash, when it was read before."""
    return session.scalar(select(BankStatement).where(BankStatement.sha256 == sha256))


def listed_before(session: Session, line: UnmatchedLine) -> bool:
    """Whether another file had the same line: about the same payment or batch, or with the same name that the bank gave it.

    Lines that name none and have no such name can never be told apart.
    """
    if line.key is None and line.bank_reference is None:
        return False
    same = select(UnmatchedLine.id).where(
        UnmatchedLine.key == line.key if line.key is not None else UnmatchedLine.key.is_(None),
        UnmatchedLine.booked_on == line.booked_on,
        UnmatchedLine.cents == line.cents,
        UnmatchedLine.says == line.says,
        or_(UnmatchedLine.said.is_(None), UnmatchedLine.said == (line.said or "")),
    )
    if line.bank_reference is not None:
        same = same.where(
            or_(UnmatchedLine.bank_reference.is_(None), UnmatchedLine.bank_reference == line.bank_reference)
        )
        if line.key is None:
            same = same.where(UnmatchedLine.bank_reference.is_not(None))
    return session.scalar(same.limit(1)) is not None


def keep_file(
    session: Session,
    kept: BankStatement,
    *,
    lines: Sequence[UnmatchedLine],
    states: Sequence[ReportedState] = (),
    action: str,
    actor: Actor,
) -> None:
    """Keep a file that was read, with the lines that wait for a person and the states that the bank reported."""
    session.add(kept)
    session.flush()
    for line in lines:
        line.statement_id = kept.id
    for state in states:
        state.statement_id = kept.id
    session.add_all((*lines, *states))
    session.flush()
    record(session, actor=actor, action=action, object_kind="statement", object_id=kept.sha256[:16], now=kept.read_at)


def file_read(
    sha256: str, counts: Mapping[str, int], lines: Sequence[UnmatchedLine], actor: Actor, now: datetime
) -> BankStatement:
    """A file that was read now, with what it brought."""
    return BankStatement(
        sha256=sha256,
        executed=counts.get("executed", 0),
        returned=counts.get("returned", 0),
        known=counts.get("known", 0),
        strange=[one.called for one in lines],
        read_at=now,
        read_by=actor.reference,
    )
