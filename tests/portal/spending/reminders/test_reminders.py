"""Reminders go by a log: each once per last day, a missed night catches up, and nobody is reminded of what is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cases.conversations.actions import announce_delay
from portal.cases.owners.actions import claim_case
from portal.cases.questions.models import DevelopmentQuestion
from portal.commands.due import desk_jobs
from portal.people.accounts.actions import create_account
from portal.people.accounts.models import Role
from portal.people.actor import Actor, Audience
from portal.platform.database import unit_of_work
from portal.platform.jobs.actions import run_jobs
from portal.post.messages.models import OutboxMessage
from portal.spending.changes.actions import block_voucher, extend_voucher
from portal.spending.reminders.actions import remind_holder, warn_owner
from portal.spending.reminders.queries import reminder_due, reminders_due
from portal.spending.vouchers.models import ReminderKind, Voucher, VoucherReminder
from tests.factories import ADVISOR, NOW, SYSTEM, a_voucher, an_application

LAST_DAY = date(2026, 8, 29)
SIX, THREE = ReminderKind.SIX_WEEKS, ReminderKind.THREE_WEEKS


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_before", "due"),
    [(43, None), (42, SIX), (30, SIX), (22, SIX), (21, THREE), (1, THREE), (0, THREE), (-1, None)],
)
def test_which_reminder_is_due_depends_on_how_near_the_last_day_is(
    session: Session, days_before: int, due: ReminderKind | None
) -> None:
    voucher = a_voucher(session)
    assert reminder_due(session, voucher=voucher, today=LAST_DAY - timedelta(days=days_before)) is due


def test_each_reminder_is_sent_once_and_again_for_a_new_last_day(session: Session) -> None:
    voucher = a_voucher(session)
    for day, sent in ((49, None), (40, SIX), (39, None), (20, THREE), (19, None), (3, None)):
        now = at(LAST_DAY - timedelta(days=day))
        assert remind_holder(session, voucher=voucher, actor=SYSTEM, now=now) is sent, day
    later = LAST_DAY + timedelta(days=60)
    extend_voucher(session, voucher=voucher, until=later, reason="Ziek", actor=ADVISOR, now=at(LAST_DAY))
    assert remind_holder(session, voucher=voucher, actor=SYSTEM, now=at(later - timedelta(days=40))) is SIX
    rows = session.scalars(select(VoucherReminder).order_by(VoucherReminder.id)).all()
    assert [(row.kind, row.valid_until) for row in rows] == [(SIX, LAST_DAY), (THREE, LAST_DAY), (SIX, later)]
    told = session.scalars(select(OutboxMessage.template).where(OutboxMessage.template.like("voucher/reminder%"))).all()
    assert sorted(told) == ["voucher/reminder_six_weeks"] * 2 + ["voucher/reminder_three_weeks"]


def test_nights_that_were_missed_are_caught_up_with_the_nearest_reminder_only(session: Session) -> None:
    voucher = a_voucher(session)
    now = at(LAST_DAY - timedelta(days=5))
    assert reminders_due(session, today=now.date()) == [(voucher.id, LAST_DAY, THREE)]
    assert remind_holder(session, voucher=voucher, actor=SYSTEM, now=now) is THREE
    assert reminders_due(session, today=now.date()) == []


def test_a_blocked_or_short_voucher_gets_no_reminder(session: Session) -> None:
    blocked, short = a_voucher(session), a_voucher(session)
    block_voucher(session, voucher=blocked, reason="x", actor=ADVISOR, now=NOW)
    short.issued_on = LAST_DAY - timedelta(days=30)
    assert reminders_due(session, today=LAST_DAY - timedelta(days=40)) == []
    assert [row[0] for row in reminders_due(session, today=LAST_DAY - timedelta(days=20))] == [short.id]


def test_the_jobs_of_the_desk_remind_expire_and_tell_once_after(engine: Engine) -> None:
    voucher = unit_of_work(engine, a_voucher)
    jobs = [job for job in desk_jobs() if job.name in ("remind_holders", "expire_vouchers")]
    for day in (42, 42, 21, 1, 0, -1, -1, -9):
        run = run_jobs(engine, jobs=jobs, now=at(LAST_DAY - timedelta(days=day)))
        assert run.failed == {} and run.dead == {}
    with Session(engine) as session:
        assert session.get_one(Voucher, voucher.id).state.value == "expired"
        kinds = session.scalars(select(VoucherReminder.kind).order_by(VoucherReminder.id)).all()
        assert kinds == [SIX, THREE, ReminderKind.LAPSED]
        told = session.scalars(select(OutboxMessage.template).where(OutboxMessage.template == "voucher/expired")).all()
        assert len(told) == 1


@pytest.mark.parametrize(
    ("instant", "expired"),
    [
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), False),  # half past midnight on the 25th, the day of 25 hours
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), False),  # one minute before its end, by then in winter time
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), True),
    ],
)
def test_a_voucher_is_good_through_the_day_on_which_the_clock_goes_back(
    engine: Engine, instant: datetime, expired: bool
) -> None:
    def work(session: Session) -> Voucher:
        voucher = a_voucher(session)
        extend_voucher(session, voucher=voucher, until=date(2026, 10, 25), reason="x", actor=ADVISOR, now=NOW)
        return voucher

    voucher = unit_of_work(engine, work)
    run_jobs(engine, jobs=[job for job in desk_jobs() if job.name == "expire_vouchers"], now=instant)
    with Session(engine) as session:
        assert (session.get_one(Voucher, voucher.id).state.value == "expired") is expired


# The term of the desk itself -------------------------------------------------------------------------------------------


def test_who_has_a_case_is_told_once_per_last_day_and_again_when_the_term_was_moved(engine: Engine) -> None:
    def begin(session: Session) -> tuple[int, date]:
        question = an_application(session)
        noor = create_account(
            session, email="noor@loket.example", display_name="Noor", role=Role.ADVISOR, actor=SYSTEM, now=NOW
        )
        claim_case(session, question=question, actor=Actor(Audience.ADVISOR, account_id=noor.id), now=NOW)
        assert question.decide_by is not None
        return question.id, question.decide_by

    def later(session: Session) -> date:
        question = session.get_one(DevelopmentQuestion, question_id)
        return announce_delay(
            session,
            question=question,
            weeks=3,
            reason="Te weinig mensen.",
            actor=ADVISOR,
            now=at(last - timedelta(days=1)),
        )

    def told() -> list[tuple[str, int]]:
        with Session(engine) as session:
            rows = select(OutboxMessage).where(OutboxMessage.template == "account/term_due").order_by(OutboxMessage.id)
            return [(one.object_kind, one.version) for one in session.scalars(rows)]

    def night(day: date) -> None:
        run = run_jobs(engine, jobs=[job for job in desk_jobs() if job.name == "terms_due"], now=at(day))
        assert run.failed == {} and run.dead == {}
        unit_of_work(engine, lambda session: warn_owner(session, question_id=question_id, actor=SYSTEM, now=at(day)))

    question_id, last = unit_of_work(engine, begin)
    night(last - timedelta(days=8))
    assert told() == [], "the control: not before the last week"
    for days in (7, 6, 1):
        night(last - timedelta(days=days))
    assert told() == [(f"term:{last}", question_id)]
    moved = unit_of_work(engine, later)
    night(last)
    assert moved > last + timedelta(weeks=2) and len(told()) == 1, "the new last day is not near"
    for days in (7, 7, 3):
        night(moved - timedelta(days=days))
    assert told() == [(f"term:{last}", question_id), (f"term:{moved}", question_id)]
