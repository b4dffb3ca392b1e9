"""A disk of PostgreSQL that is full: the server itself refuses every act with the error that it gives then.

A trigger on the log of acts raises it, at the statement or at the commit, so the error is the server's own and comes by its own way. A
full disk under the write-ahead log ends the server instead: that is `test_crashes.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

DISK_FULL, IO_ERROR, NO_SUCH_TROUBLE = "53100", "58030", "53400"
AT_ONCE, AT_COMMIT = "at the statement", "at the commit"
_HOW = {
    AT_ONCE: "CREATE TRIGGER no_room BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_room()",
    AT_COMMIT: (
        "CREATE CONSTRAINT TRIGGER no_room AFTER INSERT ON audit_event DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION no_room()"
    ),
}


@contextmanager
def room_for(engine: Engine, acts: int, *, when: str = AT_COMMIT, state: str = DISK_FULL) -> Iterator[None]:
    """Inside there is room for so many more acts; after it for all."""
    with engine.begin() as connection:
        most = int(connection.execute(text("SELECT count(*) FROM audit_event")).scalar_one()) + acts
        limit = (
            f"{most} <= (SELECT count(*) FROM audit_event)"
            if when == AT_ONCE
            else f"{most} < (SELECT count(*) FROM audit_event)"
        )
        connection.execute(
            text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {limit} THEN RAISE EXCEPTION 'could not extend file: No space left on device' "
                f"USING ERRCODE = '{state}'; END IF; RETURN NEW; END $$"
            )
        )
        connection.execute(text(_HOW[when]))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER no_room ON audit_event"))
            connection.execute(text("DROP FUNCTION no_room()"))
