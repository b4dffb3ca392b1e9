"""Closed books: nothing is booked any more on a day that was closed.

Nobody chooses the day of a booking: it is the day on which the act is done. So nothing is refused here. What is booked while its
day closes (an act that began before, a correction, late binding) is booked on the first open day, and its note says which day it
belongs to; figures of a closed day never change.

Whoever books shares the lock of one row until the end of the transaction, and whoever closes has it alone: closing waits for what
is being booked and then sees it; what comes after it sees that the books are closed. The guards of funding lines and caps come
before this row, and closing takes none of them, so that nobody waits in a circle.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.ledger.models import BooksClosing, ClosedBooks, Transfer
from portal.platform.clock import local_date
from portal.platform.database import insert_into
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext

LONGEST_NOTE = 200
_CLOSED = select(ClosedBooks.closed_until).where(ClosedBooks.id == 1)
_CLOSED_SHARED = _CLOSED.with_for_update(read=True)


def open_books(session: Session) -> None:
    """Write the row that says until when the books are closed. Doing it twice changes nothing."""
    insert = insert_into(session)
    session.execute(insert(ClosedBooks).values(id=1).on_conflict_do_nothing(index_elements=["id"]))


def closed_until(session: Session) -> date | None:
    """The last day that is closed; None when none is."""
    return session.execute(_CLOSED).scalar_one_or_none()


def first_open_day(session: Session, *, on: date) -> date:
    """The day itself, or the first one after what is closed. It stays open until the end of the transaction."""
    found = session.execute(_CLOSED_SHARED).one_or_none()
    if found is None:
        open_books(session)
        found = session.execute(_CLOSED_SHARED).one()
    closed: date | None = found[0]
    return _after(closed, on)


def first_day_to_count(session: Session, *, on: date) -> date:
    """From which day something that is no booking counts in figures: that day, or the first one after what is closed.

    Nothing is locked: a day is closed when it is over, and by then what was done on it was done.
    """
    return _after(closed_until(session), on)


def _after(closed: date | None, on: date) -> date:
    return on if closed is None or closed < on else closed + timedelta(days=1)


def late_note(note: str | None, day: date) -> str:
    """The note of what is booked after its own day was closed: it says that day."""
    said = f"[van {day.isoformat()}]"
    return f"{note[: LONGEST_NOTE - len(said) - 1]} {said}" if note else said


def close_books(session: Session, *, until: date, actor_id: str, now: datetime) -> BooksClosing:
    """Close the books up to and including a day that is over. What is being booked now is waited for.

    Raises ``Conflict`` when that day was closed before, ``ValueError`` for a day that is not over.
    """
    if until >= local_date(now):
        raise ValueError("a day is closed when it is over")
    open_books(session)
    alone = select(ClosedBooks).where(ClosedBooks.id == 1).with_for_update()
    books = session.scalars(alone.execution_options(populate_existing=True)).one()
    if books.closed_until is not None and until <= books.closed_until:
        raise Conflict("books_closed", lazy_gettext("De boeken zijn tot en met deze dag al gesloten."))
    last = session.scalar(select(func.max(Transfer.id))) or 0
    closing = BooksClosing(closed_until=until, last_transfer_id=last, at=now, actor_id=actor_id)
    books.closed_until = until
    session.add(closing)
    session.flush()
    return closing
