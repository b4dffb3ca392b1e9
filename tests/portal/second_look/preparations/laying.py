"""Cases on which something can be laid before a second person, per kind of decision. The second person prepared the first one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.drafts import Draft
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.shares_elsewhere.actions import OutcomeElsewhere, record_outcome
from portal.awarding.shares_elsewhere.models import ShareOutcome
from portal.awarding.shares_elsewhere.queries import shares_elsewhere
from portal.awarding.top_ups import TopUpDraft
from portal.cases.contents import save_borrowing
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.models import FundingLine
from portal.ledger.invariants import verify
from portal.paying.settlements.actions import SettlementDraft
from portal.paying.settlements.models import SettlementGround
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND, UNHEARD, a_provider, an_application, approve

NOVICE = Actor(Audience.ADVISOR, account_id=906, display_name="Noa Nieuw")
NEXT = NOW + timedelta(days=10)


def a_first(session: Session, question: DevelopmentQuestion | None = None) -> dict[str, Any]:
    """A first decision, of € 1,200."""
    asked = question or an_application(session)
    proposal = make_proposal(session, question=asked, actor=ADVISOR, now=NOW)
    return {"question": asked, "draft": Draft(proposal, "Past bij de vraag.", ALL_CHECKED)}


def awarded(session: Session) -> Voucher:
    """A voucher of € 1,200."""
    question = an_application(session)
    approve(session, question, prepared_by=SECOND.reference)
    return session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()


def use(session: Session, voucher: Voucher, cents: int, number: str = "F1") -> None:
    """A provider is paid from it."""
    _, pia = a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill(number, date(2026, 3, 2), cents), actor=pia, now=NOW)


def used(session: Session, cents: int) -> Voucher:
    """A voucher that was used in part."""
    voucher = awarded(session)
    use(session, voucher, cents)
    return voucher


def settlement_of(voucher: Voucher, cents: int) -> dict[str, Any]:
    """As used, or lower."""
    ground = SettlementGround.AS_USED if cents == voucher.used_cents else SettlementGround.NOT_DONE
    return {"voucher": voucher, "draft": SettlementDraft(cents, ground, "Half gevolgd.", UNHEARD)}


def top_up_of(session: Session, voucher: Voucher, cents: int) -> dict[str, Any]:
    """The training became dearer, and the voucher goes up by that."""
    session.get_one(DevelopmentQuestion, voucher.question_id).cost_lines[0].amount_cents += cents
    session.flush()
    part = voucher.award.parts[0]
    line = session.get_one(FundingLine, part.funding_line_id)
    return {"voucher": voucher, "draft": TopUpDraft(part.line_key, line, cents, "Duurder.")}


def to_decide_again(session: Session) -> dict[str, Any]:
    """A loan elsewhere was refused after the decision; the new proposal awards € 2,500."""
    question = an_application(session, costs=(CostInput("tuition", 400_000),))
    save_borrowing(session, question=question, up_to_cents=150_000, actor=ADVISOR, now=NOW)
    approve(session, question, prepared_by=SECOND.reference)
    share = shares_elsewhere(session, question=question)[0]
    record_outcome(
        session,
        share=share,
        told=OutcomeElsewhere(outcome=ShareOutcome.REFUSED, granted_cents=0, by="DUO", on=NEXT.date()),
        actor=ADVISOR,
        now=NEXT,
    )
    proposal: ProposalRecord = propose_again(session, question=question, actor=ADVISOR, now=NEXT)
    return {"question": question, "draft": Draft(proposal, "De lening is geweigerd.", ALL_CHECKED)}


def refused_with(code: str, session: Session, work: Callable[[], object]) -> None:
    """It is refused for this reason, and nothing of it stays."""
    with pytest.raises(Refusal) as refused, session.begin_nested():
        work()
    assert refused.value.code == code
    session.expire_all()


def right(session: Session) -> bool:
    """The books are right."""
    session.flush()
    return verify(session) == [] and ledger_breaks(session) == []
