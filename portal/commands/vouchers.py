"""``loket vouchers``: let vouchers expire whose last day has passed. ``loket questions``: remove drafts that nobody touched."""

from __future__ import annotations

from datetime import date, datetime

import click

from portal.cases.questions.actions import expire_drafts
from portal.commands.opening import clear_errors, open_ready_desk
from portal.platform.clock import local_date, now, start_of_day
from portal.platform.database import unit_of_work
from portal.platform.i18n import format_euros
from portal.spending.vouchers.actions import expire_vouchers


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
    instant, today = _moment(day.date() if day is not None else None, demo=settings.is_demo)
    done = expire_vouchers(engine, today=today, now=instant)
    click.echo(f"{done.expired} vouchers expired, {format_euros(done.released_cents)} available again")


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


def _moment(day: date | None, *, demo: bool) -> tuple[datetime, date]:
    """The instant and the day to work with.

    A day in the future would end vouchers that are still good: only a demonstration may look ahead.
    """
    instant = now()
    today = local_date(instant)
    if day is None or day == today:
        return instant, today
    if day > today and not demo:
        raise click.BadParameter("the day lies in the future", param_hint="--on")
    return start_of_day(day), day
