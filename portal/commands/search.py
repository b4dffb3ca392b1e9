"""``loket search``: the index by which everything is found."""

from __future__ import annotations

import click

from portal.commands.opening import clear_errors, open_ready_desk
from portal.oversight.finding.keeping import rebuild
from portal.platform.database import unit_of_work


@click.group()
def search() -> None:
    """The index by which everything is found. Who searches brings it up to date; nothing has to be run for that."""


@search.command(name="rebuild")
@clear_errors
def rebuild_command() -> None:
    """Make the index anew from what there is. Safe to run at any time; who searches meanwhile finds by the old one."""
    _, engine = open_ready_desk()
    click.echo(f"{unit_of_work(engine, rebuild)} things can be found")
