"""Acts on prices: keep a version that was worked out, put it in force, drop it, or go back to the prices of the region's file.

A price says which budget pays first, in the third pass of a mix or later: who pays how much themself is settled before it is
looked at. So it gives nobody more or less. A price is never above `highest_price`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.framework.catalogue.queries import as_loaded_region
from portal.framework.funding.actions import price_line
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.planning.prices.models import LinePrice, LinePrices, PricesState
from portal.planning.prices.queries import prices_in
from portal.planning.prices_ahead import WorkedPrices, prices_decide
from portal.planning.scarcity import highest_price
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l

LOWEST = 100
"""The price of money of which there is more than enough."""


def keep_prices(session: Session, *, worked_out: WorkedPrices, actor: Actor, now: datetime) -> LinePrices:
    """Keep what was worked out (`portal.planning.prices_ahead`) as a version that a person looks at. Nothing changes yet.

    What was looked at before is dropped. A budget that went meanwhile gets no price. Raises ``Refusal`` (prices_decide) where the
    region puts the price of money before what people pay; ``Conflict`` when a colleague keeps a version at the same moment, or
    of a later day already.
    """
    require_region(actor)
    highest = highest_price(as_loaded_region(session, on=local_date(now)).region.settings)
    if highest is None:
        raise prices_decide()
    before = prices_in(session, state=PricesState.WORKED_OUT)
    if before is not None:
        if before.on > worked_out.on:
            raise _moved_on()
        drop_prices(session, prices=before, actor=actor, now=now)
    found, past, written = worked_out.scarcity, worked_out.past, _written(session)
    made = LinePrices(
        number=(session.scalar(select(func.max(LinePrices.number))) or 0) + 1,
        on=worked_out.on,
        years=found.years,
        hindsight_permille=found.hindsight_permille,
        fixed_permille=found.fixed_permille,
        worked_out_at=now,
        worked_out_by=actor.reference,
        worked_out_by_name=actor.signature,
        **({} if past is None else {f"past_{name}": cents for name, cents in asdict(past).items()}),
    )
    write_new(session, made, otherwise=_moved_on())
    scarce = dict(zip(found.lines, found.scarce_permille, strict=True))
    session.add_all(
        _row(made, line, scarce[line.slug], written, highest) for line in funding_lines(session) if line.slug in scarce
    )
    session.flush()
    session.refresh(made)
    _log(session, made, "line_prices.worked_out", actor, now)
    return made


def put_prices_in_force(session: Session, *, prices: LinePrices, actor: Actor, now: datetime) -> LinePrices:
    """Give every budget its price: from now on proposals use them. The version that was in force ends.

    Raises ``Conflict`` when these are not looked at (any more).
    """
    require_region(actor)
    hold(session, prices, LinePrices.state == PricesState.WORKED_OUT, otherwise=_moved_on())
    before = prices_in(session, state=PricesState.IN_FORCE)
    if before is not None:
        hold(session, before, LinePrices.state == PricesState.IN_FORCE, otherwise=_moved_on())
        _end(before, PricesState.ENDED, actor, now)
        session.flush()
    new = {row.funding_line_id for row in prices.rows}
    for row in before.rows if before is not None else ():
        if row.funding_line_id not in new:
            price_line(session, line=row.line, permille=row.written_permille, actor=actor, now=now)
    for row in prices.rows:
        price_line(session, line=row.line, permille=row.price_permille, actor=actor, now=now)
    prices.state = PricesState.IN_FORCE
    prices.in_force_at, prices.in_force_by, prices.in_force_by_name = now, actor.reference, actor.signature
    session.flush()
    _log(session, prices, "line_prices.put_in_force", actor, now)
    return prices


def drop_prices(session: Session, *, prices: LinePrices, actor: Actor, now: datetime) -> LinePrices:
    """Let go of prices that somebody looked at. Raises ``Conflict`` when they are not looked at (any more)."""
    require_region(actor)
    hold(session, prices, LinePrices.state == PricesState.WORKED_OUT, otherwise=_moved_on())
    _end(prices, PricesState.DROPPED, actor, now)
    session.flush()
    _log(session, prices, "line_prices.dropped", actor, now)
    return prices


def end_prices(session: Session, *, prices: LinePrices, actor: Actor, now: datetime) -> LinePrices:
    """Go back to the prices of the region's file. Raises ``Conflict`` when these are not in force (any more)."""
    require_region(actor)
    hold(session, prices, LinePrices.state == PricesState.IN_FORCE, otherwise=_moved_on())
    for row in prices.rows:
        price_line(session, line=row.line, permille=row.written_permille, actor=actor, now=now)
    _end(prices, PricesState.ENDED, actor, now)
    session.flush()
    _log(session, prices, "line_prices.ended", actor, now)
    return prices


def _row(made: LinePrices, line: FundingLine, scarce: int, written: dict[int, int | None], highest: int) -> LinePrice:
    return LinePrice(
        prices_id=made.id,
        funding_line_id=line.id,
        scarce_permille=scarce,
        price_permille=min(highest, LOWEST) + max(0, highest - LOWEST) * scarce // 1000,
        written_permille=written.get(line.id, line.price_permille),
    )


def _written(session: Session) -> dict[int, int | None]:
    """Of budgets that have a price of this department: the price in the region's file."""
    held = prices_in(session, state=PricesState.IN_FORCE)
    return {row.funding_line_id: row.written_permille for row in held.rows} if held is not None else {}


def _end(prices: LinePrices, state: PricesState, actor: Actor, now: datetime) -> None:
    prices.state = state
    prices.ended_at, prices.ended_by, prices.ended_by_name = now, actor.reference, actor.signature


def _moved_on() -> Conflict:
    return Conflict("prices_moved_on", _l("De prijzen staan er intussen anders voor. Bekijk ze opnieuw."))


def _log(session: Session, prices: LinePrices, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="line_prices", object_id=prices.id, now=now)
