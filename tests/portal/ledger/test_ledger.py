"""Reserving, releasing, redeeming and paying, on both databases, with the books verified after each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from portal.ledger import queries
from portal.ledger.actions import (
    BudgetExhausted,
    CapExhausted,
    NotReserved,
    PeriodCap,
    Reservation,
    fund,
    give_back,
    open_accounts,
    pay,
    redeem,
    release,
    reserve,
)
from portal.ledger.invariants import verify
from portal.ledger.models import CapGuard, Transfer, TransferKind
from portal.ledger.queries import Figures
from portal.ledger.settling import recover_paid
from portal.platform.clock import local_date

ACTOR = "account:1"


@pytest.fixture
def books(session: Session, now: datetime) -> Iterator[Session]:
    """Two funding lines: 1 with € 1.000, 2 with € 300. The books must be right when the test is done."""
    for line, cents in ((1, 100_000), (2, 30_000)):
        open_accounts(session, funding_line_id=line)
        fund(session, funding_line_id=line, amount_cents=cents, actor_id=ACTOR, now=now)
    session.commit()
    yield session
    assert verify(session) == []


def put_aside(
    session: Session, now: datetime, *amounts: tuple[int, int], voucher: int = 7, caps: tuple[PeriodCap, ...] = ()
) -> list[Transfer]:
    return reserve(
        session,
        reservations=[
            Reservation(line, cents, voucher_id=voucher, scheme_version_id=3, caps=caps) for line, cents in amounts
        ],
        decision_id=5,
        actor_id=ACTOR,
        now=now,
    )


def line(session: Session, number: int = 1) -> Figures:
    return queries.line_figures(session, funding_line_ids=[number])[number]


def personal_cap(limit: int = 50_000, holder: str = "person:1") -> PeriodCap:
    return PeriodCap("werk-naar-werk", holder, "2026", limit)


def test_a_funded_line_is_available_in_full(books: Session) -> None:
    assert line(books) == Figures(funded_cents=100_000, available_cents=100_000)


def test_a_reservation_moves_money_from_available_to_reserved(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 40_000))
    assert line(books) == Figures(funded_cents=100_000, reserved_cents=40_000, available_cents=60_000)


def test_the_last_cent_can_be_reserved_and_not_one_more(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 100_000))
    with pytest.raises(BudgetExhausted) as refused:
        put_aside(books, now, (1, 1))
    assert (refused.value.funding_line_id, refused.value.asked_cents, refused.value.available_cents) == (1, 1, 0)


def test_several_lines_are_reserved_all_or_none(books: Session, now: datetime) -> None:
    with pytest.raises(BudgetExhausted) as refused:
        put_aside(books, now, (1, 50_000), (2, 30_001))
    assert refused.value.funding_line_id == 2
    books.rollback()
    assert line(books, 1).reserved_cents == 0
    put_aside(books, now, (1, 50_000), (2, 30_000))
    assert (line(books, 1).reserved_cents, line(books, 2).reserved_cents) == (50_000, 30_000)


def test_two_amounts_on_one_line_are_checked_together(books: Session, now: datetime) -> None:
    with pytest.raises(BudgetExhausted):
        put_aside(books, now, (2, 20_000), (2, 20_000))
    books.rollback()


def test_a_personal_cap_is_guarded_across_funding_lines(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 20_000), caps=(personal_cap(),))
    with pytest.raises(CapExhausted) as refused:
        put_aside(books, now, (1, 1), voucher=8, caps=(personal_cap(),))
    assert (refused.value.asked_cents, refused.value.available_cents) == (1, 0)
    books.rollback()


def test_the_cap_of_another_person_or_another_year_is_another_cap(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 50_000), caps=(personal_cap(),))
    put_aside(books, now, (1, 25_000), voucher=8, caps=(personal_cap(holder="person:2"),))
    put_aside(books, now, (1, 25_000), voucher=9, caps=(PeriodCap("werk-naar-werk", "person:1", "2027", 50_000),))
    assert line(books).available_cents == 0


def test_a_cap_without_room_refuses_at_once(books: Session, now: datetime) -> None:
    with pytest.raises(CapExhausted):
        put_aside(books, now, (1, 1), caps=(personal_cap(limit=-5),))
    books.rollback()


def test_a_release_gives_budget_and_cap_back(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 20_000), caps=(personal_cap(),))
    released = release(books, voucher_id=7, actor_id="system:expiry", now=now)
    assert [transfer.kind for transfer in released] == [TransferKind.RELEASE] * 2
    assert (line(books, 1).reserved_cents, line(books, 2).reserved_cents) == (0, 0)
    assert books.scalars(select(CapGuard.used_cents)).one() == 0


def test_a_voucher_is_released_only_once(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000))
    release(books, voucher_id=7, actor_id=ACTOR, now=now)
    with pytest.raises(NotReserved):
        release(books, voucher_id=7, actor_id=ACTOR, now=now)


def test_redeeming_in_full_spends_the_reservation(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), caps=(personal_cap(),))
    done = redeem(books, voucher_id=7, amount_cents=30_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert (done.spent_cents, done.kept, done.released) == (30_000, (), ())
    assert line(books) == Figures(100_000, 0, 30_000, 0, 70_000)
    assert books.scalars(select(CapGuard.used_cents)).one() == 30_000


def test_redeeming_a_part_keeps_the_rest_reserved(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), caps=(personal_cap(),))
    done = redeem(books, voucher_id=7, amount_cents=10_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert (done.spent_cents, done.kept_cents) == (10_000, 20_000)
    kinds = [transfer.kind.value for transfer in queries.voucher_transfers(books, voucher_id=7)]
    assert kinds == ["reserve", "release", "reserve", "spend", "reserve"]
    assert line(books) == Figures(100_000, 20_000, 10_000, 0, 70_000)
    assert books.scalars(select(CapGuard.used_cents)).one() == 30_000
    redeem(books, voucher_id=7, amount_cents=20_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert line(books) == Figures(100_000, 0, 30_000, 0, 70_000)


def test_redeeming_a_part_without_keeping_releases_the_rest(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 20_000), caps=(personal_cap(),))
    done = redeem(books, voucher_id=7, amount_cents=10_000, keep_rest=False, actor_id=ACTOR, now=now)
    assert (done.spent_cents, done.kept_cents, len(done.released)) == (10_000, 0, 2)
    assert (line(books, 1), line(books, 2)) == (
        Figures(100_000, 0, 10_000, 0, 90_000),
        Figures(30_000, 0, 0, 0, 30_000),
    )
    assert books.scalars(select(CapGuard.used_cents)).one() == 10_000


def test_a_redemption_uses_the_first_reservation_first(books: Session, now: datetime) -> None:
    put_aside(books, now, (2, 20_000), (1, 30_000))
    redeem(books, voucher_id=7, amount_cents=25_000, keep_rest=True, actor_id=ACTOR, now=now)
    assert (line(books, 2).spent_cents, line(books, 1).spent_cents) == (20_000, 5_000)
    assert queries.reserved_cents(books, voucher_id=7) == 25_000


@pytest.mark.parametrize("keep_rest", [True, False])
def test_more_than_is_reserved_cannot_be_redeemed(books: Session, now: datetime, keep_rest: bool) -> None:
    put_aside(books, now, (1, 30_000))
    with pytest.raises(NotReserved) as refused:
        redeem(books, voucher_id=7, amount_cents=30_001, keep_rest=keep_rest, actor_id=ACTOR, now=now)
    assert (refused.value.asked_cents, refused.value.reserved_cents) == (30_001, 30_000)


def test_a_spent_amount_is_paid_once(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000))
    spent = redeem(books, voucher_id=7, amount_cents=30_000, keep_rest=False, actor_id=ACTOR, now=now).spent[0]
    assert queries.open_payables(books) == [spent]
    pay(books, spend_id=spent.id, actor_id=ACTOR, now=now)
    assert line(books) == Figures(100_000, 0, 30_000, 30_000, 70_000)
    assert queries.open_payables(books) == []
    with pytest.raises(NotReserved):
        pay(books, spend_id=spent.id, actor_id=ACTOR, now=now)


def test_only_a_spent_amount_can_be_paid(books: Session, now: datetime) -> None:
    (held,) = put_aside(books, now, (1, 30_000))
    with pytest.raises(NotReserved):
        pay(books, spend_id=held.id, actor_id=ACTOR, now=now)
    with pytest.raises(NotReserved):
        pay(books, spend_id=99_999, actor_id=ACTOR, now=now)


def test_a_payment_can_come_back_up_to_what_was_paid(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000))
    spent = redeem(books, voucher_id=7, amount_cents=30_000, keep_rest=False, actor_id=ACTOR, now=now).spent[0]
    pay(books, spend_id=spent.id, actor_id=ACTOR, now=now)
    back = {"voucher_id": 7, "actor_id": ACTOR, "now": now, "note": "training cancelled"}
    first = recover_paid(books, amount_cents=20_000, key="receipt:1", **back)
    assert line(books) == Figures(100_000, 0, 10_000, 10_000, 90_000)
    with pytest.raises(NotReserved):
        recover_paid(books, amount_cents=10_001, key="receipt:2", **back)
    assert recover_paid(books, amount_cents=20_000, key="receipt:1", **back) == first, "one receipt counts once"
    assert line(books) == Figures(100_000, 0, 10_000, 10_000, 90_000)


def test_a_budget_can_be_lowered_to_what_is_in_use_and_not_below(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 40_000))
    with pytest.raises(BudgetExhausted) as refused:
        give_back(books, funding_line_id=1, amount_cents=60_001, actor_id=ACTOR, now=now, note="budget cut")
    assert refused.value.available_cents == 60_000
    give_back(books, funding_line_id=1, amount_cents=60_000, actor_id=ACTOR, now=now, note="budget cut")
    assert line(books) == Figures(40_000, 40_000, 0, 0, 0)


def test_a_budget_that_is_raised_has_room_again(books: Session, now: datetime) -> None:
    put_aside(books, now, (2, 30_000))
    fund(books, funding_line_id=2, amount_cents=1, actor_id=ACTOR, now=now)
    put_aside(books, now, (2, 1), voucher=8)
    assert line(books, 2).available_cents == 0


def test_funding_with_the_same_key_is_booked_once(books: Session, now: datetime) -> None:
    first = fund(books, funding_line_id=1, amount_cents=500, actor_id=ACTOR, now=now, key="seed:1")
    again = fund(books, funding_line_id=1, amount_cents=500, actor_id=ACTOR, now=now, key="seed:1")
    assert first.id == again.id
    assert line(books).funded_cents == 100_500


def test_opening_accounts_twice_changes_nothing(books: Session) -> None:
    open_accounts(books, funding_line_id=1)
    assert queries.has_accounts(books, funding_line_id=1)
    assert not queries.has_accounts(books, funding_line_id=99)


def test_a_line_without_accounts_is_an_error_of_the_program(books: Session, now: datetime) -> None:
    with pytest.raises(LookupError):
        put_aside(books, now, (99, 1))


@pytest.mark.parametrize("amount", [0, -1, True, 1.5, "1", 10**13 + 1])
def test_an_amount_that_is_no_whole_positive_number_of_cents_is_an_error(
    books: Session, now: datetime, amount: Any
) -> None:
    with pytest.raises(ValueError, match="cents"):
        fund(books, funding_line_id=1, amount_cents=amount, actor_id=ACTOR, now=now)


def test_figures_at_a_date_leave_later_transfers_out(books: Session, now: datetime) -> None:
    put_aside(books, now + timedelta(days=10), (1, 40_000))
    before = queries.line_figures(books, funding_line_ids=[1], until=local_date(now))[1]
    after = queries.line_figures(books, funding_line_ids=[1], until=local_date(now + timedelta(days=10)))[1]
    assert (before.reserved_cents, after.reserved_cents) == (0, 40_000)


def test_a_transfer_just_after_midnight_in_amsterdam_is_of_the_new_day(books: Session, now: datetime) -> None:
    late = datetime.fromisoformat("2026-03-31T22:30:00+00:00")  # 00:30 on 1 April, summer time
    (held,) = put_aside(books, late, (1, 100))
    assert held.booked_on.isoformat() == "2026-04-01"


@pytest.mark.parametrize("figure", ["funded", "reserved", "spent", "paid", "available"])
def test_every_figure_is_the_sum_of_the_transfers_behind_it(books: Session, now: datetime, figure: Any) -> None:
    put_aside(books, now, (1, 30_000), (2, 10_000))
    put_aside(books, now, (1, 5_000), voucher=8)
    done = redeem(books, voucher_id=7, amount_cents=25_000, keep_rest=True, actor_id=ACTOR, now=now)
    pay(books, spend_id=done.spent[0].id, actor_id=ACTOR, now=now)
    release(books, voucher_id=8, actor_id=ACTOR, now=now)
    for number in (1, 2):
        shown = getattr(line(books, number), f"{figure}_cents")
        behind = queries.transfers_behind(books, figure=figure, funding_line_ids=[number])
        assert sum(entry.cents for entry in behind) == shown
        assert all(entry.funding_line_id == number for entry in behind)


def test_figures_can_be_taken_per_scheme_version_and_voucher(books: Session, now: datetime) -> None:
    put_aside(books, now, (1, 30_000), (2, 10_000))
    assert queries.figures(books, by=("scheme_version_id",))[(3,)].reserved_cents == 40_000
    assert queries.figures(books, by=("voucher_id", "funding_line_id"))[(7, 2)].reserved_cents == 10_000


def test_transfers_behind_a_figure_come_in_pages(books: Session, now: datetime) -> None:
    for voucher in range(10, 15):
        put_aside(books, now, (1, 100), voucher=voucher)
    first = queries.transfers_behind(books, figure="reserved", funding_line_ids=[1], limit=3)
    rest = queries.transfers_behind(books, figure="reserved", funding_line_ids=[1], limit=3, offset=3)
    assert [entry.voucher_id for entry in first + rest] == [10, 11, 12, 13, 14]


# Append-only ------------------------------------------------------------------------------------------------------

REWRITES = {
    "update": "UPDATE transfer SET amount_cents = 1",
    "delete": "DELETE FROM transfer",
    "cap update": "UPDATE cap_use SET cap_id = cap_id",
    "cap delete": "DELETE FROM cap_use",
}
_COLUMNS = "kind, debit_account_id, credit_account_id, resolves_id, booked_on, at, actor_id, decision_id, note"
_INTO = f"INTO transfer (amount_cents, {_COLUMNS}, id, key) SELECT 1, {_COLUMNS}"
ONLY = {
    "sqlite": {
        "replace by id": f"INSERT OR REPLACE {_INTO}, id, 'x' FROM transfer LIMIT 1",
        "replace by key": f"INSERT OR REPLACE {_INTO}, 9999, key FROM transfer LIMIT 1",
    },
    "postgresql": {"truncate": "TRUNCATE transfer CASCADE"},
}


@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_the_books_cannot_be_rewritten(
    engine: Engine, books: Session, now: datetime, database: str, recursive_triggers: str
) -> None:
    put_aside(books, now, (1, 100), caps=(personal_cap(),))
    books.commit()
    count = text("SELECT count(*), sum(amount_cents) FROM transfer")
    before = books.execute(count).one()
    books.rollback()
    for statement in [*REWRITES.values(), *ONLY[database].values()]:
        with engine.connect() as connection:
            if database == "sqlite":
                raw = connection.connection.driver_connection
                assert raw is not None
                connection.rollback()
                raw.execute(f"PRAGMA recursive_triggers={recursive_triggers}")
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            connection.rollback()
            if database == "sqlite":
                raw.execute("PRAGMA recursive_triggers=ON")
    assert books.execute(count).one() == before


def test_one_reservation_cannot_be_settled_twice_even_by_hand(books: Session, now: datetime) -> None:
    (held,) = put_aside(books, now, (1, 100))
    books.commit()
    copy = text(
        "INSERT INTO transfer "
        "(key, kind, debit_account_id, credit_account_id, amount_cents, resolves_id, booked_on, at, actor_id) "
        "SELECT :key, 'release', credit_account_id, debit_account_id, amount_cents, id, booked_on, at, actor_id "
        "FROM transfer WHERE id = :id"
    )
    books.execute(copy, {"key": "a", "id": held.id})
    with pytest.raises(DBAPIError):
        books.execute(copy, {"key": "b", "id": held.id})
    books.rollback()


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("amount_positive", {"amount_cents": 0}),
        ("two_accounts", {"credit_account_id": 1, "debit_account_id": 1}),
        ("resolves_fits_kind", {"kind": "release"}),
        ("reserve_has_decision", {"kind": "reserve"}),
        ("has_actor", {"actor_id": ""}),
        ("correction_has_reason", {"kind": "correct"}),
        ("transfer_kind", {"kind": "gift"}),
    ],
)
def test_the_database_itself_refuses_an_impossible_transfer(
    books: Session, constraint: str, change: dict[str, Any]
) -> None:
    row: dict[str, Any] = {
        "key": "x",
        "kind": "fund",
        "debit_account_id": 1,
        "credit_account_id": 2,
        "amount_cents": 5,
        "booked_on": "2026-03-02",
        "at": "2026-03-02 09:00:00",
        "actor_id": "account:1",
    }
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    insert = text(f"INSERT INTO transfer ({columns}) VALUES ({values})")
    books.execute(insert, row)
    books.rollback()
    with pytest.raises(IntegrityError, match=constraint):
        books.execute(insert, row | change)
    books.rollback()


# Verify must see what is wrong ------------------------------------------------------------------------------------

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
