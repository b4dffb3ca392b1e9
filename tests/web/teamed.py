"""A team in the world of the access matrix, with a colleague in it who has no case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.teams.actions import found_team, join_team
from portal.people.accounts.models import Account
from tests.web.asked import NOW
from tests.web.browser import SYSTEM


def a_team(session: Session, advisor: Account) -> dict[str, str]:
    """The advisor of the world in a team; the ids for the addresses."""
    team = found_team(session, name="Team Noord", actor=SYSTEM, now=NOW)
    member = join_team(session, team=team, account=session.merge(advisor), actor=SYSTEM, now=NOW)
    return {"team": team.public_id, "team member": member.public_id}
