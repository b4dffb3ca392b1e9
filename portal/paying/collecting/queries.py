"""Reads of collecting: until when a claim can be made and collected, what is due, who is to be reminded, and what interest ran.

The law, as it stands in the Algemene wet bestuursrecht (text as in force on 1 January 2026, see `portal.papers.legal_table`):

- 4:57, fourth paragraph: nothing is claimed back in so far as five years have passed after the day on which the subsidy was
  settled, or on which a duty was not met after that (4:49, first paragraph, c). A settlement that asks something back is itself
  the claim, and so is one that lowers it later; until its letter was sent nothing was claimed.
- 4:86, 4:87: one pays within six weeks after that letter was made known.
- 4:94: while payment is put off nobody is reminded. 4:97: after the last day the debtor is in default.
- 4:104: five years after the last day to pay the claim prescribes: no reminder and no setting off any more. 4:105, 4:106: a
  reminder, an acknowledgement and a decision to set off begin that time anew; 4:110: from the next day, for five years at most.
  4:111: it is longer by as long as payment was put off.
- 4:93, third paragraph, with BW 6:129: what is set off counts from the day on which both could be set off, for the interest too.

A claim on a provider comes from a credit note and is a matter of private law (BW 6:203, 3:309): nothing of this holds for it.
See `of_providers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import has_region, region
from portal.paying.collecting.models import ChargeKind, CollectionCharge, CollectionStep, InterestUndone, StepKind
from portal.paying.settlements.models import (
    Debtor,
    EntryKind,
    Instalment,
    InstalmentState,
    Recovery,
    RecoveryState,
    Settlement,
)
from portal.paying.settlements.queries import last_day_of_years, settlement_counts_from
from portal.paying.statutory_interest import AccruedInterest, accrued_interest
from portal.people.actor import Actor, Audience
from portal.platform.clock import end_of_day
from portal.platform.legal_calendar import days_within, term_of_weeks
from portal.post.letters.queries import made_known_on
from portal.spending.vouchers.models import Voucher
from schemes.basics.values import value_on
from schemes.region import CollectingSettings

PAYMENT_WEEKS = 6
"""Awb 4:87."""
REMINDER_WEEKS = 2
"""Awb 4:112, first paragraph."""
DEFERRALS = (StepKind.DEFERRED, StepKind.PLANNED)
INTERRUPTIONS = (StepKind.REMINDED, StepKind.ACKNOWLEDGED)
_DAY = timedelta(days=1)
_UNPAID = (InstalmentState.PLANNED, InstalmentState.MISSED)


@dataclass(frozen=True)
class ClaimStanding:
    """Where a claim on a holder stands in law on a day. Nothing but `claim_until` is known while its letter was not sent."""

    claim_until: date
    """The last day on which it can be claimed (Awb 4:57): only matters while the letter was not sent."""
    known_on: date | None
    """The day on which the letter that claims it was sent or posted."""
    pay_by: date | None
    """The last day to pay, six weeks after that."""
    put_off_until: date | None
    """Until when payment is put off, in full or in instalments; None when it is not."""
    due_on: date | None
    """The last day to pay that has passed with something unpaid; None when nothing is overdue."""
    due_cents: int
    """How much is overdue: all that is open, or the instalments that were due."""
    reminded: CollectionStep | None
    """The last reminder."""
    collect_until: date | None
    """The last day before it prescribes (Awb 4:104)."""
    today: date

    @property
    def is_barred(self) -> bool:
        """Whether it was not claimed in five years: it can be claimed no more."""
        return self.known_on is None and self.today > self.claim_until

    @property
    def is_prescribed(self) -> bool:
        """Whether it was claimed in time, and can be collected no more."""
        return self.collect_until is not None and self.today > self.collect_until

    @property
    def last_day(self) -> date:
        """The day after which nothing can be done: to claim it while that was not done, and else to collect it."""
        return self.collect_until or self.claim_until


def collecting_settings(session: Session) -> CollectingSettings:
    """What the region has laid down about collecting."""
    return region(session).settings.collecting if has_region(session) else CollectingSettings()


def steps_of(session: Session, *, recovery: Recovery) -> list[CollectionStep]:
    """What was done to collect a claim, oldest first."""
    rows = select(CollectionStep).where(CollectionStep.recovery_id == recovery.id)
    return list(session.scalars(rows.order_by(CollectionStep.on, CollectionStep.id)))


def charges_of(session: Session, *, recovery: Recovery, lock: bool = False) -> list[CollectionCharge]:
    """The costs and interest beside a claim, costs first (Awb 4:92: what comes in counts for them first), oldest first."""
    rows = select(CollectionCharge).where(CollectionCharge.recovery_id == recovery.id)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(rows.order_by(CollectionCharge.id)).all()
    return sorted(found, key=lambda one: one.kind is ChargeKind.INTEREST)


def charged_cents(session: Session, *, recovery: Recovery) -> int:
    """The costs and interest that are still to come in."""
    return sum(one.open_cents for one in charges_of(session, recovery=recovery))


def owed_cents(session: Session, *, recovery: Recovery) -> int:
    """Everything that is still to come in: the claim, costs and interest."""
    return recovery.open_cents + charged_cents(session, recovery=recovery)


def standing_of(session: Session, *, recovery: Recovery, today: date) -> ClaimStanding | None:
    """Where a claim stands in law; None for one on a provider."""
    if recovery.debtor is not Debtor.HOLDER or recovery.settlement_id is None:
        return None
    settlement = session.get_one(Settlement, recovery.settlement_id)
    voucher = session.get_one(Voucher, recovery.voucher_id)
    known_on = made_known_on(
        session, question_id=voucher.question_id, template=settlement.template, version=settlement.id
    )
    steps = steps_of(session, recovery=recovery)
    pay_by = term_of_weeks(known_on, PAYMENT_WEEKS) if known_on is not None else None
    put_off = putting_off(steps, recovery, today)
    due_on, due_cents = overdue(recovery, steps, put_off, pay_by, today)
    return ClaimStanding(
        claim_until=last_day_of_years(settlement_counts_from(session, settlement=settlement)),
        known_on=known_on,
        pay_by=pay_by,
        put_off_until=put_off.until_on if put_off is not None else None,
        due_on=due_on,
        due_cents=due_cents,
        reminded=next((one for one in reversed(steps) if one.kind is StepKind.REMINDED), None),
        collect_until=_collect_until(steps, recovery, pay_by) if pay_by is not None else None,
        today=today,
    )


def putting_off(steps: Sequence[CollectionStep], recovery: Recovery, today: date) -> CollectionStep | None:
    """The step by which payment is put off on a day: the last one. A plan that was replaced puts nothing off any more."""
    last = next((one for one in reversed(steps) if one.kind in DEFERRALS), None)
    if last is None or last.until_on is None or last.until_on < today:
        return None
    if last.plan is not None and not _instalments(recovery, last.plan, _UNPAID):
        return None
    return last


def _instalments(recovery: Recovery, plan: int, states: Iterable[InstalmentState]) -> list[Instalment]:
    return [one for one in recovery.instalments if one.plan == plan and one.state in states]


def overdue(
    recovery: Recovery,
    steps: Sequence[CollectionStep],
    put_off: CollectionStep | None,
    pay_by: date | None,
    today: date,
) -> tuple[date | None, int]:
    """The last day to pay that passed, and what is overdue since."""
    if recovery.state is RecoveryState.CLOSED or pay_by is None:
        return None, 0
    if put_off is not None:
        missed = [] if put_off.plan is None else _instalments(recovery, put_off.plan, _UNPAID)
        missed = [one for one in missed if one.due_on < today]
        cents = sum(one.amount_cents - one.received_cents for one in missed)
        return (max(one.due_on for one in missed), cents) if missed else (None, 0)
    ended = [one.until_on for one in steps if one.kind in DEFERRALS and one.until_on is not None]
    due_on = max([pay_by, *(day for day in ended if day < today)])
    return (due_on, recovery.open_cents) if due_on < today else (None, 0)


def _collect_until(steps: Sequence[CollectionStep], recovery: Recovery, pay_by: date) -> date:
    """The last day before a claim prescribes: five years, anew after each interruption that was in time, longer by deferrals."""
    begins = pay_by
    until = _with_deferrals(steps, begins)
    set_off = [entry.on for entry in recovery.entries if entry.works_from is not None]
    for on in sorted([*(step.on for step in steps if step.kind in INTERRUPTIONS), *set_off]):
        if begins < on <= until:
            begins = on
            until = _with_deferrals(steps, begins)
    return until


def _with_deferrals(steps: Sequence[CollectionStep], begins: date) -> date:
    until = last_day_of_years(begins)
    stretches = [
        (max(one.on, begins + _DAY), one.until_on)
        for one in steps
        if one.kind in DEFERRALS and one.until_on is not None and begins < one.until_on and one.on <= until
    ]
    return until + timedelta(days=days_within(stretches))


def interest_of(session: Session, *, recovery: Recovery, last: date) -> AccruedInterest | None:
    """The statutory interest from the first day of default up to and including a day; None while nobody is in default.

    What came in counts from its own day on, first for the claim and never for interest that was not determined yet: that
    costs the debtor least. Raises ``NoRate`` when the region has no percentage of a day.
    """
    standing = standing_of(session, recovery=recovery, today=last)
    if standing is None or standing.pay_by is None or last <= standing.pay_by:
        return None
    steps = [one for one in steps_of(session, recovery=recovery) if one.kind in DEFERRALS]
    rates = collecting_settings(session).interest_permille
    return accrued_interest(
        lambda day: _owed_on(recovery, steps, day),
        lambda day: value_on(rates, day),
        first=standing.pay_by + _DAY,
        last=last,
    )


def interest_when_paid(session: Session, *, recovery: Recovery) -> AccruedInterest | None:
    """The statutory interest over a claim on a holder that was paid, so that its days are known; None while it is open and when
    it was paid in time. Raises ``NoRate``."""
    if recovery.state is not RecoveryState.CLOSED:
        return None
    return interest_of(session, recovery=recovery, last=max(entry.on for entry in recovery.entries))


def _owed_on(recovery: Recovery, steps: Sequence[CollectionStep], day: date) -> int:
    """What stands out and bears interest on a day after the first last day to pay."""
    from_when = [(entry.works_from or entry.on, entry) for entry in recovery.entries]
    came = [
        (on, -entry.amount_cents if entry.kind is EntryKind.UNDONE else entry.amount_cents)
        for on, entry in from_when
        if on <= day
    ]
    left = recovery.amount_cents - sum(cents for _, cents in came)
    step = next((one for one in reversed(steps) if one.on <= day and one.until_on is not None), None)
    if step is None or step.until_on is None or step.until_on < day or not step.interest_free:
        return left
    if step.plan is None:
        return 0
    due = sum(one.amount_cents for one in recovery.instalments if one.plan == step.plan and one.due_on < day)
    return min(left, max(0, due - sum(cents for on, cents in came if on >= step.on)))


def charge_of_question(session: Session, *, question: DevelopmentQuestion, charge_id: int) -> CollectionCharge | None:
    """Costs or interest beside a claim of this question; None for another question."""
    rows = select(CollectionCharge).join(Recovery, Recovery.id == CollectionCharge.recovery_id)
    rows = rows.join(Voucher, Voucher.id == Recovery.voucher_id)
    return session.scalar(rows.where(CollectionCharge.id == charge_id, Voucher.question_id == question.id))


def interest_undone(session: Session, *, charge: CollectionCharge) -> InterestUndone | None:
    """That interest lapsed after an objection, and what the holder has back of it; None while it stands."""
    return session.scalar(select(InterestUndone).where(InterestUndone.charge_id == charge.id))


def charge_of_decision(session: Session, *, decision: Decision) -> CollectionCharge | None:
    """The interest that this decision determined; None for another decision."""
    return session.scalar(select(CollectionCharge).where(CollectionCharge.decision_id == decision.id))


def undone_of_question(session: Session, *, question: DevelopmentQuestion, undone_id: int) -> InterestUndone | None:
    """Interest of a claim of this question that lapsed; None for another question."""
    rows = select(InterestUndone).join(CollectionCharge, CollectionCharge.id == InterestUndone.charge_id)
    rows = rows.join(Recovery, Recovery.id == CollectionCharge.recovery_id)
    rows = rows.join(Voucher, Voucher.id == Recovery.voucher_id)
    return session.scalar(rows.where(InterestUndone.id == undone_id, Voucher.question_id == question.id))


def interest_to_pay_back(session: Session, *, actor: Actor) -> list[tuple[Recovery, InterestUndone]]:
    """The interest that was paid, lapsed and is still to be paid back, oldest first; for the region only."""
    if actor.audience is not Audience.REGION:
        return []
    rows = select(Recovery, InterestUndone).join(CollectionCharge, CollectionCharge.recovery_id == Recovery.id)
    rows = rows.join(InterestUndone, InterestUndone.charge_id == CollectionCharge.id)
    rows = rows.where(InterestUndone.owed_cents > 0, InterestUndone.paid_on.is_(None)).order_by(InterestUndone.id)
    return [(recovery, undone) for recovery, undone in session.execute(rows)]


# Of all claims ---------------------------------------------------------------------------------------------------------


def open_standings(
    session: Session, *, today: date, since_before: date | None = None
) -> list[tuple[Recovery, ClaimStanding]]:
    """Every open claim on a holder with where it stands, oldest first; with a day only those from that day or before, and those
    of which the five years began before the claim: of a settlement that was lowered later."""
    wanted = [Recovery.state == RecoveryState.OPEN, Recovery.debtor == Debtor.HOLDER]
    if since_before is not None:
        later = select(Settlement.id).where(Settlement.number > 0)
        wanted.append((Recovery.claimed_at < end_of_day(since_before)) | Recovery.settlement_id.in_(later))
    found = []
    for recovery in session.scalars(select(Recovery).where(*wanted).order_by(Recovery.id)):
        standing = standing_of(session, recovery=recovery, today=today)
        if standing is not None:
            found.append((recovery, standing))
    return found


def reminder_cost_cents(session: Session, *, owed: int, on: date) -> int:
    """What a reminder for so many cents costs on a day, by the region's setting (Awb 4:113)."""
    settings = collecting_settings(session)
    high = owed >= (value_on(settings.reminder_cost_from_cents, on) or 0)
    return value_on(settings.reminder_cost_high_cents if high else settings.reminder_cost_cents, on) or 0
