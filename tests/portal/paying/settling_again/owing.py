"""A holder who paid everything back, and to whom it is owed again after an objection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger import actions as ledger
from portal.paying.payments.models import Repayment
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import Recovery, SettlementGround
from portal.paying.settlements.queries import unpaid_spends
from portal.paying.settling_again.actions import HigherDraft, settle_again
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, SECOND, SYSTEM, UNHEARD, a_provider, a_voucher
from tests.snapshots import made_once

OWED = 70_000
SETTLED_AGAIN = NOW + timedelta(days=30)


@made_once
def used_and_paid(session: Session, **application: Any) -> Voucher:
    """Of € 1,200 was used and paid € 700."""
    voucher, (_, pia) = a_voucher(session, **application), a_provider(session)
    done = redeem_voucher(session, voucher=voucher, bill=Bill("F1", NOW.date(), OWED), actor=pia, now=NOW)
    for spend_id, _ in unpaid_spends(session, redemption=done):
        ledger.pay(session, spend_id=spend_id, actor_id=SYSTEM.reference, now=NOW)
    return voucher


@made_once
def owed_to_the_holder(session: Session, **application: Any) -> Repayment:
    """Settled at nothing, all came back, and after an objection € 700 is owed to the holder. `SECOND` decided that."""
    voucher = used_and_paid(session, **application)
    settlement = settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(0, SettlementGround.NOT_DONE, "Niet af.", UNHEARD),
        actor=ADVISOR,
        now=NOW,
    )
    claim = session.scalars(select(Recovery).where(Recovery.settlement_id == settlement.id)).one()
    receive_instalment(
        session, recovery=claim, amount_cents=OWED, received_on=NOW.date(), reference="R1", actor=ADVISOR, now=NOW
    )
    made = settle_again(
        session, settlement=settlement, draft=HigherDraft(OWED, "Wel af.", "BZ"), actor=SECOND, now=SETTLED_AGAIN
    )
    return session.scalars(select(Repayment).where(Repayment.settled_again_id == made.id)).one()


def question_of(session: Session, repayment: Repayment) -> DevelopmentQuestion:
    """The question of whose holder it is."""
    return session.get_one(DevelopmentQuestion, session.get_one(Voucher, repayment.voucher_id).question_id)
