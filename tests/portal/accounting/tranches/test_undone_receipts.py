"""Money that was matched with the wrong tranche: two people undo it, it counts no longer, and the line of the bank is free."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.tranches.actions import (
    HandReceipt,
    confirm_receipt,
    receive_by_hand,
    receive_from_bank,
)
from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt, TrancheState
from portal.accounting.tranches.queries import suggested_lines
from portal.accounting.undone_receipts import ask_undo, keep_receipt, undo_receipt
from portal.paying.statements.models import UnmatchedLine
from portal.people.actor import Actor, Audience
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION
from tests.portal.accounting.agreements.test_agreements import said_last
from tests.portal.accounting.tranches.test_tranches import LATER, a_tranche, an_agreement, came_in
from tests.portal.paying.payments.test_payments import SECOND
from tests.portal.paying.statements.test_incoming import money_in

REASON = "Dit geld is van de tweede termijn."
AFTER = LATER + timedelta(days=1)


@pytest.fixture
def matched(session: Session) -> tuple[TrancheReceipt, Tranche, UnmatchedLine]:
    """€ 200 at the bank that was matched with the first tranche, and the second tranche."""
    agreement = an_agreement(session)
    first, second = a_tranche(session, agreement), a_tranche(session, agreement, 30_000)
    [line] = came_in(session, money_in("200.00"))
    return receive_from_bank(session, tranche=first, line=line, actor=REGION, now=LATER), second, line


Matched = tuple[TrancheReceipt, Tranche, UnmatchedLine]


def test_two_people_undo_it_and_the_line_is_matched_with_the_right_tranche(session: Session, matched: Matched) -> None:
    receipt, second, line = matched
    first = receipt.tranche
    ask_undo(session, receipt=receipt, reason=REASON, actor=REGION, now=AFTER)
    assert (first.received_cents(), first.state) == (20_000, TrancheState.PARTLY_RECEIVED), "it counts until then"
    with pytest.raises(Refusal) as own:
        undo_receipt(session, receipt=receipt, actor=REGION, now=AFTER)
    assert own.value.code == "own_preparation" and line.handled_at is not None
    session.commit()
    undo_receipt(session, receipt=receipt, actor=SECOND, now=AFTER)
    said = said_last(session)
    assert said[f"tranche_receipt:{receipt.id}"]["state"] == ["received", "undone"]
    assert (first.received_cents(), first.open_cents, first.state) == (0, 50_000, TrancheState.EXPECTED)
    assert (receipt.state, receipt.undo_reason, receipt.undone_by) == (ReceiptState.UNDONE, REASON, SECOND.reference)
    assert [one.line for one in suggested_lines(session, tranche=second, actor=REGION)] == [line]
    again = receive_from_bank(session, tranche=second, line=line, actor=REGION, now=AFTER)
    assert (again.line_id, second.received_cents(), first.received_cents()) == (line.id, 20_000, 0)
    with pytest.raises(Conflict) as handled:
        receive_from_bank(session, tranche=first, line=line, actor=REGION, now=AFTER)
    assert handled.value.code == "line_handled"
    recount = "SELECT sum(amount_cents) FROM tranche_receipt WHERE state = 'received'"
    assert session.execute(text(recount)).scalar_one() == 20_000


def test_who_was_mistaken_keeps_it_and_what_is_over_is_over(session: Session, matched: Matched) -> None:
    receipt, _second, _line = matched
    for act in (keep_receipt, undo_receipt):
        with pytest.raises(Conflict) as nothing:
            act(session, receipt=receipt, actor=SECOND, now=AFTER)
        assert nothing.value.code == "receipt_decided"
    ask_undo(session, receipt=receipt, reason=REASON, actor=REGION, now=AFTER)
    with pytest.raises(Conflict):
        ask_undo(session, receipt=receipt, reason=REASON, actor=SECOND, now=AFTER)
    keep_receipt(session, receipt=receipt, actor=SECOND, now=AFTER)
    assert (receipt.state, receipt.undo_reason, receipt.undo_asked_by) == (ReceiptState.RECEIVED, None, None)
    ask_undo(session, receipt=receipt, reason=REASON, actor=SECOND, now=AFTER)
    undo_receipt(session, receipt=receipt, actor=REGION, now=AFTER)
    acts: list[Callable[[], Any]] = [
        lambda: undo_receipt(session, receipt=receipt, actor=REGION, now=AFTER),
        lambda: keep_receipt(session, receipt=receipt, actor=REGION, now=AFTER),
        lambda: ask_undo(session, receipt=receipt, reason=REASON, actor=REGION, now=AFTER),
    ]
    for again in acts:
        with pytest.raises(Conflict):
            again()


def test_what_two_people_wrote_down_by_hand_is_undone_too_and_can_be_written_down_again(session: Session) -> None:
    tranche = a_tranche(session, an_agreement(session))
    seen = HandReceipt(20_000, NOW.date(), "KAS-1")
    receipt = receive_by_hand(session, tranche=tranche, seen=seen, actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        ask_undo(session, receipt=receipt, reason=REASON, actor=REGION, now=NOW)
    confirm_receipt(session, receipt=receipt, actor=SECOND, now=NOW)
    ask_undo(session, receipt=receipt, reason=REASON, actor=REGION, now=NOW)
    undo_receipt(session, receipt=receipt, actor=SECOND, now=NOW)
    assert tranche.received_cents() == 0 and tranche.state is TrancheState.EXPECTED
    assert receive_by_hand(session, tranche=tranche, seen=seen, actor=REGION, now=NOW).id != receipt.id


def test_without_a_reason_or_by_others_than_the_region_nothing_is_undone(session: Session, matched: Matched) -> None:
    receipt, _second, _line = matched
    with pytest.raises(Refusal) as short:
        ask_undo(session, receipt=receipt, reason="Fout.", actor=REGION, now=AFTER)
    assert short.value.field == "reason"
    for actor in (ADVISOR, Actor(Audience.CONTROLLER, account_id=1)):
        with pytest.raises(Refusal) as refused:
            ask_undo(session, receipt=receipt, reason=REASON, actor=actor, now=AFTER)
        assert refused.value.code == "not_yours"


@pytest.mark.parametrize(
    "columns",
    [
        "state = 'undone'",
        "undo_reason = 'x'",
        "undone_at = '2026-03-02 09:00:00', undone_by = 'account:1'",
        "state = 'undone', undone_at = '2026-03-02 09:00:00', undone_by = undo_asked_by",
        "state = 'undone', undone_at = '2026-03-02 09:00:00'",
    ],
)
def test_the_database_keeps_one_person_from_undoing_it_alone(session: Session, matched: Matched, columns: str) -> None:
    receipt, _second, _line = matched
    if "undone_by" in columns:
        ask_undo(session, receipt=receipt, reason=REASON, actor=REGION, now=AFTER)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE tranche_receipt SET {columns}"))


def test_control_the_database_lets_two_people_undo_it(session: Session, matched: Matched) -> None:
    ask_undo(session, receipt=matched[0], reason=REASON, actor=REGION, now=AFTER)
    both = "state = 'undone', undone_at = '2026-03-02 09:00:00', undone_by = 'account:1'"
    session.execute(text(f"UPDATE tranche_receipt SET {both}"))


def test_the_database_counts_a_line_of_the_bank_once(session: Session, matched: Matched) -> None:
    receipt, second, _line = matched
    assert second.id != receipt.tranche_id
    copied = "public_id, tranche_id, state, amount_cents, received_on, reference, line_id, recorded_at, recorded_by, recorded_by_name"
    values = copied.replace("public_id, tranche_id", f"'anders', {second.id}")
    with pytest.raises(IntegrityError):
        session.execute(text(f"INSERT INTO tranche_receipt ({copied}) SELECT {values} FROM tranche_receipt"))
