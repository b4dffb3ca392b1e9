"""``loket forecast``: what every budget will do, worked out from the books and kept, in a table or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from portal.commands.opening import clear_errors, open_ready_desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.command("forecast")
@click.option(
    "--paths", type=click.IntRange(100, 20_000), default=2_000, show_default=True, help="How often it is played."
)
@click.option("--json", "as_json", is_flag=True, help="Print all that was kept.")
@clear_errors
def forecast(paths: int, as_json: bool) -> None:
    """Work out a forecast from the books as they were when the day began, keep it, and print it."""
    from portal.people.actor import Actor
    from portal.planning.forecasts.actions import keep_forecast
    from portal.planning.forecasts.queries import lines_of
    from portal.planning.observed import nothing_to_learn
    from portal.planning.outlook import outlook_input, work_out
    from portal.platform.clock import local_date, now
    from portal.platform.database import unit_of_work
    from portal.platform.i18n import format_euros

    _, engine = open_ready_desk()
    actor, at = Actor.system("loket forecast"), now()
    given = unit_of_work(engine, lambda session: outlook_input(session, on=local_date(at)), read_only=True)
    if given is None:
        raise nothing_to_learn()
    worked_out = work_out(given, paths=paths)

    def keep(session: Session) -> list[str]:
        made = keep_forecast(session, worked_out=worked_out, actor=actor, now=at)
        if as_json:
            kept = {"data_day": made.data_day.isoformat(), "until": made.until.isoformat(), "seed": made.seed}
            return [json.dumps(kept | made.figures)]
        return [
            f"{one.line}  {one.at}  used {format_euros(one.used.middle)}"
            f" ({format_euros(one.used.low90)} - {format_euros(one.used.high90)})"
            f"  lost {format_euros(one.lost.middle)}  short {one.out_permille / 10:.1f}%"
            for one in lines_of(made)
        ]

    for line in unit_of_work(engine, keep):
        click.echo(line)
