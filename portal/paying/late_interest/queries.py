"""Reads of interest that the region owes: over what, how much, and what was decided on it.

The law (Awb, text as in force on 1 January 2026, see `portal.papers.legal_table`): who does not pay in time is in default (4:97)
and owes statutory interest (4:98, first paragraph), of which the body sets the amount by a decision (4:99). It owes none when
it is less than € 10 (4:98, second paragraph). What was paid to the body by a decision that did not stand after an objection bears
interest from that payment until it was paid back (4:102, first paragraph), but not as far as it came of wrong data of the person
(third paragraph), which the screen says and a person judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.on_penalties import LateBody
from portal.awarding.own_debts.models import OwnDebt, OwnDebtState
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.paying.collecting.queries import collecting_settings
from portal.paying.late_interest.models import OwnInterest
from portal.paying.payments.models import Repayment, RepaymentState
from portal.paying.settlements.models import EntryKind, Recovery, RecoveryEntry
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.statutory_interest import accrued_interest
from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Voucher
from schemes.basics.values import value_on

LEAST_CENTS = 10_00
"""Awb 4:98, second paragraph: less than € 10 is not owed by the body."""
_DAY = timedelta(days=1)
Owed = Repayment | OwnDebt


@dataclass(frozen=True)
class LatePaid:
    """An amount that the region paid a person too late, and the interest that it owes for that."""

    owed: Owed
    question_id: int
    pay_by: date | None
    first_on: date
    last_on: date
    paid_on: date
    each_cents: int
    """The interest of each body."""
    bodies: Sequence[LateBody]

    @property
    def cents(self) -> int:
        """The interest of all bodies together."""
        return self.each_cents * len(self.bodies)


def late_paid(session: Session, *, owed: Owed) -> LatePaid | None:
    """The interest that the region owes over an amount that it paid; None while it was not paid, when nothing ran, and when it is
    less than the law lets it owe. Raises ``NoRate`` when the region has no percentage of a day."""
    paid_on = owed.paid_on
    if paid_on is None or owed.state not in (RepaymentState.PAID, OwnDebtState.PAID):
        return None
    pay_by, stretches = _ran(session, owed)
    first, last = min((on for on, _ in stretches), default=paid_on), paid_on - _DAY
    if first > last:
        return None
    decision = session.get_one(Decision, owed.decision_id)
    bodies = [
        LateBody(one.deciding_body_nl, one.deciding_body_en, one.scheme, one.scheme_version)
        for one in decision.outcomes
    ]
    rates = collecting_settings(session).interest_permille
    ran = accrued_interest(
        lambda day: sum(cents for on, cents in stretches if on <= day) // len(bodies),
        lambda day: value_on(rates, day),
        first=first,
        last=last,
    )
    if ran.cents < LEAST_CENTS:
        return None
    return LatePaid(owed, decision.question_id, pay_by, first, last, paid_on, ran.cents, bodies)


def _ran(session: Session, owed: Owed) -> tuple[date | None, list[tuple[date, int]]]:
    """The last day to pay, and from which days on which cents bear interest.

    Of what goes back to a holder: from the day after each payment, the last ones first. Of what the region itself owed: from the
    day after the last day to pay, and not before it knew on which account (BW 6:61: then it is the creditor who is late).
    """
    if isinstance(owed, OwnDebt):
        given = local_date(owed.account_given_at) if owed.account_given_at is not None else owed.pay_by
        return owed.pay_by, [(max(owed.pay_by, given) + _DAY, owed.amount_cents)]
    again = session.get_one(SettlingAgain, owed.settled_again_id)
    rows = select(RecoveryEntry).join(Recovery, Recovery.id == RecoveryEntry.recovery_id)
    rows = rows.where(Recovery.settlement_id == again.settlement_id, RecoveryEntry.kind == EntryKind.RECEIVED)
    left, stretches = owed.amount_cents, []
    for entry in session.scalars(rows.order_by(RecoveryEntry.on.desc(), RecoveryEntry.id.desc())):
        cents = min(left, entry.amount_cents)
        left -= cents
        if cents:
            stretches.append((entry.on + _DAY, cents))
    return None, stretches


def late_paid_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[LatePaid]:
    """What was paid too late on a question, and of which no interest was decided yet; nothing for who may not see it.

    Not what was owed to another who objected alone: that is told to that person, outside this page.
    """
    if not may_see(question, actor):
        return []
    found: list[LatePaid | None] = []
    decided = select(OwnInterest)
    of_holder = select(Repayment).join(Voucher, Voucher.id == Repayment.voucher_id)
    of_holder = of_holder.where(Voucher.question_id == question.id, Repayment.state == RepaymentState.PAID)
    without = ~decided.where(OwnInterest.repayment_id == Repayment.id).exists()
    for repayment in session.scalars(of_holder.where(without).order_by(Repayment.id)):
        found.append(late_paid(session, owed=repayment))
    own = select(OwnDebt).where(OwnDebt.question_id == question.id, OwnDebt.state == OwnDebtState.PAID)
    without = ~decided.where(OwnInterest.own_debt_id == OwnDebt.id).exists()
    for debt in session.scalars(own.where(OwnDebt.to_another.is_(False), without).order_by(OwnDebt.id)):
        found.append(late_paid(session, owed=debt))
    return [one for one in found if one is not None]


def interest_on(session: Session, *, owed: Owed) -> OwnInterest | None:
    """The first decision on the interest over an amount; None while there is none."""
    mine = OwnInterest.own_debt_id if isinstance(owed, OwnDebt) else OwnInterest.repayment_id
    return session.scalar(select(OwnInterest).where(mine == owed.id, OwnInterest.number == 0))


def own_interest_of(session: Session, *, decision: Decision) -> OwnInterest | None:
    """The interest that this decision is on; None for another decision."""
    return session.scalar(select(OwnInterest).where(OwnInterest.decision_id == decision.id))


def replaced_by(session: Session, *, made: OwnInterest) -> OwnInterest | None:
    """What came in the place of a decision on interest after an objection; None while it stands."""
    same = OwnInterest.repayment_id == made.repayment_id
    if made.repayment_id is None:
        same = OwnInterest.own_debt_id == made.own_debt_id
    return session.scalar(select(OwnInterest).where(same, OwnInterest.number > made.number))


def own_interest_of_question(session: Session, *, question: DevelopmentQuestion, made_id: int) -> OwnInterest | None:
    """A decision on interest of this question, by its id; None for another question."""
    rows = select(OwnInterest).where(OwnInterest.id == made_id, OwnInterest.question_id == question.id)
    return session.scalar(rows)


def told_of_own_interest(session: Session, *, decision: Decision) -> list[tuple[str, int]]:
    """The message that makes a decision on interest known, by its template and version."""
    made = own_interest_of(session, decision=decision)
    if made is None:
        return []
    return [("late/interest_again" if made.number else "late/interest", made.id)]
