"""What is asked here, learned from the past: questions that stand for all, how many come per week, what is used of vouchers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from matching.offers import Rules, funding_line, make_ready
from matching.offers.question import Question
from matching.plan.forecast.demand import fit_demand
from matching.plan.forecast.redemption import fit_redemption
from matching.plan.forecast.seen import AskedFor, VoucherSeen
from matching.problem import Problem
from matching.what_if.scenario.ahead import YearAhead
from matching.what_if.scenario.comparing import QuestionKind
from portal.framework.catalogue.queries import as_loaded_region
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import available_cents
from portal.planning.observed import observed
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.effects import groups_of
from portal.publishing.replay.queries import past_questions
from schemes.region.loading import LoadedRegion

MOST_WEEKS = 156
"""So far back is looked."""
MOST_KINDS = 150
"""So many questions stand for all that were asked: enough for every kind, few enough to solve."""
FEWEST = 10
"""With fewer questions in the past there is nothing to say about a year."""
SEED = 2026
SEGMENTS = ("individual", "employer")
ALL = "all"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class UsualQuestions:
    """Questions of the past that stand for all of them, and all that a year ahead is drawn from."""

    on: date
    region: LoadedRegion
    """The region of today, with every scheme that is in force open all year."""
    questions: tuple[Question, ...]
    """Those that stand for all, each with the day on which it was asked."""
    days: tuple[date, ...]
    asked: tuple[AskedFor, ...]
    vouchers: tuple[VoucherSeen, ...]
    weeks: int

    def year_ahead(self, *, seed: int = SEED, block: int = 125) -> YearAhead:
        """Where the years ahead come from."""
        segments = tuple(name for name in SEGMENTS if any(one.segment == name for one in self.asked))
        kinds = [np.flatnonzero([one.route == name for one in self.questions]) for name in segments]
        return YearAhead(
            fit_demand(self.asked, segments=segments, weeks=self.weeks),
            fit_redemption(self.vouchers, segments=(ALL,)),
            tuple(kinds),
            seed,
            block,
        )

    def problems(self, region: LoadedRegion) -> tuple[list[Problem], list[QuestionKind]]:
        """Per question its problem in a region (that of today, or a changed one), and the groups it counts in."""
        return self.problems_of(zip(self.questions, self.days, strict=True), region)

    def problems_of(
        self, asked: Iterable[tuple[Question, date]], region: LoadedRegion
    ) -> tuple[list[Problem], list[QuestionKind]]:
        """The same for other questions, each with its day."""
        lines = [funding_line(line) for line in region.funding.funding_lines]
        found, kinds = [], []
        for question, day in asked:
            ready = make_ready(question, Rules.of_region(region, day), lines)
            found.append(ready.problem)
            groups: Mapping[str, str] = dict(groups_of(ready.facts, question, day).items())
            kinds.append(QuestionKind(tuple(sorted(groups.items()))))
        return found, kinds


def usual_questions(session: Session, *, on: date, most: int = MOST_KINDS) -> UsualQuestions:
    """What was asked in the three years before a day. Raises ``Refusal`` (too_little_past) when that is too little."""
    since = on - MOST_WEEKS * WEEK
    found = [(question, day) for question, day in past_questions(session) if since <= day < on and question.costs]
    if len(found) < FEWEST:
        raise too_little_past()
    seen = observed(session, on=on)
    weeks = max(4, -min(_week(day, on) for _question, day in found))
    asked = tuple(
        AskedFor(question.route, _week(day, on), sum(cost.amount_cents for cost in question.costs))
        for question, day in found
    )
    places = np.unique(np.linspace(0, len(found) - 1, min(most, len(found))).round().astype(int)).tolist()
    places += [
        _first_of(found, route)
        for route in {question.route for question, _day in found} - {found[n][0].route for n in places}
    ]
    chosen = [found[place] for place in sorted(set(places))]
    return UsualQuestions(
        on,
        open_all_year(as_loaded_region(session, on=on)),
        tuple(question for question, _day in chosen),
        tuple(day for _question, day in chosen),
        asked,
        () if seen is None else tuple(replace(one, segment=ALL) for one in seen.history.vouchers),
        weeks,
    )


def too_little_past() -> Refusal:
    """What is said when too few questions were asked to learn from."""
    message = _l("Er zijn nog te weinig vragen gesteld om vooruit te kijken. Dat kan vanaf tien vragen.")
    return Refusal("too_little_past", message)


def _first_of(found: list[tuple[Question, date]], route: str) -> int:
    return next(number for number, (question, _day) in enumerate(found) if question.route == route)


def open_all_year(region: LoadedRegion) -> LoadedRegion:
    """The region with no windows: every scheme that exists can be asked for on every day."""
    schemes = {
        slug: one
        if one.state == "ended"
        else one.model_copy(update={"state": "open", "windows": (), "state_since": None})
        for slug, one in region.schemes.items()
    }
    return replace(region, schemes=schemes)


def money_now(session: Session, *, on: date, slugs: Iterable[str] | None = None) -> dict[str, int]:
    """Per budget that is not over what can still be promised, in cents."""
    lines = [line for line in funding_lines(session) if line.period_to >= on]
    left = available_cents(session, funding_line_ids=[line.id for line in lines])
    wanted = None if slugs is None else set(slugs)
    return {line.slug: max(0, left[line.id]) for line in lines if wanted is None or line.slug in wanted}


def _week(day: date, on: date) -> int:
    return (day - on).days // 7
