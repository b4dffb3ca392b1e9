"""A forecast that was kept, as a row: the few vouchers of the world say too little to work one out in every test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.planning.forecasts.models import VERSION, Forecast
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
        vouchers=12,
        figures=figures | more,
        made_at=NOW,
        made_by="account:990",
        made_by_name="Cor Collega",
    )
    session.add(one)
    session.flush()
    return one
