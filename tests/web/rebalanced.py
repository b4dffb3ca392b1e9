"""A plan of one re-assignment that waits, as a row: the lines of the catalogue need not leave anything to gain."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind
from portal.planning.rebalances.models import MoveReason, Rebalance, RebalanceMove, RebalanceState
from portal.spending.vouchers.models import Voucher
from tests.web.asked import NOW


def a_rebalance(session: Session) -> Rebalance:
    """Of the first voucher one euro goes from the first budget to the second."""
    voucher = session.scalars(select(Voucher).order_by(Voucher.id)).first()
    first, second = funding_lines(session)[:2]
    plan = Rebalance(
        until=NOW.date() + timedelta(days=200),
        saved_cents=100,
        proven=True,
        reason="Het geld van dit jaar vervalt.",
        state=RebalanceState.LAID_DOWN,
        of_day=NOW.date(),
        worked_out_at=NOW,
        worked_out_by="account:990",
        worked_out_by_name="Cor Collega",
        laid_down_at=NOW,
        laid_down_by="account:990",
        laid_down_by_name="Cor Collega",
    )
    session.add(plan)
    session.flush()
    assert voucher is not None
    move = {"from_line_id": first.id, "to_line_id": second.id, "amount_cents": 100, "stands": AccountKind.RESERVED}
    session.add(RebalanceMove(rebalance_id=plan.id, number=1, voucher_id=voucher.id, why=MoveReason.SAVES, **move))
    session.flush()
    return plan
