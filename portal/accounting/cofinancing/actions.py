"""Acts on co-financing: the region lays down what has to be reached and what others bring; a second person finds that proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.models import (
    LARGEST_CENTS,
    Cofinancing,
    CofinancingDuty,
    CofinancingForm,
    CofinancingSector,
    CofinancingState,
)
from portal.accounting.scope import only_region
from portal.framework.funding.models import Agreement
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person, require_second_person
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault, store_file

MOST_HOURS_HUNDREDTHS = 10_000_000
MOST_RATE_CENTS = 100_000


@dataclass(frozen=True)
class CofinancingTerms:
    """What somebody brings: an amount in cents, or hours (in hundredths of an hour) at a rate in cents per hour."""

    contributor: str
    description: str
    sector: CofinancingSector
    period_from: date
    period_to: date
    own_share: bool = False
    cash_cents: int | None = None
    hours_hundredths: int | None = None
    rate_cents: int | None = None

    @property
    def form(self) -> CofinancingForm:
        """Money when an amount is given, hours otherwise."""
        return CofinancingForm.IN_KIND if self.cash_cents is None else CofinancingForm.CASH

    @property
    def amount_cents(self) -> int:
        """What it counts for: in kind hours times rate, rounded to the nearest cent."""
        if self.cash_cents is not None:
            return self.cash_cents
        return ((self.hours_hundredths or 0) * (self.rate_cents or 0) + 50) // 100


@dataclass(frozen=True)
class EvidenceFile:
    """A file as it was sent."""

    content: bytes
    name: str


def set_duty(
    session: Session, *, agreement: Agreement, amount_cents: int, before_on: date, actor: Actor, now: datetime
) -> CofinancingDuty:
    """Lay down how much others have to bring under an agreement, in cents, before which day; or change that."""
    only_region(actor)
    if not 0 < amount_cents <= LARGEST_CENTS:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan nul euro."), field="amount")
    duty = session.scalar(select(CofinancingDuty).where(CofinancingDuty.agreement_id == agreement.id))
    values = {"amount_cents": amount_cents, "before_on": before_on, "set_at": now, "set_by": actor.reference}
    if duty is None:
        duty = CofinancingDuty(agreement_id=agreement.id, **values)
        message = _l("Een collega legde dit net vast. Kijk wat er nu staat.")
        write_new(session, duty, otherwise=Conflict("duty_known", message))
    else:
        write_guarded(session, duty, otherwise=None, **values)
    record(
        session, actor=actor, action="cofinancing.duty_set", object_kind="agreement", object_id=agreement.id, now=now
    )
    return duty


def claim_cofinancing(
    session: Session, *, agreement: Agreement, contribution: CofinancingTerms, actor: Actor, now: datetime
) -> Cofinancing:
    """Write down what somebody says to bring. It counts when it is proven. Raises ``Refusal`` at the field that is wrong."""
    only_region(actor)
    contributor = " ".join(contribution.contributor.split())
    _check(contribution, contributor)
    entry = Cofinancing(
        agreement_id=agreement.id,
        contributor=contributor,
        description=contribution.description.strip(),
        sector=contribution.sector,
        form=contribution.form,
        own_share=contribution.own_share,
        hours_hundredths=None if contribution.form is CofinancingForm.CASH else contribution.hours_hundredths,
        rate_cents=None if contribution.form is CofinancingForm.CASH else contribution.rate_cents,
        amount_cents=contribution.amount_cents,
        period_from=contribution.period_from,
        period_to=contribution.period_to,
        state=CofinancingState.CLAIMED,
        claimed_at=now,
        claimed_by=actor.reference,
        claimed_by_name=actor.signature,
    )
    session.add(entry)
    session.flush()
    _log(session, entry, "cofinancing.claimed", actor, now)
    return entry


def add_cofinancing_evidence(
    session: Session,
    *,
    entry: Cofinancing,
    evidence: EvidenceFile | None,
    payment: EvidenceFile | None = None,
    vault: Vault,
    actor: Actor,
    now: datetime,
) -> Cofinancing:
    """Add or replace the evidence of an entry that is not decided on; of an own share also the proof of payment.

    Raises ``Refusal`` at the file that may not be kept, ``Conflict`` when it was decided on before.
    """
    only_region(actor)
    if evidence is None and payment is None:
        raise Refusal("file_missing", _l("Kies een bestand."), field="evidence")
    if payment is not None and not entry.own_share:
        message = _l("Alleen bij het eigen deel van een werkgever hoort een bewijs van betaling.")
        raise Refusal("no_payment", message, field="payment")
    hold(session, entry, Cofinancing.state == CofinancingState.CLAIMED, otherwise=_decided())
    for column, file in (("evidence", evidence), ("payment", payment)):
        if file is not None:
            kept = _keep(session, file, column, vault, actor, now)
            setattr(entry, f"{column}_file_id", kept)
    session.flush()
    session.refresh(entry)
    _log(session, entry, "cofinancing.evidence_added", actor, now)
    return entry


def prove_cofinancing(session: Session, *, entry: Cofinancing, actor: Actor, now: datetime) -> Cofinancing:
    """A second person finds an entry proven: from now on it counts.

    Raises ``Refusal`` for who wrote it down and while evidence is missing, ``Conflict`` when it was decided on before.
    """
    only_region(actor)
    hold(session, entry, Cofinancing.state == CofinancingState.CLAIMED, otherwise=_decided())
    require_second_person(actor, prepared_by=entry.claimed_by)
    require_other_person(actor, prepared_by=entry.claimed_by)
    if entry.lacks_evidence:
        message = _l("Er ontbreekt bewijs. Voeg eerst het bestand toe. Bij een eigen deel zijn dat er twee.")
        raise Refusal("evidence_missing", message)
    write_guarded(
        session,
        entry,
        Cofinancing.state == CofinancingState.CLAIMED,
        otherwise=_decided(),
        state=CofinancingState.PROVEN,
        proven_at=now,
        proven_by=actor.reference,
        proven_by_name=actor.signature,
    )
    _log(session, entry, "cofinancing.proven", actor, now)
    return entry


def refuse_cofinancing(
    session: Session, *, entry: Cofinancing, reason: str, actor: Actor, now: datetime
) -> Cofinancing:
    """Refuse an entry with a reason, also by who wrote it down: it does not count. Another one can be written down."""
    only_region(actor)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    write_guarded(
        session,
        entry,
        Cofinancing.state == CofinancingState.CLAIMED,
        otherwise=_decided(),
        state=CofinancingState.REFUSED,
        refused_at=now,
        refused_by=actor.reference,
        refused_by_name=actor.signature,
        refused_reason=reason.strip(),
    )
    _log(session, entry, "cofinancing.refused", actor, now)
    return entry


def _check(contribution: CofinancingTerms, contributor: str) -> None:
    if not contributor or len(contributor) > 200:
        raise Refusal("contributor", _l("Vul in wie dit bijdraagt."), field="contributor")
    if not contribution.description.strip() or len(contribution.description.strip()) > 500:
        raise Refusal("description", _l("Schrijf in hoogstens 500 tekens waarvoor dit is."), field="description")
    if contribution.period_to < contribution.period_from:
        message = _l("De laatste dag ligt voor de eerste dag. Verander een van de twee.")
        raise Refusal("period", message, field="period_to")
    if contribution.form is CofinancingForm.IN_KIND:
        if not 0 < (contribution.hours_hundredths or 0) <= MOST_HOURS_HUNDREDTHS:
            raise Refusal("hours", _l("Vul het aantal uren in, hoogstens 100.000."), field="hours")
        if not 0 < (contribution.rate_cents or 0) <= MOST_RATE_CENTS:
            raise Refusal("rate", _l("Vul een uurtarief in van hoogstens 1.000 euro."), field="rate")
    if not 0 < contribution.amount_cents <= LARGEST_CENTS:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan nul euro."), field="amount")
    private_money = contribution.sector is CofinancingSector.PRIVATE and contribution.form is CofinancingForm.CASH
    if contribution.own_share and not private_money:
        message = _l("Het eigen deel van een werkgever is geld van een bedrijf. Kies privaat en geld.")
        raise Refusal("own_share", message, field="own_share")


def _keep(session: Session, file: EvidenceFile, field: str, vault: Vault, actor: Actor, now: datetime) -> int:
    try:
        return store_file(session, vault=vault, content=file.content, name=file.name, actor=actor, now=now).id
    except Refusal as refused:
        raise Refusal(refused.code, refused.message, field=field) from refused


def _decided() -> Conflict:
    return Conflict("cofinancing_decided", _l("Over deze bijdrage is al besloten."))


def _log(session: Session, entry: Cofinancing, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="cofinancing", object_id=entry.id, now=now)
