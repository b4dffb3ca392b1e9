"""A voucher does not run out while an invoice that came in time waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.post.files.actions import Vault, note_scan
from portal.spending.invoices.actions import (
    HELD,
    accept_invoice,
    hold_vouchers,
    refuse_invoice,
)
from portal.spending.vouchers.actions import expire_voucher
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM
from tests.portal.spending.invoices.handing_in import books_are_right, hand_in

A_DAY = timedelta(days=1)


def test_an_invoice_in_time_is_paid_although_the_voucher_runs_out_meanwhile(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher = case[0]
    near, after = voucher.valid_until - A_DAY, voucher.valid_until + 3 * A_DAY
    moment = NOW + (near - NOW.date())
    invoice = hand_in(session, case, vault, 50_000, now=moment)
    later = NOW + (after - NOW.date())
    assert (voucher.is_blocked, voucher.block_reason) == (True, HELD)
    assert expire_voucher(session, voucher=voucher, today=after, actor=SYSTEM, now=later) == 0
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=later)
    accept_invoice(
        session,
        invoice=invoice,
        note="De opleiding loopt, zegt de opleider.",
        actor=SECOND,
        prepared_by=ADVISOR.reference,
        now=later,
    )
    assert (voucher.redeemed_cents, voucher.is_blocked) == (50_000, False)
    assert expire_voucher(session, voucher=voucher, today=after + A_DAY, actor=SYSTEM, now=later + A_DAY) == 70_000
    assert books_are_right(session)


def test_the_control_a_voucher_without_a_waiting_invoice_does_expire(session: Session, case: Any) -> None:
    voucher = case[0]
    after = voucher.valid_until + A_DAY
    assert hold_vouchers(session, now=NOW + (after - NOW.date())) == 0
    assert expire_voucher(session, voucher=voucher, today=after, actor=SYSTEM, now=NOW) == 120_000


def test_a_job_holds_vouchers_that_are_nearly_over_and_a_refusal_lets_go(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher = case[0]
    invoice = hand_in(session, case, vault, 50_000)
    assert hold_vouchers(session, now=NOW) == 0 and not voucher.is_blocked
    near = NOW + (voucher.valid_until - NOW.date()) - 10 * A_DAY
    assert (hold_vouchers(session, now=near), hold_vouchers(session, now=near)) == (1, 1)
    assert voucher.is_blocked
    refuse_invoice(session, invoice=invoice, reason="Dit is een offerte.", actor=ADVISOR, now=near)
    assert not voucher.is_blocked and invoice.refused_reason == "Dit is een offerte."
