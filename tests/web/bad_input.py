"""What nobody should type, per kind of field, and which of it a field takes all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BAD = {
    "wrong type": "zomaar iets",
    "negative": "-5",
    "huge": "9" * 6000,
    "empty": "",
    "control characters": "12\x0034\x07",
}
TAKEN = {
    # free text takes any words; a name needs a letter or digit, which "-5" has
    "text": {"wrong type", "negative"},
    "house number": set(),
    "euro": set(),
    "number": set(),
    "date": set(),
    "choice": set(),
    "postcode": set(),
    "kvk": set(),
    "email": set(),
    "phone": set(),
}
"""Bad values that are no error in a field of this kind, `empty` aside."""


@dataclass(frozen=True)
class Try:
    """One field of one page with one bad value."""

    page: str
    field: str
    kind: str
    badness: str
    optional: bool

    @property
    def value(self) -> str:
        return BAD[self.badness]

    @property
    def taken(self) -> bool:
        """Whether the field takes this value."""
        return self.badness in TAKEN[self.kind] or (self.badness == "empty" and self.optional)

    def __str__(self) -> str:
        return f"{self.page}:{self.field}:{self.badness}"


def tries(fields: dict[str, dict[str, str]]) -> Iterator[Try]:
    """Every field of every page with every bad value. A kind with a question mark is an optional field."""
    for page, kinds in fields.items():
        for field, kind in kinds.items():
            for badness in BAD:
                yield Try(page, field, kind.rstrip("?"), badness, kind.endswith("?"))
