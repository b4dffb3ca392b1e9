"""The year ahead, as it is now and as it is changed: read from the books in one snapshot, computed apart from the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from matching.problem import Problem
from matching.what_if.scenario.changes import Change, ShareHeld, UnknownName, changed_lines, changed_region
from matching.what_if.scenario.comparing import QuestionKind, WorldResult, compare
from matching.what_if.scenario.living import World
from matching.what_if.scenario.mixes import Known, Mixes
from matching.what_if.scenario.world import HeldShare, YearLine
from portal.framework.funding.queries import funding_lines
from portal.planning.past_year import PastYear, past_year
from portal.planning.usual_questions import UsualQuestions, money_now, usual_questions
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.region.loading import LoadedRegion

YEARS, BLOCK = 400, 50
"""So many years are lived, so many at once; after each block can be stopped."""
NOW, CHANGED = "now", "changed"


@dataclass(frozen=True)
class ScenarioResult:
    """What was found: over how many years, from how many questions of the past, and both worlds."""

    on: date
    years: int
    learned_from: int
    now: WorldResult
    changed: WorldResult
    past: tuple[WorldResult, WorldResult] | None = None
    """The year that was, lived again as it is now and as it is changed."""


RESULT: TypeAdapter[ScenarioResult] = TypeAdapter(ScenarioResult)


@dataclass(frozen=True)
class ScenarioInput:
    """All that a scenario is computed from."""

    usual: UsualQuestions
    lines: tuple[YearLine, ...]
    changes: tuple[Change, ...]
    past: PastYear | None


def scenario_input(session: Session, *, changes: Sequence[Change], on: date) -> ScenarioInput:
    """What changes are computed from on a day. Raises ``Refusal`` (too_little_past)."""
    usual = usual_questions(session, on=on)
    return ScenarioInput(usual, lines_ahead(session, on=on), tuple(changes), past_year(session, on=on))


def lines_ahead(session: Session, *, on: date) -> tuple[YearLine, ...]:
    """The budgets that are not over, as the year ahead has them."""
    left = money_now(session, on=on)
    return tuple(
        YearLine(
            line.slug,
            ((max(0, (line.period_from - on).days), left[line.slug]),),
            max(0, (line.period_from - on).days),
            (line.period_to - on).days,
        )
        for line in funding_lines(session)
        if line.slug in left
    )


def compute_scenario(
    given: ScenarioInput, *, told: Callable[[], object] = lambda: None, years: int = YEARS
) -> ScenarioResult:
    """Live the years ahead as it is now and as it is changed. `told` is called after each block of years.

    Raises ``Refusal`` (gone) when a change names a scheme, a budget or a group that is not there (any more).
    """
    usual = given.usual
    try:
        region = changed_region(usual.region, given.changes)
        problems, kinds = usual.problems(usual.region)
        worlds = _worlds(given, given.lines, kinds, problems, usual.problems(region)[0])
        past = _past(given, region)
    except UnknownName as gone:
        raise _gone(gone.name) from gone
    block = min(BLOCK, years)
    source, blocks = usual.year_ahead(block=block), -(-years // block)
    now, changed = compare(worlds, kinds, source.years, blocks, told=told)
    return ScenarioResult(usual.on, blocks * block, len(usual.asked), now, changed, past)


def _worlds(
    given: ScenarioInput,
    lines: tuple[YearLine, ...],
    kinds: Sequence[QuestionKind],
    now: Sequence[Problem],
    changed: Sequence[Problem],
) -> dict[str, World]:
    """How it is now, and as it is changed. Raises ``UnknownName``."""
    least = max(1, given.usual.region.region.settings.smallest_share_cents)
    after = changed_lines(lines, given.changes)
    held, known = _held(given.changes, kinds), Known()
    return {
        NOW: World(lines, Mixes.of(now, [line.id for line in lines], known), least_cents=least),
        CHANGED: World(after, Mixes.of(changed, [line.id for line in after], known), held, least_cents=least),
    }


def _past(given: ScenarioInput, region: LoadedRegion) -> tuple[WorldResult, WorldResult] | None:
    """The year that was in both worlds; None when it cannot be lived again, or a change is of what was not there then."""
    year = given.past
    if year is None:
        return None
    problems, kinds = given.usual.problems_of(year.asked, given.usual.region)
    changed, _kinds = given.usual.problems_of(year.asked, region)
    try:
        worlds = _worlds(given, year.lines, kinds, problems, changed)
    except (UnknownName, Refusal):
        return None
    lived = year.years()
    before, after = compare(worlds, kinds, lambda _block: lived, 1)
    return before, after


def _held(changes: Sequence[Change], kinds: Sequence[QuestionKind]) -> HeldShare | None:
    for change in changes:
        if isinstance(change, ShareHeld):
            group = (change.dimension, change.value)
            members = frozenset(number for number, kind in enumerate(kinds) if group in kind.groups)
            if not members:
                raise _gone(change.value)
            return HeldShare(members, change.percent, 10**5 if change.until_day is None else change.until_day)
    return None


def _gone(name: str) -> Refusal:
    message = _l("%(name)s is er niet (meer), of niemand vroeg daar iets. Maak een nieuw scenario.", name=name)
    return Refusal("gone", message)
