"""Reads of what employers said about the group they belong to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from portal.cases.linked.models import GroupDeclaration
from portal.cases.questions.models import DevelopmentQuestion


def group_of_question(session: Session, *, question: DevelopmentQuestion) -> GroupDeclaration | None:
    """What was said last about the group of the employer of a question; None when nothing was."""
    rows = select(GroupDeclaration).where(GroupDeclaration.question_id == question.id)
    return session.scalar(rows.order_by(GroupDeclaration.id.desc()).limit(1))


def declarations_of(session: Session, *, question: DevelopmentQuestion) -> list[GroupDeclaration]:
    """Everything that was said about it, the last first."""
    rows = select(GroupDeclaration).where(GroupDeclaration.question_id == question.id)
    return list(session.scalars(rows.order_by(GroupDeclaration.id.desc())))


def said_last() -> ColumnElement[bool]:
    """The condition that a declaration is the last one about its question."""
    other = aliased(GroupDeclaration)
    last = select(func.max(other.id)).where(other.question_id == GroupDeclaration.question_id).scalar_subquery()
    return GroupDeclaration.id == last
