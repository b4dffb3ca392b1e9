"""Who gains and who loses by a changed scheme: the figures of a replay, how they are counted, and how small groups are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from pydantic import TypeAdapter

from matching.answering.replay import Effect
from matching.offers.question import Question
from schemes.facts.outcome import FactValue

SMALLEST_GROUP = 10
AGE_BANDS = ((27, "16-26"), (45, "27-44"), (55, "45-54"), (200, "55+"))

Dimension = Literal["work_situation", "municipality", "age", "route"]
DIMENSIONS: tuple[Dimension, ...] = ("work_situation", "municipality", "age", "route")


@dataclass(frozen=True)
class Money:
    """How many people pay or get more, less or the same, and how much together, in cents. None: see ``hiding_few``."""

    gains: int | None = 0
    loses: int | None = 0
    same: int | None = 0
    gained_cents: int | None = 0
    lost_cents: int | None = 0


@dataclass(frozen=True)
class VerdictChange:
    """How many people are told something else. The words are those of ``matching.answering.replay.Standing``."""

    before: str
    after: str
    number: int | None


@dataclass(frozen=True)
class LineDifference:
    """What one funding line pays in the questions that change, in cents."""

    line: str
    old_cents: int | None
    new_cents: int | None
    number: int | None = 0
    """In how many of those it pays, under one definition or the other."""


@dataclass(frozen=True)
class GroupRow:
    """One group of people, by the asker's own money. None: fewer than ten, or it would give away such a group."""

    value: str
    number: int | None
    gains: int | None
    loses: int | None
    gained_cents: int | None
    lost_cents: int | None


@dataclass(frozen=True)
class SetResult:
    """One set of questions under the old and the new definition."""

    number: int = 0
    own: Money = Money()
    """The asker's own money: who gains pays less."""
    scheme: Money = Money()
    """What the scheme pays: who gains gets more of it."""
    scheme_old_cents: int | None = 0
    """What the scheme pays in the questions that change, under the old definition."""
    scheme_new_cents: int | None = 0
    verdicts: tuple[VerdictChange, ...] = ()
    lines: tuple[LineDifference, ...] = ()
    groups: Mapping[str, tuple[GroupRow, ...]] = field(default_factory=dict)
    """By dimension: work_situation, municipality (CBS code), age, route."""
    changed: int | None = 0
    """In how many questions anything changes."""

    @property
    def unchanged(self) -> bool:
        """Whether nobody notices anything."""
        moved = (self.own.gains, self.own.loses, self.scheme.gains, self.scheme.loses)
        return moved == (0, 0, 0, 0) and not self.verdicts


@dataclass(frozen=True)
class ReplayResult:
    """A whole replay. `on` is the day of which the generated people are."""

    on: date
    compared_with: int | None
    """Version number of what it was compared with; None for a new scheme."""
    past: SetResult
    generated: SetResult

    @property
    def unchanged(self) -> bool:
        """Whether nobody notices anything, in both sets."""
        return self.past.unchanged and self.generated.unchanged


RESULT: TypeAdapter[ReplayResult] = TypeAdapter(ReplayResult)


# Counting --------------------------------------------------------------------------------------------------------------


@dataclass
class EffectCount:
    """How many people gain and lose, and how many cents."""

    number: int = 0
    gains: int = 0
    loses: int = 0
    gained: int = 0
    lost: int = 0

    def add(self, difference: int) -> None:
        """Count one person who gains (above zero) or loses (below) so many cents."""
        self.number += 1
        self.gains += difference > 0
        self.loses += difference < 0
        self.gained += max(0, difference)
        self.lost += max(0, -difference)

    def money(self) -> Money:
        """The counts as figures to show."""
        same = self.number - self.gains - self.loses
        return Money(self.gains, self.loses, same, self.gained, self.lost)


class EffectTally:
    """Counts the effects of one set."""

    def __init__(self) -> None:
        self.own, self.scheme = EffectCount(), EffectCount()
        self.cents = [0, 0]
        self.verdicts: dict[tuple[str, str], int] = {}
        self.lines: dict[str, list[int]] = {}
        self.changed = 0
        self.groups: dict[Dimension, dict[str, EffectCount]] = {name: {} for name in DIMENSIONS}

    def add(self, effect: Effect, question: Question, on: date) -> None:
        """Count one question."""
        own = effect.old.own_cents - effect.new.own_cents
        self.own.add(own)
        self.scheme.add(effect.new.scheme_cents - effect.old.scheme_cents)
        sides = (effect.old, effect.new) if effect.old != effect.new else ()
        for position, side in enumerate(sides):
            self.cents[position] += side.scheme_cents
            for line, cents in (side.lines or {}).items():
                self.lines.setdefault(line, [0, 0, 0])[position] += cents
        for line in {line for side in sides for line in side.lines or {}}:
            self.lines[line][2] += 1
        self.changed += bool(sides)
        told = effect.old.standing, effect.new.standing
        if told[0] != told[1]:
            self.verdicts[told] = self.verdicts.get(told, 0) + 1
        for dimension, value in groups_of(effect.facts, question, on).items():
            self.groups[dimension].setdefault(value, EffectCount()).add(own)

    def result(self) -> SetResult:
        """The counts, with small groups hidden."""
        verdicts = tuple(VerdictChange(*told, number) for told, number in sorted(self.verdicts.items()))
        lines = tuple(LineDifference(line, *paid) for line, paid in sorted(self.lines.items()) if paid[0] or paid[1])
        groups: dict[str, tuple[GroupRow, ...]] = {
            dimension: tuple(hidden(counts)) for dimension, counts in self.groups.items()
        }
        old, new = self.cents
        return SetResult(
            self.own.number, self.own.money(), self.scheme.money(), old, new, verdicts, lines, groups, self.changed
        )


def hiding_few(result: SetResult) -> SetResult:
    """The figures of real people as they may be kept and seen: what is about one to nine of them is None."""
    few, small = _cell(result.changed) is None, _too_small({one.line: one.number or 0 for one in result.lines})
    return replace(
        result,
        own=_veiled(result.own),
        scheme=_veiled(result.scheme),
        changed=_cell(result.changed),
        scheme_old_cents=None if few else result.scheme_old_cents,
        scheme_new_cents=None if few else result.scheme_new_cents,
        verdicts=tuple(replace(one, number=_cell(one.number)) for one in result.verdicts),
        lines=tuple(LineDifference(one.line, None, None, None) if one.line in small else one for one in result.lines),
    )


def _veiled(money: Money) -> Money:
    """Without numbers below ten, and without what they could be worked out from."""
    gains, loses = _cell(money.gains), _cell(money.loses)
    if gains is not None and loses is not None:
        return money
    return Money(gains, loses, None, 0 if gains == 0 else None, 0 if loses == 0 else None)


def _too_small(numbers: Mapping[str, int]) -> set[str]:
    """Names with fewer than ten people; and the next one when a single one could be worked out from the whole."""
    small = {name for name, number in numbers.items() if number < SMALLEST_GROUP}
    rest = [(number, name) for name, number in numbers.items() if name not in small]
    return small | {min(rest)[1]} if len(small) == 1 and rest else small


def hidden(counts: Mapping[str, EffectCount]) -> Iterator[GroupRow]:
    """The groups by value; those of fewer than ten are hidden, and the next one when a single one could be worked out."""
    small = _too_small({value: count.number for value, count in counts.items()})
    for value, count in sorted(counts.items()):
        number, gains, loses = (None if value in small else one for one in (count.number, count.gains, count.loses))
        gains, loses = _cell(gains), _cell(loses)
        gained, lost = None if gains is None else count.gained, None if loses is None else count.lost
        yield GroupRow(value, number, gains, loses, gained, lost)


def _cell(number: int | None) -> int | None:
    return number if number is not None and (number == 0 or number >= SMALLEST_GROUP) else None


def groups_of(facts: Mapping[str, FactValue], question: Question, on: date) -> dict[Dimension, str]:
    """In which group of each dimension somebody counts, by complete facts."""
    place = "employer_municipality" if question.route == "employer" else "residence_municipality"
    return {
        "work_situation": str(facts.get("work_situation", "unknown")),
        "municipality": str(facts.get(place, "unknown")),
        "age": _age_band(facts.get("birth_date"), facts.get("birth_year"), on),
        "route": question.route,
    }


def _age_band(born: object, year: object, on: date) -> str:
    if isinstance(born, date):
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    elif isinstance(year, int):
        age = on.year - year
    else:
        return "unknown"
    return next(name for below, name in AGE_BANDS if age < below)
