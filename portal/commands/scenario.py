"""``loket scenario``: the scenarios that were kept, and what changes in a file would do in the years ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.orm import Session

from portal.commands.matching import FILE, print_json, readable_errors
from portal.commands.opening import OPERATORS, clear_errors, open_ready_desk
from portal.people.actor import Actor
from portal.platform.clock import today
from portal.platform.database import unit_of_work
from portal.platform.i18n import use_locale
from schemes.files.parsing import validate_document
from schemes.files.reading import read_yaml_or_json

if TYPE_CHECKING:
    from portal.planning.year_ahead import ScenarioInput

ACTOR = Actor.system("loket scenario")


@click.group("scenario")
def scenario_group() -> None:
    """What a change to rules or money would do in the years ahead. `loket schema scenario` prints the format."""


@scenario_group.command("list")
@clear_errors
def list_scenarios() -> None:
    """The scenarios that were kept: name, and what they came to in mean people and cents more of own money."""
    from portal.planning.scenarios.queries import result_of, scenarios

    _settings, engine = open_ready_desk()

    def look(session: Session) -> list[str]:
        found = [(one.name, result_of(one)) for one in scenarios(session, actor=ACTOR)]
        return [
            f"{name}: not worked out" if result is None else f"{name}: {_more(result.changed)} on {result.on}"
            for name, result in found
        ]

    for line in unit_of_work(engine, look, read_only=True) or ["nothing"]:
        click.echo(line)


@scenario_group.command("run")
@click.argument("scenario", type=FILE)
@click.option("--years", default=400, show_default=True, type=click.IntRange(1, 10_000), help="Years that are lived.")
@clear_errors
def run_scenario(scenario: Path, years: int) -> None:
    """Live the years ahead as it is now and with the changes in SCENARIO; print both worlds as JSON. Nothing is kept."""
    from matching.what_if.scenario.changes import ScenarioFile
    from portal.planning.year_ahead import RESULT, compute_scenario, scenario_input

    with use_locale(OPERATORS), readable_errors():
        file: ScenarioFile = validate_document(ScenarioFile, read_yaml_or_json(scenario))
    _settings, engine = open_ready_desk()

    def read(session: Session) -> ScenarioInput:
        return scenario_input(session, changes=file.changes, on=today())

    given = unit_of_work(engine, read, read_only=True)
    result = compute_scenario(given, told=lambda: click.echo(".", nl=False, err=True), years=years)
    click.echo(err=True)
    print_json(RESULT.dump_python(result, mode="json"))


def _more(changed: Any) -> str:
    return f"{changed.more_people.mean:+d} people, {changed.more_own.mean:+d} cents"
