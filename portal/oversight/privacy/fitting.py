"""Whether the keys of this desk are those with which its data were sealed: looked at before anything is done with them.

Of every table the first and the last rows are tried, of the files and second steps the newest. One that was damaged is no wrong
key: a key is wrong when nothing of what was tried opens with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, select, type_coerce
from sqlalchemy.orm import Session

from portal.oversight.privacy.sealing import sealed_tables
from portal.people.factors.actions import key_of as key_of_steps
from portal.people.factors.actions import unseal
from portal.people.factors.models import CodeApp
from portal.platform.errors import BadSettings, Refusal
from portal.platform.field_keys import RING_FILE, CannotOpenField, field_keys
from portal.platform.sealed_columns import SealedText, key_of, plain_type
from portal.post.files.actions import Vault
from portal.post.files.models import StoredFile

TRIED = 3
"""So many rows at each end of a table, and so many files and second steps."""
RING = f"the ring of field keys (FIELD_KEYS, else {RING_FILE} in STATE_DIR, else made from SECRET_KEY)"
REMEDY = "put back the key with which this desk was sealed; until then it does not start, and writes nothing"


def require_fitting_keys(session: Session, *, secret: str, state_dir: Path) -> None:
    """Refuse to go on with keys that do not open what is stored. Raises ``BadSettings`` with what an administrator must do.

    Second steps keep nobody from a start: a desk that was taken in under another SECRET_KEY has them still, and no use for them.
    """
    problems = [*unfitting_fields(session), *unfitting_files(session, secret=secret, state_dir=state_dir)]
    if problems:
        raise BadSettings([f"{problem}: {REMEDY}" for problem in problems])


def unfitting_files(session: Session, *, secret: str, state_dir: Path) -> Iterator[str]:
    """What does not fit of the key of the files that were handed in, in a sentence."""
    newest = select(StoredFile.place).where(StoredFile.erased_at.is_(None)).order_by(StoredFile.id.desc()).limit(TRIED)
    places = [place for place in session.scalars(newest) if (state_dir / "files" / place).exists()]
    vault = Vault.under(state_dir, secret)
    if places and not any(_opens_file(vault, place) for place in places):
        yield "SECRET_KEY does not open the files that were handed in"


def unfitting_steps(session: Session, *, secret: str) -> Iterator[str]:
    """What does not fit of the key of the second steps, in a sentence."""
    apps = list(session.scalars(select(CodeApp).order_by(CodeApp.id.desc()).limit(TRIED)))
    key = key_of_steps(secret)
    if apps and not any(unseal(app.sealed, key=key, account_id=app.account_id) for app in apps):
        yield "SECRET_KEY does not open the second steps of those who work here"


def unfitting_fields(session: Session) -> Iterator[str]:
    """What does not fit of the ring of field keys, and of the index by which fields are found, in a sentence."""
    opened: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    indexed: Counter[bool] = Counter()
    for kind, stands in _sealed(session):
        name = key_of(kind, stands) or ""
        try:
            value = kind.process_result_value(stands, None)
        except CannotOpenField:
            closed[name] += 1
            continue
        opened[name] += 1
        if isinstance(kind, SealedText) and kind.findable:
            indexed[stands in field_keys().seals(kind.kind, kind.to_text(value))] += 1
    wrong = sorted(name for name in closed if not opened[name])
    if wrong:
        missing = [name for name in wrong if name not in dict(field_keys().keys)]
        what = f"has no key {', '.join(missing)}" if missing else f"has another key {', '.join(wrong)}"
        yield f"{RING} {what}, with which fields stand sealed"
    elif indexed[False] and not indexed[True]:
        yield f"{RING} has another index than the one by which names and numbers are found"


def _sealed(session: Session) -> Iterator[tuple[Any, Any]]:
    """Some values that stand sealed, with the type of their column: of the first and the last rows of each table."""
    for table, columns in sealed_tables():
        for row in _ends(session, table, columns):
            for column, stands in zip(columns, row, strict=True):
                value = bytes(stands) if isinstance(stands, memoryview) else stands
                if key_of(column.type, value):
                    yield column.type, value


def _ends(session: Session, table: Table, columns: list[Column[Any]]) -> Iterator[Any]:
    stands = [type_coerce(column, plain_type(column.type)).label(f"stands_{column.name}") for column in columns]
    for order in (table.c.id.asc(), table.c.id.desc()):
        yield from session.connection().execute(select(*stands).order_by(order).limit(TRIED))


def _opens_file(vault: Vault, place: str) -> bool:
    try:
        vault.get(place)
    except Refusal:
        return False
    return True
