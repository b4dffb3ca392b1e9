"""The audit file says what the books say: per account, per booking and in all, read again with another library."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.audit_file import Bookkeeper, XafVersion, audit_file
from portal.accounting.chart.actions import AccountName, lay_down_chart
from portal.accounting.chart.queries import chart
from portal.accounting.journal import Month, journal_months, journal_of
from portal.framework.funding.actions import fund_line
from portal.framework.funding.queries import funding_lines
from portal.ledger.actions import fund
from portal.ledger.models import AccountKind, LedgerAccount, Transfer
from portal.ledger.movements import balances
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import NOW, REGION, a_provider, a_region, a_voucher
from tests.portal.accounting.journal.reading import Read, cents, read, said, signed
from tests.snapshots import made_once

MARCH = Month(2026, 3)
US = Bookkeeper("Regio <Proef> & Land", "NL0012")


def written(session: Session, month: Month = MARCH, version: XafVersion = XafVersion.V3_2) -> Read:
    journal, day = journal_of(session, month=month), date(2026, 4, 1)
    return read("".join(audit_file(session, journal, bookkeeper=US, made_on=day, version=version)), version)


@pytest.fixture
@made_once
def lived(session: Session) -> Session:
    """Two vouchers, one of them spent, and money that came in April."""
    a_voucher(session)
    spent = a_voucher(session)
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=spent, bill=Bill("F1", date(2026, 3, 2), 30_000), actor=pia, now=NOW)
    line = funding_lines(session)[0]
    april = NOW + timedelta(days=35)
    fund_line(session, line=line, amount_cents=501, reason="Erbij <& zo> \x0b.", actor=REGION, now=april, key=None)
    return session


def test_the_header_says_whose_books_and_which_month(lived: Session) -> None:
    found = written(lived)
    assert found.text("header/fiscalYear") == "2026" and found.text("header/curCode") == "EUR"
    assert (found.text("header/startDate"), found.text("header/endDate")) == ("2026-03-01", "2026-03-31")
    assert (found.text("company/companyName"), found.text("company/taxRegIdent")) == (US.name, US.tax_number)
    assert found.text("company/periods/period/periodNumber") == "3"


def test_both_versions_hold_the_same_accounts_balances_and_lines(lived: Session) -> None:
    old, new = (written(lived, version=version) for version in XafVersion)
    for path in ("openingBalance/obLine", "transactions/journal/transaction/trLine", "generalLedger/ledgerAccount"):
        one, other = (
            [["".join(part.itertext()) for part in row] for row in found.all(f"company/{path}")] for found in (old, new)
        )
        assert one == other != []
    users = {said(one, "User") for one in new.all("company/transactions/journal/transaction")}
    assert users == {said(one, "userID") for one in old.all("company/transactions/journal/transaction")} != {"None"}


def test_each_account_adds_up_to_what_the_ledger_says(lived: Session) -> None:
    for month in (MARCH, Month(2026, 4)):
        found = written(lived, month)
        sums = found.sums("company/openingBalance/obLine")
        sums.update(found.sums("company/transactions/journal/transaction/trLine"))
        ledger = balances(lived, before=month.last_day + timedelta(days=1))
        numbers = {row.account_id: row.number for row in chart(lived)}
        expected = {numbers[account]: stood for account, stood in ledger.items() if stood}
        assert {number: stood for number, stood in sums.items() if stood} == expected != {}


def test_every_booking_balances_and_the_totals_and_counts_are_those_of_the_lines(lived: Session) -> None:
    found = written(lived)
    for booking in found.all("company/transactions/journal/transaction"):
        lines = booking.findall("{*}trLine")
        assert len(lines) == 2 and sum(signed(line) for line in lines) == 0
    for part, line in (("openingBalance", "obLine"), ("transactions", "journal/transaction/trLine")):
        lines = found.all(f"company/{part}/{line}")
        debit = sum(-signed(one) for one in lines if signed(one) < 0)
        assert found.text(f"company/{part}/linesCount") == str(len(lines)) != "0"
        assert (
            cents(found.text(f"company/{part}/totalDebit")) == debit == cents(found.text(f"company/{part}/totalCredit"))
        )


def test_every_transfer_of_the_month_is_one_booking_and_no_other(lived: Session) -> None:
    mine = select(Transfer).where(Transfer.booked_on >= MARCH.first_day, Transfer.booked_on <= MARCH.last_day)
    expected = [str(row.id) for row in lived.scalars(mine.order_by(Transfer.id))]
    assert [said(one, "nr") for one in written(lived).all("company/transactions/journal/transaction")] == expected != []


def test_every_account_of_a_line_is_one_of_the_chart(lived: Session) -> None:
    line = funding_lines(lived)[0]
    names = {AccountKind.AVAILABLE: AccountName("17/A", "Vrij & <blij>")}
    lay_down_chart(lived, line=line, names=names, actor=REGION, now=NOW)
    found = written(lived)
    accounts = {said(one, "accID"): said(one, "accDesc") for one in found.all("company/generalLedger/ledgerAccount")}
    assert accounts["17/A"] == "Vrij & <blij>"
    assert set(found.sums("company/transactions/journal/transaction/trLine")) <= set(accounts)


def test_text_that_xml_does_not_know_is_left_out_and_the_rest_is_kept(lived: Session) -> None:
    [booking] = written(lived, Month(2026, 4)).all("company/transactions/journal/transaction")
    assert said(booking, "desc") == "budget erbij: Erbij <& zo> ."


def test_a_month_without_bookings_and_a_desk_without_money_are_files_too(session: Session) -> None:
    assert written(session).text("company/transactions/linesCount") == "0"
    assert journal_months(session, today=MARCH.last_day) == []
    a_region(session)
    assert written(session, Month(2031, 1)).text("company/transactions/linesCount") == "0"


def test_the_months_run_from_the_first_booking_to_today(lived: Session) -> None:
    months = journal_months(lived, today=date(2026, 5, 3))
    assert [str(month) for month in months] == ["2026-05", "2026-04", "2026-03", "2026-02", "2026-01", "2025-12"][
        : len(months)
    ]
    assert months[-1] == Month.of(min(row.booked_on for row in lived.scalars(select(Transfer))))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "1999-01", "2026-3", "maart", "2026-03-01", "２０２６-03"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert Month.said(text) is None
    assert Month.said("2026-03") == MARCH and MARCH.last_day == date(2026, 3, 31)
    assert Month(2026, 12).last_day == date(2026, 12, 31)


def test_a_large_month_is_never_whole_in_memory(session: Session) -> None:
    """The file of 6,000 bookings is larger than all that is held while it is written."""
    a_region(session)
    line = funding_lines(session)[0]
    first = fund(session, funding_line_id=line.id, amount_cents=1, actor_id="account:1", now=NOW)
    rows = [
        {
            "key": f"k{number}",
            "kind": first.kind,
            "debit_account_id": first.debit_account_id,
            "credit_account_id": first.credit_account_id,
            "amount_cents": 1,
            "booked_on": first.booked_on,
            "at": datetime(2026, 3, 2, tzinfo=UTC),
            "actor_id": "account:1",
            "note": "n" * 200,
        }
        for number in range(6_000)
    ]
    session.execute(Transfer.__table__.insert(), rows)  # type: ignore[attr-defined]
    del rows
    session.commit()
    session.expunge_all()
    journal = journal_of(session, month=MARCH)
    tracemalloc.start()
    try:
        size = sum(len(part) for part in audit_file(session, journal, bookkeeper=US, made_on=MARCH.last_day))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 5_000_000 and peak < size / 1.5
    assert session.scalars(select(LedgerAccount)).first() is not None, "the session goes on"
