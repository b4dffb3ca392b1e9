"""Revision 0013 puts the later prepared decisions beside the first ones, and back: nothing that was prepared is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.second_look.preparations.actions import (
    decide_prepared,
    prepare_deciding_again,
    prepare_decision,
    prepare_settlement,
    prepare_top_up,
    send_back,
    withdraw_preparation,
)
from portal.second_look.preparations.models import Preparation, PreparationState
from portal.second_look.preparations.queries import preparation_by_public_id
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, ALL_CHECKED, SECOND
from tests.portal.second_look.preparations.laying import (
    NEXT,
    a_first,
    awarded,
    right,
    settlement_of,
    to_decide_again,
    top_up_of,
    used,
)

Rows = dict[str, dict[str, Any]]
CAME_LATER = ("left_out", "left_out_reason")
"""Why nobody was heard was not written down at the older revision."""
BY: dict[str, Any] = {"actor": ADVISOR, "now": NEXT}


def prepare_all(session: Session) -> str:
    """Every kind, in every state; the id of a settlement that waits."""
    own = a_first(session)
    own["draft"] = replace(own["draft"], shares=own["draft"].proposed, rejections={"leervoucher": "Nee."})
    decided = prepare_decision(session, **own, **BY)
    decide_prepared(session, preparation=decided, checks=ALL_CHECKED, actor=SECOND, now=NEXT)
    prepare_decision(session, **a_first(session), **BY)
    addition = top_up_of(session, awarded(session), 10_000)
    taken = prepare_top_up(session, **addition, **BY)
    withdraw_preparation(session, preparation=taken, **BY)
    more = prepare_top_up(session, **addition, **BY)
    decide_prepared(session, preparation=more, actor=SECOND, now=NEXT)
    again = to_decide_again(session)
    again["draft"] = replace(again["draft"], rejections={"leervoucher": "Nee."})
    prepare_deciding_again(session, **again, **BY)
    voucher = used(session, 90_000)
    sent = prepare_settlement(session, **settlement_of(voucher, 90_000), **BY)
    send_back(session, preparation=sent, reason="Bewijs ontbreekt.", actor=SECOND, now=NEXT)
    return prepare_settlement(session, **settlement_of(voucher, 50_000), **BY).public_id


def rows(engine: Engine, table: str) -> Rows:
    """What a table holds, by public id; the numbers of the rows themselves say nothing."""
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table}")).mappings().all()
    return {row["public_id"]: {key: value for key, value in row.items() if key != "id"} for row in found}


def test_what_was_prepared_keeps_its_id_and_state_both_ways(migrated: Engine) -> None:
    waiting = unit_of_work(migrated, prepare_all)
    new = rows(migrated, "preparation")
    assert len(new) == 7
    downgrade(migrated, revision="0012")
    first, later = rows(migrated, "preparation"), rows(migrated, "further_preparation")
    assert (len(first), len(later)) == (2, 5) and {*first, *later} == {*new}
    for name, row in later.items():
        assert {key: value for key, value in row.items() if key != "details"}.items() <= new[name].items()
    upgrade(migrated)
    unheard = {name: row | dict.fromkeys(CAME_LATER) for name, row in new.items()}
    assert rows(migrated, "preparation") == unheard
    downgrade(migrated, revision="0012")
    assert (rows(migrated, "preparation"), rows(migrated, "further_preparation")) == (first, later)
    upgrade(migrated)

    def decide(session: Session) -> None:
        kept = preparation_by_public_id(session, public_id=waiting, actor=ADVISOR)
        assert kept is not None
        with pytest.raises(Refusal) as refused:
            decide_prepared(session, preparation=kept, actor=SECOND, now=NEXT)
        assert refused.value.code == "not_heard", "why nobody was heard is to be said again"
        withdraw_preparation(session, preparation=kept, **BY)
        voucher = session.get_one(Voucher, kept.voucher_id)
        anew = prepare_settlement(session, **settlement_of(voucher, 50_000), **BY)
        decide_prepared(session, preparation=anew, actor=SECOND, now=NEXT)
        assert voucher.settled_cents == 50_000 and right(session)

    unit_of_work(migrated, decide)


def test_a_first_decision_that_waits_beside_a_later_one_is_withdrawn(migrated: Engine) -> None:
    waiting = unit_of_work(migrated, prepare_all)
    downgrade(migrated, revision="0012")
    with migrated.begin() as connection:
        stale = connection.execute(
            text(
                "UPDATE preparation SET question_id = (SELECT question_id FROM further_preparation WHERE public_id = :id)"
                " WHERE state = 'waiting' RETURNING public_id"
            ),
            {"id": waiting},
        ).scalar_one()
    upgrade(migrated)

    def look(session: Session) -> None:
        left = preparation_by_public_id(session, public_id=stale, actor=ADVISOR)
        assert left is not None
        assert (left.state, left.closed_by, left.closed_at) == (PreparationState.WITHDRAWN, "system", NEXT)
        open_ones = select(Preparation.public_id).where(
            Preparation.question_id == left.question_id, Preparation.state == PreparationState.WAITING
        )
        assert session.scalars(open_ones).all() == [waiting]

    unit_of_work(migrated, look)
