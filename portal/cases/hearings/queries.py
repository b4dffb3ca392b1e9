"""Reads of hearings, and whether one is needed before a refusal."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.asked import FACT
from portal.cases.corrections.queries import corrections_by_question, net_changes
from portal.cases.hearings.models import Hearing, IntendedAct
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker, of_case
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent


def hearings_of(session: Session, *, question: DevelopmentQuestion) -> list[Hearing]:
    """The hearings about a question, oldest first: about a refusal, and about its vouchers."""
    return list(session.scalars(select(Hearing).where(Hearing.question_id == question.id).order_by(Hearing.id)))


def hearings_on_voucher(session: Session, *, voucher_id: int) -> list[Hearing]:
    """The hearings about what the desk thinks of doing with a voucher, oldest first."""
    return list(session.scalars(select(Hearing).where(Hearing.voucher_id == voucher_id).order_by(Hearing.id)))


def hearings_to_answer(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[Hearing]:
    """The invitations to which who asked can still respond, the first due first; empty for anybody else."""
    if not is_asker(question, actor):
        return []
    mine = (Hearing.question_id == question.id, Hearing.way.is_(None), Hearing.dropped_at.is_(None))
    return list(session.scalars(select(Hearing).where(*mine).order_by(Hearing.answer_by, Hearing.id)))


def hearing_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Hearing | None:
    """A hearing; None when there is none or the actor may not see its question."""
    return of_case(session, Hearing, public_id=public_id, actor=actor)


def was_heard(session: Session, *, question: DevelopmentQuestion) -> bool:
    """Whether the applicant gave a view on a refusal, or let the term for one pass, and that was recorded."""
    about = (one for one in hearings_of(session, question=question) if one.act is IntendedAct.REFUSE)
    return any(hearing.way is not None for hearing in about)


OF_EMPLOYER = "learner"
"""What the log calls the employee; it is corrected together with the employer."""


def facts_changed_by_desk(session: Session, *, question: DevelopmentQuestion) -> bool:
    """Whether somebody of the desk changed what was asked after it was sent: then a refusal may rest on other facts.

    What the person confirmed, or what is again as the person sent it, is the person's own.
    """
    changed = select(AuditEvent.fields).where(
        AuditEvent.object_kind == "question",
        AuditEvent.object_id == str(question.id),
        AuditEvent.action == "question.corrected",
        AuditEvent.actor.startswith("account:"),
    )
    names = {name for fields in session.scalars(changed) for name in fields or [""]}
    corrected = net_changes(corrections_by_question(session, question=question))
    own = {one.subject.removeprefix(FACT) for one in corrected if one.same or one.confirmed}
    return bool(names - own - ({OF_EMPLOYER} if "employer" in own else set()))


def open_hearings(session: Session, *, until: date) -> list[Hearing]:
    """Invitations whose term passed on or before a day without a view being recorded, oldest first."""
    rows = select(Hearing).where(Hearing.way.is_(None), Hearing.dropped_at.is_(None), Hearing.answer_by <= until)
    return list(session.scalars(rows.order_by(Hearing.answer_by, Hearing.id)))
