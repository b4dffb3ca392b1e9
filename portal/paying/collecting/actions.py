"""Acts on collecting a claim: remind who owes it, note that it was acknowledged, determine interest.

Putting off and letting go are decisions of their own: see `relief`. Private law holds for a claim on a provider: of these acts
only `remind_provider` is for that.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import DecisionKind
from portal.awarding.decisions.on_vouchers import VoucherDraft, decide_on_voucher
from portal.awarding.decisions.requirements import require_authority
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.paying.collecting.models import ChargeKind, CollectionCharge, CollectionStep, StepKind
from portal.paying.collecting.of_providers import standing_of_provider
from portal.paying.collecting.queries import (
    REMINDER_WEEKS,
    ClaimStanding,
    interest_when_paid,
    owed_cents,
    reminder_cost_cents,
    standing_of,
    steps_of,
)
from portal.paying.settlements.models import Recovery, RecoveryState
from portal.paying.statutory_interest import NoRate
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.legal_calendar import term_of_weeks
from portal.spending.providers.actions import tell_provider
from portal.spending.providers.models import Provider
from portal.spending.vouchers.actions import scheme_of_voucher, staff_with_reason
from portal.spending.vouchers.models import Voucher


def require_collectable(session: Session, *, recovery: Recovery, today: date) -> ClaimStanding | None:
    """Where a claim stands; None for one on a provider.

    Raises ``Conflict`` when it can no longer be claimed (Awb 4:57, fourth paragraph) or collected (4:104, second paragraph).
    """
    standing = standing_of(session, recovery=recovery, today=today)
    if standing is None:
        return None
    if standing.is_barred:
        message = _l(
            "Dit bedrag kan niet meer terug worden gevraagd. Dat kon tot en met %(day)s, vijf jaar na de vaststelling. De brief "
            "is toen niet verstuurd (Awb 4:57).",
            day=format_date(standing.claim_until),
        )
        raise Conflict("claim_barred", message)
    if standing.is_prescribed and standing.collect_until is not None:
        message = _l(
            "Deze vordering is verjaard na %(day)s (Awb 4:104). Een aanmaning of verrekening kan niet meer. Wat iemand nog "
            "betaalt, mag u boeken.",
            day=format_date(standing.collect_until),
        )
        raise Conflict("claim_prescribed", message)
    return standing


def remind_debtor(session: Session, *, recovery: Recovery, actor: Actor, now: datetime) -> CollectionStep:
    """Summon the holder in writing to pay within two weeks (Awb 4:112), once for each last day to pay that passed.

    What it costs is the region's to say (4:113). Raises ``Conflict`` when nothing is overdue, payment is put off, the letter that
    claims it was not sent, it can be collected no more, or a reminder about this day went out before.
    """
    advisor_only(actor)
    standing = held_claim(session, recovery, now)
    if standing.due_on is None:
        raise _nothing_overdue(standing)
    if any(one.about_on == standing.due_on for one in steps_of(session, recovery=recovery)):
        raise Conflict("reminded_before", _l("Voor deze dag is al een aanmaning verstuurd."))
    today = local_date(now)
    step = CollectionStep(
        recovery_id=recovery.id,
        kind=StepKind.REMINDED,
        on=today,
        until_on=term_of_weeks(today, REMINDER_WEEKS),
        about_on=standing.due_on,
        interest_free=False,
        at=now,
        by=actor.reference,
        by_name=actor.signature,
    )
    session.add(step)
    session.flush()
    owed = owed_cents(session, recovery=recovery)
    cost = reminder_cost_cents(session, owed=owed, on=today)
    if cost:
        _charge(session, recovery, ChargeKind.COSTS, cost, actor, now, step_id=step.id)
    details = {
        "due_cents": standing.due_cents,
        "due_on": standing.due_on.isoformat(),
        "cost_cents": cost,
        "open_cents": recovery.open_cents,
    }
    tell_of_claim(session, recovery, "recovery/reminded", step.id, details, now)
    log_claim(session, recovery, "recovery.reminded", actor, now)
    return step


def remind_provider(session: Session, *, recovery: Recovery, actor: Actor, now: datetime) -> CollectionStep:
    """Summon a provider in writing to pay back within two weeks: a reasonable term, after which it is in default (BW 6:82).

    Once for each last day to pay that passed; it interrupts the prescription (BW 3:317). Raises ``Refusal`` for a claim on a
    holder, ``Conflict`` when nothing is overdue, the claim is closed or prescribed, or a reminder about this day went out before.
    """
    advisor_only(actor)
    closed = Conflict("recovery_changed", _l("Er is intussen iets ontvangen of afgerond. Kijk opnieuw."))
    hold(session, recovery, Recovery.state == RecoveryState.OPEN, otherwise=closed)
    today = local_date(now)
    standing = standing_of_provider(session, recovery=recovery, today=today)
    if standing is None or recovery.provider_id is None:
        raise Refusal("not_of_provider", _l("Dit geld moet van een houder komen, en niet van een opleider."))
    if standing.is_prescribed and standing.collect_until is not None:
        message = _l(
            "Deze vordering is verjaard na %(day)s (BW 3:309). Inhouden op een factuur mag nog wel (BW 6:131).",
            day=format_date(standing.collect_until),
        )
        raise Conflict("claim_prescribed", message)
    if standing.due_on is None:
        raise _nothing_overdue(standing)
    if any(one.about_on == standing.due_on for one in steps_of(session, recovery=recovery)):
        raise Conflict("reminded_before", _l("Voor deze dag is al een aanmaning verstuurd."))
    until = term_of_weeks(today, REMINDER_WEEKS)
    wanted = {"kind": StepKind.REMINDED, "on": today, "until_on": until, "about_on": standing.due_on}
    step = keep_step(session, recovery, actor, now, interest_free=False, **wanted)
    provider = session.get_one(Provider, recovery.provider_id)
    tell_provider(session, provider=provider, template="provider/reminded", now=now, version=step.id)
    log_claim(session, recovery, "recovery.reminded", actor, now)
    return step


def _nothing_overdue(standing: ClaimStanding) -> Conflict:
    if standing.known_on is None:
        message = _l("De brief waarin wij dit terugvragen, is nog niet verstuurd. Verstuur eerst die brief.")
        return Conflict("claim_not_sent", message)
    if standing.put_off_until is not None:
        message = _l(
            "Betalen is uitgesteld tot en met %(day)s. Tot dan maant u niet aan (Awb 4:94).",
            day=format_date(standing.put_off_until),
        )
        return Conflict("put_off", message)
    return Conflict(
        "nothing_overdue", _l("De dag om te betalen is nog niet voorbij. Er is niets om voor aan te manen.")
    )


def note_acknowledged(
    session: Session, *, recovery: Recovery, on: date, reason: str, actor: Actor, now: datetime
) -> CollectionStep:
    """Note that the debtor recognised the claim, and how: that begins the time of prescription anew (Awb 4:105).

    Raises ``Refusal`` at the field, ``Conflict`` when the claim is closed or can be collected no more.
    """
    staff_with_reason(actor, reason, _l("Schrijf op hoe de persoon de schuld erkende."))
    standing = held_claim(session, recovery, now)
    if standing.known_on is None or not standing.known_on <= on <= local_date(now):
        message = _l("Kies een dag tussen de brief en vandaag.")
        raise Refusal("day_out_of_range", message, field="on")
    wanted = {"kind": StepKind.ACKNOWLEDGED, "on": on, "interest_free": False, "reason": reason.strip()}
    step = keep_step(session, recovery, actor, now, **wanted)
    log_claim(session, recovery, "recovery.acknowledged", actor, now)
    return step


def determine_interest(session: Session, *, recovery: Recovery, actor: Actor, now: datetime) -> CollectionCharge:
    """Decide how much statutory interest is owed, when the claim itself is paid: then its days are known (Awb 4:98, 4:99).

    A decision with a mandate and a letter with its calculation; nobody has to ask for interest, so nothing does this by itself.
    Raises ``Refusal`` without a mandate, ``Conflict`` while the claim is open, when it is less than € 20, or it was done before.
    """
    advisor_only(actor)
    hold(session, recovery)
    if recovery.state is not RecoveryState.CLOSED or recovery.closed_at is None:
        message = _l("Rente stelt u vast als het bedrag zelf is betaald. Dan staat vast over welke dagen zij loopt.")
        raise Conflict("claim_open", message)
    require_collectable(session, recovery=recovery, today=local_date(now))
    try:
        found = interest_when_paid(session, recovery=recovery)
    except NoRate as missing:
        message = _l(
            "Van %(day)s is geen wettelijke rente bekend. Vraag de beheerder om haar in de instellingen van de regio te zetten.",
            day=format_date(missing.day),
        )
        raise Refusal("no_rate", message) from missing
    if found is None or not found.is_owed:
        came = format_euros(found.cents if found is not None else 0, exact=True)
        message = _l(
            "De rente komt uit op %(amount)s. Onder € 20 hoeft niemand rente te betalen (Awb 4:98).", amount=came
        )
        raise Conflict("interest_too_little", message)
    voucher = session.get_one(Voucher, recovery.voucher_id)
    scheme, today = scheme_of_voucher(session, voucher=voucher), local_date(now)
    mandate = require_authority(session, scheme=scheme, cents=found.cents, actor=actor, prepared_by=None, on=today)
    days = (found.parts[0].first, found.parts[-1].last)
    reason = f"Wettelijke rente van {days[0]:%d-%m-%Y} tot en met {days[1]:%d-%m-%Y}."
    draft, by = VoucherDraft(DecisionKind.INTEREST, scheme, found.cents, reason), Decider(actor, now, None)
    decision = decide_on_voucher(session, voucher=voucher, draft=draft, mandate=mandate, by=by)
    of_interest = {"first_on": days[0], "last_on": days[1], "decision_id": decision.id}
    charge = _charge(session, recovery, ChargeKind.INTEREST, found.cents, actor, now, **of_interest)
    tell_of_claim(session, recovery, "recovery/interest", charge.id, {"cents": found.cents}, now)
    log_claim(session, recovery, "recovery.interest_determined", actor, now)
    return charge


# Shared by acts on claims ----------------------------------------------------------------------------------------------


def held_claim(session: Session, recovery: Recovery, now: datetime) -> ClaimStanding:
    """Lock an open claim on a holder, and say where it stands. Raises ``Conflict``, and ``Refusal`` for one on a provider."""
    closed = Conflict("recovery_changed", _l("Er is intussen iets ontvangen of afgerond. Kijk opnieuw."))
    hold(session, recovery, Recovery.state == RecoveryState.OPEN, otherwise=closed)
    standing = require_collectable(session, recovery=recovery, today=local_date(now))
    if standing is None:
        message = _l(
            "Dit geld moet van een opleider komen. Daarvoor gelden de regels van gewone rekeningen, niet deze."
        )
        raise Refusal("not_of_holder", message)
    return standing


def keep_step(session: Session, recovery: Recovery, actor: Actor, now: datetime, **wanted: Any) -> CollectionStep:
    """Write down what was done towards who owes it; `wanted` has the columns."""
    step = CollectionStep(recovery_id=recovery.id, at=now, by=actor.reference, by_name=actor.signature, **wanted)
    session.add(step)
    session.flush()
    return step


def _charge(
    session: Session, recovery: Recovery, kind: ChargeKind, cents: int, actor: Actor, now: datetime, **more: Any
) -> CollectionCharge:
    charge = CollectionCharge(
        recovery_id=recovery.id,
        kind=kind,
        amount_cents=cents,
        received_cents=0,
        waived_cents=0,
        charged_on=local_date(now),
        charged_by=actor.reference,
        charged_by_name=actor.signature,
        **more,
    )
    before = Conflict("charged_before", _l("De rente is al vastgesteld."))
    write_new(session, charge, otherwise=before)
    return charge


def tell_of_claim(
    session: Session, recovery: Recovery, template: str, version: int, details: dict[str, object], now: datetime
) -> None:
    """Tell the holder in writing."""
    voucher = session.get_one(Voucher, recovery.voucher_id)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    tell_asker(
        session, question=question, template=template, now=now, version=version, in_writing=True, details=details
    )


def log_claim(session: Session, recovery: Recovery, action: str, actor: Actor, now: datetime) -> None:
    """Log an act on a claim."""
    record(session, actor=actor, action=action, object_kind="recovery", object_id=recovery.id, now=now)
