"""``loket demo``: fill an empty desk with an invented history, and print how to enter it."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, load_region_once, open_ready_desk, vault_of
from portal.platform.clock import now
from portal.platform.config import Settings
from portal.platform.errors import BadSettings


@click.group()
def demo() -> None:
    """Fill the desk with generated questions, to look around."""


@demo.command()
@click.option(
    "--questions", default=75, show_default=True, type=click.IntRange(0, 5000), help="How many; 0: accounts only."
)
@click.option("--seed", default=1, show_default=True, type=int, help="Another number gives other people and questions.")
@clear_errors
def load(questions: int, seed: int) -> None:
    """Add invented questions of the past two years to a desk without questions. The same seed gives the same figures.

    All of it in one transaction: stopped half-way, nothing was added. A desk with questions stays as it is.
    """
    from portal import demo as invented

    settings, engine = _open_demo()
    load_region_once(engine, settings.region_dir, at=invented.opening(now()) if questions else None)
    added = invented.fill(
        engine, now=now(), vault=vault_of(settings), progress=click.echo, questions=questions, seed=seed
    )
    if questions and not added:
        click.echo("Nothing added: there are questions already, or none fit this region.")
    else:
        click.echo(f"{added} questions added")


@demo.command()
@clear_errors
def doors() -> None:
    """Print an address for every audience. Links of accounts work once, for ten minutes."""
    from portal import demo as invented

    settings, engine = _open_demo()
    lines = invented.doors(engine, address=settings.address, now=now())
    width = max(len(who) for who, _ in lines)
    for who, address in lines:
        click.echo(f"{who:<{width}}  {address}")


def _open_demo() -> tuple[Settings, Engine]:
    settings, engine = open_ready_desk()
    if not settings.is_demo:
        raise BadSettings(
            [f"PORTAL_ENV: invented questions and printed doors are for demo mode, not for {settings.portal_env}"]
        )
    return settings, engine
