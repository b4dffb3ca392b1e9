"""A bill on paper, and what must be right about it before a voucher is used for it: the one place where that is checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Redemption, Voucher

OLDEST_INVOICE = timedelta(days=366)


@dataclass(frozen=True)
class Bill:
    """What a provider asks of a voucher on paper: its number, its date, and so many cents.

    `received_on` is the day on which it came in; None: today.
    """

    written: str
    invoice_date: date
    amount_cents: int
    received_on: date | None = None

    @property
    def number(self) -> str:
        """The number as it was written, with single spaces."""
        return " ".join(self.written.split())

    @property
    def key(self) -> str:
        """The number as it is compared."""
        return "".join(self.number.casefold().split())


def check_written(voucher: Voucher, bill: Bill, today: date) -> None:
    """Raises ``Refusal`` at the field when the number or the date of a bill cannot be right."""
    if not bill.key or len(bill.number) > 60:
        message = _l("Vul het nummer van de factuur in. Het heeft hoogstens 60 tekens.")
        raise Refusal("invoice_number", message, field="invoice_number")
    if bill.invoice_date > today:
        raise Refusal("invoice_in_the_future", _l("De datum van de factuur ligt in de toekomst."), field="invoice_date")
    if bill.invoice_date < voucher.issued_on - OLDEST_INVOICE:
        raise Refusal("invoice_too_old", _l("Deze factuur is te oud voor deze voucher."), field="invoice_date")


def check_amount(voucher: Voucher, amount_cents: int, *, waiting_cents: int = 0) -> None:
    """Raises ``Refusal`` at the field when a voucher cannot pay this; `waiting_cents` are asked of it already."""
    if amount_cents <= 0:
        raise Refusal("amount_not_positive", _l("Vul een bedrag in dat hoger is dan € 0."), field="amount")
    if amount_cents > voucher.open_cents - waiting_cents and voucher.is_live:
        raise Refusal("more_than_open", _l("Dit bedrag is hoger dan wat er nog op de voucher staat."), field="amount")
    if amount_cents < voucher.open_cents and not voucher.partial_redemption:
        message = _l("Deze voucher kunt u maar in één keer verzilveren, voor het hele bedrag.")
        raise Refusal("no_partial_redemption", message, field="amount")


def refuse_redeemed(session: Session, voucher: Voucher, provider: Provider, bill: Bill) -> None:
    """Raises ``Conflict`` when the voucher was used for this bill before."""
    known = select(Redemption.id).where(
        Redemption.provider_id == provider.id, Redemption.invoice_key == bill.key, Redemption.voucher_id == voucher.id
    )
    if session.scalar(known) is not None:
        raise invoice_known()


def invoice_known() -> Conflict:
    """This bill was handed in for this voucher before."""
    message = _l("U hebt deze factuur al ingediend voor deze voucher.")
    return Conflict("invoice_known", message, field="invoice_number")
