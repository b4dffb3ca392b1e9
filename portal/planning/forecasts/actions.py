"""Acts of forecasts: keep one that was worked out, and let the public see until when there is money, or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import VERSION, Forecast
from portal.accounting.kept_forecasts.queries import latest_forecast
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.planning.forecasts.models import MoneyMeter
from portal.planning.forecasts.queries import meter_shown
from portal.planning.observed import something_to_learn
from portal.planning.outlook import PATHS, OutlookInput, WorkedOutlook, outlook_input, work_out
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job

EVERY = timedelta(days=7)
"""So often the desk makes a forecast by itself."""
MAKERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.SYSTEM})


def keep_forecast(session: Session, *, worked_out: WorkedOutlook, actor: Actor, now: datetime) -> Forecast:
    """Keep what was worked out (`portal.planning.outlook`). Nothing is computed here, so that nobody waits for it.

    Raises ``Refusal`` for who may not, and ``Conflict`` when a forecast of a later day came meanwhile: that one goes on counting.
    """
    if actor.audience not in MAKERS:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    last = session.scalars(select(Forecast).order_by(Forecast.id.desc()).limit(1).with_for_update()).first()
    if last is not None and last.data_day > worked_out.on:
        raise Conflict("forecast_older", _l("Er is intussen een nieuwere prognose."))
    made = Forecast(
        data_day=worked_out.on,
        until=worked_out.until,
        seed=worked_out.seed,
        paths=worked_out.paths,
        version=VERSION,
        vouchers=worked_out.vouchers,
        figures=worked_out.figures,
        made_at=now,
        made_by=actor.reference,
        made_by_name=actor.signature,
    )
    session.add(made)
    session.flush()
    record(session, actor=actor, action="forecast.made", object_kind="forecast", object_id=made.id, now=now)
    return made


def show_meter(session: Session, *, shown: bool, actor: Actor, now: datetime) -> MoneyMeter:
    """Let everybody see on the page of a scheme until when there is money, or nobody. Raises ``Conflict`` when it is so."""
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    session.scalars(select(MoneyMeter).order_by(MoneyMeter.id.desc()).limit(1).with_for_update()).first()
    if meter_shown(session) is shown:
        raise Conflict("meter_same", _l("Dat staat al zo. Kijk hoe het nu staat."))
    row = MoneyMeter(shown=shown, set_at=now, set_by=actor.reference, set_by_name=actor.signature)
    session.add(row)
    session.flush()
    record(session, actor=actor, action="money_meter.set", object_kind="money_meter", object_id=row.id, now=now)
    return row


def forecast_job(actor: Actor, *, paths: int = PATHS) -> Job:
    """The job that makes a forecast when the last one is a week old; without anything to learn from it makes none.

    What it is made from is read in a snapshot, and worked out with no transaction open: nobody waits for it.
    """
    given: dict[str, OutlookInput | None] = {}
    ready: dict[str, WorkedOutlook] = {}

    def due(session: Session, at: datetime) -> list[str]:
        day, last = local_date(at), latest_forecast(session)
        if last is not None and day - last.data_day < EVERY:
            return []
        return [day.isoformat()] if something_to_learn(session, on=day) else []

    def look(session: Session, item: str, at: datetime) -> None:
        given[item] = outlook_input(session, on=local_date(at)) if due(session, at) else None

    def between(item: str) -> None:
        ready.pop(item, None)
        known = given.pop(item)
        if known is not None:
            ready[item] = work_out(known, paths=paths)

    def act(session: Session, item: str, at: datetime) -> bool:
        if not due(session, at) or item not in ready:
            return False
        keep_forecast(session, worked_out=ready[item], actor=actor, now=at)
        return True

    return Job("forecast", due, act, first=look, between=between)
