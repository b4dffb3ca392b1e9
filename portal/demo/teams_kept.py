"""Two teams of the desk in the demonstration: one of each side of the region, and a question that goes from one to the other.

Both usual advisors are in both teams. A third one is in one of them and sees the cases of that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.teams.actions import assign_places, found_team, join_team, move_to_team
from portal.demo import texts
from portal.demo.desk import DemoDesk
from portal.demo.staff import ACTOR, OF_ONE_TEAM
from portal.demo.timetable import Story, Timetable
from portal.framework.staff import limit_rights
from portal.framework.teams.models import Team
from portal.framework.teams.queries import teams
from portal.people.accounts.models import Role
from portal.people.accounts.queries import accounts
from portal.people.actor import Grade

NORTH_WEST = ("Apeldoorn en omgeving", ("GM0200", "GM0213", "GM0232", "GM0246", "GM0285"))
SOUTH_EAST = ("Deventer en Zutphen", ("GM0150", "GM0262", "GM0301"))
"""What each team is called, and of which municipalities it gets new questions."""


def teams_made(session: Session, *, now: datetime) -> None:
    """Make both teams with their people and municipalities; on a desk that has teams nothing is done."""
    if teams(session):
        return
    for name, municipalities in (NORTH_WEST, SOUTH_EAST):
        _team(session, name, municipalities, now)
    for account in accounts(session, role=Role.ADVISOR):
        if account.display_name == OF_ONE_TEAM:
            limit_rights(session, account=account, grade=Grade.FULL, schemes=(), own_teams=True, actor=ACTOR, now=now)


def _team(session: Session, name: str, municipalities: Sequence[str], now: datetime) -> None:
    team = found_team(session, name=name, actor=ACTOR, now=now)
    for account in accounts(session, role=Role.ADVISOR):
        if account.display_name != OF_ONE_TEAM or name == SOUTH_EAST[0]:
            join_team(session, team=team, account=account, actor=ACTOR, now=now)
    assign_places(session, team=team, municipalities=municipalities, actor=ACTOR, now=now)


def one_goes_to_another_team(desk: DemoDesk, at: Timetable) -> Story:
    """Who moves house gets another team: the oldest question of Apeldoorn that nobody has. Who is in that team is told."""
    yield at.working_day_ago(2, 3)
    west, east = (_by_name(desk.session, name) for name, _places in (NORTH_WEST, SOUTH_EAST))
    waits = (DevelopmentQuestion.team_id == west.id, DevelopmentQuestion.state.in_(OPEN_STATES))
    free = DevelopmentQuestion.id.not_in(select(CaseOwner.question_id))
    rows = select(DevelopmentQuestion).where(*waits, free).order_by(DevelopmentQuestion.id)
    question = desk.session.scalars(rows.limit(1)).first()
    if question is not None:
        actor = desk.staff.advisors[0]
        move_to_team(desk.session, question=question, to=east, reason=texts.MOVES_HOUSE, actor=actor, now=desk.now)


def _by_name(session: Session, name: str) -> Team:
    return next(one for one in teams(session) if one.name == name)
