"""Acts: money that was matched with the wrong tranche counts no longer. One person says why, another one undoes it.

The line of the bank is free again, for another tranche or for what it is. What was undone stays to be seen, with the reason.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from portal.accounting.tranches.models import ReceiptState, Tranche, TrancheReceipt
from portal.framework.powers import Power, require_power
from portal.paying.payments.actions import region_only
from portal.paying.statements.models import UnmatchedLine
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import real_reason
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l

LONGEST_REASON = 500


def ask_undo(session: Session, *, receipt: TrancheReceipt, reason: str, actor: Actor, now: datetime) -> None:
    """Say that money that counts is not of this tranche. It counts until a second person undoes it.

    Raises ``Refusal`` at ``reason``, ``Conflict`` when it does not count or somebody said so before.
    """
    region_only(actor)
    why = real_reason(reason, field="reason")[:LONGEST_REASON]
    _hold(session, receipt, TrancheReceipt.undo_asked_at.is_(None))
    receipt.undo_asked_at, receipt.undo_asked_by = now, actor.reference
    receipt.undo_asked_by_name, receipt.undo_reason = actor.signature, why
    _log(session, receipt, "tranche.undo_asked", actor, now)


def keep_receipt(session: Session, *, receipt: TrancheReceipt, actor: Actor, now: datetime) -> None:
    """The money is of this tranche after all: nothing is undone. Raises ``Conflict`` when nobody asked, or it was undone."""
    region_only(actor)
    _hold(session, receipt, TrancheReceipt.undo_asked_at.is_not(None))
    receipt.undo_asked_at = receipt.undo_asked_by = receipt.undo_asked_by_name = receipt.undo_reason = None
    _log(session, receipt, "tranche.receipt_kept", actor, now)


def undo_receipt(session: Session, *, receipt: TrancheReceipt, actor: Actor, now: datetime) -> None:
    """Undo, as a second person, that money was matched with a tranche: it counts no longer, and the line of the bank is free.

    Raises ``Refusal`` for who asked for it, ``Conflict`` when nobody asked for it (any more).
    """
    region_only(actor)
    line = session.get_one(UnmatchedLine, receipt.line_id) if receipt.line_id is not None else None
    if line is not None:
        hold(session, line)  # first, as who matches it does
    _hold(session, receipt, TrancheReceipt.undo_asked_at.is_not(None))
    require_power(session, Power.FUNDER_MONEY, actor=actor, on=local_date(now), prepared_by=receipt.undo_asked_by)
    receipt.state, receipt.undone_at, receipt.undone_by = ReceiptState.UNDONE, now, actor.reference
    if line is not None:
        line.handled_at = line.handled_by = line.handled_note = None
    _log(session, receipt, "tranche.receipt_undone", actor, now)


def _hold(session: Session, receipt: TrancheReceipt, *still: ColumnElement[bool]) -> None:
    """Lock the tranche and then the receipt, as every act on them does."""
    moved_on = Conflict("receipt_decided", _l("Over deze ontvangst is intussen beslist. Kijk wat er nu staat."))
    hold(session, session.get_one(Tranche, receipt.tranche_id))
    hold(session, receipt, TrancheReceipt.state == ReceiptState.RECEIVED, *still, otherwise=moved_on)


def _log(session: Session, receipt: TrancheReceipt, action: str, actor: Actor, now: datetime) -> None:
    session.flush()
    session.expire(session.get_one(Tranche, receipt.tranche_id), ["receipts"])
    record(session, actor=actor, action=action, object_kind="tranche_receipt", object_id=receipt.id, now=now)
