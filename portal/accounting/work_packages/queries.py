"""Reads of work packages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.scope import Scope
from portal.accounting.work_packages.models import WorkPackage


def work_packages(session: Session) -> list[WorkPackage]:
    """All work packages, by number. Their titles are no secret; their money is (`budget_cents_of`)."""
    return list(session.scalars(select(WorkPackage).order_by(WorkPackage.number)))


def work_package_by_public_id(session: Session, *, public_id: str) -> WorkPackage | None:
    """The work package with this id; None when there is none."""
    return session.scalar(select(WorkPackage).where(WorkPackage.public_id == public_id))


def budget_cents_of(package: WorkPackage, *, scope: Scope) -> int:
    """What is meant for a work package from the funding lines that somebody may see, in cents."""
    lines = set(scope.line_ids)
    return sum(one.budget_cents for one in package.budgets if one.funding_line_id in lines)
