"""``loket vouchers``: let vouchers expire whose last day has passed. ``loket questions``: remove drafts that nobody touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cases.questions.actions import expire_drafts
from portal.commands.opening import clear_errors, open_ready_desk, refused_items
from portal.people.actor import Actor
from portal.platform.clock import local_date, now, start_of_day
from portal.platform.database import unit_of_work
from portal.platform.i18n import format_euros
from portal.platform.jobs.actions import run_jobs
from portal.spending.expiry import expiry_job


@click.group()
def vouchers() -> None:
    """Let vouchers expire that were not used in time."""


@vouchers.command()
@click.option(
    "--on", "day", type=click.DateTime(formats=["%Y-%m-%d"]), help="The day it is; default today in Europe/Amsterdam."
)
@clear_errors
def expire(day: datetime | None) -> None:
    """Release what is left on vouchers whose last day lies before today. Safe to run at any time, and more than once."""
    settings, engine = open_ready_desk()
    instant = _moment(day.date() if day is not None else None, demo=settings.is_demo)
    done = expire_late_vouchers(engine, now=instant, clock=now if day is None else None)
    click.echo(f"{done.expired} vouchers expired, {format_euros(done.released_cents)} available again")
    if done.put_off:
        click.echo(f"{done.put_off} put off: see loket jobs list")
        raise SystemExit(1)


@click.group()
def questions() -> None:
    """Clear away what was never sent."""


@questions.command(name="expire-drafts")
@clear_errors
def expire_drafts_command() -> None:
    """Remove drafts that nobody touched for thirty days, with everything in them."""
    _, engine = open_ready_desk()
    total = 0
    while removed := unit_of_work(engine, lambda session: expire_drafts(session, now=now())):
        total += removed
    click.echo(f"{total} drafts removed")


@dataclass(frozen=True)
class ExpiryRun:
    """What one run of the expiry did. `put_off` failed and are tried again by ``loket jobs run``."""

    expired: int
    released_cents: int
    put_off: int


def expire_late_vouchers(engine: Engine, *, now: datetime, clock: Callable[[], datetime] | None = None) -> ExpiryRun:
    """Let every voucher expire whose last day lies before today: the job of every night, done now.

    May be stopped and started again at any moment, and run by several processes at once.
    """
    actor = Actor.system("loket vouchers expire")
    job, released = expiry_job(actor), dict[str, int]()

    def counted(session: Session, item: str, at: datetime) -> object:
        done = job.act(session, item, at)
        released[item] = int(done) if isinstance(done, int) else 0
        return done

    refused = refused_items(engine, actor)
    run = run_jobs(engine, jobs=[replace(job, act=counted)], now=now, clock=clock, refused=refused)
    put_off = sum(run.failed.values()) + sum(run.dead.values())
    return ExpiryRun(sum(1 for cents in released.values() if cents), sum(released.values()), put_off)


def _moment(day: date | None, *, demo: bool) -> datetime:
    """The instant to work with: now, or the start of a day.

    A day in the future would end vouchers that are still good: only a demonstration may look ahead.
    """
    instant = now()
    today = local_date(instant)
    if day is None or day == today:
        return instant
    if day > today and not demo:
        raise click.BadParameter("the day lies in the future", param_hint="--on")
    return start_of_day(day)
