"""The money of funders in parts: promised, expected, called for, and received at the bank or by two people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.tranches.actions import (
    HandReceipt,
    add_tranche,
    call_tranche,
    change_tranche,
    confirm_receipt,
    drop_tranche,
    promise_money,
    receive_by_hand,
    receive_from_bank,
    withdraw_receipt,
)
from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt, TrancheState
from portal.accounting.tranches.queries import (
    MatchedBy,
    amounts_to_come,
    planned_cents,
    promised_cents,
    promises_of,
    suggested_lines,
    tranche_by_public_id,
    tranches,
)
from portal.framework.funding.models import Agreement
from portal.paying.statements.actions import note_handled, read_statement
from portal.paying.statements.models import UnmatchedLine
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_region
from tests.portal.accounting.agreements.test_agreements import said_last, staff_of
from tests.portal.paying.payments.test_payments import PAYER, SECOND, statement
from tests.portal.paying.statements.test_incoming import DAY, money_in
from tests.snapshots import made_once

TODAY = NOW.date()
DUE = date(2026, 4, 1)
LATER = NOW + timedelta(days=3)
IN_CASH = HandReceipt(20_000, TODAY, "KAS-1")


def an_agreement(session: Session, promised: int = 100_000) -> Agreement:
    """The covenant of the test region, with its reference and what was promised."""
    a_region(session)
    agreement = session.scalars(select(Agreement)).one()
    agreement.reference = "PRV-2026/17"
    promise(session, agreement, promised)
    return agreement


def promise(session: Session, agreement: Agreement, cents: int) -> None:
    promise_money(session, agreement=agreement, amount_cents=cents, on=TODAY, reason="Brief.", actor=REGION, now=NOW)


def a_tranche(session: Session, agreement: Agreement, cents: int = 50_000, due: date = DUE) -> Tranche:
    return add_tranche(session, agreement=agreement, amount_cents=cents, expected_on=due, actor=REGION, now=NOW)


@pytest.fixture
@made_once
def tranche(session: Session) -> Tranche:
    """€ 500 of a promise of € 1,000."""
    return a_tranche(session, an_agreement(session))


def came_in(session: Session, *entries: str, expecting: bool = False) -> list[UnmatchedLine]:
    """Money on the account of the desk, as the bank says it."""
    amounts = amounts_to_come(session) if expecting else frozenset()
    content = statement(*entries)
    read_statement(session, content=content, actor=REGION, now=LATER, payer=PAYER, expected_cents=amounts)
    return list(session.scalars(select(UnmatchedLine).order_by(UnmatchedLine.id)))


def by_hand(session: Session, tranche: Tranche, seen: HandReceipt = IN_CASH, actor: Actor = REGION) -> TrancheReceipt:
    return receive_by_hand(session, tranche=tranche, seen=seen, actor=actor, now=NOW)


def test_the_tranches_stay_within_what_was_promised_and_the_promise_above_the_tranches(session: Session) -> None:
    agreement = an_agreement(session)
    first = a_tranche(session, agreement, 60_000)
    with pytest.raises(Refusal) as too_much:
        a_tranche(session, agreement, 40_001)
    assert (too_much.value.code, too_much.value.field) == ("more_than_promised", "amount")
    second = a_tranche(session, agreement, 40_000)
    assert (first.number, second.number, planned_cents(session, agreement=agreement)) == (1, 2, 100_000)
    with pytest.raises(Refusal) as too_little:
        promise(session, agreement, 99_999)
    assert too_little.value.code == "less_than_planned"
    promise(session, agreement, 150_000)
    assert promised_cents(session, agreement=agreement) == 150_000
    assert [one.promised_cents for one in promises_of(session, agreement=agreement)] == [150_000, 100_000]
    recount = "SELECT sum(amount_cents) FROM tranche"
    assert session.execute(text(recount)).scalar_one() == planned_cents(session, agreement=agreement)


def test_without_a_promise_there_is_no_tranche(session: Session) -> None:
    a_region(session)
    agreement = session.scalars(select(Agreement)).one()
    with pytest.raises(Refusal) as refused:
        a_tranche(session, agreement)
    assert refused.value.code == "nothing_promised"
    assert promised_cents(session, agreement=agreement) is None


def test_a_tranche_is_called_for_once_and_changed_with_old_and_new_in_the_log(
    session: Session, tranche: Tranche
) -> None:
    assert tranche.state is TrancheState.EXPECTED
    with pytest.raises(Refusal):
        call_tranche(session, tranche=tranche, called_on=TODAY + timedelta(days=1), actor=REGION, now=NOW)
    call_tranche(session, tranche=tranche, called_on=TODAY, actor=REGION, now=NOW)
    assert (tranche.state, tranche.called_by) == (TrancheState.CALLED, REGION.reference)
    with pytest.raises(Conflict):
        call_tranche(session, tranche=tranche, called_on=TODAY, actor=SECOND, now=NOW)
    later = DUE + timedelta(days=30)
    session.commit()
    change_tranche(session, tranche=tranche, amount_cents=70_000, expected_on=later, actor=SECOND, now=NOW)
    assert said_last(session)[f"tranche:{tranche.id}"] == {
        "amount_cents": [50_000, 70_000],
        "expected_on": [DUE.isoformat(), later.isoformat()],
    }


def test_money_at_the_bank_is_suggested_by_reference_and_amount_the_likeliest_first(
    session: Session, tranche: Tranche
) -> None:
    lines = came_in(
        session,
        money_in("100.00", reference="R1"),
        money_in("500.00", reference="R2"),
        money_in("250.00", text="voorschot prv 2026-17", reference="R3"),
        money_in("500.00", text="PRV-2026/17", reference="R4"),
        money_in("500.01", text="PRV-2026/17", reference="R5"),
    )
    found = suggested_lines(session, tranche=tranche, actor=REGION)
    assert [(one.line.bank_reference, one.by) for one in found] == [
        ("R4", MatchedBy.REFERENCE_AND_AMOUNT),
        ("R3", MatchedBy.REFERENCE),
        ("R2", MatchedBy.AMOUNT),
        ("R1", MatchedBy.OTHER),
    ]
    assert len(lines) == 5 and tranche.received_cents() == 0, "nothing is matched by itself"
    for actor in (ADVISOR, Actor(Audience.AUDITOR, account_id=1), staff_of(session, "provincie")):
        assert suggested_lines(session, tranche=tranche, actor=actor) == []


def test_money_of_a_funder_with_a_key_of_its_own_is_kept_when_the_amount_is_expected(
    session: Session, tranche: Tranche
) -> None:
    assert amounts_to_come(session) == {50_000}
    assert came_in(session, money_in("499.99", key="EIGEN", reference="R1")) == []
    assert came_in(session, money_in("500.00", key="EIGEN", reference="R2")) == [], (
        "control: nobody said it is expected"
    )
    [line] = came_in(session, money_in("500.00", key="EIGEN", reference="R3"), expecting=True)
    assert (line.key, line.cents) == ("EIGEN", 50_000)
    assert suggested_lines(session, tranche=tranche, actor=REGION)[0].line is line


def test_a_line_of_the_bank_is_received_on_the_day_of_the_bank_and_matched_once(
    session: Session, tranche: Tranche
) -> None:
    first, second = came_in(session, money_in("200.00"), money_in("300.00", reference=""))
    receipt = receive_from_bank(session, tranche=tranche, line=first, actor=REGION, now=LATER)
    assert (receipt.received_on.isoformat(), receipt.reference, receipt.line_id) == (DAY, "REF-1", first.id)
    assert (tranche.state, tranche.received_cents(), tranche.open_cents) == (
        TrancheState.PARTLY_RECEIVED,
        20_000,
        30_000,
    )
    assert tranche.received_cents(date.fromisoformat(DAY) - timedelta(days=1)) == 0
    assert first.handled_by == REGION.reference and "convenant" in (first.handled_note or "")
    with pytest.raises(Conflict) as again:
        receive_from_bank(session, tranche=tranche, line=first, actor=SECOND, now=LATER)
    assert again.value.code == "line_handled"
    receive_from_bank(session, tranche=tranche, line=second, actor=REGION, now=LATER)
    assert tranche.state is TrancheState.RECEIVED
    recount = "SELECT sum(r.amount_cents) FROM tranche_receipt r JOIN unmatched_line l ON l.id = r.line_id"
    assert session.execute(text(recount)).scalar_one() == tranche.received_cents() == 50_000


def test_more_than_is_to_come_or_what_was_handled_is_not_matched(session: Session, tranche: Tranche) -> None:
    more, other = came_in(session, money_in("500.01", reference="R1"), money_in("10.00", reference="R2"))
    with pytest.raises(Conflict) as refused:
        receive_from_bank(session, tranche=tranche, line=more, actor=REGION, now=LATER)
    assert refused.value.code == "more_than_open"
    note_handled(session, line=other, note="Is van iemand anders.", actor=REGION, now=LATER)
    with pytest.raises(Conflict) as handled:
        receive_from_bank(session, tranche=tranche, line=other, actor=REGION, now=LATER)
    assert handled.value.code == "line_handled"
    assert tranche.received_cents() == 0 and session.scalars(select(TrancheReceipt)).all() == []
    change_tranche(session, tranche=tranche, amount_cents=50_001, expected_on=DUE, actor=REGION, now=LATER)
    receive_from_bank(session, tranche=tranche, line=more, actor=REGION, now=LATER)
    assert tranche.open_cents == 0


def test_what_is_written_down_by_hand_counts_when_another_person_confirms_it(
    session: Session, tranche: Tranche
) -> None:
    receipt = by_hand(session, tranche)
    assert (receipt.state, tranche.received_cents(), tranche.waiting_cents) == (ReceiptState.WAITING, 0, 20_000)
    with pytest.raises(Refusal) as own:
        confirm_receipt(session, receipt=receipt, actor=REGION, now=NOW)
    assert own.value.code == "own_preparation"
    confirm_receipt(session, receipt=receipt, actor=SECOND, now=NOW)
    assert (receipt.state, tranche.received_cents(), tranche.waiting_cents) == (ReceiptState.RECEIVED, 20_000, 0)
    for act in (confirm_receipt, withdraw_receipt):
        with pytest.raises(Conflict) as late:
            act(session, receipt=receipt, actor=SECOND, now=NOW)
        assert late.value.code == "receipt_decided"


def test_what_was_withdrawn_never_counted_and_can_be_written_down_again(session: Session, tranche: Tranche) -> None:
    receipt = by_hand(session, tranche)
    with pytest.raises(Conflict) as known:
        by_hand(session, tranche, replace(IN_CASH, amount_cents=1))
    assert known.value.code == "receipt_known"
    withdraw_receipt(session, receipt=receipt, actor=REGION, now=NOW)
    assert (receipt.state, tranche.waiting_cents) == (ReceiptState.WITHDRAWN, 0)
    again = by_hand(session, tranche, actor=SECOND)
    confirm_receipt(session, receipt=again, actor=REGION, now=NOW)
    assert tranche.received_cents() == 20_000


@pytest.mark.parametrize(
    ("seen", "field"),
    [
        (HandReceipt(0, TODAY, "K"), "amount"),
        (HandReceipt(50_001, TODAY, "K"), "amount"),
        (HandReceipt(1, TODAY + timedelta(days=1), "K"), "received_on"),
        (HandReceipt(1, TODAY, "  "), "reference"),
        (HandReceipt(1, TODAY, "K" * 81), "reference"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_at_the_field(
    session: Session, tranche: Tranche, seen: HandReceipt, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        by_hand(session, tranche, seen)
    assert refused.value.field == field
    assert by_hand(session, tranche, HandReceipt(50_000, TODAY, "K" * 80)).id


def test_what_waits_and_what_came_in_leave_no_room_for_more(session: Session, tranche: Tranche) -> None:
    by_hand(session, tranche)
    with pytest.raises(Conflict):
        by_hand(session, tranche, HandReceipt(30_001, TODAY, "KAS-2"))
    for cents, field in ((19_999, "amount"), (0, "amount"), (100_001, "amount")):
        with pytest.raises(Refusal) as refused:
            change_tranche(session, tranche=tranche, amount_cents=cents, expected_on=DUE, actor=REGION, now=NOW)
        assert refused.value.field == field
    with pytest.raises(Conflict) as waits:
        drop_tranche(session, tranche=tranche, reason="Komt niet.", actor=REGION, now=NOW)
    assert waits.value.code == "receipt_waits"


def test_what_is_dropped_keeps_what_came_in_and_gives_the_rest_back_to_the_promise(
    session: Session, tranche: Tranche
) -> None:
    confirm_receipt(session, receipt=by_hand(session, tranche), actor=SECOND, now=NOW)
    drop_tranche(session, tranche=tranche, reason="Komt niet.", actor=REGION, now=NOW)
    agreement = tranche.agreement
    assert (tranche.state, tranche.open_cents, tranche.received_cents()) == (TrancheState.DROPPED, 0, 20_000)
    assert planned_cents(session, agreement=agreement) == 20_000
    a_tranche(session, agreement, 80_000)
    acts: list[Callable[[], Any]] = [
        lambda: call_tranche(session, tranche=tranche, called_on=TODAY, actor=REGION, now=NOW),
        lambda: change_tranche(session, tranche=tranche, amount_cents=60_000, expected_on=DUE, actor=REGION, now=NOW),
        lambda: by_hand(session, tranche, HandReceipt(1, TODAY, "KAS-9")),
        lambda: drop_tranche(session, tranche=tranche, reason="Weer.", actor=REGION, now=NOW),
    ]
    for act in acts:
        with pytest.raises(Conflict) as over:
            act()
        assert over.value.code == "tranche_over"


@pytest.mark.parametrize(
    "columns",
    [
        "state = 'received'",
        "state = 'received', confirmed_at = '2026-03-02 09:00:00', confirmed_by = recorded_by",
        "state = 'withdrawn'",
        "confirmed_by = 'account:1'",
        "amount_cents = 0",
        "state = 'waiting', confirmed_at = '2026-03-02 09:00:00', confirmed_by = 'account:1'",
    ],
)
def test_the_database_keeps_one_person_from_counting_money_alone(
    session: Session, tranche: Tranche, columns: str
) -> None:
    by_hand(session, tranche)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE tranche_receipt SET {columns}"))


def test_control_the_database_lets_two_people_count_it(session: Session, tranche: Tranche) -> None:
    by_hand(session, tranche)
    both = "state = 'received', confirmed_at = '2026-03-02 09:00:00', confirmed_by = 'account:1'"
    session.execute(text(f"UPDATE tranche_receipt SET {both}"))


@pytest.mark.parametrize("actor", [ADVISOR, SYSTEM, Actor(Audience.CONTROLLER, account_id=1)])
def test_nobody_but_the_region_writes_of_tranches(session: Session, tranche: Tranche, actor: Actor) -> None:
    receipt, [line] = by_hand(session, tranche), came_in(session, money_in("10.00"))
    who: dict[str, Any] = {"actor": actor, "now": LATER}
    of: dict[str, Any] = {"tranche": tranche, **who}
    agreement = tranche.agreement
    acts: list[Callable[[], Any]] = [
        lambda: promise_money(session, agreement=agreement, amount_cents=10**6, on=TODAY, reason="X.", **who),
        lambda: add_tranche(session, agreement=agreement, amount_cents=1, expected_on=DUE, **who),
        lambda: change_tranche(session, amount_cents=60_000, expected_on=DUE, **of),
        lambda: call_tranche(session, called_on=TODAY, **of),
        lambda: drop_tranche(session, reason="X.", **of),
        lambda: receive_from_bank(session, line=line, **of),
        lambda: receive_by_hand(session, seen=HandReceipt(1, TODAY, "K"), **of),
        lambda: confirm_receipt(session, receipt=receipt, **who),
        lambda: withdraw_receipt(session, receipt=receipt, **who),
    ]
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "not_yours"


def test_a_funder_sees_its_own_tranches_only(session: Session, tranche: Tranche) -> None:
    own, other = staff_of(session, "provincie"), staff_of(session, "rijk")
    assert tranches(session, actor=own) == [tranche] and tranches(session, actor=other) == []
    assert tranche_by_public_id(session, public_id=tranche.public_id, actor=own) is tranche
    assert tranche_by_public_id(session, public_id=tranche.public_id, actor=other) is None
