"""Acts on awards and vouchers: issue, redeem, expire, revoke. Each act is guarded in the write and booked in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, case, or_, select
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.actions import advisor_only, tell_asker
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import SchemeInForce
from portal.ledger import actions as ledger
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.models import Provider
from portal.spending.providers.queries import is_approved, provider_of
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
from portal.spending.vouchers.queries import late_vouchers, new_code

OLDEST_INVOICE = timedelta(days=366)


@dataclass(frozen=True)
class VoucherPart:
    """Cents of one cost line that one funding line pays."""

    line_key: str
    funding_line_id: int
    amount_cents: int


@dataclass(frozen=True)
class ExpiryRun:
    """What one run of the expiry did."""

    expired: int
    released_cents: int


def issue_award(
    session: Session,
    *,
    question: DevelopmentQuestion,
    application: Application,
    decision_id: int,
    scheme: SchemeInForce,
    parts: Sequence[VoucherPart],
    actor: Actor,
    now: datetime,
) -> Award:
    """Write an award with its parts and its voucher. Only a decision does this; it reserves the money in the same act."""
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
        awarded_on=today,
        awarded_at=now,
        awarded_by=actor.reference,
    )
    award.parts = [
        AwardPart(line_key=part.line_key, funding_line_id=part.funding_line_id, amount_cents=part.amount_cents)
        for part in parts
    ]
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
    invoice_number: str,
    invoice_date: date,
    amount_cents: int,
    actor: Actor,
    now: datetime,
    received_on: date | None = None,
) -> Redemption:
    """A provider takes (part of) a voucher for an invoice, up to and including the last day in Europe/Amsterdam.

    The last day is held against `received_on`, the day on which the invoice came in, or else today.

    Reserved money becomes spent; when the scheme keeps no rest, what is left is released at once. Raises ``Refusal`` at the field
    that is wrong, ``Conflict`` when the invoice was handed in before or the voucher was used, expired or revoked meanwhile.
    """
    today = local_date(now)
    provider = _approved(session, voucher, actor)
    number, key = check_invoice(session, voucher, provider, invoice_number, invoice_date, today)
    _check_amount(voucher, amount_cents)
    redemption = book_redemption(
        session,
        voucher=voucher,
        provider=provider,
        number=number,
        key=key,
        invoice_date=invoice_date,
        amount_cents=amount_cents,
        keep_rest=voucher.keep_rest,
        kind=RedemptionKind.INVOICE,
        actor=actor,
        now=now,
        received_on=received_on,
    )
    _say(session, voucher, "voucher.redeemed", "voucher/redeemed", actor, now, number=redemption.id)
    return redemption


def book_redemption(
    session: Session,
    *,
    voucher: Voucher,
    provider: Provider,
    number: str,
    key: str,
    invoice_date: date,
    amount_cents: int,
    keep_rest: bool,
    kind: RedemptionKind,
    actor: Actor,
    now: datetime,
    received_on: date | None = None,
) -> Redemption:
    """Count an invoice on the voucher, spend its money in the books, and write which transfers did.

    Raises ``Conflict`` when the voucher was used, blocked, expired, revoked or kept for another provider meanwhile.
    """
    before = voucher.open_cents
    _take(session, voucher, provider, amount_cents, keep_rest, received_on or local_date(now), now)
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
        invoice_number=number,
        invoice_key=key,
        invoice_date=invoice_date,
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


def check_invoice(
    session: Session, voucher: Voucher, provider: Provider, invoice_number: str, invoice_date: date, today: date
) -> tuple[str, str]:
    """The number of an invoice as written and as compared. Raises ``Refusal`` at the field, ``Conflict`` when it is known."""
    number = " ".join(invoice_number.split())
    key = "".join(number.casefold().split())
    if not key or len(number) > 60:
        message = _l("Vul het nummer van de factuur in. Het heeft hooguit 60 tekens.")
        raise Refusal("invoice_number", message, field="invoice_number")
    if invoice_date > today:
        raise Refusal("invoice_in_the_future", _l("De datum van de factuur ligt in de toekomst."), field="invoice_date")
    if invoice_date < voucher.issued_on - OLDEST_INVOICE:
        raise Refusal("invoice_too_old", _l("Deze factuur is te oud voor deze voucher."), field="invoice_date")
    known = select(Redemption.id).where(
        Redemption.provider_id == provider.id, Redemption.invoice_key == key, Redemption.voucher_id == voucher.id
    )
    if session.scalar(known) is not None:
        raise Conflict(
            "invoice_known", _l("U hebt deze factuur al ingediend voor deze voucher."), field="invoice_number"
        )
    return number, key


def _check_amount(voucher: Voucher, amount_cents: int) -> None:
    if amount_cents <= 0:
        raise Refusal("amount_not_positive", _l("Vul een bedrag in dat hoger is dan € 0."), field="amount")
    if amount_cents > voucher.open_cents and voucher.is_live:
        raise Refusal("more_than_open", _l("Dit bedrag is hoger dan wat er nog op de voucher staat."), field="amount")
    if amount_cents < voucher.open_cents and not voucher.partial_redemption:
        message = _l("Deze voucher kunt u maar in één keer verzilveren, voor het hele bedrag.")
        raise Refusal("no_partial_redemption", message, field="amount")


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


def expire_vouchers(engine: Engine, *, today: date, now: datetime) -> ExpiryRun:
    """Let every voucher expire whose last day lies before `today`, each in a transaction of its own.

    May be stopped and started again at any moment, and run by several processes at once.
    """
    actor = Actor.system("loket vouchers expire")

    def expire(session: Session, voucher_id: int) -> int:
        voucher = session.get_one(Voucher, voucher_id)
        return expire_voucher(session, voucher=voucher, today=today, actor=actor, now=now)

    cents = []
    for voucher_id in unit_of_work(engine, lambda session: late_vouchers(session, today=today), read_only=True):
        cents.append(unit_of_work(engine, lambda session, one=voucher_id: expire(session, one)))  # type: ignore[misc]
    return ExpiryRun(sum(1 for released in cents if released), sum(cents))


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
