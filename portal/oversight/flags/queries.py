"""What stands out now, each kind as one small function over what is in the records; and the flags that were raised."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from sqlalchemy import case, func, select, union_all
from sqlalchemy.orm import Session, selectinload

from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.trainings.models import PRICE_KINDS, RegionTraining
from portal.oversight.flags.models import Flag, FlagKind
from portal.paying.payments.models import Repayment
from portal.people.actor import Actor, Audience
from portal.platform.clock import local_date, start_of_day
from portal.spending.invoices.models import Attendance, Invoice, InvoiceKind, InvoiceState
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher

SEES_FLAGS = (Audience.ADVISOR, Audience.REGION, Audience.SYSTEM)
COUNTS_FLAGS = (*SEES_FLAGS, Audience.CONTROLLER)
WEEK = timedelta(days=7)
BURST_PROVIDER = 10
"""So many invoices of one provider in a week, if that is also three times what it usually sends."""
USUAL_WEEKS = 8
BURST_TRAINING = 10
"""So many vouchers for one training in a week."""
BURST_IBAN = 3
"""Paid bills, or money back, of so many different holders to one account in a quarter of a year."""
QUARTER = timedelta(days=91)
CEILING_TRAINING = 100
"""So many vouchers for one training in a calendar year."""
PRICE_DIFFERS_PERMILLE, PRICE_DIFFERS_CENTS = 150, 5_000
"""A price stands out from this difference on: more than this share of the known price, and more than this amount."""
PRICE_INVOICES = 3
"""So many earlier invoices for a training tell what it costs."""
PRICE_YEARS = timedelta(days=730)
OWN_SHARE_DAYS = timedelta(days=30)
"""Days after acceptance within which the holder says that the own share was paid."""


@dataclass(frozen=True)
class FlagCount:
    """How many flags of one kind are open and closed, and the day on which the oldest open one was raised."""

    kind: FlagKind
    open: int
    closed: int
    open_since: date | None


@dataclass(frozen=True)
class Sighting:
    """One thing that stands out now."""

    kind: FlagKind
    subject: str
    period: str
    number: int
    threshold: int
    provider_id: int | None = None
    voucher_id: int | None = None


def provider_bursts(session: Session, today: date) -> Iterator[Sighting]:
    """Providers that handed in many invoices in a week, and far more than they usually do."""
    since = start_of_day(today - WEEK)
    rows = (
        select(Invoice.provider_id, func.count())
        .where(Invoice.submitted_at >= since, Invoice.kind == InvoiceKind.INVOICE)
        .group_by(Invoice.provider_id)
        .having(func.count() >= BURST_PROVIDER)
    )
    before = select(Invoice.provider_id, func.count()).where(
        Invoice.submitted_at < since, Invoice.submitted_at >= since - USUAL_WEEKS * WEEK
    )
    usual = {key: int(number) for key, number in session.execute(before.group_by(Invoice.provider_id))}
    for provider_id, number in session.execute(rows.order_by(Invoice.provider_id)):
        if number * USUAL_WEEKS >= 3 * usual.get(provider_id, 0):
            yield Sighting(
                FlagKind.PROVIDER_BURST, f"provider:{provider_id}", week_of(today), number, BURST_PROVIDER, provider_id
            )


def training_bursts(session: Session, today: date) -> Iterator[Sighting]:
    """Trainings for which many vouchers were issued in a week."""
    for name, number in _trainings(session, today - WEEK):
        if number >= BURST_TRAINING:
            yield Sighting(FlagKind.TRAINING_BURST, name, week_of(today), number, BURST_TRAINING)


def training_amount_limits(session: Session, today: date) -> Iterator[Sighting]:
    """Trainings for which very many vouchers were issued in this calendar year."""
    for name, number in _trainings(session, date(today.year, 1, 1)):
        if number >= CEILING_TRAINING:
            yield Sighting(FlagKind.TRAINING_CEILING, name, str(today.year), number, CEILING_TRAINING)


def _trainings(session: Session, since: date) -> list[tuple[str, int]]:
    """How many vouchers there are per training; one of the catalogue is called as it is there, however it was asked for."""
    counted: dict[str, int] = {}
    called = (
        func.coalesce(RegionTraining.name, DevelopmentQuestion.training_name),
        func.coalesce(RegionTraining.provider_name, DevelopmentQuestion.training_provider),
    )
    rows = (
        select(*called, func.count(Voucher.id))
        .select_from(Voucher)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Voucher.question_id)
        .outerjoin(RegionTraining, RegionTraining.id == DevelopmentQuestion.training_id)
        .where(Voucher.issued_on >= since, DevelopmentQuestion.training_name.is_not(None))
        .group_by(*called)
    )
    for name, provider, number in session.execute(rows):
        key = training_key(name, provider)
        counted[key] = counted.get(key, 0) + int(number)
    return sorted(counted.items())


def training_key(name: str | None, provider: str | None) -> str:
    """A training as it is compared: name and provider without case and spaces that differ."""
    return " - ".join(" ".join((part or "").casefold().split())[:58] for part in (name, provider) if part)


def iban_bursts(session: Session, today: date) -> Iterator[Sighting]:
    """Account numbers to which bills of several holders are paid back, or money that they get back after an objection."""
    since = start_of_day(today - QUARTER)
    bills = select(
        Invoice.payee_iban.label("iban"), Voucher.beneficiary_key.label("holder"), Voucher.id.label("voucher_id")
    ).join(Voucher, Voucher.id == Invoice.voucher_id)
    bills = bills.where(
        Invoice.payee_iban.is_not(None), Invoice.submitted_at >= since, Invoice.state != InvoiceState.REFUSED
    )
    repaid = select(Repayment.iban, Voucher.beneficiary_key, Voucher.id).join(
        Voucher, Voucher.id == Repayment.voucher_id
    )
    both = union_all(bills, repaid.where(Repayment.iban.is_not(None), Repayment.account_given_at >= since)).subquery()
    holders = func.count(func.distinct(both.c.holder))
    rows = select(both.c.iban, holders, func.max(both.c.voucher_id)).group_by(both.c.iban).having(holders >= BURST_IBAN)
    for iban, number, voucher_id in session.execute(rows):
        yield Sighting(
            FlagKind.IBAN_BURST, _hidden(iban or ""), quarter_of(today), number, BURST_IBAN, voucher_id=voucher_id
        )


def ibans_of_two(session: Session, today: date) -> Iterator[Sighting]:
    """Account numbers of more than one provider."""
    rows = (
        select(Provider.iban, func.count(), func.max(Provider.id))
        .where(Provider.iban.is_not(None))
        .group_by(Provider.iban)
        .having(func.count() > 1)
    )
    for iban, number, provider_id in session.execute(rows):
        yield Sighting(FlagKind.IBAN_OF_TWO, _hidden(iban or ""), str(today.year), number, 2, provider_id)


def own_shares_unseen(session: Session, today: date) -> Iterator[Sighting]:
    """Invoices that vouchers paid in part, of which nobody said that the rest was paid too."""
    paid = (
        select(Invoice.provider_id, Invoice.number_key, func.sum(Invoice.amount_cents).label("cents"))
        .where(Invoice.state == InvoiceState.ACCEPTED)
        .group_by(Invoice.provider_id, Invoice.number_key)
        .subquery()
    )
    rows = (
        select(Invoice, paid.c.cents)
        .join(paid, (paid.c.provider_id == Invoice.provider_id) & (paid.c.number_key == Invoice.number_key))
        .outerjoin(Attendance, Attendance.voucher_id == Invoice.voucher_id)
        .where(
            Invoice.state == InvoiceState.ACCEPTED, Invoice.total_cents > paid.c.cents,
            Invoice.accepted_at < start_of_day(today - OWN_SHARE_DAYS),
            Attendance.own_share_paid.is_(None) | Attendance.own_share_paid.is_(False),
        )
        .order_by(Invoice.id)
    )  # fmt: skip
    for invoice, cents in session.execute(rows):
        yield Sighting(
            FlagKind.OWN_SHARE_UNSEEN,
            f"invoice:{invoice.id}",
            "once",
            invoice.total_cents - int(cents),
            1,
            invoice.provider_id,
            invoice.voucher_id,
        )


def training_prices(session: Session, today: date) -> Iterator[Sighting]:
    """Trainings of which somebody asks another price than the trainings of the region say, or than was invoiced before."""
    known, invoiced = _prices_of_region(session), _prices_invoiced(session, today)
    for name, provider, costs, voucher_id in _asked_prices(session, today):
        key = training_key(name, provider)
        listed = [(sum(costs.get(kind, 0) for kind in prices), sum(prices.values())) for prices in known.get(key, ())]
        stand = [listed] if listed else []
        if len(invoiced.get(key, ())) >= PRICE_INVOICES:
            stand.append([(sum(costs.values()), int(median_low(invoiced[key])))])
        for pairs in stand:
            asked, price = min(pairs, key=lambda pair: abs(pair[0] - pair[1]))
            allowed = max(price * PRICE_DIFFERS_PERMILLE // 1000, PRICE_DIFFERS_CENTS)
            if abs(asked - price) > allowed:
                number = abs(asked - price)
                yield Sighting(FlagKind.TRAINING_PRICE, key, quarter_of(today), number, allowed, voucher_id=voucher_id)
                break


def _asked_prices(session: Session, today: date) -> Iterator[tuple[str, str | None, dict[str, int], int | None]]:
    """What was asked in a quarter of a year for each question: the training, the costs by kind, and its voucher."""
    voucher = select(func.max(Voucher.id)).where(Voucher.question_id == DevelopmentQuestion.id).scalar_subquery()
    rows = (
        select(DevelopmentQuestion, voucher)
        .where(DevelopmentQuestion.submitted_at >= start_of_day(today - QUARTER))
        .where(DevelopmentQuestion.training_name.is_not(None))
        .options(selectinload(DevelopmentQuestion.cost_lines))
        .order_by(DevelopmentQuestion.id)
    )
    for question, voucher_id in session.execute(rows):
        costs: dict[str, int] = {}
        for line in question.cost_lines:
            if line.category in PRICE_KINDS:
                costs[line.category] = costs.get(line.category, 0) + line.amount_cents
        if costs:
            yield question.training_name or "", question.training_provider, costs, voucher_id


def _prices_of_region(session: Session) -> dict[str, list[dict[str, int]]]:
    """The prices by kind of the trainings of the region, by what they are compared by."""
    found: dict[str, list[dict[str, int]]] = {}
    for training in session.scalars(select(RegionTraining).where(RegionTraining.retired_at.is_(None))):
        if training.prices:
            prices = {line.category: line.amount_cents for line in training.prices}
            found.setdefault(training_key(training.name, training.provider_name), []).append(prices)
    return found


def _prices_invoiced(session: Session, today: date) -> dict[str, list[int]]:
    """The totals of accepted invoices of the last years, by training."""
    rows = (
        select(DevelopmentQuestion.training_name, DevelopmentQuestion.training_provider, Invoice.total_cents)
        .join(Voucher, Voucher.question_id == DevelopmentQuestion.id)
        .join(Invoice, Invoice.voucher_id == Voucher.id)
        .where(Invoice.state == InvoiceState.ACCEPTED, Invoice.kind == InvoiceKind.INVOICE)
        .where(Invoice.accepted_at >= start_of_day(today - PRICE_YEARS))
        .order_by(Invoice.id)
    )
    found: dict[str, list[int]] = {}
    for name, provider, cents in session.execute(rows):
        found.setdefault(training_key(name, provider), []).append(int(cents))
    return found


SIGNS: tuple[Callable[[Session, date], Iterator[Sighting]], ...] = (
    provider_bursts,
    training_bursts,
    iban_bursts,
    ibans_of_two,
    own_shares_unseen,
    training_amount_limits,
    training_prices,
)


def sightings(session: Session, *, today: date) -> list[Sighting]:
    """Everything that stands out now."""
    return [found for sign in SIGNS for found in sign(session, today)]


def flags(session: Session, *, actor: Actor, closed: bool = False, limit: int = 200) -> list[Flag]:
    """The flags that are open (or closed), the newest first; for advisors and the region."""
    if actor.audience not in SEES_FLAGS:
        return []
    state = Flag.closed_at.is_not(None) if closed else Flag.closed_at.is_(None)
    return list(session.scalars(select(Flag).where(state).order_by(Flag.raised_at.desc(), Flag.id.desc()).limit(limit)))


def flag_counts(session: Session, *, actor: Actor) -> list[FlagCount]:
    """How many flags there are of each kind, numbers only; empty for who may not see them."""
    if actor.audience not in COUNTS_FLAGS:
        return []
    raised = case((Flag.closed_at.is_(None), Flag.raised_at))
    rows = select(Flag.kind, func.count(), func.count(Flag.closed_at), func.min(raised)).group_by(Flag.kind)
    found = {kind: (number - done, done, since) for kind, number, done, since in session.execute(rows)}
    return [
        FlagCount(kind, number, done, local_date(since) if since is not None else None)
        for kind in FlagKind
        for number, done, since in [found.get(kind, (0, 0, None))]
    ]


def flag_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Flag | None:
    """One flag; None when there is none or the actor may not see it."""
    if actor.audience not in SEES_FLAGS:
        return None
    return session.scalar(select(Flag).where(Flag.public_id == public_id))


def week_of(day: date) -> str:
    """The ISO week of a day: 2026-W10."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def quarter_of(day: date) -> str:
    """The quarter of a day: 2026-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _hidden(iban: str) -> str:
    """An account number as it stands in a flag: not the number, but the same for the same number."""
    return "iban:" + hashlib.sha256(iban.encode()).hexdigest()[:16]
