"""The conditions of many definitions laid out together, for one person after another: equal ones stand in it once.

Laid out once for as long as the definitions stand (`Conditions`), made ready once per day (`Plan`). What does not look at the day
stays ready from one day to the next. Conditions on the same single fact stand side by side, and what they say of a value is kept:
they say the same of whoever gives that answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from types import NoneType
from typing import Any

from schemes.conditions import (
    AnyCondition,
    AnyOf,
    Awards,
    InList,
    No,
    NumberIs,
    OneOf,
    PostcodeBetween,
    StartsWith,
    Yes,
)
from schemes.evaluation.base import Situation, Test
from schemes.evaluation.evaluation import prepared
from schemes.evaluation.groups import Together, all_together, said_by
from schemes.facts.outcome import PAST_AWARDS, Facts, Outcome
from schemes.facts.references import References

Key = tuple[AnyCondition | tuple[AnyCondition, ...], str | None]
"""A condition, or all conditions of a definition together; and its scheme where it says something else in another scheme."""
_Leaf = tuple[AnyCondition, str | None]
_Kept = Mapping[Any, Mapping[Any, list[Outcome]]]

_TOLD_APART = frozenset({str, bool, int, date, tuple, NoneType})
"""Kinds of values of which two that are equal are written alike; of a number with decimals that is not so."""
_MOST_OUTCOMES = 8_192
"""So many outcomes are kept for the values of one fact on one day."""
_MOST_REMEMBERED = 1_024
_FEW_VALUES = OneOf | AnyOf | Yes | No | InList
_LIMITS = ("at_least", "more_than", "at_most", "less_than")


def _same_every_day(condition: AnyCondition) -> bool:
    """Whether the day plays no part: no age, no day to count from, no list and no bound that holds from a day on."""
    if isinstance(condition, NumberIs):
        return not any(isinstance(getattr(condition, name), tuple) for name in _LIMITS)
    return isinstance(condition, OneOf | AnyOf | Yes | No | StartsWith | PostcodeBetween)


class _SideBySide:
    """Conditions on the same fact, or the same two, made ready. What they say of a value is kept, per kind of value."""

    __slots__ = ("_most", "_tests", "facts", "kept")

    def __init__(self, facts: tuple[str, ...], tests: Sequence[Test]) -> None:
        self.facts, self._tests = facts, tests
        self.kept: dict[Any, dict[Any, list[Outcome]]] = {}
        self._most = max(64, _MOST_OUTCOMES // len(tests))

    def said(self, facts: Facts) -> list[Outcome]:
        """What they say of a value that was not seen before."""
        found = [test(facts) for test in self._tests]
        values = tuple([facts.get(fact) for fact in self.facts])
        if _TOLD_APART.issuperset([value.__class__ for value in values]):
            one = len(values) == 1
            kept = self.kept.setdefault(values[0].__class__ if one else (values[0].__class__, values[1].__class__), {})
            if len(kept) >= self._most:
                kept.clear()
            kept[values[0] if one else values] = found
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """All conditions made ready for a day. `Conditions.places` says where the outcome of which stands."""

    beside: tuple[tuple[str, _Kept, Callable[[Facts], list[Outcome]]], ...]
    pairs: tuple[tuple[str, str, _Kept, Callable[[Facts], list[Outcome]]], ...]
    alone: tuple[Test, ...]
    groups: tuple[tuple[Callable[[list[Outcome]], tuple[Outcome, ...]], Together], ...]

    def told(self, facts: Facts) -> list[Outcome]:
        """What every condition says about somebody."""
        told: list[Outcome] = []
        value_of = facts.get
        for fact, kept, said in self.beside:
            value = value_of(fact)
            try:
                told += kept[value.__class__][value]
            except KeyError:
                told += said(facts)
        for first, second, kept, said in self.pairs:
            values = one, other = value_of(first), value_of(second)
            try:
                told += kept[one.__class__, other.__class__][values]
            except KeyError:
                told += said(facts)
        if self.alone:
            told += [test(facts) for test in self.alone]
        for parts, say in self.groups:
            told.append(say(parts(told)))
        return told


class Conditions:
    """The conditions of definitions, each distinct one in its own place, parts before the groups they stand in.

    `wholes` are the conditions of which the outcomes are wanted, each with the slug of its definition: one, or a tuple of which
    all must hold. `places` gives for each, in their order, where its outcome stands in what a plan tells; `returning` whether it
    looks at answers of which there are few, so that the very same outcome returns for one person after another.
    """

    def __init__(
        self, wholes: Iterable[tuple[AnyCondition | tuple[AnyCondition, ...], str]], references: References
    ) -> None:
        self._references = references
        self._by_fact: dict[tuple[tuple[str, ...], bool], list[_Leaf]] = {}
        self._alone: list[_Leaf] = []
        self._parts: dict[Key, list[Key]] = {}
        self._known: set[Key] = set()
        self._returning: set[Key] = set()
        wanted = [self._lay(asked, scheme) for asked, scheme in wholes]
        self._by_fact = dict(sorted(self._by_fact.items(), key=lambda one: len(one[0][0])))
        beside = [leaf for leaves in self._by_fact.values() for leaf in leaves]
        places: dict[Key, int] = {key: place for place, key in enumerate((*beside, *self._alone, *self._parts))}
        self.places = tuple(places[key] for key in wanted)
        self.returning = tuple(key in self._returning for key in wanted)
        self._groups = tuple(
            (_taking([places[part] for part in parts]), self._together(key)) for key, parts in self._parts.items()
        )
        any_day = Situation(date.min, references)
        self._every_day = {
            facts: self._beside(facts, leaves, any_day)
            for (facts, same_every_day), leaves in self._by_fact.items()
            if same_every_day
        }

    def _lay(self, asked: AnyCondition | tuple[AnyCondition, ...], scheme: str) -> Key:
        """Give a condition its place, unless an equal one has it already."""
        parts = asked if isinstance(asked, tuple) else asked.parts
        inside = [self._lay(part, scheme) for part in parts]
        looks_at_scheme = isinstance(asked, Awards) and not asked.schemes
        own = scheme if looks_at_scheme or any(part_own is not None for _, part_own in inside) else None
        key = (asked, own)
        if key in self._known:
            return key
        self._known.add(key)
        if isinstance(asked, tuple) or parts:
            self._parts[key] = inside
            if self._returning.issuperset(inside):
                self._returning.add(key)
            return key
        if isinstance(asked, _FEW_VALUES):
            self._returning.add(key)
        facts = (PAST_AWARDS,) if isinstance(asked, Awards) else asked.facts
        if len(facts) <= 2:
            self._by_fact.setdefault((facts, _same_every_day(asked)), []).append((asked, own))
        else:
            self._alone.append((asked, own))
        return key

    def on(self, day: date) -> Plan:
        """The plan for a day, made anew: who asks for many people keeps it."""
        now = Situation(day, self._references)
        beside = [
            self._every_day[facts] if same_every_day else self._beside(facts, leaves, now)
            for (facts, same_every_day), leaves in self._by_fact.items()
        ]
        return Plan(
            tuple((one.facts[0], one.kept, one.said) for one in beside if len(one.facts) == 1),
            tuple((*one.facts[:2], one.kept, one.said) for one in beside if len(one.facts) == 2),
            tuple(self._test(leaf, now) for leaf in self._alone),
            self._groups,
        )

    def _together(self, key: Key) -> Together:
        asked: Any = key[0]
        say = all_together(len(asked)) if isinstance(asked, tuple) else said_by(asked)
        return _remembered(say) if key in self._returning else say

    def _beside(self, facts: tuple[str, ...], leaves: Sequence[_Leaf], now: Situation) -> _SideBySide:
        return _SideBySide(facts, [self._test(leaf, now) for leaf in leaves])

    def _test(self, leaf: _Leaf, now: Situation) -> Test:
        condition, scheme = leaf
        if scheme is not None:
            now = Situation(now.on, now.references, scheme)
        return prepared(condition, now).test


def _remembered(say: Together) -> Together:
    """The same, with what was said of the very same outcomes before. It holds on to them, so that they stay what they are."""
    known: dict[tuple[int, ...], Outcome] = {}

    def remembered(children: tuple[Outcome, ...]) -> Outcome:
        key = tuple(map(id, children))
        found = known.get(key)
        if found is None:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            found = known[key] = say(children)
        return found

    return remembered


def _taking(places: Sequence[int]) -> Callable[[list[Outcome]], tuple[Outcome, ...]]:
    """Takes the outcomes at these places, as a tuple however few there are."""
    if not places:
        return lambda _told: ()
    if len(places) == 1:
        (place,) = places
        return lambda told: (told[place],)
    return itemgetter(*places)
