"""Acts on the way to the bank and back: batches, statements, outcomes by hand, recoveries, other money, and what is owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.funding.actions import lower_budget, raise_budget
from portal.framework.funding.models import FundingLine
from portal.ledger.models import AccountKind
from portal.ledger.queries import available_cents
from portal.paying.by_hand.actions import HandFinding, confirm_outcome, propose_outcome, withdraw_outcome
from portal.paying.by_hand.models import HandOutcome, OutcomeByHand
from portal.paying.payments.actions import (
    cancel_batch,
    export_batch,
    give_account,
    leave_out,
    make_batch,
    note_repaid,
    release_batch,
)
from portal.paying.payments.models import (
    BatchState,
    Payment,
    PaymentBatch,
    PaymentState,
    Repayment,
    RepaymentState,
)
from portal.paying.payments.queries import CANCEL_WITHIN, payables
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import lines_that_may_pay, payers_of
from portal.paying.recoveries import monthly_terms, plan_instalments, receive_instalment, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import Recovery, RecoveryState, SettlementGround
from portal.paying.statements.actions import note_handled, read_statement
from portal.paying.statements.models import UnmatchedLine
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher, VoucherState
from tests.factories import UNHEARD
from tests.portal.paying.payments.test_payments import PAYER, entry, statement, whole_batch
from tests.reliability.walks.region import IBANS
from tests.reliability.walks.spending import USABLE, at, provider
from tests.reliability.walks.walk import NothingToDo, Walk, act


def batch_in(walk: Walk, *states: BatchState) -> Any:
    return walk.pick(select(PaymentBatch).where(PaymentBatch.state.in_(states)).order_by(PaymentBatch.id))


@act(7)
def makes_a_batch(walk: Walk) -> None:
    if not payables(walk.session):
        raise NothingToDo
    make_batch(walk.session, **walk.by_region)


@act(0.8)
def leaves_a_payment_out(walk: Walk) -> None:
    batch = batch_in(walk, BatchState.DRAFT)
    leave_out(walk.session, payment=walk.one_of(batch.counted), **walk.by_region)


@act(8)
def releases_a_batch(walk: Walk) -> None:
    batch = batch_in(walk, BatchState.DRAFT)
    walk.not_by(batch.made_by)
    release_batch(walk.session, batch=batch, payer=PAYER, **walk.by_region)


@act(7)
def gives_the_file_to_the_bank(walk: Walk) -> None:
    batch = batch_in(walk, BatchState.RELEASED)
    if walk.happens(0.9):  # the delay is waited for
        walk.now = max(walk.now, batch.released_at + CANCEL_WITHIN)
    export_batch(walk.session, batch=batch, **walk.by_region)


@act(0.7)
def takes_a_batch_back(walk: Walk) -> None:
    batch = batch_in(walk, BatchState.DRAFT, BatchState.RELEASED)
    cancel_batch(walk.session, batch=batch, reason="Fout.", **walk.by_region)


@act(4)
def is_used_and_paid_at_once(walk: Walk) -> None:
    """The long way to the bank in one go, so that much of what comes after it is walked too."""
    voucher, place = walk.pick(USABLE.where(Voucher.scheme != "materiaalvoucher")), provider(walk)
    bill = Bill(walk.next("F"), walk.today, walk.cents(voucher.open_cents, 1_000))
    redemption = redeem_voucher(walk.session, voucher=voucher, bill=bill, actor=at(walk, place), now=walk.now)
    batch = make_batch(walk.session, redemption_ids=[redemption.id], **walk.by_region)
    walk.turn = 1 - walk.turn
    release_batch(walk.session, batch=batch, payer=PAYER, **walk.by_region)
    walk.now += CANCEL_WITHIN
    export_batch(walk.session, batch=batch, **walk.by_region)
    reads(walk, whole_batch(batch.number, euros(batch.total_cents)))


# What the bank says ----------------------------------------------------------------------------------------------------


def paid_in(walk: Walk, *states: PaymentState) -> list[Any]:
    at_the_bank = PaymentBatch.state.in_((BatchState.EXPORTED, BatchState.CLOSED))
    rows = select(Payment).join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
    return walk.find(rows.where(at_the_bank, Payment.state.in_(states)).order_by(Payment.id))


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def reads(walk: Walk, *lines: str) -> Any:
    """A statement with these lines, of today."""
    content = statement(*lines).replace(b"2026-03-04", walk.today.isoformat().encode())
    return read_statement(walk.session, content=content, payer=PAYER, **walk.by_region)


@act(7)
def the_bank_carried_out(walk: Walk) -> None:
    sent = paid_in(walk, PaymentState.SENT)
    if not sent:
        raise NothingToDo
    chosen = sent if walk.happens(0.5) else walk.chance.sample(sent, walk.chance.randint(1, len(sent)))
    reads(walk, *(entry(one.end_to_end_id, euros(one.amount_cents)) for one in chosen))


@act(2)
def the_bank_carried_out_in_one_amount(walk: Walk) -> None:
    batch = batch_in(walk, BatchState.EXPORTED)
    cents = batch.total_cents if walk.happens(0.7) else max(1, batch.total_cents - 100)
    reads(walk, whole_batch(batch.number, euros(cents)))


@act(2.5)
def money_came_back(walk: Walk) -> None:
    one = walk.one_of(paid_in(walk, PaymentState.SENT, PaymentState.EXECUTED))
    reads(walk, entry(one.end_to_end_id, euros(one.amount_cents), credit=True, reason="AC04"))


@act(1)
def a_return_was_undone(walk: Walk) -> None:
    one = walk.one_of(paid_in(walk, PaymentState.RETURNED, PaymentState.EXECUTED))
    line = entry(one.end_to_end_id, euros(one.amount_cents), credit=walk.happens(0.3))
    reads(walk, line.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>"))


@act(0.7)
def the_bank_says_something_strange(walk: Walk) -> None:
    one = walk.one_of(paid_in(walk, PaymentState.SENT, PaymentState.EXECUTED, PaymentState.RETURNED))
    key = walk.chance.choice((one.end_to_end_id, "LOKET-bestaat-niet", "HUUR MAART"))
    reads(walk, entry(key, euros(one.amount_cents + walk.chance.randrange(2)), credit=walk.happens(0.5)))


@act(1.5)
def a_strange_line_is_handled(walk: Walk) -> None:
    line = walk.pick(select(UnmatchedLine).where(UnmatchedLine.handled_at.is_(None)).order_by(UnmatchedLine.id))
    note_handled(walk.session, line=line, note="Gebeld.", **walk.by_region)


@act(2)
def an_outcome_is_proposed_by_hand(walk: Walk) -> None:
    one = walk.one_of(paid_in(walk, PaymentState.SENT, PaymentState.EXECUTED, PaymentState.RETURNED))
    found = HandFinding(walk.chance.choice(list(HandOutcome)), walk.today, "Gebeld met de bank.")
    propose_outcome(walk.session, payment=one, found=found, **walk.by_region)


def proposed(walk: Walk) -> Any:
    waits = OutcomeByHand.confirmed_at.is_(None), OutcomeByHand.withdrawn_at.is_(None)
    return walk.pick(select(OutcomeByHand).where(*waits).order_by(OutcomeByHand.id))


@act(3)
def an_outcome_is_confirmed(walk: Walk) -> None:
    one = proposed(walk)
    walk.not_by(one.proposed_by)
    confirm_outcome(walk.session, proposed=one, **walk.by_region)


@act(0.4)
def an_outcome_is_withdrawn(walk: Walk) -> None:
    withdraw_outcome(walk.session, proposed=proposed(walk), **walk.by_region)


# What must come back ---------------------------------------------------------------------------------------------------


def claimed(walk: Walk) -> Any:
    return walk.pick(select(Recovery).where(Recovery.state == RecoveryState.OPEN).order_by(Recovery.id))


@act(2)
def instalments_are_agreed(walk: Walk) -> None:
    claim = claimed(walk)
    number = walk.chance.randint(1, min(3, claim.open_cents))
    terms = monthly_terms(amount_cents=claim.open_cents, number=number, first_on=walk.today + timedelta(days=1))
    plan_instalments(walk.session, recovery=claim, terms=terms, **walk.by)


@act(4)
def money_is_paid_back(walk: Walk) -> None:
    claim = claimed(walk)
    receive_instalment(
        walk.session,
        recovery=claim,
        amount_cents=walk.cents(claim.open_cents),
        received_on=walk.today,
        reference=walk.chance.choice((walk.next("R"), "TERUG")),
        **walk.by,
    )


@act(2)
def is_settled_lower_and_paid_back(walk: Walk) -> None:
    """Another long way in one go: what was paid is settled lower, and (a part of) it comes back."""
    paid = select(Redemption.voucher_id).join(Payment, Payment.redemption_id == Redemption.id)
    paid = paid.where(Payment.state == PaymentState.EXECUTED)
    rows = select(Voucher).where(
        Voucher.id.in_(paid), Voucher.state != VoucherState.SETTLED, Voucher.redeemed_cents > 1
    )
    voucher = walk.pick(rows.order_by(Voucher.id))
    draft = SettlementDraft(voucher.used_cents // 2, SettlementGround.NOT_DONE, "Half gevolgd.", UNHEARD)
    settle_voucher(walk.session, voucher=voucher, draft=draft, **walk.by)
    claim = walk.session.scalars(
        select(Recovery).where(Recovery.voucher_id == voucher.id, Recovery.settlement_id.is_not(None))
    ).one_or_none()
    if claim is not None:
        cents, day = walk.cents(claim.open_cents), walk.today
        receive_instalment(
            walk.session, recovery=claim, amount_cents=cents, received_on=day, reference=walk.next("T"), **walk.by
        )


@act(3)
def a_settlement_is_lowered_later(walk: Walk) -> None:
    voucher = walk.pick(select(Voucher).where(Voucher.settled_cents > 0).order_by(Voucher.id))
    cents = walk.chance.randrange(voucher.settled_cents or 1)
    draft = LoweringDraft(cents, SettlementGround.NEW_FACTS, "Niet geweest.", None, UNHEARD)
    lower_settlement(walk.session, voucher=voucher, draft=draft, **walk.by)


@act(1)
def a_claim_is_written_off(walk: Walk) -> None:
    claim = claimed(walk)
    write_off(
        walk.session, recovery=claim, amount_cents=walk.cents(claim.open_cents), reason="Oninbaar.", **walk.by_two
    )


# What is owed ----------------------------------------------------------------------------------------------------------


def owed(walk: Walk) -> Any:
    return walk.pick(select(Repayment).where(Repayment.state == RepaymentState.OPEN).order_by(Repayment.id))


@act(4)
def the_holder_gives_an_account(walk: Walk) -> None:
    voucher = walk.session.get_one(Voucher, owed(walk).voucher_id)
    question = walk.session.get_one(DevelopmentQuestion, voucher.question_id)
    give_account(walk.session, question=question, payee_name="Sam", iban=walk.chance.choice(IBANS), **walk.by)


@act(1.5)
def what_was_owed_is_paid_by_hand(walk: Walk) -> None:
    one = owed(walk)
    note_repaid(walk.session, repayment=one, paid_on=walk.today, reference=walk.next("B"), **walk.by)


# Other money -----------------------------------------------------------------------------------------------------------


@act(6)
def another_budget_pays(walk: Walk) -> None:
    voucher = walk.pick(select(Voucher).where(Voucher.state != VoucherState.SETTLED).order_by(Voucher.id))
    held = payers_of(walk.session, voucher=voucher)
    if not held:
        raise NothingToDo
    one = walk.chance.choice(held)
    others = [line for line in lines_that_may_pay(walk.session, voucher=voucher) if line.id != one.line.id]
    if not others:
        raise NothingToDo
    cents = one.cents if one.stands is AccountKind.PAID else walk.cents(one.cents)
    takeover = Takeover(
        from_line=one.line,
        to_line=walk.chance.choice(others),
        amount_cents=cents,
        stands=one.stands,
        payment_id=one.payment_id,
    )
    reassign_voucher(walk.session, voucher=voucher, takeover=takeover, reason="Beter zo.", **walk.by_region)


@act(1.2)
def a_budget_is_raised(walk: Walk) -> None:
    line = walk.chance.choice(walk.find(select(FundingLine).order_by(FundingLine.id)))
    cents = walk.chance.choice((30_000, 150_000))
    raise_budget(walk.session, line=line, amount_cents=cents, reason="Meer geld.", **walk.by_two_of_the_region)


@act(2)
def a_budget_is_lowered(walk: Walk) -> None:
    line = walk.chance.choice(walk.find(select(FundingLine).order_by(FundingLine.id)))
    free = available_cents(walk.session, funding_line_ids=[line.id])[line.id]
    cents = walk.cents(max(free, 1)) if walk.happens(0.8) else free + 1
    lower_budget(walk.session, line=line, amount_cents=cents, reason="Minder geld.", **walk.by_two_of_the_region)
