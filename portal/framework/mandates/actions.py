"""Acts on mandates: give one, end one, and refuse who has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.framework.mandates.models import Mandate
from portal.framework.mandates.queries import any_mandate, mandate_for
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.grades import require_full_grade
from portal.people.region_only import require_region
from portal.platform.clock import local_date
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class MandateTerms:
    """In whose name somebody may decide, by which decision of that body, from which day on, and within which limits."""

    body: str
    basis: str
    valid_from: date
    scheme: str | None = None
    """None: every scheme of the body."""
    up_to_cents: int | None = None
    valid_until: date | None = None


def give_mandate(session: Session, *, account_id: int, terms: MandateTerms, actor: Actor, now: datetime) -> Mandate:
    """Let a person decide in the name of a body from a day on. Only the region records this, never for oneself.

    Raises ``Refusal`` at the field that is wrong, or as `require_full_grade` does.
    """
    require_region(actor)
    require_full_grade(actor, scheme=terms.scheme or None)
    if actor.account_id == account_id:
        raise Refusal("own_mandate", _l("U kunt uzelf geen mandaat geven. Vraag een collega."))
    if not terms.body.strip():
        raise Refusal("body_missing", _l("Kies het bestuur dat het mandaat geeft."), field="body")
    if not terms.basis.strip():
        raise Refusal("basis_missing", _l("Vul in met welk besluit het mandaat is gegeven."), field="basis")
    if terms.up_to_cents is not None and terms.up_to_cents <= 0:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan € 0."), field="up_to")
    if terms.valid_until is not None and terms.valid_until < terms.valid_from:
        raise Refusal("until_before_from", _l("De laatste dag ligt voor de eerste dag."), field="valid_until")
    mandate = Mandate(
        account_id=account_id,
        body=terms.body.strip(),
        scheme=terms.scheme or None,
        up_to_cents=terms.up_to_cents,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        basis=terms.basis.strip(),
        given_at=now,
        given_by=actor.reference,
    )
    session.add(mandate)
    session.flush()
    record(session, actor=actor, action="mandate.given", object_kind="mandate", object_id=mandate.id, now=now)
    return mandate


def end_mandate(session: Session, *, mandate: Mandate, actor: Actor, now: datetime) -> None:
    """Take a mandate back as of now. What was decided under it stands, also today: today is its last day.

    One that had not begun yet never counted: of it stays when it was ended, and its first day.
    """
    require_region(actor)
    require_full_grade(actor, scheme=mandate.scheme)
    hold(session, mandate)
    today = local_date(now)
    if mandate.ended_at is not None or (mandate.valid_until is not None and mandate.valid_until < today):
        raise Refusal("mandate_ended", _l("Dit mandaat is al voorbij."))
    mandate.valid_until, mandate.ended_at, mandate.ended_by = max(today, mandate.valid_from), now, actor.reference
    session.flush()
    record(session, actor=actor, action="mandate.ended", object_kind="mandate", object_id=mandate.id, now=now)


def require_mandate(session: Session, *, actor: Actor, body: str, scheme: str, cents: int, on: date) -> Mandate:
    """The mandate of this person for this decision. Raises ``Refusal`` when there is none, or as `require_full_grade` does."""
    require_full_grade(actor, scheme=scheme)
    found = mandate_for(session, account_id=actor.account_id, body=body, scheme=scheme, cents=cents, on=on)
    if found is None or actor.account_id is None:
        message = _l(
            "U mag hierover niet besluiten: u hebt geen mandaat van %(body)s voor %(amount)s.",
            body=body,
            amount=format_euros(cents),
        )
        raise Refusal("no_mandate", message, params={"scheme": scheme, "cents": cents})
    return found


def require_any_mandate(session: Session, *, actor: Actor, on: date, scheme: str | None = None) -> Mandate:
    """A mandate of this person that is in force: for an act about no body, or about a scheme that no body decides on here.

    Raises ``Refusal`` when there is none.
    """
    require_full_grade(actor, scheme=scheme)
    found = any_mandate(session, account_id=actor.account_id, on=on, scheme=scheme)
    if found is None:
        message = _l("U mag dit niet doen: u hebt geen mandaat. Vraag het aan de regio.")
        raise Refusal("no_mandate", message, params={"scheme": scheme, "cents": 0})
    return found
