"""Prices of budgets, worked out: read from the books in one snapshot, computed apart from the database.

How scarce each budget is follows from sampled years ahead; the year that was stands beside it. Both are kept as a version of the
prices by `portal.planning.prices`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matching.what_if.scenario.regret import Regret
from matching.what_if.scenario.world import YearLine
from portal.framework.catalogue.queries import as_loaded_region
from portal.planning.past_regret import past_regret
from portal.planning.past_year import PastYear, past_year
from portal.planning.scarcity import Scarcity, highest_price, no_money, scarcity
from portal.planning.usual_questions import FEWEST, UsualQuestions, too_little_past, usual_questions
from portal.planning.year_ahead import lines_ahead
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.replay.queries import past_count

STEPS = 4
"""How often is told how far it is."""


@dataclass(frozen=True)
class PricesInput:
    """All that prices are worked out from; nothing of it asks the database for more."""

    on: date
    usual: UsualQuestions
    lines: tuple[YearLine, ...]
    past: PastYear | None


@dataclass(frozen=True)
class WorkedPrices:
    """What came of it: how scarce each budget is, and where the money of the year that was went, in cents that were used."""

    on: date
    scarcity: Scarcity
    past: Regret | None


def why_no_prices(session: Session, *, on: date) -> Refusal | None:
    """Why none can be worked out, as far as a quick look says: the region decides otherwise, or nobody asked anything yet."""
    if highest_price(as_loaded_region(session, on=on).region.settings) is None:
        return prices_decide()
    return too_little_past() if past_count(session) < FEWEST else None


def prices_decide() -> Refusal:
    """What is said where the price of money comes before what people pay."""
    message = _l(
        "In deze regio gaat de prijs van geld voor wat mensen zelf betalen. Dan rekent het loket geen prijzen uit."
    )
    return Refusal("prices_decide", message)


def prices_input(session: Session, *, on: date) -> PricesInput:
    """What prices are worked out from on a day. Raises ``Refusal``: prices_decide, too_little_past, or no_money."""
    refused = why_no_prices(session, on=on)
    if refused is not None:
        raise refused
    usual, lines = usual_questions(session, on=on), lines_ahead(session, on=on)
    if not lines:
        raise no_money()
    return PricesInput(on, usual, lines, past_year(session, on=on))


def compute_prices(given: PricesInput, *, told: Callable[[], object] = lambda: None) -> WorkedPrices:
    """Work them out. `told` is called `STEPS` times; what it raises ends the work."""
    found = scarcity(given.lines, usual=given.usual, told=told)
    past = past_regret(given.past, usual=given.usual)
    told()
    return WorkedPrices(given.on, found, past)
