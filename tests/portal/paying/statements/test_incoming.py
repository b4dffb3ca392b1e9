"""Money that comes in is laid beside the recoveries that it may be of; a person books it, once, never above what is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.paying.statements.actions import StatementRead, note_handled, read_statement
from portal.paying.statements.camt import MoneyIn, parse_statement
from portal.paying.statements.incoming import book_as_receipt
from portal.paying.statements.models import UnmatchedLine, WhyUnmatched
from portal.paying.statements.queries import FoundBy, suggestions, unmatched_lines
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.spending.providers.models import Provider
from portal.spending.vouchers.codes import codes_in, format_code, new_code
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, REGION
from tests.portal.at_once import Act, at_once
from tests.portal.paying.payments.test_payments import PAYER, SECOND, entry, statement
from tests.portal.paying.settlements.test_settling import credit, settle, the_claim, used
from tests.snapshots import made_once

DAY = "2026-03-04"
LATER = NOW + timedelta(days=3)
THEIRS = "NL39RABO0300065264"


def money_in(
    euros: str, *, text: str = "", account: str = "", reference: str = "REF-1", key: str = "NOTPROVIDED"
) -> str:
    """An entry of money that came on the account."""
    payer = f"<RltdPties><DbtrAcct><Id><IBAN>{account}</IBAN></Id></DbtrAcct></RltdPties>" if account else ""
    more = f"{payer}<RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
    named = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        entry(key, euros, credit=True)
        .replace("</TxDtls>", f"{more}</TxDtls>")
        .replace("<NtryDtls>", f"{named}<NtryDtls>")
    )


@made_once
def a_claim(session: Session) -> tuple[Recovery, Voucher]:
    """€ 600 that a holder has to pay back."""
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    return the_claim(session, voucher), voucher


def read(session: Session, *entries: str) -> StatementRead:
    return read_statement(session, content=statement(*entries), actor=REGION, now=LATER, payer=PAYER)


def the_line(session: Session) -> UnmatchedLine:
    [line] = unmatched_lines(session, actor=REGION)
    return line


def found(session: Session, asked: str = "") -> list[tuple[int, FoundBy]]:
    line = the_line(session)
    return [(one.recovery.id, one.by) for one in suggestions(session, line=line, actor=REGION, asked=asked)]


@pytest.mark.parametrize(
    ("written", "key"), [("voucher {2}, bedankt", "NOTPROVIDED"), ("Terugbetaling{3}termijn 1", "EIGEN-KENMERK")]
)
def test_the_code_of_a_voucher_in_the_text_is_found_however_it_is_written(
    session: Session, written: str, key: str
) -> None:
    recovery, voucher = a_claim(session)
    code = format_code(voucher.code)
    text = written.format(code, voucher.code, code.lower(), code.replace("-", " "))
    read(session, money_in("200.00", text=text, key=key))
    assert (the_line(session).why, the_line(session).bank_reference) == (WhyUnmatched.INCOMING, "REF-1")
    assert found(session) == [(recovery.id, FoundBy.CODE)]
    assert recovery.received_cents == 0, "nothing is booked by itself"


def test_what_is_exactly_open_and_comes_from_the_account_of_the_debtor_is_found(session: Session) -> None:
    voucher, (redemption,) = used(session, 70_000, paid=1)
    recovery = credit(session, redemption, 70_000)
    assert recovery is not None and voucher.id == recovery.voucher_id
    _iban_of_debtor(session, recovery, THEIRS)
    read(session, money_in("700.00", account=THEIRS))
    assert found(session) == [(recovery.id, FoundBy.ACCOUNT)]


@pytest.mark.parametrize(("euros", "account"), [("699.99", THEIRS), ("700.00", "NL18RABO0123459876"), ("700.00", "")])
def test_control_another_amount_or_account_suggests_nothing(session: Session, euros: str, account: str) -> None:
    _, (redemption,) = used(session, 70_000, paid=1)
    recovery = credit(session, redemption, 70_000)
    assert recovery is not None
    _iban_of_debtor(session, recovery, THEIRS)
    read(session, money_in(euros, account=account))
    assert (the_line(session).why, found(session)) == (WhyUnmatched.WITHOUT_KEY, [])


def _iban_of_debtor(session: Session, recovery: Recovery, iban: str) -> None:
    session.get_one(Provider, recovery.provider_id).iban = iban
    session.flush()


def test_one_press_books_the_receipt_with_the_reference_and_day_of_the_bank(session: Session) -> None:
    recovery, voucher = a_claim(session)
    read(session, money_in("200.00", text=voucher.code))
    line = the_line(session)
    with pytest.raises(Refusal):
        book_as_receipt(session, line=line, recovery=recovery, actor=ADVISOR, now=LATER)
    booked = book_as_receipt(session, line=line, recovery=recovery, actor=REGION, now=LATER)
    assert (booked.reference, booked.on.isoformat(), booked.amount_cents) == ("REF-1", DAY, 20_000)
    assert (recovery.open_cents, line.receipt_id, verify(session)) == (40_000, booked.id, [])
    assert unmatched_lines(session, actor=REGION) == []
    for act in (
        lambda: book_as_receipt(session, line=line, recovery=recovery, actor=SECOND, now=LATER),
        lambda: note_handled(session, line=line, note="Nog eens.", actor=SECOND, now=LATER),
    ):
        with pytest.raises(Conflict) as late:
            act()
        assert late.value.code == "line_handled"
    again = read(session, money_in("200.00", text=voucher.code), entry("SALARIS", "5.00"))
    assert (again.known, again.strange) == (1, ()), "the same money in a wider statement"


def test_more_than_is_open_is_refused_with_both_amounts(session: Session) -> None:
    recovery, voucher = a_claim(session)
    read(session, money_in("600.01", text=voucher.code))
    with pytest.raises(Conflict) as refused:
        book_as_receipt(session, line=the_line(session), recovery=recovery, actor=REGION, now=LATER)
    assert refused.value.code == "more_than_open"
    said = str(refused.value).replace("\xa0", " ")
    assert "€ 600,01" in said and "€ 600,00" in said
    assert recovery.received_cents == 0 and the_line(session).handled_at is None


def test_a_receipt_that_an_advisor_booked_with_that_reference_is_not_booked_again(session: Session) -> None:
    recovery, voucher = a_claim(session)
    read(session, money_in("200.00", text=voucher.code))
    line = the_line(session)
    by = {"amount_cents": 20_000, "received_on": line.booked_on, "reference": "REF-1"}
    receive_instalment(session, recovery=recovery, **by, actor=ADVISOR, now=LATER)
    with pytest.raises(Conflict) as refused:
        book_as_receipt(session, line=line, recovery=recovery, actor=REGION, now=LATER)
    assert (refused.value.code, recovery.received_cents, line.handled_at) == ("receipt_known", 20_000, None)


def test_a_person_finds_another_recovery_by_its_code_and_a_closed_one_is_not_offered(session: Session) -> None:
    recovery, voucher = a_claim(session)
    other, _ = a_claim(session)
    read(session, money_in("600.00", text="terugbetaling"))
    assert found(session) == [] and found(session, "geen code") == []
    assert found(session, format_code(voucher.code).lower()) == [(recovery.id, FoundBy.ASKED)]
    book_as_receipt(session, line=the_line(session), recovery=recovery, actor=REGION, now=LATER)
    assert (recovery.state, other.state) == (RecoveryState.CLOSED, RecoveryState.OPEN)
    read(session, money_in("600.00", text=voucher.code, reference="REF-2"))
    assert (the_line(session).why, found(session)) == (WhyUnmatched.WITHOUT_KEY, [])


def test_money_that_went_out_or_is_about_a_payment_is_no_receipt(session: Session) -> None:
    recovery, voucher = a_claim(session)
    read(session, money_in("200.00", text=voucher.code).replace("CRDT", "DBIT"))
    assert (the_line(session).why, found(session)) == (WhyUnmatched.WITHOUT_KEY, [])
    with pytest.raises(Conflict):
        book_as_receipt(session, line=the_line(session), recovery=recovery, actor=REGION, now=LATER)


def test_two_people_book_one_line_once(engine: Engine) -> None:
    def begin(session: Session) -> tuple[int, int]:
        recovery, voucher = a_claim(session)
        read(session, money_in("200.00", text=voucher.code))
        return recovery.id, the_line(session).id

    recovery_id, line_id = unit_of_work(engine, begin)

    def books(actor: Any) -> Act:
        def look(session: Session) -> Any:
            line, recovery = session.get_one(UnmatchedLine, line_id), session.get_one(Recovery, recovery_id)
            return lambda: book_as_receipt(session, line=line, recovery=recovery, actor=actor, now=LATER)

        return look

    assert sorted(at_once(engine, books(REGION), books(SECOND))) == ["done", "line_handled"]
    with Session(engine) as session:
        assert session.get_one(Recovery, recovery_id).received_cents == 20_000
        assert verify(session) == []


def test_what_stands_with_money_that_came_in_is_read_per_payment() -> None:
    two = money_in("6.00", text="een", account=THEIRS)
    detail = two[two.index("<TxDtls>") : two.index("</NtryDtls>")]
    [one] = parse_statement(statement(two)).lines
    assert one.money_in == MoneyIn("een", THEIRS, "REF-1")
    keyed = two.replace("NOTPROVIDED", "EIGEN").replace("</NtryDtls>", f"{detail}</NtryDtls>")
    assert [line.money_in and line.money_in.reference for line in parse_statement(statement(keyed)).lines] == [
        "REF-1/1",
        "REF-1/2",
    ]
    [out] = parse_statement(statement(entry("X", "5.00"))).lines
    assert out.money_in is None


def test_only_codes_with_a_right_check_letter_are_seen_in_a_text() -> None:
    code = new_code()
    printed = format_code(code)
    for written in (code, printed, printed.lower(), printed.replace("-", " "), f"x{code}y", f"termijn 1 van {printed}"):
        assert code in codes_in(written)
    other = "B" if code[-1] != "B" else "C"
    assert codes_in(code[:-1] + other) == [] and codes_in("") == []
