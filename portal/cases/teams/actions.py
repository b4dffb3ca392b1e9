"""Acts on teams. The administrator makes and closes them and says who is in one; a case goes to another by whoever does cases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.owners.actions import release_case
from portal.cases.owners.models import CaseOwner
from portal.cases.owners.queries import owner_of
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.cases.teams.models import TeamMove
from portal.framework.teams.models import Team, TeamMember, TeamPlace
from portal.framework.teams.queries import members, places, teams_of
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.grades import require_whole_role
from portal.platform.database import is_taken
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind, Recipient

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
        theirs = [one.municipality for one in places(session) if one.team_id in (team.id, heir.id)]
        assign_places(session, team=heir, municipalities=theirs, actor=actor, now=now)
    elif session.scalar(select(Question.id).where(Question.team_id == team.id).limit(1)) is not None:
        raise Refusal("heir_missing", _l("Kies het team dat de vragen overneemt."), field="heir")
    assign_places(session, team=team, municipalities=(), actor=actor, now=now)
    team.closed_at, team.closed_by = now, actor.reference
    session.flush()
    _log(session, "team.closed", team, actor, now)


def assign_places(
    session: Session, *, team: Team, municipalities: Collection[str], actor: Actor, now: datetime
) -> None:
    """Say of which municipalities new questions go to a team: these and no others. One that another team had goes to this one.

    Open questions from there that nobody has and that are of no team come along. Raises ``Conflict`` when the team was closed, or
    somebody else gave one of these to a team meanwhile.
    """
    _administrator_only(actor)
    hold(session, team, Team.closed_at.is_(None), otherwise=_closed())
    held = {one.municipality: one for one in places(session)}
    wanted = set(municipalities)
    for name, place in held.items():
        if (place.team_id == team.id) != (name in wanted):
            write_guarded(
                session, place, TeamPlace.until.is_(None), otherwise=_moved_on(), until=now, ended_by=actor.reference
            )
    for name in sorted(wanted):
        if name not in held or held[name].team_id != team.id:
            place = TeamPlace(team_id=team.id, municipality=name, since=now, set_by=actor.reference)
            write_new(session, place, otherwise=_moved_on())
    unowned = Question.id.not_in(select(CaseOwner.question_id))
    here = (Question.team_id.is_(None), Question.state.in_(OPEN_STATES), Question.municipality.in_(wanted))
    _bring(session, *here, unowned, to=team)
    _log(session, "team.places_set", team, actor, now)


def move_to_team(
    session: Session, *, question: DevelopmentQuestion, to: Team, reason: str, actor: Actor, now: datetime
) -> None:
    """Give a case to another team, with the reason: of who moved house, or came to the wrong team. Who has it lets it go, unless
    they are in that team too. When nobody has it then, who is in that team is told by mail that a question waits.

    By who has it, or by any advisor when nobody has or who has it does not work here any more. Raises ``Refusal``:
    reason_missing, same_team; ``Conflict`` when somebody else has it, it went elsewhere meanwhile, or the team was closed.
    """
    advisor_only(actor)
    hold(session, question)
    if question.is_draft or not may_see(question, actor):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    hold(session, to, Team.closed_at.is_(None), otherwise=_closed())
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom de vraag naar een ander team gaat."), field="reason")
    if question.team_id == to.id:
        raise Refusal("same_team", _l("De vraag is al van dit team."), field="to")
    owner = owner_of(session, question=question)
    if owner is not None and to.id not in teams_of(session, account_id=owner.account_id):
        release_case(session, question=question, actor=actor, now=now)
    elif owner is not None and owner.account_id != actor.account_id:
        raise Conflict("case_taken", _l("Een collega heeft deze vraag. Alleen die kan haar overdragen."))
    before = question.team_id
    still = Question.team_id.is_(None) if before is None else Question.team_id == before
    write_guarded(session, question, still, otherwise=_case_moved_on(), team_id=to.id)
    told = {"question_id": question.id, "from_team_id": before, "to_team_id": to.id, "reason": reason.strip()}
    move = TeamMove(**told, at=now, by=actor.reference, by_name=actor.signature)
    session.add(move)
    session.flush()
    record(session, actor=actor, action="case.to_team", object_kind="question", object_id=question.id, now=now)
    if owner_of(session, question=question) is None:
        _tell(session, move, to, actor, now)


def _tell(session: Session, move: TeamMove, team: Team, actor: Actor, now: datetime) -> None:
    """Say by mail to who is in a team that a question came which nobody has; not to who gave it, nor whose question it is."""
    for member, account in members(session, team=team):
        if member.until is None and account.disabled_at is None and account.id != actor.account_id:
            message = NewMessage(
                kind=MessageKind.EMAIL,
                template="account/case_to_team",
                recipient=Recipient.ACCOUNT,
                object_kind=f"team_move:{move.id}",
                object_id=account.id,
            )
            enqueue(session, message=message, now=now)


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


def _moved_on() -> Conflict:
    return Conflict("places_moved_on", _l("Een gemeente ging intussen naar een ander team. Bekijk de teams opnieuw."))


def _case_moved_on() -> Conflict:
    return Conflict("case_moved_on", _l("Deze vraag ging intussen naar een ander. Bekijk de vraag opnieuw."))


def _closed() -> Conflict:
    return Conflict("team_closed", _l("Dit team is intussen gesloten."))


def _log(session: Session, action: str, team: Team, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="team", object_id=team.id, now=now)
