"""The year ahead, as it is now and as it is changed: read from the books in one snapshot, computed apart from the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from matching.plan.executor import Executor
from matching.problem import Problem
from matching.what_if.scenario.changes import Change, ShareHeld, UnknownName, changed_lines, changed_region
from matching.what_if.scenario.comparing import QuestionKind, SoFar, WorldResult, compare
from matching.what_if.scenario.living import World
from matching.what_if.scenario.mixes import Known, Mixes, known_as_lists, known_of_lists, name_of
from matching.what_if.scenario.world import HeldShare, YearLine
from portal.framework.funding.queries import funding_lines
from portal.planning.past_year import PastYear, past_year
from portal.planning.usual_questions import UsualQuestions, money_now, usual_questions
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.region.loading import LoadedRegion

YEARS, BLOCK = 400, 50
"""So many years are lived, so many at once; after each block can be stopped."""
NOW, CHANGED, UNHELD = "now", "changed", "unheld"


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
    share_people: int | None = None
    """Of a share that is held: how many people more are helped than with all other changes and no share, in a year on average."""
    share_own: int | None = None
    """The same: how much more all pay themselves together, in cents. With `share_people` it is the price of the share."""


RESULT: TypeAdapter[ScenarioResult] = TypeAdapter(ScenarioResult)
LINES: TypeAdapter[tuple[YearLine, ...]] = TypeAdapter(tuple[YearLine, ...])


@dataclass(frozen=True)
class ScenarioInput:
    """All that a scenario is computed from."""

    usual: UsualQuestions
    lines: tuple[YearLine, ...]
    changes: tuple[Change, ...]
    past: PastYear | None


@dataclass
class Begun:
    """What of a scenario was computed: it goes on from there after a pause, in this process or another.

    Mixes that were solved, and blocks of years that were lived; `of` says from what, so that nothing else is added to them.
    """

    of: str = ""
    known: Known = field(default_factory=dict)
    so_far: SoFar = field(default_factory=SoFar)

    def as_text(self) -> str:
        """As it can be written down."""
        kept = {"of": self.of, "known": known_as_lists(self.known), "so_far": self.so_far.as_lists()}
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str) -> Begun:
        """What was written down."""
        kept = json.loads(text)
        return cls(kept["of"], known_of_lists(kept["known"]), SoFar.of_lists(kept["so_far"]))

    def goes_on(self, of: str) -> None:
        """From here with what is computed from `of`: the mixes stay, years that were lived in something else do not."""
        if self.of != of:
            self.of, self.so_far = of, SoFar()


def scenario_input(
    session: Session, *, changes: Sequence[Change], on: date, lines: tuple[YearLine, ...] | None = None
) -> ScenarioInput:
    """What changes are computed from on a day; `lines`: the money as it was read before. Raises ``Refusal`` (too_little_past)."""
    usual = usual_questions(session, on=on)
    money = lines_ahead(session, on=on) if lines is None else lines
    return ScenarioInput(usual, money, tuple(changes), past_year(session, on=on))


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
    given: ScenarioInput,
    *,
    told: Callable[[], object] = lambda: None,
    years: int = YEARS,
    begun: Begun | None = None,
    executor: Executor | None = None,
) -> ScenarioResult:
    """Live the years ahead as it is now and as it is changed. `told` is called after each block of years.

    `begun`: what was computed before; each block is added to it before it is told. Raises ``Refusal`` (gone) when a change names
    a scheme, a budget or a group that is not there (any more).
    """
    usual, begun = given.usual, begun or Begun()
    try:
        region = changed_region(usual.region, given.changes)
        problems, kinds = usual.problems(usual.region)
        changed_problems = usual.problems(region)[0]
        worlds = _worlds(given, given.lines, kinds, (problems, changed_problems), begun.known)
        worlds |= _without_share(worlds[CHANGED], given.changes)
        past = _past(given, region, begun.known)
    except UnknownName as gone:
        raise _gone(gone.name) from gone
    block = min(BLOCK, years)
    begun.goes_on(_print_of(given, worlds, kinds, [*problems, *changed_problems]))
    source, blocks = usual.year_ahead(block=block), -(-years // block)
    now, changed, *unheld = compare(
        worlds, kinds, source.years, blocks, executor=executor, told=told, so_far=begun.so_far
    )
    price: tuple[int, int] | tuple[None, None] = (None, None)
    if worlds[CHANGED].held is not None:
        free = unheld[0] if unheld else now
        price = changed.more_people.mean - free.more_people.mean, changed.more_own.mean - free.more_own.mean
    return ScenarioResult(usual.on, blocks * block, len(usual.asked), now, changed, past, *price)


def _print_of(
    given: ScenarioInput, worlds: Mapping[str, World], kinds: Sequence[QuestionKind], problems: Sequence[Problem]
) -> str:
    """What tells apart all that the years ahead are lived from."""
    usual = given.usual
    money = [(world.lines, world.held, world.least_cents) for world in worlds.values()]
    said = (usual.on, usual.asked, usual.vouchers, usual.weeks, [one.route for one in usual.questions], money, kinds)
    return sha256(repr((said, [name_of(one) for one in problems])).encode()).hexdigest()


def _worlds(
    given: ScenarioInput,
    lines: tuple[YearLine, ...],
    kinds: Sequence[QuestionKind],
    problems: tuple[Sequence[Problem], Sequence[Problem]],
    known: Known,
) -> dict[str, World]:
    """How it is now, and as it is changed, with the problems of each. Raises ``UnknownName``."""
    now, changed = problems
    least = max(1, given.usual.region.region.settings.smallest_share_cents)
    after = changed_lines(lines, given.changes)
    held = _held(given.changes, kinds)
    return {
        NOW: World(lines, Mixes.of(now, [line.id for line in lines], known), least_cents=least),
        CHANGED: World(after, Mixes.of(changed, [line.id for line in after], known), held, least_cents=least),
    }


def _without_share(changed: World, changes: Sequence[Change]) -> dict[str, World]:
    """All other changes without the share that is held: what the share does is the difference. Nothing when it stands alone."""
    others = any(not isinstance(change, ShareHeld) for change in changes)
    return {UNHELD: replace(changed, held=None)} if others and changed.held is not None else {}


def _past(given: ScenarioInput, region: LoadedRegion, known: Known) -> tuple[WorldResult, WorldResult] | None:
    """The year that was in both worlds; None when it cannot be lived again, or a change is of what was not there then."""
    year = given.past
    if year is None:
        return None
    problems, kinds = given.usual.problems_of(year.asked, given.usual.region)
    changed, _kinds = given.usual.problems_of(year.asked, region)
    try:
        worlds = _worlds(given, year.lines, kinds, (problems, changed), known)
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
