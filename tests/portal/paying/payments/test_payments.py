"""Payments: batches with four eyes, the file for the bank, cancelling in time, statements, returns; and the books throughout."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from sepaxml.validation import ValidationError, try_valid_xml
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.ledger.returning import book_return
from portal.paying.by_hand.actions import confirm_outcome
from portal.paying.by_hand.models import HandOutcome
from portal.paying.by_hand.queries import waiting_outcomes
from portal.paying.payments.actions import cancel_batch, export_batch, leave_out, make_batch, release_batch
from portal.paying.payments.models import BatchState, Payment, PaymentBatch, PaymentSpend, PaymentState
from portal.paying.payments.pain001 import SCHEMA, PayingAccount
from portal.paying.payments.queries import CANCEL_WITHIN, exposure, payables, payment_breaks
from portal.paying.statements.actions import read_statement
from portal.paying.statements.camt import parse_statement
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher
from tests.snapshots import made_once

SECOND = Actor(Audience.REGION, account_id=912, display_name="Tweede Persoon")
PAYER = PayingAccount("Regio Proefland", "NL91ABNA0417164300")
LATER = NOW + CANCEL_WITHIN
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


@pytest.fixture
@made_once
def owed(session: Session) -> tuple[Voucher, Provider, Actor]:
    """A voucher of which 700 and 300 euros were redeemed by a provider with a name that a bank cannot print."""
    voucher = a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban, provider.name = "NL39RABO0300065264", "Opleider Café & Zn. «Één»"
    session.flush()
    for number, cents in (("F-1", 70_000), ("F-2", 30_000)):
        redeem_voucher(session, voucher=voucher, bill=Bill(number, NOW.date(), cents), actor=pia, now=NOW)
    return voucher, provider, pia


@made_once
def a_sent_batch(session: Session) -> PaymentBatch:
    batch = make_batch(session, actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    export_batch(session, batch=batch, actor=REGION, now=LATER)
    return batch


def statement(*entries: str, space: str = SPACE, account: str = PAYER.iban) -> bytes:
    whose = f"<Acct><Id><IBAN>{account}</IBAN></Id></Acct>" if account else ""
    lines = f"<Stmt>{whose}{''.join(entries)}</Stmt>"
    return f'<Document xmlns="{space}"><BkToCstmrStmt>{lines}</BkToCstmrStmt></Document>'.encode()


def entry(key: str, euros: str, *, credit: bool = False, reason: str = "", status: str = "BOOK") -> str:
    back = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{euros}</Amt><CdtDbtInd>{"CRDT" if credit else "DBIT"}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>2026-03-04</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="EUR">{euros}</Amt></TxAmt></AmtDtls>{back}</TxDtls></NtryDtls></Ntry>'
    )


def whole_batch(number: str, euros: str) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{euros}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-04</Dt>'
        f"</BookgDt><NtryDtls><Btch><PmtInfId>{number}</PmtInfId><NbOfTxs>2</NbOfTxs></Btch></NtryDtls></Ntry>"
    )


def confirm_returns(session: Session, *, actor: Actor = SECOND, now: datetime = LATER) -> int:
    """A second person confirms everything that somebody read to have come back; how many that are."""
    waiting = [one for one in waiting_outcomes(session, actor=actor) if one.outcome is HandOutcome.CAME_BACK]
    for one in waiting:
        confirm_outcome(session, proposed=one, actor=actor, now=now)
    return len(waiting)


def books(session: Session, voucher: Voucher) -> tuple[int, int]:
    """Spent and paid of a voucher, after every invariant was looked at."""
    assert verify(session) == [] and ledger_breaks(session) == [] and list(payment_breaks(session)) == []
    found = figures(session, by=("voucher_id",)).get((voucher.id,), Figures())
    return found.spent_cents, found.paid_cents


def test_a_batch_goes_from_preview_to_the_bank_and_is_paid(session: Session, owed: Any) -> None:
    voucher, provider, _ = owed
    batch = make_batch(session, actor=REGION, now=NOW)
    assert (batch.total_cents, len(batch.payments), batch.state) == (100_000, 2, BatchState.DRAFT)
    assert payables(session) == [] and exposure(session, provider=provider).unpaid_cents == 100_000
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    export_batch(session, batch=batch, actor=REGION, now=LATER)
    assert books(session, voucher) == (100_000, 0), "nothing is paid before the bank says so"
    one, two = batch.payments
    read = read_statement(
        session,
        content=statement(entry(one.end_to_end_id, "700.00"), entry(two.end_to_end_id, "300.00")),
        actor=REGION,
        now=LATER,
    )
    assert (read.executed, read.returned, read.strange) == (2, 0, ())
    assert (batch.state, one.state) == (BatchState.CLOSED, PaymentState.EXECUTED)
    assert books(session, voucher) == (100_000, 100_000)
    assert exposure(session, provider=provider).unpaid_cents == 0


def test_the_file_fits_its_schema_and_is_the_same_every_time(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    text = export_batch(session, batch=batch, actor=REGION, now=LATER)
    assert export_batch(session, batch=batch, actor=SECOND, now=LATER + CANCEL_WITHIN) == text
    try_valid_xml(text.encode(), SCHEMA)
    with pytest.raises(ValidationError):
        try_valid_xml(
            text.replace("<EndToEndId>", "<EndToEnd>").replace("</EndToEndId>", "</EndToEnd>").encode(), SCHEMA
        )
    tree = ElementTree.fromstring(text)
    names = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
    said = {
        name: tree.findtext(f".//p:{name}", "", names)
        for name in ("MsgId", "PmtInfId", "NbOfTxs", "CtrlSum", "ReqdExctnDt")
    }
    assert said == {
        "MsgId": batch.number,
        "PmtInfId": batch.number,
        "NbOfTxs": "2",
        "CtrlSum": "1000.00",
        "ReqdExctnDt": "2026-03-04",
    }
    assert [node.text for node in tree.iterfind(".//p:CdtTrfTxInf//p:InstdAmt", names)] == ["700.00", "300.00"]
    assert tree.findtext(".//p:Cdtr/p:Nm", "", names) == "Opleider Cafe + Zn. 'Een'"


def test_who_made_a_batch_does_not_release_it(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    for actor, payer, code in (
        (REGION, PAYER, "second_person"),
        (ADVISOR, PAYER, "not_yours"),
        (SECOND, None, "no_payer"),
    ):
        with pytest.raises(Refusal) as refused:
            release_batch(session, batch=batch, payer=payer, actor=actor, now=NOW)
        assert refused.value.code == code
    assert batch.state is BatchState.DRAFT
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    with pytest.raises(Conflict):
        release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)


def test_the_database_itself_refuses_one_person_for_both(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    batch.state, batch.released_at, batch.released_by = BatchState.RELEASED, NOW, REGION.reference
    batch.file_text, batch.execution_on = "x", NOW.date()
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_spent_amount_is_in_one_live_batch_at_most(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    with pytest.raises(Conflict) as refused:
        make_batch(session, actor=SECOND, now=NOW)
    assert refused.value.code == "nothing_to_pay"
    taken = batch.payments[0].spends[0].transfer_id
    session.add(PaymentSpend(payment_id=batch.payments[1].id, transfer_id=taken, live=True))
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_file_waits_for_the_delay_and_until_then_the_batch_can_be_cancelled(session: Session, owed: Any) -> None:
    voucher = owed[0]
    batch = make_batch(session, actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    with pytest.raises(Conflict) as early:
        export_batch(session, batch=batch, actor=REGION, now=LATER - timedelta(seconds=1))
    assert early.value.code == "too_early"
    with pytest.raises(Refusal):
        cancel_batch(session, batch=batch, reason=" ", actor=REGION, now=NOW)
    with pytest.raises(Conflict) as late:
        cancel_batch(session, batch=batch, reason="Fout", actor=REGION, now=LATER)
    assert late.value.code == "too_late"
    cancel_batch(session, batch=batch, reason="Fout", actor=REGION, now=LATER - timedelta(seconds=1))
    with pytest.raises(Conflict):
        export_batch(session, batch=batch, actor=REGION, now=LATER)
    again = make_batch(session, actor=REGION, now=NOW)
    assert (again.total_cents, again.number != batch.number) == (100_000, True)
    assert books(session, voucher) == (100_000, 0)


@pytest.mark.parametrize(
    ("days", "execution"), [(1, "2026-03-04"), (3, "2026-03-06"), (4, "2026-03-09"), (60, "2026-05-04")]
)
def test_the_day_of_payment_is_fixed_when_the_file_is_given_out(
    session: Session, owed: Any, days: int, execution: str
) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    given = NOW + timedelta(days=days)
    text = export_batch(session, batch=batch, actor=REGION, now=given)
    assert batch.execution_on is not None and batch.execution_on.isoformat() == execution
    assert batch.execution_on > given.date() and text.count(f"<ReqdExctnDt>{execution}</ReqdExctnDt>") == 1
    assert f"<CreDtTm>{given:%Y-%m-%dT%H:%M:%S}</CreDtTm>" in text
    try_valid_xml(text.encode(), SCHEMA)
    again = export_batch(session, batch=batch, actor=SECOND, now=given + timedelta(days=30))
    assert again == text == batch.file_text and batch.execution_on.isoformat() == execution


def test_one_payment_is_left_out_and_paid_later(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    leave_out(session, payment=batch.payments[0], actor=REGION, now=NOW)
    assert (batch.total_cents, [one.amount_cents for one in payables(session)]) == (30_000, [70_000])
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    assert (batch.file_text or "").count("<CdtTrfTxInf>") == 1
    with pytest.raises(Conflict):
        leave_out(session, payment=batch.payments[1], actor=REGION, now=NOW)


def test_an_account_number_that_changed_meanwhile_stops_the_release(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    owed[1].iban = "NL91ABNA0417164300"
    session.flush()
    with pytest.raises(Conflict) as refused:
        release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    assert refused.value.code == "payment_changed"


def test_who_has_no_account_number_is_not_in_a_batch(session: Session, owed: Any) -> None:
    owed[1].iban = None
    session.flush()
    with pytest.raises(Conflict):
        make_batch(session, actor=REGION, now=NOW)
    assert [one.iban for one in payables(session)] == [None, None]


def test_a_payment_that_comes_back_is_to_be_paid_again(session: Session, owed: Any) -> None:
    voucher = owed[0]
    batch = a_sent_batch(session)
    one, two = batch.payments
    executed = statement(entry(one.end_to_end_id, "700.00"), entry(two.end_to_end_id, "300.00"))
    read_statement(session, content=executed, actor=REGION, now=LATER)
    back = statement(entry(one.end_to_end_id, "700.00", credit=True, reason="AC04"))
    read = read_statement(session, content=back, actor=REGION, now=LATER)
    assert (read.returned, one.state, payables(session)) == (1, PaymentState.EXECUTED, []), "one person read it"
    assert confirm_returns(session) == 1
    assert (one.state, one.return_reason) == (PaymentState.RETURNED, "AC04")
    assert books(session, voucher) == (100_000, 30_000)
    assert [(p.amount_cents, p.redemption.id) for p in payables(session)] == [(70_000, one.redemption_id)]
    again = make_batch(session, actor=REGION, now=LATER)
    release_batch(session, batch=again, payer=PAYER, actor=SECOND, now=LATER)
    export_batch(session, batch=again, actor=REGION, now=LATER + CANCEL_WITHIN)
    done = statement(entry(again.payments[0].end_to_end_id, "700.00"))
    read_statement(session, content=done, actor=REGION, now=LATER + CANCEL_WITHIN)
    assert books(session, voucher) == (100_000, 100_000) and payables(session) == []


def test_the_same_statement_twice_and_the_same_line_in_another_pay_once(session: Session, owed: Any) -> None:
    voucher = owed[0]
    one, two = a_sent_batch(session).payments
    first = statement(entry(one.end_to_end_id, "700.00"))
    read_statement(session, content=first, actor=REGION, now=LATER)
    again = read_statement(session, content=first, actor=SECOND, now=LATER)
    assert (again.executed, again.known) == (0, 1)
    wider = statement(entry(one.end_to_end_id, "700.00"), entry(two.end_to_end_id, "300.00"))
    read = read_statement(session, content=wider, actor=REGION, now=LATER)
    assert (read.executed, read.known) == (1, 1)
    assert books(session, voucher) == (100_000, 100_000)


def test_a_batch_that_the_bank_booked_in_one_amount_is_paid_whole(session: Session, owed: Any) -> None:
    voucher = owed[0]
    batch = a_sent_batch(session)
    read_statement(session, content=statement(whole_batch(batch.number, "999.99")), actor=REGION, now=LATER)
    assert books(session, voucher) == (100_000, 0), "another amount is not this batch"
    read = read_statement(session, content=statement(whole_batch(batch.number, "1000.00")), actor=REGION, now=LATER)
    assert (read.executed, batch.state) == (2, BatchState.CLOSED)
    assert books(session, voucher) == (100_000, 100_000)


def test_lines_that_do_not_fit_are_shown_to_a_person_and_book_nothing(session: Session, owed: Any) -> None:
    voucher = owed[0]
    one, two = a_sent_batch(session).payments
    odd = statement(
        entry(one.end_to_end_id, "700.01"),
        entry("LOKET-2026-99999-00001", "1.00"),
        entry("NOTPROVIDED", "5.00"),
        entry(two.end_to_end_id, "300.00", status="PDNG"),
    )
    read = read_statement(session, content=odd, actor=REGION, now=LATER)
    assert (read.executed, read.strange) == (0, (one.end_to_end_id, "LOKET-2026-99999-00001", "2026-03-04 5.00"))
    assert books(session, voucher) == (100_000, 0)


def test_a_statement_about_a_batch_that_was_not_sent_books_nothing(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    content = statement(entry(batch.payments[0].end_to_end_id, "700.00"))
    assert read_statement(session, content=content, actor=REGION, now=NOW).strange == (batch.payments[0].end_to_end_id,)
    assert books(session, owed[0]) == (100_000, 0)


BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + statement("<Ntry>&b;</Ntry>")
FETCH = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + statement("<Ntry>&a;</Ntry>")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"geen xml",
        b"%PDF-1.7",
        b"<Document/>",
        BOMB,
        FETCH,
        statement(space="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"),
        statement(entry("X", "veel")),
        statement(entry("X", "1.005")),
        statement(entry("X", "NaN")),
        statement(entry("X", "-1.00")),
        statement(entry("X", "1.00").replace("EUR", "USD")),
        statement(entry("X", "1.00").replace("2026-03-04", "2026-02-30")),
        b"<a>" * 50_000,
    ],
)
def test_what_is_no_statement_is_refused_at_the_field(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parse_statement(content)
    assert refused.value.field == "file"


def test_a_payment_is_booked_back_once(session: Session, owed: Any) -> None:
    one, two = a_sent_batch(session).payments
    content = statement(entry(one.end_to_end_id, "700.00", credit=True, reason="AC01"))
    assert read_statement(session, content=content, actor=REGION, now=LATER).returned == 1
    assert books(session, owed[0]) == (100_000, 0)
    with pytest.raises(Conflict):
        book_return(session, payment_id=two.spends[0].transfer_id, actor_id="account:1", now=LATER, note="no payment")


def test_only_the_region_pays(session: Session, owed: Any) -> None:
    for actor in (ADVISOR, owed[2], Actor.anonymous()):
        with pytest.raises(Refusal):
            make_batch(session, actor=actor, now=NOW)
        with pytest.raises(Refusal):
            read_statement(session, content=statement(), actor=actor, now=NOW)
    assert session.scalars(select(Payment)).all() == []
