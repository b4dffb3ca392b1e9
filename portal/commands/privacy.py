"""``loket privacy``: the register of processing, a draft of a DPIA, the log of looks, and what would be erased."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy.orm import Session

from portal.commands.opening import clear_errors, open_ready_desk
from portal.oversight.privacy.processing import as_text, dpia_draft, processing_log, processing_register
from portal.oversight.privacy.retention.queries import preview, stands
from portal.platform.clock import AMSTERDAM, now, today
from portal.platform.database import unit_of_work
from portal.platform.i18n import gettext as _


@click.group()
def privacy() -> None:
    """What the desk knows of people, and for how long."""


@privacy.command()
@clear_errors
def register() -> None:
    """Write the register of processing (AVG 30), made from what this desk is set to."""
    settings, engine = open_ready_desk()
    parts = unit_of_work(engine, lambda session: processing_register(session, settings=settings), read_only=True)
    click.echo(as_text(_("Register van verwerkingen"), parts))


@privacy.command()
@clear_errors
def dpia() -> None:
    """Write a draft of a DPIA (AVG 35), for the privacy officer to judge."""
    settings, engine = open_ready_desk()
    parts = unit_of_work(engine, lambda session: dpia_draft(session, settings=settings, today=today()), read_only=True)
    click.echo(as_text(_("Concept DPIA"), parts))


@privacy.command()
@clear_errors
def due() -> None:
    """Per kind of data what would be erased tonight by the term in force. Erases nothing."""
    engine = open_ready_desk()[1]

    def look(session: Session) -> list[str]:
        lines = []
        for one in stands(session):
            if one.in_force is None:
                lines.append(f"{one.kind.value}: no term")
                continue
            seen = preview(session, kind=one.kind, term=one.in_force.term, today=today())
            lines.append(f"{one.kind.value}: {seen.cases} cases, {seen.rows} rows, ended up to {seen.cut_on}")
        return lines

    for line in unit_of_work(engine, look, read_only=True):
        click.echo(line)


@privacy.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="A day; by default today.")
@clear_errors
def log(since: datetime | None) -> None:
    """Write every look at a case as a line of the Logboek Dataverwerkingen (JSON). Who was looked at is a pseudonym."""
    settings, engine = open_ready_desk()
    start = since or now().astimezone(AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    key = settings.secret_key.get_secret_value().encode()
    at = start.replace(tzinfo=AMSTERDAM)
    lines = unit_of_work(
        engine,
        lambda session: list(processing_log(session, since=at, address=settings.address, key=key)),
        read_only=True,
    )
    for line in lines:
        click.echo(line)
