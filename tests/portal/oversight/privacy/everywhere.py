"""Whether a word stands anywhere in a desk: in every column of every table, and in every file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.platform.database import load_models


def places_of(session: Session, *words: str) -> set[str]:
    """The columns (``contact.name``) in which one of these words stands, whatever the case of its letters."""
    wanted = [word.casefold() for word in words]
    return {place for place, text in _texts(session) if any(word in text for word in wanted)}


def _texts(session: Session) -> Iterator[tuple[str, str]]:
    for table in load_models().sorted_tables:
        for row in session.connection().execute(select(table)).mappings():
            for name, value in row.items():
                yield f"{table.name}.{name}", _said(value).casefold()


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "ignore")
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
