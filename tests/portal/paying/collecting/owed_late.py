"""A claim on a holder of € 600, of which the letter was sent on the day of the settlement, and whoever pays or collects it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.models import Recovery, RecoveryEntry
from portal.platform.clock import AMSTERDAM
from portal.post.messages.models import MessageState, OutboxMessage
from tests.factories import ADVISOR, NOW
from tests.portal.paying.settlements.test_settling import settle, the_claim, used
from tests.snapshots import made_once

PAY_BY = date(2026, 4, 13)
"""Six weeks after Monday 2 March 2026."""
DAY = timedelta(days=1)


def at(day: date) -> datetime:
    """Noon of a day in Amsterdam."""
    return datetime.combine(day, time(12), tzinfo=AMSTERDAM)


@made_once
def unsent(session: Session) -> Recovery:
    """Settled on 2 March 2026; the letter that claims it waits."""
    voucher, _ = used(session, 100_000, paid=1)
    settle(session, voucher, 40_000)
    return the_claim(session, voucher)


@made_once
def sent(session: Session) -> Recovery:
    """The same, with the letter sent that day."""
    claim = unsent(session)
    send(session)
    return claim


def send(session: Session) -> None:
    """The letter of the settlement goes out, on the day of the settlement."""
    message = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "settlement/lower")).one()
    message.state, message.sent_at = MessageState.SENT, NOW
    session.flush()


def pay(session: Session, claim: Recovery, cents: int, on: date, reference: str = "R1") -> RecoveryEntry:
    return receive_instalment(
        session,
        recovery=claim,
        amount_cents=cents,
        received_on=on,
        reference=reference,
        actor=ADVISOR,
        now=at(on),
    )
