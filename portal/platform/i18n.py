"""Dutch and English, money and dates, on Babel alone: for screens, forms, mail and the command line.

The Dutch sentence is the msgid, so Dutch needs no catalogue. Every other language has one file,
``portal/translations/<locale>/LC_MESSAGES/messages.po``, which is read and compiled in memory on first use: there is no
build step to forget, and an installed wheel behaves as the checkout does. A sentence without a translation appears in Dutch.

``gettext`` fills in named placeholders only when values are given, in templates and in Python alike, so that
``_('12,5% van de kosten')`` needs no doubled percent sign.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

DEFAULT_LOCALE = "nl"
LOCALES: dict[str, str] = {"nl": "Nederlands", "en": "English"}
"""Each supported locale and its name in its own language."""

TRANSLATIONS = Path(__file__).parent.parent / "translations"
NBSP = "\N{NO-BREAK SPACE}"
_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def current_locale() -> str:
    """The locale in use here and now: ``nl`` unless `use_locale` says otherwise."""
    return _locale.get()


def supported_locale(name: str | None) -> str | None:
    """`name` when it is a locale we have, else None."""
    return name if name in LOCALES else None


@contextmanager
def use_locale(name: str) -> Iterator[None]:
    """Use the locale `name` inside the block; an unknown name means Dutch."""
    token = _locale.set(supported_locale(name) or DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)


def set_locale(name: str) -> None:
    """Use the locale `name` from here on in this context (the edge calls it once per request)."""
    _locale.set(supported_locale(name) or DEFAULT_LOCALE)


@lru_cache
def catalogue(locale: str) -> Any:
    """The compiled catalogue of `locale`; the empty one (every sentence stays Dutch) when there is no file."""
    from babel.messages import mofile, pofile
    from babel.support import Translations

    source = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
    if not source.is_file():
        return Translations()
    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.BytesIO(source.read_bytes()), locale=locale))
    compiled.seek(0)
    return Translations(fp=compiled)


def gettext(message: str, **values: object) -> str:
    """`message` in the current locale, with its named placeholders filled in when `values` are given."""
    locale = current_locale()
    text: str = message if locale == DEFAULT_LOCALE or not message else catalogue(locale).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """The singular or plural sentence for `num`, which is also the placeholder ``%(num)s``."""
    locale = current_locale()
    if locale == DEFAULT_LOCALE:
        text = singular if num == 1 else plural
    else:
        text = catalogue(locale).ngettext(singular, plural, num)
    return text % {"num": num, **values}


_ = gettext


class LazyString:
    """A sentence that is translated each time it is shown; for form labels, messages and other module-level texts."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self._message = message
        self._values = values

    @property
    def message(self) -> str:
        """The Dutch sentence as written in the source."""
        return self._message

    def __str__(self) -> str:
        return gettext(self._message, **self._values)

    def __repr__(self) -> str:
        return f"lazy_gettext({self._message!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __len__(self) -> int:
        return len(str(self))

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | LazyString) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._message, tuple(sorted((key, str(value)) for key, value in self._values.items()))))


def lazy_gettext(message: str, **values: object) -> LazyString:
    """As `gettext`, but translated when shown instead of when written."""
    return LazyString(message, values)


@lru_cache
def _amsterdam() -> tzinfo:
    from zoneinfo import ZoneInfo  # looks through the whole system: only where an instant is shown

    return ZoneInfo("Europe/Amsterdam")


# -- money, numbers and dates ------------------------------------------------------------------------------------------


def _grouped(whole: int, locale: str) -> str:
    return f"{whole:,}" if locale == "en" else f"{whole:,}".replace(",", ".")


def format_number(number: int | Decimal) -> str:
    """A number with the locale's separators: ``1.250`` or ``12,5`` in Dutch, ``1,250`` or ``12.5`` in English."""
    locale = current_locale()
    sign, digits = ("-", str(-number)) if number < 0 else ("", str(number))
    whole, _point, rest = digits.partition(".")
    return sign + _grouped(int(whole), locale) + (("." if locale == "en" else ",") + rest if rest else "")


def format_euros(cents: int | None, *, exact: bool = False) -> str:
    """`cents` (integer euro cents) as money: ``€ 1.250`` when whole, else ``€ 1.250,50``; None gives an empty text.

    `exact` always shows the cents, for columns in which some amounts have them. The space does not break. English: ``€1,250.50``.
    """
    if cents is None:
        return ""
    locale = current_locale()
    whole, rest = divmod(abs(cents), 100)
    amount = _grouped(whole, locale)
    if rest or exact:
        amount += ("." if locale == "en" else ",") + f"{rest:02d}"
    sign = "-" if cents < 0 else ""
    return f"{sign}€{amount}" if locale == "en" else f"€{NBSP}{sign}{amount}"


def format_euros_exact(cents: int | None) -> str:
    """As `format_euros`, always with the cents."""
    return format_euros(cents, exact=True)


def have_cents(amounts: Iterable[int]) -> bool:
    """Whether one of these amounts (in cents) is not a whole number of euros; then all of them are shown with cents."""
    return any(cents % 100 for cents in amounts)


def format_amounts(amounts: Iterable[int | None]) -> list[str]:
    """Amounts (in cents) that stand beside each other, in one notation: with cents when one of them has cents, else without.

    None gives an empty text.
    """
    amounts = list(amounts)
    exact = have_cents(cents for cents in amounts if cents is not None)
    return [format_euros(cents, exact=exact) for cents in amounts]


def format_percent(share: Fraction | int) -> str:
    """An exact share as a percentage with at most two decimals: ``12,5%``; a third is ``33,33%``."""
    hundredths = round(Fraction(share) * 10_000)
    whole, rest = divmod(hundredths, 100)
    return format_number(Decimal(f"{whole}.{rest:02d}".rstrip("0").rstrip("."))) + "%"


_DATE_PATTERNS = {
    ("nl", "long"): "d MMMM y",
    ("nl", "short"): "dd-MM-y",
    ("nl", "weekday"): "EEEE d MMMM y",
    ("nl", "month"): "MMMM y",
    ("en", "long"): "d MMMM y",
    ("en", "short"): "d MMM y",
    ("en", "weekday"): "EEEE d MMMM y",
    ("en", "month"): "MMMM y",
}


def format_date(day: date | None, style: str = "long") -> str:
    """A date as ``1 maart 2026`` (long), ``01-03-2026`` (short) or ``zondag 1 maart 2026`` (weekday).

    Its month alone is ``maart 2026`` (month). None gives an empty text.

    An aware datetime is first moved to Dutch time.
    """
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(_amsterdam()).date()
    return _written_day(day, style, current_locale())


@lru_cache(maxsize=4096)
def _written_day(day: date, style: str, locale: str) -> str:
    from babel.dates import format_date as babel_date

    return babel_date(day, _DATE_PATTERNS[locale, style], locale=locale)


def format_time(instant: datetime | None) -> str:
    """The Dutch wall-clock time of an aware instant: ``14.30 uur`` (English ``14:30``)."""
    if instant is None:
        return ""
    local = instant.astimezone(_amsterdam())
    return f"{local:%H:%M}" if current_locale() == "en" else f"{local:%H.%M} uur"


def format_datetime(instant: datetime | None, style: str = "long") -> str:
    """Date and time of an aware instant, in Dutch time: ``1 maart 2026, 14.30 uur``."""
    return "" if instant is None else f"{format_date(instant, style)}, {format_time(instant)}"


def format_list(parts: Iterable[object]) -> str:
    """``a, b en c`` (English ``a, b and c``)."""
    from babel.lists import format_list as babel_list

    texts = [str(part) for part in parts]
    return babel_list(texts, locale="en_GB" if current_locale() == "en" else current_locale()) if texts else ""


_ENGLISH_CAPITALS = frozenset(["I", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])


def in_sentence(text: str) -> str:
    """A text with a capital as it stands further on in a sentence: ``een offerte``.

    An abbreviation keeps its capitals, and in English a day of the week does.
    """
    first = text.partition(" ")[0].strip(",.;:")
    if text[1:2].isupper() or text[1:2].isdigit() or (current_locale() == "en" and first in _ENGLISH_CAPITALS):
        return text
    return text[:1].lower() + text[1:]


def format_items(parts: Iterable[object]) -> str:
    """``A; b; c``: texts with a capital, one after the other."""
    texts = [str(part) for part in parts]
    return "; ".join([*texts[:1], *map(in_sentence, texts[1:])])


def localized(texts: Any) -> str:
    """The text in the current locale of something with ``nl`` and ``en`` (mapping or object); Dutch when the other is empty.

    Empty when nothing is written in either."""
    if texts is None:
        return ""
    said = (
        texts.get(one) if isinstance(texts, dict) else getattr(texts, one, None) for one in (current_locale(), "nl")
    )
    return str(next(filter(None, said), ""))


def format_phone(number: str) -> str:
    """A telephone number as it is dialled here: 0570 123 456, 06 12345678, and one of abroad with its country code.

    What is no number in the form of E.164 is written as it stands.
    """
    import phonenumbers

    if not number.startswith("+"):
        return number
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    kinds = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(read, kinds.NATIONAL if read.country_code == 31 else kinds.INTERNATIONAL)


FILTERS = {
    "phone": format_phone,
    "euros": format_euros,
    "euros_exact": format_euros_exact,
    "have_cents": have_cents,
    "amounts": format_amounts,
    "percent": format_percent,
    "number": format_number,
    "date_long": format_date,
    "date_short": lambda day: format_date(day, "short"),
    "date_weekday": lambda day: format_date(day, "weekday"),
    "time": format_time,
    "datetime_long": format_datetime,
    "datetime_weekday": lambda instant: format_datetime(instant, "weekday"),
    "datetime_short": lambda instant: format_datetime(instant, "short"),
    "listed": format_list,
    "in_sentence": in_sentence,
    "localized": localized,
}
"""The Jinja filters; the edge registers them all."""
