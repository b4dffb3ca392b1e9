"""What a desk has stored: whole rows of every table, with everything drawn at random the same each time."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from itsdangerous import TimestampSigner
from sqlalchemy import Engine, event

from portal.platform.database import load_models
from tests.web.asked import NOW
from tests.web.world import World

Rows = dict[str, Counter[tuple[Any, ...]]]
SAYS_WHAT_WAS_SENT = {"idempotency_key": "fingerprint"}
"""The hash of the whole body that was sent, by which a second body with the same key is refused: it differs with every field."""
_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)


def stored(world: World) -> Rows:
    """Every row of every table, without what only says what was sent."""
    found: Rows = {}
    with world.engine.connect() as connection:
        for name, table in load_models().tables.items():
            names = [f'"{one.name}"' for one in table.columns if one.name != SAYS_WHAT_WAS_SENT.get(name)]
            # Counted, not put in order: of thousands of rows hardly any differs.
            found[name] = Counter(map(tuple, connection.exec_driver_sql(f'SELECT {", ".join(names)} FROM "{name}"')))
    return found


def differing(one: Rows, other: Rows) -> list[str]:
    """The tables of which the rows are not the same."""
    return sorted(name for name in one if one[name] != other[name])


@contextmanager
def drawn_again() -> Iterator[None]:
    """Whatever is drawn at random inside is the same each time, and so is the second in a token that is signed: a page that is kept
    to be shown once has one, and a second passes between two posts on a busy machine.
    """
    numbers = itertools.count()

    def stream(size: int) -> bytes:
        return hashlib.shake_256(f"drawn {next(numbers)}".encode()).digest(size)

    second = patch.object(TimestampSigner, "get_timestamp", lambda _signer: int(NOW.timestamp()))
    with patch("os.urandom", stream), patch("random._urandom", stream), second:
        yield


@contextmanager
def tables_used(engine: Engine) -> Iterator[set[str]]:
    """The tables that are read or written inside."""
    used: set[str] = set()

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        used.update(_TABLE.findall(statement))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield used
    finally:
        event.remove(engine, "before_cursor_execute", listen)


@contextmanager
def no_new_files(folder: Path) -> Iterator[None]:
    """What is written inside in files of a folder is taken away."""
    before = set(folder.rglob("*"))
    yield
    for path in sorted(set(folder.rglob("*")) - before, reverse=True):
        if path.is_file() and not path.name.endswith((".db", "-wal", "-shm", ".kept")):
            path.unlink()
