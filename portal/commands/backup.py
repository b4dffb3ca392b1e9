"""``loket backup``, ``loket restore`` and ``loket drill``: the desk as it is in one file, put back elsewhere, and tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, open_desk, open_ready_desk
from portal.people.audit.queries import BACKED_UP, DRILLED
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEY_FILE = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the key of the backup; by default BACKUP_KEY.",
)


def folder_of(settings: Settings) -> Path:
    """Where backups lie when nobody says otherwise."""
    return settings.state_dir / "backups"


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", type=click.IntRange(1, 10_000), help="Remove all but so many of the newest in that folder.")
@click.option("--copy", "copying", is_flag=True, help="Read PostgreSQL table by table, without pg_dump.")
@clear_errors
def backup(folder: Path | None, keep: int | None, copying: bool) -> None:
    """Write the whole desk, database, files and (sealed) keys, to a new file in FOLDER while it is in use.

    Default: STATE_DIR/backups. With BACKUP_KEY it is sealed, and SECRET_KEY goes along; without, it lies open and holds no key.
    """
    from portal.commands.backups.erased import list_erased
    from portal.commands.backups.making import keep_newest, make_backup

    settings, engine = open_ready_desk()
    target = folder or folder_of(settings)
    at = now()
    made = make_backup(engine, settings=settings, folder=target, now=at, copying=copying)
    list_erased(engine, target, now=at)
    _note(engine, "loket backup", BACKED_UP, made.sha256)
    click.echo(f"backup:  {made.path}{'' if made.sealed else '  (open: set BACKUP_KEY to seal it)'}")
    click.echo(f"holds:   {made.rows} rows ({made.kind}), {made.files} files, {made.size / 2**20:.1f} MB")
    click.echo(f"sha256:  {made.sha256}\ntook:    {made.seconds:.1f} s")
    for path in keep_newest(target, keep) if keep else ():
        click.echo(f"removed: {path}")


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@KEY_FILE
@click.option(
    "--keys-to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Only write the keys of a sealed backup to this folder, one file each: the first step on another machine.",
)
@click.option(
    "--without-list", is_flag=True, help="Also without the list of what was erased since: all of it is there again."
)
@clear_errors
def restore_command(file: Path, key_file: Path | None, keys_to: Path | None, without_list: bool) -> None:
    """Put FILE back in the desk of these settings, in which nothing is yet, and verify rows, books, audit log and files.

    What was erased after that backup is erased again: the list of it lies beside FILE, or nothing is put back.
    """
    from portal.commands.backups.erased import ERASED_FILE, erase_again, require_list
    from portal.commands.backups.restoring import opened, restore, write_keys

    if keys_to is not None:
        from portal.platform.config import load_settings

        for path in write_keys(file, keys_to, key=_key(None if key_file else load_settings(), key_file)):
            click.echo(f"key:      {path}")
        return
    settings, engine = open_desk()
    key, erased = _key(settings, key_file), file.with_name(ERASED_FILE)
    if not without_list:
        with opened(file, key) as (_archive, manifest):
            require_list(erased, since=manifest.at, now=now())
    done = restore(engine, file, settings=settings, key=key)
    click.echo(
        f"restored: {sum(done.manifest.rows.values())} rows, {done.files} files, of {done.manifest.at:%Y-%m-%d %H:%M:%S} UTC"
    )
    click.echo(f"verified: {done.transfers} transfers and {done.events} events, every invariant holds")
    if erased.exists():
        number = erase_again(engine, erased, since=done.manifest.at, now=now())
        click.echo(f"erased:   {number} parts of cases again, that were erased since (as {erased} says)")
    click.echo(f"took:     {done.seconds:.1f} s")


@click.command(name="drill")
@click.option(
    "--backup",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Default: the newest in STATE_DIR/backups.",
)
@click.option("--into", metavar="URL", help="An empty PostgreSQL database; by default one is made and dropped again.")
@KEY_FILE
@clear_errors
def drill_command(file: Path | None, into: str | None, key_file: Path | None) -> None:
    """Put a backup back elsewhere, verify all of it, and say what would be lost (RPO) and how long it takes (RTO).

    Exit code 1 when it is not as it was. This desk stays in use.
    """
    from portal.commands.backups.drilling import drill
    from portal.commands.backups.form import backups_in

    settings, engine = open_ready_desk()
    if file is None:
        there = backups_in(folder_of(settings))
        if not there:
            raise PortalError(f"there is no backup in {folder_of(settings)}; make one with: loket backup")
        file = there[-1]
    at = now()
    done = drill(file, settings=settings, key=_key(settings, key_file), now=at, into=into)
    _note(engine, "loket drill", DRILLED, file.name)
    restored = done.restored
    click.echo(f"backup:   {file}")
    click.echo(f"restored: {sum(restored.manifest.rows.values())} rows, {restored.files} files")
    click.echo(f"verified: {restored.transfers} transfers and {restored.events} events, every invariant holds")
    click.echo(
        f"RPO:      {_in_words(done.rpo)}  (what was done since {restored.manifest.at:%Y-%m-%d %H:%M:%S} UTC would be lost)"
    )
    click.echo(f"RTO:      {_in_words(done.rto)}  (until it was back and verified)")


def _key(settings: Settings | None, file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="ascii").strip()
        except UnicodeDecodeError:
            raise PortalError(f"{file} holds no key; name the file with the BACKUP_KEY of when it was made") from None
    return settings.backup_key.get_secret_value() if settings is not None else ""


def _note(engine: Engine, command: str, action: str, about: str) -> None:
    """It stands in the audit log: from there everybody knows when it was last done."""
    from portal.people.actor import Actor
    from portal.people.audit.actions import record

    at: datetime = now()

    def work(session: Session) -> None:
        record(session, actor=Actor.system(command), action=action, object_kind="backup", object_id=about[:80], now=at)

    unit_of_work(engine, work)


def _in_words(length: timedelta) -> str:
    seconds = length.total_seconds()
    if seconds < 90:
        return f"{seconds:.1f} s"
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
