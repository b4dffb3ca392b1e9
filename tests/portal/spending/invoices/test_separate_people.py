"""Who decides, who approves a provider and who accepts an invoice are different people above the amount of the scheme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.orm import Session

from portal.cases.questions.models import CostInput
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault
from portal.spending.invoices.actions import accept_invoice
from portal.spending.invoices.models import Invoice, InvoiceState
from portal.spending.providers.actions import approve_provider, withdraw_approval
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher
from schemes.definition import SchemeDefinition
from tests.factories import ADVISOR, NOW, REGION, SECOND, SYSTEM, a_provider, a_voucher
from tests.portal.spending.invoices.handing_in import clear, hand_in

THIRD = Actor(ADVISOR.audience, account_id=906, display_name="Dirk Derde")
REASON = "De opleiding loopt, zegt de opleider."
DECIDED_AT = 120_000


def refused(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code, caught.value.field


def accept(session: Session, invoice: Invoice, actor: Actor, note: str = "", first: Actor | None = None) -> Any:
    prepared_by = first.reference if first is not None else None
    return accept_invoice(session, invoice=invoice, note=note, actor=actor, now=NOW, prepared_by=prepared_by)


def approved_only_by(session: Session, provider: Provider, *people: Actor) -> None:
    scheme = "leervoucher"
    withdraw_approval(session, provider=provider, scheme=scheme, reason="Opnieuw", actor=REGION, now=NOW)
    for person in people:
        approve_provider(session, provider=provider, scheme=scheme, actor=person, now=NOW)


def ready(session: Session, case: Any, vault: Vault) -> Invoice:
    """An invoice on which no check finds anything."""
    invoice = hand_in(session, case, vault, 50_000)
    clear(session, invoice)
    return invoice


def test_one_advisor_who_does_everything_is_not_paid(session: Session, vault: Vault) -> None:
    """The attack: an own provider, approved by oneself, a voucher for somebody invented, a blank bill, and a full stop."""
    voucher, (own, pia) = a_voucher(session), a_provider(session)
    approved_only_by(session, own, ADVISOR)
    own.iban = "NL91ABNA0417164300"
    session.flush()
    invoice = hand_in(session, (voucher, own, pia), vault, DECIDED_AT)
    assert refused(lambda: accept(session, invoice, ADVISOR, ".")) == ("reason_too_short", "note")
    assert refused(lambda: accept(session, invoice, ADVISOR, REASON))[0] == "decided_yourself"
    assert refused(lambda: accept(session, invoice, ADVISOR, REASON, first=ADVISOR))[0] == "decided_yourself"
    assert refused(lambda: accept(session, invoice, SECOND, REASON))[0] == "approved_by_who_decided"
    assert (voucher.redeemed_cents, invoice.state) == (0, InvoiceState.CHECKED)


def test_three_people_share_it_and_then_it_is_paid(session: Session, case: Any, vault: Vault) -> None:
    invoice = ready(session, case, vault)
    approved_only_by(session, case[1], SECOND)
    assert refused(lambda: accept(session, invoice, ADVISOR))[0] == "decided_yourself"
    assert refused(lambda: accept(session, invoice, SECOND))[0] == "approved_yourself"
    accept(session, invoice, THIRD)
    assert case[0].redeemed_cents == 50_000


def test_a_colleague_may_approve_a_provider_too(session: Session, case: Any, vault: Vault) -> None:
    invoice = ready(session, case, vault)
    approved_only_by(session, case[1], ADVISOR)
    assert refused(lambda: accept(session, invoice, SECOND))[0] == "approved_by_who_decided"
    approve_provider(session, provider=case[1], scheme="leervoucher", actor=REGION, now=NOW)
    accept(session, invoice, SECOND)
    held = [one for one in case[1].approvals if one.withdrawn_at is None and one.scheme == "leervoucher"]
    assert len(held) == 2


def test_the_amount_of_the_voucher_counts_however_small_its_invoices_are(
    session: Session, case: Any, vault: Vault
) -> None:
    invoice = hand_in(session, case, vault, 100)
    clear(session, invoice)
    assert refused(lambda: accept(session, invoice, ADVISOR))[0] == "decided_yourself"


@pytest.mark.parametrize(("cents", "alone"), [(50_000, True), (50_001, False)])
def test_up_to_the_amount_of_the_scheme_one_person_may(session: Session, vault: Vault, cents: int, alone: bool) -> None:
    voucher: Voucher = a_voucher(session, costs=[CostInput("tuition", cents)])
    provider, pia = a_provider(session)
    provider.iban = "NL91ABNA0417164300"
    session.flush()
    invoice = hand_in(session, (voucher, provider, pia), vault, cents)
    clear(session, invoice)
    if alone:
        accept(session, invoice, ADVISOR)
    else:
        assert refused(lambda: accept(session, invoice, ADVISOR))[0] == "decided_yourself"


def test_the_amount_is_a_setting_of_the_scheme_with_a_default(session: Session, case: Any, vault: Vault) -> None:
    assert SchemeDefinition.model_fields["one_person_up_to_cents"].default == 50_000
    invoice = ready(session, case, vault)
    with patch("portal.spending.invoices.separate_people.one_person_up_to", return_value=DECIDED_AT):
        accept(session, invoice, ADVISOR)
    assert case[0].redeemed_cents == 50_000, "control: under a higher amount one person does it"


@pytest.mark.parametrize("note", [".", "ok", "Gebeld", "x" * 40, "a b c", "                    .          "])
def test_a_check_is_not_passed_over_without_a_real_reason(session: Session, case: Any, vault: Vault, note: str) -> None:
    invoice = hand_in(session, case, vault, 10_000)
    code, field = refused(lambda: accept(session, invoice, SECOND, note, first=ADVISOR))
    assert code in ("reason_too_short", "note_missing") and field == "note"


def test_a_check_is_passed_over_by_two(session: Session, case: Any, vault: Vault) -> None:
    invoice = hand_in(session, case, vault, 10_000)
    assert refused(lambda: accept(session, invoice, SECOND, REASON))[0] == "second_person_needed"
    assert refused(lambda: accept(session, invoice, SECOND, REASON, first=SECOND))[0] == "own_preparation"
    accept(session, invoice, SECOND, REASON, first=ADVISOR)
    assert invoice.accepted_note == REASON


def test_what_a_program_approved_is_approved_by_nobody_else(session: Session, case: Any, vault: Vault) -> None:
    invoice = ready(session, case, vault)
    assert {one.approved_by for one in case[1].approvals} == {SYSTEM.reference}
    accept(session, invoice, SECOND)
