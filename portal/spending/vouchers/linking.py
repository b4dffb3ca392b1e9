"""Which transfers spent the money of a redemption: kept, so that invoices and books can be laid side by side."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.platform.among import among
from portal.spending.vouchers.models import Redemption, RedemptionSpend


def link_spends(session: Session, *, redemption: Redemption, transfer_ids: Sequence[int]) -> None:
    """Link spent amounts to a redemption, those that were not yet: new spends, and what was taken back of it."""
    known = select(RedemptionSpend.transfer_id).where(among(RedemptionSpend.transfer_id, transfer_ids))
    linked = set(session.scalars(known))
    new = dict.fromkeys(one for one in transfer_ids if one not in linked)
    session.add_all(RedemptionSpend(redemption_id=redemption.id, transfer_id=one) for one in new)
    session.flush()
