"""Awb 4:7: no refusal on facts that the applicant did not supply before the applicant could say something about them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.contents import save_facts
from portal.cases.hearings.actions import invite_view, record_view
from portal.cases.hearings.models import RefusalGround, ViewWay
from portal.cases.hearings.queries import facts_changed_by_desk, was_heard
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from tests.factories import ADVISOR, NOW, an_application

LATER = NOW + timedelta(days=20)


def reject(session: Session, question: DevelopmentQuestion, ground: RefusalGround = RefusalGround.OWN_FACTS) -> None:
    with session.begin_nested():
        reject_question(session, question=question, rationale="Woont elders.", ground=ground, actor=ADVISOR, now=LATER)


def test_a_refusal_on_other_facts_waits_for_a_hearing(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Refusal) as refused:
        reject(session, question, RefusalGround.OTHER_FACTS)
    assert refused.value.code == "not_heard" and question.state is QuestionState.APPLIED
    hearing = invite_view(
        session,
        question=question,
        facts="Volgens de BRP woont u elders.",
        answer_by=date(2026, 3, 16),
        actor=ADVISOR,
        now=NOW,
    )
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "hearing/invited")).one()
    assert told.details == {"facts": "Volgens de BRP woont u elders.", "answer_by": "2026-03-16"}
    with pytest.raises(Refusal):
        reject(session, question, RefusalGround.OTHER_FACTS)  # invited is not heard
    record_view(
        session,
        hearing=hearing,
        way=ViewWay.SPOKEN,
        view="Ik ben verhuisd.",
        on=date(2026, 3, 5),
        actor=ADVISOR,
        now=LATER,
    )
    assert was_heard(session, question=question)
    reject(session, question, RefusalGround.OTHER_FACTS)
    assert question.state is QuestionState.DECIDED


def test_who_says_nothing_in_time_was_heard_and_not_a_day_sooner(session: Session) -> None:
    question = an_application(session)
    hearing = invite_view(session, question=question, facts="x", answer_by=date(2026, 3, 16), actor=ADVISOR, now=NOW)
    last_day = NOW + timedelta(days=14)
    with pytest.raises(Refusal, match="nog tijd"):
        record_view(
            session, hearing=hearing, way=ViewWay.NOT_GIVEN, view=None, on=last_day.date(), actor=ADVISOR, now=last_day
        )
    record_view(session, hearing=hearing, way=ViewWay.NOT_GIVEN, view=None, on=LATER.date(), actor=ADVISOR, now=LATER)
    reject(session, question, RefusalGround.OTHER_FACTS)
    with pytest.raises(Conflict):
        record_view(session, hearing=hearing, way=ViewWay.SPOKEN, view="x", on=LATER.date(), actor=ADVISOR, now=LATER)


def test_facts_that_the_desk_changed_are_not_the_applicants_own(session: Session) -> None:
    question = an_application(session)
    assert not facts_changed_by_desk(session, question=question)
    save_facts(session, question=question, facts={"residence_municipality": "GM9902"}, actor=ADVISOR, now=NOW)
    assert facts_changed_by_desk(session, question=question)
    with pytest.raises(Refusal) as refused:
        reject(session, question)
    assert refused.value.code == "facts_changed_by_desk"
    reject(session, question, RefusalGround.SAID_IN_TALK)


@pytest.mark.parametrize("ground", [RefusalGround.OWN_FACTS, RefusalGround.SLIGHT])
def test_a_refusal_on_the_applicants_own_facts_needs_no_hearing(session: Session, ground: RefusalGround) -> None:
    question = an_application(session)
    reject(session, question, ground)
    assert question.state is QuestionState.DECIDED


def test_the_term_to_respond_is_at_least_a_week(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Refusal, match="week"):
        invite_view(session, question=question, facts="x", answer_by=date(2026, 3, 8), actor=ADVISOR, now=NOW)
    assert invite_view(session, question=question, facts="x", answer_by=date(2026, 3, 9), actor=ADVISOR, now=NOW).id
