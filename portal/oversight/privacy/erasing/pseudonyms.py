"""Pseudonyms of people: keys by which ceilings are counted. With the last case of a person its key becomes one that says nothing.

The figures stay: whatever was counted under the old key is counted under the new one.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Table, and_, bindparam, delete, exists, not_, or_, select, update
from sqlalchemy.orm import Session

from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.holdings.ways import table_called
from portal.platform.among import among

HOLDERS = ("person", "employer")


def forget_pseudonyms(session: Session, *, question_ids: Sequence[int]) -> Counter[str]:
    """Replace the keys that only these cases had by random ones, wherever they stand; how many rows of each table.

    The applications of these cases have lost their keys already.
    """
    award, application = table_called("award"), table_called("application")
    gone = _keys(session, award, among(award.c.question_id, question_ids))
    erased_case = table_called("erased_case")
    erased = exists().where(erased_case.c.question_id == award.c.question_id, erased_case.c.part == Family.CASE)
    living = and_(not_(among(award.c.question_id, question_ids)), not_(erased))
    gone -= _keys(session, award, living, only=gone)
    gone -= _keys(session, application, None, only=gone)
    if not gone:
        return Counter()
    fresh = {key: f"erased{secrets.token_hex(24)}" for key in sorted(gone)}
    connection, counts = session.connection(), Counter[str]()
    rows = [{"old": old, "new": new} for old, new in fresh.items()]
    for column in ("person_key", "employer_key"):
        connection.execute(
            update(award).where(award.c[column] == bindparam("old")).values({column: bindparam("new")}), rows
        )
    voucher, cap = table_called("voucher"), table_called("cap_guard")
    mine = select(voucher.c.id, voucher.c.beneficiary_key).where(among(voucher.c.beneficiary_key, fresh))
    counts["voucher"] = _rename(session, voucher, "beneficiary_key", mine, fresh)
    guards = {f"{holder}:{old}": f"{holder}:{new}" for old, new in fresh.items() for holder in HOLDERS}
    mine = select(cap.c.id, cap.c.holder_key).where(among(cap.c.holder_key, guards))
    counts["cap_guard"] = _rename(session, cap, "holder_key", mine, guards)
    alias, judged = table_called("person_alias"), table_called("double_judgement")
    connection.execute(delete(alias).where(or_(among(alias.c.person_key, fresh), among(alias.c.counted_under, fresh))))
    connection.execute(delete(judged).where(or_(among(judged.c.first_key, fresh), among(judged.c.second_key, fresh))))
    counts["award"] = len(fresh)
    return counts


def _keys(session: Session, table: Table, where: object, only: set[str] | None = None) -> set[str]:
    found: set[str] = set()
    if only is not None and not only:
        return found
    for column in (table.c.person_key, table.c.employer_key):
        rows = select(column).where(column.is_not(None)).distinct()
        if where is not None:
            rows = rows.where(where)  # type: ignore[arg-type]
        if only is not None:
            rows = rows.where(among(column, only))
        found |= set(session.connection().execute(rows).scalars())
    return {key for key in found if not key.startswith("erased")}


def _rename(session: Session, table: Table, column: str, rows: object, fresh: dict[str, str]) -> int:
    connection = session.connection()
    found = [{"row": row[0], "new": fresh[row[1]]} for row in connection.execute(rows)]  # type: ignore[call-overload]
    if found:
        write = update(table).where(table.c.id == bindparam("row")).values({column: bindparam("new")})
        connection.execute(write, found)
    return len(found)
