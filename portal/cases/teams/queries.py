"""Reads of teams and their cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.cases.teams.models import TeamMove
from portal.framework.teams.queries import teams_of
from portal.people.actor import Actor, CaseSight


def within_teams(session: Session, actor: Actor) -> Actor:
    """The same actor with the cases that it sees, when it sees those of the own teams alone; everybody else as they are.

    Besides the cases of the own teams what this person has: so who stands in for a colleague of another team sees the cases that
    came along, and no longer when they are back.
    """
    if actor.sight is None or actor.account_id is None:
        return actor
    mine = frozenset(teams_of(session, account_id=actor.account_id))
    had = (
        select(CaseOwner.question_id)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == CaseOwner.question_id)
        .where(CaseOwner.account_id == actor.account_id, DevelopmentQuestion.team_id.not_in(mine))
    )
    return replace(actor, sight=CaseSight(mine, frozenset(session.scalars(had))))


def moves_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> Sequence[TeamMove]:
    """From which team to which a case went, oldest first; empty for who may not see the case."""
    if not may_see(question, actor):
        return []
    return session.scalars(select(TeamMove).where(TeamMove.question_id == question.id).order_by(TeamMove.id)).all()


def open_cases_by_team(session: Session) -> dict[int | None, int]:
    """How many open cases each team has; under None those of no team."""
    rows = select(DevelopmentQuestion.team_id, func.count()).where(DevelopmentQuestion.state.in_(OPEN_STATES))
    return {row[0]: int(row[1]) for row in session.execute(rows.group_by(DevelopmentQuestion.team_id))}
