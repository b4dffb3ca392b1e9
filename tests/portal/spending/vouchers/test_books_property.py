"""After any sequence of voucher acts every account adds up, the vouchers agree with the books, and the report is the ledger."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.cases.questions.models import CostInput
from portal.ledger.invariants import verify
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.oversight.allocation import FigureOf, allocation, transfers_behind
from portal.platform.clock import local_date
from portal.platform.database import make_engine
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_decision, a_provider, a_region

FIGURES = ("funded", "reserved", "spent", "paid", "available")

acts = st.lists(
    st.one_of(
        st.tuples(st.just("award"), st.integers(2_500, 400_000), st.booleans()),
        st.tuples(st.just("redeem"), st.integers(0, 5), st.integers(1, 260_000)),
        st.tuples(st.just("expire"), st.integers(0, 5), st.integers(0, 200)),
        st.tuples(st.just("revoke"), st.integers(0, 5), st.just(0)),
    ),
    max_size=14,
)


def perform(session: Session, act: tuple[str, int, int], pia: object, number: int) -> None:
    kind, one, two = act
    found = session.scalars(select(Voucher).order_by(Voucher.id)).all()
    if kind == "award":
        costs = [CostInput("materials" if two else "tuition", one)]
        a_decision(session, schemes=["materiaalvoucher"] if two else ["leervoucher"], costs=costs)
    elif found:
        voucher = found[one % len(found)]
        if kind == "redeem":
            redeem_voucher(session, voucher=voucher, bill=Bill(f"F{number}", date(2026, 3, 2), two), actor=pia, now=NOW)
        elif kind == "expire":
            today = local_date(NOW) + timedelta(days=two)
            expire_voucher(session, voucher=voucher, today=today, actor=SYSTEM, now=NOW)
        else:
            revoke_voucher(session, voucher=voucher, reason="proef", actor=ADVISOR, now=NOW)


@pytest.fixture(scope="module")
def template(sqlite_template: Path) -> Path:
    """A database with a region, to start every sequence from."""
    path = sqlite_template.with_name("proefland.db")
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with Session(engine) as session:
        a_region(session)
        session.commit()
    engine.dispose()
    return path


@settings(
    max_examples=25 if os.environ.get("PROOF") else 10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sequence=acts)
def test_whatever_happens_to_vouchers_the_books_and_the_report_agree(
    template: Path, sequence: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        shutil.copyfile(template, path)
        engine = make_engine(f"sqlite:///{path}")
        with Session(engine, expire_on_commit=False) as session:
            _, pia = a_provider(session)
            for number, act in enumerate(sequence):
                try:
                    with session.begin_nested():
                        perform(session, act, pia, number)
                except (Refusal, MixNoLongerFits):
                    session.expire_all()
            check(session)
        engine.dispose()


def check(session: Session) -> None:
    """The invariants of the ledger, the vouchers against it, and every figure of the report against its transfers."""
    assert verify(session) == []
    assert ledger_breaks(session) == []
    balances = {}
    for kind in AccountKind:
        inn = select(func.coalesce(func.sum(Transfer.amount_cents), 0)).join(
            LedgerAccount, LedgerAccount.id == Transfer.credit_account_id
        )
        out = select(func.coalesce(func.sum(Transfer.amount_cents), 0)).join(
            LedgerAccount, LedgerAccount.id == Transfer.debit_account_id
        )
        balances[kind] = (session.scalar(inn.where(LedgerAccount.kind == kind)) or 0) - (
            session.scalar(out.where(LedgerAccount.kind == kind)) or 0
        )
    assert sum(balances.values()) == 0
    report = allocation(session, actor=REGION, today=local_date(NOW))
    assert report is not None
    live = select(func.coalesce(func.sum(Voucher.amount_cents - Voucher.redeemed_cents - Voucher.released_cents), 0))
    assert report.total.reserved_cents == balances[AccountKind.RESERVED] == session.scalar(live)
    assert sum(row.reserved_cents for row in report.schemes) == report.total.reserved_cents
    assert sum(row.spent_cents for row in report.schemes) == report.total.spent_cents
    for row in report.funders:
        for figure in FIGURES:
            behind = transfers_behind(session, actor=REGION, figure=figure, of=FigureOf(funder=row.funder.slug))  # type: ignore[arg-type]
            assert behind is not None
            assert sum(entry.cents for entry in behind) == getattr(row.figures, f"{figure}_cents")
