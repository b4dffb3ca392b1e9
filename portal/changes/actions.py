"""Acts on a voucher between its issue and its end. Each is guarded in the write, kept with its reason, and told to the holder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.audit.actions import record
from portal.clock import local_date
from portal.errors import Conflict
from portal.i18n import lazy_gettext as _l
from portal.questions.actions import tell_asker
from portal.questions.models import DevelopmentQuestion
from portal.vouchers.actions import change_voucher, not_live, staff_with_reason
from portal.vouchers.models import LIVE_STATES, ChangeKind, Voucher, VoucherChange

# Blocking --------------------------------------------------------------------------------------------------------------


def block_voucher(session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime) -> VoucherChange:
    """Stop redeeming for a while. Raises ``Refusal`` without a reason, ``Conflict`` when it is blocked, or not live any more."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher blokkeert."))
    done = change_voucher(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.blocked_at.is_(None),
        Voucher.valid_until >= local_date(now),
        blocked_at=now,
        blocked_by=actor.reference,
        block_reason=reason.strip(),
    )
    if not done and voucher.is_blocked:
        raise Conflict("voucher_blocked", _l("Deze voucher is al geblokkeerd."))
    if not done:
        raise not_live()
    return note_change(session, voucher, ChangeKind.BLOCKED, reason, "voucher/blocked", actor, now)


def unblock_voucher(session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime) -> VoucherChange:
    """Let a blocked voucher be redeemed again. Its last day moves by the number of days it was blocked (days in Amsterdam)."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher vrijgeeft."))
    blocked_at, before = voucher.blocked_at, voucher.valid_until
    if blocked_at is None:
        raise Conflict("voucher_not_blocked", _l("Deze voucher is niet geblokkeerd."))
    after = before + (local_date(now) - local_date(blocked_at))
    done = change_voucher(
        session, voucher, Voucher.blocked_at == blocked_at, Voucher.valid_until == before, blocked_at=None, blocked_by=None,
        block_reason=None, valid_until=after,
    )  # fmt: skip
    if not done:
        raise Conflict("voucher_not_blocked", _l("Deze voucher is niet geblokkeerd."))
    return note_change(
        session,
        voucher,
        ChangeKind.UNBLOCKED,
        reason,
        "voucher/unblocked",
        actor,
        now,
        day_before=before,
        day_after=after,
    )


# What every act does ------------------------------------------------------------


def note_change(
    session: Session,
    voucher: Voucher,
    kind: ChangeKind,
    reason: str,
    template: str | None,
    actor: Actor,
    now: datetime,
    **details: Any,
) -> VoucherChange:
    """Keep what was done and why, log it, and tell the holder; the message is about this row."""
    change = VoucherChange(
        voucher_id=voucher.id, kind=kind, reason=reason.strip(), at=now, by=actor.reference,
        by_name=actor.display_name[:100], **details,
    )  # fmt: skip
    session.add(change)
    session.flush()
    record(session, actor=actor, action=f"voucher.{kind.value}", object_kind="voucher", object_id=voucher.id, now=now)
    if template is not None:
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        tell_asker(session, question=question, template=template, now=now, version=change.id)
    return change
