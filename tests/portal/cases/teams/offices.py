"""Two teams with their advisors, for tests of who sees which case."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.cases.teams.actions import found_team, join_team
from portal.cases.teams.queries import within_teams
from portal.framework.staff import limit_rights
from portal.framework.teams.models import Team
from portal.people.accounts.models import Account
from portal.people.accounts.queries import actor_of_account
from portal.people.actor import Actor, Grade
from tests.factories import ADMIN, NOW
from tests.portal.cases.owners.test_owning import colleague


@dataclass
class TeamOffice:
    """A team of the north with Ada and Bea, one of the south with Cas and Dik; all see the own team alone."""

    session: Session
    north: Team
    south: Team
    people: dict[str, Account]

    def sees(self, name: str) -> Actor:
        """Somebody as they come in at the next request."""
        return within_teams(self.session, actor_of_account(self.people[name]))


def two_teams(session: Session) -> TeamOffice:
    """Both teams and their people."""
    north, south = (found_team(session, name=name, actor=ADMIN, now=NOW) for name in ("Noord", "Zuid"))
    people = {name: colleague(session, name)[0] for name in ("ada", "bea", "cas", "dik")}
    for name, account in people.items():
        team = north if name in ("ada", "bea") else south
        join_team(session, team=team, account=account, actor=ADMIN, now=NOW)
        limited(session, account)
    return TeamOffice(session, north, south, people)


def limited(session: Session, account: Account) -> None:
    """Let somebody see the own teams alone."""
    limit_rights(session, account=account, grade=Grade.FULL, schemes=(), own_teams=True, actor=ADMIN, now=NOW)
