"""``loket demo``: fill an empty desk with an invented history, and print how to enter it."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from portal.commands.opening import clear_errors, load_region_once, open_ready_desk, vault_of
from portal.platform.clock import local_date, now
from portal.platform.config import Settings
from portal.platform.errors import BadSettings
from portal.platform.i18n import gettext as _


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


@demo.command()
@click.option("--check", is_flag=True, help="Load nothing: look whether the books of this desk come to the figures.")
@clear_errors
def history(check: bool) -> None:
    """Load the Ontwikkelfonds as far as the final report gives its figures, into a desk without a region.

    Then print each figure of the report beside that of the books; exit code 1 when one differs. All of it in one transaction.
    """
    from portal.demo.history import check_history, history_plan, load_history

    settings, engine = _open_demo()
    if not check:
        click.echo("Loading the history of the Ontwikkelfonds ...")
        number = load_history(engine, plan=history_plan(), vault=vault_of(settings), progress=click.echo)
        click.echo(f"{number} vouchers added")
    compared = check_history(engine, on=local_date(now()))
    rows = [(str(one.figure.label), one.source_words, one.books_words, one.equal_words) for one in compared]
    wide = max(len(row[0]) for row in rows)
    for name, source, books, equal in ((_("Cijfer"), _("Bron"), _("Boeken"), ""), *rows):
        click.echo(f"{name:<{wide}}  {source:>14}  {books:>14}  {equal}".rstrip())
    if not all(one.is_equal for one in compared):
        raise SystemExit(1)


def _open_demo() -> tuple[Settings, Engine]:
    settings, engine = open_ready_desk()
    if not settings.is_demo:
        raise BadSettings(
            [f"PORTAL_ENV: invented questions and printed doors are for demo mode, not for {settings.portal_env}"]
        )
    return settings, engine
