"""Remind a holder that a voucher ends, and the owner of a case that its term ends: each once.

The log decides, not the date: a missed night catches up.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.owners.models import CaseOwner
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.database import insert_into
from portal.post.messages.actions import NewMessage, enqueue
from portal.post.messages.models import MessageKind, Recipient
from portal.post.messages.queries import messages_about
from portal.spending.reminders.queries import reminder_due, terms_due
from portal.spending.vouchers.models import ReminderKind, Voucher, VoucherReminder


def remind_holder(session: Session, *, voucher: Voucher, actor: Actor, now: datetime) -> ReminderKind | None:
    """Send the reminder that is due today, if any, and keep that it was sent; which one it was.

    Only the nearest one is sent: who missed the one of six weeks gets that of three weeks. Doing it again sends nothing, also
    when two programs do it at once: the row of the log is unique, and is written first.
    """
    kind = reminder_due(session, voucher=voucher, today=local_date(now))
    if kind is None:
        return None
    written = session.scalar(
        insert_into(session)(VoucherReminder)
        .values(voucher_id=voucher.id, kind=kind, valid_until=voucher.valid_until, sent_at=now)
        .on_conflict_do_nothing(index_elements=["voucher_id", "kind", "valid_until"])
        .returning(VoucherReminder.id)
    )
    if written is None:
        return None
    record(session, actor=actor, action="voucher.reminded", object_kind="voucher", object_id=voucher.id, now=now)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    tell_asker(session, question=question, template=f"voucher/reminder_{kind.value}", now=now, version=written)
    return kind


def warn_owner(session: Session, *, question_id: int, actor: Actor, now: datetime) -> bool:
    """Tell who has a case that the term to decide it ends within a week: once per last day, so again when the term was moved
    (Awb 4:14, 4:15). False when that is not so (any more)."""
    owner = session.get(CaseOwner, question_id)
    last_day = dict(terms_due(session, today=local_date(now))).get(question_id)
    if owner is None or last_day is None:
        return False
    about = f"term:{last_day.isoformat()}"
    if any(
        one.version == question_id for one in messages_about(session, object_kind=about, object_id=owner.account_id)
    ):
        return True
    enqueue(
        session,
        message=NewMessage(
            kind=MessageKind.EMAIL,
            template="account/term_due",
            recipient=Recipient.ACCOUNT,
            object_kind=about,
            object_id=owner.account_id,
            version=question_id,
        ),
        now=now,
    )
    record(session, actor=actor, action="term.announced", object_kind="question", object_id=question_id, now=now)
    return True
