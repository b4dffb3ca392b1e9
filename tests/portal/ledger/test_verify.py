"""`verify` must see what is wrong with the books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.ledger.models import Transfer, TransferKind
from portal.platform.clock import local_date
from tests.portal.ledger.booked import ACTOR, personal_cap, put_aside

DAMAGE = {
    "budget guard": "UPDATE budget_guard SET reserved_cents = reserved_cents + 1 WHERE funding_line_id = 1",
    "cap guard": "UPDATE cap_guard SET used_cents = used_cents - 1",
}


def test_verify_finds_a_guard_that_no_longer_equals_the_transfers(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 100), caps=(personal_cap(),))
    assert verify(books) == []
    books.execute(text(DAMAGE["budget guard"]))
    books.execute(text(DAMAGE["cap guard"]))
    assert [(found.invariant, found.subject.split(" (")[0]) for found in verify(books)] == [
        ("I2", "funding line 1"),
        ("I2", "cap 1"),
    ]
    books.rollback()


def by_hand(
    session: Session, now: datetime, kind: TransferKind, source: int, target: int, cents: int, **more: Any
) -> None:
    session.add(
        Transfer(
            key=f"{kind.value}{cents}",
            kind=kind,
            debit_account_id=source,
            credit_account_id=target,
            amount_cents=cents,
            booked_on=local_date(now),
            at=now,
            actor_id=ACTOR,
            **more,
        )
    )
    session.flush()


def accounts(session: Session) -> dict[str, int]:
    rows = session.execute(text("SELECT kind, id FROM ledger_account WHERE funding_line_id = 1")).all()
    return {row[0]: row[1] for row in rows}


def test_verify_finds_an_overdrawn_account_and_overspending(books: Session, now: datetime) -> None:
    of = accounts(books)
    by_hand(books, now, TransferKind.RESERVE, of["available"], of["reserved"], 100_001, decision_id=1)
    assert {found.invariant for found in verify(books)} == {"I1", "I2"}
    books.rollback()


def test_verify_finds_a_reservation_that_is_settled_for_another_amount(books: Session, now: datetime) -> None:
    (held,) = put_aside(books, now, (1, 100))
    of = accounts(books)
    by_hand(books, now, TransferKind.RELEASE, of["reserved"], of["available"], 99, resolves_id=held.id)
    assert "I3" in {found.invariant for found in verify(books)}
    books.rollback()


def test_verify_finds_a_voucher_with_more_spent_than_reserved(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 500))
    (held,) = put_aside(books, now, (1, 100), voucher=8)
    of = accounts(books)
    by_hand(books, now, TransferKind.SPEND, of["reserved"], of["spent"], 100, resolves_id=held.id, voucher_id=9)
    assert "I4" in {found.invariant for found in verify(books)}
    books.rollback()


def test_verify_finds_a_transfer_between_wrong_accounts(books: Session, now: datetime) -> None:
    of = accounts(books)
    by_hand(books, now, TransferKind.FUND, of["funder"], of["paid"], 5)
    assert "I6" in {found.invariant for found in verify(books)}
    books.rollback()
