"""A voucher is settled again while money comes back: whoever comes second counts from what the first one left."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.paying.payments.models import Repayment
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import Recovery, RecoveryState, Settlement, SettlementGround
from portal.paying.settling_again.actions import HigherDraft, settle_again
from portal.paying.settling_again.models import SettlingAgain
from portal.paying.settling_again.queries import settlement_breaks
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, SECOND, UNHEARD
from tests.portal.at_once import at_once
from tests.portal.paying.settling_again.owing import OWED, SETTLED_AGAIN, used_and_paid

BACK = 20_000


def settled_at_nothing(session: Session) -> None:
    """All that was paid must come back."""
    draft = SettlementDraft(0, SettlementGround.NOT_DONE, "Niet af.", UNHEARD)
    settle_voucher(session, voucher=used_and_paid(session), draft=draft, actor=ADVISOR, now=NOW)


def again(session: Session) -> Callable[[], object]:
    settlement, _seen = session.scalars(select(Settlement)).one(), session.scalars(select(Recovery)).one()
    draft = HigherDraft(OWED, "Wel af.", "BZ")
    return lambda: settle_again(session, settlement=settlement, draft=draft, actor=SECOND, now=SETTLED_AGAIN)


def receive(session: Session) -> Callable[[], object]:
    claim = session.scalars(select(Recovery)).one()
    return lambda: receive_instalment(
        session,
        recovery=claim,
        amount_cents=BACK,
        received_on=NOW.date(),
        reference="R1",
        actor=ADVISOR,
        now=SETTLED_AGAIN,
    )


def test_what_came_back_at_the_same_moment_is_owed_again_or_is_not_booked(engine: Engine) -> None:
    unit_of_work(engine, settled_at_nothing)
    outcomes = at_once(engine, again, receive)
    assert outcomes in (["done", "done"], ["done", "Refusal"]), "nothing has to come back any more after the decision"
    with Session(engine) as session:
        came_back = BACK if outcomes[1] == "done" else 0
        made, claim = session.scalars(select(SettlingAgain)).one(), session.scalars(select(Recovery)).one()
        assert (made.unclaimed_cents, made.repaid_cents) == (OWED - came_back, came_back)
        assert (claim.state, claim.received_cents) == (RecoveryState.CLOSED, came_back)
        owed = session.scalars(select(Repayment.amount_cents)).all()
        assert list(owed) == ([BACK] if came_back else [])
        assert verify(session) == [] and settlement_breaks(session) == []
