"""``loket doctor``: look at everything that must be right before the desk opens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, open_desk
from portal.migrations import head_revision, require_head
from portal.platform.clock import now, today
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.equated_days import years_needed, years_without_list
from portal.platform.errors import PortalError


@dataclass(frozen=True)
class Examined:
    """One thing that was looked at."""

    status: Literal["ok", "warning", "wrong"]
    about: str
    message: str


@click.command()
@clear_errors
def doctor() -> None:
    """Look at the settings, the disk, the database, the region and the books; exit code 1 when something is wrong."""
    settings, engine = open_desk()
    findings = list(examine(settings, engine))
    for found in findings:
        click.echo(f"{found.status:<8} {found.about}: {found.message}")
    if any(found.status == "wrong" for found in findings):
        raise SystemExit(1)


def examine(settings: Settings, engine: Engine) -> Iterator[Examined]:
    """Every finding, in the order in which things build on each other; stops at a database that cannot be used."""
    yield Examined("ok", "settings", f"{settings.portal_env}, {engine.dialect.name}, {settings.address}")
    yield _disk(settings)
    yield calendar_of(today())
    try:
        require_head(engine)
    except PortalError as error:
        yield Examined("wrong", "database", str(error))
        return
    yield Examined("ok", "database", f"revision {head_revision()}")
    for look in (_region, _books, _stale_schemes, _outbox):
        yield look(engine)
    if settings.is_production and not settings.smtp_url:
        yield Examined("warning", "mail", "SMTP_URL is empty: mail stays in the outbox")


def _disk(settings: Settings) -> Examined:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(settings.state_dir)
    free = 100 * usage.free // usage.total
    status: Literal["ok", "warning"] = "ok" if free > 10 else "warning"
    return Examined(status, "disk", f"{free}% free in {settings.state_dir}")


def calendar_of(day: date) -> Examined:
    """Whether the days on a par with holidays are known of every year in which a term that runs on this day may end."""
    needed = years_needed(day)
    missing = years_without_list(needed)
    if missing:
        named = ", ".join(map(str, missing))
        said = f"no list of days on a par with holidays for {named} (Algemene termijnenwet, article 3)"
        return Examined("warning", "calendar", f"{said}: last days to object may be a day too early")
    return Examined("ok", "calendar", f"days on a par with holidays are known up to {needed[-1]}")


def _region(engine: Engine) -> Examined:
    from portal.framework.catalogue.queries import has_region

    if unit_of_work(engine, has_region, read_only=True):
        return Examined("ok", "region", "loaded")
    return Examined("wrong", "region", "none; load one with: loket region load FOLDER")


def _books(engine: Engine) -> Examined:
    from portal.commands.ledger import look

    number, breaks = unit_of_work(engine, look, read_only=True)
    if breaks:
        return Examined("wrong", "books", f"{len(breaks)} breaks; see: loket ledger verify")
    return Examined("ok", "books", f"{number} transfers, every invariant holds")


def _stale_schemes(engine: Engine) -> Examined:
    from portal.framework.catalogue.queries import has_region
    from portal.people.actor import Actor
    from portal.publishing.workshop.queries import stale

    day, actor = today(), Actor.system("loket doctor")
    found = unit_of_work(
        engine, lambda session: stale(session, on=day, actor=actor) if has_region(session) else [], read_only=True
    )
    late = [f"{one.slug} ({one.review_on})" for one in found if one.past_review]
    closed = [f"{one.slug} ({one.closed_since})" for one in found if one.closed_since is not None]
    said = [f"past their review date: {', '.join(late)}"] if late else []
    said += [f"with a closed window and no next one: {', '.join(closed)}"] if closed else []
    if said:
        return Examined("warning", "schemes", "; ".join(said))
    return Examined("ok", "schemes", "none is past its review date or has only closed windows")


def _outbox(engine: Engine) -> Examined:
    from portal.post.messages.queries import oldest_waiting

    oldest = unit_of_work(engine, oldest_waiting, read_only=True)
    if oldest is not None and now() - oldest > timedelta(minutes=5):
        return Examined("warning", "outbox", f"the oldest message waits since {oldest:%Y-%m-%d %H:%M} UTC")
    return Examined("ok", "outbox", "nothing waits longer than 5 minutes")
