"""``loket demo``: invented questions to look around in, and the doors to enter by. In demo mode only."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from portal.clock import now
from portal.commands.opening import clear_errors, open_ready_desk
from portal.config import Settings
from portal.errors import BadSettings


@click.group()
def demo() -> None:
    """Invented questions to look around in, and the doors to enter by. In demo mode only."""


@demo.command()
@click.option("--questions", default=60, show_default=True, type=click.IntRange(0, 1000), help="How many to invent.")
@click.option("--seed", default=None, type=int, help="Another number gives other questions.")
@clear_errors
def fill(questions: int, seed: int | None) -> None:
    """Fill a desk without questions; one that has questions is left as it is."""
    from portal.demo import fill as fill_desk

    _, engine = _open_demo()
    chosen = {} if seed is None else {"seed": seed}
    added = fill_desk(engine, now=now(), progress=click.echo, questions=questions, **chosen)
    click.echo(f"{added} questions added")


@demo.command()
@clear_errors
def doors() -> None:
    """Print fresh addresses to enter as each audience; those of accounts work once, for ten minutes."""
    from portal.demo import doors as open_doors

    settings, engine = _open_demo()
    lines = open_doors(engine, address=settings.address, now=now())
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
