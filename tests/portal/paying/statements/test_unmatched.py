"""What a statement of the bank says is read right, or waits for a person; nothing of another account is booked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.payments.models import BatchState, PaymentState
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.payments.queries import payables
from portal.paying.statements.actions import note_handled, read_statement
from portal.paying.statements.camt import parse_statement
from portal.paying.statements.models import BankStatement, UnmatchedLine, WhyUnmatched
from portal.paying.statements.queries import unmatched_line, unmatched_lines
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, REGION
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

OTHER_ACCOUNT = "NL39RABO0300065264"
IN_ONE = "<Btch><PmtInfId>{number}</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"


def read(session: Session, *entries: str, **more: Any) -> Any:
    return read_statement(session, content=statement(*entries), actor=REGION, now=LATER, payer=PAYER, **more)


def why(session: Session) -> list[tuple[WhyUnmatched, str | None, int]]:
    return [(one.why, one.key, one.cents) for one in unmatched_lines(session, actor=REGION)]


def reversal(line: str) -> str:
    return line.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")


def without_key(line: str) -> str:
    start, end = line.index("<Refs>"), line.index("</Refs>") + len("</Refs>")
    return line[:start] + line[end:]


@pytest.mark.parametrize(
    ("credit", "reverses", "state"),
    [
        (False, False, PaymentState.EXECUTED),
        (True, False, PaymentState.RETURNED),
        (True, True, PaymentState.RETURNED),
        (False, True, PaymentState.SENT),
    ],
)
def test_money_in_and_out_and_what_undoes_it_are_told_apart(
    session: Session, owed: Any, credit: bool, reverses: bool, state: PaymentState
) -> None:
    one = a_sent_batch(session).payments[0]
    line = entry(one.end_to_end_id, "700.00", credit=credit)
    read(session, reversal(line) if reverses else line)
    assert one.state in (state, PaymentState.SENT), "one person makes nothing payable again"
    assert confirm_returns(session) == int(state is PaymentState.RETURNED)
    assert one.state is state
    undone = [(WhyUnmatched.UNDONE, one.end_to_end_id, 70_000)]
    assert why(session) == (undone if state is PaymentState.SENT else [])
    books(session, owed[0])


def test_a_return_that_is_undone_is_no_second_return_and_waits_for_a_person(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    back = entry(one.end_to_end_id, "700.00", credit=True, reason="AC04")
    read(session, entry(one.end_to_end_id, "700.00"), back)
    assert one.state is PaymentState.EXECUTED and confirm_returns(session) == 1
    assert one.state is PaymentState.RETURNED
    again = read(session, reversal(entry(one.end_to_end_id, "700.00")))
    assert (again.executed, again.returned, again.known, again.strange) == (0, 0, 0, (one.end_to_end_id,))
    [line] = unmatched_lines(session, actor=REGION)
    assert (line.why, line.payment_id, line.batch_id) == (WhyUnmatched.UNDONE, one.id, one.batch_id)
    assert books(session, owed[0]) == (100_000, 0)


@pytest.mark.parametrize(("day", "strange"), [("2026-03-04", 0), ("2026-03-05", 1)])
def test_money_that_came_back_and_left_again_later_waits_for_a_person(
    session: Session, owed: Any, day: str, strange: int
) -> None:
    one, _ = a_sent_batch(session).payments
    read(session, entry(one.end_to_end_id, "700.00", credit=True, reason="AC04"))
    confirm_returns(session)
    again = read(session, entry(one.end_to_end_id, "700.00").replace("2026-03-04", day))
    assert (again.executed, again.known, len(again.strange)) == (0, 1 - strange, strange), "it may be paid twice"
    assert why(session) == [(WhyUnmatched.DOES_NOT_FIT, one.end_to_end_id, 70_000)] * strange
    assert one.state is PaymentState.RETURNED and books(session, owed[0]) == (100_000, 0)


def test_the_statement_of_a_payee_is_refused_and_books_nothing(session: Session, owed: Any) -> None:
    one, two = a_sent_batch(session).payments
    theirs = statement(
        entry(one.end_to_end_id, "700.00", credit=True), entry(two.end_to_end_id, "300.00"), account=OTHER_ACCOUNT
    )
    for payer in (PAYER, None):
        with pytest.raises(Refusal) as refused:
            read_statement(session, content=theirs, actor=REGION, now=LATER, payer=payer, file_name="afschrift-mei.xml")
        assert (refused.value.code, refused.value.field) == ("other_account", "file")
        for said in ("afschrift-mei.xml", OTHER_ACCOUNT, PAYER.iban):
            assert said in str(refused.value)
    assert [one.state, two.state] == [PaymentState.SENT] * 2
    assert session.scalars(select(BankStatement)).all() == []
    assert read(session, entry(one.end_to_end_id, "700.00")).executed == 1, "that of the desk is read"


def test_a_file_with_a_second_account_in_it_is_refused_whole(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    ours, theirs = statement(entry(one.end_to_end_id, "700.00")).decode(), statement(account=OTHER_ACCOUNT).decode()
    both = ours.replace("</Stmt>", "</Stmt>" + theirs[theirs.index("<Stmt>") : theirs.index("</BkToCstmrStmt>")])
    with pytest.raises(Refusal) as refused:
        read_statement(session, content=both.encode(), actor=REGION, now=LATER, payer=PAYER)
    assert refused.value.code == "other_account" and one.state is PaymentState.SENT


def test_a_file_that_names_no_account_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        parse_statement(statement(account=""))
    assert refused.value.code == "statement_without_account"


def test_after_the_desk_changed_its_account_the_old_one_still_tells_what_was_paid_from_it(
    session: Session, owed: Any
) -> None:
    one, _ = a_sent_batch(session).payments
    now_paying = PayingAccount("Regio Proefland", OTHER_ACCOUNT)
    content = statement(entry(one.end_to_end_id, "700.00"))
    assert read_statement(session, content=content, actor=REGION, now=LATER, payer=now_paying).executed == 1
    elsewhere = statement(entry(one.end_to_end_id, "700.00", credit=True), account=OTHER_ACCOUNT)
    read_statement(session, content=elsewhere, actor=REGION, now=LATER, payer=now_paying)
    assert why(session) == [(WhyUnmatched.OTHER_ACCOUNT, one.end_to_end_id, 70_000)]
    assert one.state is PaymentState.EXECUTED


def lines_that_fit_nothing(number: str, one: str) -> Iterator[tuple[str, WhyUnmatched, str | None, int]]:
    """An entry, why it cannot be booked, what it names, and its cents."""
    yield whole_batch(number, "700.00"), WhyUnmatched.OTHER_TOTAL, number, 70_000
    yield whole_batch(number, "1000.00").replace("DBIT", "CRDT"), WhyUnmatched.WHOLE_CAME_BACK, number, 100_000
    yield reversal(whole_batch(number, "1000.00")), WhyUnmatched.UNDONE, number, 100_000
    yield whole_batch("LOKET-2026-99999", "5.00"), WhyUnmatched.UNKNOWN_KEY, "LOKET-2026-99999", 500
    yield entry("LOKET-2026-99999-00001", "1.00"), WhyUnmatched.UNKNOWN_KEY, "LOKET-2026-99999-00001", 100
    yield entry(one, "699.99"), WhyUnmatched.OTHER_AMOUNT, one, 69_999
    yield entry("NOTPROVIDED", "5.00"), WhyUnmatched.WITHOUT_KEY, None, 500
    yield without_key(entry(one, "6.00")), WhyUnmatched.WITHOUT_KEY, None, 600
    in_batch = without_key(entry(one, "1000.00")).replace("<TxDtls>", IN_ONE.format(number=number) + "<TxDtls>")
    yield in_batch, WhyUnmatched.WITHOUT_KEY, number, 100_000
    bare = '<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-03-04</Dt></BookgDt></Ntry>'
    yield bare, WhyUnmatched.WITHOUT_KEY, None, 700


@pytest.mark.parametrize("place", range(10))
def test_a_line_that_fits_nothing_waits_for_a_person_and_books_nothing(session: Session, owed: Any, place: int) -> None:
    batch = a_sent_batch(session)
    line, reason, key, cents = list(lines_that_fit_nothing(batch.number, batch.payments[0].end_to_end_id))[place]
    found = read(session, line)
    assert (found.executed, found.returned, len(found.strange)) == (0, 0, 1)
    assert why(session) == [(reason, key, cents)]
    assert {one.state for one in batch.payments} == {PaymentState.SENT} and batch.state is BatchState.EXPORTED
    assert books(session, owed[0]) == (100_000, 0) and payables(session) == []


def test_a_line_in_which_one_payment_has_no_id_books_the_others(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    first, second = entry(one.end_to_end_id, "700.00"), entry("NOTPROVIDED", "300.00")
    detail = second[second.index("<TxDtls>") : second.index("</NtryDtls>")]
    found = read(session, first.replace("</NtryDtls>", detail + "</NtryDtls>"))
    assert (found.executed, why(session)) == (1, [(WhyUnmatched.WITHOUT_KEY, None, 30_000)])


def test_what_is_about_other_things_is_counted_and_what_is_not_booked_yet_is_left(session: Session, owed: Any) -> None:
    one, _ = a_sent_batch(session).payments
    found = read(
        session,
        entry("SALARIS-1", "9.00"),
        whole_batch("SALARISSEN", "90.00"),
        entry(one.end_to_end_id, "700.00", status="PDNG"),
        entry(one.end_to_end_id, "700.00", status="INFO"),
    )
    assert (found.executed, found.strange, found.elsewhere) == (0, (), 2)
    assert why(session) == [] and one.state is PaymentState.SENT


def test_the_same_line_in_a_wider_statement_waits_once(session: Session, owed: Any) -> None:
    one, two = a_sent_batch(session).payments
    odd = entry(one.end_to_end_id, "1.00")
    read(session, odd)
    wider = read(session, odd, entry(two.end_to_end_id, "300.00"))
    assert (wider.executed, wider.known, wider.strange) == (1, 1, ()) and len(why(session)) == 1
    read(session, odd, odd.replace("2026-03-04", "2026-03-05"))
    assert len(why(session)) == 2, "on another day it is another line"


def test_a_person_writes_down_what_was_done_with_a_line_once(session: Session, owed: Any) -> None:
    read(session, entry("NOTPROVIDED", "5.00"))
    [line] = unmatched_lines(session, actor=REGION)
    assert unmatched_lines(session, actor=ADVISOR) == []
    assert unmatched_line(session, public_id=line.public_id, actor=ADVISOR) is None
    for actor, note, code in ((ADVISOR, "Rente.", "not_yours"), (REGION, "  ", "note_missing")):
        with pytest.raises(Refusal) as refused:
            note_handled(session, line=line, note=note, actor=actor, now=LATER)
        assert refused.value.code == code
    note_handled(session, line=line, note="Rente van de bank.", actor=REGION, now=LATER)
    with pytest.raises(Conflict):
        note_handled(session, line=line, note="Nog eens.", actor=SECOND, now=LATER)
    assert unmatched_lines(session, actor=REGION) == []
    assert [one.handled_note for one in unmatched_lines(session, actor=REGION, handled=True)] == ["Rente van de bank."]


@pytest.mark.parametrize(
    "amount", ["Infinity", "-Infinity", "NaN", "1E999999999", "1e3", "0x10", "", "１.００", "9" * 30]
)
@pytest.mark.parametrize("key", ["LOKET-2026-00001-00001", "NOTPROVIDED"])
def test_an_amount_that_is_no_amount_is_an_error_at_the_file_that_names_it(amount: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_statement(statement(entry(key, amount)))
    assert (refused.value.code, refused.value.field) == ("statement_amount", "file")
    assert (amount[:40] or "EUR") in str(refused.value)


@pytest.mark.parametrize(("amount", "cents"), [("0.00", 0), ("700", 70_000), ("700.5", 70_050), ("700.50000", 70_050)])
def test_control_an_amount_as_banks_write_it_is_read(amount: str, cents: int) -> None:
    assert [line.cents for line in parse_statement(statement(entry("X", amount))).lines] == [cents]


def test_every_unmatched_line_of_a_statement_names_it(session: Session, owed: Any) -> None:
    found = read(session, entry("NOTPROVIDED", "5.00"), entry("NOTPROVIDED", "5.00"))
    kept = session.scalars(select(BankStatement)).one()
    lines = session.scalars(select(UnmatchedLine).order_by(UnmatchedLine.place)).all()
    assert [(one.statement_id, one.place) for one in lines] == [(kept.id, 0), (kept.id, 1)]
    assert tuple(kept.strange) == found.strange == ("2026-03-04 5.00",) * 2
