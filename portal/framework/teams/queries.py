"""Reads of teams and of who is in them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.teams.models import Team, TeamMember, TeamPlace
from portal.people.accounts.models import Account


def teams(session: Session) -> Sequence[Team]:
    """The open teams, by name."""
    return session.scalars(select(Team).where(Team.closed_at.is_(None)).order_by(Team.name, Team.id)).all()


def team_by_public_id(session: Session, *, public_id: str) -> Team | None:
    """The team with this public id, also when it is closed."""
    return session.scalar(select(Team).where(Team.public_id == public_id))


def team_by_id(session: Session, *, team_id: int | None) -> Team | None:
    """The team with this id, also when it is closed; None without one."""
    return session.get(Team, team_id) if team_id is not None else None


def member_by_public_id(session: Session, *, public_id: str) -> TeamMember | None:
    """Somebody in a team, or who was."""
    return session.scalar(select(TeamMember).where(TeamMember.public_id == public_id))


def teams_of(session: Session, *, account_id: int) -> list[int]:
    """The ids of the teams that somebody is in now, the one of longest first: that is where new work of theirs goes."""
    mine = (TeamMember.account_id == account_id, TeamMember.until.is_(None))
    return list(session.scalars(select(TeamMember.team_id).where(*mine).order_by(TeamMember.since, TeamMember.id)))


def teams_of_account(session: Session, *, account_id: int) -> Sequence[Team]:
    """The teams that somebody is in now, the one of longest first."""
    mine = (TeamMember.account_id == account_id, TeamMember.until.is_(None))
    rows = select(Team).join(TeamMember, TeamMember.team_id == Team.id).where(*mine)
    return session.scalars(rows.order_by(TeamMember.since, TeamMember.id)).all()


def members(session: Session, *, team: Team) -> list[tuple[TeamMember, Account]]:
    """Who is and was in a team: who is in it now first, by name."""
    rows = select(TeamMember, Account).join(Account, Account.id == TeamMember.account_id)
    order = (TeamMember.until.is_not(None), TeamMember.until.desc(), Account.display_name, TeamMember.id)
    return [(row[0], row[1]) for row in session.execute(rows.where(TeamMember.team_id == team.id).order_by(*order))]


def member_names(session: Session) -> dict[int, list[str]]:
    """The names of who is in each team now, by the id of the team."""
    rows = select(TeamMember.team_id, Account.display_name).join(Account, Account.id == TeamMember.account_id)
    found: dict[int, list[str]] = {}
    for team_id, name in session.execute(rows.where(TeamMember.until.is_(None)).order_by(Account.display_name)):
        found.setdefault(team_id, []).append(name)
    return found


def team_of_place(session: Session, *, municipality: str | None) -> int | None:
    """The id of the team that gets new questions from a municipality; None when no team does, or it is not known which it is."""
    if municipality is None:
        return None
    now = (TeamPlace.municipality == municipality, TeamPlace.until.is_(None))
    return session.scalar(select(TeamPlace.team_id).where(*now))


def places(session: Session) -> Sequence[TeamPlace]:
    """Which municipality is of which team now, by municipality."""
    return session.scalars(select(TeamPlace).where(TeamPlace.until.is_(None)).order_by(TeamPlace.municipality)).all()
