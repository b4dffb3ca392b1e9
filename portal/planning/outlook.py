"""The figures of a forecast, worked out: what of every budget will be used, when it runs out, what lapses; and a back-test.

Read from the books in one snapshot (`outlook_input`), worked out apart from the database (`work_out`), and kept as they are
(`portal.planning.forecasts`), in whole cents and days. The same books, day and seed give the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from matching.plan.forecast.advice import worth_of_measures
from matching.plan.forecast.bands import Band, LineOutlook, band_of, line_outlooks
from matching.plan.forecast.expected_use import OpenPart, UseTable, most_beyond
from matching.plan.forecast.paths import Foreseen, look_ahead
from portal.ledger.queries import line_figures
from portal.planning.observed import WEEK, Observed, observed

PATHS = 2_000
MEASURED = 400
"""What a measure is worth is worked out on so many paths."""
LONGEST = 78
"""So many weeks ahead at most: further than that nobody can see."""
STEP = 4
"""So many weeks lie between two points of the picture."""
BACK = (26, 13)
"""So many weeks ago the back-test begins: the first of these with a past before it."""
PAST = 8
"""So many weeks of past a back-test needs."""


Told = Callable[[], object]


def _nobody() -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True)
class PastLook:
    """A day in the past from which is looked ahead to now, and what was used of every budget by now, in cents."""

    known: Observed
    weeks: int
    used_cents: Mapping[str, int]


@dataclass(frozen=True)
class OutlookInput:
    """All that a forecast is worked out from; nothing of it asks the database for more."""

    known: Observed
    past: PastLook | None
    """None: too little past for a back-test."""

    @property
    def steps(self) -> int:
        """How often is told how far it is."""
        return horizon(self.known) + 2 + (self.past.weeks if self.past is not None else 0)


@dataclass(frozen=True)
class WorkedOutlook:
    """What came of it: as it is kept, with the day, the dice and how much was learned from."""

    on: date
    until: date
    seed: int
    paths: int
    vouchers: int
    figures: dict[str, Any]


def outlook_input(session: Session, *, on: date) -> OutlookInput | None:
    """What is known when a day begins, and of the past what a back-test needs; None when there is nothing to learn from."""
    known = observed(session, on=on)
    return OutlookInput(known, _past_look(session, on)) if known is not None else None


def work_out(given: OutlookInput, *, paths: int = PATHS, told: Told = _nobody) -> WorkedOutlook:
    """Work out what every budget will do. `told` is called `given.steps` times; what it raises ends the work.

    The seed is the number of the day: who does it again on the same day gets the same figures, as long as the books before
    that day are the same.
    """
    known, seed = given.known, given.known.on.toordinal()
    figures = figures_of(known, seed=seed, paths=paths, told=told)
    figures["back_test"] = back_test(given.past, seed=seed, paths=max(1, paths // 2), told=told)
    return WorkedOutlook(known.on, known.on + timedelta(weeks=horizon(known)), seed, paths, known.vouchers, figures)


def horizon(known: Observed) -> int:
    """How many weeks ahead is looked: until every budget is over, but not further than LONGEST."""
    last = max(line.last_week for line in known.position.lines) + 1
    return min(LONGEST, max(4, last))


def figures_of(known: Observed, *, seed: int, paths: int = PATHS, told: Told = _nobody) -> dict[str, Any]:
    """The figures per budget and per scheme of what was observed; the weeks are those of `horizon`."""
    weeks = horizon(known)
    found = look_ahead(known.history, known.position, seed=seed, weeks=weeks, paths=paths, told=told)
    at_week = {line.id: min(weeks, line.last_week + 1) for line in known.position.lines}
    lines = line_outlooks(found.paths, known.position, at_week=at_week)
    worth = worth_of_measures(
        found, known.position, seed=seed, weeks=weeks, at_week=at_week, paths=min(paths, MEASURED)
    )
    told()
    table = UseTable(found.redemption.draws(seed=seed, paths=MEASURED), [one.valid_weeks for one in _held(known)])
    kept = {
        "advice": {"give_back": worth.give_back_cents, "shorter": worth.shorter_cents, "remind": worth.remind_cents},
        "lines": [_line(known, found, number, one) | _room(known, table, number) for number, one in enumerate(lines)],
        "schemes": _schemes(known, found, weeks),
    }
    told()
    return kept


def back_test(past: PastLook | None, *, seed: int, paths: int, told: Told = _nobody) -> dict[str, Any] | None:
    """What would have been forecast some months ago for today, beside what happened; None when there is too little past."""
    if past is None:
        return None
    known, weeks = past.known, past.weeks
    found = look_ahead(known.history, known.position, seed=seed, weeks=weeks, paths=paths, told=told)
    rows = [
        {"line": line.id, "used": _band(band_of(found.paths.used[:, weeks, number])), "real": past.used_cents[line.id]}
        for number, line in enumerate(known.position.lines)
        if line.money_cents > 0
    ]
    return {"then": known.on.isoformat(), "vouchers": known.vouchers, "lines": rows}


def _past_look(session: Session, on: date) -> PastLook | None:
    for back in BACK:
        known = observed(session, on=on - back * WEEK)
        if known is None or known.history.weeks < PAST:
            continue
        ids = {slug: line.id for slug, line in known.lines.items()}
        real = line_figures(session, funding_line_ids=ids.values(), until=on - timedelta(days=1))
        return PastLook(known, back, {slug: real[number].spent_cents for slug, number in ids.items()})
    return None


def _day(known: Observed, week: int) -> str:
    """The first day of a week ahead."""
    return (known.on + week * WEEK).isoformat()


def _band(band: Band) -> list[int]:
    return [band.low90, band.low50, band.middle, band.high50, band.high90]


def _line(known: Observed, found: Foreseen, number: int, one: LineOutlook) -> dict[str, Any]:
    """What is kept of one budget."""
    line = known.position.lines[number]
    reserved = int(found.paths.reserved[0, 0, number])
    points = [*range(0, one.week, STEP), one.week]
    return {
        "line": line.id,
        "at": _day(known, one.week),
        "ends": known.lines[line.id].period_to.isoformat(),
        "money": line.money_cents + sum(cents for _, cents in line.more),
        "used_now": line.used_cents,
        "reserved_now": reserved,
        "used": _band(one.used),
        "reserved": _band(one.reserved),
        "lapses": _band(one.lapses),
        "lost": _band(one.lost),
        "lapses_by_month": list(one.lapses_by_month),
        "out_permille": one.runs_out_permille,
        "out": [_day(known, week) for week in _band(one.runs_out)] if one.runs_out is not None else None,
        "course": [[_day(known, week), *_band(band_of(found.paths.used[:, week, number]))] for week in points],
    }


def _held(known: Observed, line: str | None = None) -> list[OpenPart]:
    """The open vouchers as far as a budget pays them (all of them without a name), and one new one of each segment."""
    still = [
        OpenPart(one.segment, one.age_weeks, one.valid_weeks, cents)
        for one in known.position.open
        for name, cents in one.parts
        if line in (None, name)
    ]
    if line is not None:
        return still
    return [*still, *(OpenPart(name, 0, valid, 1) for name, valid in known.position.valid_weeks.items())]


def _room(known: Observed, table: UseTable, number: int) -> dict[str, Any]:
    """What of the open vouchers will be used, and how much a guarantor could let be promised beyond the full reservation."""
    line = known.position.lines[number]
    asked = [one for one in known.history.asked if line.id in known.position.pays.get(one.segment, ())]
    if not asked:
        return {"expected": 0, "beyond": 0}
    usual = Counter(one.segment for one in asked).most_common(1)[0][0]
    cents = median_low([one.cents for one in asked if one.segment == usual])
    new = OpenPart(usual, 0, known.position.valid_weeks[usual], cents)
    left = line.money_cents - line.used_cents
    found = most_beyond(_held(known, line.id), table, left_cents=left, next_one=new)
    return {"expected": found.expected_cents, "beyond": found.beyond_cents}


def _schemes(known: Observed, found: Foreseen, weeks: int) -> list[dict[str, Any]]:
    """Per scheme until when there is money for who asks: the first week in which somebody gets less than was asked."""
    arrivals, served = found.arrivals, found.paths.served_cents
    kept = []
    for scheme in sorted(set(known.schemes.values())):
        names = {segment for segment, owner in known.schemes.items() if owner == scheme}
        slugs = {slug for name in names for slug in known.position.pays.get(name, ())}
        if not slugs:
            continue
        place = [number for number, name in enumerate(arrivals.segments) if name in names]
        last = min(weeks, max(line.last_week for line in known.position.lines if line.id in slugs) + 1)
        less = np.isin(arrivals.segment, place) & (served < arrivals.cents) & (arrivals.week < last)
        first = np.full(arrivals.paths, last, np.int64)
        np.minimum.at(first, arrivals.path[less], arrivals.week[less])
        kept.append(
            {
                "scheme": scheme,
                "vouchers": sum(one.segment in names for one in known.history.vouchers),
                "last": _day(known, last),
                "short_permille": round(float((first < last).mean()) * 1000),
                "until": [_day(known, week) for week in _band(band_of(first))],
            }
        )
    return kept
