"""Giving out the next number of a series."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.platform.numbers.models import NumberSeries


def next_number(session: Session, *, series: str, year: int) -> int:
    """The next number of a series in a year: no doubles, no gaps once committed (the row is locked until then)."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    given = session.execute(
        insert(NumberSeries)
        .values(series=series, year=year, last_number=1)
        .on_conflict_do_update(index_elements=["series", "year"], set_={"last_number": NumberSeries.last_number + 1})
        .returning(NumberSeries.last_number)
    )
    return int(given.scalar_one())
