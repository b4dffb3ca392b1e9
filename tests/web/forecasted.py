"""A forecast that was kept, as a row: the few vouchers of the world say too little to work one out in every test.

And one that is worked out: read, computed and kept, as the long work does it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import VERSION, Forecast
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Actor
from portal.planning.forecasts.actions import keep_forecast
from portal.planning.observed import nothing_to_learn
from portal.planning.outlook import WorkedOutlook, outlook_input, work_out
from portal.platform.clock import local_date
from tests.web.asked import NOW

TODAY = NOW.date()


def a_line(
    slug: str, *, used: tuple[int, ...] = (100_000, 200_000, 300_000, 400_000, 500_000), **more: Any
) -> dict[str, Any]:
    """What is kept of one budget; a third of it is used in half a year, on average."""
    at, zero = (TODAY + timedelta(weeks=26)).isoformat(), [0] * 5
    return {
        "line": slug,
        "at": at,
        "ends": at,
        "money": 900_000,
        "used_now": 50_000,
        "reserved_now": 20_000,
        "expected": 15_000,
        "beyond": 3_000,
        "used": list(used),
        "reserved": zero,
        "lapses": [1_000, 2_000, 3_000, 4_000, 5_000],
        "lost": [100_000, 200_000, 250_000, 300_000, 400_000],
        "lapses_by_month": [1_000, 1_000, 1_000],
        "out_permille": 3,
        "out": None,
        "course": [[TODAY.isoformat(), *[50_000] * 5], [at, *used]],
    } | more


def a_forecast(session: Session, **more: Any) -> Forecast:
    """Of every budget, made by a colleague today; half a year ahead."""
    advice = {"give_back": 40_000, "shorter": -2_000, "remind": 60_000}
    figures = {
        "advice": advice,
        "lines": [a_line(line.slug) for line in funding_lines(session)],
        "schemes": [],
        "back_test": None,
    }
    one = Forecast(
        data_day=more.pop("data_day", TODAY),
        until=TODAY + timedelta(weeks=26),
        seed=1,
        paths=2_000,
        version=VERSION,
        vouchers=more.pop("vouchers", 12),
        figures=figures | more,
        made_at=NOW,
        made_by="account:990",
        made_by_name="Cor Collega",
    )
    session.add(one)
    session.flush()
    return one


def a_worked_outlook() -> WorkedOutlook:
    """Of no budget, so that nothing has to be computed."""
    figures = {"advice": {"give_back": 1, "shorter": 2, "remind": 3}, "lines": [], "schemes": [], "back_test": None}
    return WorkedOutlook(TODAY, TODAY + timedelta(weeks=26), TODAY.toordinal(), 10, 1, figures)


def worked_out(session: Session, *, now: datetime = NOW, paths: int = 10) -> WorkedOutlook:
    """What a forecast comes to, from the books as they are. Raises ``Refusal`` when there is nothing to learn from."""
    given = outlook_input(session, on=local_date(now))
    if given is None:
        raise nothing_to_learn()
    return work_out(given, paths=paths)


def make_forecast(session: Session, *, actor: Actor, now: datetime, paths: int = 100) -> Forecast:
    """A forecast that is worked out now, and kept."""
    return keep_forecast(session, worked_out=worked_out(session, now=now, paths=paths), actor=actor, now=now)
