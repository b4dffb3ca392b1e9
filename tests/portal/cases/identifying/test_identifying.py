"""Nothing is awarded to who is not known well enough; the region says how well, and the desk writes down who came."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.identifying.actions import (
    SaidByService,
    identify_at_desk,
    identify_by_service,
    require_identified,
)
from portal.cases.identifying.models import IdentityPaper
from portal.cases.identifying.queries import identifications, level_of
from portal.framework.assurance.actions import set_assurance
from portal.framework.assurance.models import AssuranceRule, AssuredAct
from portal.framework.assurance.queries import needed_level
from portal.people.actor import Actor, Audience, Grade
from portal.people.audit.models import AuditEvent
from portal.platform.errors import Refusal
from portal.platform.identity_services import Level
from tests.factories import ADVISOR, NOW, REGION, a_question, a_region, asker

PERSON = AssuredAct.AWARD_TO_PERSON


def refused(session: Session, question: object, *schemes: str) -> str | None:
    try:
        require_identified(session, question=question, schemes=schemes)  # type: ignore[arg-type]
    except Refusal as refusal:
        return refusal.code
    return None


def test_the_rule_of_a_scheme_goes_before_that_of_the_desk_and_the_highest_counts(session: Session) -> None:
    a_region(session)
    assert needed_level(session, act=PERSON, schemes=("a",)) is Level.NONE
    for scheme, level in (("", Level.LOW), ("a", Level.HIGH), ("b", Level.NONE)):
        set_assurance(session, act=PERSON, scheme=scheme, level=level, actor=REGION, now=NOW)
    for schemes, level in (
        ((), Level.NONE),
        (("c",), Level.LOW),
        (("b",), Level.NONE),
        (("b", "c"), Level.LOW),
        (("a", "b", "c"), Level.HIGH),
    ):
        assert needed_level(session, act=PERSON, schemes=schemes) is level, schemes
    assert needed_level(session, act=AssuredAct.AWARD_TO_EMPLOYER, schemes=("a",)) is Level.NONE
    set_assurance(session, act=PERSON, scheme="a", level=Level.LOW, actor=REGION, now=NOW)
    assert len(list(session.scalars(select(AssuranceRule.id).where(AssuranceRule.ended_at.is_(None))))) == 3
    with pytest.raises(Refusal) as again:
        set_assurance(session, act=PERSON, scheme="a", level=Level.LOW, actor=REGION, now=NOW)
    assert again.value.code == "nothing_changes"
    for actor in (ADVISOR, Actor(Audience.ADMIN, account_id=5)):
        with pytest.raises(Refusal):
            set_assurance(session, act=PERSON, scheme="", level=Level.NONE, actor=actor, now=NOW)


def test_who_is_known_less_surely_than_needed_gets_nothing_until_they_are(session: Session) -> None:
    a_region(session)
    question = a_question(session)
    assert refused(session, question, "a") is None, "without a rule a link is enough"
    set_assurance(session, act=PERSON, scheme="", level=Level.SUBSTANTIAL, actor=REGION, now=NOW)
    assert refused(session, question, "a") == "not_identified"
    person = asker(question)
    for level, left in ((Level.LOW, "not_identified"), (Level.SUBSTANTIAL, None)):
        said = SaidByService("digid", "f" * 64, level)
        identify_by_service(session, question=question, said=said, actor=person, now=NOW)
        assert refused(session, question, "a") == left
    assert level_of(session, question=question) is Level.SUBSTANTIAL
    assert len(identifications(session, question=question, actor=ADVISOR)) == 2
    assert identifications(session, question=question, actor=REGION) == []
    with pytest.raises(Refusal) as unknown:
        identify_by_service(
            session, question=question, said=SaidByService("digid", "f" * 64, Level.NONE), actor=person, now=NOW
        )
    assert unknown.value.code == "level_unknown"
    with pytest.raises(Refusal):
        identify_by_service(
            session, question=question, said=SaidByService("digid", "f" * 64, Level.HIGH), actor=ADVISOR, now=NOW
        )


def test_an_advisor_writes_down_who_came_and_nobody_else_does(session: Session) -> None:
    a_region(session)
    question = a_question(session)
    set_assurance(session, act=PERSON, scheme="", level=Level.HIGH, actor=REGION, now=NOW)
    reader = Actor(Audience.ADVISOR, account_id=ADVISOR.account_id, grade=Grade.READER)
    for actor in (asker(question), REGION, reader):
        with pytest.raises(Refusal):
            identify_at_desk(session, question=question, paper=IdentityPaper.PASSPORT, actor=actor, now=NOW)
    with pytest.raises(Refusal) as other:
        identify_at_desk(session, question=question, paper=IdentityPaper.EXTRACT, actor=ADVISOR, now=NOW)
    assert other.value.field == "paper"
    made = identify_at_desk(session, question=question, paper=IdentityPaper.PASSPORT, actor=ADVISOR, now=NOW)
    assert (made.means, made.subject_hash, made.identified_by) == ("desk", None, ADVISOR.reference)
    assert refused(session, question, "a") is None
    events = select(AuditEvent.actor).where(AuditEvent.action == "question.identified")
    assert list(session.scalars(events)) == [ADVISOR.reference]
