"""How often each act was done and refused, counted from the audit log. What leaves no line there is in no count:
a list of the tests (`tests/reliability/pairs/test_counted.py`) says which acts those are.

Asked again and again, only what is new is read. Whoever writes at once may commit in another order than that of the numbers, so
the last thousand events are counted anew each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.people.audit.models import AuditEvent

UNSETTLED = 1_000
"""So many events at the end may still get one between them."""
Acts = Mapping[tuple[str, str], int]
"""Per name of an act and result (done, refused, failed) how often."""


class ActCounts:
    """What one process knows of the log up to a number, so that it does not read it again."""

    def __init__(self) -> None:
        self._upto = 0
        self._known: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def counted(self, session: Session) -> Acts:
        """How often each act stands in the log now."""
        with self._lock:
            last = session.scalar(select(func.max(AuditEvent.id))) or 0
            if last < self._upto:  # another database than before
                self._upto, self._known = 0, Counter()
            settled = max(last - UNSETTLED, 0)
            if settled > self._upto:
                self._known += _counted(session, AuditEvent.id > self._upto, AuditEvent.id <= settled)
                self._upto = settled
            return self._known + _counted(session, AuditEvent.id > self._upto)


def _counted(session: Session, *which: ColumnElement[bool]) -> Counter[tuple[str, str]]:
    rows = select(AuditEvent.action, AuditEvent.result, func.count()).where(*which)
    found = session.execute(rows.group_by(AuditEvent.action, AuditEvent.result))
    return Counter({(action, result): int(number) for action, result, number in found})
