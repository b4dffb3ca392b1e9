"""Everything of one person or company: only what is surely theirs, with what is left under each cap as the guard would have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.awarding.caps import caps_of_award
from portal.cases.applications.actions import settle_double
from portal.cases.applications.queries import application_by_question
from portal.cases.contents import add_had_before
from portal.cases.conversations.actions import plan_conversation
from portal.cases.diaries.models import TalkWay
from portal.cases.questions.models import CostInput, DevelopmentQuestion, HadBeforeInput, Route
from portal.framework.catalogue.queries import schemes_in_force
from portal.ledger.guards import hold_caps
from portal.oversight.everything import Whole, company_of, person_of
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Award
from schemes.basics.vocabulary import SchemeState
from schemes.definition.definition import SchemeDefinition
from schemes.definition.windows import Availability
from tests.benchmarks.finding import fill
from tests.factories import (
    ADVISOR,
    COMPANY,
    NOW,
    OWNER,
    REGION,
    SAM,
    a_decision,
    a_question,
    a_region,
    an_application,
    resident,
)
from tests.portal.oversight.finding.indexed import Counted

TODAY = NOW.date()
SMALL = (CostInput("tuition", 20_000),)


def person(session: Session, question: DevelopmentQuestion, actor: Actor = ADVISOR) -> Whole | None:
    return person_of(session, question=question, actor=actor, today=TODAY)


def seen(whole: Whole | None) -> set[int]:
    assert whole is not None
    return {one.id for one in whole.questions}


def test_a_person_is_all_that_was_confirmed_to_be_hers_and_nothing_else(session: Session) -> None:
    first, _ = a_decision(session, applicant=SAM, costs=SMALL)
    second = an_application(session, applicant=SAM, costs=SMALL)
    moved = an_application(session, applicant=replace(SAM, house_number="99"), costs=SMALL)
    namesake = an_application(
        session, applicant=replace(SAM, birth_date=SAM.birth_date.replace(year=1980)), costs=SMALL
    )  # type: ignore[union-attr]
    alone = a_question(session)
    plan_conversation(
        session, question=second, planned_for=NOW.replace(day=9), way=TalkWay.PHONE, place=None, actor=ADVISOR, now=NOW
    )
    assert seen(person(session, first)) == seen(person(session, second)) == {first.id, second.id}
    applications = [application_by_question(session, question=one) for one in (first, moved)]
    assert applications[0] is not None and applications[1] is not None
    settle_double(
        session, question=moved, application=applications[1], other=applications[0], same=True, actor=ADVISOR, now=NOW
    )
    whole = person(session, moved)
    assert seen(whole) == {first.id, second.id, moved.id}
    assert whole is not None and whole.confirmed and whole.name == SAM.name
    assert [one.question_id for one in whole.awards] == [first.id] and len(whole.talks) == 1 and whole.messages
    assert seen(person(session, namesake)) == {namesake.id}, "one name is not one person"
    lone = person(session, alone)
    assert lone is not None and not lone.confirmed and seen(lone) == {alone.id}


def test_a_company_is_its_number(session: Session) -> None:
    made = [an_application(session, route=Route.EMPLOYER), a_question(session, route=Route.EMPLOYER)]
    other = a_question(session)
    for question in made:
        whole = company_of(session, question=question, actor=ADVISOR, today=TODAY)
        assert seen(whole) == {one.id for one in made}
        assert whole is not None and (whole.name, whole.kvk_number) == (COMPANY.name, COMPANY.kvk_number)
        assert all(room.rule.per == "employer" for room in whole.rooms)
    assert company_of(session, question=other, actor=ADVISOR, today=TODAY) is None


@pytest.mark.parametrize("audience", [one for one in Audience if one not in (Audience.ADVISOR, Audience.SYSTEM)])
def test_nobody_else_sees_a_person(session: Session, audience: Audience) -> None:
    question = an_application(session, route=Route.EMPLOYER)
    own = Actor(audience, account_id=7, question_id=question.id)
    for actor in (own, OWNER, REGION, resident(question)):
        assert person(session, question, actor) is None
        assert company_of(session, question=question, actor=actor, today=TODAY) is None
    assert person(session, question) is not None


@pytest.mark.parametrize("elsewhere", [0, 30_000])
def test_what_is_left_is_what_the_guard_would_still_let_through(session: Session, elsewhere: int) -> None:
    a_decision(session, applicant=SAM, costs=SMALL)
    question, decision = a_decision(session, applicant=SAM, costs=SMALL)
    if elsewhere:
        declared = HadBeforeInput("leervoucher", elsewhere, TODAY - timedelta(days=30))
        undecided = an_application(session, applicant=SAM, costs=SMALL)
        add_had_before(session, question=undecided, entry=declared, actor=ADVISOR, now=NOW)
        question = undecided
    whole, application = person(session, question), application_by_question(session, question=question)
    assert whole is not None and application is not None and whole.rooms
    scheme = next(one for one in schemes_in_force(session, on=TODAY) if one.slug == "leervoucher")
    nothing = Award(
        scheme="leervoucher", scheme_version=1, counted_on=TODAY, awarded_on=TODAY, question_id=question.id,
        decision_id=decision.id, amount_cents=1, person_key=application.person_key,
    )  # fmt: skip
    caps = caps_of_award(session, scheme, application, question, nothing)
    counted = hold_caps(session, [(cap.scheme, cap.holder_key, cap.period_key) for cap in caps])
    mine = [room for room in whole.rooms if room.scheme == "leervoucher"]
    left = {cap.limit_cents - counted[cap.scheme, cap.holder_key, cap.period_key] for cap in caps}
    assert left == {room.left_cents for room in mine}
    assert [room.taken_cents for room in mine] == [40_000 + elsewhere]


@pytest.mark.parametrize("state", ["ended", "closed"])
def test_of_a_scheme_that_is_over_nothing_is_left_to_promise(
    session: Session, monkeypatch: pytest.MonkeyPatch, state: SchemeState
) -> None:
    waits = an_application(session, costs=SMALL)
    had, _ = a_decision(session, applicant=SAM, costs=SMALL)

    def rooms(question: DevelopmentQuestion) -> set[str]:
        whole = person(session, question)
        assert whole is not None
        return {room.scheme for room in whole.rooms}

    assert "leervoucher" in rooms(waits) & rooms(had), "while it is open"
    monkeypatch.setattr(SchemeDefinition, "availability", lambda _self, _on: Availability(state, state))
    assert rooms(waits) == set()
    assert rooms(had) == {"leervoucher"}, "what was had stays to be seen"


def queries_of_a_person(session: Session, often: int) -> int:
    """How often the database is asked for a person with so many cases; nothing of it stays."""
    a_region(session)
    fill(session, often + 2, often=often)
    other, mine = (session.get_one(DevelopmentQuestion, number) for number in (often + 2, 1))
    assert len(seen(person(session, other))) <= 2  # and what the region is, is read once
    with Counted(session) as counted:
        whole = person(session, mine)
    assert len(seen(whole)) == often and whole is not None and len(whole.awards) == len(whole.talks) == often
    session.rollback()
    return counted.number


def test_the_number_of_queries_does_not_grow(session: Session) -> None:
    assert queries_of_a_person(session, 2) == queries_of_a_person(session, 30)
