"""Walk through everything that a file holds: each part with its path, whatever class it has."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from schemes.basics.values import DatedValue


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """A value and everything inside it, with the path of each as it stands in a file."""
    yield path, value
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            key = field.alias or name
            yield from walk(getattr(value, name), f"{path}.{key}" if path else key)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            if isinstance(item, BaseModel | tuple):
                yield from walk(item, f"{path}[{position}]")


def dated(value: Any) -> Iterator[tuple[str, tuple[DatedValue[Any], ...]]]:
    """Every list of dated values inside a value, with its path."""
    for path, part in walk(value):
        if isinstance(part, tuple) and part and isinstance(part[0], DatedValue):
            yield path, part


def changes(value: Any) -> set[date]:
    """The days on which a dated value inside a value begins, or has just ended."""
    days = set()
    for _, entries in dated(value):
        days |= {entry.from_ for entry in entries}
        days |= {entry.until + timedelta(days=1) for entry in entries if entry.until is not None}
    return days


def gaps(entries: tuple[DatedValue[Any], ...]) -> Iterator[tuple[int, date, date]]:
    """The days between two dated values on which none holds: position of the later one, first and last day."""
    for position, (earlier, later) in enumerate(pairwise(entries), start=1):
        if earlier.until is not None and earlier.until + timedelta(days=1) < later.from_:
            yield position, earlier.until + timedelta(days=1), later.from_ - timedelta(days=1)
