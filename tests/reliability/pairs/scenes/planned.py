"""Scenarios and prices: two people click at the same moment."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.framework.funding.actions import price_line
from portal.planning.prices.actions import drop_prices, end_prices, keep_prices, put_prices_in_force
from portal.planning.prices.models import LinePrices
from portal.planning.scenarios.actions import drop_scenario, keep_result, make_scenario
from portal.planning.scenarios.models import Scenario
from tests.portal.planning.years import LATER, MORE, a_result, a_scenario, asked_before, some_prices, worked_out_prices
from tests.reliability.pairs.acts import REGIONS, Scene, made, row, the
from tests.reliability.pairs.scenes.spending import the_line

PRICES, SCENARIO = the(LinePrices), the(Scenario)


def _past(session: Session) -> None:
    asked_before(session, number=10)


def _kept(session: Session) -> None:
    _past(session)
    a_scenario(session)


def _waits(session: Session) -> None:
    some_prices(session)


def _in_force(session: Session) -> None:
    some_prices(session, in_force=True)


PRICE = row(price_line, line=the_line("rijk-leren"), permille=450, actor=REGIONS)
LEARNING = Scene(
    "questions of the past to learn from, and a scenario",
    _kept,
    (
        row(keep_prices, worked_out=made(worked_out_prices), actor=REGIONS, now=LATER),
        row(make_scenario, name="Een ander", changes=MORE, actor=REGIONS),
        row(keep_result, scenario=SCENARIO, result=made(a_result), actor=REGIONS),
        row(drop_scenario, scenario=SCENARIO, actor=REGIONS),
    ),
)
WAITS = Scene(
    "prices that somebody looks at",
    _waits,
    (
        row(put_prices_in_force, prices=PRICES, actor=REGIONS),
        row(drop_prices, prices=PRICES, actor=REGIONS),
        PRICE,
    ),
)
HELD = Scene("prices that are in force", _in_force, (row(end_prices, prices=PRICES, actor=REGIONS), PRICE))

SCENES = (LEARNING, WAITS, HELD)
