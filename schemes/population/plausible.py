"""How facts of generated people are spread: one column per definition of a fact, every row known. Amounts in cents."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemes.basics.money import MAX_CENTS
from schemes.basics.values import EARLIEST, LATEST
from schemes.facts import FactDefinition
from schemes.facts.outcome import FactValue
from schemes.facts.references import Municipality, MunicipalityVersion, References, values_on, version_on
from schemes.population.columns import HUNDREDTHS, Codes, Column, Columns, Days, Ints, Longs, Numbers, YesNo

YOUNGEST, OLDEST = 16, 72
AT_HOME = 0.75
"""How many live or work in the region itself."""
_WIDE = 1000
_FULL_WEEK = 60


class Spread:
    """Draws columns of n rows for facts on a reference date."""

    def __init__(self, n: int, on: date, references: References) -> None:
        self.n, self.on = n, on
        found = [version_on(references[name], on) for name in sorted(references)]
        listed = [version for version in found if isinstance(version, MunicipalityVersion)]
        self.municipalities = {item.code: item for version in listed for item in version.items}
        lists = [values_on(reference, on) or frozenset() for reference in references.values()]
        regional = [values for values in lists if values and values < self.municipalities.keys()]
        self.home = sorted(min(regional, key=lambda values: (len(values), sorted(values)), default=()))

    def column(self, fact: FactDefinition, more: Sequence[FactValue], chance: np.random.Generator) -> Column:
        """A column with a plausible value in every row. `more` are values that its vocabulary must hold as well."""
        if fact.type == "yes_no":
            return YesNo(np.where(chance.random(self.n) < 0.4, 1, -1).astype(np.int8))
        if fact.type == "date":
            return Days(self._days(fact, chance), np.ones(self.n, dtype=np.bool_))
        if fact.type in ("number", "money", "year"):
            scale = HUNDREDTHS if fact.type == "number" else 1
            draw = {"number": self._number, "money": self._money, "year": self._year}[fact.type]
            return Numbers(draw(fact, chance), np.ones(self.n, dtype=np.bool_), scale)
        vocabulary, weights = self._vocabulary(fact)
        codes = chance.choice(len(vocabulary), self.n, p=weights) if vocabulary else np.full(self.n, -1)
        return Codes(codes.astype(np.int32), tuple(dict.fromkeys((*vocabulary, *more))))  # type: ignore[arg-type]

    def _vocabulary(self, fact: FactDefinition) -> tuple[list[Any], NDArray[np.float64]]:
        """The values of a fact with how often they come."""
        keys: list[Any] = [option.key for option in fact.values]
        weights = [1 / (place + 3) for place in range(len(keys))]
        if fact.type == "choices":
            sets = [chosen for size in (1, 2, 3) for chosen in combinations(keys, size)][:300]
            weights = [1 / len(chosen) ** 2 for chosen in sets]
            keys = sets
        elif fact.type == "municipality":
            keys = sorted(self.municipalities)
            near = AT_HOME / len(self.home) if self.home else 0.0
            weights = [1 / len(keys) + (near * 4 if key in self.home else 0.0) for key in keys]
        elif fact.type == "postcode":
            keys = sorted({code for one in self.municipalities.values() for code in one.postcodes}) or ["7411", "1011"]
            weights = [1.0] * len(keys)
        elif fact.type == "text":
            keys, weights = ["iets", "iets anders"], [1.0, 1.0]
        total = sum(weights)
        return keys, np.array(weights) / total if keys else np.array([])

    def _days(self, fact: FactDefinition, chance: np.random.Generator) -> Ints:
        today = self.on.toordinal()
        if fact.past_only:
            return today - self._between(YOUNGEST * 365, OLDEST * 365, chance).astype(np.int32)
        days = today + chance.integers(-60, 400, self.n, dtype=np.int32)
        mondays: Ints = np.where(chance.random(self.n) < 0.5, days, days - (days - 1) % 7)
        return mondays

    def _between(self, low: int, high: int, chance: np.random.Generator) -> Longs:
        """Whole numbers of which those in the middle come most often."""
        width = max(high - low, 0)
        return low + (chance.integers(0, width + 1, self.n) + chance.integers(0, width + 1, self.n)) // 2

    def _magnitudes(self, top: int, chance: np.random.Generator) -> Longs:
        """Numbers up to 10**top of which small ones come as often as large ones."""
        powers: Longs = 10 ** chance.integers(0, top - 2, self.n)
        return chance.integers(100, 1000, self.n) * powers

    def _year(self, fact: FactDefinition, chance: np.random.Generator) -> Longs:
        low, high = int(fact.minimum or EARLIEST.year), int(fact.maximum or LATEST.year)
        if fact.past_only:
            return np.clip(self.on.year - self._between(YOUNGEST, OLDEST, chance), low, min(high, self.on.year))
        return np.clip(self.on.year + chance.integers(-2, 6, self.n), low, high)

    def _money(self, fact: FactDefinition, chance: np.random.Generator) -> Longs:
        cents = self._magnitudes(8, chance)
        cents -= np.where(chance.random(self.n) < 0.6, cents % 100, 0)
        cents[chance.random(self.n) < 0.3] = 0
        return np.clip(cents, int(fact.minimum or 0), int(min(fact.maximum or MAX_CENTS, MAX_CENTS)))

    def _number(self, fact: FactDefinition, chance: np.random.Generator) -> Longs:
        low, high = int(fact.minimum or 0), int(_FULL_WEEK if fact.maximum is None else fact.maximum)
        if high - low > _WIDE:
            whole = self._magnitudes(len(str(high)), chance) // 100 + low
        else:
            whole = self._between(low, high, chance)
        numbers = whole * HUNDREDTHS
        if fact.decimals:
            parts = chance.integers(0, 10**fact.decimals, self.n) * (HUNDREDTHS // 10**fact.decimals)
            numbers += np.where(chance.random(self.n) < 0.15, parts, 0)
        return np.clip(numbers, low * HUNDREDTHS, high * HUNDREDTHS)

    def postcodes(self, living: Codes, drawn: Codes, chance: np.random.Generator) -> Codes:
        """A postcode in the municipality of the same row, where its postcodes are known; else the one that was drawn."""
        places = {code: place for place, code in enumerate(drawn.vocabulary)}
        known = [self._codes_of(self.municipalities.get(str(code)), places) for code in living.vocabulary]
        starts = np.cumsum([0, *map(len, known)])
        flat = np.array([place for one in known for place in one] or [0], dtype=np.int32)
        count = np.array([*map(len, known), 0])[living.codes]
        pick = (chance.random(self.n) * count).astype(np.int64) + starts[living.codes]
        here = flat[np.minimum(pick, len(flat) - 1)]
        return Codes(np.where(count > 0, here, drawn.codes).astype(np.int32), drawn.vocabulary)

    @staticmethod
    def _codes_of(municipality: Municipality | None, places: dict[Any, int]) -> list[int]:
        codes = () if municipality is None else municipality.postcodes
        return [places[code] for code in codes if code in places]


def with_habits(columns: Columns, chance: np.random.Generator) -> Columns:
    """What goes together in life, for facts by the names that the national region gives them; other facts stay as they are."""
    facts = dict(columns.facts)
    work = facts.get("work_situation")
    if not isinstance(work, Codes):
        return columns
    alone = np.isin(work.codes, [n for n, key in enumerate(work.vocabulary) if key in ("job_seeker", "self_employed")])
    seeking = np.isin(work.codes, [n for n, key in enumerate(work.vocabulary) if key == "job_seeker"])
    benefit = facts.get("benefit")
    if isinstance(benefit, Codes) and "none" in benefit.vocabulary:
        none = benefit.vocabulary.index("none")
        earns = ~seeking & (chance.random(columns.n) < 0.9)
        facts["benefit"] = Codes(np.where(earns, none, benefit.codes).astype(np.int32), benefit.vocabulary)
    no_answer = alone & (chance.random(columns.n) < 0.9)
    for key in [key for key in facts if key.startswith("employer_") or key == "contract_hours"]:
        facts[key] = facts[key].without(no_answer)
    return Columns(columns.n, facts)
