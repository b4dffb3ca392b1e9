"""A colleague decides what was prepared while somebody sends it back or takes it back: one of the two happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.platform.database import unit_of_work
from portal.second_look.preparations.actions import decide_prepared, prepare_decision, send_back, withdraw_preparation
from portal.second_look.preparations.models import Preparation, PreparationState
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND
from tests.portal.at_once import Act, at_once
from tests.portal.second_look.preparations.laying import a_first


def decide(preparation_id: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        one = session.get_one(Preparation, preparation_id)
        return lambda: decide_prepared(session, preparation=one, actor=SECOND, now=NOW, checks=ALL_CHECKED)

    return read


def end(preparation_id: int, how: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        one = session.get_one(Preparation, preparation_id)
        if how == "sent back":
            return lambda: send_back(session, preparation=one, reason="Kan niet.", actor=SECOND, now=NOW)
        return lambda: withdraw_preparation(session, preparation=one, actor=ADVISOR, now=NOW)

    return read


@pytest.mark.parametrize("how", ["sent back", "withdrawn"])
def test_what_was_prepared_is_decided_or_ended_never_both(engine: Engine, how: str) -> None:
    def prepared(session: Session) -> int:
        return prepare_decision(session, **a_first(session), actor=ADVISOR, now=NOW).id

    number = unit_of_work(engine, prepared)
    outcomes = at_once(engine, decide(number), end(number, how))
    assert sorted(outcomes) == ["done", "not_waiting"]
    with Session(engine) as session:
        decided = outcomes[0] == "done"
        assert (session.get_one(Preparation, number).state is PreparationState.DECIDED) is decided
        assert session.scalar(select(func.count()).select_from(Voucher)) == int(decided)
        assert verify(session) == []
