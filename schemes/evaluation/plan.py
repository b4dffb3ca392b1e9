"""The conditions of many definitions laid out together, for one person after another: equal ones stand in it once.

Laid out once for as long as the definitions stand (`Conditions`), made ready once per day (`Plan`). What does not look at the day
stays ready from one day to the next. Conditions on the same single fact stand side by side, and what they say of a value is kept:
they say the same of whoever gives that answer. Beside each outcome stands its `Mark`: all that a group has to know of a part.
What a group says of parts with such marks is, but for the parts themselves, always the same, and is made once.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple

from schemes.conditions import (
    AgeIs,
    AnyCondition,
    AnyOf,
    Awards,
    InList,
    No,
    Not,
    NumberIs,
    OneOf,
    PostcodeBetween,
    StartsWith,
    Yes,
)
from schemes.evaluation.age import AgesTogether, by_age
from schemes.evaluation.base import Situation, Test
from schemes.evaluation.evaluation import prepared
from schemes.evaluation.groups import Together, all_together, said_by
from schemes.facts.outcome import PAST_AWARDS, Facts, Mark, Marked, Outcome, Values, marked, without_parts
from schemes.facts.references import MunicipalityVersion, References, ValueVersion, version_on

Key = tuple[AnyCondition, str | None]
"""A condition, and its scheme where it says something else in another scheme."""
_Leaf = Key
_Beside = tuple[tuple[str, ...], str]
"""The facts that conditions stand side by side for, and what kind they are."""
_Kept = Mapping[Any, Mapping[Any, Marked]]
_Taking = Callable[[list[Any]], tuple[Any, ...]]
_Form = tuple[Values, Mark]
"""What a group says but for its parts, and its mark."""
_Remembered = tuple[Outcome, Mark]

_TOLD_APART = frozenset({str, bool, int, date, tuple, NoneType})
"""Kinds of values of which two that are equal are written alike; of a number with decimals that is not so."""
_MOST_OUTCOMES = 8_192
"""So many outcomes are kept for the values of one fact on one day."""
_MOST_REMEMBERED = 1_024
_DAYS_HELD = 4
"""What is kept on so many days stands, for as long as somebody may ask for one of them."""
_FEW_VALUES = OneOf | AnyOf | Yes | No | InList
_LIMITS = ("at_least", "more_than", "at_most", "less_than")


def _same_every_day(condition: AnyCondition) -> bool:
    """Whether the day plays no part: no age, no day to count from, no list and no bound that holds from a day on."""
    if isinstance(condition, NumberIs):
        return not any(isinstance(getattr(condition, name), tuple) for name in _LIMITS)
    return isinstance(condition, OneOf | AnyOf | Yes | No | StartsWith | PostcodeBetween)


def _kind(condition: AnyCondition) -> str:
    """Which conditions on the same facts stand together: ages, what is the same every day, what is in lists, and the others."""
    if _same_every_day(condition):
        return "every day"
    if isinstance(condition, InList):
        return "lists"
    return "ages" if isinstance(condition, AgeIs) and by_age(condition) else "day"


class _SideBySide:
    """Conditions on the same fact, or the same two, made ready. What they say of a value is kept, per kind of value."""

    __slots__ = ("_most", "_over", "_tests", "facts", "kept")

    def __init__(self, facts: tuple[str, ...], tests: Sequence[Test], over: list[dict[Any, Any]]) -> None:
        self.facts, self._tests, self._over = facts, tests, over
        self.kept: dict[Any, dict[Any, Marked]] = {}
        self._most = max(64, _MOST_OUTCOMES // len(tests))

    def said(self, facts: Facts) -> Marked:
        """What they say of a value that was not seen before."""
        found = marked([test(facts) for test in self._tests])
        values = tuple([facts.get(fact) for fact in self.facts])
        if _TOLD_APART.issuperset([value.__class__ for value in values]):
            one = len(values) == 1
            kept = self.kept.setdefault(values[0].__class__ if one else (values[0].__class__, values[1].__class__), {})
            if len(kept) >= self._most:
                kept.clear()
            kept[values[0] if one else values] = found
            let_two_go(self._over)
        return found


def let_two_go(over: list[dict[Any, Any]]) -> None:
    """What was kept on days that are past goes bit by bit, with what is kept anew: all at once it would take the first person
    of a day longer than everything else. Several threads may do so at the same moment."""
    for _ in range(2):
        try:
            if over[-1]:
                over[-1].popitem()
            else:
                over.pop()
        except (IndexError, KeyError):  # there is nothing, or another was there first
            return


class _Group:
    """A group of conditions: where its parts stand, and what it said of parts with such marks."""

    __slots__ = ("_fixed", "_say", "forms", "remembered", "taking")

    def __init__(self, parts: Sequence[int], say: Together, *, fixed: bool) -> None:
        self._say, self._fixed = say, fixed
        self.taking = _taking(parts)
        self.forms: dict[tuple[Mark, ...], _Form] = {}
        self.remembered: dict[tuple[int, ...], _Remembered] = {}

    def said(self, told: list[Outcome], marks: list[Mark]) -> _Remembered:
        """What it says of parts whose marks it did not see before."""
        whole = self._say(self.taking(told))
        mark: Mark = whole.missing if whole.status == "unknown" else whole.status
        if self._fixed:
            if len(self.forms) >= _MOST_REMEMBERED:
                self.forms.clear()
            self.forms[self.taking(marks)] = without_parts(whole), mark
        return whole, mark

    def remember(self, parts: tuple[Outcome, ...], told: list[Outcome], marks: list[Mark]) -> _Remembered:
        """The same, remembered for these very parts. It holds on to them, so that they stay what they are."""
        if len(self.remembered) >= _MOST_REMEMBERED:
            self.remembered.clear()
        found = self.remembered[tuple(map(id, parts))] = self.said(told, marks)
        return found


class AskedTogether(NamedTuple):
    """All conditions of a definition together: `taking` takes its parts, or their marks, and `say` says what they say together.

    `returns`: it looks at answers of which there are few, so that the very same parts return for one person after another.
    """

    taking: _Taking
    say: Together
    returns: bool


_made = tuple.__new__


@dataclass(frozen=True, slots=True)
class Plan:
    """All conditions made ready for a day. `Conditions.places` says where the outcome of which stands."""

    beside: tuple[tuple[str, _Kept, Callable[[Facts], Marked]], ...]
    pairs: tuple[tuple[str, str, _Kept, Callable[[Facts], Marked]], ...]
    together: tuple[Callable[[Facts], Marked], ...]
    returning: tuple[tuple[_Taking, dict[tuple[int, ...], _Remembered], _Group], ...]
    groups: tuple[tuple[_Taking, dict[tuple[Mark, ...], _Form], _Group], ...]

    def told(self, facts: Facts) -> tuple[list[Outcome], list[Mark]]:
        """What every condition says about somebody, and its mark."""
        told: list[Outcome] = []
        marks: list[Mark] = []
        value_of = facts.get
        for fact, kept, said in self.beside:
            value = value_of(fact)
            try:
                outcomes, their = kept[value.__class__][value]
            except KeyError:
                outcomes, their = said(facts)
            told += outcomes
            marks += their
        for first, second, kept, said in self.pairs:
            values = one, other = value_of(first), value_of(second)
            try:
                outcomes, their = kept[one.__class__, other.__class__][values]
            except KeyError:
                outcomes, their = said(facts)
            told += outcomes
            marks += their
        for said in self.together:
            outcomes, their = said(facts)
            told += outcomes
            marks += their
        self._groups(told, marks)
        return told, marks

    def _groups(self, told: list[Outcome], marks: list[Mark]) -> None:
        """What the groups say: first those of which the very same outcome returns, by their parts; then the others, by marks."""
        tell, mark_ = told.append, marks.append
        make, kind = _made, Outcome
        for taking, known, group in self.returning:
            parts = taking(told)
            outcome, mark = known.get(tuple(map(id, parts))) or group.remember(parts, told, marks)
            tell(outcome)
            mark_(mark)
        for taking, forms, group in self.groups:
            form = forms.get(taking(marks))
            if form is None:
                outcome, mark = group.said(told, marks)
            else:
                rest, mark = form
                outcome = make(kind, rest + (taking(told),))  # noqa: RUF005  # half the time
            tell(outcome)
            mark_(mark)


class Conditions:
    """The conditions of definitions, each distinct one in its own place, parts before the groups they stand in.

    `asked` are conditions of which the outcomes are wanted, each with the slug of its definition: `places` gives for each, in
    their order, where its outcome stands in what a plan tells. `together` are those of which all must hold: `wholes` says how.
    """

    def __init__(
        self,
        asked: Iterable[tuple[AnyCondition, str]],
        together: Iterable[tuple[tuple[AnyCondition, ...], str]],
        references: References,
    ) -> None:
        self._references = references
        self._by_fact: dict[_Beside, list[_Leaf]] = {}
        self._alone: list[_Leaf] = []
        self._parts: dict[Key, list[Key]] = {}
        self._known: set[Key] = set()
        self._returning: set[Key] = set()
        wanted = [self._lay(one, scheme) for one, scheme in asked]
        wholes = [[self._lay(one, scheme) for one in parts] for parts, scheme in together]
        self._by_fact = dict(sorted(self._by_fact.items(), key=lambda one: (one[0][1] == "ages", len(one[0][0]))))
        self._parts = dict(sorted(self._parts.items(), key=lambda one: one[0] not in self._returning))
        beside = [leaf for leaves in self._by_fact.values() for leaf in leaves]
        places: dict[Key, int] = {key: place for place, key in enumerate((*beside, *self._alone, *self._parts))}
        self.places = tuple(places[key] for key in wanted)
        self.wholes = tuple(
            AskedTogether(
                _taking([places[key] for key in keys]),
                all_together(len(keys)),
                returns=self._returning.issuperset(keys),
            )
            for keys in wholes
        )
        groups = [(key, self._group(key, [places[part] for part in parts])) for key, parts in self._parts.items()]
        self._returning_groups = tuple(
            (one.taking, one.remembered, one) for key, one in groups if key in self._returning
        )
        self._groups = tuple((one.taking, one.forms, one) for key, one in groups if key not in self._returning)
        self._lists: dict[_Beside, tuple[list[Any], _SideBySide]] = {}
        self._ages: dict[_Beside, AgesTogether] = {}
        self._days: deque[list[_SideBySide]] = deque()
        self._over: list[dict[Any, Any]] = []
        any_day = Situation(date.min, references)
        self._every_day = {
            key: self._beside(key[0], leaves, any_day) for key, leaves in self._by_fact.items() if key[1] == "every day"
        }

    def _lay(self, asked: AnyCondition, scheme: str) -> Key:
        """Give a condition its place, unless an equal one has it already."""
        parts = asked.parts
        inside = [self._lay(part, scheme) for part in parts]
        looks_at_scheme = isinstance(asked, Awards) and not asked.schemes
        own = scheme if looks_at_scheme or any(part_own is not None for _, part_own in inside) else None
        key = (asked, own)
        if key in self._known:
            return key
        self._known.add(key)
        if parts:
            self._parts[key] = inside
            if self._returning.issuperset(inside):
                self._returning.add(key)
            return key
        if isinstance(asked, _FEW_VALUES):
            self._returning.add(key)
        facts = (PAST_AWARDS,) if isinstance(asked, Awards) else asked.facts
        if len(facts) <= 2:
            self._by_fact.setdefault((facts, _kind(asked)), []).append((asked, own))
        else:
            self._alone.append((asked, own))
        return key

    def on(self, day: date) -> Plan:
        """The plan for a day, made anew: who asks for many people keeps it."""
        now = Situation(day, self._references)
        beside = [
            self._every_day[key] if key[1] == "every day" else self._of_day(key, leaves, now)
            for key, leaves in self._by_fact.items()
            if key[1] != "ages"
        ]
        together = [self._ages_of_day(key, leaves, now) for key, leaves in self._by_fact.items() if key[1] == "ages"]
        self._days.append([one for one, key in zip(beside, self._by_fact, strict=False) if key[1] == "day"])
        if len(self._days) > _DAYS_HELD:
            self._over += [kept for one in self._days.popleft() for kept in one.kept.values()]
        alone = [self._test(leaf, now) for leaf in self._alone]
        if alone:
            together.append(lambda facts: marked([test(facts) for test in alone]))
        return Plan(
            tuple((one.facts[0], one.kept, one.said) for one in beside if len(one.facts) == 1),
            tuple((*one.facts[:2], one.kept, one.said) for one in beside if len(one.facts) == 2),
            tuple(together),
            self._returning_groups,
            self._groups,
        )

    def _group(self, key: Key, parts: Sequence[int]) -> _Group:
        asked: Any = key[0]
        return _Group(parts, said_by(asked), fixed=not isinstance(asked, Not) and key not in self._returning)

    def _beside(self, facts: tuple[str, ...], leaves: Sequence[_Leaf], now: Situation) -> _SideBySide:
        return _SideBySide(facts, [self._test(leaf, now) for leaf in leaves], self._over)

    def _of_day(self, key: _Beside, leaves: Sequence[_Leaf], now: Situation) -> _SideBySide:
        """Those of a day. What looks in lists stays ready for as long as the same lists hold."""
        if key[1] != "lists":
            return self._beside(key[0], leaves, now)
        versions = [_list_on(condition, now) for condition, _ in leaves]
        kept = self._lists.get(key)
        if kept is not None and all(
            one is other and one is not None for one, other in zip(kept[0], versions, strict=True)
        ):
            return kept[1]
        made = self._beside(key[0], leaves, now)
        self._lists[key] = versions, made
        return made

    def _ages_of_day(self, key: _Beside, leaves: Sequence[_Leaf], now: Situation) -> Callable[[Facts], Marked]:
        asked = [condition for condition, _ in leaves if isinstance(condition, AgeIs)]
        made = self._ages[key] = AgesTogether(asked, now, self._ages.get(key))
        return made.said()

    def _test(self, leaf: _Leaf, now: Situation) -> Test:
        condition, scheme = leaf
        if scheme is not None:
            now = Situation(now.on, now.references, scheme)
        return prepared(condition, now).test


def _list_on(condition: AnyCondition, now: Situation) -> MunicipalityVersion | ValueVersion | None:
    """The version of its list that holds on the day; None when none does, which is said with the day."""
    reference = now.references.get(condition.list) if isinstance(condition, InList) else None
    version = None if reference is None else version_on(reference, now.on)
    return version if isinstance(version, MunicipalityVersion | ValueVersion) else None


def _taking(places: Sequence[int]) -> _Taking:
    """Takes what stands at these places, as a tuple however few there are."""
    if not places:
        return lambda _told: ()
    if len(places) == 1:
        (place,) = places
        return lambda told: (told[place],)
    return itemgetter(*places)
