"""Acts on the ownership of a case. One owner at most; every write is guarded, so that of two who claim at once one wins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.owners.queries import owner_of
from portal.cases.questions.actions import advisor_only
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.teams.queries import teams_of
from portal.people.accounts.models import Account, Role
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l


def claim_case(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> CaseOwner:
    """Take a case that nobody has. Raises ``Conflict`` when somebody has it, also when that happened a moment ago."""
    account_id = _advisor(question, actor)
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    taken = session.scalar(
        insert(CaseOwner)
        .values(question_id=question.id, account_id=account_id, since=now, given_by=actor.reference)
        .on_conflict_do_nothing(index_elements=["question_id"])
        .returning(CaseOwner.question_id)
    )
    if taken is None:
        raise Conflict("case_taken", _l("Een collega heeft deze vraag al."))
    to_team_of(session, question=question, account_id=account_id)
    _log(session, question, "case.claimed", actor, now)
    return session.get_one(CaseOwner, question.id)


def hand_over_case(
    session: Session, *, question: DevelopmentQuestion, to: Account, actor: Actor, now: datetime
) -> CaseOwner:
    """Give a case to another advisor: by who has it, or by any advisor when nobody has (then it is given for the first time) or
    who has it does not work here any more.

    Raises ``Refusal`` for an account that cannot have cases, ``Conflict`` when the case went to somebody else meanwhile.
    """
    account_id = _advisor(question, actor)
    if to.role is not Role.ADVISOR or to.disabled_at is not None:
        raise Refusal("not_an_advisor", _l("Kies een adviseur die hier werkt."), field="to")
    owner = owner_of(session, question=question)
    if owner is None:
        owner = claim_case(session, question=question, actor=actor, now=now)
    elif owner.account_id != account_id and session.get_one(Account, owner.account_id).disabled_at is None:
        raise Conflict("case_taken", _l("Een collega heeft deze vraag. Alleen die kan haar overdragen."))
    _pass_on(session, owner, to.id, actor, now, otherwise=_moved_on())
    to_team_of(session, question=question, account_id=to.id)
    _log(session, question, "case.handed_over", actor, now)
    return owner


def to_team_of(session: Session, *, question: DevelopmentQuestion, account_id: int) -> None:
    """Who has a case has it for a team: of more teams the first one. Of who is in no team, or in that of the case, it stays."""
    teams = teams_of(session, account_id=account_id)
    if teams and question.team_id not in teams:
        write_guarded(session, question, otherwise=None, team_id=teams[0])


def release_case(session: Session, *, question: DevelopmentQuestion, actor: Actor, now: datetime) -> None:
    """Let a case go, so that anybody can take it. Only who has it can; of somebody who left, any advisor."""
    account_id = _advisor(question, actor)
    owner = owner_of(session, question=question)
    if owner is None:
        raise Conflict("case_not_owned", _l("Niemand heeft deze vraag."))
    keeper = session.get_one(Account, owner.account_id)
    if owner.account_id != account_id and keeper.disabled_at is None:
        raise Conflict("case_taken", _l("Een collega heeft deze vraag. Alleen die kan haar loslaten."))
    _let_go(session, question, owner)
    _log(session, question, "case.released", actor, now)


def give_case(
    session: Session, *, question: DevelopmentQuestion, to: Account, actor: Actor, now: datetime
) -> CaseOwner:
    """Let a case go to an advisor: to oneself when nobody has it, to a colleague as `hand_over_case` does.

    Raises ``Conflict`` when that advisor has it already, or somebody else does.
    """
    owner = owner_of(session, question=question)
    if owner is not None and owner.account_id == to.id:
        raise Conflict("case_theirs", _l("%(name)s heeft deze vraag al.", name=to.display_name))
    if to.id == actor.account_id:
        return claim_case(session, question=question, actor=actor, now=now)
    return hand_over_case(session, question=question, to=to, actor=actor, now=now)


def give_back_case(
    session: Session,
    *,
    question: DevelopmentQuestion,
    of: int,
    to: int | None,
    team_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Put back what this actor gave away: from the account `of` to the account `to`, or to nobody, and to the team of before.

    Only while who got it still has it from this actor. Raises ``Conflict`` when it went on, or who had it does not work here any
    more.
    """
    _advisor(question, actor)
    owner = owner_of(session, question=question)
    if owner is None or owner.account_id != of or owner.given_by != actor.reference:
        raise _moved_on()
    write_guarded(session, question, otherwise=None, team_id=team_id)
    if to is None:
        _let_go(session, question, owner)
        _log(session, question, "case.released", actor, now)
        return
    if session.get_one(Account, to).disabled_at is not None:
        raise Conflict("owner_left", _l("Wie deze vraag had, werkt hier niet meer."))
    _pass_on(session, owner, to, actor, now, otherwise=_moved_on())
    _log(session, question, "case.handed_over", actor, now)


def stand_in_for_case(
    session: Session, *, question: DevelopmentQuestion, of: Account, to: Account, actor: Actor, now: datetime
) -> bool:
    """Let a case of who is away go to who stands in, or back, also by a colleague. False when it is not of that person any more,
    or who would get it does not work here any more."""
    _advisor(question, actor)
    owner = owner_of(session, question=question)
    if owner is None or owner.account_id != of.id or to.disabled_at is not None:
        return False
    if not _pass_on(session, owner, to.id, actor, now, otherwise=None):
        return False
    _log(session, question, "case.handed_over", actor, now)
    return True


def _pass_on(
    session: Session, owner: CaseOwner, to: int, actor: Actor, now: datetime, *, otherwise: Conflict | None
) -> bool:
    """From who has it now to this account, only while that is so."""
    return write_guarded(
        session,
        owner,
        CaseOwner.account_id == owner.account_id,
        otherwise=otherwise,
        account_id=to,
        since=now,
        given_by=actor.reference,
    )


def _let_go(session: Session, question: DevelopmentQuestion, owner: CaseOwner) -> None:
    """From who has it now to nobody, only while that is so."""
    had = owner.account_id
    session.expunge(owner)
    gone = session.execute(delete(CaseOwner).where(CaseOwner.question_id == question.id, CaseOwner.account_id == had))
    if getattr(gone, "rowcount", 0) != 1:
        raise _moved_on()


def _advisor(question: DevelopmentQuestion, actor: Actor) -> int:
    """The account of the advisor who acts on a case that was sent."""
    advisor_only(actor)
    if actor.account_id is None or question.is_draft:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    return actor.account_id


def _moved_on() -> Conflict:
    return Conflict("case_moved_on", _l("Deze vraag ging intussen naar een ander. Bekijk de vraag opnieuw."))


def _log(session: Session, question: DevelopmentQuestion, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="question", object_id=question.id, now=now)
