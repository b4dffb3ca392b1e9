"""What must fit between a condition and the facts and lists of its region."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from schemes.basics.findings import Finding
from schemes.basics.values import DatedValue
from schemes.conditions import (
    AgeIs,
    AnyCondition,
    AnyOf,
    Compare,
    DateIs,
    Elapsed,
    InList,
    No,
    NumberBy,
    NumberIs,
    OneOf,
    PostcodeBetween,
    Row,
    StartsAfterReference,
    StartsWith,
    Total,
    Yes,
)
from schemes.facts import FactDefinition
from schemes.facts.references import AgeList, CentreList, NumberList, References

FACT_TYPES: dict[type, tuple[str, ...]] = {
    OneOf: ("choice", "municipality", "postcode", "text"),
    AnyOf: ("choices",),
    NumberIs: ("number", "money", "year"),
    DateIs: ("date",),
    Yes: ("yes_no",),
    No: ("yes_no",),
    InList: ("choice", "choices", "municipality", "postcode", "text"),
    StartsAfterReference: ("date",),
    PostcodeBetween: ("postcode",),
    StartsWith: ("text", "choice", "municipality", "postcode"),
    Compare: ("number", "money", "year", "date"),
    NumberBy: ("number", "money", "year"),
}
"""The types of the fact that a condition names under `fact`."""
CHOOSING = ("choice", "yes_no", "number", "year", "municipality", "text")
"""The types of a fact that chooses a row or a number of a list."""
_BOUNDS = ("at_least", "more_than", "at_most", "less_than")


@dataclass(frozen=True)
class ConditionCheck:
    """Conditions of one file against the facts and lists of a region. `unknown` and `finding` make the findings."""

    facts: Mapping[str, FactDefinition]
    references: References
    unknown: Callable[..., Finding]
    finding: Callable[..., Finding]

    def checked(self, path: str, condition: AnyCondition) -> Iterator[Finding]:
        """Findings about one condition, its parts left out."""
        for place, fact, types in self._named(condition):
            yield from self.fact_checked(f"{path}.{place}", fact, types, condition.type)
        for kind, check in self._checks:
            if isinstance(condition, kind):
                yield from check(self, path, condition)

    def fact_checked(self, path: str, key: str, types: tuple[str, ...], used_as: str) -> Iterator[Finding]:
        """Findings about a fact that must exist and be of one of these types."""
        fact = self.facts.get(key)
        if fact is None:
            yield self.unknown(path, "unknown_fact", "fact", key, self.facts)
        elif fact.type not in types:
            message = f"The fact {key} is of type {fact.type}, but {used_as} needs {' or '.join(types)}."
            fits = [kind.__name__ for kind, kinds in FACT_TYPES.items() if fact.type in kinds]
            remedy = "Choose another fact or another type of condition."
            yield self.finding(path, "fact_type_differs", message, remedy, fact=key, type=fact.type, fits=fits)

    def _named(self, condition: AnyCondition) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """The facts that a condition names: where, which, and of which types each may be."""
        if type(condition) in FACT_TYPES:
            yield "fact", condition.facts[0], FACT_TYPES[type(condition)]
        if isinstance(condition, AgeIs):
            yield "birth_date", condition.birth_date, ("date",)
            yield from _given(condition, "birth_year", "birth_year", ("year",))
            yield from _given(condition, "on_fact", "on_fact", ("date",))
        elif isinstance(condition, Elapsed):
            yield from _given(condition, "from", "from_fact", ("date",))
            yield from _given(condition, "to", "to_fact", ("date",))
        elif isinstance(condition, Total):
            types = self._type_of(condition.plus[0], ("number", "money"))
            for name in ("plus", "minus"):
                for position, fact in enumerate(getattr(condition, name)):
                    yield f"{name}[{position}]", fact, types
        elif isinstance(condition, Compare):
            same = self._type_of(condition.fact, FACT_TYPES[Compare])
            added = self._type_of(condition.fact, ("number", "money"))
            yield from ((f"plus[{position}]", fact, added) for position, fact in enumerate(condition.plus))
            yield from _given(condition, "other", "other", same if condition.each is None else ("number",))
            yield from _given(condition, "by", "by", CHOOSING)
        elif isinstance(condition, NumberBy):
            yield "by", condition.by, CHOOSING if condition.per_extra is None else ("number",)

    def _type_of(self, fact: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """The type of a fact, when it is one of those allowed; else all of those."""
        known = self.facts.get(fact)
        return (known.type,) if known is not None and known.type in allowed else allowed

    # -- values and bounds -----------------------------------------------------------------------------------------------------

    def _values(self, path: str, condition: OneOf | AnyOf) -> Iterator[Finding]:
        fact = self.facts.get(condition.fact)
        if fact is None:
            return
        for position, value in enumerate(condition.values):
            where = f"{path}.values[{position}]"
            yield from self._value(where, fact, value)
            if value in condition.values[:position]:
                message = f"{value!r} stands twice in this list."
                yield self.finding(where, "duplicate_value", message, "Keep one of them.", "warning", value=value)

    def _value(self, where: str, fact: FactDefinition, value: str) -> Iterator[Finding]:
        """Findings about one value that a fact of type choice(s) or municipality must be able to have."""
        allowed = [option.key for option in fact.values]
        if fact.values and value not in allowed:
            yield self.unknown(where, "value_not_allowed", f"value of {fact.key}", value, allowed)
        if fact.type == "municipality" and not re.fullmatch(r"GM\d{4}", value, re.ASCII):
            message = f"{value!r} is not the CBS code of a municipality."
            remedy = "Write GM and four digits, such as GM0200."
            yield self.finding(where, "not_a_municipality", message, remedy, value=value)

    def _bounds(self, path: str, condition: NumberIs | NumberBy) -> Iterator[Finding]:
        """A bound that no believable value of the fact reaches is a slip of the pen, such as euros for cents."""
        bounded: list[tuple[str, NumberIs | Row]] = [(path, condition)] if isinstance(condition, NumberIs) else []
        if isinstance(condition, NumberBy):
            bounded = [(f"{path}.rows[{i}]", row) for i, row in enumerate(condition.rows)]
        fact = self.facts.get(condition.fact)
        for place, one in bounded:
            for name in _BOUNDS:
                for value in _plain_values(getattr(one, name)):
                    below = fact is not None and fact.minimum is not None and value < fact.minimum
                    above = fact is not None and fact.maximum is not None and value > fact.maximum
                    if below or above:
                        message = f"The bound {value} lies outside what the fact {condition.fact} can be."
                        remedy = "Correct the bound, or the minimum or maximum of the fact."
                        where = f"{place}.{name}"
                        yield self.finding(where, "bound_out_of_range", message, remedy, "warning", bound=str(value))

    def _rows(self, path: str, condition: NumberBy) -> Iterator[Finding]:
        """Every value of a row must be one that the other fact can have; values without a row leave people without an answer."""
        by = self.facts.get(condition.by)
        if by is None or by.type not in CHOOSING:
            return
        for i, row in enumerate(condition.rows):
            for j, value in enumerate(row.values):
                where = f"{path}.rows[{i}].values[{j}]"
                if (by.type in ("number", "year")) != isinstance(value, int):
                    message = f"{value!r} is not a value of {by.key}, which is of type {by.type}."
                    remedy = "Write whole numbers for a number or a year, and words for any other fact."
                    yield self.finding(where, "row_value_differs", message, remedy, value=str(value))
                elif by.type == "yes_no" and value not in ("yes", "no"):
                    yield self.unknown(where, "value_not_allowed", f"value of {by.key}", str(value), ("yes", "no"))
                elif isinstance(value, str):
                    yield from self._value(where, by, value)
        if condition.rows[-1].values:
            named = {value for row in condition.rows for value in row.values}
            yield from self._left_out(f"{path}.rows", by, named)

    def _left_out(self, path: str, by: FactDefinition, named: Iterable[Any]) -> Iterator[Finding]:
        possible = ["yes", "no"] if by.type == "yes_no" else [option.key for option in by.values]
        without = [value for value in possible if value not in set(named)]
        if without:
            message = (
                f"These values of {by.key} have no bound here: {', '.join(without)}. They leave the condition unknown."
            )
            remedy = "Add them, or a last row without values."
            yield self.finding(path, "values_without_row", message, remedy, "warning", values=without)

    def _beginnings(self, path: str, condition: StartsWith) -> Iterator[Finding]:
        fact = self.facts.get(condition.fact)
        options = [option.key for option in fact.values] if fact is not None else []
        for position, prefix in enumerate(condition.prefixes):
            if options and not any(option.startswith(prefix) for option in options):
                message = f"No value of {condition.fact} begins with {prefix!r}."
                where, remedy = f"{path}.prefixes[{position}]", "Correct it, or leave it out."
                yield self.finding(where, "prefix_never_matches", message, remedy, "warning", value=prefix)

    # -- lists ---------------------------------------------------------------------------------------------------------------

    def _list(self, path: str, condition: InList) -> Iterator[Finding]:
        reference = self.references.get(condition.list)
        if reference is None:
            yield self.unknown(f"{path}.list", "unknown_list", "list", condition.list, self.references)
            return
        if isinstance(reference, AgeList | CentreList | NumberList):
            held = {"age": "an age", "centres": "places"}.get(reference.kind, "numbers")
            message = f"The list {condition.list} holds {held}, not values."
            yield self.finding(
                f"{path}.list", "list_kind_differs", message, "Name a list of values.", list=condition.list
            )
            return
        fact = self.facts.get(condition.fact)
        known = {option.key for option in fact.values} if fact else set()
        values = {item.value for version in reference.versions for item in version.items}
        if known and values and not known & values:
            message = f"No value of the fact {condition.fact} stands in the list {condition.list}."
            remedy = "Use the same keys in both, or name another list."
            yield self.finding(f"{path}.list", "list_never_matches", message, remedy, list=condition.list)

    def _number_list(self, path: str, condition: Compare) -> Iterator[Finding]:
        fact = self.facts.get(condition.fact)
        given = {"share": condition.share != 1, "each": condition.each is not None, "plus": bool(condition.plus)}
        for key in [key for key, used in given.items() if used and fact is not None and fact.type in ("date", "year")]:
            message = f"{key} is for numbers and money, but {condition.fact} is of type {getattr(fact, 'type', None)}."
            yield self.finding(
                f"{path}.{key}", "share_of_day", message, f"Leave {key} out.", fact=condition.fact, key=key
            )
        if condition.list is None:
            return
        reference = self.references.get(condition.list)
        if reference is None:
            yield self.unknown(f"{path}.list", "unknown_list", "list", condition.list, self.references)
        elif not isinstance(reference, NumberList) or (fact is not None and fact.type == "date"):
            message = f"The list {condition.list} cannot be compared with {condition.fact}."
            remedy = "Name a list of kind numbers, and a fact of type number, money or year."
            yield self.finding(f"{path}.list", "list_kind_differs", message, remedy, list=condition.list)
        else:
            yield from self._numbers_chosen(path, condition, reference)

    def _numbers_chosen(self, path: str, condition: Compare, reference: NumberList) -> Iterator[Finding]:
        """A list with a number per value needs a fact that chooses; a list with one number has no use for it."""
        several = any(version.items for version in reference.versions)
        if several != (condition.by is not None) or any(
            several != bool(version.items) for version in reference.versions
        ):
            message = f"The list {condition.list} holds {'a number per value' if several else 'one number'}."
            remedy = "Add by: the fact that chooses the number." if several else "Leave by out."
            yield self.finding(f"{path}.by", "list_needs_by", message, remedy, list=condition.list)
            return
        by = self.facts.get(condition.by or "")
        if by is not None:
            for version in reference.versions[-1:]:
                yield from self._left_out(f"{path}.list", by, version.numbers)

    def _pension_list(self, path: str, condition: AgeIs) -> Iterator[Finding]:
        if condition.below_state_pension and not isinstance(self.references.get("state_pension_age"), AgeList):
            message = "below_state_pension needs a reference list state_pension_age of kind age."
            remedy = "Add reference/state_pension_age.yaml, or include a region that has it."
            yield self.finding(f"{path}.below_state_pension", "unknown_list", message, remedy, list="state_pension_age")

    _checks: ClassVar[tuple[tuple[Any, Callable[..., Iterator[Finding]]], ...]] = (
        (OneOf | AnyOf, _values),
        (NumberIs | NumberBy, _bounds),
        (NumberBy, _rows),
        (StartsWith, _beginnings),
        (InList, _list),
        (Compare, _number_list),
        (AgeIs, _pension_list),
    )


def _given(
    condition: AnyCondition, place: str, name: str, types: tuple[str, ...]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """A fact that a condition may leave out."""
    fact = getattr(condition, name)
    if fact is not None:
        yield place, fact, types


def _plain_values(dated: Any) -> list[Any]:
    if dated is None:
        return []
    return [entry.value for entry in dated if isinstance(entry, DatedValue)] if isinstance(dated, tuple) else [dated]
