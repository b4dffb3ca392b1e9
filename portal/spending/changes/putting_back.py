"""The act that puts the last day of a voucher back which was extended by mistake."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.actions import ChangeNote, note_change
from portal.spending.changes.queries import day_put_back
from portal.spending.vouchers.actions import not_live, staff_with_reason
from portal.spending.vouchers.models import LIVE_STATES, ChangeKind, Voucher, VoucherChange


def put_back_extension(
    session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime
) -> VoucherChange:
    """The last extension was a mistake: the last day becomes what it was before, but never a day that passed already.

    The holder is told. Raises ``Refusal`` when the training starts after that day, ``Conflict`` when the last day was not
    extended, was moved since, or the voucher ended.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de verlenging terugdraait."))
    hold(session, voucher)
    if not voucher.is_live:
        raise not_live()
    before, after = voucher.valid_until, day_put_back(session, voucher=voucher, today=local_date(now))
    if after is None:
        message = _l(
            "Deze voucher is niet verlengd, of de laatste dag is daarna nog veranderd. Er is niets terug te draaien."
        )
        raise Conflict("nothing_to_put_back", message)
    if after >= before:
        message = _l("De oude laatste dag is al voorbij, en vandaag is de laatste dag. Er is niets terug te draaien.")
        raise Conflict("nothing_to_put_back", message)
    if voucher.starts_on is not None and voucher.issued_on <= after < voucher.starts_on <= before:
        message = _l("De opleiding begint na de oude laatste dag. Verander eerst de eerste dag van de opleiding.")
        raise Refusal("starts_after_last_day", message)
    still = (Voucher.state.in_(LIVE_STATES), Voucher.valid_until == before)
    write_guarded(session, voucher, *still, otherwise=not_live(), valid_until=after)
    note = ChangeNote(ChangeKind.PUT_BACK, reason, "voucher/put_back")
    return note_change(session, voucher, note, actor, now, day_before=before, day_after=after)
