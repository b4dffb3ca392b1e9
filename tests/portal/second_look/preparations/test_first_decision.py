"""The first decision: above an amount never by one person alone, and nothing is booked or sent until the second decides."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import DecisionMandate
from portal.cases.questions.models import CostInput, QuestionState
from portal.ledger.models import Transfer, TransferKind
from portal.post.messages.models import OutboxMessage
from portal.second_look.preparations.actions import decide_prepared, prepare_decision
from portal.second_look.preparations.models import PreparationState
from portal.second_look.preparations.queries import waiting_preparations
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND, an_application, approve
from tests.portal.second_look.preparations.laying import a_first, refused_with

pytestmark = pytest.mark.usefixtures("two_people_above_1000")


def test_above_the_amount_one_person_cannot_decide(session: Session) -> None:
    question = an_application(session)
    refused_with("second_person_needed", session, lambda: approve(session, question))
    assert question.state is QuestionState.APPLIED


def test_up_to_the_amount_one_person_decides(session: Session) -> None:
    approve(session, an_application(session, costs=(CostInput("tuition", 100_000),)))


def test_preparing_reserves_and_sends_nothing_and_the_second_person_decides(session: Session) -> None:
    wanted = a_first(session)
    before = session.scalar(select(func.count()).select_from(OutboxMessage))
    row = prepare_decision(session, **wanted, actor=ADVISOR, now=NOW)
    assert waiting_preparations(session) == [row] and wanted["question"].state is QuestionState.APPLIED
    assert session.scalar(select(func.count()).where(Transfer.kind == TransferKind.RESERVE)) == 0
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before
    decision = decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=SECOND, now=NOW)
    assert row.state is PreparationState.DECIDED and row.decision_id == decision.id
    kept = session.scalars(select(DecisionMandate)).one()
    assert (kept.prepared_by, decision.decided_by) == (ADVISOR.reference, SECOND.reference)
    assert session.scalar(select(func.count()).where(Transfer.kind == TransferKind.RESERVE)) == 1
