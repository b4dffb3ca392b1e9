"""Erasing parts of cases: texts and names written over, rows about nobody else removed, files and words of search gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, exists, not_, or_, select, update
from sqlalchemy.orm import Session

from portal.cases.earlier_answers.actions import keep_earlier_answers
from portal.oversight.finding.keeping import forget_cases
from portal.oversight.privacy.erasing.opened import opened
from portal.oversight.privacy.erasing.pseudonyms import forget_pseudonyms
from portal.oversight.privacy.erasing.writing import parts_to_empty, values_for, without_parts, written_over
from portal.oversight.privacy.holdings import HOLDINGS, Family, Holding
from portal.oversight.privacy.holdings.ways import columns_to_case, of_cases, table_called
from portal.people.accounts.actions import end_sessions
from portal.people.accounts.models import EndOfSession
from portal.platform.among import among
from portal.platform.database import load_models, room_to_write
from portal.platform.sealed_columns import ERASED
from portal.post.files.models import StoredFile

SESSIONS, LINKS = "session_record", "access_link"


def erase_parts(
    session: Session, *, parts: Collection[Family], question_ids: Sequence[int], now: datetime
) -> Counter[str]:
    """Erase these parts of these cases; how many rows of each table were written over or removed.

    Doing it again changes nothing that anybody sees. The caller decides that it may, writes down that it was, and logs it.
    """
    counts: Counter[str] = Counter()
    if not question_ids:
        return counts
    room_to_write(session)
    if Family.CASE in parts:
        keep_earlier_answers(session, question_ids=question_ids, now=now)
    tables = list(_tables_of(parts))
    with opened(session, [table for table, _ in tables]):
        for table, holding in tables:
            counts[table.name] = _erase(session, table, holding, question_ids)
        if Family.UPLOADS in parts:
            counts[StoredFile.__tablename__] = _erase_files(session, question_ids, now)
        if Family.INVOICES in parts:
            counts["payment_batch"] = _erase_bank_files(session)
    if Family.CASE in parts:
        counts += forget_pseudonyms(session, question_ids=question_ids)
        _shut_ways_in(session, question_ids)
    forget_cases(session, question_ids=question_ids)
    session.expire_all()
    return +counts


def _tables_of(parts: Collection[Family]) -> Iterator[tuple[Table, Holding]]:
    """The tables to write in, those first whose rows point at others."""
    for table in reversed(load_models().sorted_tables):
        holding = HOLDINGS.get(table.name)
        if isinstance(holding, Holding) and holding.family in parts and columns_to_case(table):
            yield table, holding


def _erase(session: Session, table: Table, holding: Holding, question_ids: Sequence[int]) -> int:
    mine = of_cases(table, question_ids)
    if parts := parts_to_empty(holding):
        return _empty_parts(session, table, parts, mine)
    statement = delete(table) if holding.rows_go else update(table).values(values_for(table, holding))
    return int(session.connection().execute(statement.where(mine)).rowcount)


def _empty_parts(
    session: Session, table: Table, parts: Mapping[str, tuple[str, ...]], mine: ColumnElement[bool]
) -> int:
    connection, number = session.connection(), 0
    for name, emptied in parts.items():
        column = table.c[name]
        rows = connection.execute(select(table.c.id, column).where(mine)).all()
        changed = [{"row": row[0], "new": new} for row in rows if (new := without_parts(row[1], emptied)) != row[1]]
        if changed:
            write = update(table).where(table.c.id == bindparam("row")).values({name: bindparam("new")})
            connection.execute(write, changed)
        number += len(changed)
    return number


def _erase_files(session: Session, question_ids: Sequence[int], now: datetime) -> int:
    """The hash of what was handed in; the bytes go from the disk with the next tidying, which knows a file by this mark."""
    ways = (("evidence", "file_id"), ("representative", "proof_file_id"), ("invoice", "file_id"))
    tables = [(table_called(name), column) for name, column in ways]
    mine = or_(
        *(
            StoredFile.id.in_(
                select(table.c[column]).where(of_cases(table, question_ids), table.c[column].is_not(None))
            )
            for table, column in tables
        )
    )
    found = select(StoredFile.id).where(mine, StoredFile.erased_at.is_(None)).order_by(StoredFile.id)
    ids = list(session.scalars(found))
    changed = StoredFile.__table__
    for number in ids:
        row = update(changed).where(changed.c.id == number)  # type: ignore[arg-type]
        session.connection().execute(row.values(erased_at=now, sha256=f"{number:064d}"))
    return len(ids)


def _erase_bank_files(session: Session) -> int:
    """The file for the bank names everybody in it: it goes when everybody in it is erased."""
    batch, payment = table_called("payment_batch"), table_called("payment")
    named = exists().where(payment.c.batch_id == batch.c.id, payment.c.iban != ERASED)
    full = exists().where(payment.c.batch_id == batch.c.id)
    holding = HOLDINGS[batch.name]
    assert isinstance(holding, Holding), "it has names in it"
    gone = and_(full, not_(named), not_(written_over(batch, holding)))
    return int(session.connection().execute(update(batch).where(gone).values(values_for(batch, holding))).rowcount)


def _shut_ways_in(session: Session, question_ids: Sequence[int]) -> None:
    """Nobody comes in any more to a case without its people; what would be sent about it is not sent."""
    connection, sessions, links = session.connection(), table_called(SESSIONS), table_called(LINKS)
    mine = among(links.c.question_id, question_ids)
    inside = among(sessions.c.question_id, question_ids) & sessions.c.account_id.is_(None)
    by_link = sessions.c.access_link_id.in_(select(links.c.id).where(mine))
    end_sessions(session, inside | by_link, because=EndOfSession.ERASED)
    connection.execute(delete(links).where(mine))
    outbox = table_called("outbox_message")
    waiting = (outbox.c.object_kind == "question", among(outbox.c.object_id, question_ids))
    unsent = and_(*waiting, outbox.c.state.in_(("queued", "failed")))
    letters = table_called("letter")
    unused = not_(exists().where(letters.c.message_id == outbox.c.id))
    connection.execute(delete(outbox).where(unsent, unused))
