"""Which team gets a case: that of its municipality when it is sent, and another one when somebody says so, with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.owners.actions import claim_case
from portal.cases.owners.queries import owner_of
from portal.cases.questions.models import Route
from portal.cases.teams.actions import assign_places, close_team, join_team, leave_team, move_to_team
from portal.cases.teams.queries import moves_of
from portal.framework.staff import close_account
from portal.framework.teams.models import TeamMember, TeamPlace
from portal.framework.teams.queries import places, team_of_place
from portal.oversight.everything import Whole, person_of
from portal.people.actor import Actor
from portal.people.audit.queries import events_of
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import OutboxMessage
from tests.factories import ADMIN, ADVISOR, NOW, SAM, a_draft, a_question, an_application
from tests.portal.cases.owners.test_owning import colleague
from tests.portal.cases.teams.offices import two_teams
from tests.portal.cases.teams.test_teams import LATER, who_sees, why

TOWN, VILLAGE = "GM9901", "GM9902"


def held(session: Session) -> dict[str, int]:
    return {one.municipality: one.team_id for one in places(session)}


def test_a_question_goes_to_the_team_of_its_municipality_when_it_is_sent_of_a_resident_and_of_an_employer(
    session: Session,
) -> None:
    office = two_teams(session)
    waiting, theirs, draft = a_question(session), a_question(session), a_draft(session)
    claim_case(session, question=theirs, actor=colleague(session, "eva")[1], now=NOW)
    assign_places(session, team=office.north, municipalities=[TOWN], actor=ADMIN, now=NOW)
    assert waiting.team_id == office.north.id, "what waits for nobody in particular comes along"
    assert theirs.team_id is None and draft.team_id is None, "what somebody has stays, and a draft is not sent"
    sent = a_question(session)
    asked = a_question(session, route=Route.EMPLOYER)
    assert [one.team_id for one in (sent, asked)] == [office.north.id] * 2
    assert who_sees(office, sent) == {"ada", "bea"}
    other = a_question(session, facts={"residence_municipality": VILLAGE})
    unknown = a_question(session, facts={"residence_municipality": "unknown"})
    assert other.team_id is None and unknown.team_id is None
    assert who_sees(office, other) == {"ada", "bea", "cas", "dik"}


def test_a_municipality_has_one_team_at_a_time_and_what_was_so_before_stays_known(session: Session) -> None:
    office = two_teams(session)
    assign_places(session, team=office.north, municipalities=[TOWN, VILLAGE], actor=ADMIN, now=NOW)
    sent = a_question(session)
    assign_places(session, team=office.south, municipalities=[TOWN], actor=ADMIN, now=LATER)
    assert held(session) == {TOWN: office.south.id, VILLAGE: office.north.id}
    assert sent.team_id == office.north.id, "a case stays where it is"
    assign_places(session, team=office.north, municipalities=[], actor=ADMIN, now=LATER)
    assert held(session) == {TOWN: office.south.id}
    assert team_of_place(session, municipality=VILLAGE) is None
    before = session.scalars(select(TeamPlace).where(TeamPlace.until.is_not(None))).all()
    assert {(one.municipality, one.ended_by) for one in before} == {(TOWN, ADMIN.reference), (VILLAGE, ADMIN.reference)}
    with pytest.raises(Refusal):
        assign_places(session, team=office.north, municipalities=[TOWN], actor=ADVISOR, now=LATER)


def test_the_municipalities_of_a_team_that_closes_go_with_its_cases(session: Session) -> None:
    office = two_teams(session)
    assign_places(session, team=office.north, municipalities=[TOWN], actor=ADMIN, now=NOW)
    assign_places(session, team=office.south, municipalities=[VILLAGE], actor=ADMIN, now=NOW)
    for member in session.scalars(select(TeamMember).where(TeamMember.team_id == office.north.id)).all():
        leave_team(session, member=member, actor=ADMIN, now=LATER)
    close_team(session, team=office.north, heir=office.south, actor=ADMIN, now=LATER)
    assert held(session) == {TOWN: office.south.id, VILLAGE: office.south.id}


def test_who_has_a_case_gives_it_to_another_team_with_a_reason_and_does_not_see_it_any_more(session: Session) -> None:
    office, question = two_teams(session), a_question(session)
    ada = office.sees("ada")
    claim_case(session, question=question, actor=ada, now=NOW)
    move = lambda actor=ada, reason="Verhuisd.", to=office.south: move_to_team(  # noqa: E731
        session, question=question, to=to, reason=reason, actor=actor, now=LATER
    )
    assert why(session, lambda: move(reason=" ")) == "reason_missing"
    assert why(session, lambda: move(to=office.north)) == "same_team"
    assert why(session, lambda: move(actor=office.sees("bea"))) == "case_taken", "a colleague has it"
    assert why(session, lambda: move(actor=office.sees("cas"))) == "not_yours", "of another team it is not there"
    move()
    assert owner_of(session, question=question) is None
    assert who_sees(office, question) == {"cas", "dik"}
    [told] = moves_of(session, question=question, actor=office.sees("cas"))
    assert (told.from_team_id, told.to_team_id, told.reason) == (office.north.id, office.south.id, "Verhuisd.")
    assert moves_of(session, question=question, actor=office.sees("ada")) == []
    acts = [event.action for event in events_of(session, object_kind="question", object_id=question.id)]
    assert acts[-2:] == ["case.released", "case.to_team"]


def told_of(session: Session) -> list[tuple[str, int]]:
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "account/case_to_team"))
    return sorted((one.object_kind, one.object_id) for one in rows)


def test_who_is_in_the_new_team_is_mailed_that_a_question_waits_and_nothing_of_whom(
    session: Session,
) -> None:
    office, question, second = two_teams(session), a_question(session), a_question(session)
    eva = colleague(session, "eva")[0]
    gone = join_team(session, team=office.south, account=eva, actor=ADMIN, now=NOW)
    leave_team(session, member=gone, actor=ADMIN, now=NOW)
    claim_case(session, question=question, actor=office.sees("ada"), now=NOW)
    move_to_team(session, question=question, to=office.south, reason="Verhuisd.", actor=office.sees("ada"), now=LATER)
    [move] = moves_of(session, question=question, actor=office.sees("cas"))
    theirs = [(f"team_move:{move.id}", office.people[name].id) for name in ("cas", "dik")]
    assert told_of(session) == sorted(theirs), "who left the team, and the team of before, hear nothing"
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "account/case_to_team")).all()
    assert {(one.recipient, one.details) for one in messages} == {("account", None)}
    close_account(session, account=office.people["dik"], actor=ADMIN, now=LATER)
    move_to_team(session, question=second, to=office.south, reason="Hier.", actor=office.sees("cas"), now=LATER)
    assert told_of(session) == sorted(theirs), (
        "who gave it knows, and who does not work here any more is not written to"
    )


def test_any_colleague_gives_away_what_nobody_has_or_who_left_had(session: Session) -> None:
    office, free, left = two_teams(session), a_question(session), a_question(session)
    claim_case(session, question=left, actor=office.sees("ada"), now=NOW)
    close_account(session, account=office.people["ada"], actor=ADMIN, now=NOW)
    for question in (free, left):
        move_to_team(
            session, question=question, to=office.south, reason="Woont daar.", actor=office.sees("bea"), now=LATER
        )
        assert who_sees(office, question) == {"cas", "dik"}
    with pytest.raises(Refusal):
        move_to_team(session, question=a_draft(session), to=office.south, reason="x", actor=ADVISOR, now=LATER)


def test_who_is_in_both_teams_keeps_the_case(session: Session) -> None:
    office, question = two_teams(session), a_question(session)
    ada = office.people["ada"]
    session.add(TeamMember(team_id=office.south.id, account_id=ada.id, since=NOW, added_by=ADMIN.reference))
    claim_case(session, question=question, actor=office.sees("ada"), now=NOW)
    move_to_team(session, question=question, to=office.south, reason="Woont daar.", actor=office.sees("ada"), now=LATER)
    owner = owner_of(session, question=question)
    assert owner is not None and owner.account_id == ada.id
    assert told_of(session) == [], "nobody has to take it"
    assert who_sees(office, question) >= {"ada", "cas", "dik"}


def test_a_case_that_a_colleague_has_is_not_moved_by_another_who_sees_it(session: Session) -> None:
    office, question = two_teams(session), a_question(session)
    claim_case(session, question=question, actor=colleague(session, "eva")[1], now=NOW)
    with pytest.raises(Conflict):
        move_to_team(session, question=question, to=office.north, reason="Hier.", actor=ADVISOR, now=LATER)
    assert question.team_id is None


def test_everything_of_a_person_is_of_the_cases_in_sight_and_what_counts_against_a_ceiling_is_of_all(
    session: Session,
) -> None:
    office = two_teams(session)
    mine, theirs = (an_application(session, applicant=SAM) for _ in range(2))
    claim_case(session, question=mine, actor=office.sees("ada"), now=NOW)
    claim_case(session, question=theirs, actor=office.sees("cas"), now=NOW)

    def whole(actor: Actor) -> Whole:
        found = person_of(session, question=mine, actor=actor, today=NOW.date())
        assert found is not None
        return found

    everything, seen = whole(ADVISOR), whole(office.sees("ada"))
    assert {one.id for one in everything.questions} == {mine.id, theirs.id}
    assert [one.id for one in seen.questions] == [mine.id]
    assert seen.rooms == everything.rooms
    assert person_of(session, question=theirs, actor=office.sees("ada"), today=NOW.date()) is None
