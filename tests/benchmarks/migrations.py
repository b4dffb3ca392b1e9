"""100,000 cases back to the tables of an older version and up again: every row, cent and balance stays, on both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator

from alembic import command
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact
from portal.ledger.invariants import verify
from portal.ledger.models import BudgetGuard
from portal.ledger.queries import figures
from portal.migrations import alembic_config, downgrade, upgrade
from portal.platform.database import unit_of_work
from portal.post.files.models import StoredFile
from portal.post.messages.models import OutboxMessage
from portal.spending.invoices.models import Invoice
from tests.benchmarks import finding, reports
from tests.benchmarks.books import both
from tests.portal.migrations.standing import OLDEST, Standing, standing

MANY = 100_000
BATCH = 10_000


def fill(session: Session, cases: int) -> None:
    """So many cases, each with somebody, costs, an application, a mail, a decision, an award and a voucher in the books; of every
    three two vouchers were used, and one in ten has an invoice. Names and addresses are sealed."""
    reports.fill(session, cases)
    for (line,), of_line in figures(session).items():
        guarded = update(BudgetGuard).where(BudgetGuard.funding_line_id == line)
        session.execute(guarded.values(reserved_cents=of_line.reserved_cents, spent_cents=of_line.spent_cents))
    session.execute(insert(StoredFile.__table__), [finding.FILE_ROW])  # type: ignore[arg-type]
    for first in range(1, cases + 1, BATCH):
        numbers = range(first, min(first + BATCH, cases + 1))
        for model, row, some in (
            (Contact, finding.contact_row, numbers),
            (Application, finding.application_row, numbers),
            (OutboxMessage, finding.message_row, numbers),
            (Invoice, finding.invoice_row, [number for number in numbers if number % 10 == 1]),
        ):
            session.execute(insert(model.__table__), [row(number) for number in some])  # type: ignore[attr-defined]


def walk(engine: Engine) -> tuple[float, float, Standing, list[str]]:
    """Seconds down and seconds up, what stood there, and all that differs at the bottom or afterwards."""
    before = standing(engine)
    start = time.perf_counter()
    downgrade(engine, revision=OLDEST)
    down = time.perf_counter() - start
    low = standing(engine)
    start = time.perf_counter()
    upgrade(engine)
    up = time.perf_counter() - start
    after = standing(engine)
    assert unit_of_work(engine, verify, read_only=True) == []
    return down, up, before, [*before.differences(low, of=low), *before.differences(after)]


def lines(cases: int = MANY) -> Iterator[tuple[str, float, str, float | None]]:
    """Name, value, unit and target."""
    differing = 0
    with both() as engines:
        for engine in engines:
            name = engine.dialect.name
            command.stamp(alembic_config(engine), "head")
            unit_of_work(engine, lambda session: fill(session, cases))
            down, up, stood, differences = walk(engine)
            differing += len(differences)
            yield f"migrations_down_100k_s_{name}", down, f"s to {OLDEST}, {sum(stood.rows.values())} rows", None
            money = f"{sum(stood.sums.values())} cents in {len(stood.sums)} columns, {len(stood.balances)} accounts"
            yield f"migrations_up_100k_s_{name}", up, f"s, {money}", None
    yield "migrations_100k_differences", differing, "rows, sums and balances", 0
