"""What only comes about after a long history, put into a small desk as rows: for the access matrix, which looks at pages."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.paying.payments.models import Repayment
from portal.paying.settlements.models import Settlement, SettlementGround
from portal.paying.settling_again.models import SettlingAgain
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.platform.jobs.models import JobItem, JobState
from portal.spending.vouchers.models import Voucher

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def a_dead_item(session: Session) -> int:
    """An item of a job that failed too often."""
    item = JobItem(job="remind_holders", item="0", state=JobState.DEAD, attempts=8, due_at=NOW, trouble="no_contact")
    session.add(item)
    session.flush()
    return item.id


def some_work(session: Session, admin: Account) -> str:
    """Long work that the administrator asked for."""
    asked = begin_work(session, kind=WorkKind.SEARCH, about="search", actor=actor_of_account(admin), now=NOW)
    return asked.public_id


def a_repayment(session: Session, voucher: Voucher) -> str:
    """Money that the holder of a voucher gets back after a founded objection against its settlement."""
    first, second = session.scalars(select(Decision).order_by(Decision.id).limit(2)).all()
    settled = Settlement(
        voucher_id=voucher.id,
        decision_id=first.id,
        awarded_cents=100,
        redeemed_cents=100,
        settled_cents=40,
        corrected_cents=0,
        claimed_cents=60,
        released_cents=0,
        ground=SettlementGround.NOT_DONE,
        reason="Niet af",
        settled_at=NOW,
        settled_by="account:0",
        settled_by_name="Noa",
    )
    session.add(settled)
    session.flush()
    again = SettlingAgain(
        settlement_id=settled.id,
        voucher_id=voucher.id,
        decision_id=second.id,
        replaced_decision_id=first.id,
        before_cents=40,
        settled_cents=100,
        unclaimed_cents=0,
        forgiven_cents=0,
        repaid_cents=60,
        restored_cents=0,
        reason="Wel af",
        settled_at=NOW,
        settled_by="account:1",
        settled_by_name="Tom",
    )
    session.add(again)
    session.flush()
    owed = Repayment(
        settled_again_id=again.id, decision_id=again.decision_id, voucher_id=voucher.id, amount_cents=60, owed_since=NOW
    )
    session.add(owed)
    session.flush()
    return owed.public_id
