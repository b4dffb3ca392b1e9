"""Closed books: what is booked after its day was closed stands on the first open day, also when both happen at one moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.ledger.actions import fund, give_back, open_accounts
from portal.ledger.closing import close_books, closed_until, first_open_day, late_note
from portal.ledger.invariants import verify
from portal.ledger.models import BooksClosing, ClosedBooks, Transfer
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict
from tests.portal.at_once import Act, at_once
from tests.portal.ledger.booked import ACTOR, put_aside

MARCH = date(2026, 3, 31)
APRIL = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


def close(session: Session, until: date = MARCH, now: datetime = APRIL) -> BooksClosing:
    return close_books(session, until=until, actor_id="account:2", now=now)


def test_what_is_booked_on_an_open_day_keeps_that_day_and_its_note(books: Session) -> None:
    close(books)
    booked = give_back(books, funding_line_id=1, amount_cents=5, actor_id=ACTOR, now=APRIL, note="Te veel.")
    assert (booked.booked_on, booked.note) == (APRIL.date(), "Te veel.")


def test_what_belongs_to_a_closed_day_is_booked_on_the_first_open_one_and_says_so(
    books: Session, now: datetime
) -> None:
    close(books)
    plain = fund(books, funding_line_id=1, amount_cents=5, actor_id=ACTOR, now=now)
    noted = give_back(books, funding_line_id=1, amount_cents=5, actor_id=ACTOR, now=now, note="x" * 200)
    assert plain.booked_on == noted.booked_on == date(2026, 4, 1) and plain.at == now
    assert plain.note == "[van 2026-03-02]"
    assert noted.note is not None and noted.note.endswith("x [van 2026-03-02]") and len(noted.note) == 200


def test_a_day_before_anything_was_closed_is_open(books: Session, now: datetime) -> None:
    assert closed_until(books) is None
    assert first_open_day(books, on=now.date()) == now.date()
    assert late_note(None, now.date()) == "[van 2026-03-02]"


def test_books_close_once_and_only_further_on(books: Session) -> None:
    assert close(books).last_transfer_id == 2
    for until in (MARCH, MARCH - timedelta(days=1)):
        with pytest.raises(Conflict, match="gesloten"):
            close(books, until)
    assert close(books, date(2026, 4, 30), datetime(2026, 5, 1, 8, tzinfo=UTC)).closed_until == date(2026, 4, 30)
    assert closed_until(books) == date(2026, 4, 30)


def test_a_day_that_is_not_over_is_not_closed(books: Session) -> None:
    with pytest.raises(ValueError, match="over"):
        close(books, until=APRIL.date())


def test_books_without_accounts_close_and_then_open_accounts_book_later(session: Session, now: datetime) -> None:
    assert close(session).last_transfer_id == 0
    open_accounts(session, funding_line_id=1)
    booked = fund(session, funding_line_id=1, amount_cents=5, actor_id=ACTOR, now=now)
    assert booked.booked_on == date(2026, 4, 1) and verify(session) == []


def test_verify_finds_what_was_booked_in_closed_books(books: Session, now: datetime) -> None:
    close(books)
    late = put_aside(books, now, (1, 500))[0]
    close(books, date(2026, 4, 30), datetime(2026, 5, 1, 8, tzinfo=UTC))
    assert verify(books) == []
    columns = "kind, debit_account_id, credit_account_id, amount_cents, at, actor_id, decision_id"
    books.execute(
        text(
            f"INSERT INTO transfer (key, booked_on, {columns}) SELECT 'past it', '2026-03-02', {columns} "
            f"FROM transfer WHERE id = {late.id}"
        )
    )
    wrong = select(Transfer.id).where(Transfer.key == "past it")
    found = [one for one in verify(books) if one.invariant == "I7"]
    assert [one.subject for one in found] == [f"transfer {books.scalar(wrong)}"] and "2026-03-31" in found[0].message
    books.rollback()


def test_verify_finds_books_that_were_opened_again(books: Session) -> None:
    close(books)
    books.get_one(ClosedBooks, 1).closed_until = None
    books.flush()
    assert [one.subject for one in verify(books)] == ["closed books"]
    books.rollback()


def test_who_books_and_who_closes_at_one_moment_leave_closed_books_as_they_were_closed(engine: Engine) -> None:
    """Both have begun when the other writes. Whoever is second sees the first: the booking is in what was closed, or after it."""
    evening = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)

    def begin(session: Session) -> None:
        open_accounts(session, funding_line_id=1)
        fund(session, funding_line_id=1, amount_cents=100_000, actor_id=ACTOR, now=evening - timedelta(days=9))

    def books_late(cents: int) -> Act:
        def act(session: Session) -> object:
            closed_until(session)
            return lambda: fund(session, funding_line_id=1, amount_cents=cents, actor_id=ACTOR, now=evening)

        return act  # type: ignore[return-value]

    def closes(session: Session) -> object:
        closed_until(session)
        return lambda: close(session)

    unit_of_work(engine, begin)
    assert at_once(engine, books_late(1), closes, books_late(2), books_late(3)) == ["done"] * 4  # type: ignore[arg-type]

    def look(session: Session) -> None:
        closing = session.scalars(select(BooksClosing)).one()
        rows = session.scalars(select(Transfer).order_by(Transfer.id)).all()
        for row in rows:
            early = row.id <= closing.last_transfer_id
            assert (row.booked_on <= MARCH) == early, "in what was closed, or on the first open day"
        assert verify(session) == []

    unit_of_work(engine, look)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_closing_waits_for_a_booking_that_is_not_committed_and_counts_it(engine: Engine) -> None:
    """The control: without the shared lock the closing would not wait, and miss it."""
    import threading

    evening = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)
    unit_of_work(engine, lambda session: open_accounts(session, funding_line_id=1))
    done = threading.Event()
    found: list[int] = []

    def closes() -> None:
        found.append(unit_of_work(engine, close).last_transfer_id)
        done.set()

    with Session(engine) as session:
        booked = fund(session, funding_line_id=1, amount_cents=7, actor_id=ACTOR, now=evening)
        number = booked.id
        other = threading.Thread(target=closes)
        other.start()
        assert not done.wait(0.5), "it waits for who books"
        session.commit()
    other.join(30)
    assert found == [number]
    unit_of_work(engine, lambda session: verify(session) == [] or pytest.fail("broken"))
