"""Above the amount that takes two, the first of the two on an objection is neither who decided before nor who only received it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.awarding.deciding_again import propose_again
from portal.awarding.decisions.drafts import Draft
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.platform.errors import Refusal
from portal.second_look.objections.actions import (
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    receive_objection,
    waive_hearing,
)
from portal.second_look.objections.models import ObjectionOutcome, ObjectionState, WaiverReason
from tests.factories import ADVISOR, ALL_CHECKED, OWN_FACTS, SECOND
from tests.portal.second_look.objections.test_objections import LATER, once, rejected
from tests.portal.second_look.preparations.conftest import two_people_above_1000

__all__ = ["two_people_above_1000"]

THIRD = replace(SECOND, account_id=906, display_name="Dirk Derde")
pytestmark = [once, pytest.mark.usefixtures("two_people_above_1000")]


def deciding(session: Session, *, received_by: Actor, worked_on_by: Actor | None) -> Callable[[], object]:
    """`SECOND` decides that the objection is founded, after somebody received it and perhaps somebody adjourned it."""
    question, decision = rejected(session)
    objection = receive_objection(
        session,
        decision=decision,
        received_on=LATER.date(),
        grounds="Ik voldoe wel.",
        committee=False,
        actor=received_by,
        now=LATER,
    )
    if worked_on_by is not None:
        adjourn_objection(session, objection=objection, reason="Wij vragen na.", actor=worked_on_by, now=LATER)
    waive_hearing(session, objection=objection, reason=WaiverReason.FULLY_MET, actor=SECOND, now=LATER)
    question = session.get_one(DevelopmentQuestion, objection.question_id)
    proposal = propose_again(session, question=question, actor=SECOND, now=LATER)
    draft = ObjectionDraft(
        ObjectionOutcome.FOUNDED, "Opnieuw bekeken.", new=Draft(proposal, "Past wel.", ALL_CHECKED, ground=OWN_FACTS)
    )

    def decide() -> object:
        return decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=LATER).state

    return decide


@pytest.mark.parametrize(
    ("received_by", "worked_on_by"),
    [(THIRD, None), (SECOND, None), (THIRD, ADVISOR), (ADVISOR, ADVISOR)],
    ids=["only received", "the same person", "who decided worked on it", "who decided received it too"],
)
def test_nobody_fit_worked_on_it_so_it_is_not_decided_alone(
    session: Session, received_by: Actor, worked_on_by: Actor | None
) -> None:
    with pytest.raises(Refusal) as refused:
        deciding(session, received_by=received_by, worked_on_by=worked_on_by)()
    assert refused.value.code == "second_person_needed"


def test_control_a_colleague_who_worked_on_it_is_the_first_of_two(session: Session) -> None:
    assert deciding(session, received_by=ADVISOR, worked_on_by=THIRD)() is ObjectionState.DECIDED
