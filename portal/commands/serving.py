"""``loket serve`` and ``loket run``: start the desk."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, fill_index, load_region_once, open_desk, vault_of
from portal.migrations import require_head, upgrade
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.errors import PortalError


class PortTaken(PortalError):
    """Another program listens on the address already."""


@click.command()
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@clear_errors
def serve(threads: int) -> None:
    """Start the desk on a database that is ready."""
    settings, engine = open_desk()
    require_head(engine)
    _serve(settings, engine, threads=threads)


@click.command()
@click.option("--empty", is_flag=True, help="Do not add generated questions to an empty desk.")
@clear_errors
def run(empty: bool) -> None:
    """Prepare the database, load the region, fill an empty desk in demo mode, and start."""
    settings, engine = open_desk()
    made = upgrade(engine, backups=settings.state_dir / "backups", now=now())
    if made is not None:
        click.echo(f"Database upgraded; the copy from before is {made}")
    doors: Sequence[tuple[str, str]] = ()
    if settings.is_demo:
        from portal import demo

        load_region_once(engine, settings.region_dir, at=None if empty else demo.opening(now()))
        demo.fill(
            engine, now=now(), vault=vault_of(settings), progress=click.echo, **({"questions": 0} if empty else {})
        )
        doors = demo.doors(engine, address=settings.address, now=now())
    load_region_once(engine, settings.region_dir)
    fill_index(engine)
    _serve(settings, engine, doors=doors)


def _serve(settings: Settings, engine: Engine, *, doors: Sequence[tuple[str, str]] = (), threads: int = 8) -> None:
    from waitress.server import create_server

    from portal import create_app
    from portal.paying.payments.pain001 import read_schema

    read_schema()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise PortTaken(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); set PORT to another"
        ) from None
    server = create_server(
        create_app(settings, engine=engine),
        sockets=[listening],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=settings.proxy_hops == 0,
    )
    click.echo(f"\nOntwikkelloket: {settings.address}/   (stop with Ctrl-C)")
    width = max((len(who) for who, _ in doors), default=0)
    for who, address in doors:
        click.echo(f"  {who:<{width}}  {address}")
    sys.stdout.flush()
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
