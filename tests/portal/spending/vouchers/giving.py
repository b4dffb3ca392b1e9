"""Money of Proefland for lives of vouchers: little of it, and given without the search for the best mix."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.caps import caps_of_award
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.awarding.order_of_receipt import actions as order_of_receipt
from portal.cases.applications.queries import application_by_question
from portal.cases.questions.actions import move_question
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.funding.models import FundingLine
from portal.ledger import actions as ledger
from portal.ledger.queries import line_figures
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.spending.vouchers import actions as vouchers
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW


def leave_on_each_line(session: Session, cents: int) -> None:
    """Give back to the funders what every funding line has above so many cents."""
    for line_id, found in line_figures(session, funding_line_ids=session.scalars(select(FundingLine.id))).items():
        if found.available_cents > cents:
            ledger.give_back(
                session,
                funding_line_id=line_id,
                amount_cents=found.available_cents - cents,
                actor_id="system",
                now=NOW,
                note="little money",
            )


def give(session: Session, question: DevelopmentQuestion, line: FundingLine, amount_cents: int, now: datetime) -> None:
    """Award so much from one funding line, with the ceilings, guards and turns of an approval, without the search for the best mix."""
    application = application_by_question(session, question=question)
    [scheme] = [one for one in schemes_in_force(session, on=local_date(NOW)) if one.slug == "leervoucher"]
    assert application is not None
    decision = Decision(
        question_id=question.id,
        kind=DecisionKind.TOPPED_UP,
        rationale="proef",
        decided_at=now,
        decided_by="account:901",
        decided_by_name="Ada",
    )
    live = select(Voucher.id).where(Voucher.question_id == question.id, Voucher.state.in_(vouchers.LIVE_STATES))
    if session.scalar(live) is not None:
        raise Refusal("live", "Er is al een voucher.")
    session.add(decision)
    session.flush()
    part = vouchers.VoucherPart(question.cost_lines[0].line_key, line.id, amount_cents)
    award = vouchers.issue_award(
        session,
        question=question,
        application=application,
        decision_id=decision.id,
        awarded=vouchers.AwardedScheme(scheme, [part]),
        actor=ADVISOR,
        now=now,
    )
    assert award.voucher is not None
    caps = caps_of_award(session, scheme, application, question, award)
    wanted = ledger.Reservation(line.id, amount_cents, award.voucher.id, scheme.version_id, caps)
    move_question(
        session,
        question=question,
        to=QuestionState.DECIDED,
        allowed=(QuestionState.APPLIED, QuestionState.DECIDED),
        decided_at=now,
        decided_by="account:901",
    )
    order_of_receipt.keep_order_of_receipt(
        session, application=application, cents_by_funding_line={line.id: amount_cents}, now=now
    )
    ledger.reserve(session, reservations=[wanted], decision_id=decision.id, actor_id=ADVISOR.reference, now=now)
