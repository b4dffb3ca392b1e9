"""Holding a voucher with its award: nobody else changes either of them until the transaction ends."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.platform.guarded import hold
from portal.spending.vouchers.models import Award, Voucher


def hold_award(session: Session, voucher: Voucher) -> Award:
    """Lock a voucher and then its award, and read both anew with the parts; in this order everywhere.

    For an act that looks at amounts before it writes: what is open, what the whole comes to, what a letter says is left.
    """
    hold(session, voucher)
    award = session.get_one(Award, voucher.award_id)
    hold(session, award)
    return award
