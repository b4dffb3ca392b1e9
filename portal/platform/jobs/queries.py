"""Reads of the job runner, for the administrator and ``loket jobs list``."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.platform.jobs.models import JobItem, JobState

TROUBLED = (JobState.DEAD, JobState.FAILED, JobState.LEASED)


def job_items(
    session: Session, *, states: Collection[JobState] = TROUBLED, limit: int = 200, offset: int = 0
) -> list[JobItem]:
    """Items in these states, the newest first; by default those that are not done."""
    rows = select(JobItem).where(JobItem.state.in_(states)).order_by(JobItem.id.desc())
    return list(session.scalars(rows.limit(limit).offset(offset)))


def job_item(session: Session, *, item_id: int) -> JobItem | None:
    """One item, by its number."""
    return session.get(JobItem, item_id)


def job_counts(session: Session) -> dict[tuple[str, JobState], int]:
    """How many items of each job stand in each state."""
    rows = select(JobItem.job, JobItem.state, func.count()).group_by(JobItem.job, JobItem.state)
    return {(row[0], row[1]): int(row[2]) for row in session.execute(rows)}
