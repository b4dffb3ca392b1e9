"""Acts on teams. The administrator makes and closes them and says who is in one; a case goes to another by whoever does cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.teams.models import Team, TeamMember
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.grades import require_whole_role
from portal.platform.database import is_taken
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

Question = DevelopmentQuestion


def found_team(session: Session, *, name: str, actor: Actor, now: datetime) -> Team:
    """Make a team. Raises ``Refusal``: team_exists when an open team has this name."""
    _administrator_only(actor)
    team = Team(name=name.strip(), created_at=now, created_by=actor.reference)
    write_new(session, team, otherwise=_taken())
    _log(session, "team.founded", team, actor, now)
    return team


def rename_team(session: Session, *, team: Team, name: str, actor: Actor, now: datetime) -> None:
    """Give a team another name. Raises ``Refusal``: team_exists; ``Conflict`` when it was closed."""
    _administrator_only(actor)
    try:
        with session.begin_nested():
            write_guarded(session, team, Team.closed_at.is_(None), otherwise=_closed(), name=name.strip())
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise _taken() from error
    _log(session, "team.renamed", team, actor, now)


def join_team(session: Session, *, team: Team, account: Account, actor: Actor, now: datetime) -> TeamMember:
    """Put an advisor in a team. What that advisor has and is of no team yet comes along.

    Raises ``Refusal``: not_an_advisor, in_team; ``Conflict`` when the team was closed.
    """
    _administrator_only(actor)
    hold(session, team, Team.closed_at.is_(None), otherwise=_closed())
    hold(session, account)
    if account.role is not Role.ADVISOR or account.disabled_at is not None:
        raise Refusal("not_an_advisor", _l("Kies een adviseur die hier werkt."), field="account")
    member = TeamMember(team_id=team.id, account_id=account.id, since=now, added_by=actor.reference)
    already = Refusal("in_team", _l("Deze adviseur zit al in dit team."), field="account")
    write_new(session, member, otherwise=already)
    theirs = select(CaseOwner.question_id).where(CaseOwner.account_id == account.id)
    _bring(session, Question.team_id.is_(None), Question.id.in_(theirs), to=team)
    _log(session, "team.joined", team, actor, now)
    record(session, actor=actor, action="team.joined", object_kind="account", object_id=account.id, now=now)
    return member


def leave_team(session: Session, *, member: TeamMember, actor: Actor, now: datetime) -> None:
    """Take somebody out of a team. The cases stay with the team; who has some still sees those.

    Raises ``Conflict``: left_before.
    """
    _administrator_only(actor)
    left = Conflict("left_before", _l("Deze adviseur is al uit het team."))
    write_guarded(session, member, TeamMember.until.is_(None), otherwise=left, until=now, removed_by=actor.reference)
    _log(session, "team.left", session.get_one(Team, member.team_id), actor, now)
    record(session, actor=actor, action="team.left", object_kind="account", object_id=member.account_id, now=now)


def close_team(session: Session, *, team: Team, heir: Team | None, actor: Actor, now: datetime) -> None:
    """Close a team in which nobody is any more. Its cases, open or not, go to another team.

    Raises ``Refusal``: has_members, heir_missing for a team with cases without a team that takes them; ``Conflict`` when one of
    both was closed.
    """
    _administrator_only(actor)
    for one in sorted(filter(None, (team, heir)), key=lambda each: each.id):
        hold(session, one, Team.closed_at.is_(None), otherwise=_closed())
    inside = select(TeamMember.id).where(TeamMember.team_id == team.id, TeamMember.until.is_(None))
    if session.scalar(inside.limit(1)) is not None:
        raise Refusal("has_members", _l("Er zitten nog adviseurs in dit team. Haal hen er eerst uit."))
    if heir is not None and heir.id != team.id:
        _bring(session, Question.team_id == team.id, to=heir)
    elif session.scalar(select(Question.id).where(Question.team_id == team.id).limit(1)) is not None:
        raise Refusal("heir_missing", _l("Kies het team dat de vragen overneemt."), field="heir")
    team.closed_at, team.closed_by = now, actor.reference
    session.flush()
    _log(session, "team.closed", team, actor, now)


def _bring(session: Session, *which: object, to: Team) -> None:
    """Let many cases go to a team in one statement; what is in the session is read anew."""
    moved = update(Question).where(*which).values(team_id=to.id)  # type: ignore[arg-type]
    session.execute(moved.execution_options(synchronize_session=False))
    session.expire_all()


def _administrator_only(actor: Actor) -> None:
    if actor.audience not in (Audience.ADMIN, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    require_whole_role(actor)


def _taken() -> Refusal:
    return Refusal("team_exists", _l("Er is al een team met deze naam."), field="name")


def _closed() -> Conflict:
    return Conflict("team_closed", _l("Dit team is intussen gesloten."))


def _log(session: Session, action: str, team: Team, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="team", object_id=team.id, now=now)
