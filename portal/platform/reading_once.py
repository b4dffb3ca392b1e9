"""Reading the same thing once in a unit of work that only reads: nothing changes in it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy.orm import Session

Result = TypeVar("Result")


def read_once(session: Session, key: Hashable, read: Callable[[], Result]) -> Result:
    """What `read` reads, once per key; in a unit of work that writes it is read each time."""
    if not session.get_bind().get_execution_options().get("read_only"):
        return read()
    known: dict[Hashable, Result] = session.info.setdefault("read_once", {})
    if key not in known:
        known[key] = read()
    return known[key]
