"""Exact money: whole euro cents and exact fractions. No floats anywhere.

Upper limits round down (`floor_share`), required lower limits round up (`ceil_share`), a division among several rounds by
largest remainder and always adds up to the amount (`split_largest_remainder`).
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_CENTS = 10**11
"""The largest amount that any file, form or record may hold: one thousand million euros, in cents."""

Cents = Annotated[int, Field(ge=0, le=MAX_CENTS, description="An amount in whole euro cents: 250000 is € 2.500.")]

SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_AMOUNT = re.compile(
    r"(?P<whole>\d{1,3}(?:(?P<group>[.,\s])\d{3})(?:(?P=group)\d{3})*|\d+)"
    r"(?:(?P<mark>[.,])(?P<cents>\d{1,2}|-{1,2}|–))?",
    re.ASCII,
)
_SHARE_TEXT = r"^(\d{1,9}/\d{1,9}|\d{1,3}([.,]\d{1,4})?\s?%|0|1)$"
_RATIO = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,4}))?\s?%", re.ASCII)


class MoneyError(ValueError):
    """An amount that cannot be read.

    `code` is one of empty, negative, too_many_decimals, too_large, two_readings, not_an_amount.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_euros(text: str, *, comma_thousands: bool = False) -> int:
    """Cents of an amount as people type it: `1.250`, `1250,00`, `€ 1.250,50`, `1250.50`, `1 250`, `1.250,-`.

    A single point followed by three digits separates thousands; a mark followed by one or two digits is the decimal mark. What
    two people would read differently (`1,500`: one and a half, or fifteen hundred) is not guessed, but for who writes English
    (`comma_thousands`): there it is fifteen hundred. Raises MoneyError with a code.
    """
    plain = text.strip(SPACES + "\t\r\n")
    for sign in ("€", "EUR", "eur", "euro"):
        plain = plain.removeprefix(sign).removesuffix(sign)
    for space in SPACES[1:]:
        plain = plain.replace(space, " ")
    plain = plain.strip()
    if not plain:
        raise MoneyError("empty")
    if plain[0] in "-−–":
        raise MoneyError("negative" if any(c.isdigit() for c in plain) else "not_an_amount")
    if len(plain) > 40:
        raise MoneyError("too_large" if plain.replace(".", "").isdigit() else "not_an_amount")
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise MoneyError(
            "too_many_decimals" if re.fullmatch(r"[\d. ]*\d[.,]\d{3,}", plain, re.ASCII) else "not_an_amount"
        )
    if found["group"] and found["group"] == found["mark"]:
        raise MoneyError("not_an_amount")
    if found["whole"].count(",") == 1 and not found["mark"] and not comma_thousands:
        raise MoneyError("two_readings")
    decimals = (found["cents"] or "").strip("-–")
    cents = int(re.sub(r"\D", "", found["whole"])) * 100 + int(decimals.ljust(2, "0") or "0")
    if cents > MAX_CENTS:
        raise MoneyError("too_large")
    return cents


def parse_share(text: str) -> Fraction:
    """Exact share from `1/3`, `50%`, `12,5%`, `0` or `1`. Raises ValueError outside 0..1 or when it cannot be read."""
    ratio, percent = _RATIO.fullmatch(text.strip()), _PERCENT.fullmatch(text.strip())
    if ratio and int(ratio[2]):
        share = Fraction(int(ratio[1]), int(ratio[2]))
    elif percent:
        decimals = percent[2] or ""
        share = Fraction(int(percent[1] + decimals), 100 * 10 ** len(decimals))
    elif text.strip() in {"0", "1"}:
        share = Fraction(text.strip())
    else:
        raise ValueError(text)
    if share > 1:
        raise ValueError(text)
    return share


def _share(value: Any) -> Fraction:
    if isinstance(value, Fraction) and 0 <= value <= 1:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value in (0, 1):
        return Fraction(value)
    if isinstance(value, str) and len(value) <= 40:
        with suppress(ValueError):
            return parse_share(value)
    raise PydanticCustomError("not_a_share", 'A share is a text between 0 and 1, such as "1/3", "50%" or "12,5%"')


def share_text(share: Fraction) -> str:
    """The canonical text of a share, `1/3` or `1`: what files and hashes hold."""
    return str(share)


Share = Annotated[
    Fraction,
    BeforeValidator(_share),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": _SHARE_TEXT,
            "examples": ["1/3", "50%", "12,5%", "1"],
            "description": 'An exact share between 0 and 1 as text: "1/3", "50%", "12,5%", "1". Never a decimal number.',
        }
    ),
]


_RATIO_TEXT = r"^(\d{1,9}/\d{1,9}|\d{1,5}([.,]\d{1,4})?\s?%|\d{1,3})$"


def _ratio(value: Any) -> Fraction:
    """A share that may be more than one: `130%`, `3/2`, `2`; at most 1000."""
    ratio: Fraction | None = None
    if isinstance(value, Fraction | int) and not isinstance(value, bool):
        ratio = Fraction(value)
    if isinstance(value, str) and len(value) <= 40 and re.fullmatch(_RATIO_TEXT, value.strip(), re.ASCII):
        text = value.strip().replace(",", ".")
        with suppress(ZeroDivisionError):
            ratio = Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    if ratio is None or not 0 <= ratio <= 1000:
        raise PydanticCustomError("not_a_ratio", 'A share is a text such as "2/3", "60%", "130%" or "2"')
    return ratio


Ratio = Annotated[
    Fraction,
    BeforeValidator(_ratio),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": _RATIO_TEXT,
            "examples": ["2/3", "60%", "130%", "2"],
            "description": 'An exact share as text that may be more than one: "2/3", "60%", "130%". Never a decimal number.',
        }
    ),
]


def floor_share(share: Fraction, cents: int) -> int:
    """The largest whole number of cents not above share * cents: for upper limits."""
    return (share.numerator * cents) // share.denominator


def ceil_share(share: Fraction, cents: int) -> int:
    """The smallest whole number of cents not below share * cents: for required lower limits."""
    return -((-share.numerator * cents) // share.denominator)


def split_largest_remainder(cents: int, weights: Sequence[int]) -> list[int]:
    """Divide cents in proportion to the weights so that the parts add up exactly.

    Every part is its exact share rounded down; the cents left over go to the largest remainders, earlier entries first.
    Raises ValueError for negative input or when no weight is above zero.
    """
    total = sum(weights)
    if cents < 0 or total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be zero or more, with at least one above zero; the amount must be zero or more")
    parts = [cents * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(cents * weights[i] % total), i))
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return parts
