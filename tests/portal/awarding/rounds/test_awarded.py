"""From a round to an award: before it nothing can be awarded, after it what it gave, and the receipt says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matching.receipt import verify
from portal.awarding.decision_receipts import receipt_of_proposal
from portal.awarding.divisions.queries import Division
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.queries import answer_of, stored_proposal
from portal.awarding.rounds.actions import keep_division, open_round
from portal.awarding.rounds.queries import divided, round_input
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.receipt.document import receipt_document
from portal.platform.errors import Refusal
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, an_application, approve
from tests.portal.awarding.divided import AFTER, ALL, PLANNER, UNTIL, divided_by


def by_round(session: Session) -> Division:
    """Open a round, let it be over, and keep how its money was divided."""
    one = open_round(session, scheme="leervoucher", received_until=UNTIL, actor=PLANNER, now=NOW)
    division = divided(round_input(session, round_=one, on=AFTER.date()))
    keep_division(session, award_round=one, division=division, actor=PLANNER, now=AFTER)
    return division


def of_the_scheme(session: Session, question: DevelopmentQuestion) -> tuple[int, str]:
    """What the leervoucher pays in a proposal of now, and why."""
    record = make_proposal(session, question=question, actor=ADVISOR, now=AFTER)
    answer = answer_of(session, record=record)
    assert answer.explanation is not None
    paid = sum(share.cents for share in stored_proposal(record).shares if share.offer == "leervoucher")
    why = [one.code for one in answer.explanation.used if one.offer == "leervoucher"]
    why += [one.code for one in answer.explanation.unused if one.scheme == "leervoucher"]
    return paid, why[0]


def test_what_a_round_gave_is_proposed_with_the_reason_and_awarded_to_the_cent(
    session: Session, tmp_path: Path
) -> None:
    divided_by(session, tmp_path / "proefland", "pro_rata", cents=ALL)
    first, second = an_application(session), an_application(session)
    assert of_the_scheme(session, first) == (0, "possible")
    assert [row.granted_cents for row in by_round(session).rows] == [ALL // 2, ALL // 2]
    assert of_the_scheme(session, first) == (ALL // 2, "round_part")
    for question in (first, second):
        assert of_the_scheme(session, question)[0] == ALL // 2
        approve(session, question, now=AFTER)
    assert [one.amount_cents for one in session.query(Voucher)] == [ALL // 2, ALL // 2]


def test_who_got_nothing_in_the_round_is_proposed_nothing_and_is_told_why(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "lottery", cents=ALL)
    questions = {one.id: one for one in (an_application(session), an_application(session))}
    assert sorted(row.granted_cents for row in by_round(session).rows) == [0, ALL]
    said = sorted(of_the_scheme(session, one) for one in questions.values())
    assert said[0] == (0, "round_part_full") and said[1][0] == ALL


def test_control_without_a_round_nothing_can_be_awarded(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "lottery")
    question = an_application(session)
    with pytest.raises(Refusal) as said, session.begin_nested():
        approve(session, question)
    assert said.value.code == "nothing_to_award"


def test_what_the_round_gave_stands_in_what_is_kept_of_the_question(session: Session, tmp_path: Path) -> None:
    divided_by(session, tmp_path / "proefland", "lottery")
    question = an_application(session)
    by_round(session)
    record = make_proposal(session, question=question, actor=ADVISOR, now=AFTER)
    kept = json.loads(record.answer_json)["question"]["divided"]
    assert kept == [{"scheme": "leervoucher", "amount_cents": ALL}]
    caps = json.loads(record.problem_json)["joint_caps"]
    assert [(one["id"], one["amount_cents"]) for one in caps] == [("round.part.leervoucher", ALL)]
    receipt = receipt_of_proposal(session, record=record, actor=ADVISOR)
    assert receipt is not None and verify(receipt) == []
    [row] = [one for one in receipt_document(receipt)["asked"] if "ronde" in one[0]]
    assert "Leervoucher" in row[0] and "1.200" in row[1]
    content = receipt.content.model_copy(update={"question": {**receipt.content.question, "divided": []}})
    assert verify(receipt.model_copy(update={"content": content})) != [], "without it the mix does not follow"
