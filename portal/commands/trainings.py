"""``loket trainings``: take in a list of trainings of the region, write it to a file, or fetch it from an Open Education API."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session

from portal.commands.opening import OPERATORS, clear_errors, open_ready_desk
from portal.framework.training_files.actions import keep_import, plan_of_import, take_in_trainings
from portal.framework.training_files.open_education import SPECS, written_courses
from portal.framework.training_files.plan import ImportPlan, RowKind, plan_of
from portal.framework.training_files.queries import written_trainings
from portal.framework.training_files.tables import LARGEST_FILE, Written, csv_text, sheet_bytes, written_rows
from portal.framework.trainings.queries import municipalities_by_postcode
from portal.people.actor import Actor
from portal.platform.clock import local_date, now
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError
from portal.platform.i18n import LOCALES, use_locale

ACTOR = Actor.system("loket trainings")
SECONDS = 20
LARGEST_ANSWER = 20_000_000
Rows = list[tuple[int, Written]]
language = click.option(
    "--lang", type=click.Choice(list(LOCALES)), default=OPERATORS, help="Language of messages: nl or en."
)
dry = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
whole = click.option("--whole", is_flag=True, help="Take in nothing when a row is wrong.")


@click.group()
def trainings() -> None:
    """The trainings of the region: take in a list, write it to a file, or fetch it from an Open Education API."""


@trainings.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@dry
@whole
@language
@clear_errors
def import_file(file: Path, dry_run: bool, whole: bool, lang: str) -> None:
    """Take in FILE (CSV or XLSX), row by row. Exit code 2 when a row is wrong; right rows are taken in all the same."""
    with use_locale(lang):
        with file.open("rb") as stream:
            rows = written_rows(stream.read(LARGEST_FILE + 1))
        _take_in(rows, name=file.name, dry_run=dry_run, whole=whole)


@trainings.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@language
@clear_errors
def export(file: Path, lang: str) -> None:
    """Write all trainings to FILE, as .xlsx or else as CSV, with the columns that `import` reads."""
    _, engine = open_ready_desk()
    with use_locale(lang):
        rows = unit_of_work(engine, lambda session: written_trainings(session, on=local_date(now())), read_only=True)
        content = sheet_bytes(rows) if file.suffix.lower() == ".xlsx" else csv_text(rows).encode()
    file.write_bytes(content)
    click.echo(f"{len(rows)} trainings written to {file}")


@trainings.command()
@click.argument("url")
@click.option(
    "--spec", type=click.Choice([str(one) for one in SPECS]), default="5", help="Version of the Open Education API."
)
@click.option("--record", type=click.Path(path_type=Path, dir_okay=False), help="Also keep the answers in this file.")
@click.option(
    "--recorded", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Use kept answers; no network."
)
@dry
@whole
@language
@clear_errors
def fetch(url: str, spec: str, record: Path | None, recorded: Path | None, dry_run: bool, **how: Any) -> None:
    """Take in the courses and programmes of the Open Education API at URL (https), with their offerings."""
    asked: dict[str, Any] = {}
    answers = _kept_in(recorded) if recorded is not None else None
    ask = _keeping(_from_answers(answers) if answers is not None else _from_network(url), asked)
    _, engine = open_ready_desk()
    today = local_date(now())
    postcodes = unit_of_work(engine, lambda session: municipalities_by_postcode(session, on=today), read_only=True)
    with use_locale(how["lang"]):
        host = urlsplit(url).netloc
        rows = written_courses(
            ask, spec=int(spec), source=f"Open Education API, {host}", today=today, postcodes=postcodes
        )
        if record is not None:
            kept = {"spec": int(spec), "url": url, "answers": asked}
            record.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        _take_in(rows, name=url, dry_run=dry_run, whole=how["whole"])


def _kept_in(file: Path) -> dict[str, Any]:
    try:
        answers = json.loads(file.read_bytes())["answers"]
    except (ValueError, LookupError, TypeError, RecursionError):
        answers = None
    if not isinstance(answers, dict):
        raise PortalError(
            f"{file}: this holds no kept answers; make it with: loket trainings fetch URL --record {file}"
        )
    return answers


def _take_in(rows: Rows, *, name: str, dry_run: bool, whole: bool) -> None:
    _, engine = open_ready_desk()

    def look(session: Session) -> ImportPlan:
        return plan_of(session, rows=rows, today=local_date(now()))

    def work(session: Session) -> ImportPlan:
        kept = keep_import(session, name=name, rows=rows, actor=ACTOR, now=now())
        plan = plan_of_import(session, kept=kept, now=now())
        if not plan.counts[RowKind.NEW] + plan.counts[RowKind.CHANGED]:
            return plan
        take_in_trainings(session, kept=kept, plan=plan, whole=whole, actor=ACTOR, now=now())
        return plan

    if dry_run:
        plan = unit_of_work(engine, look, read_only=True)
    else:
        plan = unit_of_work(engine, work)
    _tell(plan, dry_run)


def _tell(plan: ImportPlan, dry_run: bool) -> None:
    for one in plan.rows:
        for key, message in one.row.errors.items():
            click.echo(f"row {one.row.number}, {key}: {message}", err=True)
        for difference in one.differences:
            click.echo(
                f"row {one.row.number}, {difference.heading}: {difference.was or '-'} -> {difference.becomes or '-'}"
            )
    counts = plan.counts
    done = "would be" if dry_run else "are"
    click.echo(
        f"{counts[RowKind.NEW]} trainings {done} new, {counts[RowKind.CHANGED]} {done} changed, "
        f"{counts[RowKind.UNCHANGED]} are the same, {counts[RowKind.WRONG]} rows are wrong"
    )
    if counts[RowKind.WRONG]:
        raise SystemExit(2)


# Where answers come from --------------------------------------------------------------------------------------------------


def _keeping(ask: Callable[[str], Any], asked: dict[str, Any]) -> Callable[[str], Any]:
    def keep(path: str) -> Any:
        asked[path] = ask(path)
        return asked[path]

    return keep


def _from_answers(answers: dict[str, Any]) -> Callable[[str], Any]:
    def ask(path: str) -> Any:
        if path not in answers:
            raise PortalError(f"the recording has no answer to {path}")
        return answers[path]

    return ask


def _from_network(url: str) -> Callable[[str], Any]:
    """Asks over https only, and follows no redirect."""
    place = urlsplit(url)
    if place.scheme != "https" or not place.hostname:
        raise PortalError("URL: an address that begins with https://")

    def ask(path: str) -> Any:
        line = HTTPSConnection(place.hostname or "", place.port, timeout=SECONDS)
        try:
            line.request("GET", place.path.rstrip("/") + path, headers={"Accept": "application/json"})
            answer = line.getresponse()
            content = answer.read(LARGEST_ANSWER + 1)
        except (HTTPException, OSError) as wrong:
            raise PortalError(f"no answer from {url}{path}: {wrong}") from wrong
        finally:
            line.close()
        if answer.status != 200 or len(content) > LARGEST_ANSWER:
            raise PortalError(f"no usable answer from {url}{path}: status {answer.status}, {len(content)} bytes")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as wrong:
            raise PortalError(f"no JSON from {url}{path}") from wrong

    return ask
