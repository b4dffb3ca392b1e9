"""Claims on a provider: until when they are paid and collected, and one reminder for each day that passed."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy.orm import Session

from portal.commands.due import desk_jobs
from portal.paying.collecting.actions import remind_debtor, remind_provider
from portal.paying.collecting.of_providers import (
    claims_on_provider,
    ending_claims,
    reminders_due,
    standing_of_provider,
)
from portal.paying.collecting.queries import ClaimStanding, standing_of
from portal.paying.recoveries import monthly_terms, plan_instalments
from portal.paying.settlements.actions import take_credit_note
from portal.paying.settlements.models import Recovery
from portal.platform.errors import Refusal
from portal.spending.providers.models import Provider
from tests.factories import ADVISOR, NOBODY, NOW
from tests.portal.paying.collecting.owed_late import DAY, at
from tests.portal.paying.collecting.owed_late import sent as of_holder
from tests.portal.paying.settlements.test_settling import used
from tests.snapshots import made_once

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CLAIMED = NOW.date()
PAY_BY = CLAIMED + timedelta(days=30)


@made_once
def credited(session: Session) -> Recovery:
    """A provider credited € 200 of an invoice that was paid, on 2 March 2026."""
    _, [done] = used(session, 100_000, paid=1)
    made = take_credit_note(session, redemption=done, amount_cents=20_000, reason="Korter.", actor=ADVISOR, now=NOW)
    assert made is not None
    return made


def stands(session: Session, claim: Recovery, on: object) -> ClaimStanding:
    found = standing_of_provider(session, recovery=claim, today=on)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_it_has_a_last_day_to_pay_and_one_reminder_for_it(session: Session) -> None:
    claim = credited(session)
    assert standing_of(session, recovery=claim, today=PAY_BY) is None
    assert stands(session, claim, PAY_BY).due_on is None
    late = stands(session, claim, PAY_BY + DAY)
    assert (late.due_on, late.due_cents) == (PAY_BY, 20_000)
    with pytest.raises(Refusal) as early:
        remind_provider(session, recovery=claim, actor=ADVISOR, now=at(PAY_BY))
    assert early.value.code == "nothing_overdue"
    assert reminders_due(session, today=PAY_BY + 7 * DAY) == []
    due = PAY_BY + 8 * DAY
    assert reminders_due(session, today=due) == [(claim.id, PAY_BY)]
    [job] = [one for one in desk_jobs() if one.name == "remind_debtors"]
    with patch("portal.paying.collecting.actions.tell_provider") as told:
        assert job.act(session, f"{claim.id}:{PAY_BY}", at(due)) is True
    assert told.call_args.kwargs["template"] == "provider/reminded" and reminders_due(session, today=due) == []
    reminded = stands(session, claim, due).reminded
    assert reminded is not None and reminded.until_on == due + timedelta(days=14)
    with pytest.raises(Refusal) as twice:
        remind_provider(session, recovery=claim, actor=ADVISOR, now=at(due))
    assert twice.value.code == "reminded_before"
    with pytest.raises(Refusal) as other:
        remind_debtor(session, recovery=claim, actor=ADVISOR, now=at(due))
    assert other.value.code == "not_of_holder"


def test_control_a_claim_on_a_holder_is_none_of_a_provider(session: Session) -> None:
    claim = of_holder(session)
    assert standing_of_provider(session, recovery=claim, today=CLAIMED) is None
    with pytest.raises(Refusal) as other:
        remind_provider(session, recovery=claim, actor=ADVISOR, now=at(PAY_BY + 60 * DAY))
    assert other.value.code == "not_of_provider"


def test_it_prescribes_after_five_years_unless_it_was_interrupted_and_instalments_put_it_off(session: Session) -> None:
    claim, last = credited(session), CLAIMED.replace(year=2031)
    assert stands(session, claim, last).collect_until == last
    assert stands(session, claim, last + DAY).is_prescribed
    [(found, _)] = ending_claims(session, today=last - 90 * DAY)
    assert found is claim and ending_claims(session, today=last - 91 * DAY) == []
    with pytest.raises(Refusal) as gone:
        remind_provider(session, recovery=claim, actor=ADVISOR, now=at(last + DAY))
    assert gone.value.code == "claim_prescribed"
    terms = monthly_terms(amount_cents=20_000, number=2, first_on=PAY_BY + 30 * DAY)
    plan_instalments(session, recovery=claim, terms=terms, actor=ADVISOR, now=at(PAY_BY))
    assert stands(session, claim, PAY_BY + DAY).due_on is None, "put off"
    assert stands(session, claim, last + DAY).collect_until == PAY_BY.replace(year=2031), "an agreement acknowledges it"
    provider = session.get_one(Provider, claim.provider_id)
    assert claims_on_provider(session, provider=provider, actor=NOBODY) == []
