"""Acts of forecasts: work one out and keep it, and let the public see until when there is money, or not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.planning.forecasts.models import VERSION, Forecast, MoneyMeter
from portal.planning.forecasts.queries import latest_forecast, meter_shown
from portal.planning.observed import observed
from portal.planning.outlook import PATHS, back_test, figures_of, horizon
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.jobs.actions import Job

EVERY = timedelta(days=7)
"""So often the desk makes a forecast by itself."""
MAKERS = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.SYSTEM})


def make_forecast(session: Session, *, actor: Actor, now: datetime, paths: int = PATHS) -> Forecast:
    """Work out what every budget will do, from the books as they were when the day began, and keep it.

    The seed is the number of the day: who does it again on the same day gets the same figures, as long as the books before
    that day are the same. Raises ``Refusal`` for who may not, and when there is no budget or voucher to learn from.
    """
    if actor.audience not in MAKERS:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    on = local_date(now)
    known = observed(session, on=on)
    if known is None:
        message = _l("Er is nog geen voucher of geen budget dat doorloopt. Dan valt er niets te verwachten.")
        raise Refusal("nothing_to_learn", message)
    seed = on.toordinal()
    figures = figures_of(known, seed=seed, paths=paths)
    made = Forecast(
        data_day=on,
        until=on + timedelta(weeks=horizon(known)),
        seed=seed,
        paths=paths,
        version=VERSION,
        vouchers=known.vouchers,
        figures=figures | {"back_test": back_test(session, on=on, seed=seed, paths=max(1, paths // 2))},
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


def forecast_job(actor: Actor) -> Job:
    """The job that makes a forecast when the last one is a week old; without anything to learn from it makes none."""

    def due(session: Session, at: datetime) -> list[str]:
        day, last = local_date(at), latest_forecast(session)
        if last is not None and day - last.data_day < EVERY:
            return []
        return [day.isoformat()] if observed_something(session, day) else []

    def act(session: Session, _item: str, at: datetime) -> bool:
        if not due(session, at):
            return False
        make_forecast(session, actor=actor, now=at)
        return True

    return Job("forecast", due, act)


def observed_something(session: Session, on: date) -> bool:
    """Whether there is anything to make a forecast from."""
    return observed(session, on=on) is not None
