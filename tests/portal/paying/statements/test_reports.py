"""A status report of the bank: what it refused is to be paid again, once; what it accepted is shown, and books nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.paying.payments.actions import cancel_batch, make_batch, release_batch
from portal.paying.payments.models import BatchState, PaymentBatch, PaymentState
from portal.paying.payments.queries import payables
from portal.paying.statements.actions import read_statement
from portal.paying.statements.models import BankStatement, WhyUnmatched
from portal.paying.statements.pain002 import is_report, parse_report
from portal.paying.statements.queries import bank_states, unmatched_lines
from portal.paying.statements.reports import ReportRead, read_report
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, REGION, a_provider, a_voucher
from tests.portal.at_once import at_once
from tests.portal.paying.payments.test_payments import (
    LATER,
    PAYER,
    SECOND,
    a_sent_batch,
    books,
    confirm_returns,
    entry,
    owed,
    statement,
    whole_batch,
)

__all__ = ["owed"]

V3, V10 = "pain.002.001.03", "pain.002.001.10"


def why_of(code: str) -> str:
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""


def about(key: str, status: str = "", *, reason: str = "", euros: str = "", account: str = "") -> str:
    amount = f'<Amt><InstdAmt Ccy="EUR">{euros}</InstdAmt></Amt>' if euros else ""
    payer = f"<DbtrAcct><Id><IBAN>{account}</IBAN></Id></DbtrAcct>" if account else ""
    said = f"<TxSts>{status}</TxSts>" if status else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{key}</OrgnlEndToEndId>{said}{why_of(reason)}"
        f"<OrgnlTxRef>{amount}{payer}</OrgnlTxRef></TxInfAndSts>"
    )


def report(
    number: str, *payments: str, group: str = "", batch: str = "", reason: str = "", more: str = "", version: str = V3
) -> bytes:
    """A report on the file with this number; `group`, `batch` are its status, `more` stands with the batch."""
    of_group = f"<GrpSts>{group}</GrpSts>{why_of(reason if not batch else '')}" if group else ""
    of_batch = f"{more}<PmtInfSts>{batch}</PmtInfSts>{why_of(reason)}" if batch else more
    inside = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{number}</OrgnlPmtInfId>{of_batch}{''.join(payments)}</OrgnlPmtInfAndSts>"
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><CstmrPmtStsRpt><GrpHdr><MsgId>B-1</MsgId>'
        f"<CreDtTm>2026-03-04T09:30:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{number}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>{of_group}</OrgnlGrpInfAndSts>"
        f"{inside if payments or batch or more else ''}</CstmrPmtStsRpt></Document>"
    ).encode()


def read(session: Session, content: bytes) -> ReportRead:
    return read_report(session, content=content, actor=REGION, now=LATER)


def left(session: Session) -> list[tuple[WhyUnmatched, str | None]]:
    return [(one.why, one.key) for one in unmatched_lines(session, actor=REGION)]


def at_bank(session: Session, batch: PaymentBatch) -> list[tuple[str, str]]:
    states = bank_states(session, batch=batch)
    return [(states[one.id].code, states[one.id].reason) for one in batch.payments if one.id in states]


@pytest.mark.parametrize("version", [V3, V10])
def test_what_the_bank_refused_is_to_be_paid_again_and_what_it_accepted_books_nothing(
    session: Session, owed: Any, version: str
) -> None:
    batch = a_sent_batch(session)
    one, two = batch.payments
    content = report(
        batch.number,
        about(one.end_to_end_id, "RJCT", reason="AC04", euros="700.00", account=PAYER.iban),
        about(two.end_to_end_id, "ACSP"),
        group="PART",
        version=version,
    )
    assert is_report(content)
    assert read(session, content) == ReportRead(refused=1, noted=1, known=0, strange=())
    assert [one.state, payables(session)] == [PaymentState.SENT, []], "one person makes nothing payable again"
    assert confirm_returns(session) == 1
    assert [one.state, two.state, batch.state] == [PaymentState.RETURNED, PaymentState.SENT, BatchState.EXPORTED]
    assert (one.return_reason, at_bank(session, batch)) == ("AC04", [("RJCT", "AC04"), ("ACSP", "")])
    assert [due.amount_cents for due in payables(session)] == [70_000]
    assert books(session, owed[0]) == (100_000, 0)
    again = read(session, content)
    assert (again.refused, again.noted, again.strange) == (0, 0, ()) and len(payables(session)) == 1
    other_file = read(session, content.replace(b"B-1", b"B-2"))
    assert (other_file.refused, other_file.noted, other_file.known) == (0, 0, 2), "another report that says the same"
    assert left(session) == []


def test_a_state_of_the_whole_file_is_shown_at_every_payment_and_books_nothing(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    for status in ("RCVD", "ACTC", "ACCP", "ACWC", "PDNG", "PART", "ACSP", "ACSC"):
        assert read(session, report(batch.number, group=status)).noted == 2
        assert at_bank(session, batch) == [(status, "")] * 2
    assert {one.state for one in batch.payments} == {PaymentState.SENT} and payables(session) == []
    assert books(session, owed[0]) == (100_000, 0)


@pytest.mark.parametrize("level", ["group", "batch"])
def test_a_file_that_is_refused_whole_is_to_be_paid_again_but_for_what_it_names(
    session: Session, owed: Any, level: str
) -> None:
    batch = a_sent_batch(session)
    accepted = about(batch.payments[1].end_to_end_id, "ACCP")
    found = read(session, report(batch.number, accepted, reason="DT01", **{level: "RJCT"}))
    assert (found.refused, found.noted) == (1, 1)
    confirm_returns(session)
    assert [one.state for one in batch.payments] == [PaymentState.RETURNED, PaymentState.SENT]
    found = read(session, report(batch.number, reason="DT01", **{level: "RJCT"}))
    confirm_returns(session)
    assert (found.refused, found.known, batch.state) == (1, 1, BatchState.CLOSED)
    assert sum(due.amount_cents for due in payables(session)) == 100_000
    assert books(session, owed[0]) == (100_000, 0)


def test_a_report_that_fits_nothing_waits_for_a_person_and_books_nothing(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    key, number, other = batch.payments[0].end_to_end_id, batch.number, "LOKET-2026-99999"
    for content, reason, named in (
        (report("SALARIS", group="RJCT"), WhyUnmatched.OTHER_FILE, "SALARIS"),
        (report("SALARIS", about("S-1", "RJCT")), WhyUnmatched.OTHER_FILE, "S-1"),
        (report(other, group="RJCT"), WhyUnmatched.UNKNOWN_KEY, other),
        (report(number, about(f"{number}-00009", "RJCT")), WhyUnmatched.UNKNOWN_KEY, f"{number}-00009"),
        (report(other, about(key, "RJCT", reason="A")), WhyUnmatched.OTHER_BATCH, key),
        (report(number, about(key, "RJCT", reason="B", account="NL39RABO0300065264")), WhyUnmatched.OTHER_ACCOUNT, key),
        (report(number, about(key, "RJCT", euros="699.99")), WhyUnmatched.OTHER_AMOUNT, key),
        (report(number, batch="RJCT", more="<OrgnlNbOfTxs>3</OrgnlNbOfTxs>"), WhyUnmatched.OTHER_TOTAL, number),
        (report(number, about(key, "WHAT")), WhyUnmatched.UNKNOWN_STATUS, key),
    ):
        found = read(session, content)
        assert (found.refused, found.noted, found.strange) == (0, 0, (named,))
        assert left(session)[-1] == (reason, named)
        again = read(session, content.replace(b"B-1", b"B-2"))
        assert (again.known, again.strange) == (1, ()), "the same line in another report waits once"
    assert len(left(session)) == 9
    assert {one.state for one in batch.payments} == {PaymentState.SENT} and payables(session) == []
    assert books(session, owed[0]) == (100_000, 0)


def test_a_report_on_a_batch_whose_file_was_not_given_out_waits_for_a_person(session: Session, owed: Any) -> None:
    batch = make_batch(session, actor=REGION, now=NOW)
    refused = about(batch.payments[0].end_to_end_id, "RJCT")
    read(session, report(batch.number, refused))
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    read(session, report(batch.number, group="RJCT"))
    cancel_batch(session, batch=batch, reason="Fout", actor=REGION, now=NOW)
    assert [one[0] for one in left(session)] == [WhyUnmatched.NOT_SENT] * 2
    assert books(session, owed[0]) == (100_000, 0)


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_the_statement_says_against_the_report_waits_for_a_person(
    session: Session, owed: Any, confirmed: bool
) -> None:
    batch = a_sent_batch(session)
    one, two = batch.payments
    read_statement(session, content=statement(entry(one.end_to_end_id, "700.00")), actor=REGION, now=LATER)
    read(session, report(batch.number, about(one.end_to_end_id, "RJCT"), about(two.end_to_end_id, "RJCT")))
    if confirmed:
        confirm_returns(session)
    stands = PaymentState.RETURNED if confirmed else PaymentState.SENT
    assert [one.state, two.state] == [PaymentState.EXECUTED, stands]
    paid = read_statement(session, content=statement(entry(two.end_to_end_id, "300.00")), actor=REGION, now=LATER)
    assert (paid.executed, two.state) == (0, stands), "it may be paid twice now"
    read(session, report(batch.number, about(two.end_to_end_id, "ACSC")))
    fits = [WhyUnmatched.DOES_NOT_FIT]
    assert left(session) == [(*fits, one.end_to_end_id), (*fits, two.end_to_end_id), (*fits, two.end_to_end_id)]
    assert books(session, owed[0]) == (100_000, 70_000)


def test_a_booking_in_one_amount_without_what_was_refused_pays_the_others(session: Session, owed: Any) -> None:
    batch = a_sent_batch(session)
    read(session, report(batch.number, about(batch.payments[1].end_to_end_id, "RJCT")))
    read_statement(session, content=statement(whole_batch(batch.number, "700.00")), actor=REGION, now=LATER)
    confirm_returns(session)
    assert [one.state for one in batch.payments] == [PaymentState.EXECUTED, PaymentState.RETURNED]
    assert left(session) == [] and batch.state is BatchState.CLOSED
    assert books(session, owed[0]) == (100_000, 70_000)


def test_two_people_who_read_the_same_refusal_at_once_book_it_once(engine: Engine) -> None:
    def begin(session: Session) -> tuple[str, str]:
        voucher, (provider, pia) = a_voucher(session), a_provider(session)
        provider.iban = "NL39RABO0300065264"
        redeem_voucher(session, voucher=voucher, bill=Bill("F-1", NOW.date(), 70_000), actor=pia, now=NOW)
        batch = a_sent_batch(session)
        return batch.number, batch.payments[0].end_to_end_id

    number, key = unit_of_work(engine, begin)
    one = report(number, about(key, "RJCT"))

    def reads(content: bytes) -> Any:
        return lambda session: lambda: read(session, content)

    assert at_once(engine, reads(one), reads(one.replace(b"B-1", b"B-2"))) == ["done", "done"]
    unit_of_work(engine, lambda session: _is_booked_once(session))


def _is_booked_once(session: Session) -> None:
    assert confirm_returns(session) == 1
    assert [due.amount_cents for due in payables(session)] == [70_000]
    assert len(session.scalars(select(BankStatement)).all()) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "report"),
        (b"<Document/>", "report"),
        (statement(), "report"),
        (report("X", about("Y", "RJCT")).replace(b"2026-03-04", b"gisteren"), "report"),
        (report("X", more="<OrgnlNbOfTxs>1</OrgnlNbOfTxs>"), "report_without_status"),
        (report("X", about("Y", "RJCT", euros="Infinity")), "statement_amount"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + report("X", group="RJCT"), "report"),
    ],
)
def test_what_is_no_report_is_refused_at_the_file(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_report(content)
    assert (refused.value.code, refused.value.field) == (code, "file")


def test_only_the_region_reads_reports(session: Session) -> None:
    with pytest.raises(Refusal):
        read_report(session, content=report("X", group="RJCT"), actor=ADVISOR, now=LATER)
    assert not is_report(statement()) and not is_report(b"geen xml")
