"""The act of late binding: another funding line pays (part of) what is still reserved for a voucher."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.access import Actor, Audience
from portal.audit.actions import record
from portal.errors import Conflict, Refusal
from portal.funding.models import FundingLine
from portal.i18n import lazy_gettext as _l
from portal.ledger.reassigning import reassign
from portal.reassignments.models import Reassignment
from portal.reassignments.queries import why_not
from portal.vouchers.models import Voucher


def reassign_voucher(
    session: Session,
    *,
    voucher: Voucher,
    from_line: FundingLine,
    to_line: FundingLine,
    amount_cents: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Reassignment:
    """Let `to_line` pay an amount that `from_line` holds for a voucher. The person notices nothing: the amount stays the same.

    Raises ``Refusal`` when the earmark or period of the other line does not admit the award, ``Conflict`` when the voucher is not
    live any more, ``NotReserved`` or ``BudgetExhausted`` when the money is not there.
    """
    if actor.audience not in (Audience.ADVISOR, Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom een ander budget betaalt."), field="reason")
    if from_line.id == to_line.id:
        raise Refusal("same_line", _l("Kies een ander budget dan waar het nu op staat."), field="to_line")
    if amount_cents <= 0:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan € 0."), field="amount")
    if not voucher.is_live:
        raise Conflict("voucher_not_live", _l("Deze voucher is intussen gebruikt, verlopen of ingetrokken."))
    refused = why_not(session, voucher=voucher, line=to_line)
    if refused is not None:
        message = _l("Dit budget mag deze toekenning niet betalen: de bestemming of de periode past niet.")
        raise Refusal("line_does_not_admit", message, field="to_line", params={"code": refused})
    reassign(
        session, voucher_id=voucher.id, from_line_id=from_line.id, to_line_id=to_line.id, amount_cents=amount_cents,
        actor_id=actor.reference, now=now, note="another funding line pays",
    )  # fmt: skip
    row = Reassignment(
        voucher_id=voucher.id, from_line_id=from_line.id, to_line_id=to_line.id, amount_cents=amount_cents,
        reason=reason.strip(), reassigned_at=now, reassigned_by=actor.reference,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, actor=actor, action="voucher.reassigned", object_kind="voucher", object_id=voucher.id, now=now)
    return row
