"""How often each act was done and refused: counted from the audit log, and of what leaves no line there (a draft that is saved, a
letter that is made) from a table. Acts that are in no count are parts of others, as the tests say
(`tests/reliability/pairs/test_counted.py`).

Asked again and again, only what is new is read. Whoever writes at once may commit in another order than that of the numbers, so
the last thousand events are counted anew each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import ColumnElement, event, func, select
from sqlalchemy.orm import Session

from portal.people.audit.models import ActCount, AuditEvent
from portal.platform.act_counts import counted_here, take_counts
from portal.platform.database import LAST, insert_into

UNSETTLED = 1_000
"""So many events at the end may still get one between them."""
Acts = Mapping[tuple[str, str], int]
"""Per name of an act and result (done, refused, failed) how often."""


DONE = "done"


def write_counts(session: Session) -> None:
    """Add what was counted in this transaction to the table. Happens by itself before every commit, in one order for all."""
    for action, number in sorted(take_counts(session).items()):
        one = insert_into(session)(ActCount).values(action=action, number=number)
        more = {"number": ActCount.number + number}
        session.execute(one.on_conflict_do_update(index_elements=["action"], set_=more))


LAST.append(write_counts)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """In a session that no unit of work commits."""
    if not session.in_nested_transaction():
        write_counts(session)


class ActCounts:
    """What one process knows of the log up to a number, so that it does not read it again."""

    def __init__(self) -> None:
        self._upto = 0
        self._known: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def counted(self, session: Session) -> Acts:
        """How often each act was done or refused until now, what this session is about to commit included."""
        with self._lock:
            last = session.scalar(select(func.max(AuditEvent.id))) or 0
            if last < self._upto:  # another database than before
                self._upto, self._known = 0, Counter()
            settled = max(last - UNSETTLED, 0)
            if settled > self._upto:
                self._known += _counted(session, AuditEvent.id > self._upto, AuditEvent.id <= settled)
                self._upto = settled
            return self._known + _counted(session, AuditEvent.id > self._upto) + _without_a_line(session)


def _counted(session: Session, *which: ColumnElement[bool]) -> Counter[tuple[str, str]]:
    rows = select(AuditEvent.action, AuditEvent.result, func.count()).where(*which)
    found = session.execute(rows.group_by(AuditEvent.action, AuditEvent.result))
    return Counter({(action, result): int(number) for action, result, number in found})


def _without_a_line(session: Session) -> Counter[tuple[str, str]]:
    rows = session.execute(select(ActCount.action, ActCount.number)).all()
    kept = Counter({action: int(number) for action, number in rows})
    return Counter({(action, DONE): number for action, number in (kept + Counter(counted_here(session))).items()})
