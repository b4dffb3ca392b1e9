"""What the holder of a voucher says of the training: when it started, when and how it ended."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.invoices.actions import check_invoice
from portal.spending.invoices.models import WAITING, Attendance, EndKind, Invoice
from portal.spending.invoices.queries import attendance_of
from portal.spending.vouchers.bill import OLDEST_INVOICE
from portal.spending.vouchers.models import Voucher


def confirm_start(session: Session, *, voucher: Voucher, started_on: date, actor: Actor, now: datetime) -> Attendance:
    """The holder (or an advisor who heard it) says on which day the training started. Raises ``Refusal`` for a day to come."""
    _holder(voucher, actor)
    hold(session, voucher)  # who says the same twice at once says it once
    if started_on > local_date(now):
        message = _l("Deze dag komt nog. Zeg dat u begonnen bent als het zover is.")
        raise Refusal("start_in_future", message, field="started_on")
    if started_on < voucher.issued_on - OLDEST_INVOICE:
        raise Refusal("start_too_early", _l("Deze dag ligt te ver terug. Kijk naar het jaar."), field="started_on")
    seen = _attendance(session, voucher)
    if seen.ended_on is not None:
        raise Conflict("training_ended", _l("U hebt al gezegd dat de opleiding is geëindigd."))
    seen.started_on, seen.start_confirmed_at, seen.start_confirmed_by = started_on, now, actor.reference
    return _said(session, voucher, seen, "training.started", actor, now)


def confirm_end(
    session: Session,
    *,
    voucher: Voucher,
    ended_on: date,
    how: EndKind,
    own_share_paid: bool | None,
    actor: Actor,
    now: datetime,
) -> Attendance:
    """The holder says when and how the training ended, and whether the own share was paid. Raises ``Refusal`` at the field."""
    _holder(voucher, actor)
    hold(session, voucher)
    seen = _attendance(session, voucher)
    if seen.started_on is None:
        raise Refusal("not_started", _l("Zeg eerst op welke dag de opleiding begon."), field="started_on")
    if not seen.started_on <= ended_on <= local_date(now):
        message = _l("De laatste dag ligt na de eerste dag, en niet in de toekomst.")
        raise Refusal("end_day", message, field="ended_on")
    seen.ended_on, seen.ended_how, seen.own_share_paid = ended_on, how, own_share_paid
    seen.end_confirmed_at, seen.end_confirmed_by = now, actor.reference
    return _said(session, voucher, seen, "training.ended", actor, now)


def _attendance(session: Session, voucher: Voucher) -> Attendance:
    seen = attendance_of(session, voucher=voucher)
    if seen is None:
        seen = Attendance(voucher_id=voucher.id)
        session.add(seen)
    else:
        hold(session, seen)
    return seen


def _said(session: Session, voucher: Voucher, seen: Attendance, action: str, actor: Actor, now: datetime) -> Attendance:
    session.flush()
    record(session, actor=actor, action=action, object_kind="voucher", object_id=voucher.id, now=now)
    waiting = select(Invoice).where(Invoice.voucher_id == voucher.id, Invoice.state.in_(WAITING))
    for invoice in session.scalars(waiting).all():
        check_invoice(session, invoice=invoice, now=now)
    return seen


def _holder(voucher: Voucher, actor: Actor) -> None:
    if not (actor.may_act_for(voucher.question_id) or actor.audience is Audience.ADVISOR):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
