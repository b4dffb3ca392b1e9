"""``loket db``: upgrade, check and back up the database, and write or take in a whole desk."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from portal.commands.opening import clear_errors, fill_index, open_desk, open_ready_desk, vault_of
from portal.migrations import BackupFailed, back_up, current_revision, head_revision, require_head, upgrade
from portal.people.audit.queries import EXPORTED
from portal.platform.clock import now
from portal.platform.database import unit_of_work


@click.group()
def db() -> None:
    """Upgrade, check and back up the database; write everything in it to one file, and take such a file in."""


@db.command(name="upgrade")
@clear_errors
def upgrade_command() -> None:
    """Bring the database to the newest revision; an SQLite file is backed up first."""
    settings, engine = open_desk()
    before = current_revision(engine)
    made = upgrade(engine, backups=settings.state_dir / "backups", now=now())
    fill_index(engine)
    after = current_revision(engine)
    if made is not None:
        click.echo(f"backup: {made}")
    click.echo(f"revision {after} (was {before or 'empty'})" if before != after else f"revision {after}, nothing to do")


@db.command()
@clear_errors
def check() -> None:
    """Say whether the database is whole and at the newest revision; exit code 1 when not."""
    _, engine = open_desk()
    require_head(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            verdict = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if verdict != "ok" or lost:
            raise BackupFailed(f"integrity: {verdict}; rows that point to nothing: {len(lost)}")
    click.echo(f"ok: revision {head_revision()} on {engine.dialect.name}")


@db.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@clear_errors
def backup(file: Path | None) -> None:
    """Make a checked copy of an SQLite database while it is in use (default: in STATE_DIR/backups)."""
    settings, engine = open_desk()
    if engine.dialect.name != "sqlite":
        raise BackupFailed("a PostgreSQL database is backed up with pg_dump or pg_basebackup")
    path = file or settings.state_dir / "backups" / f"{now():%Y%m%dT%H%M%S}.db"
    click.echo(f"backup: {back_up(engine, path)}")


@db.command(name="export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--open-files", is_flag=True, help="Write what was handed in so that it is read without SECRET_KEY.")
@clear_errors
def export_command(path: Path, open_files: bool) -> None:
    """Write the whole desk to one zip, PATH or in the folder PATH, with a README and a hash per file; the desk stays in use.

    SQLite and PostgreSQL give the same bytes. What it needs of SECRET_KEY, and what is not in it, stands in LEESMIJ.md.
    """
    from portal.commands.whole_desk.writing import write_export
    from portal.people.actor import Actor
    from portal.people.audit.actions import record

    settings, engine = open_ready_desk()
    at = now()
    file = path / f"ontwikkelloket-{at:%Y%m%dT%H%M%S}.zip" if path.is_dir() else path
    done = write_export(engine, file, vault=vault_of(settings), opened=open_files)

    def log(session: Session) -> None:
        actor = Actor.system("loket db export")
        record(session, actor=actor, action=EXPORTED, object_kind="export", object_id=done.sha256, now=at)

    unit_of_work(engine, log)
    for place in done.gone:
        click.echo(f"cannot be opened, left out: file {place}", err=True)
    click.echo(f"export:  {file}\nrows:    {done.rows}\nfiles:   {done.files}\nsha256:  {done.sha256}")


@db.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@clear_errors
def import_command(file: Path) -> None:
    """Take FILE, an export, into this desk, which must be empty and of the same revision: all of it or nothing.

    Every hash is checked before, the books and the log after. What is wrong is said with its file, path, problem and remedy.
    """
    from portal.commands.whole_desk.reading import take_export

    settings, engine = open_ready_desk()
    done = take_export(engine, file, vault=vault_of(settings))
    click.echo(f"ok: {done.rows} rows, {done.files} files; {done.findable} things can be found")
