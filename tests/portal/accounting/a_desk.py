"""A desk with money in every state: vouchers of all schemes and both routes, used, paid, expired and to be paid back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput, Route
from portal.framework.funding.queries import funders
from portal.ledger.actions import pay
from portal.paying.payments.actions import make_batch
from portal.paying.settlements.queries import unpaid_spends
from portal.people.accounts.queries import organisation_by_slug
from portal.people.actor import Actor, Audience
from portal.post.files.actions import Vault
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import NOW, REGION, SYSTEM, a_provider, a_voucher
from tests.portal.paying.settling_again.owing import owed_to_the_holder
from tests.portal.spending.invoices.handing_in import hand_in

TODAY = NOW.date()
CONTROLLER = Actor(Audience.CONTROLLER, account_id=921, display_name="Coen Controle")
AUDITOR = Actor(Audience.AUDITOR, account_id=922, display_name="Ans Accountant")


def a_desk(session: Session, folder: Path) -> None:
    """Ten vouchers and two invoices that wait; of what was redeemed a part is paid, a part stands in a batch, and a part came back and is owed again."""
    vault = Vault.under(folder, "a secret of a desk, for tests only")
    a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban = "NL39RABO0300065264"
    _, other = a_provider(session)
    for number, cents, by in (("F-1", 50_000, pia), ("F-2", 30_000, pia), ("F-3", 120_000, other)):
        voucher = a_voucher(session)
        done = redeem_voucher(session, voucher=voucher, bill=Bill(number, TODAY, cents), actor=by, now=NOW)
        if number == "F-1":
            for spend_id, _unpaid in unpaid_spends(session, redemption=done):
                pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW + timedelta(days=40))
    gone = a_voucher(session, schemes=["materiaalvoucher"], costs=[CostInput("materials", 40_000)])
    expire_voucher(session, voucher=gone, today=TODAY + timedelta(days=31), actor=SYSTEM, now=NOW)
    for cents in (100_000, 60_000):
        a_voucher(session, route=Route.EMPLOYER, costs=[CostInput("tuition", cents)])
    for number, cents in (("G-1", 40_000), ("G-2", 25_000)):
        hand_in(session, (a_voucher(session), provider, pia), vault, cents, number)
    owed_to_the_holder(session)
    make_batch(session, actor=REGION, now=NOW)
    session.flush()


def a_funder(session: Session, slug: str) -> Actor:
    """Somebody of a funder."""
    assert slug in {one.slug for one in funders(session)}
    organisation = organisation_by_slug(session, slug=slug)
    assert organisation is not None
    return Actor(Audience.FUNDER, account_id=930, organisation_id=organisation.id)
