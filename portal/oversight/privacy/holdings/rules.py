"""How is said what a table holds of people: of which kind it is, how its rows belong to a case, and what becomes of them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.platform.sealed_columns import ERASED

NO_KVK = "00000000"


class Family(enum.StrEnum):
    """What goes together. A case goes when the term of its own end is over; the others by their own term."""

    CASE = "case"
    PSEUDONYMS = "pseudonyms"
    """Keys by which ceilings of a person are counted: they go with the last case of that person."""
    INDEX = "index"
    """What is made anew from the rest: it goes with what it was made of."""
    INVOICES = "invoices"
    LETTERS = "letters"
    UPLOADS = "uploads"
    VIEWING = "viewing"
    LOGS = "logs"
    STAFF = "staff"


@dataclass(frozen=True)
class Always:
    """A value that is written also where nothing stood."""

    value: Any


class NumberedWord:
    """The word for erased with the number of the row, where two rows may not say the same."""


@dataclass(frozen=True)
class Without:
    """A JSON text that stays, without some of its parts: they become empty."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Holding:
    """What a table holds of people. What is empty (NULL, or no text) stays empty; None empties; `Always` is always written."""

    family: Family
    becomes: Mapping[str, Any] = field(default_factory=dict)
    """Per column what is written in place of what stood there. Nothing here: the rows go."""
    since: str | None = None
    """The column with the day or instant from which is counted, where rows belong to no case."""
    why: str = ""
    """Where it is not plain to see: what this is."""

    @property
    def rows_go(self) -> bool:
        """Whether whole rows are removed."""
        return not self.becomes


@dataclass(frozen=True)
class HoldsNobody:
    """A table without personal data, or with data that has to stay; and why."""

    why: str


Held = Holding | HoldsNobody


def erased(*columns: str) -> dict[str, Any]:
    """These texts become the word for erased."""
    return dict.fromkeys(columns, ERASED)


def emptied(*columns: str) -> dict[str, Any]:
    """These become empty."""
    return dict.fromkeys(columns, None)
