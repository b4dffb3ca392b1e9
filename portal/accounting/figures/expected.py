"""What is still expected to be spent: of each funding line what the newest forecast says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import NO_ITEMS, Items
from portal.accounting.kept_forecasts.queries import FRESH, expected_cents, latest_forecast
from portal.accounting.scope import Scope


@dataclass(frozen=True)
class ExpectedOfLines:
    """An item per funding line with what is expected of it; and the lines of which that is not known."""

    items: Items
    unknown: frozenset[int]
    """Ids of lines with money reserved, of which no forecast says what will be used of it."""
    on: date | None
    """The day of the forecast; None without one that still counts."""


def expected_use(session: Session, *, scope: Scope, last: date, committed: Items) -> ExpectedOfLines:
    """What the newest forecast until a last day expects of the money that is reserved on it.

    A line on which nothing is reserved needs no forecast: nothing is expected of it. One that an older forecast does not know is
    not known, and neither is what it is part of: no sum is shown that leaves something out.
    """
    found = latest_forecast(session, until=last)
    fresh = found if found is not None and last - found.data_day <= FRESH else None
    known = expected_cents(fresh) if fresh is not None else {}
    reserved = {line.id: int(committed.amount[committed.line == line.id].sum()) for line in scope.lines}
    unknown = frozenset(line.id for line in scope.lines if line.slug not in known and reserved[line.id])
    told = [line for line in scope.lines if line.slug in known and reserved[line.id]]
    if fresh is None or not told:
        return ExpectedOfLines(NO_ITEMS, unknown, fresh.data_day if fresh is not None else None)
    ids = np.array([line.id for line in told], dtype=np.int64)
    amounts = np.array([known[line.slug] for line in told], dtype=np.int64)
    day = np.full(len(told), fresh.data_day.toordinal(), dtype=np.int64)
    return ExpectedOfLines(Items.of(ids, day, line=ids).with_amount(amounts), unknown, fresh.data_day)
