"""``loket ledger``: verify the books."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from portal.commands.opening import clear_errors, open_desk
from portal.ledger.invariants import Break, verify
from portal.ledger.queries import transfer_count
from portal.migrations import require_head
from portal.platform.database import unit_of_work


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
    number, breaks = unit_of_work(engine, look, read_only=True)
    for found in breaks[:1] if strict else breaks:
        click.echo(f"{found.invariant} {found.subject}: {found.message}", err=True)
    if breaks:
        click.echo(f"{len(breaks)} breaks in {number} transfers", err=True)
        raise SystemExit(1)
    click.echo(f"ok: {number} transfers, every invariant holds")


def look(session: Session) -> tuple[int, list[Break]]:
    """The number of transfers and every break, of the ledger, and of vouchers, settlements and payments against it."""
    from portal.paying.payments.queries import payment_breaks
    from portal.paying.settling_again.queries import settlement_breaks
    from portal.spending.vouchers.queries import ledger_breaks

    number = transfer_count(session)
    found = [*verify(session), *ledger_breaks(session), *settlement_breaks(session), *payment_breaks(session)]
    return number, found
