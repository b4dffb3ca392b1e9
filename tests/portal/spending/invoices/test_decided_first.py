"""An invoice that waits is decided before its voucher is settled, lowered or ended: what it asks for is not given away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import propose_again
from portal.awarding.reductions import Ending, end_award, lower_award, revoke_award
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict
from portal.post.files.actions import Vault
from portal.second_look.preparations.actions import prepare_settlement
from portal.spending.changes.cancelling import Cancellation, charge_cancellation_fee
from portal.spending.invoices.actions import accept_invoice, refuse_invoice, submit_invoice
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher, VoucherState
from tests.factories import ADVISOR, ASKED, MOVED, NOW, SECOND, a_provider, a_voucher
from tests.portal.at_once import Act, at_once
from tests.portal.spending.invoices.handing_in import books_are_right, clear, hand_in, paper

AS_USED = SettlementDraft(50_000, SettlementGround.AS_USED, "Afgerond.")
BY: dict[str, Any] = {"actor": ADVISOR, "now": NOW}
TWO = {"prepared_by": SECOND.reference}


def settle(session: Session, voucher: Voucher, provider: Provider) -> object:
    return settle_voucher(session, voucher=voucher, draft=AS_USED, **BY)


def prepare(session: Session, voucher: Voucher, provider: Provider) -> object:
    return prepare_settlement(session, voucher=voucher, draft=AS_USED, **BY)


def lower(session: Session, voucher: Voucher, provider: Provider) -> object:
    return lower_award(session, voucher=voucher, by_cents=30_000, basis=ASKED, reason="Goedkoper.", **BY)


def revoke(session: Session, voucher: Voucher, provider: Provider) -> object:
    return revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", **BY)


def move(session: Session, voucher: Voucher, provider: Provider) -> object:
    return end_award(
        session,
        voucher=voucher,
        ending=Ending(NOW.date() + timedelta(days=21), 0, "Geen kosten.", NOW.date()),
        basis=MOVED,
        reason="Verhuisd.",
        **BY,
    )


def cancel(session: Session, voucher: Voucher, provider: Provider) -> object:
    bill = Bill("A-1", NOW.date(), 1_000)
    cancelled = Cancellation(provider, bill, "Stopt.")
    return charge_cancellation_fee(session, voucher=voucher, cancelled=cancelled, **BY, **TWO)


ACTS = [settle, prepare, lower, revoke, move, cancel]


@pytest.mark.parametrize("act", ACTS)
def test_what_would_take_its_money_waits_until_the_invoice_is_decided(
    session: Session, case: Any, vault: Vault, act: Callable[[Session, Voucher, Provider], object]
) -> None:
    voucher, provider, pia = case
    redeem_voucher(session, voucher=voucher, bill=Bill("F-0", NOW.date(), 50_000), actor=pia, now=NOW)
    invoice = hand_in(session, case, vault, 60_000, number="F 7")
    clear(session, invoice)
    with pytest.raises(Conflict) as refused, session.begin_nested():
        act(session, voucher, provider)
    assert refused.value.code == "invoices_wait" and "F 7" in str(refused.value.message)
    assert refused.value.params["invoices"] == [invoice.public_id]
    session.refresh(voucher)
    assert (voucher.state, voucher.open_cents) == (VoucherState.PARTLY_REDEEMED, 70_000)
    refuse_invoice(session, invoice=invoice, reason="Dit is een offerte.", **BY)
    act(session, voucher, provider)
    assert books_are_right(session)


def test_control_an_invoice_that_was_waited_for_is_paid(session: Session, case: Any, vault: Vault) -> None:
    voucher, provider, pia = case
    redeem_voucher(session, voucher=voucher, bill=Bill("F-0", NOW.date(), 50_000), actor=pia, now=NOW)
    invoice = hand_in(session, case, vault, 60_000)
    clear(session, invoice)
    with pytest.raises(Conflict), session.begin_nested():
        settle(session, voucher, provider)
    accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    draft = SettlementDraft(110_000, SettlementGround.AS_USED, "Afgerond.")
    assert settle_voucher(session, voucher=voucher, draft=draft, **BY).released_cents == 10_000
    assert books_are_right(session)


def test_a_new_decision_does_not_take_a_voucher_back_while_an_invoice_waits(
    session: Session, case: Any, vault: Vault
) -> None:
    hand_in(session, case, vault, 60_000)
    question = session.get_one(DevelopmentQuestion, case[0].question_id)
    with pytest.raises(Conflict) as refused:
        propose_again(session, question=question, **BY)
    assert refused.value.code == "invoices_wait"


def test_of_who_hands_in_and_who_ends_the_voucher_at_once_one_is_told(engine: Engine, vault: Vault) -> None:
    def issued(session: Session) -> tuple[int, Actor]:
        voucher, (provider, pia) = a_voucher(session), a_provider(session)
        provider.iban = "NL91ABNA0417164300"
        return voucher.id, pia

    voucher_id, pia = unit_of_work(engine, issued)

    def submit() -> Act:
        def read(session: Session) -> Callable[[], object]:
            voucher = session.get_one(Voucher, voucher_id)
            return lambda: submit_invoice(
                session, voucher=voucher, paper=paper(60_000), vault=vault, actor=pia, now=NOW
            )

        return read

    def end(session: Session) -> Callable[[], object]:
        voucher = session.get_one(Voucher, voucher_id)
        return lambda: revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", **BY)

    outcomes = at_once(engine, submit(), end)
    assert outcomes in (["done", "invoices_wait"], ["voucher_ended", "done"])
    with Session(engine) as session:
        waiting = session.scalars(select(Invoice).where(Invoice.state != InvoiceState.REFUSED)).all()
        assert session.get_one(Voucher, voucher_id).is_live is bool(waiting)
