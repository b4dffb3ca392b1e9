"""Invoices: handed in, checked, accepted or refused by a person; and what the holder says of the training."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Organisation, Role
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, note_scan
from portal.post.messages.models import OutboxMessage
from portal.spending.invoices.actions import (
    HELD,
    Paper,
    accept_invoice,
    check_invoice,
    confirm_end,
    confirm_start,
    hold_vouchers,
    note_credits,
    refuse_invoice,
    remove_loose_files,
    submit_invoice,
    submit_paid_bill,
)
from portal.spending.invoices.models import EndKind, Invoice, InvoiceKind, InvoiceState
from portal.spending.invoices.queries import (
    InvoiceFinding,
    attendance_of,
    invoice_by_public_id,
    invoices,
    invoices_of_voucher,
    same_person,
    waiting_cents,
)
from portal.spending.providers.actions import withdraw_approval
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import expire_voucher, redeem_voucher
from portal.spending.vouchers.models import Voucher, VoucherState
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_provider, a_voucher, resident
from tests.portal.post.files.hostile import pdf

A_DAY = timedelta(days=1)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.under(tmp_path, "a secret of a desk, for tests only")


def paper(cents: int, number: str = "F-1", *, pages: int = 1, **more: Any) -> Paper:
    given = {
        "number": number,
        "invoice_date": NOW.date(),
        "learner_name": "S. de Vries",
        "total_cents": cents,
        "amount_cents": cents,
        "content": pdf(pages),
        "file_name": "factuur.pdf",
    }
    return Paper(**(given | more))


@pytest.fixture
def case(session: Session) -> tuple[Voucher, Provider, Actor]:
    """A voucher of 1,200 euros for S. de Vries and an approved provider with an account number."""
    voucher = a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban = "NL91ABNA0417164300"
    session.flush()
    return voucher, provider, pia


def hand_in(session: Session, case: Any, vault: Vault, cents: int, number: str = "F-1", **more: Any) -> Invoice:
    voucher, _, pia = case
    now = more.pop("now", NOW)
    return submit_invoice(session, voucher=voucher, paper=paper(cents, number, **more), vault=vault, actor=pia, now=now)


def clear(session: Session, invoice: Invoice) -> None:
    """The file is scanned and the training started: no check finds anything any more."""
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=NOW)
    voucher = invoice.voucher
    question = resident(session.get_one(type(voucher), voucher.id))  # type: ignore[arg-type]
    started = Actor(question.audience, question_id=voucher.question_id)
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=started, now=NOW)


def books_are_right(session: Session) -> bool:
    return verify(session) == [] and ledger_breaks(session) == []


def test_an_invoice_redeems_nothing_before_a_person_accepts(session: Session, case: Any, vault: Vault) -> None:
    voucher, provider, _ = case
    invoice = hand_in(session, case, vault, 50_000)
    assert (invoice.state, voucher.redeemed_cents) == (InvoiceState.CHECKED, 0)
    assert waiting_cents(session, voucher=voucher) == 50_000
    clear(session, invoice)
    done = accept_invoice(session, invoice=invoice, note="", actor=ADVISOR, now=NOW)
    assert (invoice.state, invoice.redemption_id, voucher.redeemed_cents) == (InvoiceState.ACCEPTED, done.id, 50_000)
    assert (done.provider_id, done.redeemed_by) == (provider.id, ADVISOR.reference)
    assert books_are_right(session)
    with pytest.raises(Conflict):
        accept_invoice(session, invoice=invoice, note="", actor=ADVISOR, now=NOW)
    assert voucher.redeemed_cents == 50_000


def test_an_invoice_in_two_parts_uses_the_voucher_up(session: Session, case: Any, vault: Vault) -> None:
    voucher = case[0]
    for number, cents, pages in (("F-1", 70_000, 1), ("F-2", 50_000, 2)):
        invoice = hand_in(session, case, vault, cents, number, pages=pages)
        clear(session, invoice)
        accept_invoice(session, invoice=invoice, note="", actor=ADVISOR, now=NOW)
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
    redeem_voucher(
        session, voucher=voucher, invoice_number="F-1", invoice_date=NOW.date(), amount_cents=1_000, actor=pia, now=NOW
    )
    with pytest.raises(Conflict) as refused:
        hand_in(session, case, vault, 1_000, "f-1")
    assert refused.value.code == "invoice_known"


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
    accept_invoice(session, invoice=invoice, note="Gebeld: de opleiding is begonnen.", actor=ADVISOR, now=NOW)
    assert invoice.accepted_note == "Gebeld: de opleiding is begonnen."


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
    ("moment", "before", "after_start"),
    [
        ("before_start", set(), set()),
        ("on_invoice", {InvoiceFinding.START_UNCONFIRMED}, set()),
        ("after_start", {InvoiceFinding.NOT_STARTED}, set()),
        ("in_parts", {InvoiceFinding.NOT_STARTED}, set()),
        (
            "after_completion",
            {InvoiceFinding.NOT_STARTED, InvoiceFinding.NOT_COMPLETED},
            {InvoiceFinding.NOT_COMPLETED},
        ),
    ],
)
def test_the_scheme_says_when_the_holder_must_have_started_or_completed(
    session: Session,
    case: Any,
    vault: Vault,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    before: set[InvoiceFinding],
    after_start: set[InvoiceFinding],
) -> None:
    monkeypatch.setattr("portal.spending.invoices.queries.moment_of_payment", lambda *_, **__: moment)
    voucher = case[0]
    invoice = hand_in(session, case, vault, 10_000)
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=NOW)
    me = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id)
    assert set(check_invoice(session, invoice=invoice, now=NOW)) == before
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)
    assert set(check_invoice(session, invoice=invoice, now=NOW)) == after_start
    end = {"ended_on": NOW.date(), "how": EndKind.COMPLETED, "own_share_paid": True}
    confirm_end(session, voucher=voucher, actor=me, now=NOW, **end)  # type: ignore[arg-type]
    assert invoice.findings == []


def test_only_the_holder_or_an_advisor_says_that_a_training_started_or_ended(session: Session, case: Any) -> None:
    voucher, _, pia = case
    me = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id)
    other = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id + 1)
    for actor in (pia, other, REGION):
        with pytest.raises(Refusal):
            confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=actor, now=NOW)
    end = {"how": EndKind.STOPPED, "own_share_paid": None, "now": NOW}
    with pytest.raises(Refusal) as early:
        confirm_end(session, voucher=voucher, ended_on=NOW.date(), actor=me, **end)  # type: ignore[arg-type]
    assert early.value.code == "not_started"
    with pytest.raises(Refusal) as future:
        confirm_start(session, voucher=voucher, started_on=NOW.date() + A_DAY, actor=me, now=NOW)
    assert future.value.field == "started_on"
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)
    with pytest.raises(Refusal) as backwards:
        confirm_end(session, voucher=voucher, ended_on=NOW.date() - A_DAY, actor=me, **end)  # type: ignore[arg-type]
    assert backwards.value.field == "ended_on"
    confirm_end(session, voucher=voucher, ended_on=NOW.date(), actor=ADVISOR, **end)  # type: ignore[arg-type]
    seen = attendance_of(session, voucher=voucher)
    assert seen is not None and seen.end_confirmed_by == ADVISOR.reference
    with pytest.raises(Conflict):
        confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)


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
    accept_invoice(session, invoice=invoice, note="De opleiding loopt.", actor=ADVISOR, now=later)
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
            paper=paper(30_000),
            vault=vault,
            actor=actor,
            now=NOW,
            **(payee | more),
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
    done = accept_invoice(session, invoice=made, note="", actor=ADVISOR, now=NOW)
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
    done = accept_invoice(session, invoice=invoice, note="", actor=ADVISOR, now=NOW)
    assert note_credits(session, now=NOW) == 0
    done.credited_cents = 10_000
    session.flush()
    assert (note_credits(session, now=NOW), note_credits(session, now=NOW)) == (1, 0)
    assert invoice.state is InvoiceState.CREDITED


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
