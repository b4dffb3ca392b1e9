"""Late binding: another funding line pays, within its earmark and period, to the cent and in one guarded write."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.order_of_receipt.actions import EarlierApplicationFirst
from portal.awarding.order_of_receipt.queries import claims_of
from portal.cases.applications.queries import application_by_question
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.actions import BudgetExhausted, NotReserved, give_back, redeem, release
from portal.ledger.invariants import verify
from portal.ledger.models import BudgetGuard, CapGuard, CapUse, Transfer, TransferKind
from portal.ledger.queries import available_cents, line_figures, reserved_cents
from portal.ledger.reassigning import BetweenLines, reassign
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import booked_and_recorded, lines_that_may_pay, payers_of, reassignments_of
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import revoke_voucher
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, OWN_FACTS, REGION, Route, a_voucher, an_application, resident


def lines(session: Session) -> tuple[FundingLine, FundingLine]:
    found = [funding_line_by_slug(session, slug=slug) for slug in ("rijk-leren", "provincie-breed")]
    assert found[0] is not None and found[1] is not None
    return found[0], found[1]


def move(session: Session, voucher: Voucher, cents: int, *, back: bool = False) -> None:
    one, other = lines(session)[::-1] if back else lines(session)
    reassign_voucher(
        session,
        voucher=voucher,
        takeover=Takeover(from_line=one, to_line=other, amount_cents=cents),
        reason="Eind van het jaar.",
        actor=REGION,
        now=NOW,
    )


def reserved(session: Session) -> tuple[int, int]:
    one, other = lines(session)
    found = line_figures(session, funding_line_ids=[one.id, other.id])
    return found[one.id].reserved_cents, found[other.id].reserved_cents


def test_all_or_part_of_a_reservation_goes_to_another_line_and_the_voucher_stays_the_same(session: Session) -> None:
    voucher = a_voucher(session)
    move(session, voucher, 50_000)
    assert reserved(session) == (70_000, 50_000) and reserved_cents(session, voucher_id=voucher.id) == 120_000
    move(session, voucher, 70_000)
    assert reserved(session) == (0, 120_000)
    move(session, voucher, 20_000, back=True)
    assert reserved(session) == (20_000, 100_000)
    assert [(one.line.slug, one.cents) for one in payers_of(session, voucher=voucher)] == [
        ("provincie-breed", 100_000),
        ("rijk-leren", 20_000),
    ]
    assert [one.amount_cents for one in reassignments_of(session, voucher=voucher)] == [50_000, 70_000, 20_000]
    assert verify(session) == [] and booked_and_recorded(session) == []


def test_what_was_reassigned_is_spent_and_released_from_its_new_line(session: Session) -> None:
    voucher = a_voucher(session)
    move(session, voucher, 100_000)
    redeem(session, voucher_id=voucher.id, amount_cents=60_000, keep_rest=True, actor_id="system", now=NOW)
    assert sum(reserved(session)) == 60_000 and verify(session) == []
    release(session, voucher_id=voucher.id, actor_id="system", now=NOW)
    one, other = lines(session)
    left = available_cents(session, funding_line_ids=[one.id, other.id])
    assert sum(left.values()) == 3_000_000 - 60_000 and verify(session) == []


def test_the_caps_stay_as_they_were_and_are_given_back_once(session: Session) -> None:
    voucher = a_voucher(session)
    caps = select(CapGuard.used_cents).order_by(CapGuard.id)
    before = session.scalars(caps).all()
    assert sum(before) > 0
    move(session, voucher, 50_000)
    assert session.scalars(caps).all() == before
    revoke_voucher(session, voucher=voucher, reason="Stopt.", actor=ADVISOR, now=NOW)
    assert set(session.scalars(caps).all()) == {0} and verify(session) == []


def test_a_line_whose_earmark_does_not_admit_the_award_may_not_pay(session: Session) -> None:
    voucher = a_voucher(session, route=Route.EMPLOYER)
    one, other = lines(session)
    assert [line.slug for line in lines_that_may_pay(session, voucher=voucher)] == ["provincie-breed"]
    with pytest.raises(Refusal) as refused:
        reassign_voucher(
            session,
            voucher=voucher,
            takeover=Takeover(from_line=other, to_line=one, amount_cents=1),
            reason="x",
            actor=REGION,
            now=NOW,
        )
    assert refused.value.params["code"] == "funding_earmark_scheme"
    assert session.scalar(select(Transfer.id).where(Transfer.kind == TransferKind.REASSIGN)) is None


def test_a_line_whose_period_does_not_hold_the_day_of_the_award_may_not_pay(session: Session) -> None:
    voucher = a_voucher(session)
    _one, other = lines(session)
    session.execute(update(FundingLine).where(FundingLine.id == other.id).values(period_from=NOW.date().replace(day=3)))
    session.expire_all()
    with pytest.raises(Refusal) as refused:
        move(session, voucher, 1)
    assert refused.value.params["code"] == "funding_period_award_date"


def test_a_line_without_enough_money_changes_nothing_on_either_line(session: Session) -> None:
    voucher = a_voucher(session)
    _one, other = lines(session)
    give_back(session, funding_line_id=other.id, amount_cents=1_950_000, actor_id="system", now=NOW, note="lower")
    with pytest.raises(BudgetExhausted), session.begin_nested():
        move(session, voucher, 50_001)
    assert reserved(session) == (120_000, 0) and verify(session) == []
    move(session, voucher, 50_000)
    assert reserved(session) == (70_000, 50_000) and verify(session) == []


def test_who_was_complete_before_and_needs_the_other_line_does_not_lose_its_euros(session: Session) -> None:
    first = an_application(session, route=Route.EMPLOYER)  # can only be paid from the other line
    _one, other = lines(session)
    left = available_cents(session, funding_line_ids=[other.id])[other.id]
    voucher = a_voucher(session)
    application = application_by_question(session, question=first)
    assert application is not None
    claim = claims_of(session, [(application, first)], today=NOW.date())[0].at_most_cents
    give_back(
        session, funding_line_id=other.id, amount_cents=left - claim - 10_000, actor_id="system", now=NOW, note="lower"
    )
    with pytest.raises(EarlierApplicationFirst), session.begin_nested():
        move(session, voucher, 10_001)
    move(session, voucher, 10_000)
    assert reserved(session) == (110_000, 10_000)
    reject_question(session, question=first, rationale="Past niet.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    move(session, voucher, 10_001)
    assert reserved(session) == (99_999, 20_001) and verify(session) == []


def test_more_than_is_reserved_on_a_line_cannot_go(session: Session) -> None:
    voucher = a_voucher(session)
    with pytest.raises(NotReserved), session.begin_nested():
        move(session, voucher, 120_001)
    with pytest.raises(Refusal):
        reassign_voucher(
            session,
            voucher=voucher,
            takeover=Takeover(from_line=lines(session)[0], to_line=lines(session)[1], amount_cents=1),
            reason=" ",
            actor=REGION,
            now=NOW,
        )
    with pytest.raises(Refusal):
        one, other = lines(session)
        reassign_voucher(
            session,
            voucher=voucher,
            takeover=Takeover(from_line=one, to_line=other, amount_cents=1),
            reason="x",
            now=NOW,
            actor=resident(voucher.award.voucher),  # type: ignore[arg-type]
        )


def test_any_row_of_moves_redemptions_and_a_release_keeps_every_invariant(session: Session) -> None:
    dice = random.Random(20260302)
    voucher = a_voucher(session)
    for _ in range(12):
        back, cents = dice.random() < 0.5, dice.randint(1, 60_000)
        one, other = lines(session)[::-1] if back else lines(session)
        try:
            with session.begin_nested():
                reassign(
                    session,
                    voucher_id=voucher.id,
                    lines=BetweenLines(from_line_id=one.id, to_line_id=other.id, amount_cents=cents),
                    actor_id="system",
                    now=NOW,
                    note="dice",
                )
        except NotReserved:
            continue
        if dice.random() < 0.4 and reserved_cents(session, voucher_id=voucher.id) > 7:
            redeem(session, voucher_id=voucher.id, amount_cents=7, keep_rest=True, actor_id="system", now=NOW)
        assert verify(session) == []
    release(session, voucher_id=voucher.id, actor_id="system", now=NOW)
    assert verify(session) == []


def test_verify_finds_a_move_that_forgot_one_guard(session: Session) -> None:
    """The control: the same move with the guard of one line left alone is a break of I2."""
    voucher = a_voucher(session)
    move(session, voucher, 50_000)
    _one, other = lines(session)
    guard = (BudgetGuard.funding_line_id == other.id,)
    session.execute(update(BudgetGuard).where(*guard).values(reserved_cents=BudgetGuard.reserved_cents - 50_000))
    assert [found.invariant for found in verify(session)] == ["I2"]


def test_verify_finds_caps_that_did_not_come_along(session: Session) -> None:
    """The control: had the re-assigned part not counted towards its caps, I2 would say so."""
    voucher = a_voucher(session)
    before = len(session.scalars(select(CapUse.cap_id)).all())
    move(session, voucher, 120_000)
    assert len(session.scalars(select(CapUse.cap_id)).all()) == 2 * before
    session.execute(update(CapGuard).values(used_cents=0))
    assert {found.invariant for found in verify(session)} == {"I2"}
