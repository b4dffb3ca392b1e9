"""Invoices that wait are decided before their voucher is settled, lowered or ended."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.platform.errors import Conflict
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.queries import waiting_on
from portal.spending.vouchers.models import Voucher


def require_decided(session: Session, *, voucher: Voucher) -> None:
    """Refuse to settle, lower or end a voucher while an invoice on it waits: that is decided first, or its money would be gone.

    Locks the voucher, so that none comes in meanwhile. Raises ``Conflict``, which names the invoices.
    """
    hold(session, voucher)
    waiting = waiting_on(session, voucher=voucher)
    if waiting:
        message = _l(
            "Bij deze voucher wacht nog een factuur op een besluit: %(numbers)s. Keur die eerst goed, of weiger die.",
            numbers=", ".join(one.number for one in waiting),
        )
        raise Conflict("invoices_wait", message, params={"invoices": [one.public_id for one in waiting]})
