"""Two people at one tranche, and at one line of the bank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.accounting.tranches.actions import (
    HandReceipt,
    confirm_receipt,
    receive_from_bank,
    withdraw_receipt,
)
from portal.accounting.tranches.models import Tranche, TrancheReceipt
from portal.paying.statements.models import UnmatchedLine
from portal.people.actor import Actor
from tests.factories import NOW, REGION
from tests.portal.accounting.tranches.test_tranches import LATER, TODAY, a_tranche, an_agreement, by_hand, came_in
from tests.portal.at_once import Act, at_once
from tests.portal.paying.payments.test_payments import SECOND
from tests.portal.paying.statements.test_incoming import money_in


def begun(engine: Engine, make: Callable[[Session, Tranche], object]) -> int:
    """A tranche, and something of it, in the database; its id."""
    with Session(engine) as session:
        tranche = a_tranche(session, an_agreement(session))
        make(session, tranche)
        session.commit()
        return tranche.id


def doing(tranche_id: int, act: Callable[[Session, Tranche], Callable[[], object]]) -> Act:
    return lambda session: act(session, session.get_one(Tranche, tranche_id))


def matching(actor: Actor) -> Callable[[Session, Tranche], Callable[[], object]]:
    def look(session: Session, tranche: Tranche) -> Callable[[], object]:
        line = session.scalars(select(UnmatchedLine)).one()
        return lambda: receive_from_bank(session, tranche=tranche, line=line, actor=actor, now=LATER)

    return look


def test_a_line_of_the_bank_that_two_match_at_once_is_matched_once(engine: Engine) -> None:
    chosen = begun(engine, lambda session, _tranche: came_in(session, money_in("200.00")))
    done = at_once(engine, doing(chosen, matching(REGION)), doing(chosen, matching(SECOND)))
    assert sorted(done) == ["done", "line_handled"]
    with Session(engine) as session:
        assert session.get_one(Tranche, chosen).received_cents() == 20_000
        assert len(session.scalars(select(TrancheReceipt)).all()) == 1


def test_a_line_that_two_match_with_two_tranches_at_once_is_of_one(engine: Engine) -> None:
    def two(session: Session, tranche: Tranche) -> None:
        a_tranche(session, tranche.agreement, 50_000)
        came_in(session, money_in("200.00"))

    first = begun(engine, two)
    done = at_once(engine, doing(first, matching(REGION)), doing(first + 1, matching(SECOND)))
    assert sorted(done) == ["done", "line_handled"]


def test_two_who_write_down_a_receipt_at_once_never_count_more_than_the_tranche(engine: Engine) -> None:
    chosen = begun(engine, lambda _session, _tranche: None)

    def writing(actor: Actor, reference: str) -> Callable[[Session, Tranche], Callable[[], object]]:
        seen = HandReceipt(30_000, TODAY, reference)
        return lambda session, tranche: lambda: by_hand(session, tranche, seen, actor)

    done = at_once(engine, doing(chosen, writing(REGION, "K1")), doing(chosen, writing(SECOND, "K2")))
    assert sorted(done) == ["done", "more_than_open"]


def test_a_receipt_that_one_confirms_and_another_withdraws_at_once_is_decided_once(engine: Engine) -> None:
    chosen = begun(engine, lambda session, tranche: by_hand(session, tranche))

    def deciding(act: Any, actor: Actor) -> Callable[[Session, Tranche], Callable[[], object]]:
        def look(session: Session, tranche: Tranche) -> Callable[[], object]:
            [receipt] = tranche.receipts
            return lambda: act(session, receipt=receipt, actor=actor, now=NOW)

        return look

    done = at_once(
        engine, doing(chosen, deciding(confirm_receipt, SECOND)), doing(chosen, deciding(withdraw_receipt, REGION))
    )
    assert sorted(done) == ["done", "receipt_decided"]
