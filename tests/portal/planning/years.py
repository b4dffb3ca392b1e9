"""Proefland some weeks later, with questions of the past to learn from; and rows as they stand when acts wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matching.what_if.scenario.changes import Change, LineRaised
from matching.what_if.scenario.comparing import GroupResult, LineResult, WorldResult, YearlySpread
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionCostLine
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Actor, Audience
from portal.planning.prices.actions import keep_prices
from portal.planning.prices.models import LinePrice, LinePrices, PricesState
from portal.planning.prices_ahead import WorkedPrices, compute_prices, prices_input
from portal.planning.scarcity import Scarcity
from portal.planning.scenarios.actions import make_scenario
from portal.planning.scenarios.models import Scenario
from portal.planning.year_ahead import ScenarioResult
from portal.platform.clock import local_date
from portal.platform.database import written_columns
from tests.factories import NOW, a_question, a_region
from tests.snapshots import made_once

LATER = NOW + timedelta(days=35)
PLANNER = Actor(Audience.REGION, account_id=931, display_name="Pia Planner")
MORE: tuple[Change, ...] = (LineRaised(line="rijk-leren", more_cents=100_000),)


@made_once
def asked_before(session: Session, *, number: int = 11) -> None:
    """So many questions, each of another amount and day: one that was asked, and rows like it."""
    first = a_question(session, costs=(CostInput("tuition", 60_000),))
    asked, cost = DevelopmentQuestion.__table__, QuestionCostLine.__table__
    like = dict(session.execute(select(*written_columns(asked)).where(asked.c.id == first.id)).mappings().one())
    priced = dict(session.execute(select(cost).where(cost.c.question_id == first.id)).mappings().one())
    for place in range(1, number):
        day = timedelta(days=place)
        other = like | {"id": first.id + place, "public_id": f"asked-before-{place}", "reference_number": f"OV-{place}"}
        times = {"reference_date": like["reference_date"] + day, "submitted_at": like["submitted_at"] + day}
        session.execute(insert(asked).values(**other | times))
        amount = {"question_id": first.id + place, "amount_cents": 60_000 + 20_000 * place}
        session.execute(insert(cost).values(**priced | {"id": priced["id"] + place} | amount))
    session.expire_all()


def a_scenario(session: Session, *, name: str = "Meer geld", now: datetime = LATER) -> Scenario:
    """One that gives a budget a thousand euros more."""
    return make_scenario(session, name=name, changes=MORE, actor=PLANNER, now=now)


def a_world(name: str, people: int) -> WorldResult:
    """A world in which so many are helped, on average, and one budget is empty halfway."""
    some, nothing = YearlySpread(people, people - 5, people + 5), YearlySpread(0, 0, 0)
    euros = YearlySpread(people * 100_000, people * 90_000, people * 110_000)
    line = LineResult("rijk-leren", euros, nothing, 80, 180)
    groups = (
        GroupResult("route", "individual", 60, 50, 12, 0, 120_000, 0),
        GroupResult("route", "employer", None, None, None, None, None, None),
    )
    return WorldResult(name, YearlySpread(60, 50, 70), some, euros, euros, nothing, some, euros, euros, (line,), groups)


def a_result() -> ScenarioResult:
    """What a scenario came to."""
    return ScenarioResult(LATER.date(), 400, 120, a_world("now", 40), a_world("changed", 43))


def some_prices(
    session: Session, *, number: int = 1, in_force: bool = False, written: dict[str, int | None] | None = None
) -> LinePrices:
    """A version of prices as a row: every budget 500. `written`: what the file of the region has."""
    a_region(session)
    more: dict[str, Any] = (
        {"in_force_at": NOW, "in_force_by": "account:990", "in_force_by_name": "Cor Collega"} if in_force else {}
    )
    made = LinePrices(
        number=number,
        on=NOW.date(),
        years=60,
        hindsight_permille=990,
        fixed_permille=950,
        state=PricesState.IN_FORCE if in_force else PricesState.WORKED_OUT,
        worked_out_at=NOW,
        worked_out_by="account:990",
        worked_out_by_name="Cor Collega",
        **more,
    )
    session.add(made)
    session.flush()
    for line in funding_lines(session):
        row = {"funding_line_id": line.id, "written_permille": (written or {}).get(line.slug)}
        session.add(LinePrice(prices_id=made.id, scarce_permille=500, price_permille=500, **row))
    session.flush()
    return session.scalars(select(LinePrices).where(LinePrices.id == made.id)).one()


def worked_out_prices() -> WorkedPrices:
    """What prices came to, of one budget, without the year that was."""
    return WorkedPrices(LATER.date(), Scarcity(("rijk-leren",), (500,), 6, 990, 950), None)


def work_out_prices(session: Session, *, actor: Actor, now: datetime) -> LinePrices:
    """Prices that are worked out now, and kept."""
    found = compute_prices(prices_input(session, on=local_date(now)))
    return keep_prices(session, worked_out=found, actor=actor, now=now)
