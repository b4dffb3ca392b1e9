"""``loket keys``: the keys that seal names, birth dates, addresses and account numbers, a new one, and sealing with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from sqlalchemy import Engine, Table

from portal.commands.opening import clear_errors, open_ready_desk
from portal.oversight.privacy.sealing import fields_by_key, keys_in_use, seal_some, sealed_tables
from portal.platform.config import Settings, load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError
from portal.platform.field_keys import MADE_FROM_SECRET, RING_FILE, KeyRing, field_keys, write_ring

MOST_PASSES = 5


@click.group()
def keys() -> None:
    """The keys that seal single fields of people. They are kept outside the database, and go along with sealed backups alone."""


@keys.command()
@clear_errors
def show() -> None:
    """Where the ring comes from, the names of its keys, and how many fields stand sealed with each. Shows no key."""
    settings, engine = open_ready_desk()
    source = settings.ring_source
    where = "FIELD_KEYS" if source.said else f"{source.file}" if source.file and source.file.exists() else "SECRET_KEY"
    ring = field_keys()
    counted = unit_of_work(engine, fields_by_key, read_only=True)
    click.echo(f"ring {ring.print}, from {where}")
    for name, _ in ring.keys:
        click.echo(f"{name}: {counted.pop(name, 0)} fields{', seals' if name == ring.newest else ''}")
    for name, number in sorted(counted.items()):
        click.echo(f"{name or 'not sealed'}: {number} fields")
    if counted:
        raise SystemExit(1)


@keys.command()
@clear_errors
def new() -> None:
    """Add a fresh key to the ring: from now on it seals, and the others still open. Seal with it: loket keys seal.

    The ring is written to its file in STATE_DIR. With FIELD_KEYS set it is printed, to be put there.
    """
    settings = load_settings()
    ring = settings.ring_source.ring().with_new_key()
    file = _keep(settings, ring, "and then: loket keys seal")
    if file is not None:
        said = f"key {ring.newest} seals from now on; the ring is in {file}: keep a copy elsewhere"
        click.echo(f"{said}. Now: loket keys seal")


def _keep(settings: Settings, ring: KeyRing, then: str) -> Path | None:
    """Write the ring to its file; None when it is a setting, and was printed."""
    if settings.field_keys.get_secret_value():
        click.echo(" ".join(ring.written().split()))
        click.echo(f"put this in FIELD_KEYS, start the desk again, {then}", err=True)
        return None
    file = settings.state_dir / RING_FILE
    write_ring(file, ring)
    return file


@keys.command()
@clear_errors
def retire() -> None:
    """Take the keys out of the ring with which nothing stands sealed any more.

    What they sealed in older backups opens with the keys of today no more. A sealed backup has its own ring in it; of an open one
    keep the older ring as long as it may be put back.
    """
    settings, engine = open_ready_desk()
    ring = settings.ring_source.ring()
    used = unit_of_work(engine, keys_in_use, read_only=True)
    if "" in used:
        raise PortalError("something stands plain, and opens without any key: loket keys seal")
    old = [name for name, _ in ring.keys if name != ring.newest and name not in used]
    for name in sorted(used - {ring.newest}):
        click.echo(f"{name}: stays, something stands sealed with it: loket keys seal, loket search rebuild")
    if not old:
        click.echo("nothing to take out of the ring")
        return
    if _keep(settings, ring.without(old), "and keep the older ring apart") is not None:
        click.echo(f"out of the ring: {', '.join(old)}. Each copy of the older ring still opens what they sealed")
    if MADE_FROM_SECRET in old:
        click.echo(f"{MADE_FROM_SECRET} was made from SECRET_KEY, and can be made from it again")


@keys.command()
@clear_errors
def seal() -> None:
    """Seal what stands plain or under an older key with the newest, some hundred rows at a time, while the desk is in use."""
    engine = open_ready_desk()[1]
    for _ in range(MOST_PASSES):
        written = 0
        for table, _columns in sealed_tables():
            of_table = _seal_table(engine, table)
            if of_table:
                click.echo(f"{table.name}: {of_table} rows sealed")
            written += of_table
        if not written:
            click.echo(f"everything is sealed with key {field_keys().newest}")
            return
    raise PortalError("rows are still written with an older key: start every process of the desk again, and then this")


def _seal_table(engine: Engine, table: Table) -> int:
    """Seal one table, a transaction for some hundred rows; how many were written again."""
    last, written = 0, 0
    while True:
        part = unit_of_work(engine, partial(seal_some, table=table, after=last))
        if not part.read:
            return written
        last, written = part.last, written + part.written
