"""From what happened to what is behind each figure: one list of items per figure, so that every figure opens to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.accounting.figures.gathering import (
    Gathered,
    Item,
    Movement,
    VoucherFacts,
    award_items,
    movements,
    outcome_rows,
    question_facts,
    referral_items,
    talk_items,
    voucher_facts,
)
from portal.accounting.figures.periods import Period
from portal.accounting.scope import Scope
from portal.cases.questions.models import Route
from portal.oversight.outcomes.queries import AT_WORK, FINISHED, NOT_WITHOUT
from portal.platform.clock import end_of_day, local_date

TECHNOLOGY = "technology"
"""The value of the sector of a training that counts as technology."""
_BALANCES = (("budget", "funded"), ("committed", "reserved"), ("available", "available"))
_FLOWS = (("received", "funded"), ("spent", "spent"), ("paid", "paid"), ("recovered", "recovered"))


def gathered(session: Session, *, scope: Scope, period: Period) -> Gathered:
    """Everything that figures of a period are made of, as it stood on its last day, for the money that a scope holds."""
    last = period.end
    made = Gathered(
        period.first, last, voucher_facts(session, last=last), question_facts(session, last=last), defaultdict(list)
    )
    _add_money(made, movements(session, line_ids=scope.line_ids, last=last))
    made.items["awarded_by_cost"] = award_items(session, made, scope.line_ids)
    _add_desk(session, made)
    _add_outcomes(session, made)
    return made


@dataclass
class _Money:
    """Puts movements under the figures in cents, and keeps which vouchers these are about."""

    made: Gathered
    awarded: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    spent: dict[tuple[int, int], Item] = field(default_factory=dict)

    def add(self, move: Movement) -> None:
        """One movement: balances always, the rest when it was in the period."""
        voucher = self.made.vouchers.get(move.voucher) if move.voucher is not None else None
        question = voucher.question if voucher is not None else None
        one = Item(move.voucher, 0, move.day, move.voucher, question, move.line)
        self._put(one, {key: getattr(move, name) for key, name in _BALANCES})
        came = max(0, -move.available)
        if move.voucher is not None and voucher is not None and came:
            self.awarded[move.voucher, move.line] += came
        if self.made.first <= move.day <= self.made.last:
            self._put(one, {key: getattr(move, name) for key, name in _FLOWS})
            if voucher is not None:
                self._of_voucher(one, voucher, move)

    def _of_voucher(self, one: Item, voucher: VoucherFacts, move: Movement) -> None:
        came, went = max(0, -move.available), max(0, move.available - move.recovered)
        lapsed = went if voucher.expired_at == move.at else 0
        self._put(one, {"awarded_cents": came, "released": went, "lapsed_cents": lapsed, "redeemed_cents": move.spent})
        self._put(one, {"vouchers_lapsed": min(1, lapsed)})
        if move.spent and move.voucher is not None:
            known = self.spent.get((move.voucher, move.line), one)
            day = min(known.day, move.day)
            self.spent[move.voucher, move.line] = known._replace(day=day, amount=known.amount + move.spent)

    def _put(self, one: Item, cents: dict[str, int]) -> None:
        for key, amount in cents.items():
            if amount:
                self.made.items[key].append(one._replace(amount=amount))


def _add_money(made: Gathered, moved: Iterable[Movement]) -> None:
    """The figures in cents, and the vouchers that these are about."""
    money = _Money(made)
    for move in moved:
        money.add(move)
    made.items["vouchers_redeemed"] = [one._replace(amount=1) for one in money.spent.values() if one.amount > 0]
    _add_vouchers(made, money.awarded)


def _add_vouchers(made: Gathered, awarded: dict[tuple[int, int], int]) -> None:
    """The vouchers of the period: of whom, by which route, for what, and how much each."""
    add = made.items
    for (number, line), cents in sorted(awarded.items()):
        voucher = made.vouchers[number]
        if not made.first <= voucher.issued_on <= made.last:
            continue
        one = Item(number, 1, voucher.issued_on, number, voucher.question, line)
        question = made.questions.get(voucher.question)
        add["vouchers_awarded"].append(one)
        add["award_sizes"].append(one._replace(amount=cents))
        if voucher.person is not None:
            add["people"].append(one._replace(subject=voucher.person))
        if question is None:
            continue
        by_employer = question.route == Route.EMPLOYER.value
        add["vouchers_employer" if by_employer else "vouchers_individual"].append(one)
        if by_employer and voucher.employer is not None:
            add["employers"].append(one._replace(subject=voucher.employer))
        if question.sector == TECHNOLOGY:
            add["vouchers_technology"].append(one)


def _add_desk(session: Session, made: Gathered) -> None:
    """What the desk did for everybody, whoever pays."""
    made.items["questions"] = [
        Item(key, 1, one.sent_on, None, key)
        for key, one in made.questions.items()
        if made.first <= one.sent_on <= made.last
    ]
    made.items["talks"], made.items["referrals"] = talk_items(session, made), referral_items(session, made)
    with_voucher = {one.question for one in made.vouchers.values()}
    helped: dict[int, Item] = {}
    for one in sorted((*made.items["talks"], *made.items["referrals"]), key=lambda found: found.day):
        if one.question is not None and one.question not in with_voucher:
            helped.setdefault(one.question, one._replace(subject=one.question, extra=None))
    made.items["helped_otherwise"] = list(helped.values())


def _add_outcomes(session: Session, made: Gathered) -> None:
    """What became of it, of vouchers that this money paid for."""
    paid_for = {one.voucher for one in made.items["redeemed_cents"]} | {one.voucher for one in made.items["committed"]}
    paid_for |= {one.voucher for one in made.items["vouchers_awarded"]}
    until, add = end_of_day(made.last), made.items
    for key, number, asked_at, answered_at, result, work, without in outcome_rows(session, made):
        if number not in paid_for or number not in made.vouchers:
            continue
        one = Item(key, 1, local_date(asked_at), number, made.vouchers[number].question)
        add["outcomes_asked"].append(one)
        if answered_at is None or answered_at >= until:
            continue
        add["outcomes_answered"].append(one)
        for name, holds in (
            ("outcomes_finished", result in FINISHED),
            ("outcomes_at_work", work in AT_WORK),
            ("outcomes_not_without", without in NOT_WITHOUT),
        ):
            if holds:
                add[name].append(one)
