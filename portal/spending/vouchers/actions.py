"""Acts on awards and vouchers: issue, redeem, expire, revoke. Each act is guarded in the write and booked in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, or_
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce, scheme_version
from portal.ledger import actions as ledger
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.models import Provider
from portal.spending.providers.queries import is_approved, provider_of
from portal.spending.vouchers.bill import Bill, check_amount, check_written, refuse_redeemed
from portal.spending.vouchers.codes import new_code
from portal.spending.vouchers.linking import link_spends
from portal.spending.vouchers.models import (
    LIVE_STATES,
    Award,
    AwardPart,
    Redemption,
    RedemptionKind,
    ReminderKind,
    Voucher,
    VoucherReminder,
    VoucherState,
)


@dataclass(frozen=True)
class VoucherPart:
    """Cents of one cost line that one funding line pays."""

    line_key: str
    funding_line_id: int
    amount_cents: int


@dataclass(frozen=True)
class AwardedScheme:
    """What a decision gives of one scheme: the version that counts, and what pays which cost line."""

    scheme: SchemeInForce
    parts: Sequence[VoucherPart]


def issue_award(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application,
    decision_id: int,
    awarded: AwardedScheme,
    actor: Actor,
    now: datetime,
) -> Award:
    """Write an award with its parts and its voucher. Only a decision does this; it reserves the money in the same act."""
    scheme, parts = awarded.scheme, awarded.parts
    rules = scheme.definition.voucher
    assert rules is not None
    today = local_date(now)
    award = Award(
        question_id=question.id,
        decision_id=decision_id,
        scheme=scheme.slug,
        scheme_version=scheme.version,
        amount_cents=sum(part.amount_cents for part in parts),
        person_key=application.person_key,
        employer_key=application.employer_key,
        counted_on=question.reference_date or today,
        training_id=question.training_id,
        training_key=question.training_key,
        awarded_on=today,
        awarded_at=now,
        awarded_by=actor.reference,
    )
    kinds = {line.line_key: line.category for line in question.cost_lines}
    award.parts = [AwardPart(**asdict(part), awarded_on=today, category=kinds.get(part.line_key)) for part in parts]
    award.voucher = Voucher(
        code=new_code(),
        question_id=question.id,
        scheme=scheme.slug,
        scheme_version=scheme.version,
        beneficiary_key=application.person_key or application.employer_key or "",
        amount_cents=award.amount_cents,
        redeemed_cents=0,
        released_cents=0,
        partial_redemption=rules.partial_redemption,
        keep_rest=rules.keep_rest,
        state=VoucherState.ISSUED,
        issued_on=today,
        issued_at=now,
        issued_by=actor.reference,
        valid_until=today + timedelta(days=rules.valid_days),
        starts_on=_day(question.facts.get("training_start")),
    )
    session.add(award)
    session.flush()
    record(session, actor=actor, action="voucher.issued", object_kind="voucher", object_id=award.voucher.id, now=now)
    return award


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def redeem_voucher(
    session: Session,
    *,
    voucher: Voucher,
    bill: Bill,
    actor: Actor,
    now: datetime,
) -> Redemption:
    """A provider takes (part of) a voucher for an invoice, up to and including the last day in Europe/Amsterdam.

    The last day is held against the day on which the invoice came in, or else today.

    Reserved money becomes spent; when the scheme keeps no rest, what is left is released at once. Raises ``Refusal`` at the field
    that is wrong, ``Conflict`` when the invoice was handed in before or the voucher was used, expired or revoked meanwhile.
    """
    hold(session, voucher)  # who hands in the same bill at this moment waits, and is told that it is known
    provider = _approved(session, voucher, actor)
    check_written(voucher, bill, local_date(now))
    refuse_redeemed(session, voucher, provider, bill)
    check_amount(voucher, bill.amount_cents)
    redemption = book_redemption(
        session, voucher=voucher, provider=provider, bill=bill, kind=RedemptionKind.INVOICE, actor=actor, now=now
    )
    _say(session, voucher, "voucher.redeemed", "voucher/redeemed", actor, now, number=redemption.id)
    return redemption


def book_redemption(
    session: Session,
    *,
    voucher: Voucher,
    provider: Provider,
    bill: Bill,
    kind: RedemptionKind,
    actor: Actor,
    now: datetime,
) -> Redemption:
    """Count a bill that was checked on the voucher, spend its money in the books, and write which transfers did.

    After the fee of a training that does not go on no rest is kept; else the voucher says whether it is.
    Raises ``Conflict`` when the voucher was used, blocked, expired, revoked or kept for another provider meanwhile.
    """
    hold(session, voucher)
    before, amount_cents = voucher.open_cents, bill.amount_cents
    keep_rest = voucher.keep_rest and kind is RedemptionKind.INVOICE
    _take(session, voucher, provider, amount_cents, keep_rest, bill.received_on or local_date(now), now)
    booked = ledger.redeem(
        session,
        voucher_id=voucher.id,
        amount_cents=amount_cents,
        keep_rest=keep_rest,
        actor_id=actor.reference,
        now=now,
    )
    redemption = Redemption(
        voucher_id=voucher.id,
        provider_id=provider.id,
        invoice_number=bill.number,
        invoice_key=bill.key,
        invoice_date=bill.invoice_date,
        amount_cents=booked.spent_cents,
        released_cents=0 if keep_rest else before - amount_cents,
        kind=kind,
        credited_cents=0,
        redeemed_at=now,
        redeemed_by=actor.reference,
    )
    session.add(redemption)
    session.flush()
    link_spends(session, redemption=redemption, transfer_ids=[spent.id for spent in booked.spent])
    session.refresh(voucher)
    return redemption


def _approved(session: Session, voucher: Voucher, actor: Actor) -> Provider:
    provider = provider_of(session, actor=actor)
    if provider is None:
        raise Refusal("not_a_provider", _l("Alleen een opleider die in de lijst staat kan een voucher verzilveren."))
    if not is_approved(session, provider=provider, scheme=voucher.scheme):
        message = _l("U bent niet goedgekeurd voor deze regeling. Neem contact op met het loket.")
        raise Refusal("provider_not_approved", message)
    return provider


def _take(
    session: Session,
    voucher: Voucher,
    provider: Provider,
    amount_cents: int,
    keep_rest: bool,
    today: date,
    now: datetime,
) -> None:
    """Count the amount on the voucher in the write: live, not blocked, not past its last day, and enough left, or a refusal."""
    taken = Voucher.redeemed_cents + amount_cents
    values: dict[str, object] = {"redeemed_cents": taken, "redeemed_at": now}
    if keep_rest:
        whole = taken + Voucher.released_cents == Voucher.amount_cents
        values["state"] = case((whole, VoucherState.REDEEMED.value), else_=VoucherState.PARTLY_REDEEMED.value)
    else:
        values["state"] = VoucherState.REDEEMED
        values["released_cents"] = Voucher.amount_cents - taken
    done = write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.blocked_at.is_(None),
        or_(Voucher.reserved_provider_id.is_(None), Voucher.reserved_provider_id == provider.id),
        Voucher.valid_until >= today,
        taken + Voucher.released_cents <= Voucher.amount_cents,
        otherwise=None,
        **values,
    )
    if done:
        return
    if voucher.is_blocked:
        raise Conflict("voucher_blocked", _l("Deze voucher is tijdelijk geblokkeerd. Neem contact op met het loket."))
    if voucher.reserved_provider_id not in (None, provider.id):
        raise Conflict("voucher_of_other_provider", _l("Deze voucher is bestemd voor een andere opleider."))
    if voucher.state is VoucherState.EXPIRED or voucher.valid_until < today:
        raise Conflict("voucher_expired", _l("Deze voucher is verlopen."))
    if voucher.state is VoucherState.REVOKED:
        raise Conflict("voucher_revoked", _l("Deze voucher is ingetrokken."))
    if voucher.state is VoucherState.SETTLED:
        raise Conflict("voucher_settled", _l("Deze voucher is vastgesteld. U kunt hem niet meer gebruiken."))
    if not voucher.is_live:
        raise Conflict("voucher_used", _l("Deze voucher is al helemaal verzilverd."))
    raise Conflict("more_than_open", _l("Dit bedrag is hoger dan wat er nog op de voucher staat."), field="amount")


def revoke_voucher(
    session: Session,
    *,
    voucher: Voucher,
    reason: str,
    actor: Actor,
    now: datetime,
    tell: bool = True,
) -> Voucher:
    """Take back what is still open on a voucher; the money is available again. What was redeemed stays redeemed.

    Always a part of a decision, which has the mandate: to revoke it (`portal.awarding.reductions`), or one in the place of
    the award. The holder is told, unless the decision tells it. Raises ``Refusal`` and ``Conflict``.
    """
    staff_with_reason(actor, reason, _l("Schrijf op waarom u de voucher intrekt."))
    by = {"revoked_at": now, "revoked_by": actor.reference, "revoke_reason": reason.strip()}
    _end(session, voucher, state=VoucherState.REVOKED, **by)
    ledger.release(session, voucher_id=voucher.id, actor_id=actor.reference, now=now, note="voucher revoked")
    _say(session, voucher, "voucher.revoked", "voucher/revoked" if tell else None, actor, now)
    return voucher


def expire_voucher(session: Session, *, voucher: Voucher, today: date, actor: Actor, now: datetime) -> int:
    """Let a voucher expire whose last day has passed, and release what was reserved; returns the cents.

    Doing it again, or on a voucher that was used, revoked, extended or blocked meanwhile, changes nothing and returns 0. A
    blocked voucher does not expire: the days of the block are added when it is unblocked. The holder is told once.
    """
    if voucher.valid_until >= today or not voucher.is_live or voucher.is_blocked:
        return 0
    hold(session, voucher)
    open_cents = voucher.open_cents
    late = (Voucher.valid_until < today, Voucher.blocked_at.is_(None))
    try:
        _end(session, voucher, *late, state=VoucherState.EXPIRED, expired_at=now)
    except Conflict:
        return 0
    ledger.release(session, voucher_id=voucher.id, actor_id=actor.reference, now=now, note="voucher expired")
    log = VoucherReminder(voucher_id=voucher.id, kind=ReminderKind.LAPSED, valid_until=voucher.valid_until, sent_at=now)
    session.add(log)
    _say(session, voucher, "voucher.expired", "voucher/expired", actor, now)
    return open_cents


# What every act does ---------------------------------------------------------------------------------------------------


def not_live() -> Conflict:
    """The voucher cannot be used any more, so this cannot be done with it."""
    return Conflict("voucher_not_live", _l("Deze voucher is intussen verzilverd, verlopen of ingetrokken."))


def staff_with_reason(actor: Actor, reason: str, message: object) -> None:
    """Only an advisor (or a program) may do this, and says why. Raises ``Refusal``."""
    advisor_only(actor)
    if not reason.strip():
        raise Refusal("reason_missing", message, field="reason")


def _end(session: Session, voucher: Voucher, *guards: ColumnElement[bool], **values: object) -> None:
    """End a live voucher and free what is open on it, guarded in the write. Raises ``Conflict`` when it is not live."""
    write_guarded(
        session,
        voucher,
        Voucher.state.in_(LIVE_STATES),
        Voucher.redeemed_cents == voucher.redeemed_cents,
        *guards,
        otherwise=not_live(),
        released_cents=Voucher.amount_cents - Voucher.redeemed_cents,
        blocked_at=None,
        blocked_by=None,
        block_reason=None,
        **values,
    )


def _say(
    session: Session, voucher: Voucher, action: str, template: str | None, actor: Actor, now: datetime, number: int = 0
) -> None:
    record(session, actor=actor, action=action, object_kind="voucher", object_id=voucher.id, now=now)
    if template is not None:
        question = session.get_one(DevelopmentQuestion, voucher.question_id)
        tell_asker(session, question=question, template=template, now=now, version=number or voucher.id)


def scheme_of_voucher(session: Session, *, voucher: Voucher) -> SchemeInForce:
    """The version of the scheme under which a voucher was awarded. Raises ``Refusal`` when the catalogue has lost it."""
    found = scheme_version(session, slug=voucher.scheme, version=voucher.award.scheme_version)
    if found is None:
        raise Refusal("scheme_ended", _l("Deze regeling geldt niet meer."))
    return found
