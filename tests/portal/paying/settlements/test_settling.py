"""Settling as used or lower, and getting back what was paid too much: every cent in the books at every step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.ledger import actions as ledger
from portal.ledger.invariants import verify
from portal.ledger.queries import Figures, figures
from portal.paying.recoveries import Term, monthly_terms, note_missed, plan_instalments, receive_instalment, write_off
from portal.paying.settlements import queries as settlements
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import Debtor, InstalmentState, Recovery, RecoveryState, SettlementGround
from portal.paying.settling_again.queries import settlement_breaks
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from portal.spending.vouchers.actions import redeem_voucher, revoke_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher, VoucherState
from portal.spending.vouchers.queries import awards_held, ledger_breaks
from tests.factories import ADVISOR, NOW, REGION, SAM, SYSTEM, UNHEARD, a_provider, a_voucher
from tests.snapshots import made_once

TODAY = NOW.date()


@made_once
def used(session: Session, *cents: int, paid: int = 0) -> tuple[Voucher, list[Redemption]]:
    """A voucher of 120,000 cents with these invoices, of which the first `paid` are paid."""
    voucher, (_, pia) = a_voucher(session, applicant=SAM), a_provider(session)
    done = [
        redeem_voucher(session, voucher=voucher, bill=Bill(f"F{number}", TODAY, one), actor=pia, now=NOW)
        for number, one in enumerate(cents)
    ]
    for redemption in done[:paid]:
        pay(session, redemption)
    return voucher, done


def pay(session: Session, redemption: Redemption) -> None:
    for spend_id, _ in settlements.unpaid_spends(session, redemption=redemption):
        ledger.pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)


def settle(session: Session, voucher: Voucher, cents: int, ground: SettlementGround = SettlementGround.NOT_DONE):  # type: ignore[no-untyped-def]
    return settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(cents, ground, "Niet afgemaakt", UNHEARD),
        actor=ADVISOR,
        now=NOW,
    )


def books(session: Session, voucher: Voucher) -> tuple[int, int, int]:
    """What the books say is reserved, spent and paid; everything agrees."""
    session.flush()
    assert verify(session) == [] and ledger_breaks(session) == [] and settlement_breaks(session) == []
    found = figures(session, by=("voucher_id",)).get((voucher.id,), Figures())
    return found.reserved_cents, found.spent_cents, found.paid_cents


def the_claim(session: Session, voucher: Voucher) -> Recovery:
    [recovery] = settlements.recoveries_of(session, voucher=voucher)
    return recovery


def receive(session: Session, recovery: Recovery, cents: int, reference: str = "R1"):  # type: ignore[no-untyped-def]
    return receive_instalment(
        session, recovery=recovery, amount_cents=cents, received_on=TODAY, reference=reference, actor=ADVISOR, now=NOW
    )


def test_a_voucher_is_settled_as_used_and_what_was_open_is_free_again(session: Session) -> None:
    voucher, _ = used(session, 90_000)
    done = settle(session, voucher, 90_000, SettlementGround.AS_USED)
    assert (voucher.state, voucher.settled_cents, voucher.open_cents) == (VoucherState.SETTLED, 90_000, 0)
    assert (done.claimed_cents, done.corrected_cents, done.released_cents) == (0, 0, 30_000)
    assert books(session, voucher) == (0, 90_000, 0)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "settlement/as_used")).one()
    assert told.details is not None and told.details["settled_cents"] == 90_000
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "voucher.settled")).one()


def test_a_lower_amount_comes_off_unpaid_invoices_first_and_the_rest_is_claimed(session: Session) -> None:
    voucher, (first, second) = used(session, 70_000, 50_000, paid=1)
    done = settle(session, voucher, 40_000)
    assert (done.corrected_cents, done.claimed_cents) == (50_000, 30_000)
    assert (first.net_cents, second.net_cents) == (70_000, 0)
    recovery = the_claim(session, voucher)
    assert (recovery.debtor, recovery.amount_cents, recovery.state) == (Debtor.HOLDER, 30_000, RecoveryState.OPEN)
    assert books(session, voucher) == (0, 70_000, 70_000)


def test_a_voucher_without_payments_can_be_settled_at_nothing(session: Session) -> None:
    voucher, _ = used(session, 20_000)
    settle(session, voucher, 0, SettlementGround.WRONG_DATA)
    assert (voucher.redeemed_cents, voucher.redeemed_at, voucher.released_cents) == (0, None, 120_000)
    assert books(session, voucher) == (0, 0, 0)


@pytest.mark.parametrize(
    ("cents", "ground", "field"),
    [
        (-1, SettlementGround.NOT_DONE, "amount"),
        (90_001, SettlementGround.AS_USED, "amount"),
        (90_000, SettlementGround.NOT_DONE, "ground"),
        (89_999, SettlementGround.AS_USED, "ground"),
    ],
)
def test_an_amount_or_ground_that_does_not_fit_is_refused_at_the_field(
    session: Session, cents: int, ground: SettlementGround, field: str
) -> None:
    voucher, _ = used(session, 90_000)
    with pytest.raises(Refusal) as refused:
        settle(session, voucher, cents, ground)
    assert refused.value.field == field
    assert books(session, voucher) == (30_000, 90_000, 0)


def test_what_was_not_used_or_is_settled_is_not_settled(session: Session) -> None:
    with pytest.raises(Refusal) as refused:
        settle(session, a_voucher(session), 0)
    assert refused.value.code == "nothing_to_settle"
    voucher, _ = used(session, 90_000)
    settle(session, voucher, 50_000)
    for again in (50_000, 0):
        with pytest.raises(Conflict) as late:
            settle(session, voucher, again)
        assert late.value.code == "voucher_settled"
    for actor in (SYSTEM, ADVISOR):
        with pytest.raises(Refusal):
            revoke_voucher(session, voucher=voucher, reason="x", actor=actor, now=NOW)
    with pytest.raises(Refusal):
        settle_voucher(
            session,
            voucher=a_voucher(session),
            draft=SettlementDraft(0, SettlementGround.NOT_DONE, "x", UNHEARD),
            actor=REGION,
            now=NOW,
        )


def test_a_revoked_voucher_is_settled_with_what_was_used(session: Session) -> None:
    voucher, _ = used(session, 20_000)
    revoke_voucher(session, voucher=voucher, reason="gestopt", actor=ADVISOR, now=NOW)
    settle(session, voucher, 20_000, SettlementGround.AS_USED)
    assert (voucher.state, voucher.revoke_reason) == (VoucherState.SETTLED, "gestopt")
    assert books(session, voucher) == (0, 20_000, 0)


# Getting it back -------------------------------------------------------------------------------------------------------


def test_instalments_come_in_until_everything_is_back_and_the_money_is_free(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    free = figures(session)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    terms = monthly_terms(amount_cents=60_000, number=4, first_on=date(2026, 3, 31))
    assert [(term.due_on, term.amount_cents) for term in terms] == [
        (date(2026, 3, 31), 15_000),
        (date(2026, 4, 30), 15_000),
        (date(2026, 5, 31), 15_000),
        (date(2026, 6, 30), 15_000),
    ]
    plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)
    receive(session, recovery, 20_000)
    states = [(one.state, one.received_cents) for one in recovery.instalments]
    assert states[:2] == [(InstalmentState.RECEIVED, 15_000), (InstalmentState.PLANNED, 5_000)]
    assert books(session, voucher) == (0, 80_000, 80_000)
    receive(session, recovery, 40_000, "R2")
    assert (recovery.state, recovery.open_cents, voucher.recovered_cents) == (RecoveryState.CLOSED, 0, 60_000)
    assert books(session, voucher) == (0, 40_000, 40_000)
    back = sum(found.available_cents for found in figures(session).values())
    assert back - sum(found.available_cents for found in free.values()) == 60_000 + 20_000
    with pytest.raises(Refusal):
        receive(session, recovery, 1, "R3")


def test_what_came_back_makes_room_under_the_ceiling_again(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    key = voucher.award.person_key
    settle(session, voucher, 40_000)
    receive(session, the_claim(session, voucher), 60_000)
    [held] = awards_held(session, person_key=key, employer_key=None)["leervoucher"]
    assert held.cents == 40_000
    assert books(session, voucher) == (0, 40_000, 40_000)


def test_the_same_receipt_counts_once(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    first = receive(session, recovery, 10_000, "NL01 7")
    assert receive(session, recovery, 10_000, " NL01  7 ") is first
    with pytest.raises(Conflict) as refused:
        receive(session, recovery, 10_001, "NL01 7")
    assert (refused.value.code, refused.value.field) == ("reference_known", "reference")
    assert (recovery.received_cents, books(session, voucher)) == (10_000, (0, 90_000, 90_000))


def test_a_missed_instalment_is_noted_once_and_can_still_be_paid(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    due = TODAY + timedelta(days=10)
    [one] = plan_instalments(session, recovery=recovery, terms=[Term(due, 60_000)], actor=ADVISOR, now=NOW)
    assert settlements.missed_instalments(session, today=due) == []
    assert not note_missed(session, instalment=one, today=due, actor=SYSTEM, now=NOW), "the day itself still counts"
    late = due + timedelta(days=1)
    assert settlements.missed_instalments(session, today=late) == [one.id]
    assert note_missed(session, instalment=one, today=late, actor=SYSTEM, now=NOW)
    assert not note_missed(session, instalment=one, today=late, actor=SYSTEM, now=NOW)
    assert session.scalars(select(OutboxMessage.template).where(OutboxMessage.template == "recovery/missed")).one()
    receive(session, recovery, 60_000)
    session.refresh(one)
    assert (one.state, recovery.state) == (InstalmentState.RECEIVED, RecoveryState.CLOSED)


def test_a_new_plan_replaces_the_old_one_and_adds_up_to_what_is_open(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    plan_instalments(session, recovery=recovery, terms=[Term(TODAY, 60_000)], actor=ADVISOR, now=NOW)
    receive(session, recovery, 10_000)
    with pytest.raises(Refusal) as refused:
        plan_instalments(session, recovery=recovery, terms=[Term(TODAY, 60_000)], actor=ADVISOR, now=NOW)
    assert refused.value.code == "plan_does_not_add_up"
    terms = monthly_terms(amount_cents=50_000, number=3, first_on=TODAY)
    assert [term.amount_cents for term in terms] == [16_667, 16_667, 16_666]
    plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)
    assert [(one.plan, one.state.value) for one in recovery.instalments] == [
        (1, "replaced"),
        (2, "planned"),
        (2, "planned"),
        (2, "planned"),
    ]


@pytest.mark.parametrize(
    "terms",
    [
        [],
        [Term(TODAY - timedelta(days=1), 60_000)],
        [Term(TODAY, 30_000), Term(TODAY, 30_000)],
        [Term(TODAY, 60_000), Term(TODAY + timedelta(days=1), 0)],
        [Term(TODAY + timedelta(days=day), 1_000) for day in range(61)],
    ],
)
def test_an_impossible_plan_is_refused(session: Session, terms: list[Term]) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    with pytest.raises(Refusal):
        plan_instalments(session, recovery=the_claim(session, voucher), terms=terms, actor=ADVISOR, now=NOW)


def test_what_is_written_off_ends_the_claim_and_moves_no_money(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    receive(session, recovery, 10_000)
    with pytest.raises(Refusal) as refused:
        write_off(session, recovery=recovery, amount_cents=1, reason=" ", actor=ADVISOR, now=NOW)
    assert refused.value.field == "reason"
    write_off(session, recovery=recovery, amount_cents=50_000, reason="Schuldhulp", actor=ADVISOR, now=NOW)
    assert (recovery.state, recovery.written_off_cents) == (RecoveryState.CLOSED, 50_000)
    assert books(session, voucher) == (0, 90_000, 90_000)
    with pytest.raises(Refusal):
        write_off(session, recovery=recovery, amount_cents=1, reason="nog eens", actor=ADVISOR, now=NOW)


def test_a_part_that_is_written_off_comes_off_the_last_instalments(session: Session) -> None:
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    recovery = the_claim(session, voucher)
    terms = monthly_terms(amount_cents=60_000, number=3, first_on=TODAY)
    plan_instalments(session, recovery=recovery, terms=terms, actor=ADVISOR, now=NOW)
    receive(session, recovery, 5_000)
    write_off(session, recovery=recovery, amount_cents=30_000, reason="Schuldhulp", actor=ADVISOR, now=NOW)
    shown = [(one.amount_cents, one.received_cents, one.state) for one in recovery.instalments]
    assert shown == [
        (20_000, 5_000, InstalmentState.PLANNED),
        (10_000, 0, InstalmentState.PLANNED),
        (20_000, 0, InstalmentState.REPLACED),
    ]
    receive(session, recovery, 25_000, "R2")
    assert recovery.state is RecoveryState.CLOSED
    assert [one.state for one in recovery.instalments] == [
        InstalmentState.RECEIVED,
        InstalmentState.RECEIVED,
        InstalmentState.REPLACED,
    ]


# Credit notes ----------------------------------------------------------------------------------------------------------


def credit(session: Session, redemption: Redemption, cents: int) -> Recovery | None:
    return take_credit_note(
        session, redemption=redemption, amount_cents=cents, reason="Les vervallen", actor=ADVISOR, now=NOW
    )


def test_a_credit_note_on_an_unpaid_invoice_is_open_on_the_voucher_again(session: Session) -> None:
    voucher, (first, second) = used(session, 70_000, 50_000)
    assert voucher.state is VoucherState.REDEEMED
    assert credit(session, second, 20_000) is None
    assert (voucher.state, voucher.open_cents, second.net_cents) == (VoucherState.PARTLY_REDEEMED, 20_000, 30_000)
    assert books(session, voucher) == (20_000, 100_000, 0)
    credit(session, second, 30_000)
    credit(session, first, 70_000)
    assert (voucher.state, voucher.redeemed_at, books(session, voucher)) == (VoucherState.ISSUED, None, (120_000, 0, 0))


def test_a_credit_note_on_a_paid_invoice_is_claimed_from_the_provider(session: Session) -> None:
    voucher, (first,) = used(session, 70_000, paid=1)
    claim = credit(session, first, 20_000)
    assert claim is not None and (claim.debtor, claim.provider_id) == (Debtor.PROVIDER, first.provider_id)
    assert books(session, voucher) == (50_000, 70_000, 70_000)
    with pytest.raises(Conflict):
        settle(session, voucher, 70_000, SettlementGround.AS_USED)
    receive(session, claim, 20_000)
    assert books(session, voucher) == (50_000, 50_000, 50_000)
    settle(session, voucher, 50_000, SettlementGround.AS_USED)
    assert books(session, voucher) == (0, 50_000, 50_000)
    with pytest.raises(Refusal):
        credit(session, first, 1)


@pytest.mark.parametrize("cents", [0, -5, 70_001])
def test_a_credit_note_is_never_above_its_invoice(session: Session, cents: int) -> None:
    voucher, (first,) = used(session, 70_000)
    with pytest.raises(Refusal) as refused:
        credit(session, first, cents)
    assert refused.value.field == "amount"
    assert books(session, voucher) == (50_000, 70_000, 0)


def test_a_credit_note_after_the_end_is_released(session: Session) -> None:
    voucher, (first,) = used(session, 70_000)
    revoke_voucher(session, voucher=voucher, reason="gestopt", actor=ADVISOR, now=NOW)
    credit(session, first, 70_000)
    assert (voucher.state, voucher.released_cents, books(session, voucher)) == (
        VoucherState.REVOKED,
        120_000,
        (0, 0, 0),
    )
