"""The act that keeps that an award was entered in the central register of de-minimis aid."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.aid_register.models import RegisterEntry
from portal.awarding.aid_register.queries import RegisteredAward, register_of_aid
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.models import Award

NACE = re.compile(r"[A-U]?[0-9]{2}(\.[0-9]{1,2})?", re.ASCII)


def note_entered(
    session: Session, *, award: RegisteredAward, reference: str, sector: str, actor: Actor, now: datetime
) -> RegisterEntry:
    """Keep that an award stands in the register as it is now, with what the register calls it and the sector (a NACE code).

    Raises ``Refusal`` at the field that is wrong, ``Conflict`` when nothing has to be entered (any more), or the award came to
    another amount than was seen.
    """
    if actor.audience is not Audience.REGION:
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    name, code = " ".join(reference.split()), "".join(sector.split()).upper()
    if not name or len(name) > 80:
        message = _l("Vul het kenmerk uit het register in. Het heeft hoogstens 80 tekens.")
        raise Refusal("reference_missing", message, field="reference")
    if NACE.fullmatch(code) is None:
        message = _l(
            "Vul de NACE-code in, bijvoorbeeld 10.71. U vindt haar bij de activiteiten in het Handelsregister."
        )
        raise Refusal("sector_unknown", message, field="sector")
    held = session.scalars(select(Award).where(Award.public_id == award.public_id)).one()
    hold(session, held)
    if held.voucher is not None:
        hold(session, held.voucher)
    now_due = register_of_aid(session, actor=actor, due=True, award=award.public_id)
    if not now_due:
        raise Conflict("nothing_due", _l("Dit staat al zo in het register. Er hoeft niets meer te gebeuren."))
    if now_due[0].amount_cents != award.amount_cents:
        raise Conflict("award_changed", _l("Het bedrag is intussen veranderd. Kijk opnieuw."))
    entry = RegisterEntry(
        award_id=held.id,
        amount_cents=now_due[0].amount_cents,
        sector=code,
        reference=name,
        entered_at=now,
        entered_by=actor.reference,
        entered_by_name=actor.signature,
    )
    session.add(entry)
    session.flush()
    record(session, actor=actor, action="award.registered", object_kind="award", object_id=held.id, now=now)
    return entry
