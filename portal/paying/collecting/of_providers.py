"""Where a claim on a provider stands, and what is due of all claims together.

A provider owes it by its own credit note: it was paid without a ground (BW 6:203), a matter of private law. The region says
within how many days it asks it back (`provider_days`). When that has passed a reminder sets a reasonable term, after which the
provider is in default (BW 6:82). The claim prescribes five years after the day on which the desk knew of it (BW 3:309). A written
reminder (BW 3:317) and an agreement on instalments, which acknowledges it (BW 3:318), begin that time anew, from the next day
and never to end sooner than it would have (BW 3:319). Set off it may be after that too (BW 6:131). Texts of 6:82, 3:317 to 3:319
and 6:131 were read in a copy of the law from about 2017 (statengeneraal/laws-markdown on GitHub), those of 3:309, 3:317 and 6:131
at wetboekplus.nl too (undated, both on 1 December 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.collecting.models import CollectionStep, StepKind
from portal.paying.collecting.queries import (
    PAYMENT_WEEKS,
    ClaimStanding,
    collecting_settings,
    open_standings,
    overdue,
    putting_off,
    steps_of,
)
from portal.paying.settlements.models import Debtor, Recovery, RecoveryState
from portal.paying.settlements.queries import YEARS, last_day_of_years
from portal.people.actor import Actor
from portal.platform.clock import end_of_day, local_date
from portal.platform.legal_calendar import ends_on_working_day
from portal.spending.providers.models import Provider

_ANEW = (StepKind.REMINDED, StepKind.PLANNED, StepKind.ACKNOWLEDGED)


def standing_of_provider(session: Session, *, recovery: Recovery, today: date) -> ClaimStanding | None:
    """Where a claim on a provider stands on a day; None for one on a holder."""
    if recovery.debtor is not Debtor.PROVIDER:
        return None
    known_on = local_date(recovery.claimed_at)
    days = timedelta(days=collecting_settings(session).provider_days)
    steps, pay_by = steps_of(session, recovery=recovery), ends_on_working_day(known_on + days)
    put_off = putting_off(steps, recovery, today)
    due_on, due_cents = overdue(recovery, steps, put_off, pay_by, today)
    until = _collect_until(steps, known_on)
    return ClaimStanding(
        claim_until=until,
        known_on=known_on,
        pay_by=pay_by,
        put_off_until=put_off.until_on if put_off is not None else None,
        due_on=due_on,
        due_cents=due_cents,
        reminded=next((one for one in reversed(steps) if one.kind is StepKind.REMINDED), None),
        collect_until=until,
        today=today,
    )


def _collect_until(steps: Sequence[CollectionStep], known_on: date) -> date:
    """The last day before it prescribes: five years, anew after each interruption that was in time."""
    until = last_day_of_years(known_on)
    for step in steps:
        if step.kind in _ANEW and step.on <= until:
            until = max(until, last_day_of_years(step.on))
    return until


def claims_on_provider(session: Session, *, provider: Provider, actor: Actor) -> list[Recovery]:
    """What a provider has to pay back, or had to, the newest first: for who works there; empty for others."""
    if provider.organisation_id is None or actor.organisation_id != provider.organisation_id:
        return []
    return list(
        session.scalars(select(Recovery).where(Recovery.provider_id == provider.id).order_by(Recovery.id.desc()))
    )


def open_standings_of_providers(
    session: Session, *, today: date, since_before: date | None = None
) -> list[tuple[Recovery, ClaimStanding]]:
    """Every open claim on a provider with where it stands, oldest first; with a day only those from that day or before."""
    wanted = [Recovery.state == RecoveryState.OPEN, Recovery.debtor == Debtor.PROVIDER]
    if since_before is not None:
        wanted.append(Recovery.claimed_at < end_of_day(since_before))
    found = []
    for recovery in session.scalars(select(Recovery).where(*wanted).order_by(Recovery.id)):
        standing = standing_of_provider(session, recovery=recovery, today=today)
        if standing is not None:
            found.append((recovery, standing))
    return found


# Of all claims ---------------------------------------------------------------------------------------------------------


def reminders_due(session: Session, *, today: date) -> list[tuple[int, date]]:
    """(recovery id, last day to pay) of every reminder that is to go out, by the region's number of days after that day.

    First those to holders, then those to providers.
    """
    settings = collecting_settings(session)
    after = timedelta(days=settings.reminder_after_days)
    reminded = {
        (row[0], row[1])
        for row in session.execute(
            select(CollectionStep.recovery_id, CollectionStep.about_on).where(CollectionStep.kind == StepKind.REMINDED)
        )
    }
    held = open_standings(session, today=today, since_before=today - timedelta(PAYMENT_WEEKS * 7))
    provided = open_standings_of_providers(
        session, today=today, since_before=today - timedelta(days=settings.provider_days)
    )
    return [
        (recovery.id, standing.due_on)
        for recovery, standing in (*held, *provided)
        if standing.due_on is not None
        and today > standing.due_on + after
        and not standing.is_prescribed
        and (recovery.id, standing.due_on) not in reminded
    ]


def ending_claims(session: Session, *, today: date) -> list[tuple[Recovery, ClaimStanding]]:
    """The open claims that can no longer be claimed or collected soon (the region says how soon), the first one first."""
    soon = today + timedelta(days=collecting_settings(session).warn_days)
    since = soon - timedelta(days=YEARS * 365)  # none ends sooner, but of a settlement that was lowered later
    old = [
        *open_standings(session, today=today, since_before=since),
        *open_standings_of_providers(session, today=today, since_before=since),
    ]
    found = [one for one in old if one[1].last_day <= soon]
    return sorted(found, key=lambda one: (one[1].last_day, one[0].id))
