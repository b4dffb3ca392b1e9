"""``loket serve`` and ``loket run``: start the desk."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, fill_index, load_region_once, open_desk, require_keys, vault_of
from portal.commands.working import job_names, work_in_background
from portal.migrations import require_head, upgrade
from portal.platform.brake import THREADS, Brake
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.errors import PortalError

LIMITS: Mapping[str, Any] = {
    "ident": None,
    "max_request_header_size": 32 * 1024,
    "connection_limit": 500,
    "channel_timeout": 30,  # seconds in which a connection that says nothing is closed
    "cleanup_interval": 5,
    "asyncore_use_poll": True,
    "channel_request_lookahead": 1,  # so that it is seen when a client leaves
}
"""What one client may take of the server, whatever it sends."""


class PortTaken(PortalError):
    """Another program listens on the address already."""


@click.command()
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(2, 64))
@clear_errors
def serve(threads: int) -> None:
    """Start the desk on a database that is ready."""
    settings, engine = open_desk()
    require_head(engine)
    require_keys(settings, engine)
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
    require_keys(settings, engine)
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


def _serve(
    settings: Settings, engine: Engine, *, doors: Sequence[tuple[str, str]] = (), threads: int = THREADS
) -> None:
    from waitress.server import create_server

    from portal import create_app
    from portal.paying.payments.pain001 import read_schema
    from portal.web.edge.guards import MAXIMUM_BYTES_WITH_FILE

    read_schema()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise PortTaken(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); set PORT to another"
        ) from None
    app = create_app(settings, engine=engine)
    app.extensions["brake"] = Brake(threads=threads)
    app.extensions["job_names"] = job_names(settings)
    work_in_background(engine, settings)
    server = create_server(
        app,
        sockets=[listening],
        threads=threads,
        max_request_body_size=MAXIMUM_BYTES_WITH_FILE + 1,  # more is refused before it is taken in
        clear_untrusted_proxy_headers=settings.proxy_hops == 0 and not settings.is_demo,
        **LIMITS,
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
