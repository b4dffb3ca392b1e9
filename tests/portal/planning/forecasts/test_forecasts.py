"""Forecasts: worked out from the books as they were, kept as they are, and told to the public only when they may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.kept_forecasts.models import Forecast
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.queries import line_figures
from portal.people.actor import Actor, Audience
from portal.people.audit.models import AuditEvent
from portal.planning.forecasts.actions import forecast_job, keep_forecast, show_meter
from portal.planning.forecasts.queries import (
    back_test_of,
    forecast_by_public_id,
    forecasts,
    latest_forecast,
    lines_of,
    meter_of,
    meter_shown,
)
from portal.planning.observed import observed, something_to_learn
from portal.planning.outlook import WorkedOutlook, outlook_input, work_out
from portal.planning.rebalances.actions import carry_out_rebalance
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.jobs.actions import run_jobs
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_provider, a_region, a_voucher
from tests.portal.planning.books import a_late_voucher, laid_down
from tests.web.forecasted import TODAY, a_forecast, make_forecast, worked_out

LATER = NOW + timedelta(weeks=3)
CONTROLLER = Actor(Audience.CONTROLLER, account_id=922, display_name="Coen Controller")
FEW = 100


def test_a_forecast_is_worked_out_from_the_books_and_kept(session: Session) -> None:
    a_voucher(session)
    made = make_forecast(session, actor=CONTROLLER, now=LATER, paths=FEW)
    assert (made.data_day, made.vouchers, made.paths, made.made_by_name) == (
        local_date(LATER),
        1,
        FEW,
        CONTROLLER.signature,
    )
    lines = {one.line: one for one in lines_of(made)}
    own = lines["rijk-leren"]
    line = funding_line_by_slug(session, slug="rijk-leren")
    assert line is not None
    money = line_figures(session, funding_line_ids=[line.id])[line.id]
    assert (own.money_cents, own.reserved_now_cents, own.used_now_cents) == (money.funded_cents, 120_000, 0)
    assert (
        own.course[0][0] == made.data_day and own.course[-1][1] == own.used and 0 <= own.used.low90 <= own.used.high90
    )
    assert own.used.high90 - own.used.low90 > 50_000, "one voucher says little, and the band says so"
    assert back_test_of(made) is None
    again = make_forecast(session, actor=SYSTEM, now=LATER, paths=FEW)
    assert again.figures == made.figures, "the same books, day and seed give the same figures"
    assert [one.id for one in forecasts(session, actor=CONTROLLER)] == [again.id, made.id]
    assert latest_forecast(session) is again and forecasts(session, actor=ADVISOR) == []
    assert forecast_by_public_id(session, public_id=made.public_id, actor=REGION) is made
    assert session.query(AuditEvent).filter_by(action="forecast.made").count() == 2


def test_what_was_known_on_a_day_is_what_the_books_said_then(session: Session) -> None:
    voucher = a_voucher(session)
    assert observed(session, on=local_date(NOW)) is None, "the voucher of that day is not of before"
    before = observed(session, on=local_date(NOW) + timedelta(days=7))
    assert before is not None
    [still], [seen] = before.position.open, before.history.vouchers
    assert still.parts == (("rijk-leren", 120_000),) and (seen.week, seen.age_weeks, seen.used_cents) == (-1, 1, 0)
    assert before.position.pays[still.segment][0] == "rijk-leren" and before.schemes[still.segment] == voucher.scheme
    _provider, staff = a_provider(session)
    used = NOW + timedelta(days=9)
    redeem_voucher(session, voucher=voucher, bill=Bill("F-1", used.date(), 50_000), actor=staff, now=used)
    after = observed(session, on=local_date(NOW) + timedelta(days=14))
    assert after is not None and after.history.vouchers[0].used_cents > 0
    assert observed(session, on=local_date(NOW) + timedelta(days=7)) == before, "what came later is not known then"


def test_nobody_else_makes_one_and_from_nothing_nothing_is_learned(session: Session) -> None:
    a_region(session)
    assert not something_to_learn(session, on=TODAY)
    with pytest.raises(Refusal, match="nog geen voucher"):
        make_forecast(session, actor=REGION, now=NOW)
    empty = WorkedOutlook(TODAY, TODAY + timedelta(days=7), 1, 1, 0, {})
    with pytest.raises(Refusal, match="kunt u hier niet"):
        keep_forecast(session, worked_out=empty, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal, match="kunt u hier niet"):
        show_meter(session, shown=False, actor=CONTROLLER, now=NOW)


def test_after_a_rebalance_the_forecast_says_less_lapses(session: Session) -> None:
    a_late_voucher(session)
    made = [make_forecast(session, actor=CONTROLLER, now=NOW + timedelta(days=1), paths=FEW)]
    carry_out_rebalance(session, rebalance=laid_down(session), actor=REGION, now=NOW + timedelta(days=2))
    made.append(make_forecast(session, actor=CONTROLLER, now=NOW + timedelta(days=3), paths=FEW))
    before, after = ({one.line: one for one in lines_of(one)} for one in made)
    assert (before["rijk-leren"].reserved_now_cents, after["rijk-leren"].reserved_now_cents) == (120_000, 0)
    assert (before["provincie-breed"].reserved_now_cents, after["provincie-breed"].reserved_now_cents) == (0, 120_000)
    assert after["provincie-breed"].lost.middle < before["provincie-breed"].lost.middle


def test_what_was_worked_out_is_kept_unless_a_later_day_was(session: Session) -> None:
    a_voucher(session)
    before = worked_out(session, now=LATER)
    told: list[int] = []
    given = outlook_input(session, on=local_date(LATER))
    assert given is not None and work_out(given, paths=10, told=lambda: told.append(1)) == before
    assert len(told) == given.steps, "it is told how far it is as often as it said"
    make_forecast(session, actor=REGION, now=LATER + timedelta(days=1), paths=10)
    with pytest.raises(Conflict, match="nieuwere prognose"):
        keep_forecast(session, worked_out=before, actor=REGION, now=LATER + timedelta(days=1))


def test_the_job_reads_in_one_snapshot_and_computes_with_no_transaction_open(engine: Engine) -> None:
    unit_of_work(engine, a_voucher)
    job, writes = forecast_job(SYSTEM, paths=FEW), list[int]()
    between = job.between
    assert between is not None

    def watched(item: str) -> None:
        unit_of_work(engine, lambda session: show_meter(session, shown=False, actor=REGION, now=LATER))
        writes.append(1)
        between(item)

    run = run_jobs(engine, jobs=[replace(job, between=watched)], now=LATER)
    assert (run.done, run.failed, writes) == ({"forecast": 1}, {}, [1]), "somebody else wrote while it was worked out"
    kept = unit_of_work(engine, latest_forecast, read_only=True)
    assert kept is not None and kept.data_day == local_date(LATER)


def test_the_job_makes_one_a_week(session: Session) -> None:
    a_voucher(session)
    job = forecast_job(SYSTEM)
    assert list(job.due(session, NOW)) == [], "there is nothing to learn from yet"
    assert list(job.due(session, LATER)) == [local_date(LATER).isoformat()]
    a_forecast(session, data_day=local_date(LATER) - timedelta(days=6))
    assert list(job.due(session, LATER)) == [] and job.act(session, "", LATER) is False
    assert list(job.due(session, LATER + timedelta(days=1))) != []


def kept(session: Session, *, until: tuple[int, ...], vouchers: int = 40, day: date = TODAY) -> None:
    """A forecast in which money for one scheme lasts until so many weeks ahead; the budget ends in 30 weeks."""
    days = [(TODAY + timedelta(weeks=week)).isoformat() for week in until]
    last = (TODAY + timedelta(weeks=30)).isoformat()
    scheme = {"scheme": "voucher", "vouchers": vouchers, "last": last, "short_permille": 500, "until": days}
    a_forecast(session, schemes=[scheme], data_day=day)


def test_the_public_is_told_a_careful_day_and_only_what_may_be_said(session: Session) -> None:
    a_region(session)
    assert meter_of(session, scheme="voucher", on=TODAY) is None, "there is no forecast"
    kept(session, until=(4, 10, 14, 18, 30))
    told = meter_of(session, scheme="voucher", on=TODAY)
    assert told is not None and told.until == TODAY + timedelta(weeks=10) and not told.vague
    assert meter_of(session, scheme="another", on=TODAY) is None
    assert meter_of(session, scheme="voucher", on=TODAY + timedelta(days=36)) is None, "it is too old"
    kept(session, until=(0, 2, 14, 29, 30))
    assert (told := meter_of(session, scheme="voucher", on=TODAY)) is not None and told.vague
    kept(session, until=(20, 30, 30, 30, 30))
    assert (told := meter_of(session, scheme="voucher", on=TODAY)) is not None and told.until is None
    kept(session, until=(4, 10, 14, 18, 30), vouchers=19)
    assert meter_of(session, scheme="voucher", on=TODAY) is None, "nineteen vouchers say too little"


def test_the_region_may_switch_it_off_and_on_again(session: Session) -> None:
    a_region(session)
    kept(session, until=(4, 10, 14, 18, 30))
    assert meter_shown(session)
    with pytest.raises(Conflict, match="staat al zo"):
        show_meter(session, shown=True, actor=REGION, now=NOW)
    show_meter(session, shown=False, actor=REGION, now=NOW)
    assert not meter_shown(session) and meter_of(session, scheme="voucher", on=TODAY) is None
    show_meter(session, shown=True, actor=REGION, now=NOW)
    assert meter_of(session, scheme="voucher", on=TODAY) is not None
    assert session.query(AuditEvent).filter_by(action="money_meter.set").count() == 2


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"until": TODAY}, "looks_ahead"), ({"paths": 0}, "dice_known"), ({"vouchers": -1}, "vouchers_counted")],
)
def test_the_table_refuses_what_is_no_forecast(session: Session, wrong: dict[str, object], name: str) -> None:
    right = {
        "data_day": TODAY,
        "until": TODAY + timedelta(days=7),
        "seed": 1,
        "paths": 1,
        "version": "1",
        "vouchers": 0,
    }
    made = {"figures": {}, "made_at": NOW, "made_by": "account:1", "made_by_name": "Cor"}
    session.add(Forecast(**(right | made | wrong)))
    with pytest.raises(IntegrityError, match=name):
        session.flush()


def test_a_forecast_is_never_changed(session: Session) -> None:
    a_region(session)
    one = a_forecast(session)
    one.vouchers = 13
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
