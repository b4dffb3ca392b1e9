"""From text to the words it is found by: without accents, capitals and separators, and what a typing mistake may have made of it.

Names and trainings are found by their words. A number (of a case, a telephone, a KvK number, an invoice) is one word without its
spaces and hyphens, and no mistake is forgiven in it: one digit further lives somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 60
"""Letters of a word that are kept."""
SHORTEST_BEGINNING = 3
"""From how many letters on the beginning of a word finds it."""
SHORTEST_MISTAKEN = 4
"""From how many letters on a mistake is forgiven: shorter words have too many neighbours."""
LONG_WORD = 8
"""From how many letters on two mistakes are forgiven."""
MOST_TOKENS = 8

_SMALL = frozenset(
    [
        "de",
        "der",
        "den",
        "het",
        "een",
        "van",
        "von",
        "ter",
        "ten",
        "te",
        "en",
        "in",
        "op",
        "aan",
        "bij",
        "voor",
        "met",
        "of",
        "bv",
        "nv",
    ]
)
"""Words that are in everything and tell nothing."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_WORD = re.compile(r"[^\W_]+")
_MAIL = re.compile(r"[^\s@]+@[^\s@]*")
_POSTCODE = re.compile(r"\b(\d{4})\s?([a-z]{2})\b(?:\s+(\d+(?:\s?-?\s?[a-z0-9]{1,4})?)(?=\s|$))?")
_OWN_NUMBER = re.compile(r"([a-z]{2})[\s-]*(\d{4})[\s-]*(\d{1,6})")
_PHONE = re.compile(r"(?:\+|\b)\d(?:[\s()-]*\d){8,13}\b")
_SOUNDS = (
    ("ij", "y"), ("ei", "y"), ("ey", "y"), ("ou", "au"), ("sch", "s"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("dt", "t"),
    ("gh", "g"), ("ch", "g"), ("qu", "kw"), ("x", "ks"), ("c", "k"), ("v", "f"), ("z", "s"), ("ae", "a"), ("uw", "u"),
)  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One word that somebody looks for. Only in a `forgiving` one a typing mistake is looked through."""

    word: str
    forgiving: bool

    @property
    def may_begin(self) -> bool:
        """Whether it also finds words that only begin with it."""
        return len(self.word) >= SHORTEST_BEGINNING


def fold(text: str) -> str:
    """The text in small letters, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str | None) -> Iterator[str]:
    """The words of a name or title that it is found by."""
    for word in _WORD.findall(fold(text or "")):
        if (len(word) > 1 or word.isdigit()) and word not in _SMALL:
            yield word[:LONGEST]


def number_word(text: str | None) -> str:
    """A number as one word: letters and digits only."""
    return "".join(_WORD.findall(fold(text or "")))[:LONGEST]


def number_words(number: str | None) -> Iterator[str]:
    """The words of a number of this desk, such as OV-2026-0012: whole, without the letters, and the serial number with and
    without its zeros."""
    parts = (number or "").split("-")
    yield from (number_word("".join(parts[start:])) for start in range(len(parts)))
    yield number_word(parts[-1]).lstrip("0")


def phone_word(text: str | None) -> str:
    """A telephone number as it is dialled in the Netherlands: +31 and 0031 are 0."""
    digits = re.sub(r"\D", "", text or "")
    return re.sub(r"^(?:00)?31(?=0?\d{9}$)0?", "0", digits)[:LONGEST]


def address_word(postcode: str | None, house_number: str | None) -> str:
    """Postcode and number as one word; empty without a postcode."""
    return (number_word(postcode) + number_word(house_number))[:LONGEST] if postcode else ""


def mail_words(address: str | None) -> Iterator[str]:
    """An e-mail address as a whole, and the words before its at sign."""
    whole = fold(address or "").strip()[:LONGEST]
    if whole:
        yield whole
        yield from words_of(whole.partition("@")[0])


def tokens_of(text: str) -> list[Token]:
    """What somebody typed, as the words to look for: all of them must be found. Small words count
    only when there is nothing else."""
    rest, found = fold(text), list[Token]()
    for shape, read in ((_MAIL, str), (_POSTCODE, number_word), (_PHONE, phone_word)):
        found += [Token(str(read(hit.group()))[:LONGEST], False) for hit in shape.finditer(rest)]
        rest = shape.sub(" ", rest)
    small: list[Token] = []
    for chunk in rest.split():
        if any(letter.isdigit() for letter in chunk):
            found.append(Token(number_word(chunk), False))
            continue
        for word in _WORD.findall(chunk):
            kept = len(word) > 1 and word not in _SMALL
            (found if kept else small).append(Token(word[:LONGEST], kept and len(word) >= SHORTEST_MISTAKEN))
    named = [token for token in dict.fromkeys(found or small) if token.word]
    return named[:MOST_TOKENS]


def as_one_number(text: str) -> Token | None:
    """What was typed as one number with spaces in it, or without its zeros; None when it can only be words."""
    word = number_word(text)
    if (own := _OWN_NUMBER.fullmatch(fold(text).strip())) is not None:
        return Token(f"{own[1]}{own[2]}{own[3]:0>4}", False)
    spaced = len(text.split()) > 1 and any(letter.isdigit() for letter in word)
    return Token(word, False) if spaced and len(word) >= SHORTEST_BEGINNING else None


# Typing mistakes -------------------------------------------------------------------------------------------------------


def is_forgiving(word: str) -> bool:
    """Whether a word of the index can be found with a mistake in it: a word of letters that is not too short."""
    return len(word) >= SHORTEST_MISTAKEN and word.isalpha()


@lru_cache(maxsize=20_000)
def variants(word: str) -> frozenset[str]:
    """What two words have in common when they differ by one letter more, less, other or swapped, or sound the same in Dutch.

    That are the word itself, what is left of it without one letter, and how it sounds.
    """
    return frozenset({word, f"~{sound(word)}", *(word[:place] + word[place + 1 :] for place in range(len(word)))})


def sound(word: str) -> str:
    """How a word sounds in Dutch, roughly: ij is ei, c is k, v is f, and a double letter is one."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", word)


def nearest(word: str, others: Iterable[str], most: int) -> list[str]:
    """Those of the other words that this word may have been meant to be, the nearest first, `most` of them."""
    allowed = 2 if len(word) >= LONG_WORD else 1
    heard = sound(word)
    away = {other: 1 if sound(other) == heard else distance(word, other) for other in set(others)}
    return sorted((one for one in away if 0 < away[one] <= allowed), key=lambda one: (away[one], one))[:most]


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with their neighbour to make one word of the other."""
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, second in enumerate(other, start=1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != second))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == second:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
