"""A day as people write it, in a form or in a cell of a spreadsheet: ``31-12-2026``, ``1 feb '27``, ``February 1, 2027``.

The day comes first when all of it is figures, as everywhere in Europe. What is left out is filled up only when whoever asks says
where the day lies (`Around`); without that nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from portal.platform.i18n import lazy_gettext as _l

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january janurari janauri",
            "februari february febuari febuary feburari febr",
            "maart march mrt",
            "april",
            "mei may",
            "juni june",
            "juli july",
            "augustus august agustus",
            "september sept",
            "oktober october",
            "november",
            "december desember",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = (
    "(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    "ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun"
)
_IN_FRONT = re.compile(rf"(?:(?:{_WEEKDAYS})\.?,?[ ]+)?(?:de[ ]+|the[ ]+|vanaf[ ]+|in[ ]+)?")
_ORDINAL = re.compile(r"(?<=[0-9])(?:ste|de|e|st|nd|rd|th)(?![a-z])")
_NUMBER, _YEAR, _NAME, _BETWEEN = "[0-9]{1,2}", "[0-9]{4}|'?[0-9]{2}", "[a-z]{3,}", r"[-/., ]*"
_DAY_FIRST = re.compile(rf"({_NUMBER})[-/. ]+({_NUMBER})(?:[-/. ]+({_YEAR}))?")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})[-/.]({_NUMBER})[-/.]({_NUMBER})")
_EIGHT_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_MONTH_NAMED = re.compile(rf"({_NUMBER}){_BETWEEN}(?:of )?({_NAME})(?:{_BETWEEN}({_YEAR}))?")
_MONTH_IN_FRONT = re.compile(rf"({_NAME}){_BETWEEN}({_NUMBER})[-/., ]+({_YEAR})")
_MONTH_AND_FIGURES = re.compile(rf"({_NAME}){_BETWEEN}('[0-9]{{2}}|{_NUMBER})")
_MONTH_ALONE = re.compile(rf"({_NAME}|{_NUMBER})[-/., ]*([0-9]{{4}})|([0-9]{{4}})-({_NUMBER})")
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Around:
    """What a day is filled up with that was not written in full.

    Of a year in two figures it is the nearest century, and for what may be `long_ago`, such as a birth, never one ahead of
    `today`. A day without a year is the `nearest` next or last one, when that is said; a `month_alone` is its first day. Of a
    month with two figures behind it these are the year where a month may stand alone, unless that year is over: ``feb 27``
    is February 2027.
    """

    today: date
    nearest: Literal["next", "last"] | None = None
    month_alone: bool = False
    long_ago: bool = False


def day(text: str, around: Around | None = None) -> date:
    """A calendar day between the years 1900 and 2200. Raises ``ValueError`` with the message for the person."""
    plain = _ORDINAL.sub("", re.sub(r"['\u2019\u2018`](?=[0-9]{2}\b)", "'", re.sub(r"\s+", " ", text.lower().strip())))
    plain = plain[found.end() :] if (found := _IN_FRONT.match(plain)) else plain
    number, month, year = _parts(plain.rstrip("."), around)
    if year is None:
        return _nearest(number, month, around)
    whole = int(year) if len(year) == 4 else _century(int(year.strip("'")), month, number, around)
    if not FIRST_YEAR <= whole <= LAST_YEAR:
        raise ValueError(_l("Controleer het jaar. Vul een jaar in tussen 1900 en 2200."))
    return _that_is(whole, month, number)


def _parts(plain: str, around: Around | None) -> tuple[int, int, str | None]:
    """Day, month and year; None for a year that was not written."""
    if match := _YEAR_FIRST.fullmatch(plain):
        return int(match[3]), int(match[2]), match[1]
    if match := _DAY_FIRST.fullmatch(plain) or _EIGHT_DIGITS.fullmatch(plain):
        return int(match[1]), int(match[2]), match[3]
    if (match := _MONTH_NAMED.fullmatch(plain)) and (month := _month(match[2])):
        return int(match[1]), month, match[3]
    if (match := _MONTH_IN_FRONT.fullmatch(plain)) and (month := _month(match[1])):
        return int(match[2]), month, match[3]
    if (match := _MONTH_AND_FIGURES.fullmatch(plain)) and (month := _month(match[1])):
        return _year_or_day(month, match[2], around)
    if match := _MONTH_ALONE.fullmatch(plain):
        written, year = match[1] or match[4], match[2] or match[3]
        if month := int(written) if written.isdigit() else _month(written):
            if around is None or not around.month_alone:
                raise ValueError(_l("Vul ook de dag in, bijvoorbeeld 31-12-2026."))
            return 1, month, year
    raise ValueError(_unclear())


def _year_or_day(month: int, figures: str, around: Around | None) -> tuple[int, int, str | None]:
    """Whether a month and one or two figures are a month of a year, or a day without a year as English writes it."""
    bare = figures.strip("'")
    written, alone = bare != figures, around is not None and around.month_alone
    if around is not None and alone and len(bare) == 2 and (written or _is_ahead(int(bare), month, around)):
        return 1, month, bare
    if around is None or around.nearest is None or written:
        raise ValueError(_unclear())
    return int(bare), month, None


def _is_ahead(short: int, month: int, around: Around) -> bool:
    return _century(short, month, 1, around) >= around.today.year


def _month(name: str) -> int | None:
    """The month that is called so, or that alone begins so."""
    begins = {number for word, number in _MONTHS.items() if word.startswith(name)}
    return _MONTHS.get(name) or (begins.pop() if len(begins) == 1 else None)


def _century(short: int, month: int, number: int, around: Around | None) -> int:
    if around is None:
        raise ValueError(_l("Vul het jaar in met vier cijfers, bijvoorbeeld 31-12-2026."))
    today = around.today
    nearest = min((century + short for century in range(1900, 2200, 100)), key=lambda year: abs(year - today.year))
    if around.long_ago and (nearest, month, number) > (today.year, today.month, today.day):
        nearest -= 100
    return nearest


def _nearest(number: int, month: int, around: Around | None) -> date:
    """The next such day, or the last one; 29 February may be some years away."""
    if around is None or around.nearest is None:
        raise ValueError(_l("Vul ook het jaar in, bijvoorbeeld 31-12-2026."))
    step = 1 if around.nearest == "next" else -1
    here = (around.today.month, around.today.day)
    start = around.today.year + (step if ((month, number) < here) == (step == 1) and (month, number) != here else 0)
    for year in range(start, start + 9 * step, step):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise ValueError(_no_such_day())


def _that_is(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError as error:
        raise ValueError(_no_such_day()) from error


def _unclear() -> object:
    return _l("Vul de datum in als dag, maand en jaar, bijvoorbeeld 31-12-2026.")


def _no_such_day() -> object:
    return _l("Deze dag bestaat niet. Controleer de dag en de maand.")
