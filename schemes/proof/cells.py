"""What a condition can become over all people there are: exactly, by looking at one value of every cell.

The edges of all conditions divide each fact into cells within which nothing changes (`edges`). One value of each cell
stands for the whole cell, so that a finite table decides for everybody: "nobody can ever meet this" is then proven, not
guessed. Only people of whom every fact is known are looked at.

Conditions that share no fact are independent and are put together without a table. Conditions that do share facts form one
component; a component with more than `MOST_COMBINATIONS` combinations is sampled (always the same sample) and then says only
what was found, never that something cannot be.
"""

import random
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from schemes.conditions import All, AnyCondition, Not
from schemes.evaluation import evaluate
from schemes.facts import FactDefinition
from schemes.facts.outcome import Facts, FactValue, Status
from schemes.facts.references import MunicipalityVersion, References, version_on
from schemes.proof.edges import Edges, edges, representatives
from schemes.proof.quantities import OnALine, cells_on_line, on_a_line

MOST_COMBINATIONS = 20_000
STATUSES: tuple[Status, ...] = ("met", "unknown", "not_met")
_GROUPS = ("all", "any", "at_least_n", "points")
_BIRTH = ("birth_date", "birth_year")


@dataclass(frozen=True, slots=True)
class Possible:
    """What a condition can become. `examples`: for each outcome that was found the facts of somebody who has it.

    `never`: the outcomes that nobody can have. An outcome in neither is one of which nothing can be said.
    """

    examples: Mapping[Status, Facts]
    never: frozenset[Status]

    @property
    def never_met(self) -> bool:
        """Proven that nobody meets it, also nobody of whom something could become known."""
        return {"met", "unknown"} <= self.never

    @property
    def always_met(self) -> bool:
        """Proven that everybody meets it."""
        return {"not_met", "unknown"} <= self.never


def possible(
    condition: AnyCondition, facts: Mapping[str, FactDefinition], references: References, on: date
) -> Possible:
    """What one condition can become on a day, over everybody whose facts are known."""
    return Cells([condition], facts, references, on).possible(condition)


def together(conditions: Iterable[AnyCondition]) -> AnyCondition:
    """Conditions that must all hold, as one condition."""
    return All.model_construct(type="all", conditions=tuple(conditions))


def opposite(condition: AnyCondition) -> AnyCondition:
    """The condition that this one does not hold."""
    return Not.model_construct(type="not", condition=condition)


def implies(
    given: Sequence[AnyCondition],
    then: AnyCondition,
    facts: Mapping[str, FactDefinition],
    references: References,
    on: date,
) -> bool:
    """Proven that everybody who meets all of `given` meets `then` too."""
    return possible(together([*given, opposite(then)]), facts, references, on).never_met


# -- axes: facts that belong together, divided into cells ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Axis:
    """Facts that can only be looked at together, and their cells: what every condition on them is there, and an example."""

    atoms: tuple[Hashable, ...]
    cells: Mapping[tuple[Status, ...], Facts]
    exact: bool


@dataclass(slots=True)
class _Drawing:
    """The conditions without parts that look at some facts, while the axes are being made."""

    atoms: dict[Hashable, AnyCondition] = field(default_factory=dict)
    edges: dict[str, set[Any]] = field(default_factory=dict)


class Cells:
    """The cells of some conditions on one day. Make it once for all conditions that are asked about."""

    def __init__(
        self, conditions: Iterable[AnyCondition], facts: Mapping[str, FactDefinition], references: References, on: date
    ) -> None:
        self._facts, self._references, self._on = facts, references, on
        self._axes: list[_Axis] = []
        self._axis_of: dict[Hashable, int] = {}
        self._seen: dict[Hashable, Possible] = {}
        atoms = {content(one): one for condition in conditions for one in atoms_of(condition)}
        self._make(atoms)

    # -- asking ------------------------------------------------------------------------------------------------------------

    def possible(self, condition: AnyCondition) -> Possible:
        """What a condition can become: one of the given conditions, a part of one, or `all`, `any` or `not` of those."""
        key = content(condition)
        if key not in self._seen:
            self._seen[key] = self._possible(condition)
        return self._seen[key]

    def _possible(self, condition: AnyCondition) -> Possible:
        if condition.type == "not":
            return _turned(self.possible(condition.condition))
        if condition.type not in _GROUPS:
            axis = self._axes[self._axis_of[content(condition)]]
            place = axis.atoms.index(content(condition))
            examples: dict[Status, Facts] = {}
            for cell, facts in axis.cells.items():
                examples.setdefault(cell[place], facts)
            return Possible(examples, frozenset(STATUSES) - set(examples) if axis.exact else frozenset())
        needed, weights = _weights(condition)
        tallies = [self._tally(part) for part in self._components(list(zip(condition.parts, weights, strict=True)))]
        return _summed(tallies, needed, sum(weights))

    def _components(self, parts: list[tuple[AnyCondition, int]]) -> list[list[tuple[AnyCondition, int]]]:
        """The parts in groups that share no axis."""
        groups: list[tuple[set[int], list[tuple[AnyCondition, int]]]] = []
        for part in parts:
            axes = self._axes_of([part[0]])
            touching = [group for group in groups if group[0] & axes]
            merged = [one for group in touching for one in group[1]]
            groups = [group for group in groups if not group[0] & axes]
            groups.append((axes.union(*(group[0] for group in touching)), [*merged, part]))
        return [members for _, members in groups]

    def _tally(self, parts: list[tuple[AnyCondition, int]]) -> "_Tally":
        """The points that parts can have together: met and unknown, with an example of each."""
        if len(parts) == 1:
            weight, found = parts[0][1], self.possible(parts[0][0])
            points = {"met": (weight, 0), "unknown": (0, weight), "not_met": (0, 0)}
            sure = {points[status]: facts for status, facts in found.examples.items()}
            return _Tally(sure, frozenset(points[status] for status in STATUSES if status not in found.never))
        axes = [self._axes[index] for index in sorted(self._axes_of(part for part, _ in parts))]
        sure = {}
        readers = [(_reader(part, axes), weight) for part, weight in parts]
        for cells in _combinations([list(axis.cells) for axis in axes]):
            met = unknown = 0
            for read, weight in readers:
                status = read(cells)
                met += weight if status == "met" else 0
                unknown += weight if status == "unknown" else 0
            if (met, unknown) not in sure:
                found_facts = [axis.cells[cell] for axis, cell in zip(axes, cells, strict=True)]
                sure[met, unknown] = {key: value for facts in found_facts for key, value in facts.items()}
        exact = all(axis.exact for axis in axes) and prod(len(axis.cells) for axis in axes) <= MOST_COMBINATIONS
        return _Tally(sure, frozenset(sure) if exact else _every([weight for _, weight in parts]))

    def _axes_of(self, conditions: Iterable[AnyCondition]) -> set[int]:
        return {self._axis_of[content(atom)] for condition in conditions for atom in atoms_of(condition)}

    # -- making the axes -----------------------------------------------------------------------------------------------------

    def _make(self, atoms: Mapping[Hashable, AnyCondition]) -> None:
        lines: dict[Hashable, dict[Hashable, OnALine]] = {}
        drawn: dict[Hashable, tuple[AnyCondition, Edges]] = {}
        for key, atom in atoms.items():
            line, found = on_a_line(atom, self._on), edges(atom, self._on, self._references)
            if line is not None:
                lines.setdefault(line.quantity, {})[key] = line
            elif found is not None and all(fact in self._facts for fact in found):
                drawn[key] = (atom, found)
            else:
                self._add(_Axis((key,), {(status,): {} for status in STATUSES}, True))
        for members in lines.values():
            self._add(_Axis(tuple(members), {cell: {} for cell in cells_on_line(list(members.values()))}, True))
        for drawing in self._drawings(drawn):
            self._add(self._fact_axis(drawing))

    def _add(self, axis: _Axis) -> None:
        self._axis_of.update(dict.fromkeys(axis.atoms, len(self._axes)))
        self._axes.append(axis)

    def _drawings(self, drawn: Mapping[Hashable, tuple[AnyCondition, Edges]]) -> list[_Drawing]:
        """The conditions by the facts that belong together: looked at by one condition, or one following from another."""
        used = {fact for _, found in drawn.values() for fact in found}
        links = [set(found) for _, found in drawn.values()]
        links += [{fact, source} for fact in sorted(used) if (source := self._source(fact) or "") in self._facts]
        links += [set(_BIRTH)] if used.issuperset(_BIRTH) else []
        groups: list[set[str]] = []
        for link in links:
            touching = [group for group in groups if group & link]
            groups = [*(group for group in groups if not group & link), link.union(*touching)]
        drawings = []
        for group in groups:
            drawing = _Drawing(edges={fact: set() for fact in sorted(group)})
            for key, (atom, found) in drawn.items():
                if group & set(found):
                    drawing.atoms[key] = atom
                    for fact, values in found.items():
                        drawing.edges[fact] |= values
            drawings.append(drawing)
        return drawings

    def _source(self, fact: str) -> str | None:
        derived = self._facts[fact].derived
        return None if derived is None else derived.from_

    def _fact_axis(self, drawing: _Drawing) -> _Axis:
        known = {fact: self._known_values(fact, drawing) for fact in drawing.edges}
        free = [fact for fact in known if self._source(fact) not in known and not self._follows_from_birth(fact, known)]
        exact = all(known[fact][1] for fact in free)
        exact = exact and prod(len(known[fact][0]) for fact in free) <= MOST_COMBINATIONS
        cells: dict[tuple[Status, ...], Facts] = {}
        for values in _combinations([known[fact][0] for fact in free]):
            facts = self._completed(dict(zip(free, values, strict=True)), known)
            cell = tuple(evaluate(atom, facts, self._on, self._references).status for atom in drawing.atoms.values())
            cells.setdefault(cell, facts)
        return _Axis(tuple(drawing.atoms), cells, exact)

    def _known_values(self, fact: str, drawing: _Drawing) -> tuple[list[FactValue], bool]:
        """The values that stand for all values of a fact, and whether none is left out."""
        lists = [atom for atom in drawing.atoms.values() if fact in atom.facts]

        def alike(value: FactValue) -> Hashable:
            return tuple(evaluate(atom, {fact: value}, self._on, self._references).status for atom in lists)

        drawn = set(drawing.edges[fact])
        if any(self._source(other) == fact for other in drawing.edges):
            drawn |= set(self._provinces)
        found = representatives(self._facts[fact], drawn, self._on, alike)
        values = list(found.values)
        if fact == "birth_date" and "birth_year" in drawing.edges:
            days = [value for value in values if isinstance(value, date)]
            years = [year for year in self._known_values("birth_year", drawing)[0] if isinstance(year, int)]
            ends = (date(year, *end) for year in years for end in ((1, 1), (12, 31)))
            values = [*sorted({*days, *(day for day in ends if day <= max(days))})]
        return values, found.exact

    @staticmethod
    def _follows_from_birth(fact: str, known: Mapping[str, Any]) -> bool:
        return fact == "birth_year" and "birth_date" in known

    def _completed(self, facts: dict[str, FactValue], known: Mapping[str, Any]) -> dict[str, FactValue]:
        """The facts with those that follow from them."""
        birth = facts.get("birth_date")
        if "birth_year" in known and isinstance(birth, date):
            facts["birth_year"] = birth.year
        for fact in known:
            province = self._provinces.get(str(facts.get(source))) if (source := self._source(fact)) else None
            if province is not None:
                facts[fact] = province
        return facts

    @cached_property
    def _provinces(self) -> Mapping[str, str]:
        """The province of every municipality on the day, the first list by name deciding."""
        found: dict[str, str] = {}
        for name in sorted(self._references, reverse=True):
            version = version_on(self._references[name], self._on)
            if isinstance(version, MunicipalityVersion):
                found.update({item.code: item.province for item in version.items})
        return found


# -- arithmetic ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tally:
    """Points of parts together as (met, unknown): those found with an example, and all that are not excluded."""

    found: Mapping[tuple[int, int], Facts]
    possible: frozenset[tuple[int, int]]


def atoms_of(condition: AnyCondition) -> Iterator[AnyCondition]:
    """The conditions without parts inside a condition, or the condition itself."""
    if not condition.parts and condition.type not in _GROUPS:
        yield condition
    for part in condition.parts:
        yield from atoms_of(part)


def content(condition: AnyCondition) -> Hashable:
    """The same for conditions that ask the same, whatever their name, article and words."""
    return condition.model_copy(update={"id": None, "article": None, "text": None})


def _weights(condition: Any) -> tuple[int, list[int]]:
    """The points that are needed, and what each part is worth."""
    if condition.type == "points":
        return condition.at_least, [item.points for item in condition.items]
    count = len(condition.parts)
    return {"all": count, "any": 1}.get(condition.type, getattr(condition, "n", 1)), [1] * count


def _status(met: int, unknown: int, needed: int) -> Status:
    return "met" if met >= needed else "not_met" if met + unknown < needed else "unknown"


def _turned(found: Possible) -> Possible:
    turned: dict[Status, Status] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}
    examples = {turned[status]: facts for status, facts in found.examples.items()}
    return Possible(examples, frozenset(turned[status] for status in found.never))


def _every(weights: Sequence[int]) -> frozenset[tuple[int, int]]:
    """All points that parts could have when nothing is known about them."""
    found = {(0, 0)}
    for weight in weights:
        found = {(m + a, u + b) for m, u in found for a, b in ((weight, 0), (0, weight), (0, 0))}
    return frozenset(found)


def _summed(tallies: Sequence[_Tally], needed: int, total: int) -> Possible:
    """The outcomes of independent tallies together."""
    found: dict[tuple[int, int], Facts] = {(0, 0): {}}
    reach = {(0, 0)}
    for tally in tallies:
        added: dict[tuple[int, int], Facts] = {}
        for (met, unknown), facts in found.items():
            for (more, open_), others in tally.found.items():
                added.setdefault((met + more, unknown + open_), {**facts, **others})
        found = added
        reach = {(m + a, u + b) for m, u in reach for a, b in tally.possible}
    examples: dict[Status, Facts] = {}
    for (met, unknown), facts in found.items():
        examples.setdefault(_status(met, unknown, needed), facts)
    can = {_status(met, unknown, needed) for met, unknown in reach}
    return Possible(examples, frozenset(STATUSES) - can)


def _reader(condition: Any, axes: Sequence[_Axis]) -> Callable[[Sequence[tuple[Status, ...]]], Status]:
    """A function that reads the outcome of a condition off one cell of each axis."""
    if condition.type == "not":
        inner = _reader(condition.condition, axes)
        turned: dict[Status, Status] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}
        return lambda cells: turned[inner(cells)]
    if condition.type not in _GROUPS:
        key = content(condition)
        index = next(i for i, axis in enumerate(axes) if key in axis.atoms)
        place = axes[index].atoms.index(key)
        return lambda cells: cells[index][place]
    needed, weights = _weights(condition)
    parts = [(_reader(part, axes), weight) for part, weight in zip(condition.parts, weights, strict=True)]

    def read(cells: Sequence[tuple[Status, ...]]) -> Status:
        met = unknown = 0
        for inner, weight in parts:
            status = inner(cells)
            met += weight if status == "met" else 0
            unknown += weight if status == "unknown" else 0
        return _status(met, unknown, needed)

    return read


def _combinations(choices: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Every combination, or always the same sample when there are too many."""
    if prod(len(values) for values in choices) <= MOST_COMBINATIONS:
        yield from product(*choices)
        return
    draw = random.Random(0)
    for _ in range(MOST_COMBINATIONS):
        yield tuple(draw.choice(values) for values in choices)
