"""People who do not exist, for trials of schemes: plausible facts, the borders of the rules among them, and some unknown.

The same seed gives the same people, on every processor. Each fact has its own stream of chance, so that a new fact leaves
the others as they were. Nothing here comes from, or resembles, the facts of a real person.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

import numpy as np

from schemes.conditions import AnyCondition
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition, FactDefinitions
from schemes.facts.outcome import PAST_AWARDS, FactValue
from schemes.facts.references import References, municipality_on
from schemes.population.columns import AwardsColumn, Codes, Column, Columns, Days, Numbers, Rows, column_of
from schemes.population.plausible import Spread, with_habits
from schemes.population.population import statuses
from schemes.proof.borders import border_values, related_border

NOT_KNOWN, SENSITIVE_NOT_KNOWN, BIRTH_DATE_NOT_KNOWN = 0.04, 0.10, 0.40
"""How many do not know a fact; do not tell a sensitive one; give only the year of birth."""
AIMED, INSIDE, BESIDE = 0.5, 0.88, 0.08
"""How many come for one of the schemes in focus; of those, by rule: how many meet it, and how many stand near a border."""
HAD_BEFORE = 0.15
"""How many had an award before."""
TRIED = 800
"""How many combinations of facts are tried to find some that meet a rule."""
SPRINKLED = 0.03
"""How many stand near a border of some rule, fact by fact."""
BIRTH_DATE, BIRTH_YEAR = "birth_date", "birth_year"
_EPOCH = date(1970, 1, 1).toordinal()
Borders = Mapping[str, tuple[FactValue, ...]]


def generate(
    facts: FactDefinitions,
    references: References,
    n: int,
    seed: int,
    *,
    on: date,
    focus: Iterable[SchemeDefinition] = (),
) -> Columns:
    """n people with their facts on a reference date, complete (facts that follow from others are worked out).

    With `focus`, half of the people come for one of those schemes: most of them meet its rules, the others stand on, just
    before or just after one of its borders. Raises ValueError for a negative n.
    """
    if n < 0:
        raise ValueError("n is zero or more")
    crowd = _Crowd(facts, references, n, seed, on, tuple(focus))
    crowd.aim()
    crowd.hide()
    return crowd.columns


def completed(columns: Columns, facts: FactDefinitions, references: References, on: date) -> Columns:
    """The columns with those that follow from others, as `schemes.facts.complete_facts` does for one person."""
    made = dict(columns.facts)
    for key, definition in facts.items():
        if definition.derived is None or key in made:
            continue
        source = columns.of_kind(definition.derived.from_, Codes)
        if source is None:
            continue
        found = [municipality_on(references, str(code), on) for code in source.vocabulary]
        provinces = sorted({one.province for one in found if one is not None})
        table = [-1 if one is None else provinces.index(one.province) for one in found]
        made[key] = Codes(np.array([*table, -1], dtype=np.int32)[source.codes], tuple(provinces))
    return Columns(columns.n, made)


def _borders(schemes: Sequence[SchemeDefinition], facts: FactDefinitions, references: References, on: date) -> Borders:
    """The values on and beside the borders of the rules, by fact."""
    found: dict[str, dict[FactValue, None]] = {}
    for scheme in schemes:
        for _, condition in scheme.walk_conditions():
            for key in condition.facts:
                if key in facts:
                    values = border_values(condition, facts[key], on, references)
                    found.setdefault(key, {}).update(dict.fromkeys(values))
    return {key: tuple(values) for key, values in found.items()}


def _bundles(conditions: Sequence[AnyCondition]) -> list[tuple[set[str], list[AnyCondition]]]:
    """The conditions in bundles that have no fact in common: those must be met together."""
    bundles: list[tuple[set[str], list[AnyCondition]]] = []
    for condition in conditions:
        keys, together = set(_facts_of(condition)), [condition]
        for bundle in [one for one in bundles if one[0] & keys]:
            bundles.remove(bundle)
            keys, together = keys | bundle[0], bundle[1] + together
        bundles.append((keys, together))
    return bundles


def _leaves(condition: AnyCondition) -> list[AnyCondition]:
    return [leaf for part in condition.parts for leaf in _leaves(part)] or [condition]


def _facts_of(condition: AnyCondition) -> list[str]:
    keys = [key for leaf in _leaves(condition) for key in leaf.facts]
    return keys + [PAST_AWARDS for leaf in _leaves(condition) if leaf.type == "awards"]


def encoded(values: Sequence[FactValue], fact: FactDefinition | None, like: Column) -> Column:
    """Values as a column with the vocabulary of another column, which must hold them. No fact: earlier awards."""
    if isinstance(like, Codes):
        places: dict[Any, int] = {value: place for place, value in enumerate(like.vocabulary)}
        return Codes(np.array([places[value] for value in values], dtype=np.int32), like.vocabulary)
    if isinstance(like, AwardsColumn) or fact is None:
        return AwardsColumn.of(values, like.vocabulary if isinstance(like, AwardsColumn) else ())
    return column_of(values, fact.type)


def fitting(columns: Columns) -> Columns:
    """The columns with the birth year of the birth date, where both are facts."""
    days = columns.facts.get(BIRTH_DATE)
    if not isinstance(days, Days) or BIRTH_YEAR not in columns.facts:
        return columns
    since_1970 = (days.ordinals - _EPOCH).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return Columns(columns.n, {**columns.facts, BIRTH_YEAR: Numbers(since_1970 + 1970, days.known.copy())})


class _Crowd:
    """The people while they are made."""

    def __init__(
        self,
        facts: FactDefinitions,
        references: References,
        n: int,
        seed: int,
        on: date,
        focus: tuple[SchemeDefinition, ...],
    ) -> None:
        self.facts, self.references, self.seed, self.on, self.focus = facts, references, seed, on, focus
        self.borders = _borders(focus, facts, references, on)
        spread = Spread(n, on, references)
        made: dict[str, Column] = {
            key: spread.column(definition, self.borders.get(key, ()), self.chance(key))
            for key, definition in facts.items()
            if definition.derived is None
        }
        made[PAST_AWARDS] = self._past_awards(n)
        for key, drawn in made.items():
            living = made.get(key.replace("postcode", "municipality"))
            if facts.get(key) and facts[key].type == "postcode" and isinstance(living, Codes):
                made[key] = spread.postcodes(living, drawn, self.chance(f"{key}/near"))  # type: ignore[arg-type]
        self.columns = with_habits(Columns(n, made), self.chance("habits"))

    def chance(self, name: str) -> np.random.Generator:
        """A stream of chance of its own."""
        return np.random.default_rng([self.seed, crc32(name.encode())])

    def _past_awards(self, n: int) -> AwardsColumn:
        """What some had before from the schemes in focus."""
        named = {
            slug for scheme in self.focus for _, one in scheme.walk_conditions() for slug in getattr(one, "schemes", ())
        }
        chance, slugs = self.chance(PAST_AWARDS), sorted({scheme.scheme for scheme in self.focus} | named)
        counts = np.where(chance.random(n) < (HAD_BEFORE if slugs else 0), chance.integers(1, 4, n), 0)
        total = int(counts.sum())
        return AwardsColumn(
            np.ones(n, dtype=np.bool_),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            chance.integers(0, max(len(slugs), 1), total, dtype=np.int32),
            self.on.toordinal() - chance.integers(0, 1500, total, dtype=np.int32),
            chance.integers(1, 2500, total) * 100,
            tuple(slugs),
        )

    def aim(self) -> None:
        """Half of the people come for a scheme in focus: their facts meet its rules, or stand near a border of them."""
        self._sprinkle()
        chance, n = self.chance("aim"), self.columns.n
        place = np.where(chance.random(n) < AIMED, chance.integers(0, max(len(self.focus), 1), n), -1)
        order = np.argsort(place, kind="stable")
        starts = np.searchsorted(place[order], np.arange(len(self.focus) + 1))
        for number, scheme in enumerate(self.focus):
            rows = order[starts[number] : starts[number + 1]]
            if not len(rows):
                continue
            chance = self.chance(f"aim/{scheme.scheme}/{number}")
            for keys, conditions in _bundles(scheme.conditions):
                self._aim_at(scheme, conditions, self._sources(keys), rows, chance)
        self.columns = fitting(self.columns)

    def _sprinkle(self) -> None:
        """Some of all people stand near a border of some rule."""
        facts = dict(self.columns.facts)
        for key, values in self.borders.items():
            if key in facts and values:
                chance = self.chance(f"{key}/border")
                rows = np.flatnonzero(chance.random(self.columns.n) < SPRINKLED)
                source = encoded(values, self.facts[key], facts[key])
                facts[key] = facts[key].put(rows, source, chance.integers(0, len(values), len(rows)))  # type: ignore[arg-type]
        self.columns = fitting(Columns(self.columns.n, facts))

    def _sources(self, keys: set[str]) -> list[str]:
        """The facts that are not worked out from others, among them what these are worked out from."""
        definitions = [self.facts[key] for key in keys if key in self.facts]
        found = {one.derived.from_ if one.derived else one.key for one in definitions} | (keys & {PAST_AWARDS})
        if BIRTH_YEAR in found and BIRTH_DATE in self.facts:
            found.add(BIRTH_DATE)
        return sorted(found & self.columns.facts.keys())

    def _aim_at(
        self,
        scheme: SchemeDefinition,
        conditions: list[AnyCondition],
        keys: list[str],
        rows: Rows,
        chance: np.random.Generator,
    ) -> None:
        """Give these people facts that meet the conditions, or that stand near a border, found by trying."""
        known = Columns(self.columns.n, {key: self.columns.facts[key] for key in keys})
        tried = known.take(chance.integers(0, self.columns.n, TRIED))
        leaves = [leaf for condition in conditions for leaf in _leaves(condition)]
        for key in keys:
            self._beside(tried, key, leaves, chance)
        tried = self._related(tried, leaves, scheme, chance)
        complete = completed(fitting(tried), self.facts, self.references, self.on)
        met = np.flatnonzero(statuses(conditions, complete, self.on, self.references, scheme=scheme.scheme) > 0)
        luck = chance.random(len(rows))
        picked = chance.integers(0, TRIED, len(rows))
        meets = luck < (INSIDE if len(met) else 0)
        picked[meets] = met[picked[meets] % len(met)] if len(met) else 0
        chosen = luck < INSIDE + BESIDE
        facts = dict(self.columns.facts)
        for key in keys:
            facts[key] = facts[key].put(rows[chosen], tried.facts[key], picked[chosen])  # type: ignore[arg-type]
        self.columns = Columns(self.columns.n, facts)

    def _beside(self, tried: Columns, key: str, leaves: list[AnyCondition], chance: np.random.Generator) -> None:
        """Half of what is tried stands on or beside a border of the conditions."""
        fact = self.facts.get(key)
        values = (
            []
            if fact is None
            else [value for leaf in leaves for value in border_values(leaf, fact, self.on, self.references)]
        )
        if fact is not None and values:
            rows = np.flatnonzero(chance.random(TRIED) < 0.5)
            source = encoded(values, fact, tried.facts[key])
            tried.facts[key].put(rows, source, chance.integers(0, len(values), len(rows)))  # type: ignore[arg-type]

    def _related(
        self, tried: Columns, leaves: list[AnyCondition], scheme: SchemeDefinition, chance: np.random.Generator
    ) -> Columns:
        """For conditions that look at several facts: one fact is set on or beside the border that the others give."""
        facts = dict(tried.facts)
        for leaf in leaves:
            rows = chance.integers(0, TRIED, TRIED // 4)
            changes: dict[str, dict[int, FactValue]] = {}
            for row in rows:
                pick, known = int(chance.integers(60)), tried.row(int(row))
                found = related_border(leaf, known, self.facts, self.on, self.references, pick, scheme.scheme)
                if found is not None:
                    changes.setdefault(found[0], {})[int(row)] = found[1]
            for key, changed in changes.items():
                if key in facts and not isinstance(facts[key], Codes):
                    source = encoded(list(changed.values()), self.facts.get(key), facts[key])
                    facts[key] = facts[key].put(np.array([*changed]), source, np.arange(len(changed)))  # type: ignore[arg-type]
        return Columns(tried.n, facts)

    def hide(self) -> None:
        """Not everybody knows or tells everything. What follows from the facts is worked out afterwards."""
        facts = dict(self.columns.facts)
        for key in facts:
            fact = self.facts.get(key)
            share = SENSITIVE_NOT_KNOWN if fact is not None and fact.sensitive else NOT_KNOWN
            if key == BIRTH_DATE and BIRTH_YEAR in facts:
                share = BIRTH_DATE_NOT_KNOWN
            facts[key] = facts[key].without(self.chance(f"{key}/hidden").random(self.columns.n) < share)
        self.columns = completed(Columns(self.columns.n, facts), self.facts, self.references, self.on)
