"""Until when a claim can be made, paid and collected; reminders, putting off, costs and interest, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.commands.due import desk_jobs
from portal.ledger.invariants import verify
from portal.paying.collecting import queries
from portal.paying.collecting.actions import (
    determine_interest,
    note_acknowledged,
    remind_debtor,
)
from portal.paying.collecting.models import ChargeKind, CollectionStep
from portal.paying.collecting.of_providers import ending_claims, reminders_due
from portal.paying.collecting.queries import (
    ClaimStanding,
    charged_cents,
    charges_of,
    interest_of,
    reminder_cost_cents,
    standing_of,
)
from portal.paying.collecting.relief import defer_payment, waive_charges
from portal.paying.instalments import monthly_terms
from portal.paying.recoveries import plan_instalments
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.paying.settlements.queries import last_day_of_years
from portal.paying.settling_again.queries import settlement_breaks
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from schemes.region import CollectingSettings
from schemes.region.loading import CATALOGUE, load_region
from tests.factories import ADVISOR, NOW, REGION, SYSTEM
from tests.portal.paying.collecting.owed_late import DAY, PAY_BY, at, pay, send, sent, unsent

SETTLED = NOW.date()
WITH_COSTS = CollectingSettings(reminder_cost_cents=9_00, reminder_cost_high_cents=20_00)
"""The amounts of Awb 4:113 as in force on 1 January 2026."""


def stands(session: Session, claim: Recovery, today: date) -> ClaimStanding:
    found = standing_of(session, recovery=claim, today=today)
    assert found is not None
    return found


def remind(session: Session, claim: Recovery, on: date) -> CollectionStep:
    return remind_debtor(session, recovery=claim, actor=ADVISOR, now=at(on))


def plan(session: Session, claim: Recovery, on: date, parts: int = 3) -> None:
    terms = monthly_terms(amount_cents=claim.open_cents, number=parts, first_on=on + timedelta(days=10))
    plan_instalments(session, recovery=claim, terms=terms, actor=ADVISOR, now=at(on))


def refused(act: object, *given: object) -> str:
    with pytest.raises(Refusal) as no:
        act(*given)  # type: ignore[operator]
    return no.value.code


# Five years ------------------------------------------------------------------------------------------------------------


def test_what_was_never_claimed_can_be_claimed_until_five_years_after_the_settlement(session: Session) -> None:
    claim, last = unsent(session), date(2031, 3, 2)
    assert stands(session, claim, last).claim_until == last
    plan(session, claim, last)
    assert not stands(session, claim, last).is_barred and stands(session, claim, last + DAY).is_barred


def test_a_day_later_it_cannot_any_more(session: Session) -> None:
    claim, late = unsent(session), date(2031, 3, 3)
    assert refused(plan, session, claim, late) == "claim_barred"
    assert refused(remind, session, claim, late) == "claim_barred"
    assert claim.plan == 0


def test_a_claim_that_was_sent_is_collected_until_five_years_after_its_last_day_to_pay(session: Session) -> None:
    claim, last = sent(session), date(2031, 4, 13)
    found = stands(session, claim, last)
    assert (found.pay_by, found.collect_until) == (PAY_BY, last)
    assert refused(remind, session, claim, last + DAY) == "claim_prescribed"
    pay(session, claim, 10_000, last + DAY)
    assert claim.received_cents == 10_000, "what somebody still pays is booked"


def test_control_on_the_last_day_a_reminder_begins_the_time_anew(session: Session) -> None:
    claim, last = sent(session), date(2031, 4, 13)
    remind(session, claim, last)
    assert stands(session, claim, last + DAY).collect_until == date(2036, 4, 13)


def test_what_interrupts_and_what_makes_longer(session: Session) -> None:
    claim = sent(session)
    note_acknowledged(
        session, recovery=claim, on=date(2027, 1, 1), reason="Mail.", actor=ADVISOR, now=at(date(2027, 1, 2))
    )
    assert stands(session, claim, date(2027, 1, 2)).collect_until == date(2032, 1, 1)
    until = date(2027, 2, 10)
    defer_payment(session, recovery=claim, until=until, reason="Verhuizing.", actor=ADVISOR, now=at(date(2027, 2, 1)))
    assert stands(session, claim, until).collect_until == date(2032, 1, 11), "ten days of putting off"


def test_five_years_from_a_leap_day_end_on_the_28th() -> None:
    assert last_day_of_years(date(2028, 2, 29)) == date(2033, 2, 28)
    assert last_day_of_years(date(2027, 2, 28)) == date(2032, 2, 28)


def test_the_desk_warns_before_the_last_day(session: Session) -> None:
    claim, last = unsent(session), date(2031, 3, 2)
    assert ending_claims(session, today=last - 91 * DAY) == []
    [(found, standing)] = ending_claims(session, today=last - 90 * DAY)
    assert found is claim and standing.last_day == last
    assert len(ending_claims(session, today=last + 30 * DAY)) == 1, "and goes on saying that it is too late"


# Reminders -------------------------------------------------------------------------------------------------------------


def test_a_reminder_goes_out_once_for_each_day_that_passed(session: Session) -> None:
    claim = sent(session)
    assert reminders_due(session, today=PAY_BY + 7 * DAY) == []
    assert reminders_due(session, today=PAY_BY + 8 * DAY) == [(claim.id, PAY_BY)]
    step = remind(session, claim, PAY_BY + 8 * DAY)
    assert (step.about_on, step.until_on) == (PAY_BY, date(2026, 5, 6)), "two weeks, and 5 May is a holiday"
    assert reminders_due(session, today=PAY_BY + 30 * DAY) == []
    assert refused(remind, session, claim, PAY_BY + 9 * DAY) == "reminded_before"
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "recovery/reminded")).one()
    assert told.details is not None and (told.details["due_cents"], told.details["cost_cents"]) == (60_000, 0)


def test_the_job_reminds_once(session: Session) -> None:
    claim = sent(session)
    job = next(one for one in desk_jobs() if one.name == "remind_debtors")
    now = at(PAY_BY + 8 * DAY)
    [item] = job.due(session, now)
    assert job.act(session, item, now) is True and claim.open_cents == 60_000
    assert job.due(session, now) == [] and job.act(session, item, now) is False


def test_nobody_is_reminded_before_the_letter_the_day_or_the_end_of_putting_off(session: Session) -> None:
    claim = unsent(session)
    assert refused(remind, session, claim, PAY_BY + DAY) == "claim_not_sent"
    send(session)
    assert refused(remind, session, claim, PAY_BY) == "nothing_overdue"
    defer_payment(session, recovery=claim, until=date(2026, 6, 1), reason="Ziek.", actor=ADVISOR, now=at(PAY_BY))
    assert refused(remind, session, claim, date(2026, 6, 1)) == "put_off"
    assert remind(session, claim, date(2026, 6, 2)).about_on == date(2026, 6, 1)


def test_of_instalments_only_what_was_due_is_overdue(session: Session) -> None:
    claim = sent(session)
    plan(session, claim, PAY_BY)
    first = claim.instalments[0].due_on
    assert (stands(session, claim, first).due_on, stands(session, claim, first).put_off_until) == (
        None,
        claim.instalments[-1].due_on,
    )
    late = stands(session, claim, first + DAY)
    assert (late.due_on, late.due_cents) == (first, 20_000)
    with pytest.raises(Conflict) as no:
        defer_payment(session, recovery=claim, until=first + 90 * DAY, reason="x", actor=ADVISOR, now=at(first))
    assert no.value.code == "instalments_agreed"


def test_the_region_says_what_a_reminder_costs_and_costs_are_counted_first(session: Session) -> None:
    claim = sent(session)
    with patch.object(queries, "collecting_settings", lambda _session: WITH_COSTS):
        remind(session, claim, PAY_BY + 8 * DAY)
    assert charged_cents(session, recovery=claim) == 20_00, "the debt is € 454 or more"
    entry = pay(session, claim, 20_000, PAY_BY + 9 * DAY)
    assert (entry.amount_cents, entry.extra_cents, claim.open_cents) == (180_00, 20_00, 420_00)
    assert pay(session, claim, 20_000, PAY_BY + 9 * DAY) is entry, "the same receipt counts once"
    with pytest.raises(Refusal):
        pay(session, claim, 420_01, PAY_BY + 10 * DAY, "R2")
    pay(session, claim, 420_00, PAY_BY + 10 * DAY, "R2")
    assert claim.state is RecoveryState.CLOSED
    assert verify(session) == [] and settlement_breaks(session) == []


def test_a_reminder_costs_what_the_law_says_on_both_sides_of_its_bound(session: Session) -> None:
    shipped = load_region(CATALOGUE / "stedendriehoek").region.settings.collecting
    for settings in (WITH_COSTS, shipped):
        with patch.object(queries, "collecting_settings", lambda _session, found=settings: found):
            costs = [reminder_cost_cents(session, owed=owed, on=NOW.date()) for owed in (453_99, 454_00)]
        assert costs == [9_00, 20_00], "€ 9, and € 20 from € 454 on (Awb 4:113)"


def test_costs_can_be_waived_once_and_the_claim_stays(session: Session) -> None:
    claim = sent(session)
    with patch.object(queries, "collecting_settings", lambda _session: WITH_COSTS):
        remind(session, claim, PAY_BY + 8 * DAY)
    with pytest.raises(Refusal):
        waive_charges(session, recovery=claim, reason="x", actor=REGION, now=at(PAY_BY))
    assert waive_charges(session, recovery=claim, reason="Te zwaar.", actor=ADVISOR, now=at(PAY_BY)) == 20_00
    assert (charged_cents(session, recovery=claim), claim.open_cents) == (0, 60_000)
    with pytest.raises(Conflict):
        waive_charges(session, recovery=claim, reason="x", actor=ADVISOR, now=at(PAY_BY))


# Interest --------------------------------------------------------------------------------------------------------------


def test_interest_is_determined_when_the_claim_was_paid_and_then_paid_too(session: Session) -> None:
    claim = sent(session)
    paid = date(2028, 4, 14)
    with pytest.raises(Conflict) as early:
        determine_interest(session, recovery=claim, actor=ADVISOR, now=at(paid))
    assert early.value.code == "claim_open"
    pay(session, claim, 60_000, paid)
    charge = determine_interest(session, recovery=claim, actor=ADVISOR, now=at(paid))
    assert (charge.kind, charge.amount_cents) == (ChargeKind.INTEREST, 49_00)
    # a year 24.00; then 262 days of 2027 and 104 of 2028 over 624.00 at 4 %: 17.9165 + 7.0923
    assert (charge.first_on, charge.last_on) == (PAY_BY + DAY, paid - DAY)
    with pytest.raises(Conflict):
        determine_interest(session, recovery=claim, actor=ADVISOR, now=at(paid))
    pay(session, claim, 49_00, paid, "Rente")
    assert [one.open_cents for one in charges_of(session, recovery=claim)] == [0]
    assert verify(session) == [] and settlement_breaks(session) == []


def test_too_little_interest_is_not_asked(session: Session) -> None:
    claim = sent(session)
    pay(session, claim, 60_000, date(2026, 9, 1))
    with pytest.raises(Conflict) as little:
        determine_interest(session, recovery=claim, actor=ADVISOR, now=at(date(2026, 9, 1)))
    assert little.value.code == "interest_too_little"


def test_no_interest_runs_while_payment_is_put_off_unless_the_region_says_so(session: Session) -> None:
    claim, until = sent(session), date(2026, 12, 31)
    defer_payment(session, recovery=claim, until=until, reason="Ziek.", actor=ADVISOR, now=at(PAY_BY))
    free = interest_of(session, recovery=claim, last=until)
    assert free is not None and free.cents == 0
    after = interest_of(session, recovery=claim, last=until + 10 * DAY)
    assert after is not None and after.cents == 65, "ten days of 2027: 600 x 4 % x 10 / 365"
    step = session.scalars(select(CollectionStep)).one()
    assert step.interest_free


def test_a_program_reminds_but_decides_nothing(session: Session) -> None:
    claim = sent(session)
    remind_debtor(session, recovery=claim, actor=SYSTEM, now=at(PAY_BY + 8 * DAY))
    pay(session, claim, 60_000, date(2028, 4, 14))
    with pytest.raises(Refusal):
        determine_interest(session, recovery=claim, actor=SYSTEM, now=at(date(2028, 4, 14)))
