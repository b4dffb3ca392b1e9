"""The whole life of vouchers as a state machine: whatever happens in whatever order, invariants I1 to I6 hold at every step.

Awarded in the order of receipt, redeemed in parts, paid, credited, extended, topped up, made cheaper, blocked, expired, revoked,
settled lower, recovered, bound to other money (reserved, used or paid), returned by the bank; rejected; and the budget raised and
lowered meanwhile. Bugs that are put in on purpose must all be found by it.
`make proof` lives more lives, `make night` all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.reductions import lower_award, revoke_award
from portal.awarding.top_ups import TopUpDraft, top_up
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.funding.models import FundingLine
from portal.ledger import actions as ledger
from portal.ledger.invariants import verify
from portal.ledger.models import AccountKind, Transfer, TransferKind
from portal.ledger.queries import available_cents, figures
from portal.ledger.returning import book_return
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.reassignments.queries import booked_and_recorded, payers_of
from portal.paying.recoveries import monthly_terms, plan_instalments, receive_instalment, write_off
from portal.paying.settlements import queries as settlements
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import Recovery, SettlementGround
from portal.paying.settling_again.queries import settlement_breaks
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.spending.changes.actions import block_voucher, extend_voucher, unblock_voucher
from portal.spending.providers.models import Provider
from portal.spending.vouchers import actions as vouchers
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.conftest import DATABASES
from tests.factories import ADVISOR, ASKED, NOW, OWN_FACTS, SYSTEM, UNHEARD, a_provider, a_region, an_application
from tests.portal.spending.vouchers.bugs import BUGS, order_of_receipt_ignored
from tests.portal.spending.vouchers.giving import give, leave_on_each_line
from tests.who_runs_what import NIGHT, PROOF

CASES = 4
BUDGET = 150_000
ENDS = NOW + timedelta(days=300)
"""Until then the money of Proefland may be given; after it nobody who waits can lose anything."""
LOOK_EVERY = 1 if PROOF else 7
"""After how many steps the books are looked at; at the end of a life always."""
LIVES = 40 if NIGHT else 15 if PROOF else 6
SIZE = settings(
    max_examples=LIVES,
    stateful_step_count=60 if PROOF else 20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
which, cents = st.integers(0, 7), st.integers(1, 130_000)


@pytest.fixture
def desk(engine: Engine) -> Engine:
    """A desk with a few applications, one provider and little money, to start every life from."""
    with Session(engine) as session:
        a_region(session)
        a_provider(session)
        for _ in range(CASES):
            an_application(session)
        leave_on_each_line(session, BUDGET)
        session.commit()
    return engine


class Lives(RuleBasedStateMachine):
    """Vouchers of a few people who want the same, scarce money. A life is one transaction, rolled back at its end."""

    desk: Engine
    each_line_cents: int | None = None

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.desk, expire_on_commit=False)
        self.now, self.number, self.happened = NOW, 0, 0
        self.seen: set[Any] = set()
        self.questions = list(self.session.scalars(select(DevelopmentQuestion).order_by(DevelopmentQuestion.id)))
        self.provider = self.session.scalars(select(Provider)).one()
        if self.each_line_cents is not None:
            leave_on_each_line(self.session, self.each_line_cents)

    def teardown(self) -> None:
        try:
            if self.happened % LOOK_EVERY:
                self.the_books_are_right()
        finally:
            self.session.rollback()
            self.session.close()

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something, wholly or not at all; what a rule of the desk refuses is not done."""
        with suppress(Refusal), self.session.begin_nested():
            work()
            self.session.flush()
        self.session.expire_all()

    def next(self) -> str:
        self.number += 1
        return f"N{self.number}"

    def pick(self, kind: Any, number: int) -> Any:
        found = list(self.session.scalars(select(kind).order_by(kind.id)))
        return found[number % len(found)]

    def has(self, kind: Any) -> bool:
        """Whether there is one; in a life nothing is thrown away, so that what was there once is not looked for again."""
        if kind not in self.seen and self.session.scalar(select(kind.id).limit(1)) is not None:
            self.seen.add(kind)
        return kind in self.seen

    def waiting(self) -> list[DevelopmentQuestion]:
        return [one for one in self.questions if one.state is QuestionState.APPLIED]

    def wanted_by_earlier(self, question: DevelopmentQuestion) -> int:
        """All that those who were complete before this application and still wait could get: everything their training costs."""
        mine = application_by_question(self.session, question=question)
        assert mine is not None
        earlier = select(Application.question_id).where(Application.receipt_order < mine.receipt_order)
        waiting = select(DevelopmentQuestion).where(
            DevelopmentQuestion.id.in_(earlier), DevelopmentQuestion.state == QuestionState.APPLIED
        )
        return sum(line.amount_cents for one in self.session.scalars(waiting) for line in one.cost_lines)

    def free_cents(self) -> int:
        """What is free now; in Proefland every budget may pay the vouchers of these people."""
        lines = self.session.scalars(select(FundingLine.id).order_by(FundingLine.id)).all()
        return sum(max(0, cents) for cents in available_cents(self.session, funding_line_ids=lines).values())

    def by(self) -> dict[str, Any]:
        return {"actor": ADVISOR, "now": self.now}

    # What can happen ---------------------------------------------------------------------------------------------------

    @rule(number=which, line=which, amount=cents)
    def award(self, number: int, line: int, amount: int) -> None:
        question = self.questions[number % CASES]
        wanted, before = self.wanted_by_earlier(question), self.free_cents()
        self.attempt(lambda: give(self.session, question, self.pick(FundingLine, line), min(amount, 110_000), self.now))
        if self.now < ENDS:
            assert min(wanted, self.free_cents()) == min(wanted, before), "an earlier one lost money to a later one"

    @precondition(lambda self: self.waiting())
    @rule(number=which)
    def reject(self, number: int) -> None:
        """Decide that somebody gets nothing, so that the next one may."""
        question = self.waiting()[number % len(self.waiting())]
        why: dict[str, Any] = {"rationale": "proef", "ground": OWN_FACTS, **self.by()}
        self.attempt(lambda: reject_question(self.session, question=question, **why))

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, amount=cents)
    def redeem(self, number: int, amount: int) -> None:
        voucher, invoice = self.pick(Voucher, number), self.next()
        amount = min(amount, voucher.open_cents or amount)
        self.attempt(
            lambda: vouchers.book_redemption(
                self.session,
                voucher=voucher,
                provider=self.provider,
                bill=Bill(invoice, local_date(self.now), amount),
                kind=vouchers.RedemptionKind.INVOICE,
                **self.by(),
            )
        )

    @precondition(lambda self: self.has(Redemption))
    @rule(number=which)
    def pay(self, number: int) -> None:
        self.pay_all(self.pick(Redemption, number))

    def pay_all(self, redemption: Redemption) -> None:
        """Pay what is not paid of a redemption."""
        for spend_id, _ in settlements.unpaid_spends(self.session, redemption=redemption):
            self.attempt(
                lambda one=spend_id: ledger.pay(self.session, spend_id=one, actor_id=SYSTEM.reference, now=self.now)
            )

    @precondition(lambda self: self.has(Redemption))
    @rule(number=which, amount=cents)
    def credit(self, number: int, amount: int) -> None:
        redemption = self.pick(Redemption, number)
        amount = min(amount, redemption.net_cents or amount)
        self.attempt(
            lambda: take_credit_note(
                self.session, redemption=redemption, amount_cents=amount, reason="proef", **self.by()
            )
        )

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, amount=cents)
    def settle(self, number: int, amount: int) -> None:
        voucher = self.pick(Voucher, number)
        amount = min(amount, voucher.used_cents)
        ground = SettlementGround.AS_USED if amount == voucher.used_cents else SettlementGround.NOT_DONE
        self.attempt(
            lambda: settle_voucher(
                self.session, voucher=voucher, draft=SettlementDraft(amount, ground, "proef", UNHEARD), **self.by()
            )
        )

    @precondition(lambda self: self.has(Recovery))
    @rule(number=which, amount=cents, way=st.sampled_from(["receive", "write off", "plan"]))
    def recover(self, number: int, amount: int, way: str) -> None:
        claim, reference = self.pick(Recovery, number), self.next()
        amount = min(amount, claim.open_cents or amount)
        if way == "receive":
            self.attempt(
                lambda: receive_instalment(
                    self.session,
                    recovery=claim,
                    amount_cents=amount,
                    received_on=local_date(self.now),
                    reference=reference,
                    **self.by(),
                )
            )
        elif way == "write off":
            self.attempt(
                lambda: write_off(self.session, recovery=claim, amount_cents=amount, reason="proef", **self.by())
            )
        elif claim.open_cents >= 3:
            terms = monthly_terms(amount_cents=claim.open_cents, number=3, first_on=local_date(self.now))
            self.attempt(lambda: plan_instalments(self.session, recovery=claim, terms=terms, **self.by()))

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, amount=cents, back=cents)
    def is_used_paid_settled_lower_and_paid_back(self, number: int, amount: int, back: int) -> None:
        """The longest way in one go: step by step it is seldom walked to its end."""
        voucher = self.pick(Voucher, number)
        self.redeem(number, amount)
        for redemption in list(self.session.scalars(select(Redemption).where(Redemption.voucher_id == voucher.id))):
            self.pay_all(redemption)
        self.settle(number, back % max(voucher.used_cents, 1))
        if self.has(Recovery):
            self.recover(number, back, "receive")

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, amount=cents, line=which)
    def top_up(self, number: int, amount: int, line: int) -> None:
        voucher = self.pick(Voucher, number)
        key = voucher.award.parts[0].line_key
        draft = TopUpDraft(key, self.pick(FundingLine, line), min(amount, 20_000), "proef")
        self.attempt(lambda: top_up(self.session, voucher=voucher, draft=draft, **self.by()))

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, amount=cents)
    def cheaper(self, number: int, amount: int) -> None:
        voucher = self.pick(Voucher, number)
        self.attempt(
            lambda: lower_award(
                self.session, voucher=voucher, by_cents=min(amount, 30_000), basis=ASKED, reason="proef", **self.by()
            )
        )

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, way=st.sampled_from(["block", "unblock", "extend", "revoke"]))
    def change(self, number: int, way: str) -> None:
        voucher = self.pick(Voucher, number)
        acts: dict[str, Callable[[], object]] = {
            "block": lambda: block_voucher(self.session, voucher=voucher, reason="proef", **self.by()),
            "unblock": lambda: unblock_voucher(self.session, voucher=voucher, reason="proef", **self.by()),
            "extend": lambda: extend_voucher(
                self.session,
                voucher=voucher,
                until=voucher.valid_until + timedelta(days=40),
                reason="proef",
                **self.by(),
            ),
            "revoke": lambda: revoke_award(self.session, voucher=voucher, basis=ASKED, reason="proef", **self.by()),
        }
        self.attempt(acts[way])

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, days=st.sampled_from((1, 45, 190)))
    def time_passes(self, number: int, days: int) -> None:
        """Days go by, and every voucher that is late expires."""
        self.now += timedelta(days=days)
        for voucher in list(self.session.scalars(select(Voucher))):
            self.attempt(
                lambda one=voucher: vouchers.expire_voucher(
                    self.session, voucher=one, today=local_date(self.now), actor=SYSTEM, now=self.now
                )
            )

    @precondition(lambda self: self.has(Voucher))
    @rule(number=which, source=which, goal=which, amount=cents)
    def bind_to_other_money(self, number: int, source: int, goal: int, amount: int) -> None:
        """Another budget pays (part of) what is reserved, used or paid."""
        voucher = self.pick(Voucher, number)
        held = payers_of(self.session, voucher=voucher)
        if not held:
            return
        one = held[source % len(held)]
        whole = one.stands is AccountKind.PAID
        with patch("portal.paying.reassignments.actions.why_not", return_value=None):  # here every budget may pay
            self.attempt(
                lambda: reassign_voucher(
                    self.session,
                    voucher=voucher,
                    takeover=Takeover(
                        from_line=one.line,
                        to_line=self.pick(FundingLine, goal),
                        amount_cents=one.cents if whole else min(amount, one.cents),
                        stands=one.stands,
                        payment_id=one.payment_id,
                    ),
                    reason="proef",
                    **self.by(),
                )
            )

    @precondition(lambda self: self.has(Redemption))
    @rule(number=which)
    def comes_back_from_the_bank(self, number: int) -> None:
        query = select(Transfer.id).where(Transfer.kind == TransferKind.PAY).order_by(Transfer.id)
        paid = self.session.scalars(query).all()
        if paid:
            one = paid[number % len(paid)]
            self.attempt(
                lambda: book_return(self.session, payment_id=one, actor_id="system", now=self.now, note="proef")
            )

    @rule(line=which, amount=cents, up=st.booleans())
    def budget(self, line: int, amount: int, up: bool) -> None:
        line_id = self.pick(FundingLine, line).id
        given = {"funding_line_id": line_id, "amount_cents": amount, "actor_id": "system", "now": self.now}
        self.attempt(
            lambda: ledger.fund(self.session, **given) if up else ledger.give_back(self.session, **given, note="lager")
        )

    # What must always be true ------------------------------------------------------------------------------------------

    @invariant()
    def something_happened(self) -> None:
        self.happened += 1
        if self.happened % LOOK_EVERY == 0:
            self.the_books_are_right()

    def the_books_are_right(self) -> None:
        found = [*verify(self.session), *ledger_breaks(self.session), *settlement_breaks(self.session)]
        assert found == [] and booked_and_recorded(self.session) == []
        for one in figures(self.session).values():
            assert one.funded_cents == one.available_cents + one.reserved_cents + one.spent_cents


def live(desk: Engine, size: settings = SIZE, *, each_line_cents: int | None = None) -> None:
    """Live many lives; `each_line_cents`: with no more money than this on every funding line."""
    machine = type("Lives", (Lives,), {"desk": desk, "each_line_cents": each_line_cents})
    run_state_machine_as_test(machine, settings=size)


def test_whatever_happens_in_the_life_of_vouchers_the_books_are_right(desk: Engine) -> None:
    live(desk)


# Bugs that must be found -----------------------------------------------------------------------------------------------


@pytest.fixture(params=BUGS if PROOF else BUGS[:4], ids=lambda bug: bug.__name__)
def bug(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    request.param(monkeypatch)
    return request.param


@pytest.mark.parametrize("database", DATABASES if NIGHT else ["sqlite"], indirect=True)
def test_a_bug_that_is_put_in_is_found(desk: Engine, bug: Callable[..., None]) -> None:
    # with little money, whoever goes before another takes it from that one
    scarce = 60_000 if bug is order_of_receipt_ignored else None
    size = settings(SIZE, max_examples=200, stateful_step_count=40, report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        live(desk, size, each_line_cents=scarce)


@pytest.mark.parametrize("database", DATABASES if NIGHT else ["sqlite"], indirect=True)
def test_with_that_little_money_nobody_is_accused_while_the_order_is_kept(desk: Engine) -> None:
    live(desk, each_line_cents=60_000)
