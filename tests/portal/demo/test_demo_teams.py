"""The teams of the demonstration: whoever looks around sees what a team is for, with somebody who sees the cases of one alone."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.cases.teams.models import TeamMove
from portal.cases.teams.queries import open_cases_by_team, within_teams
from portal.demo.staff import OF_ONE_TEAM, staff
from portal.demo.teams_kept import NORTH_WEST, SOUTH_EAST
from portal.framework.catalogue.queries import region
from portal.framework.teams.queries import member_names, places, teams
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor
from portal.post.messages.models import OutboxMessage
from tests.portal.demo.conftest import FilledDesk


def _of_one_team(session: Session) -> Actor:
    account = session.scalars(select(Account).where(Account.display_name == OF_ONE_TEAM)).one()
    return within_teams(session, actor_of_account(account))


def test_two_teams_have_the_region_between_them_and_both_have_cases(desk: FilledDesk) -> None:
    def check(session: Session) -> None:
        made = {one.id: one.name for one in teams(session)}
        assert set(made.values()) == {NORTH_WEST[0], SOUTH_EAST[0]}
        assert {one.municipality for one in places(session)} == set(region(session).municipalities)
        usual = sorted(one.display_name for one in staff(session).advisors)
        named = {made[number]: names for number, names in member_names(session).items()}
        assert named == {NORTH_WEST[0]: usual, SOUTH_EAST[0]: sorted([*usual, OF_ONE_TEAM])}
        open_cases = open_cases_by_team(session)
        assert all(open_cases.get(number, 0) >= 3 for number in made), open_cases

    desk.read(check)


def test_somebody_sees_the_cases_of_one_team_alone_and_the_others_see_all(desk: FilledDesk) -> None:
    def check(session: Session) -> None:
        east = next(one.id for one in teams(session) if one.name == SOUTH_EAST[0])
        cases = session.scalars(select(DevelopmentQuestion).where(DevelopmentQuestion.state.in_(OPEN_STATES))).all()
        one_team, usual = _of_one_team(session), within_teams(session, staff(session).advisors[0])
        assert {one.team_id for one in cases if may_see(one, one_team)} <= {east, None}
        assert any(not may_see(one, one_team) for one in cases)
        assert all(may_see(one, usual) for one in cases)

    desk.read(check)


def test_a_question_went_to_the_other_team_and_who_is_in_it_was_told(desk: FilledDesk) -> None:
    def check(session: Session) -> None:
        move = session.scalars(select(TeamMove)).one()
        question = session.get_one(DevelopmentQuestion, move.question_id)
        assert question.state in OPEN_STATES and may_see(question, _of_one_team(session))
        told = select(OutboxMessage.object_id).where(OutboxMessage.object_kind == f"team_move:{move.id}")
        mover = {one.account_id for one in staff(session).advisors if one.reference == move.by}
        everybody = {one.account_id for one in (*staff(session).advisors, _of_one_team(session))}
        assert set(session.scalars(told)) == everybody - mover

    desk.read(check)
