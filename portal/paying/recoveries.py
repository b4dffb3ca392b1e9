"""Acts on a recovery: agree on instalments, book what comes in, note what was missed, and write off what will not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.awarding.decisions.drafts import Decider
from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.powers import Power, require_power, scheme_of_version
from portal.ledger.settling import recover_paid
from portal.paying.collecting.actions import require_collectable
from portal.paying.collecting.models import CollectionCharge, CollectionStep, StepKind
from portal.paying.collecting.queries import charges_of, collecting_settings
from portal.paying.collecting.relief import decide_on_claim
from portal.paying.instalments import (
    Term,
    fill_instalments,
    instalments_of,
    monthly_terms,
    plans_before,
    replace_instalments,
    shorten_instalments,
)
from portal.paying.settlements.models import (
    Debtor,
    EntryKind,
    Instalment,
    InstalmentState,
    Recovery,
    RecoveryEntry,
    RecoveryState,
)
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import staff_with_reason
from portal.spending.vouchers.models import Voucher

__all__ = [
    "MOST_INSTALMENTS",
    "CameBack",
    "Term",
    "come_back",
    "lower_claim",
    "monthly_terms",
    "note_missed",
    "plan_instalments",
    "receive_instalment",
    "write_off",
]
MOST_INSTALMENTS = 60


@dataclass(frozen=True)
class CameBack:
    """What came in on a day, with what it is called: for the claim, and for the costs and interest beside it."""

    amount_cents: int
    on: date
    reference: str
    extra_cents: int = 0
    works_from: date | None = None
    """Of what was set off: the day from which it counts."""


def plan_instalments(
    session: Session, *, recovery: Recovery, terms: Sequence[Term], actor: Actor, now: datetime, reason: str = ""
) -> list[Instalment]:
    """Agree on instalments for all that is open, in the place of an earlier plan: on a holder a decision to put off (Awb 4:94).

    Raises ``Refusal`` when the parts do not add up, are too many, not on rising days from today, or without a mandate, and
    ``Conflict`` when it is closed or can be collected no more.
    """
    advisor_only(actor)
    require_collectable(session, recovery=recovery, today=local_date(now))
    days = [term.due_on for term in terms]
    if not 1 <= len(terms) <= MOST_INSTALMENTS:
        raise Refusal("number_of_instalments", _l("Kies een aantal van 1 tot en met 60 termijnen."), field="number")
    if days != sorted(set(days)) or days[0] < local_date(now):
        raise Refusal("days_of_instalments", _l("De eerste termijn ligt niet in het verleden."), field="first_on")
    if any(term.amount_cents <= 0 for term in terms) or sum(t.amount_cents for t in terms) != recovery.open_cents:
        raise Refusal(
            "plan_does_not_add_up", _l("De termijnen tellen niet op tot wat er nog terug moet."), field="number"
        )
    earlier = plans_before(session, recovery)
    why = reason.strip() or f"Afgesproken: terugbetalen in {len(terms)} termijnen."
    by = Decider(actor, now)
    decision = decide_on_claim(session, recovery, DecisionKind.PUT_OFF, recovery.open_cents, why, by)
    plan = recovery.plan + 1
    _change(session, recovery, open_cents=recovery.open_cents, plan=plan)
    session.execute(
        update(Instalment)
        .where(
            Instalment.recovery_id == recovery.id,
            Instalment.state.in_((InstalmentState.PLANNED, InstalmentState.MISSED)),
        )
        .values(state=InstalmentState.REPLACED)
        .execution_options(synchronize_session=False)
    )
    made = instalments_of(terms, recovery_id=recovery.id, plan=plan)
    put_off = CollectionStep(
        recovery_id=recovery.id,
        kind=StepKind.PLANNED,
        on=local_date(now),
        until_on=days[-1],
        plan=plan,
        interest_free=not collecting_settings(session).interest_in_deferral,
        decision_id=decision.id if decision is not None else None,
        letter=earlier + 1 if decision is not None else None,
        at=now,
        by=actor.reference,
        by_name=actor.signature,
    )
    session.add_all([*made, put_off])
    session.flush()
    _note(session, recovery, "recovery/planned", earlier + 1, by, reason=why)
    return made


def receive_instalment(
    session: Session,
    *,
    recovery: Recovery,
    amount_cents: int,
    received_on: date,
    reference: str,
    actor: Actor,
    now: datetime,
) -> RecoveryEntry:
    """Book that money came back: costs and interest first, then the claim, of which the funding line has it available again.

    The same reference on the same day counts once: asking again with the same amount returns the earlier entry. On another day
    it is another receipt: who pays every month mostly writes the same. Raises ``Refusal`` at the field, ``Conflict`` when more
    would come back than is open, or the reference was used for another amount on that day.
    """
    _may_book(actor)
    name = " ".join(reference.split())
    if not 0 < len(name) <= 80:
        message = _l("Vul het kenmerk van de ontvangst in. Het heeft hoogstens 80 tekens.")
        raise Refusal("reference_missing", message, field="reference")
    if received_on > local_date(now):
        raise Refusal("received_in_the_future", _l("De dag van ontvangst ligt in de toekomst."), field="received_on")
    hold(session, recovery)
    known = _receipt(session, recovery, name, received_on)
    if known is not None and known.amount_cents + known.extra_cents == amount_cents:
        return known
    if known is not None:
        message = _l("Met dit kenmerk is op deze dag al een ander bedrag geboekt. Controleer het kenmerk en de dag.")
        raise Conflict("reference_known", message, field="reference")
    charges = charges_of(session, recovery=recovery, lock=True)
    extra = min(amount_cents, sum(one.open_cents for one in charges))
    if amount_cents <= 0 or amount_cents - extra > recovery.open_cents:
        raise _more_than_open()
    _require_power(session, Power.RECEIVE, recovery, actor, now, cents=amount_cents)
    _pay_charges(charges, extra)
    entry = come_back(
        session,
        recovery=recovery,
        receipt=CameBack(amount_cents - extra, received_on, name, extra),
        actor=actor,
        now=now,
    )
    _note(session, recovery, "recovery/received", entry.id, Decider(actor, now), amount_cents)
    return entry


def come_back(session: Session, *, recovery: Recovery, receipt: CameBack, actor: Actor, now: datetime) -> RecoveryEntry:
    """Count and book what came back of a claim that is held: a part of receiving and of setting off, which guard who may.

    Raises ``Conflict`` when something was received or written off meanwhile.
    """
    cents = receipt.amount_cents
    voucher = session.get_one(Voucher, recovery.voucher_id)
    if cents:
        _count(session, recovery, actor, now, received=cents)
        write_guarded(session, voucher, otherwise=None, recovered_cents=Voucher.recovered_cents + cents)
    entry = RecoveryEntry(
        recovery_id=recovery.id,
        kind=EntryKind.RECEIVED,
        amount_cents=cents,
        extra_cents=receipt.extra_cents,
        on=receipt.on,
        works_from=receipt.works_from,
        reference=receipt.reference,
        at=now,
        by=actor.reference,
        by_name=actor.signature,
    )
    session.add(entry)
    session.flush()
    if cents:
        recover_paid(
            session,
            voucher_id=voucher.id,
            amount_cents=cents,
            key=f"recovery:{recovery.id}:{entry.id}",
            actor_id=actor.reference,
            now=now,
            note="recovered",
        )
        fill_instalments(session, recovery, cents)
    session.expire(recovery, ["instalments", "entries"])
    return entry


def _pay_charges(charges: Sequence[CollectionCharge], cents: int) -> None:
    """Count what came in for costs and interest first (Awb 4:92); it is no money of a budget, so it stands in no books."""
    for one in charges:
        part = min(cents, one.open_cents)
        one.received_cents += part
        cents -= part


def write_off(
    session: Session,
    *,
    recovery: Recovery,
    amount_cents: int,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> RecoveryEntry:
    """Decide that (part of) what is open lapses (Awb 4:94a): on a holder a decision. No money moves: what was paid stays paid.

    It takes a mandate, and above the amount of the scheme two people; what was written off before counts too. Raises ``Refusal``
    at the field, ``Conflict`` when something was received or written off meanwhile.
    """
    _check_write_off(recovery, amount_cents, reason, actor)
    whole = recovery.written_off_cents + amount_cents
    _require_power(session, Power.WRITE_OFF, recovery, actor, now, cents=whole, prepared_by=prepared_by)
    by = Decider(actor, now, prepared_by)
    decision = decide_on_claim(session, recovery, DecisionKind.WAIVED, amount_cents, reason, by)
    entry = _write_off(session, recovery, amount_cents, reason, by, decision)
    if recovery.state is RecoveryState.CLOSED:
        replace_instalments(session, recovery)
    else:
        shorten_instalments(session, recovery)
    _note(session, recovery, "recovery/written_off", entry.id, by, amount_cents, reason.strip())
    return entry


def lower_claim(
    session: Session, *, recovery: Recovery, amount_cents: int, reason: str, actor: Actor, now: datetime
) -> RecoveryEntry:
    """A new decision says that so much never had to come back: its letter tells so, and a plan of instalments ends.

    A part of settling again, which has the mandate. Raises as `write_off`.
    """
    _check_write_off(recovery, amount_cents, reason, actor)
    entry = _write_off(session, recovery, amount_cents, reason, Decider(actor, now), None)
    replace_instalments(session, recovery)
    session.expire(recovery, ["instalments", "entries"])
    record(session, actor=actor, action="recovery.lowered", object_kind="recovery", object_id=recovery.id, now=now)
    return entry


def _check_write_off(recovery: Recovery, amount_cents: int, reason: str, actor: Actor) -> None:
    staff_with_reason(actor, reason, _l("Schrijf op waarom dit bedrag niet terug hoeft te komen."))
    if not 0 < amount_cents <= recovery.open_cents:
        raise _more_than_open()


def _more_than_open() -> Refusal:
    message = _l("Vul een bedrag in van hoogstens wat er nog terug moet komen.")
    return Refusal("more_than_open", message, field="amount")


def _write_off(
    session: Session, recovery: Recovery, amount_cents: int, reason: str, by: Decider, decision: Decision | None
) -> RecoveryEntry:
    actor, now = by.actor, by.now
    _count(session, recovery, actor, now, written_off=amount_cents)
    entry = RecoveryEntry(
        recovery_id=recovery.id,
        kind=EntryKind.WRITTEN_OFF,
        amount_cents=amount_cents,
        on=local_date(now),
        reason=reason.strip(),
        decision_id=decision.id if decision is not None else None,
        at=now,
        by=actor.reference,
        by_name=actor.signature,
    )
    session.add(entry)
    session.flush()
    return entry


def note_missed(session: Session, *, instalment: Instalment, today: date, actor: Actor, now: datetime) -> bool:
    """An instalment was not received by its day: it is missed, and the debtor is reminded once. Whether it was."""
    recovery = session.get_one(Recovery, instalment.recovery_id)
    hold(session, recovery)  # the reminder says what is still open
    still = (Instalment.state == InstalmentState.PLANNED, Instalment.due_on < today)
    if not write_guarded(session, instalment, *still, otherwise=None, state=InstalmentState.MISSED, missed_at=now):
        return False
    left = instalment.amount_cents - instalment.received_cents
    _note(session, recovery, "recovery/missed", instalment.id, Decider(actor, now), left)
    return True


def _require_power(
    session: Session,
    power: Power,
    recovery: Recovery,
    actor: Actor,
    now: datetime,
    *,
    cents: int,
    prepared_by: str | None = None,
) -> None:
    voucher = session.get_one(Voucher, recovery.voucher_id)
    scheme = scheme_of_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    on = local_date(now)
    require_power(session, power, actor=actor, on=on, scheme=scheme, cents=cents, prepared_by=prepared_by)


def _may_book(actor: Actor) -> None:
    """An advisor books what came in, and who reads the statements of the bank."""
    if actor.audience is not Audience.REGION:
        advisor_only(actor)


def _count(
    session: Session, recovery: Recovery, actor: Actor, now: datetime, *, received: int = 0, written_off: int = 0
) -> None:
    """Count what ended, guarded in the write; what is open can never become negative."""
    left = recovery.open_cents - received - written_off
    ended = {"state": RecoveryState.CLOSED, "closed_at": now} if left == 0 else {}
    _change(
        session,
        recovery,
        open_cents=recovery.open_cents,
        received_cents=Recovery.received_cents + received,
        written_off_cents=Recovery.written_off_cents + written_off,
        **ended,
    )


def _change(session: Session, recovery: Recovery, *, open_cents: int, **values: object) -> None:
    write_guarded(
        session,
        recovery,
        Recovery.state == RecoveryState.OPEN,
        Recovery.plan == recovery.plan,
        Recovery.amount_cents - Recovery.received_cents - Recovery.written_off_cents == open_cents,
        otherwise=Conflict("recovery_changed", _l("Er is intussen iets ontvangen of afgerond. Kijk opnieuw.")),
        **values,
    )


def _receipt(session: Session, recovery: Recovery, reference: str, on: date) -> RecoveryEntry | None:
    rows = select(RecoveryEntry).where(RecoveryEntry.recovery_id == recovery.id, RecoveryEntry.on == on)
    return session.scalar(rows.where(RecoveryEntry.reference == reference))


def _note(
    session: Session,
    recovery: Recovery,
    template: str,
    number: int,
    by: Decider,
    amount_cents: int = 0,
    reason: str = "",
) -> None:
    """Log the act, and tell the holder when it is the holder who pays back; `number` says which of its kind it is."""
    action = template.replace("/", ".")
    record(session, actor=by.actor, action=action, object_kind="recovery", object_id=recovery.id, now=by.now)
    session.expire(recovery, ["instalments", "entries"])
    if recovery.debtor is not Debtor.HOLDER:
        return
    voucher = session.get_one(Voucher, recovery.voucher_id)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    details: dict[str, Any] = {
        "amount_cents": amount_cents,
        "open_cents": recovery.open_cents,
        "parts": len(recovery.instalments),
    }
    details |= {"reason": reason} if reason else {}
    tell_asker(
        session, question=question, template=template, now=by.now, version=number, in_writing=True, details=details
    )
