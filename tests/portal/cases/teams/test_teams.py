"""Teams: who is in one, of which team a case is, and who sees it; without a team nothing is different."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.handovers.actions import end_absence, hand_over_several, put_back_several, start_absence
from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import in_sight, may_see, question_by_public_id
from portal.cases.teams.actions import close_team, found_team, join_team, leave_team, rename_team
from portal.cases.teams.queries import open_cases_by_team, within_teams
from portal.framework.staff import close_account, give_role, limit_rights
from portal.framework.teams.models import TeamMember
from portal.framework.teams.queries import member_names, members, teams
from portal.oversight.worklist.selection import Selection, selected_cases
from portal.people.accounts.models import Role
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import CaseSight, Grade
from portal.people.audit.queries import events_of
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADMIN, ADVISOR, NOW, SYSTEM, a_question
from tests.portal.cases.owners.test_owning import ada, colleague
from tests.portal.cases.teams.offices import TeamOffice, limited, two_teams

LATER = NOW + timedelta(days=1)


def who_sees(office: TeamOffice, question: DevelopmentQuestion) -> set[str]:
    """Who sees a case, and the condition of lists says the same as that of one case."""
    found = set()
    for name in office.people:
        actor = office.sees(name)
        rows = select(func.count()).where(DevelopmentQuestion.id == question.id, in_sight(actor))
        assert bool(office.session.scalar(rows)) is may_see(question, actor), name
        found |= {name} if may_see(question, actor) else set()
    return found


def why(session: Session, act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def test_a_case_is_seen_by_the_team_of_its_advisor_and_by_everybody_before_it_is_taken(session: Session) -> None:
    office, question = two_teams(session), a_question(session)
    assert who_sees(office, question) == {"ada", "bea", "cas", "dik"}
    claim_case(session, question=question, actor=office.sees("ada"), now=NOW)
    assert who_sees(office, question) == {"ada", "bea"}
    assert question_by_public_id(session, public_id=question.public_id, actor=office.sees("cas")) is None
    assert may_see(question, ADVISOR) and may_see(question, SYSTEM), "who is not limited sees all"
    release_case(session, question=question, actor=office.sees("ada"), now=NOW)
    assert who_sees(office, question) == {"ada", "bea"}, "what was let go stays of the team"


def test_who_is_limited_and_in_no_team_sees_what_is_of_none_and_what_is_theirs(session: Session) -> None:
    office = two_teams(session)
    eva, _ = colleague(session, "eva")
    limited(session, eva)
    theirs, mine, free = a_question(session), a_question(session), a_question(session)
    claim_case(session, question=theirs, actor=office.sees("ada"), now=NOW)
    claim_case(session, question=mine, actor=office.sees("cas"), now=NOW)
    hand_over_case(session, question=mine, to=eva, actor=office.sees("cas"), now=NOW)
    me = within_teams(session, actor_of_account(eva))
    assert [may_see(one, me) for one in (theirs, mine, free)] == [False, True, True]
    assert actor_of_account(eva).sight == CaseSight(), "not looked up yet: nothing of a team is seen"
    assert not may_see(mine, actor_of_account(eva))


def test_a_case_that_goes_to_a_colleague_of_another_team_is_of_that_team_and_comes_back_with_it(
    session: Session,
) -> None:
    office, question = two_teams(session), a_question(session)
    claim_case(session, question=question, actor=office.sees("ada"), now=NOW)
    hand_over_case(session, question=question, to=office.people["cas"], actor=office.sees("ada"), now=NOW)
    assert who_sees(office, question) == {"cas", "dik"}
    other = a_question(session)
    claim_case(session, question=other, actor=office.sees("ada"), now=NOW)
    bea, dik = office.sees("bea"), office.people["dik"]
    release_case(session, question=other, actor=office.sees("ada"), now=NOW)
    given, _came = hand_over_several(session, questions=[other], to=dik, actor=bea, now=NOW)
    assert given is not None and who_sees(office, other) == {"cas", "dik"}
    put_back_several(session, hand_over=given, actor=bea, now=NOW)
    assert who_sees(office, other) == {"ada", "bea"}


def test_who_stands_in_for_another_team_sees_the_cases_for_that_time_and_only_those(session: Session) -> None:
    office = two_teams(session)
    mine, beside = a_question(session), a_question(session)
    claim_case(session, question=mine, actor=office.sees("ada"), now=NOW)
    claim_case(session, question=beside, actor=office.sees("bea"), now=NOW)
    who, to = office.people["ada"], office.people["cas"]
    away, went = start_absence(session, who=who, to=to, until=LATER.date(), actor=office.sees("ada"), now=NOW)
    assert went == 1
    assert who_sees(office, mine) == {"ada", "bea", "cas"}, "it stays of the team: colleagues there see it too"
    assert who_sees(office, beside) == {"ada", "bea"}
    end_absence(session, hand_over=away, actor=office.sees("cas"), now=LATER)
    assert who_sees(office, mine) == {"ada", "bea"}


def test_a_new_advisor_sees_the_cases_of_the_team_and_who_leaves_keeps_only_what_is_theirs(session: Session) -> None:
    office = two_teams(session)
    theirs, free = a_question(session), a_question(session)
    claim_case(session, question=theirs, actor=office.sees("ada"), now=NOW)
    office.people["eva"], as_eva = colleague(session, "eva")
    claim_case(session, question=free, actor=as_eva, now=NOW)
    assert free.team_id is None
    member = join_team(session, team=office.north, account=office.people["eva"], actor=ADMIN, now=NOW)
    limited(session, office.people["eva"])
    assert who_sees(office, theirs) == {"ada", "bea", "eva"}
    assert who_sees(office, free) == {"ada", "bea", "eva"}, "what she had of no team came along"
    leave_team(session, member=member, actor=ADMIN, now=LATER)
    assert who_sees(office, theirs) == {"ada", "bea"}
    assert who_sees(office, free) == {"ada", "bea", "eva"}
    with pytest.raises(Conflict):
        leave_team(session, member=member, actor=ADMIN, now=LATER)
    told = [
        (one.until, one.removed_by)
        for one, account in members(session, team=office.north)
        if account.id == member.account_id
    ]
    assert told == [(LATER, ADMIN.reference)], "who was in the team until when stays known"
    join_team(session, team=office.north, account=office.people["eva"], actor=ADMIN, now=LATER)
    assert member_names(session)[office.north.id] == ["Ada", "Bea", "Eva"]


def test_the_cases_of_who_does_not_work_here_any_more_are_taken_over_in_the_team(session: Session) -> None:
    office, question = two_teams(session), a_question(session)
    claim_case(session, question=question, actor=office.sees("ada"), now=NOW)
    close_account(session, account=office.people["ada"], actor=ADMIN, now=NOW)
    hand_over_case(session, question=question, to=office.people["bea"], actor=office.sees("bea"), now=LATER)
    assert who_sees(office, question) >= {"bea"} and question.team_id == office.north.id


def test_only_an_administrator_makes_teams_and_puts_advisors_in_them(session: Session) -> None:
    office = two_teams(session)
    funder, _ = colleague(session, "rik", Role.REGION)
    assert why(session, lambda: found_team(session, name="Oost", actor=ADVISOR, now=NOW)) == "not_yours"
    assert why(session, lambda: found_team(session, name=" Noord ", actor=ADMIN, now=NOW)) == "team_exists"
    assert why(session, lambda: rename_team(session, team=office.south, name="Noord", actor=ADMIN, now=NOW)) == (
        "team_exists"
    )
    bea = office.people["bea"]
    for account, code in ((bea, "in_team"), (funder, "not_an_advisor")):
        act = lambda one=account: join_team(session, team=office.north, account=one, actor=ADMIN, now=NOW)  # noqa: E731
        assert why(session, act) == code
    rename_team(session, team=office.south, name="Zuidrand", actor=ADMIN, now=NOW)
    assert [one.name for one in teams(session)] == ["Noord", "Zuidrand"]
    acts = [event.action for event in events_of(session, object_kind="team", object_id=office.south.id)]
    assert acts == ["team.founded", "team.joined", "team.joined", "team.renamed"]


def test_a_team_closes_when_nobody_is_in_it_and_another_takes_its_cases(session: Session) -> None:
    office, question = two_teams(session), a_question(session)
    claim_case(session, question=question, actor=office.sees("ada"), now=NOW)
    close = lambda heir=None: close_team(session, team=office.north, heir=heir, actor=ADMIN, now=LATER)  # noqa: E731
    assert why(session, close) == "has_members"
    for member in session.scalars(select(TeamMember).where(TeamMember.team_id == office.north.id)).all():
        leave_team(session, member=member, actor=ADMIN, now=LATER)
    assert why(session, close) == "heir_missing"
    assert why(session, lambda: close(office.north)) == "heir_missing", "not itself"
    close(office.south)
    assert question.team_id == office.south.id
    assert open_cases_by_team(session) == {office.south.id: 1}
    assert [one.name for one in teams(session)] == ["Zuid"]
    assert why(session, lambda: close(office.south)) == "team_closed"
    assert found_team(session, name="Noord", actor=ADMIN, now=LATER).name == "Noord", "the name is free again"


def test_who_was_limited_to_the_own_teams_sees_all_again_only_by_being_given_the_role_anew(session: Session) -> None:
    office = two_teams(session)
    bea = office.people["bea"]
    loosen = lambda: limit_rights(  # noqa: E731
        session, account=bea, grade=Grade.TRAINEE, schemes=(), actor=ADMIN, now=NOW
    )
    assert why(session, loosen) == "gives_more"
    assert why(session, lambda: limited(session, bea)) == "nothing_changes"
    helper, _ = colleague(session, "hein", Role.HELPER)
    assert why(session, lambda: limited(session, helper)) == "no_cases"
    give_role(session, account=bea, role=Role.ADVISOR, actor=SYSTEM, now=LATER)
    assert office.sees("bea").sight is None


def test_without_teams_and_for_who_is_not_limited_nothing_is_different(session: Session) -> None:
    me, question = ada(session), a_question(session)
    claim_case(session, question=question, actor=me, now=NOW)
    assert question.team_id is None
    assert within_teams(session, me) is me
    assert "team_id" not in str(select(DevelopmentQuestion.id).where(in_sight(me)).whereclause)


def test_the_worklist_is_narrowed_to_a_team_and_for_who_is_limited_shows_no_other(session: Session) -> None:
    office = two_teams(session)
    north, south = a_question(session), a_question(session)
    claim_case(session, question=north, actor=office.sees("ada"), now=NOW)
    claim_case(session, question=south, actor=office.sees("cas"), now=NOW)

    def listed(actor: object, **more: object) -> set[str]:
        rows = selected_cases(session, actor=actor, now=NOW, chosen=Selection(**more))  # type: ignore[arg-type]
        return {row.public_id for row in rows}

    assert listed(ADVISOR) == {north.public_id, south.public_id}
    assert listed(ADVISOR, team_id=office.south.id) == {south.public_id}
    assert listed(office.sees("bea")) == {north.public_id}
    assert listed(office.sees("bea"), team_id=office.south.id) == set()
    assert listed(office.sees("bea"), owner_id=office.people["cas"].id) == set()
