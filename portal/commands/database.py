"""``loket db``: upgrade, check and back up the database."""

from __future__ import annotations

from pathlib import Path

import click

from portal.commands.opening import clear_errors, fill_index, open_desk
from portal.migrations import BackupFailed, back_up, current_revision, head_revision, require_head, upgrade
from portal.platform.clock import now


@click.group()
def db() -> None:
    """Upgrade, check and back up the database."""


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
