"""What a measure that promises nothing extra is worth in euros: the same dice, with and without it."""

from dataclasses import dataclass, replace

import numpy as np

from matching.plan.forecast.paths import VALID, Foreseen, Paths, run
from matching.plan.forecast.seen import Position

PATHS = 400
GIVEN_BACK = 0.5
"""Who is asked half way whether the training goes on: so many of those who would let it lapse give it back then."""
SHORTER = 0.75
"""A shorter validity is this part of that of now."""
REMIND_WEEKS, REMIND_MORE = 8, 0.25
"""A reminder: in the last weeks so much more is used."""


@dataclass(frozen=True, slots=True)
class MeasureWorth:
    """What more is used by the end of every budget, in cents, on average; below nothing where a measure does harm."""

    give_back_cents: int
    shorter_cents: int
    remind_cents: int


def worth_of_measures(
    outlook: Foreseen, position: Position, *, seed: int, weeks: int, at_week: dict[str, int], paths: int = PATHS
) -> MeasureWorth:
    """What each measure by itself is worth. They are assumptions, and the page that shows them says so."""
    arrivals = outlook.demand.arrivals(seed=seed, paths=paths, weeks=weeks)
    draws = outlook.redemption.draws(seed=seed, paths=paths)
    valid = {name: position.valid_weeks.get(name, VALID) for name in arrivals.segments}
    short = replace(position, valid_weeks={name: max(1, round(found * SHORTER)) for name, found in valid.items()})
    reminded = draws.reminded(valid, weeks=REMIND_WEEKS, more=REMIND_MORE)

    def used(paths_of: Paths) -> float:
        found = [
            float(paths_of.used[:, min(at_week.get(name, weeks), weeks), number].mean())
            for number, name in enumerate(paths_of.lines)
        ]
        return float(np.sum(found))

    now = used(run(position, arrivals, draws, seed=seed))
    return MeasureWorth(
        round(used(run(position, arrivals, draws, seed=seed, given_back=GIVEN_BACK)) - now),
        round(used(run(short, arrivals, draws, seed=seed)) - now),
        round(used(run(position, arrivals, reminded, seed=seed)) - now),
    )
