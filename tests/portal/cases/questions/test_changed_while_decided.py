"""A question is decided while an advisor corrects what it holds: the decision is about what the question says."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.proposals.models import ProposalRecord
from portal.cases.contents import save_costs, save_facts, save_training, save_wish
from portal.cases.pledges.actions import ask_pledge, decline_pledge
from portal.cases.questions.models import CostInput, DevelopmentQuestion, QuestionState
from portal.platform.database import unit_of_work
from portal.spending.vouchers.queries import awards_of_question
from tests.factories import ADVISOR, ALL_CHECKED, NOW, SECOND, an_application
from tests.portal.at_once import Act, at_once

OTHER_DAY = "2026-06-01"


def proposed(session: Session) -> tuple[int, int]:
    """An application for a training of € 1,000, with a proposal."""
    question = an_application(session, costs=[CostInput("tuition", 100_000)])
    ask_pledge(
        session,
        question=question,
        employer_name="Bakkerij Proef",
        employer_email="baas@bakkerij.example",
        actor=ADVISOR,
        now=NOW,
    )
    return question.id, make_proposal(session, question=question, actor=ADVISOR, now=NOW).id


def approve(question_id: int, proposal_id: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        draft = Draft(session.get_one(ProposalRecord, proposal_id), "Past bij de vraag.", ALL_CHECKED)
        return lambda: approve_proposal(session, question=question, draft=draft, actor=ADVISOR, now=NOW)

    return read


def correct(question_id: int, what: str) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        asked: dict[str, object] = {"question": question, "actor": SECOND, "now": NOW}
        acts: dict[str, Callable[[], object]] = {
            "costs": lambda: save_costs(session, costs=[CostInput("tuition", 10_000)], **asked),  # type: ignore[arg-type]
            "facts": lambda: save_facts(session, facts={"training_start": OTHER_DAY}, **asked),  # type: ignore[arg-type]
            "training": lambda: save_training(session, name="Bakker", provider=None, **asked),  # type: ignore[arg-type]
            "pledge": lambda: decline_pledge(session, name="Kees Bakker", **asked),  # type: ignore[arg-type]
            "wish": lambda: save_wish(session, wish="Iets anders.", goals=[], **asked),  # type: ignore[arg-type]
        }
        return acts[what]

    return read


@pytest.mark.parametrize("what", ["costs", "facts", "training", "pledge", "wish"])
def test_of_who_decides_and_who_corrects_one_gets_through(engine: Engine, what: str) -> None:
    question_id, proposal_id = unit_of_work(engine, proposed)
    outcomes = at_once(engine, approve(question_id, proposal_id), correct(question_id, what))
    assert outcomes in (["done", "question_moved_on"], ["mix_no_longer_fits", "done"])
    with Session(engine) as session:
        question = session.get_one(DevelopmentQuestion, question_id)
        decided = outcomes[0] == "done"
        assert (question.state is QuestionState.DECIDED) is decided
        awarded = sum(award.amount_cents for award in awards_of_question(session, question=question, actor=ADVISOR))
        costs = sum(line.amount_cents for line in question.cost_lines)
        assert awarded == (costs if decided else 0), "what was awarded is what the question says that it costs"


def test_two_corrections_at_once_are_both_kept_and_counted(engine: Engine) -> None:
    question_id, _ = unit_of_work(engine, proposed)
    with Session(engine) as session:
        before = session.get_one(DevelopmentQuestion, question_id).revision
    assert at_once(engine, correct(question_id, "costs"), correct(question_id, "facts")) == ["done", "done"]
    with Session(engine) as session:
        question = session.get_one(DevelopmentQuestion, question_id)
        assert question.revision == before + 2
        assert [line.amount_cents for line in question.cost_lines] == [10_000]
        assert question.facts["training_start"] == OTHER_DAY


# A writer holds the only lock of SQLite from its first statement, so that two can never have looked before one has written.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_control_without_the_lock_a_correction_counts_from_what_was_before_another(engine: Engine) -> None:
    question_id, _ = unit_of_work(engine, proposed)
    with Session(engine) as session:
        before = session.get_one(DevelopmentQuestion, question_id).revision
    with patch("portal.cases.questions.actions.hold"):
        assert at_once(engine, correct(question_id, "costs"), correct(question_id, "facts")) == ["done", "done"]
    with Session(engine) as session:
        assert session.get_one(DevelopmentQuestion, question_id).revision == before + 1
