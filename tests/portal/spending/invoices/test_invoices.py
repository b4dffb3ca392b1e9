"""Invoices: handed in, accepted or refused by a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Organisation, Role
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, remove_loose_files
from portal.post.messages.models import OutboxMessage
from portal.spending.invoices.actions import (
    PaidBill,
    accept_invoice,
    note_credits,
    refuse_invoice,
    submit_paid_bill,
)
from portal.spending.invoices.models import Invoice, InvoiceKind, InvoiceState
from portal.spending.invoices.queries import (
    invoice_by_public_id,
    invoice_count,
    invoices,
    invoices_of_voucher,
    waiting_cents,
)
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import VoucherState
from tests.factories import ADVISOR, NOW, REGION, SECOND, SYSTEM, a_provider
from tests.portal.spending.invoices.handing_in import books_are_right, clear, hand_in, paper

A_DAY = timedelta(days=1)


def test_an_invoice_redeems_nothing_before_a_person_accepts(session: Session, case: Any, vault: Vault) -> None:
    voucher, provider, _ = case
    invoice = hand_in(session, case, vault, 50_000)
    assert (invoice.state, voucher.redeemed_cents) == (InvoiceState.CHECKED, 0)
    assert waiting_cents(session, voucher=voucher) == 50_000
    clear(session, invoice)
    done = accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    assert (invoice.state, invoice.redemption_id, voucher.redeemed_cents) == (InvoiceState.ACCEPTED, done.id, 50_000)
    assert (done.provider_id, done.redeemed_by) == (provider.id, SECOND.reference)
    assert books_are_right(session)
    with pytest.raises(Conflict):
        accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    assert voucher.redeemed_cents == 50_000


def test_an_invoice_in_two_parts_uses_the_voucher_up(session: Session, case: Any, vault: Vault) -> None:
    voucher = case[0]
    for number, cents, pages in (("F-1", 70_000, 1), ("F-2", 50_000, 2)):
        invoice = hand_in(session, case, vault, cents, number, pages=pages)
        clear(session, invoice)
        accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    assert (voucher.state, voucher.redeemed_cents) == (VoucherState.REDEEMED, 120_000)
    assert books_are_right(session)


def test_what_waits_counts_as_asked(session: Session, case: Any, vault: Vault) -> None:
    hand_in(session, case, vault, 100_000)
    with pytest.raises(Refusal) as refused:
        hand_in(session, case, vault, 20_001, "F-2", pages=2)
    assert (refused.value.code, refused.value.field) == ("more_than_open", "amount")
    hand_in(session, case, vault, 20_000, "F-2", pages=2)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"number": "  "}, "invoice_number"),
        ({"number": "9" * 61}, "invoice_number"),
        ({"invoice_date": NOW.date() + A_DAY}, "invoice_date"),
        ({"invoice_date": date(2025, 2, 27)}, "invoice_date"),
        ({"learner_name": " "}, "learner_name"),
        ({"amount_cents": 0}, "amount"),
        ({"amount_cents": 120_001, "total_cents": 130_000}, "amount"),
        ({"total_cents": 999}, "total"),
        ({"content": b""}, "file"),
        ({"file_name": "factuur.exe"}, "file"),
    ],
)
def test_an_impossible_invoice_is_refused_at_the_field(
    session: Session, case: Any, vault: Vault, more: dict[str, Any], field: str
) -> None:
    given = {"number": "F-1", **more}
    with pytest.raises(Refusal) as refused:
        hand_in(session, case, vault, 1_000, **given)
    assert refused.value.field == field
    assert session.scalars(select(Invoice)).all() == []


def test_the_same_invoice_counts_once_however_it_is_typed(session: Session, case: Any, vault: Vault) -> None:
    first = hand_in(session, case, vault, 10_000, "INV 2026-7")
    for number, pages, code in (("inv2026-7", 2, "invoice_known"), ("F-2", 1, "file_known")):
        with pytest.raises(Conflict) as refused:
            hand_in(session, case, vault, 10_000, number, pages=pages)
        assert refused.value.code == code
    refuse_invoice(session, invoice=first, reason="Dit is een offerte.", actor=ADVISOR, now=NOW)
    hand_in(session, case, vault, 10_000, "INV 2026-7")


def test_an_invoice_redeemed_before_invoices_had_files_is_known_too(session: Session, case: Any, vault: Vault) -> None:
    voucher, _, pia = case
    redeem_voucher(session, voucher=voucher, bill=Bill("F-1", NOW.date(), 1_000), actor=pia, now=NOW)
    with pytest.raises(Conflict) as refused:
        hand_in(session, case, vault, 1_000, "f-1")
    assert refused.value.code == "invoice_known"


def test_who_may_see_an_invoice(session: Session, case: Any, vault: Vault) -> None:
    voucher, _, pia = case
    invoice = hand_in(session, case, vault, 10_000)
    other = a_provider(session)[1]
    me = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id)
    stranger = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id + 1)
    for actor, sees in ((ADVISOR, True), (REGION, True), (pia, True), (me, True), (other, False), (stranger, False)):
        seen = invoice_by_public_id(session, public_id=invoice.public_id, actor=actor)
        assert (seen is invoice) is sees, actor.audience
        assert bool(invoices_of_voucher(session, voucher=voucher, actor=actor)) is sees
    assert invoices(session, actor=pia) == [invoice] and invoices(session, actor=other) == []
    assert invoices(session, actor=me) == []
    assert [invoice_count(session, actor=one) for one in (ADVISOR, pia, other, me)] == [1, 1, 0, 0]
    second = hand_in(session, case, vault, 5_000, "F-2", pages=2)
    assert invoices(session, actor=pia) == [invoice, second], "the oldest first, unless asked"
    assert invoices(session, actor=ADVISOR, newest_first=True) == [second, invoice]
    assert invoices(session, actor=ADVISOR, newest_first=True, limit=1, offset=1) == [invoice]
    assert invoice_count(session, actor=ADVISOR, states=[InvoiceState.ACCEPTED]) == 0


def test_a_refusal_needs_a_reason_and_tells_the_provider(session: Session, case: Any, vault: Vault) -> None:
    provider = case[1]
    place = session.get_one(Organisation, provider.organisation_id)
    create_account(
        session,
        email="pia@opleider.example",
        display_name="Pia",
        role=Role.PROVIDER,
        organisation=place,
        actor=SYSTEM,
        now=NOW,
    )
    invoice = hand_in(session, case, vault, 10_000)
    for actor, reason in ((ADVISOR, " "), (case[2], "Ik wil niet")):
        with pytest.raises(Refusal):
            refuse_invoice(session, invoice=invoice, reason=reason, actor=actor, now=NOW)
    refuse_invoice(session, invoice=invoice, reason="De naam klopt niet.", actor=ADVISOR, now=NOW)
    sent = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "provider/invoice_refused")).all()
    assert [(message.recipient.value, message.version) for message in sent] == [("account", invoice.id)]


def test_only_a_scheme_that_pays_the_holder_takes_a_receipt(
    session: Session, case: Any, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher, provider, _ = case
    me = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id)
    payee = {"payee_name": "S. de Vries", "iban": "NL39 RABO 0300 0652 64"}

    def receipt(actor: Actor = me, **more: Any) -> Invoice:
        return submit_paid_bill(
            session,
            voucher=voucher,
            provider=provider,
            paper=PaidBill(**vars(paper(30_000)), **(payee | more)),
            vault=vault,
            actor=actor,
            now=NOW,
        )

    with pytest.raises(Refusal) as refused:
        receipt()
    assert refused.value.code == "pays_the_provider"
    monkeypatch.setattr("portal.spending.invoices.actions.pays_the_holder", lambda *_, **__: True)
    with pytest.raises(Refusal) as to_provider:
        hand_in(session, case, vault, 1_000)
    assert to_provider.value.code == "pays_the_holder"
    for more, field in (({"iban": "NL39RABO0300065265"}, "iban"), ({"payee_name": " "}, "payee_name")):
        with pytest.raises(Refusal) as wrong:
            receipt(**more)
        assert wrong.value.field == field
    with pytest.raises(Refusal):
        receipt(case[2])
    made = receipt()
    assert (made.kind, made.payee_iban) == (InvoiceKind.PAID_BILL, "NL39RABO0300065264")
    clear(session, made)
    done = accept_invoice(session, invoice=made, note="", actor=SECOND, now=NOW)
    assert (done.amount_cents, voucher.redeemed_cents) == (30_000, 30_000) and books_are_right(session)


def test_files_of_invoices_are_kept_and_those_of_refused_forms_removed(
    session: Session, case: Any, vault: Vault
) -> None:
    kept = hand_in(session, case, vault, 10_000)
    with pytest.raises(Conflict):
        hand_in(session, case, vault, 10_000, "F-2")  # the same file: refused after it was stored
    assert len(list(vault.folder.iterdir())) == 2
    assert remove_loose_files(session, vault=vault, now=NOW + 3 * A_DAY) == 1
    assert [path.name for path in vault.folder.iterdir()] == [kept.file.place]


def test_an_invoice_whose_redemption_was_credited_in_full_says_so(session: Session, case: Any, vault: Vault) -> None:
    invoice = hand_in(session, case, vault, 10_000)
    clear(session, invoice)
    done = accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    assert note_credits(session, now=NOW) == 0
    done.credited_cents = 10_000
    session.flush()
    assert (note_credits(session, now=NOW), note_credits(session, now=NOW)) == (1, 0)
    assert invoice.state is InvoiceState.CREDITED
