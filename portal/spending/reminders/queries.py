"""Which reminders are due."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.spending.vouchers.models import LIVE_STATES, ReminderKind, Voucher, VoucherReminder

SIX_WEEKS, THREE_WEEKS = timedelta(weeks=6), timedelta(weeks=3)
WARN_DAYS = timedelta(days=7)


def reminder_due(session: Session, *, voucher: Voucher, today: date) -> ReminderKind | None:
    """The reminder that the holder of a voucher should have by today and has not had for this last day; None when there is none.

    Nobody is reminded of a voucher that was used up, is blocked, has ended, or of which the last day has passed. A voucher that
    was issued for less than six weeks gets no reminder of six weeks.
    """
    if not voucher.is_live or voucher.is_blocked or voucher.valid_until < today:
        return None
    kind = _nearest(voucher.valid_until, today)
    weeks = SIX_WEEKS if kind is ReminderKind.SIX_WEEKS else THREE_WEEKS
    if kind is None or voucher.issued_on > voucher.valid_until - weeks:
        return None
    sent = select(VoucherReminder.id).where(
        VoucherReminder.voucher_id == voucher.id,
        VoucherReminder.valid_until == voucher.valid_until,
        VoucherReminder.kind == kind,
    )
    return kind if session.scalar(sent) is None else None


def reminders_due(session: Session, *, today: date) -> list[tuple[int, date, ReminderKind]]:
    """(voucher id, last day, kind) of every reminder that is due, those that end first in front."""
    soon = select(Voucher).where(
        Voucher.state.in_(LIVE_STATES),
        Voucher.blocked_at.is_(None),
        Voucher.valid_until >= today,
        Voucher.valid_until <= today + SIX_WEEKS,
    )
    sent = {
        (row[0], row[1], row[2])
        for row in session.execute(
            select(VoucherReminder.voucher_id, VoucherReminder.valid_until, VoucherReminder.kind).where(
                VoucherReminder.valid_until >= today
            )
        )
    }
    found = []
    for voucher in session.scalars(soon.order_by(Voucher.valid_until, Voucher.id)):
        kind = _nearest(voucher.valid_until, today)
        weeks = SIX_WEEKS if kind is ReminderKind.SIX_WEEKS else THREE_WEEKS
        if kind is None or voucher.issued_on > voucher.valid_until - weeks:
            continue
        if (voucher.id, voucher.valid_until, kind) not in sent:
            found.append((voucher.id, voucher.valid_until, kind))
    return found


def _nearest(last_day: date, today: date) -> ReminderKind | None:
    if today >= last_day - THREE_WEEKS:
        return ReminderKind.THREE_WEEKS
    return ReminderKind.SIX_WEEKS if today >= last_day - SIX_WEEKS else None


# Terms of the desk itself ----------------------------------------------------------------------------------------------


def terms_due(session: Session, *, today: date) -> list[tuple[int, date]]:
    """(question id, last day) of applications that must be decided within a week, or should have been, and that somebody has."""
    rows = (
        select(DevelopmentQuestion.id, DevelopmentQuestion.decide_by)
        .join(CaseOwner, CaseOwner.question_id == DevelopmentQuestion.id)
        .where(
            DevelopmentQuestion.applied_at.is_not(None),
            DevelopmentQuestion.state.in_((QuestionState.APPLIED, QuestionState.WAITING)),
            DevelopmentQuestion.decide_by <= today + WARN_DAYS,
        )
    )
    ordered = rows.order_by(DevelopmentQuestion.decide_by, DevelopmentQuestion.id)
    return [(question_id, day) for question_id, day in session.execute(ordered) if day is not None]
