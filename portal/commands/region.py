"""``loket region``: load a region's folder into the database, and show what is in it."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from portal.commands.opening import OPERATORS, clear_errors, open_ready_desk
from portal.framework.catalogue.actions import activate_due_versions
from portal.framework.catalogue.models import RegionRecord
from portal.framework.catalogue.queries import drafts, has_region, region, schemes_in_force
from portal.framework.funding.queries import funding_lines
from portal.framework.loading import LOAD_REASON, RegionLoad, load_region
from portal.ledger.queries import line_figures
from portal.people.actor import Actor
from portal.platform.clock import local_date, now
from portal.platform.database import unit_of_work
from portal.platform.i18n import LOCALES, format_euros, use_locale
from portal.words.findings import finding_sentence
from schemes.basics.findings import BadFile
from schemes.region.loading import packaged_region, packaged_regions
from schemes.region.unread import unread

ACTOR = Actor.system("loket region load")


@click.group(name="region")
def region_group() -> None:
    """Load a region: its facts, schemes and funding."""


@region_group.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Put changed and new schemes in force from today, after lint and cases.")
@click.option("--reason", default="", help="Why; needed with --publish.")
@click.option(
    "--lang", type=click.Choice(list(LOCALES)), default=OPERATORS, help="Language of what is wrong: nl or en."
)
@clear_errors
def load(folder: Path, publish: bool, reason: str, lang: str) -> None:
    """Load FOLDER, or a region that ships with the software by its name. Exit code 2 when a file is wrong.

    The first time every scheme is put in force. Later a scheme that changed becomes a draft version.
    """
    if publish and not reason.strip():
        raise click.UsageError("--publish needs --reason: why do these schemes change?")
    _, engine = open_ready_desk()
    try:
        done = unit_of_work(
            engine,
            lambda session: load_region(
                session, folder=folder, actor=ACTOR, now=now(), publish=publish, reason=reason.strip() or LOAD_REASON
            ),
        )
    except BadFile as bad:
        with use_locale(lang):
            for finding in bad.findings:
                click.echo(finding_sentence(finding), err=True)
        raise SystemExit(2) from None
    _tell(done)
    with use_locale(lang):
        for finding in unread(_folder_of(folder)):
            click.echo(finding_sentence(finding), err=True)


def _folder_of(folder: Path) -> Path:
    """The folder itself, or that of a region that ships with the software."""
    return packaged_region(str(folder)) if not folder.exists() and str(folder) in packaged_regions() else folder


def _tell(done: RegionLoad) -> None:
    if done.unchanged:
        click.echo(f"{done.region}: nothing changed since the last load")
        return
    click.echo(f"{done.region}: loaded")
    for words, slugs in (
        ("schemes in force", done.schemes_added),
        ("draft versions made (loket region load --publish --reason WHY puts them in force)", done.drafts_made),
        ("published from today", done.published),
        ("funding lines added", done.funding.added),
        ("funding lines that differ from the database, which keeps its own", done.funding.differing),
    ):
        if slugs:
            click.echo(f"  {words}: {', '.join(slugs)}")


@region_group.command()
@clear_errors
def activate() -> None:
    """Bring the states of scheme versions up to date: those whose first day has come, and those whose last day has passed."""
    _, engine = open_ready_desk()
    begun, ended = unit_of_work(engine, lambda session: activate_due_versions(session, now=now()))
    click.echo(f"{begun} versions came into force, {ended} schemes ended")


@region_group.command()
@clear_errors
def show() -> None:
    """Show the region in the database: its schemes with their versions, and its funding lines with what is available."""
    _, engine = open_ready_desk()
    for line in unit_of_work(engine, _lines, read_only=True):
        click.echo(line)


def _lines(session: Session) -> list[str]:
    if not has_region(session):
        return ["no region was loaded yet: loket region load DIR"]
    today = local_date(now())
    known, record = region(session), session.get_one(RegionRecord, 1)
    loaded = f"loaded {record.loaded_at:%Y-%m-%d %H:%M} UTC by {record.loaded_by}"
    lines = [f"{known.name.nl} ({known.region}), {loaded}", "", "Schemes"]
    for scheme in schemes_in_force(session, on=today):
        definition = scheme.definition
        state = definition.availability(today).state
        lines.append(
            f"  {scheme.slug:40} v{scheme.version:<3} {definition.administered:9} {state:12} {definition.title.nl}"
        )
    waiting = drafts(session, actor=ACTOR)
    lines += ["", "Drafts", *(f"  {version.scheme.slug} v{version.version}" for version in waiting)] if waiting else []
    money = funding_lines(session)
    figures = line_figures(session, funding_line_ids=[line.id for line in money])
    lines += ["", "Funding lines"]
    for line in money:
        found = figures[line.id]
        left, budget = format_euros(found.available_cents), format_euros(found.funded_cents)
        lines.append(f"  {line.slug:40} {left} available of {budget}   {line.title_nl}")
    return lines
