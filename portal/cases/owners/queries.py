"""Reads of who has which case; for staff only, as every caller is."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.accounts.models import Account, Role
from portal.platform.among import among


def owner_of(session: Session, *, question: DevelopmentQuestion) -> CaseOwner | None:
    """Who has this case; None when nobody has."""
    return session.scalar(
        select(CaseOwner).where(CaseOwner.question_id == question.id).execution_options(populate_existing=True)
    )


def owner_names(session: Session, *, question_ids: Collection[int]) -> dict[int, str]:
    """The names of the owners of these cases, by question; cases that nobody has are left out."""
    if not question_ids:
        return {}
    rows = session.execute(
        select(CaseOwner.question_id, Account.display_name)
        .join(Account, Account.id == CaseOwner.account_id)
        .where(among(CaseOwner.question_id, question_ids))
    )
    return {row[0]: row[1] for row in rows}


def advisors(session: Session) -> list[Account]:
    """The advisors who can have cases, by name."""
    rows = select(Account).where(Account.role == Role.ADVISOR, Account.disabled_at.is_(None))
    return list(session.scalars(rows.order_by(Account.display_name, Account.id)))
