"""Approving whole applications in a race: decision, award, voucher and reservation; and the control without the guards."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matching import violations
from portal.awarding.answering import fresh_problem
from portal.awarding.decisions import actions as decisions
from portal.awarding.decisions import reserving
from portal.awarding.decisions.actions import approve_proposal, reject_question
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.order_of_receipt.actions import EarlierApplicationFirst
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.awarding.proposals.queries import stored_proposal
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.funding.queries import funding_lines
from portal.ledger import actions as ledger
from portal.ledger.actions import fund, give_back
from portal.ledger.guards import PeriodCap
from portal.ledger.models import CapGuard
from portal.ledger.queries import available_cents
from portal.platform.clock import local_date
from portal.platform.database import insert_into, unit_of_work
from tests.factories import ADVISOR, ALL_CHECKED, NOW, OWN_FACTS, SAM, a_region, an_application, somebody
from tests.reliability.race import PROCESSES
from tests.snapshots import begin_with

AMOUNT = 25_000
PATIENCE = 30
HESITATION = 0.02
IN_LINE = 0.25  # seconds until somebody who must wait for an earlier application looks again


def prepare(session: Session, *, applications: int, fits: int, same_person: bool) -> None:
    """Applications of 25,000 cents each with a proposal, and money for `fits` of them, one cent short of one more."""
    key = ("applications in a race", applications, fits, same_person)
    begin_with(session, key, lambda empty: _prepare(empty, applications, fits, same_person))


def _prepare(session: Session, applications: int, fits: int, same_person: bool) -> None:
    a_region(session)
    for number in range(1, applications + 1):
        applicant = replace(SAM, name="Sam de Vries") if same_person else somebody(number)
        question = an_application(session, applicant=applicant, costs=[CostInput("tuition", AMOUNT)])
        make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    lines = {line.slug: line.id for line in funding_lines(session)}
    left = available_cents(session, funding_line_ids=lines.values())
    keep = {"rijk-leren": fits * AMOUNT + AMOUNT - 1, "provincie-breed": 0}
    for slug, cents in keep.items():
        give_back(
            session,
            funding_line_id=lines[slug],
            amount_cents=left[lines[slug]],
            actor_id="system",
            now=NOW,
            note="race",
        )
        if cents:
            fund(session, funding_line_id=lines[slug], amount_cents=cents, actor_id="system", now=NOW)


def chosen(session: Session, number: int) -> tuple[DevelopmentQuestion, ProposalRecord]:
    """The application of this attempt: each process has one in so many as there are processes, so that all are busy to the end."""
    process, attempt = divmod(number - 1, 1_000_000)
    place = attempt * PROCESSES + process
    question = session.scalars(
        select(DevelopmentQuestion).order_by(DevelopmentQuestion.id).offset(place).limit(1)
    ).one()
    return question, session.scalars(select(ProposalRecord).where(ProposalRecord.question_id == question.id)).one()


def approve(engine: Engine, number: int) -> None:
    """Approve as the desk does: in the order of receipt. Who must wait for an earlier one waits; who gets nothing is rejected."""
    while True:
        try:
            return unit_of_work(engine, lambda session: _approve(session, number), attempts=PATIENCE)
        except EarlierApplicationFirst:
            time.sleep(IN_LINE)
        except MixNoLongerFits:
            unit_of_work(engine, lambda session: _reject(session, number), attempts=PATIENCE)
            raise


def _reject(session: Session, number: int) -> None:
    question, _ = chosen(session, number)
    reject_question(session, question=question, rationale="race", ground=OWN_FACTS, actor=ADVISOR, now=NOW)


def _approve(session: Session, number: int) -> None:
    question, proposal = chosen(session, number)
    approve_proposal(
        session,
        question=question,
        draft=Draft(proposal=proposal, rationale="race", checks=ALL_CHECKED),
        actor=ADVISOR,
        now=NOW,
    )


def approve_unguarded(engine: Engine, number: int) -> None:
    """The control: see that the mix fits, and only then begin to write, without the guards of budget and ceiling."""

    def look(session: Session) -> Any:
        question, proposal = chosen(session, number)
        problem = fresh_problem(session, question=question, today=local_date(NOW))
        if violations(problem, stored_proposal(proposal).shares):
            raise MixNoLongerFits([])
        return problem

    seen = unit_of_work(engine, look, read_only=True)
    time.sleep(HESITATION)
    with (
        patch.object(decisions, "fitting_problem", lambda *_arguments: seen),
        patch.object(ledger, "move_budgets", lambda *_arguments: None),
        patch.object(ledger, "use_cap", _count_without_limit),
        patch.object(reserving, "keep_order_of_receipt", lambda *_arguments, **_named: None),
    ):
        unit_of_work(engine, lambda session: _approve(session, number), attempts=PATIENCE)


def _count_without_limit(session: Session, cap: PeriodCap, amount_cents: int) -> int:
    mine = {"scheme": cap.scheme, "holder_key": cap.holder_key, "period_key": cap.period_key}
    session.execute(
        insert_into(session)(CapGuard)
        .values(**mine, limit_cents=10**12, used_cents=0)
        .on_conflict_do_nothing(index_elements=list(mine))
    )
    return session.scalars(select(CapGuard.id).filter_by(**mine)).one()
