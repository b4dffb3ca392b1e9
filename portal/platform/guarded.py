"""The one guarded write: a record changes only while it still is as the act saw it, also when two people act at once.

What was loaded before is a hint. These functions wait for whoever is writing the record at the same moment, let the database
look at it again, and leave it in the session as it is then. The same holds on SQLite, where a writer has the database to itself,
and on PostgreSQL, which looks at the conditions again after the wait.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.platform.database import Base, is_taken
from portal.platform.errors import Refusal


def write_guarded(
    session: Session, record: Base, /, *still: ColumnElement[bool], otherwise: Refusal | None, **values: object
) -> bool:
    """Write these values on a record if the conditions `still` hold in the write itself; whether they did.

    What was changed on records in the session is written first. When a condition does not hold (any more), or the record is gone,
    nothing is written and `otherwise` is raised, mostly a ``Conflict``; with ``otherwise=None`` the answer is False, for an act
    that finds out why, or that leaves it at that. In both cases the record is read anew. A value may be an expression on the
    columns (``Voucher.redeemed_cents + 100``): then the database counts. Raises the violation when a CHECK does not hold.
    """
    kind, mine = type(record), _only(session, record)
    written = session.execute(
        update(kind).where(*mine, *still).values(**values).execution_options(synchronize_session=False)
    )
    done = cast("CursorResult[Any]", written).rowcount == 1
    session.scalar(select(kind).where(*mine).execution_options(populate_existing=True))
    if not done and otherwise is not None:
        raise otherwise
    return done


def hold(session: Session, record: Base, /, *still: ColumnElement[bool], otherwise: Refusal | None = None) -> bool:
    """Lock a record until the end of the transaction and read it anew, if the conditions `still` hold then; whether they do.

    For an act that writes more than this one record, or that first looks at what it holds. When a condition does not hold (any
    more), or the record is gone, `otherwise` is raised, or without it the answer is False; the record is read anew then too.
    """
    kind, mine = type(record), _only(session, record)
    fresh = select(kind).where(*mine).execution_options(populate_existing=True)
    if session.scalar(fresh.where(*still).with_for_update(of=kind)) is not None:
        return True
    session.scalar(fresh)
    if otherwise is not None:
        raise otherwise
    return False


def write_new(session: Session, record: Base, /, *, otherwise: Refusal | None) -> bool:
    """Write a new record that can be there only once (a number, an address), unless it is there; whether it was written.

    What is looked up before says it in most cases. Of two people at once both find nothing: then the key of the table decides.
    Then `otherwise` is raised, or without it the answer is False. Raises every other violation as it is.
    """
    session.flush()
    try:
        with session.begin_nested():
            session.add(record)
            session.flush()
    except IntegrityError as error:
        if not is_taken(error):
            raise
        if otherwise is not None:
            raise otherwise from error
        return False
    return True


def _only(session: Session, record: Base) -> list[ColumnElement[bool]]:
    """The condition that names this record alone, after everything in the session was written."""
    session.flush()
    state = inspect(record)
    assert state.identity is not None, "only a record that is in the database can be guarded"
    return [column == value for column, value in zip(state.mapper.primary_key, state.identity, strict=True)]
