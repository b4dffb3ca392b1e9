"""What the checks of an invoice find, and what must be solved before a person can accept it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault
from portal.spending.invoices.actions import (
    accept_invoice,
    check_invoice,
    submit_invoice,
)
from portal.spending.invoices.queries import (
    InvoiceFinding,
    same_person,
)
from portal.spending.providers.actions import withdraw_approval
from tests.factories import ADVISOR, NOW, SECOND, a_provider, a_voucher
from tests.portal.spending.invoices.handing_in import hand_in, paper

A_DAY = timedelta(days=1)


def test_checks_find_what_a_person_must_look_at(session: Session, case: Any, vault: Vault) -> None:
    other, _, _ = a_voucher(session), None, None
    a_provider(session)[0].iban = "NL91ABNA0417164300"
    session.flush()
    first = hand_in(session, case, vault, 60_000, total_cents=100_000)
    again = submit_invoice(
        session,
        voucher=other,
        paper=paper(50_000, learner_name="Piet Jansen", total_cents=100_000),
        vault=vault,
        actor=case[2],
        now=NOW,
    )
    assert {InvoiceFinding(code) for code in first.findings} == {
        InvoiceFinding.NOT_SCANNED,
        InvoiceFinding.START_UNCONFIRMED,
        InvoiceFinding.IBAN_SHARED,
    }
    assert {InvoiceFinding(code) for code in again.findings} == {
        InvoiceFinding.NOT_SCANNED,
        InvoiceFinding.START_UNCONFIRMED,
        InvoiceFinding.IBAN_SHARED,
        InvoiceFinding.NAME_DIFFERS,
        InvoiceFinding.NUMBER_ELSEWHERE,
        InvoiceFinding.OVER_TOTAL,
    }
    third = submit_invoice(
        session,
        voucher=a_voucher(session),
        paper=paper(1_000, "F-3", invoice_date=date(2026, 2, 1)),
        vault=Vault(vault.folder, vault.key),
        actor=a_provider(session)[1],
        now=NOW,
    )
    assert {
        InvoiceFinding.BEFORE_ISSUE.value,
        InvoiceFinding.FILE_ELSEWHERE.value,
        InvoiceFinding.NO_IBAN.value,
    } <= set(third.findings)


def test_what_stops_an_invoice_must_be_solved_first_and_the_rest_explained(
    session: Session, case: Any, vault: Vault
) -> None:
    voucher, provider, _ = case
    invoice = hand_in(session, case, vault, 10_000)
    with pytest.raises(Refusal) as refused:
        accept_invoice(session, invoice=invoice, note=" ", actor=ADVISOR, now=NOW)
    assert (refused.value.code, refused.value.field) == ("note_missing", "note")
    provider.iban = None
    session.flush()
    with pytest.raises(Conflict) as stopped:
        accept_invoice(session, invoice=invoice, note="Gebeld", actor=ADVISOR, now=NOW)
    assert stopped.value.code == "invoice_stopped" and voucher.redeemed_cents == 0
    provider.iban = "NL91ABNA0417164300"
    session.flush()
    accept_invoice(
        session,
        invoice=invoice,
        note="De opleiding loopt, zegt de opleider.",
        actor=SECOND,
        prepared_by=ADVISOR.reference,
        now=NOW,
    )
    assert invoice.accepted_note == "De opleiding loopt, zegt de opleider."


def test_a_provider_that_lost_its_approval_is_not_accepted_any_more(session: Session, case: Any, vault: Vault) -> None:
    voucher, provider, _ = case
    invoice = hand_in(session, case, vault, 10_000)
    withdraw_approval(session, provider=provider, scheme=voucher.scheme, reason="Klachten", actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        accept_invoice(session, invoice=invoice, note="x", actor=ADVISOR, now=NOW)
    assert InvoiceFinding.NOT_APPROVED in check_invoice(session, invoice=invoice, now=NOW)
    with pytest.raises(Refusal):
        hand_in(session, case, vault, 10_000, "F-2", pages=2)


@pytest.mark.parametrize(
    ("written", "known", "same"),
    [
        ("Sam de Vries", "Sam de Vries", True),
        ("S. de Vries", "Sam de Vries", True),
        ("de Vries", "Sam de Vries", True),
        ("SAM  DE-VRIES", "Sam de Vries", True),
        ("José Müller", "Jose Muller", True),
        ("P. de Vries", "Sam de Vries", False),
        ("Sam Jansen", "Sam de Vries", False),
        ("", "Sam de Vries", False),
        ("123", "Sam de Vries", False),
    ],
)
def test_two_spellings_are_one_person_when_they_can_be(written: str, known: str, same: bool) -> None:
    assert same_person(written, known) is same
