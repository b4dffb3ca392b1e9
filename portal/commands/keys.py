"""``loket keys``: the keys that seal names, birth dates, addresses and account numbers, a new one, and sealing with it."""

from __future__ import annotations

from functools import partial

import click
from sqlalchemy import Engine, Table

from portal.commands.opening import clear_errors, open_ready_desk
from portal.oversight.privacy.sealing import fields_by_key, seal_some, sealed_tables
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.platform.errors import PortalError
from portal.platform.field_keys import RING_FILE, field_keys, write_ring

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
    if settings.field_keys.get_secret_value():
        click.echo(" ".join(ring.written().split()))
        click.echo("put this in FIELD_KEYS, start the desk again, and then: loket keys seal", err=True)
        return
    file = settings.state_dir / RING_FILE
    write_ring(file, ring)
    click.echo(
        f"key {ring.newest} seals from now on; the ring is in {file}: keep a copy elsewhere. Now: loket keys seal"
    )


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
