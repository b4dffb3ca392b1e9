"""Acts on a voucher between its issue and its end. Each is guarded in the write, kept with its reason, and told to the holder."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.ledger.settling import release_part
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.periods import require_within_periods
from portal.spending.invoices.decided_first import require_decided
from portal.spending.providers.models import Provider
from portal.spending.providers.queries import is_approved, provider_of
from portal.spending.vouchers.actions import not_live, staff_with_reason
from portal.spending.vouchers.models import (
    LIVE_STATES,
    BlockGround,
    ChangeKind,
    Voucher,
    VoucherChange,
)
from portal.spending.vouchers.queries import later_day

LONGEST_EXTENSION = timedelta(days=3 * 366)

# Blocking --------------------------------------------------------------------------------------------------------------


def block_voucher(
    session: Session,
    *,
    voucher: Voucher,
    reason: str,
    actor: Actor,
    now: datetime,
    ground: BlockGround | None = None,
    tell: bool = True,
) -> VoucherChange:
    """Stop redeeming for a while, and tell the holder unless told not to.

    The `reason` is what is kept and told. With a `ground` the desk blocks the voucher itself and can find it again by that word.
    Raises ``Refusal`` without a reason, ``Conflict`` when it is blocked, or not live any more.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher blokkeert."))
    done = write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.blocked_at.is_(None),
        Voucher.valid_until >= local_date(now),
        otherwise=None,
        blocked_at=now,
        blocked_by=actor.reference,
        block_reason=ground.value if ground is not None else reason.strip(),
    )
    if not done and voucher.is_blocked:
        raise Conflict("voucher_blocked", _l("Deze voucher is al geblokkeerd."))
    if not done:
        raise not_live()
    template = "voucher/blocked" if tell else None
    return note_change(session, voucher, ChangeNote(ChangeKind.BLOCKED, reason, template), actor, now)


def unblock_voucher(
    session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime, tell: bool = True
) -> VoucherChange:
    """Let a blocked voucher be redeemed again. Its last day moves by the number of days it was blocked (days in Amsterdam).

    It never moves past the last day on which the money that pays may be used.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher vrijgeeft."))
    hold(session, voucher)
    blocked_at, before = voucher.blocked_at, voucher.valid_until
    if blocked_at is None:
        raise _not_blocked()
    after = later_day(session, voucher=voucher, day=before + (local_date(now) - local_date(blocked_at)))
    write_guarded(
        session,
        voucher,
        Voucher.blocked_at == blocked_at,
        Voucher.valid_until == before,
        otherwise=_not_blocked(),
        blocked_at=None,
        blocked_by=None,
        block_reason=None,
        valid_until=after,
    )
    template = "voucher/unblocked" if tell else None
    return note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.UNBLOCKED, reason, template),
        actor,
        now,
        day_before=before,
        day_after=after,
    )


def _not_blocked() -> Conflict:
    return Conflict("voucher_not_blocked", _l("Deze voucher is niet geblokkeerd."))


# Days ------------------------------------------------------------------------------------------------------------------


def extend_voucher(
    session: Session, *, voucher: Voucher, until: date, reason: str, actor: Actor, now: datetime
) -> VoucherChange:
    """Let a live voucher be used up to and including a later day.

    The money stays reserved for longer, so the funding lines that pay must allow that day: see ``extension_effect``. Raises
    ``Refusal`` at the field, ``Conflict`` when the voucher ended meanwhile.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher verlengt."))
    hold(session, voucher)
    before = voucher.valid_until
    if until <= before:
        raise Refusal("not_later", _l("De nieuwe laatste dag moet na de oude liggen."), field="until")
    if until > local_date(now) + LONGEST_EXTENSION:
        raise Refusal("too_far_away", _l("Deze dag ligt te ver weg. Kies een dag binnen drie jaar."), field="until")
    require_within_periods(session, voucher, until, "until")
    still = (Voucher.state.in_(LIVE_STATES), Voucher.valid_until == before)
    write_guarded(session, voucher, *still, otherwise=not_live(), valid_until=until)
    days = {"day_before": before, "day_after": until}
    return note_change(
        session, voucher, ChangeNote(ChangeKind.EXTENDED, reason, "voucher/extended"), actor, now, **days
    )


def move_start(
    session: Session, *, voucher: Voucher, starts_on: date, reason: str, actor: Actor, now: datetime
) -> VoucherChange:
    """The training starts on another day. Nothing is booked; the voucher must still be good on that day.

    Raises ``Refusal`` at the field when it starts after the last day (extend first) or in a period the money is not for.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de opleiding op een andere dag begint."))
    hold(session, voucher)
    before = voucher.starts_on
    if starts_on == before:
        raise Refusal("same_day", _l("Dit is al de dag waarop de opleiding begint."), field="starts_on")
    if starts_on < voucher.issued_on:
        message = _l("De opleiding kan niet beginnen voordat de voucher er was.")
        raise Refusal("before_issue", message, field="starts_on")
    if starts_on > voucher.valid_until:
        message = _l("Dan is de voucher al verlopen. Verleng eerst de voucher.")
        raise Refusal("after_last_day", message, field="starts_on")
    require_within_periods(session, voucher, starts_on, "starts_on")
    still = (Voucher.state.in_(LIVE_STATES), Voucher.starts_on.is_not_distinct_from(before))
    write_guarded(session, voucher, *still, otherwise=not_live(), starts_on=starts_on)
    days = {"day_before": before, "day_after": starts_on}
    return note_change(
        session, voucher, ChangeNote(ChangeKind.START_MOVED, reason, "voucher/start_moved"), actor, now, **days
    )


# Amounts ---------------------------------------------------------------------------------------------------------------


def lower_price(
    session: Session, *, voucher: Voucher, by_cents: int, reason: str, actor: Actor, now: datetime, decision_id: int
) -> VoucherChange:
    """The training became cheaper: so much of what is open is released at once. At least one cent stays open.

    A part of the decision to lower the award (`portal.awarding.reductions`), which has the mandate and the letter. Raises
    ``Refusal`` at the field; who wants to free all of it revokes the voucher.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom het bedrag lager wordt."))
    require_decided(session, voucher=voucher)
    if by_cents <= 0:
        raise Refusal("amount_not_positive", _l("Vul een bedrag in dat hoger is dan € 0."), field="amount")
    if voucher.is_live and by_cents >= voucher.open_cents:
        message = _l("Zo blijft er niets op de voucher staan. Trek de voucher dan in.")
        raise Refusal("nothing_left", message, field="amount")
    write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.redeemed_cents + Voucher.released_cents + by_cents < Voucher.amount_cents,
        otherwise=not_live(),
        released_cents=Voucher.released_cents + by_cents,
    )
    release_part(
        session, voucher_id=voucher.id, amount_cents=by_cents, actor_id=actor.reference, now=now, note="price lowered"
    )
    return note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.LOWERED, reason),
        actor,
        now,
        amount_cents=by_cents,
        decision_id=decision_id,
    )


# Providers -------------------------------------------------------------------------------------------------------------


def reserve_at_provider(
    session: Session, *, voucher: Voucher, provider: Provider, reason: str, actor: Actor, now: datetime
) -> VoucherChange:
    """Keep a voucher for one provider, or for another one than before: from now on only that one can redeem it.

    An advisor may do so, and the provider itself with the code when it is kept for nobody. What another provider redeemed
    before stays. Raises ``Refusal`` when the provider may not redeem this scheme, ``Conflict`` when it is kept for another.
    """
    own = provider_of(session, actor=actor)
    if own is None or own.id != provider.id or voucher.reserved_provider_id is not None:
        staff_with_reason(actor, reason, _l("Schrijf op waarom deze opleider de voucher krijgt."))
    if not is_approved(session, provider=provider, scheme=voucher.scheme):
        message = _l("Deze opleider is niet goedgekeurd voor deze regeling.")
        raise Refusal("provider_not_approved", message, field="provider")
    before = voucher.reserved_provider_id
    if before == provider.id:
        raise Conflict("reserved_already", _l("De voucher is al bestemd voor deze opleider."), field="provider")
    write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.reserved_provider_id.is_not_distinct_from(before),
        Voucher.valid_until >= local_date(now),
        otherwise=not_live(),
        reserved_provider_id=provider.id,
        reserved_at=now,
    )
    kind = ChangeKind.RESERVED if before is None else ChangeKind.PROVIDER_SWAPPED
    return note_change(
        session,
        voucher,
        ChangeNote(kind, reason.strip() or "code", f"voucher/{kind.value}"),
        actor,
        now,
        provider_before_id=before,
        provider_id=provider.id,
    )


def free_from_provider(
    session: Session, *, voucher: Voucher, reason: str, actor: Actor, now: datetime
) -> VoucherChange:
    """Any approved provider can redeem the voucher again. Raises ``Conflict`` when it was kept for nobody."""
    staff_with_reason(actor, reason, _l("Schrijf op waarom de voucher weer voor elke opleider is."))
    before = voucher.reserved_provider_id
    for_nobody = Conflict("not_reserved_at_provider", _l("De voucher is niet voor een opleider bestemd."))
    if before is None:
        raise for_nobody
    write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.reserved_provider_id == before,
        otherwise=for_nobody,
        reserved_provider_id=None,
        reserved_at=None,
    )
    return note_change(
        session, voucher, ChangeNote(ChangeKind.FREED, reason, "voucher/freed"), actor, now, provider_before_id=before
    )


# The holder ------------------------------------------------------------------------------------------------------------


def note_moved_out(
    session: Session, *, voucher: Voucher, moved_on: date, reason: str, actor: Actor, now: datetime
) -> VoucherChange:
    """The holder left the region and keeps the voucher: the award was right on its day.

    A decision may end it instead (`portal.awarding.reductions`). Raises ``Refusal`` at the field; ``Conflict`` when the voucher
    ended.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom de houder de voucher houdt, of niet."))
    hold(session, voucher)
    check_move(voucher, moved_on, now)
    return note_change(
        session,
        voucher,
        ChangeNote(ChangeKind.MOVED_OUT, reason, "voucher/moved_keeps"),
        actor,
        now,
        amount_cents=0,
        day_after=moved_on,
    )


def check_move(voucher: Voucher, moved_on: date, now: datetime) -> None:
    """Refuse a move before the voucher was issued or after today, or of the holder of one that ended."""
    if not voucher.issued_on <= moved_on <= local_date(now):
        message = _l("De dag van de verhuizing ligt tussen de uitgifte van de voucher en vandaag.")
        raise Refusal("move_out_of_range", message, field="moved_on")
    if not voucher.is_live:
        raise not_live()


# What every act does ------------------------------------------------------------


class ChangeNote(NamedTuple):
    """What was done to a voucher and why; `template` is the message to the holder, who is not told without one."""

    kind: ChangeKind
    reason: str
    template: str | None = None


def note_change(
    session: Session, voucher: Voucher, note: ChangeNote, actor: Actor, now: datetime, **details: Any
) -> VoucherChange:
    """Keep what was done and why, log it, and tell the holder; the message is about this row."""
    change = VoucherChange(
        voucher_id=voucher.id,
        kind=note.kind,
        reason=note.reason.strip(),
        at=now,
        by=actor.reference,
        by_name=actor.signature,
        **details,
    )
    session.add(change)
    session.flush()
    action = f"voucher.{note.kind.value}"
    record(session, actor=actor, action=action, object_kind="voucher", object_id=voucher.id, now=now)
    if note.template is not None:
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        shown = {
            "amount_cents": change.amount_cents,
            "day_before": change.day_before and change.day_before.isoformat(),
            "day_after": change.day_after and change.day_after.isoformat(),
            "reason": change.reason,
        }
        decided = change.decision_id is not None
        tell_asker(
            session,
            question=question,
            template=note.template,
            now=now,
            version=change.id,
            in_writing=decided,
            details=shown,
        )
    return change
