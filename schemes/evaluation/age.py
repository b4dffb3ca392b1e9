"""How a condition on age is evaluated: from a birth date, or from a birth year when that decides."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Any

from schemes.basics.keeping import KeptFew
from schemes.basics.values import value_on
from schemes.conditions import AgeIs
from schemes.evaluation.base import Limit, Params, PreparedCondition, Situation, Told, limit
from schemes.facts import ages
from schemes.facts.outcome import Facts, Mark, Marked, Outcome, Values, around_value, marked, of_value
from schemes.facts.references import AgeList, AgeVersion, References, version_on

_PENSION = "age_below_state_pension"
_MOST_KNOWN = 4_096
_NOT_REACHED: KeptFew[tuple[int, date, date], tuple[AgeList, bool]] = KeptFew(_MOST_KNOWN)
"""Who had not reached the state pension age, by the list, the birth day and the day: many conditions ask the same. With it
the list itself, so that its number is of no other."""
_made = tuple.__new__
_BOUNDS: tuple[tuple[str, str, str, Callable[[Any, Any], bool]], ...] = (
    ("age_at_least", "minimum", "at_least", operator.ge),
    ("age_at_most", "maximum", "at_most", operator.le),
    ("age_below", "limit", "below", operator.lt),
)


@dataclass(frozen=True, slots=True)
class _Pension:
    """The state pension age on the day on which the age counts."""

    reference: AgeList | None
    params: Params

    @classmethod
    def on(cls, references: References, day: date, counted_on: Any) -> "_Pension":
        reference = references.get("state_pension_age")
        known = reference if isinstance(reference, AgeList) else None
        version = None if known is None else version_on(known, day)
        age = version.age if isinstance(version, AgeVersion) else None
        params = {
            "pension_years": None if age is None else age.years,
            "pension_months": None if age is None else age.months,
            "counted_on": counted_on,
        }
        return cls(None if age is None else known, params)

    def not_reached(self, birth: date, day: date) -> bool:
        """Whether somebody of that birth day had not reached it."""
        assert self.reference is not None
        key = id(self.reference), birth, day
        found = _NOT_REACHED.get(key)
        if found is None or found[0] is not self.reference:
            not_reached = ages.has_state_pension(birth, day, self.reference) != "met"
            found = _NOT_REACHED.keep(key, (self.reference, not_reached))
        return found[1]


def age(condition: AgeIs, now: Situation) -> PreparedCondition:
    """The age lies within the bounds on the day on which it counts."""
    asked = _AskedAge(condition, now)
    return PreparedCondition(lambda: asked.told.rule(*asked.whole(None), asked.fact), asked.test)


def by_age(condition: AgeIs) -> bool:
    """Whether of a birth date nothing counts but the age on the reference date."""
    return condition.on_fact is None and condition.on_day is None and not condition.below_state_pension


def _year_of(day: date) -> tuple[int, bool]:
    """In which of a birth year the same can be said on every day: the year, and whether it is the last day of it."""
    return day.year, (day.month, day.day) == (12, 31)


class AgesTogether:
    """Conditions `by_age` on the same facts, made ready together for a day.

    The age is worked out once, and what is said of an age is the same but for the birth date. It is also the same on the next
    day, for as long as the bounds stay what they are: `before` is how they were made ready for an earlier day.
    """

    __slots__ = ("_bounds", "_conditions", "_now", "_of_age", "_of_year", "_tests", "_year")

    def __init__(self, conditions: Sequence[AgeIs], now: Situation, before: "AgesTogether | None" = None) -> None:
        self._conditions, self._now = conditions, now
        self._tests: list[Callable[[Facts], Outcome]] = []
        self._bounds = [
            value_on(dated, now.on)
            for condition in conditions
            for _, _, bound, _ in _BOUNDS
            if (dated := getattr(condition, bound)) is not None
        ]
        self._year = _year_of(now.on)
        stays = (
            before is not None and None not in self._bounds and self._bounds == before._bounds
        )  # what is missing names the day
        self._of_age: dict[int, tuple[list[tuple[Values, Values]], list[Mark]]] = (
            before._of_age if stays and before is not None else {}
        )
        same_year = stays and before is not None and self._year == before._year
        self._of_year: dict[int | None, Marked] = before._of_year if same_year and before is not None else {}

    def _said_anew(self, facts: Facts) -> Marked:
        """What they say, each by itself; they are made ready when nothing is kept of it."""
        if not self._tests:
            self._tests = [_AskedAge(condition, self._now).test for condition in self._conditions]
        return marked([test(facts) for test in self._tests])

    def _without_day(self, facts: Facts, birth_date: str, birth_year: str) -> Marked:
        born: Any = facts.get(birth_year)
        if facts.get(birth_date) is not None or born.__class__ not in (int, NoneType):
            return self._said_anew(facts)
        known = self._of_year.get(born)
        if known is None:
            if len(self._of_year) >= _MOST_KNOWN:
                self._of_year.clear()
            known = self._of_year[born] = self._said_anew(facts)
        return known

    def said(self) -> Callable[[Facts], Marked]:
        """What each of them says of somebody, in their order."""
        birth_date, birth_year = self._conditions[0].birth_date, self._conditions[0].birth_year or ""
        year, turning, of_age = self._now.on.year, self._now.on.month * 32 + self._now.on.day, self._of_age

        def said(facts: Facts) -> Marked:
            birth = facts.get(birth_date)
            if birth.__class__ is not date:
                return self._without_day(facts, birth_date, birth_year)
            age = year - birth.year - (birth.month * 32 + birth.day > turning)
            found = of_age.get(age)
            if found is None:
                outcomes, marks = self._said_anew(facts)
                found = of_age[age] = [around_value(one) for one in outcomes], marks
            value = (birth,)
            return [_made(Outcome, before + value + after) for before, after in found[0]], found[1]

        return said


class _AskedAge:
    """A condition on age on a reference date."""

    def __init__(self, condition: AgeIs, now: Situation) -> None:
        self.told, self._condition, self._now = Told(condition), condition, now
        self.fact = condition.birth_year or condition.birth_date
        self._day: date | None = now.on
        self._counted_on: Any = condition.on_fact
        if condition.on_day is not None:
            month, day = condition.on_day.split("-")
            self._day = self._counted_on = date(now.on.year, int(month), int(day))
        if condition.on_fact is not None:
            self._day = None
        self._limits: tuple[Limit, ...] = tuple(
            limit(code, name, value_on(dated, now.on), holds, counted_on=self._counted_on)
            for code, name, bound, holds in _BOUNDS
            if (dated := getattr(condition, bound)) is not None
        )
        self._pension = self._pension_on(self._day or now.on)
        self._birth_date = condition.birth_date
        self._turning = 0 if self._day is None else self._day.month * 32 + self._day.day
        self._of_age: dict[int, tuple[Values, Values]] = {}
        self._of_ages: dict[tuple[str, int, int], Outcome] = {}
        """What the bounds say of each age, without the birth day that somebody gave."""

    def _pension_on(self, day: date) -> _Pension | None:
        asks = self._condition.below_state_pension
        return _Pension.on(self._now.references, day, self._counted_on) if asks else None

    def whole(self, shown: int | None, *, person: bool = False) -> tuple[str, Mapping[str, Any]]:
        """Code and parameters of all bounds together."""
        more = {"age": shown} if person else {}
        if len(self._limits) + (self._pension is not None) == 1:
            if self._pension is not None:
                return _PENSION, {**self._pension.params, **more}
            return self._limits[0].code, {**self._limits[0].params, **more}
        merged = {name: value for one in self._limits for name, value in one.params.items()}
        return "age_between", {
            "minimum": merged["minimum"],
            "maximum": merged.get("maximum"),
            "below": merged.get("limit"),
            "below_state_pension": self._pension is not None,
            "counted_on": self._counted_on,
            **more,
        }

    def test(self, facts: Facts) -> Outcome:
        """The outcome for somebody."""
        birth, day = facts.get(self._birth_date), self._day
        if birth.__class__ is date and day is not None and self._pension is None:
            age = day.year - birth.year - (birth.month * 32 + birth.day > self._turning)
            said = self._of_age.get(age)
            if said is None:
                said = self._of_age[age] = around_value(self._said(self._birth_date, age, age))
            return of_value(said, birth)
        return self._tested(facts)

    def _tested(self, facts: Facts) -> Outcome:
        condition, fact = self._condition, self._condition.birth_date
        birth, born = facts.get(fact), None
        value: Any = None
        if isinstance(birth, date):
            born, value = (birth, birth), birth
        elif condition.birth_year is not None:
            fact, value = condition.birth_year, facts.get(condition.birth_year)
            if isinstance(value, int):
                born = (date(value, 1, 1), date(value, 12, 31))
        day = self._day if condition.on_fact is None else facts.get(condition.on_fact)
        if born is not None and isinstance(day, date):
            return self._outcome(fact, value, born, day)
        missing = () if born is not None else (self.fact,)
        if not isinstance(day, date):
            return self._missing((*missing, str(condition.on_fact)), fact, value)
        return self._missing(missing, fact, None)

    def _missing(self, facts: tuple[str, ...], fact: str, value: Any) -> Outcome:
        """The outcome when facts are missing; a list or bound that is not there on the day comes first."""
        if self._limits:
            code, params = self._limits[0].code, {**self._limits[0].params, "age": None}
            if self._limits[0].value is None:
                return self.told.unknown("no_value_on_date", {"on": self._now.on}, code, params, fact, value)
        else:
            assert self._pension is not None
            code, params = _PENSION, {**self._pension.params, "age": None}
            if self._pension.reference is None and self._day is not None:
                return self._no_list(params, fact, value, self._day)
        return self.told.missing(facts, code, params, fact, value)

    def _no_list(self, params: Params, fact: str, value: Any, day: date) -> Outcome:
        why = {"list": "state_pension_age", "on": day}
        return self.told.unknown("no_list_on_date", why, _PENSION, params, fact, value)

    def _outcome(self, fact: str, value: Any, born: tuple[date, date], day: date) -> Outcome:
        oldest = ages.age_on(born[0], day)
        youngest = oldest if born[0] == born[1] else ages.age_on(born[1], day)
        said = self._of_ages.get((fact, oldest, youngest))
        if said is None:
            said = self._of_ages[fact, oldest, youngest] = self._said(fact, oldest, youngest)
        if self._pension is not None and said.status != "not_met":
            said = self._with_pension(said, born, day, oldest if oldest == youngest else None)
        return of_value(around_value(said), value)

    def _said(self, fact: str, oldest: int, youngest: int) -> Outcome:
        """What the bounds say when somebody has one of these ages, whatever the very birth day."""
        shown = oldest if oldest == youngest else None
        unknown: Outcome | None = None
        for one in self._limits:
            params = {**one.params, "age": shown}
            if one.value is None:
                why = {"on": self._now.on}
                unknown = unknown or self.told.unknown("no_value_on_date", why, one.code, params, fact)
                continue
            holds = (one.holds(oldest, one.value), one.holds(youngest, one.value))
            if holds == (False, False):
                return self.told.decided(False, one.code, params, fact, None)
            if holds != (True, True):
                unknown = unknown or self._does_not_decide(one.code, params, fact)
        return unknown or self.told.decided(True, *self.whole(shown, person=True), fact, None)

    def _with_pension(self, said: Outcome, born: tuple[date, date], day: date, shown: int | None) -> Outcome:
        """The same, when the state pension age must not be reached either."""
        pension = self._pension if self._day is not None else self._pension_on(day)
        assert pension is not None
        params, fact = {**pension.params, "age": shown}, str(said.fact)
        if pension.reference is None:
            return said if said.status == "unknown" else self._no_list(params, fact, None, day)
        before = [pension.not_reached(birth, day) for birth in dict.fromkeys(born)]
        if not any(before):
            return self.told.decided(False, _PENSION, params, fact, None)
        if not all(before) and said.status != "unknown":
            return self._does_not_decide(_PENSION, params, fact)
        return said

    def _does_not_decide(self, code: str, params: Params, fact: str) -> Outcome:
        needed = (self._condition.birth_date,)
        return self.told.unknown("birth_year_does_not_decide", {"facts": needed}, code, params, fact, None, needed)
