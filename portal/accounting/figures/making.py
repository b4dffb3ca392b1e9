"""From what happened to what is behind each figure: the items of every figure, so that each opens to its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import String, and_, cast, func, select
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import (
    NONE,
    Items,
    Numbers,
    WordColumn,
    columns_of,
    days_of,
    days_of_hours,
    hour_of,
    numbers,
    rows_of,
    taken,
)
from portal.accounting.figures.expected import ExpectedOfLines, expected_use
from portal.accounting.figures.gathering import (
    Movements,
    QuestionFacts,
    VoucherFacts,
    movements,
    question_facts,
    voucher_facts,
)
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.shortage import ShortageUse, shortage_use, shortage_versions
from portal.accounting.scope import Scope
from portal.accounting.takeover.queries import undone_vouchers
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.conversations.models import Conversation
from portal.cases.questions.models import QuestionCostLine, Route
from portal.oversight.outcomes.models import TrainingOutcome, Work
from portal.oversight.outcomes.queries import AT_WORK, FINISHED, NOT_WITHOUT
from portal.platform.clock import end_of_day, start_of_day
from portal.platform.database import give_room
from portal.spending.vouchers.models import Award, AwardPart, Voucher

TECHNOLOGY = "technology"
"""The value of the sector of a training that counts as technology."""
_BALANCES = (("budget", "funded"), ("committed", "reserved"), ("available", "available"))
_FLOWS = (("received", "funded"), ("spent", "spent"), ("paid", "paid"))


@dataclass(frozen=True)
class Gathered:
    """Everything until the last day of a period, from which every figure is made."""

    vouchers: VoucherFacts
    questions: QuestionFacts
    items: dict[str, Items]
    """Per figure what is behind it."""
    awarded_costs: Items
    """What was awarded for each kind of cost, whenever that was and whoever paid it."""
    shortage: ShortageUse
    """What the list of sectors with a shortage says of the vouchers of the period."""

    expected: ExpectedOfLines
    """What the newest forecast expects."""

    @property
    def not_known(self) -> frozenset[str]:
        """The figures of which the total cannot be said, for what they need was not there."""
        no_list = self.shortage.gaps and not self.shortage.versions
        unknown = {"vouchers_shortage", "share_shortage"} if no_list else set[str]()
        return frozenset(unknown | ({"expected"} if self.expected.unknown else set()))


def gathered(session: Session, *, scope: Scope, period: FigurePeriod) -> Gathered:
    """Everything that figures of a period are made of, as it stood on its last day, for the money that a scope holds."""
    give_room(session)
    questions = question_facts(session, last=period.end)
    vouchers = voucher_facts(session, last=period.end, questions=questions)
    making = _ItemsOfPeriod(session, scope, period, vouchers, questions)
    moved = movements(session, line_ids=scope.line_ids, last=period.end, vouchers=vouchers)
    items = making.money(moved)
    items |= making.awarded(moved) | making.desk() | making.lead_times()
    shortage = making.shortage(items["vouchers_awarded"])
    items["vouchers_shortage"] = items["vouchers_awarded"].where(shortage.listed)
    costs = making.by_cost()
    items["awarded_by_cost"] = making.of_period(costs)
    expected = expected_use(session, scope=scope, last=period.end, committed=items["committed"])
    items["expected"] = expected.items
    paid_for = np.unique(moved.voucher[moved.voucher >= 0])
    return Gathered(vouchers, questions, items | making.outcomes(paid_for), costs, shortage, expected)


@dataclass(frozen=True)
class _ItemsOfPeriod:
    session: Session
    scope: Scope
    period: FigurePeriod
    vouchers: VoucherFacts
    questions: QuestionFacts

    def money(self, moved: Movements) -> dict[str, Items]:
        """The figures in cents, and the vouchers that were used and that expired."""
        question = taken(self.vouchers.question, moved.voucher)
        belongs: dict[str, Any] = {"question": question, "line": moved.line, "extra": moved.package}
        every = Items.of(moved.voucher, moved.day, voucher=moved.voucher, **belongs)
        made = {key: every.with_amount(getattr(moved, name)) for key, name in _BALANCES}
        now = self._in_period(moved.day)
        of_voucher = now & (moved.voucher >= 0)
        came, went = np.maximum(0, -moved.available), np.maximum(0, moved.available - moved.recovered)
        for key, name in _FLOWS:
            made[key] = every.with_amount(getattr(moved, name) * now)
        made["recovered"] = every.with_amount(moved.recovered * now)
        made["awarded_cents"] = every.with_amount(came * of_voucher)
        made["released"] = every.with_amount(went * of_voucher)
        made["lapsed_cents"] = every.with_amount(went * of_voucher * moved.lapsed)
        made["redeemed_cents"] = every.with_amount(moved.spent * of_voucher)
        made["vouchers_lapsed"] = _each(made["lapsed_cents"])
        made["vouchers_redeemed"] = _each(_per_voucher(made["redeemed_cents"]))
        return made

    def awarded(self, moved: Movements) -> dict[str, Items]:
        """The vouchers of the period: of whom, by which route, for what, and how much each."""
        vouchers, questions = self.vouchers, self.questions
        issued = taken(vouchers.issued_on, moved.voucher)
        came = np.maximum(0, -moved.available) * ((moved.voucher >= 0) & self._in_period(issued))
        question = taken(vouchers.question, moved.voucher)
        all_of_it = Items.of(moved.voucher, issued, voucher=moved.voucher, question=question, line=moved.line)
        sizes = _per_voucher(all_of_it.with_amount(came))
        each = _each(sizes)
        person, employer = (
            taken(one.places, each.voucher, otherwise=0) for one in (vouchers.person, vouchers.employer)
        )
        by_employer = _are(questions.route.at(each.question), Route.EMPLOYER.value)
        technology = _are(questions.sector.at(each.question), TECHNOLOGY)
        individual = _are(questions.route.at(each.question), Route.INDIVIDUAL.value)
        return {
            "award_sizes": sizes,
            "vouchers_awarded": each,
            "people": replace(each, subject=person).where(person > 0),
            "employers": replace(each, subject=employer).where((employer > 0) & by_employer),
            "vouchers_employer": each.where(by_employer),
            "vouchers_individual": each.where(individual),
            "vouchers_technology": each.where(technology),
        }

    def shortage(self, awarded: Items) -> ShortageUse:
        """Which of the vouchers of the period are for a sector that was short of staff when they were applied for."""
        day = taken(self.vouchers.counted_on, awarded.voucher)
        return shortage_use(shortage_versions(self.session), self.questions.sector.at(awarded.question), day)

    def by_cost(self) -> Items:
        """What was awarded for each kind of cost, first and later, until the last day, whoever paid it."""
        part, cost = AwardPart, QuestionCostLine
        awarded_on, kind = (
            func.coalesce(part.awarded_on, Award.awarded_on),
            func.coalesce(part.category, cost.category),
        )
        keys = (Voucher.id, part.funding_line_id, awarded_on, kind)
        rows = select(*keys[:2], cast(awarded_on, String), kind, func.sum(part.amount_cents))
        rows = rows.join(Award, Award.id == part.award_id).join(Voucher, Voucher.award_id == Award.id)
        unsaid = and_(part.category.is_(None), cost.question_id == Award.question_id, cost.line_key == part.line_key)
        rows = rows.outerjoin(cost, unsaid)
        rows = rows.where(awarded_on <= self.period.end, Voucher.id.not_in(undone_vouchers()))
        voucher, line, day, category, cents = columns_of(self.session, rows.group_by(*keys))
        row = rows_of(self.vouchers.ids, numbers(voucher))
        question = taken(self.vouchers.question, row)
        more = {"voucher": row, "question": question, "line": numbers(line), "extra": WordColumn.of(category)}
        return Items.of(row, days_of(day), amount=numbers(cents), **more)

    def of_period(self, items: Items) -> Items:
        """What is of this money and of a day of the period."""
        mine = self._in_period(items.day) & np.isin(items.line, self.scope.line_ids)
        return items if mine.all() else items.where(mine)

    def desk(self) -> dict[str, Items]:
        """What the desk did for everybody, whoever pays."""
        questions = self.questions
        every = np.arange(len(questions.ids))
        sent = Items.of(every, questions.sent_on, question=every).where(self._in_period(questions.sent_on))
        counted = func.coalesce(Conversation.counted_at, Conversation.held_at)
        held = select(Conversation.id, Conversation.question_id, hour_of(self.session, counted))
        key, question, hour = columns_of(self.session, held.where(*self._between(counted)))
        talks = Items.of(numbers(key), days_of_hours(hour), question=rows_of(questions.ids, numbers(question)))
        referred = select(Decision.question_id, hour_of(self.session, Decision.decided_at), Decision.referred_to)
        referred = referred.where(Decision.kind == DecisionKind.REFERRED, *self._between(Decision.decided_at))
        question, hour, to = columns_of(self.session, referred.order_by(Decision.id))
        row = rows_of(questions.ids, numbers(question))
        referrals = Items.of(row, days_of_hours(hour), question=row, extra=WordColumn.of(to))
        return {
            "questions": sent,
            "talks": talks,
            "referrals": referrals,
            "helped_otherwise": self._helped(talks, referrals),
        }

    def _helped(self, talks: Items, referrals: Items) -> Items:
        """Of every question with a talk or a referral, and without a voucher, the first of these."""
        question = np.concatenate((talks.question, referrals.question))
        day = np.concatenate((talks.day, referrals.day))
        without = (question >= 0) & ~np.isin(question, self.vouchers.question)
        question, day = question[without], day[without]
        order = np.lexsort((day, question))
        first, places = np.unique(question[order], return_index=True)
        return Items.of(first, day[order][places], question=first)

    def lead_times(self) -> dict[str, Items]:
        """Days per step of the questions that were sent in the period, as the desk measures them."""
        one = self.questions
        steps = {
            "lead_reaction": (one.sent_on, one.responded_on, 0),
            "lead_talk": (one.sent_on, one.talked_on, 0),
            "lead_decision": (one.applied_on, one.decided_on, one.stopped),
            "lead_whole": (one.sent_on, one.decided_on, 0),
        }
        every = np.arange(len(one.ids))
        made = {}
        for key, (begin, end, less) in steps.items():
            took = np.maximum(0, end - begin) - less
            both = (begin > 0) & (end > 0) & self._in_period(one.sent_on)
            made[key] = Items.of(every, one.sent_on, amount=took, question=every).where(both)
        return made

    def outcomes(self, paid_for: Numbers) -> dict[str, Items]:
        """What became of it, of vouchers that this money paid for."""
        row = TrainingOutcome
        rows = select(
            row.id, row.voucher_id, hour_of(self.session, row.asked_at), row.answered_at < end_of_day(self.period.end),
            row.result, row.work_after, row.without_fund, row.work_before,
        )  # fmt: skip
        key, voucher, hour, answered, *said = columns_of(self.session, rows.where(*self._between(row.asked_at)))
        place = rows_of(self.vouchers.ids, numbers(voucher))
        question = taken(self.vouchers.question, place)
        asked = Items.of(numbers(key), days_of_hours(hour), voucher=place, question=question)
        mine = np.isin(place, paid_for)
        known = mine & np.array([bool(one) for one in answered], dtype=bool)
        made = {"outcomes_asked": asked.where(mine), "outcomes_answered": asked.where(known)}
        wanted: tuple[tuple[str, tuple[Any, ...]], ...] = (
            ("outcomes_finished", FINISHED), ("outcomes_at_work", AT_WORK), ("outcomes_not_without", NOT_WITHOUT),
        )  # fmt: skip
        for (name, values), column in zip(wanted, said[:-1], strict=True):
            holds = np.array([one in values for one in column], dtype=bool)
            made[name] = asked.where(known & holds)
        looked = np.array([one == Work.LOOKING for one in said[-1]], dtype=bool)
        works = np.isin(asked.subject, made["outcomes_at_work"].subject)
        made["outcomes_looked_before"] = asked.where(known & looked)
        made["outcomes_found_work"] = asked.where(known & looked & works)
        return made

    def _in_period(self, day: Numbers) -> Any:
        return (day >= self.period.first.toordinal()) & (day <= self.period.end.toordinal())

    def _between(self, instant: Any) -> tuple[Any, Any]:
        return instant >= start_of_day(self.period.first), instant < end_of_day(self.period.end)


def _each(items: Items) -> Items:
    """The same things, each counted."""
    return replace(items, amount=np.ones(len(items), dtype=np.int64))


def _per_voucher(items: Items) -> Items:
    """One item per voucher and funding line with what it is together, on the first day; what is nothing is left out."""
    ordered = items.where(np.argsort(items.day, kind="stable"))
    keys = ordered.voucher * (1 + ordered.line.max(initial=0)) + ordered.line
    _keys, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    amount = np.zeros(len(first), dtype=np.int64)
    np.add.at(amount, inverse, ordered.amount)
    together = replace(ordered.where(first), amount=amount)
    return together.where(amount > 0)


def _are(words: WordColumn, value: str) -> Any:
    """In which rows a word stands."""
    return words.places == (words.names.index(value) if value in words.names else NONE)
