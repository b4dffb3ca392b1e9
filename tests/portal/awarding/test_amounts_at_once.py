"""Two people who change what one voucher pays at the same moment: the second one looks at what the first one left."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import DecisionOutcome
from portal.awarding.reductions import lower_award, revoke_award
from portal.ledger.invariants import verify
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work
from portal.post.messages.models import OutboxMessage
from portal.spending.vouchers.models import Award, Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, ASKED, NOW, SECOND, a_mandate, a_voucher
from tests.portal.at_once import Act, at_once
from tests.portal.awarding.test_top_ups import dearer, more

MODEST = Actor(Audience.ADVISOR, account_id=907, display_name="Mo Bescheiden")


def raises(voucher_id: int, cents: int, actor: Actor = ADVISOR) -> Act:
    def read(session: Session) -> Callable[[], object]:
        voucher = session.get_one(Voucher, voucher_id)
        assert voucher.award.parts
        return lambda: more(session, voucher, cents, actor)

    return read


def lowers(voucher_id: int, cents: int, actor: Actor = ADVISOR) -> Act:
    def read(session: Session) -> Callable[[], object]:
        voucher = session.get_one(Voucher, voucher_id)
        return lambda: lower_award(
            session, voucher=voucher, by_cents=cents, basis=ASKED, reason="Korting.", actor=actor, now=NOW
        )

    return read


def revokes(voucher_id: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        voucher = session.get_one(Voucher, voucher_id)
        return lambda: revoke_award(session, voucher=voucher, basis=ASKED, reason="Gestopt.", actor=SECOND, now=NOW)

    return read


def dear(session: Session) -> int:
    """A voucher of € 1,200 for a training that costs € 3,000 by now."""
    voucher = a_voucher(session)
    dearer(session, voucher, 180_000)
    a_mandate(session, MODEST, up_to_cents=200_000)
    return voucher.id


def amounts(engine: Engine) -> tuple[int, int, int]:
    """What the voucher is, its award, and the parts of that together; the books are right."""
    with Session(engine) as session:
        assert verify(session) == [] and ledger_breaks(session) == []
        award = session.scalars(select(Award)).one()
        assert award.voucher is not None
        return award.voucher.amount_cents, award.amount_cents, sum(part.amount_cents for part in award.parts)


def letters(engine: Engine) -> list[tuple[int, int]]:
    """What the letters say was freed and is left, in the order in which they were made."""
    with Session(engine) as session:
        rows = select(OutboxMessage).where(OutboxMessage.template.like("reduction/%")).order_by(OutboxMessage.id)
        return [(one.details["freed_cents"], one.details["left_cents"]) for one in session.scalars(rows)]


def test_of_two_raises_that_fit_alone_only_one_fits_under_the_most_per_award(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, dear)
    outcomes = at_once(engine, raises(voucher_id, 75_000), raises(voucher_id, 75_000, SECOND))
    assert sorted(outcomes) == ["Refusal", "done"]
    assert amounts(engine) == (195_000, 195_000, 195_000)


def test_two_raises_that_fit_together_are_both_given(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, dear)
    assert at_once(engine, raises(voucher_id, 40_000), raises(voucher_id, 50_000, SECOND)) == ["done", "done"]
    assert amounts(engine) == (210_000, 210_000, 210_000), "the control"


def test_of_two_raises_together_above_a_mandate_only_one_is_given(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, dear)
    outcomes = at_once(engine, raises(voucher_id, 60_000, MODEST), raises(voucher_id, 60_000, MODEST))
    assert sorted(outcomes) == ["Refusal", "done"]
    assert amounts(engine) == (180_000, 180_000, 180_000)


def test_two_lowerings_each_tell_what_is_left_after_them(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: a_voucher(session).id)
    assert at_once(engine, lowers(voucher_id, 50_000), lowers(voucher_id, 50_000, SECOND)) == ["done", "done"]
    assert letters(engine) == [(50_000, 70_000), (50_000, 20_000)]
    with Session(engine) as session:
        kept = select(DecisionOutcome.amount_cents).order_by(DecisionOutcome.id)
        assert list(session.scalars(kept)) == [120_000, 70_000, 20_000]
        assert verify(session) == [] and ledger_breaks(session) == []


def test_a_lowering_and_a_revocation_tell_what_each_of_them_freed(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: a_voucher(session).id)
    outcomes = at_once(engine, lowers(voucher_id, 50_000), revokes(voucher_id))
    assert outcomes in (["done", "done"], ["voucher_not_live", "done"])
    assert letters(engine) == ([(50_000, 70_000), (70_000, 0)] if outcomes[0] == "done" else [(120_000, 0)])


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_both_letters_say_the_same_is_left(engine: Engine) -> None:
    voucher_id = unit_of_work(engine, lambda session: a_voucher(session).id)
    with patch("portal.awarding.reductions.hold_award"):
        at_once(engine, lowers(voucher_id, 50_000), lowers(voucher_id, 50_000, SECOND))
    assert letters(engine) == [(50_000, 70_000), (50_000, 70_000)], "while 20,000 is"
