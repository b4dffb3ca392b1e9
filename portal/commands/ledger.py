"""``loket ledger``: verify the books."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from portal.commands.opening import clear_errors, open_desk
from portal.ledger.invariants import Break
from portal.migrations import require_head
from portal.platform.database import load_models, unit_of_work


@click.group()
def ledger() -> None:
    """The books."""


@ledger.command(name="verify")
@click.option("--strict", is_flag=True, help="Stop at the first break.")
@clear_errors
def verify_command(strict: bool) -> None:
    """Check every invariant of the books; exit code 1 when one does not hold."""
    _, engine = open_desk()
    require_head(engine)
    load_models()
    number, breaks = unit_of_work(engine, look, read_only=True)
    for found in breaks[:1] if strict else breaks:
        click.echo(f"{found.invariant} {found.subject}: {found.message}", err=True)
    if breaks:
        click.echo(f"{len(breaks)} breaks in {number} transfers", err=True)
        raise SystemExit(1)
    click.echo(f"ok: {number} transfers, every invariant holds")


def look(session: Session) -> tuple[int, list[Break]]:
    """The number of transfers and every break, of the ledger, and of all that stands in it against it."""
    from portal.accounting.expenses.queries import expense_breaks
    from portal.accounting.periods.queries import period_breaks
    from portal.oversight.books import look_at_books
    from portal.planning.expected_use.queries import surety_breaks

    looked = look_at_books(session, also=(expense_breaks, period_breaks, surety_breaks))
    return looked.transfers, looked.breaks
