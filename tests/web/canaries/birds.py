"""What a canary looks like, so that it is valid where it is planted, and known wherever it comes out, however it was set."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

from sqlalchemy import Column

from portal.platform.sealed_columns import ACCOUNT, BIRTH_DATE, SEALED_TYPES

BORN_IN = 1907
"""No other date at these desks lies in this year."""
_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december",
    "january february march april may june july august september october november december",
)
_MONTH_OF = {name: number for names in _MONTHS for number, name in enumerate(names.split(), start=1)}
_WORD = re.compile(r"kana([a-p]{4})rie", re.IGNORECASE)
_PHONE = re.compile(r"(?:06|\+?316)9999(\d{4})")
_ACCOUNT = re.compile(r"NL\d\dKANA00000(\d{5})", re.IGNORECASE)
_CODE = re.compile(r"\b(\d{4}) ?KQ\b", re.IGNORECASE)
_ISO = re.compile(rf"{BORN_IN}-(\d\d)-(\d\d)|(?<![0-9a-z]){BORN_IN}(\d\d)(\d\d)(?![0-9a-z])", re.IGNORECASE)
"""Without its dashes a date stands alone: eight digits within a hash are no date."""
_SHORT = re.compile(rf"\b(\d\d?)[-/.](\d\d?)[-/.]{BORN_IN}\b")
_LONG = re.compile(rf"\b(\d\d?)\W{{1,6}}({'|'.join(_MONTH_OF)})\W{{1,6}}{BORN_IN}", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f.-]+")


@dataclass(frozen=True, order=True)
class Canary:
    """One canary: whose (a case, an account, a provider and its number), and where it was planted."""

    whose: str
    number: int
    place: str

    def __str__(self) -> str:
        return f"{self.place} of {self.whose} {self.number}"


@dataclass
class Birds:
    """All canaries of a desk: planting one, and finding which stand in a text."""

    known: dict[str, Canary] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    """What of them stands in columns that are sealed, as it is written there."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new(self, column: Column[Any], canary: Canary) -> Any:
        """A value for a column, valid as what stands there."""
        key, value = self._made(column, next(self._numbers))
        assert key not in self.known, "every canary is the only one"
        self.known[key] = canary
        if isinstance(column.type, SEALED_TYPES):
            self.sealed.add(str(value))
        return value

    def _made(self, column: Column[Any], number: int) -> tuple[str, Any]:
        kind, name = getattr(column.type, "kind", ""), column.name
        if kind == BIRTH_DATE:
            month, day = divmod(number % 336, 28)
            born = date(BORN_IN, month + 1, day + 1)
            while f"born {born}" in self.known:
                born = date(BORN_IN, born.month % 12 + 1, born.day)
            return f"born {born}", born
        if kind == ACCOUNT:
            return f"account {number:05d}", account_number(number)
        if name.endswith("postcode"):
            return f"code {1000 + number}", f"{1000 + number} KQ"
        if name == "phone":
            return f"phone {number:04d}", f"069999{number:04d}"
        word = word_of(number)
        said = f"{word}@voorbeeld.example" if "email" in name else word.capitalize()
        return word, said

    def in_text(self, text: str) -> set[Canary]:
        """The canaries that stand in a text, whatever the letters, spaces and signs between."""
        plain = unescape(text)
        keys = {f"kana{one}rie".casefold() for one in _WORD.findall(plain)}
        close = _SPACES.sub("", plain)
        keys |= {f"phone {one}" for one in _PHONE.findall(close)} | {
            f"account {one}" for one in _ACCOUNT.findall(close)
        }
        keys |= {f"code {one}" for one in _CODE.findall(plain.replace("\u00a0", " "))}
        keys |= {f"born {BORN_IN}-{a or c}-{b or d}" for a, b, c, d in _ISO.findall(plain)}
        keys |= {f"born {BORN_IN}-{int(month):02d}-{int(day):02d}" for day, month in _SHORT.findall(plain)}
        keys |= {
            f"born {BORN_IN}-{_MONTH_OF[month.casefold()]:02d}-{int(day):02d}" for day, month in _LONG.findall(plain)
        }
        return {self.known[key.casefold()] for key in keys if key.casefold() in self.known}

    def in_anything(self, what: Any) -> set[Canary]:
        """The same for a value of a row."""
        if isinstance(what, bytes):
            return self.in_text(what.decode("utf-8", "ignore"))
        said = json.dumps(what, default=str, ensure_ascii=False) if isinstance(what, dict | list) else str(what)
        return self.in_text(said)

    def sealed_in(self, content: bytes) -> set[str]:
        """The words of sealed columns that can be read in bytes as they lie on a disk."""
        low = content.lower()
        return {one for one in self.sealed if one.lower().encode() in low}


def word_of(number: int) -> str:
    """A word that stands nowhere else, for a number."""
    letters = "".join(chr(ord("a") + (number >> shift & 15)) for shift in (12, 8, 4, 0))
    return f"kana{letters}rie"


def account_number(number: int) -> str:
    """An account number that could be one, of a bank that there is not."""
    rest = f"KANA{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{rest}NL00")
    return f"NL{98 - int(digits) % 97:02d}{rest}"
