"""Teams that are made, filled, renamed and closed while advisors take cases and pass them on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.handovers.actions import hand_over_several
from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.teams.actions import (
    assign_places,
    close_team,
    found_team,
    join_team,
    leave_team,
    move_to_team,
    rename_team,
)
from portal.framework.teams.models import Team, TeamMember
from portal.people.accounts.models import Account
from tests.factories import ADMIN, ADVISOR, NOW, SECOND, a_question
from tests.reliability.pairs.acts import THIRD, Scene, made, nth, row, the
from tests.reliability.pairs.scenes.asking import advisors

FIRST, LAST = the(DevelopmentQuestion), nth(1, DevelopmentQuestion)
ADA, TOM, DIRK = (the(Account, display_name=one.display_name) for one in (ADVISOR, SECOND, THIRD))
NORTH, SOUTH, LEFT = (nth(place, Team) for place in range(3))


def _teams(session: Session) -> None:
    """Ada of the north has a case, Tom of the south may take another; in a third team is nobody any more."""
    first, _last = a_question(session), a_question(session)
    advisors(session)
    north, south, left = (found_team(session, name=name, actor=ADMIN, now=NOW) for name in ("Noord", "Zuid", "West"))
    for team, one in ((north, ADA), (south, TOM), (left, TOM)):
        joined = join_team(session, team=team, account=one.look(session, 0), actor=ADMIN, now=NOW)
    leave_team(session, member=joined, actor=ADMIN, now=NOW)
    claim_case(session, question=first, actor=ADVISOR, now=NOW)


def _list(*questions: DevelopmentQuestion) -> list[DevelopmentQuestion]:
    return list(questions)


TEAMS = Scene(
    "teams and their cases",
    _teams,
    (
        row(found_team, name="Oost", actor=ADMIN),
        row(rename_team, team=NORTH, name="Oost", actor=ADMIN),
        row(join_team, team=LEFT, account=ADA, actor=ADMIN),
        row(join_team, "in another", team=NORTH, account=DIRK, actor=ADMIN),
        row(leave_team, member=the(TeamMember), actor=ADMIN),
        row(close_team, team=LEFT, heir=SOUTH, actor=ADMIN),
        row(assign_places, team=NORTH, municipalities=("GM9901",), actor=ADMIN),
        row(assign_places, "another", team=SOUTH, municipalities=("GM9901",), actor=ADMIN),
        row(move_to_team, question=FIRST, to=SOUTH, reason="Verhuisd.", actor=ADVISOR),
        row(move_to_team, "of nobody", question=LAST, to=NORTH, reason="Woont daar.", actor=SECOND),
        row(claim_case, question=LAST, actor=SECOND),
        row(hand_over_case, question=FIRST, to=TOM, actor=ADVISOR),
        row(release_case, question=FIRST, actor=ADVISOR),
        row(hand_over_several, questions=made(_list, FIRST), to=DIRK, actor=ADVISOR),
    ),
)

SCENES = (TEAMS,)
