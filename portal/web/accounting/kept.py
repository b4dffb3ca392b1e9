"""What many look at and nobody changed: read once, and kept until somebody does something.

Every act ends with one more place in the chain of the audit log, in its own transaction. So what was read at the same end of the
chain is the same, and a page that a hundred people have open asks the books once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy.orm import Session

from portal.people.audit.queries import end_of_chain
from portal.platform.brake import once
from portal.platform.reading_once import read_once
from portal.web.edge.braking import brake

Answer = TypeVar("Answer")


def kept(session: Session, what: Hashable, read: Callable[[], Answer]) -> Answer:
    """What `read` reads, once as long as the log has the same end. `what` names it with all it depends on beside the rows.

    Only for what no record of the session is in, and in a unit that only reads: there all is of one moment.
    """
    end = read_once(session, "end of the chain", lambda: end_of_chain(session))
    if end is None:
        return read()
    with brake().keeping():
        return once(lambda: (end, what), read)
