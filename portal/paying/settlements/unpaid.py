"""Taking off what was used of a voucher and not paid yet: a part of settling, of lowering a settlement and of a credit note."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.settling import take_back_spends
from portal.paying.payments.queries import on_its_way
from portal.paying.settlements.queries import unpaid_spends
from portal.people.actor import Actor
from portal.platform.errors import Conflict
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.linking import link_spends
from portal.spending.vouchers.models import Redemption, Voucher


def planned_off(session: Session, voucher: Voucher, wanted: int) -> list[tuple[Redemption, int]]:
    """From which invoices that were not paid yet at most the wanted cents can be taken, the last one first."""
    plan = []
    rows = select(Redemption).where(Redemption.voucher_id == voucher.id).order_by(Redemption.id.desc())
    for redemption in session.scalars(rows.execution_options(populate_existing=True)).all():
        back = min(wanted, sum(cents for _, cents in unpaid_spends(session, redemption=redemption)))
        wanted -= back
        if back:
            plan.append((redemption, back))
    return plan


def not_on_its_way(session: Session, *redemptions: Redemption) -> None:
    """Refuse to take something off an invoice whose payment the bank may be carrying out right now: raises ``Conflict``.

    The books would say that less is owed while the whole amount leaves the account. Once the bank has told what happened, what
    was paid too much is claimed as usual.
    """
    if redemptions and on_its_way(session, redemption_ids=[redemption.id for redemption in redemptions]):
        message = _l(
            "De betaling van deze factuur is onderweg naar de bank. Wacht tot zij op het afschrift staat, of laat de betaling "
            "annuleren zolang dat nog kan."
        )
        raise Conflict("payment_on_its_way", message)


def take_off(
    session: Session, redemption: Redemption, cents: int, *, keep: bool, actor: Actor, now: datetime, note: str
) -> None:
    """Take cents off an unpaid redemption, in the books too. What came back from the bank is linked to it from then on."""
    open_ids = [spend_id for spend_id, _ in unpaid_spends(session, redemption=redemption)]
    booked = take_back_spends(
        session, spend_ids=open_ids, amount_cents=cents, keep=keep, actor_id=actor.reference, now=now, note=note
    )
    redemption.credited_cents += cents
    link_spends(session, redemption=redemption, transfer_ids=[*open_ids, *(spent.id for spent in booked.spent)])


def voucher_changed() -> Conflict:
    """Somebody else did something with the voucher meanwhile."""
    return Conflict("voucher_changed", _l("De voucher is intussen veranderd. Kijk opnieuw."))
