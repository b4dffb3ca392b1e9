"""The edges that conditions draw in a fact, and the values that stand for everything between them: exactly, for `cells`.

The truth of a condition on one fact changes at its edges only. So the edges themselves, the values just below and just
above them, the ends of the fact and (for texts) one value that is nowhere named stand for all values there are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import ceil, floor
from typing import Any, get_args

from schemes.basics.money import MAX_CENTS
from schemes.basics.values import EARLIEST, LATEST, value_on
from schemes.basics.vocabulary import Province
from schemes.conditions import AnyCondition
from schemes.facts import FactDefinition
from schemes.facts.ages import add_months
from schemes.facts.outcome import FactValue
from schemes.facts.references import AgeList, NumberVersion, References, values_on, version_on

MOST_CLASSES = 10
"""Of a fact with several answers at once, so many different kinds of answers are combined exactly."""
NUMBER_BOUNDS = ("at_least", "more_than", "at_most", "less_than")
_AROUND = 4
"""Days around an edge that is counted in months or years: months have different lengths."""
_PENSION_LIST = "state_pension_age"
_DAYS = ("on_or_after", "after", "on_or_before", "before")
_COUNTED = ("days_after_reference_at_least", "days_after_reference_at_most")
_UNNAMED = "~"
"""A sign that no value in a file can hold."""

Edges = Mapping[str, frozenset[Any]]
"""Per fact the values at which a condition may change."""


def edges(condition: AnyCondition, on: date, references: References) -> Edges | None:
    """The edges of a condition without parts on a day, per fact; None when it cannot be told apart fact by fact."""
    known = _KNOWN.get(condition.type)
    return None if known is None else known(condition, on, references)


def _bounds_on(condition: Any, on: date, names: Iterable[str] = NUMBER_BOUNDS) -> list[Any]:
    """The bounds of a condition (or of a part of one) on a day, those without a value left out."""
    given = (value_on(bound, on) for name in names if (bound := getattr(condition, name)) is not None)
    return [value for value in given if value is not None]


def _values(condition: Any, on: date, references: References) -> Edges:
    return {condition.fact: frozenset(condition.values)}


def _answer(condition: Any, on: date, references: References) -> Edges:
    return {condition.fact: frozenset()}


def _listed(condition: Any, on: date, references: References) -> Edges:
    reference = references.get(condition.list)
    return {condition.fact: frozenset() if reference is None else values_on(reference, on) or frozenset()}


def _numbers(condition: Any, on: date, references: References) -> Edges:
    return {condition.fact: frozenset(_bounds_on(condition, on))}


def _days(condition: Any, on: date, references: References) -> Edges:
    counted = (_shifted(on, days) for days in _bounds_on(condition, on, _COUNTED))
    return {condition.fact: frozenset([*_bounds_on(condition, on, _DAYS), *counted])}


def _start(condition: Any, on: date, references: References) -> Edges:
    return {condition.fact: frozenset([on])}


def _age(condition: Any, on: date, references: References) -> Edges | None:
    if condition.on_fact is not None:
        return None
    if condition.on_day is not None:
        month, day = (int(part) for part in condition.on_day.split("-"))
        on = add_months(date(on.year, month, 1), 0) + timedelta(days=day - 1)
    years = {limit + more for limit in _bounds_on(condition, on, ("at_least", "at_most", "below")) for more in (0, 1)}
    found = {day for limit in years for day in _around(on, -12 * limit)}
    pension = references.get(_PENSION_LIST)
    if condition.below_state_pension and isinstance(pension, AgeList):
        for version, later in zip(pension.versions, (*pension.versions[1:], None), strict=True):
            ends = [on, version.until, None if later is None else later.from_ - timedelta(days=1)]
            last = min(day for day in ends if day is not None)
            found.update(_around(last, -(version.age.years * 12 + version.age.months)))
    return {condition.birth_date: frozenset(found)}


def _by(condition: Any, on: date, references: References) -> Edges | None:
    """Bounds that depend on another fact; no finite answer when the bound grows with that fact."""
    if condition.per_extra is not None:
        return None
    named = frozenset(value for row in condition.rows for value in row.values)
    limits = frozenset(limit for row in condition.rows for limit in _bounds_on(row, on))
    return {condition.fact: limits, condition.by: named}


def _postcodes(condition: Any, on: date, references: References) -> Edges:
    return {condition.fact: frozenset(end for one in condition.ranges for end in (one.from_, one.to))}


def _prefixes(condition: Any, on: date, references: References) -> Edges:
    """Every beginning by itself, and with something behind it that no condition names."""
    return {condition.fact: frozenset(form for one in condition.prefixes for form in (one, one + _UNNAMED))}


def _since(condition: Any, on: date, references: References) -> Edges | None:
    """The time between one fact and the reference date."""
    if len(condition.facts) != 1:
        return None
    sign = 1 if condition.from_fact is None else -1
    days, months = {"days": (1, 0), "weeks": (7, 0), "months": (0, 1), "years": (0, 12)}[condition.unit]
    counts = _bounds_on(condition, on)
    exact = {_shifted(on, sign * count * days) for count in counts if days}
    near = {day for count in counts if months for day in _around(on, sign * count * months)}
    return {condition.facts[0]: frozenset(exact | near)}


def _listed_number(condition: Any, on: date, references: References) -> Edges | None:
    """A share of the number that a list holds on the day."""
    simple = condition.list is not None and condition.by is None and not condition.plus
    reference = references.get(condition.list) if simple else None
    version, share = None if reference is None else version_on(reference, on), value_on(condition.share, on)
    if not isinstance(version, NumberVersion) or version.number is None or share is None:
        return None
    return {condition.fact: frozenset([Fraction(version.number) * share])}


_KNOWN: dict[str, Callable[[Any, date, References], Edges | None]] = {
    "one_of": _values,
    "any_of": _values,
    "yes": _answer,
    "no": _answer,
    "in_list": _listed,
    "number": _numbers,
    "date": _days,
    "starts_after_reference": _start,
    "age": _age,
    "number_by": _by,
    "postcode_between": _postcodes,
    "starts_with": _prefixes,
    "elapsed": _since,
    "compare": _listed_number,
}


def _shifted(day: date, days: int) -> date:
    """The day so many days later, at most the ends of what a date can be."""
    return date.fromordinal(min(max(day.toordinal() + days, EARLIEST.toordinal()), LATEST.toordinal()))


def _around(day: date, months: int) -> Iterator[date]:
    """The days around the one that lies so many months later; none when that is no date that a fact can be."""
    if EARLIEST.year < day.year + months // 12 < LATEST.year:
        middle = add_months(day, months)
        yield from (_shifted(middle, step) for step in range(-_AROUND, _AROUND + 1))


# -- representatives -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Representatives:
    """Values that stand for all values of a fact. `exact`: none is left out."""

    values: tuple[FactValue, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Wanted:
    fact: FactDefinition
    edges: Collection[Any]
    on: date
    alike: Callable[[FactValue], Any]


def representatives(
    fact: FactDefinition, drawn: Collection[Any], on: date, alike: Callable[[FactValue], Any]
) -> Representatives:
    """The values that stand for all values of a fact with these edges on a day.

    `alike` gives the same for two values that no condition tells apart; only facts with several answers at once need it.
    """
    return _READERS[fact.type](_Wanted(fact, drawn, on, alike))


def _yes_no(wanted: _Wanted) -> Representatives:
    return Representatives((True, False))


def _choice(wanted: _Wanted) -> Representatives:
    keys = tuple(option.key for option in wanted.fact.values)
    return Representatives(keys or get_args(Province))


def _choices(wanted: _Wanted) -> Representatives:
    """Every set of answers, of answers that are alike only one."""
    classes: dict[Any, str] = {}
    for option in wanted.fact.values:
        classes.setdefault(wanted.alike((option.key,)), option.key)
    keys = list(classes.values())
    exact = len(keys) <= MOST_CLASSES
    sizes = range(len(keys) + 1) if exact else (0, 1, 2, len(keys))
    return Representatives(tuple(found for size in sizes for found in combinations(keys, size)), exact)


def _number(wanted: _Wanted) -> Representatives:
    """Counted in the smallest step of the fact: whole numbers, tenths or hundredths."""
    steps = 10**wanted.fact.decimals
    low, high = _range(wanted.fact, wanted.on)
    first, last = ceil(low * steps), floor(high * steps)
    found = {first, last}
    for limit in wanted.edges:
        nearest = floor(Fraction(limit) * steps)
        found.update((nearest - 1, nearest, nearest + 1))
    inside = sorted(count for count in found if first <= count <= last)
    return Representatives(tuple(_exact(count, wanted.fact.decimals) for count in inside))


def _exact(count: int, decimals: int) -> int | Decimal:
    """So many smallest steps as the value of a fact: a whole number is an int."""
    whole, rest = divmod(count, 10**decimals)
    return whole if rest == 0 else Decimal(count).scaleb(-decimals)


def _range(fact: FactDefinition, on: date) -> tuple[Fraction, Fraction]:
    """The smallest and largest value that a fact may have, as `facts.parse_fact` has it."""
    low, high = {"money": (0, MAX_CENTS), "year": (EARLIEST.year, LATEST.year)}.get(fact.type, (0, 10**9))
    if fact.type == "year" and fact.past_only:
        high = on.year
    least = low if fact.minimum is None else max(low, fact.minimum)
    most = high if fact.maximum is None else min(high, fact.maximum)
    return Fraction(least), Fraction(most)


def _date(wanted: _Wanted) -> Representatives:
    high = wanted.on if wanted.fact.past_only else LATEST
    found = {EARLIEST, high, wanted.on}
    for day in wanted.edges:
        found.update((_shifted(day, -1), day, _shifted(day, 1)))
    return Representatives(tuple(sorted(day for day in found if EARLIEST <= day <= high)))


def _text(wanted: _Wanted) -> Representatives:
    named = {str(value) for value in wanted.edges}
    in_full = {f"{value} AA" for value in named if len(value) == 4 and value.isdigit()}
    return Representatives((*sorted(named | in_full), "-"))


def _municipality(wanted: _Wanted) -> Representatives:
    codes = {str(code) for code in wanted.edges if len(str(code)) == 6 and str(code)[:2] == "GM"}
    other = next(code for number in range(9999, 0, -1) if (code := f"GM{number:04d}") not in codes)
    return Representatives((*sorted(codes), other), not _has_prefixes(wanted))


def _postcode(wanted: _Wanted) -> Representatives:
    """Every postcode that is named, and its neighbours; as four digits and in full, for a list knows four digits only."""
    named = {str(code) for code in wanted.edges if _UNNAMED not in str(code)}
    digits = {int(code[:4]) + step for code in named if code[:4].isdigit() for step in (-1, 0, 1)} | {1000, 9999}
    forms = {f"{number}{more}" for number in digits if 1000 <= number <= 9999 for more in ("", " AA", " ZZ")}
    full = {code for code in named if len(code) == 7}
    return Representatives(tuple(sorted(forms | full)), not _has_prefixes(wanted))


def _has_prefixes(wanted: _Wanted) -> bool:
    """Whether a condition looks at the beginning of a value: of a code with a fixed form not every beginning is tried."""
    return any(_UNNAMED in str(value) for value in wanted.edges)


_READERS: dict[str, Callable[[_Wanted], Representatives]] = {
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "money": _number,
    "year": _number,
    "date": _date,
    "text": _text,
    "municipality": _municipality,
    "postcode": _postcode,
}
