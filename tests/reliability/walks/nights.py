"""What happens by itself: days go by, and the nightly jobs of the desk, each as an act that counts when there was something to do."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from portal.commands.due import desk_jobs
from portal.people.audit.models import AuditEvent
from portal.post.messages.models import OutboxMessage
from tests.reliability.walks.walk import LAST_DAY, NothingToDo, Walk, act

JOBS = {job.name: job for job in desk_jobs()}


def pass_days(walk: Walk, days: int) -> None:
    if walk.now + timedelta(days=days) >= LAST_DAY:
        raise NothingToDo
    walk.now += timedelta(days=days)


def night(walk: Walk, *names: str) -> int:
    """Do these jobs for all that is due; how many wrote something in the log or in the post."""
    before = traces(walk)
    for name in names:
        job = JOBS[name]
        for item in job.due(walk.session, walk.now):
            if job.first is not None:
                job.first(walk.session, item, walk.now)
            job.act(walk.session, item, walk.now)
    walk.session.flush()
    return traces(walk) - before


def traces(walk: Walk) -> int:
    events = walk.session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    return events + (walk.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0)


def by_night(walk: Walk, *names: str) -> None:
    if not night(walk, *names):
        raise NothingToDo


@act(3)
def days_pass(walk: Walk) -> None:
    pass_days(walk, walk.chance.randint(1, 5))
    night(walk, "hold_vouchers", "expire_vouchers", "missed_instalments", "waiting_list", "credited_invoices")


@act(1)
def weeks_pass(walk: Walk) -> None:
    pass_days(walk, walk.chance.choice((12, 16, 25)))


@act(0.6)
def months_pass(walk: Walk) -> None:
    pass_days(walk, walk.chance.choice((75, 130)))


@act(4)
def late_vouchers_expire(walk: Walk) -> None:
    by_night(walk, "hold_vouchers", "expire_vouchers")


@act(4)
def freed_money_is_offered(walk: Walk) -> None:
    by_night(walk, "waiting_list")


@act(3)
def holders_are_reminded(walk: Walk) -> None:
    by_night(walk, "remind_holders")


@act(3)
def missed_instalments_are_noticed(walk: Walk) -> None:
    by_night(walk, "missed_instalments")


@act(2)
def terms_and_outcomes_are_looked_at(walk: Walk) -> None:
    by_night(walk, "terms_due", "ask_outcomes", "raise_flags", "expire_drafts")


@act(2)
def credited_invoices_are_marked(walk: Walk) -> None:
    by_night(walk, "credited_invoices")


@act(0.3)
def the_books_are_looked_at(walk: Walk) -> None:
    by_night(walk, "check_books")
