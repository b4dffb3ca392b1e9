"""The act that books money which came in as the receipt of a recovery: a person says of which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.paying.collecting.queries import owed_cents
from portal.paying.payments.actions import region_only
from portal.paying.recoveries import receive_instalment
from portal.paying.settlements.models import Recovery, RecoveryEntry
from portal.paying.settlements.queries import voucher_of_recovery
from portal.paying.statements.models import BankStatement, UnmatchedLine
from portal.paying.statements.queries import may_be_a_receipt
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.codes import format_code


def book_as_receipt(
    session: Session, *, line: UnmatchedLine, recovery: Recovery, actor: Actor, now: datetime
) -> RecoveryEntry:
    """Book a line of a statement as the receipt of a recovery, with the reference and the day of the bank.

    Raises ``Conflict`` when a colleague handled the line, it is no money that came in, it is more than is open, or this receipt
    was booked before.
    """
    region_only(actor)
    hold(session, line)
    if not may_be_a_receipt(line):
        message = _l("Deze regel is intussen afgehandeld, of het is geen geld dat binnenkwam. Kijk opnieuw.")
        raise Conflict("line_handled", message)
    hold(session, recovery)
    session.expire(recovery, ["entries"])
    owed = owed_cents(session, recovery=recovery)
    if line.cents > owed:
        message = _l(
            "Er kwam %(came)s binnen, en van deze terugvordering staat nog %(open)s open. Er is niets geboekt. Overleg met wie "
            "betaalde, en laat een adviseur boeken wat bij de terugvordering hoort.",
            came=format_euros(line.cents, exact=True),
            open=format_euros(owed, exact=True),
        )
        raise Conflict("more_than_open", message)
    reference = line.bank_reference or _own_reference(session, line)
    before = {one.id for one in recovery.entries}
    entry = receive_instalment(
        session,
        recovery=recovery,
        amount_cents=line.cents,
        received_on=line.booked_on,
        reference=reference,
        actor=actor,
        now=now,
    )
    if entry.id in before:
        message = _l("Een ontvangst met dit kenmerk is op deze dag al geboekt. Kijk of het dezelfde is.")
        raise Conflict("receipt_known", message)
    write_guarded(
        session,
        line,
        UnmatchedLine.handled_at.is_(None),
        otherwise=Conflict("line_handled", _l("Deze regel is intussen door een collega afgehandeld.")),
        receipt_id=entry.id,
        handled_at=now,
        handled_by=actor.reference,
        handled_note=format_code(voucher_of_recovery(session, recovery=recovery).code),
    )
    record(session, actor=actor, action="statement.line_received", object_kind="line", object_id=line.id, now=now)
    return entry


def _own_reference(session: Session, line: UnmatchedLine) -> str:
    """For a line that the bank gave no name: the statement and the place in it."""
    statement = session.get_one(BankStatement, line.statement_id)
    return f"{statement.sha256[:12]}-{line.place + 1}"
