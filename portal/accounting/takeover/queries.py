"""Reads of takeovers: those there are, what one would write, what touched it since, and what it came to in the books."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.accounting.takeover.checking import DeskGrounds, plan_of_administration
from portal.accounting.takeover.columns import SumKind
from portal.accounting.takeover.models import (
    AdministrationState,
    ColumnChoice,
    EarlierAdministration,
    VoucherTakenOver,
)
from portal.accounting.takeover.rows import AdministrationPlan, LineGround, Sums
from portal.awarding.decisions.models import Decision
from portal.framework.catalogue.queries import SchemeInForce, as_scheme, schemes_in_force, versions_of
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_lines
from portal.framework.trainings.queries import municipality_names
from portal.ledger.closing import closed_until
from portal.ledger.models import LedgerAccount, Transfer, TransferKind
from portal.ledger.queries import available_cents, figures
from portal.paying.payments.models import Payment, PaymentState
from portal.people.actor import Actor, Audience
from portal.platform.among import among
from portal.spending.invoices.models import Invoice
from portal.spending.providers.queries import providers
from portal.spending.vouchers.models import Award, Redemption, Voucher, VoucherChange
from schemes.basics.plain import plain

SEES_TAKEOVERS = frozenset({Audience.REGION, Audience.SYSTEM})
BUDGET_KEY = "takeover:"
"""How the keys of budgets that were taken over begin: then the id of the takeover, and the row."""


@dataclass(frozen=True)
class TakenVoucher:
    """A voucher that was taken over: its reference there, and what it is here."""

    reference: str
    voucher: Voucher


@dataclass(frozen=True)
class Touch:
    """Something that happened to a voucher after it was taken over."""

    reference: str
    what: str
    """One of booked, changed, invoiced, decided, to_be_paid."""


def administrations(session: Session, *, actor: Actor) -> list[EarlierAdministration]:
    """All takeovers, the newest first; for the region only."""
    if actor.audience not in SEES_TAKEOVERS:
        return []
    return list(session.scalars(select(EarlierAdministration).order_by(EarlierAdministration.id.desc())))


def administration_by_public_id(session: Session, *, public_id: str, actor: Actor) -> EarlierAdministration | None:
    """One takeover; None when there is none or the actor may not see it."""
    if actor.audience not in SEES_TAKEOVERS:
        return None
    return session.scalar(select(EarlierAdministration).where(EarlierAdministration.public_id == public_id))


def column_choices(session: Session) -> list[ColumnChoice]:
    """The choices of columns that were kept, by name."""
    return list(session.scalars(select(ColumnChoice).order_by(ColumnChoice.name)))


def undone_vouchers() -> Select[int]:
    """The ids of the vouchers whose takeover was undone: nothing of them counts."""
    return select(VoucherTakenOver.voucher_id).where(VoucherTakenOver.undone_at.is_not(None))


def lapsed_before(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a voucher (of the statement around it) had lapsed when it was taken over, at this instant of its bookings."""
    one = EarlierAdministration
    taken = select(one.id).join(VoucherTakenOver, VoucherTakenOver.administration_id == one.id)
    taken = taken.where(VoucherTakenOver.voucher_id == Voucher.id, one.taken_over_at == at)
    return and_(Voucher.expired_at < at, taken.correlate_except(one, VoucherTakenOver).exists())


def vouchers_taken_over(session: Session, *, administration: EarlierAdministration) -> list[TakenVoucher]:
    """The vouchers of a takeover in the order of the books, with their references."""
    rows = select(VoucherTakenOver.reference, Voucher).join(Voucher, Voucher.id == VoucherTakenOver.voucher_id)
    mine = rows.where(VoucherTakenOver.administration_id == administration.id).order_by(Voucher.id)
    return [TakenVoucher(reference, voucher) for reference, voucher in session.execute(mine)]


# What it would write ---------------------------------------------------------------------------------------------------


def plan_of(session: Session, *, administration: EarlierAdministration, today: date) -> AdministrationPlan:
    """What a takeover would write now, and what is wrong in its files.

    Of one that is being written all of it, the part that stands in the books too: as it was seen before it began.
    """
    grounds = desk_grounds(session, today=today)
    if administration.state is AdministrationState.CARRYING:
        grounds = _before_it(session, grounds, administration)
    return plan_of_administration(administration.tables, administration.mapping, grounds)


def _before_it(session: Session, grounds: DeskGrounds, administration: EarlierAdministration) -> DeskGrounds:
    """What the desk knew before the first part of this takeover was written."""
    own = select(VoucherTakenOver.reference_key).where(VoucherTakenOver.administration_id == administration.id)
    wrote = sums_in_books(session, administration_id=administration.id)
    moved = {
        slug: kinds[SumKind.BUDGET] - kinds[SumKind.AWARDED] + kinds[SumKind.RELEASED] for slug, kinds in wrote.items()
    }
    lines = {
        name: replace(line, free_cents=line.free_cents - moved.get(line.slug, 0))
        for name, line in grounds.lines.items()
    }
    return replace(grounds, lines=lines, references=grounds.references - set(session.scalars(own)))


def desk_grounds(session: Session, *, today: date) -> DeskGrounds:
    """What the desk knows of what an administration names."""
    lines: dict[str, LineGround] = {}
    for name, ground in _line_grounds(session):
        lines.setdefault(name, ground)
    municipalities = municipality_names(session, on=today)
    places = {plain(name): code for code, name in reversed(municipalities.items())}
    places |= {plain(code): code for code in municipalities}
    standing = select(VoucherTakenOver.reference_key).where(VoucherTakenOver.undone_at.is_(None))
    return DeskGrounds(
        today=today,
        lines=lines,
        schemes=_scheme_names(session, today),
        version_on=cache(lambda slug, on: _version_on(session, slug, on)),
        providers=_provider_names(session),
        municipalities=places,
        references=frozenset(session.scalars(standing)),
    )


def _line_grounds(session: Session) -> list[tuple[str, LineGround]]:
    """Every name of every funding line; the short names come first."""
    rows = funding_lines(session)
    free = available_cents(session, funding_line_ids=[line.id for line in rows])
    grounds = [
        (line, LineGround(line.id, line.slug, line.period_from, line.period_to, tuple(line.admitted_schemes), free[line.id]))
        for line in rows
    ]  # fmt: skip
    named = [(plain(line.slug), ground) for line, ground in grounds]
    return named + [(plain(name), ground) for line, ground in grounds for name in (line.title_nl, line.title_en)]


def _scheme_names(session: Session, today: date) -> dict[str, str]:
    found: dict[str, str] = {}
    schemes = [one for one in schemes_in_force(session, on=today) if one.definition.voucher is not None]
    for scheme in schemes:
        for name in (scheme.definition.title.nl, scheme.definition.title.en):
            found.setdefault(plain(name), scheme.slug)
    return found | {plain(scheme.slug): scheme.slug for scheme in schemes}


def _version_on(session: Session, slug: str, on: date) -> SchemeInForce | None:
    """The version that held on a day; before the first one, that one."""
    published = [row for row in versions_of(session, slug=slug) if row.in_force_from is not None]
    held = [row for row in published if row.in_force_from is not None and row.in_force_from <= on]
    row = held[0] if held else (published[-1] if published else None)
    return as_scheme(row) if row is not None else None


def _provider_names(session: Session) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for one in providers(session, actor=Actor.system("takeover")):
        name = plain(one.name)
        found[name] = None if name in found else one.id
    known = providers(session, actor=Actor.system("takeover"))
    return found | {one.kvk_number: one.id for one in known}


# In the books ----------------------------------------------------------------------------------------------------------


def sums_in_books(session: Session, *, administration_id: int) -> Sums:
    """What a takeover came to in the books, per funding line, from the transfers alone. In cents."""
    slugs = {line.id: line.slug for line in session.scalars(select(FundingLine))}
    found: Sums = {}

    def add(line_id: int | None, kind: SumKind, cents: int) -> None:
        if line_id is not None:
            found.setdefault(slugs[line_id], dict.fromkeys(SumKind, 0))[kind] += cents

    funded = Transfer.key.startswith(f"{BUDGET_KEY}{administration_id}:") & (Transfer.kind == TransferKind.FUND)
    mine = select(VoucherTakenOver.voucher_id).where(VoucherTakenOver.administration_id == administration_id)
    ids = list(session.scalars(mine))
    awarded = Transfer.key.startswith("award:") & among(Transfer.voucher_id, ids)
    for kind, which in ((SumKind.BUDGET, funded), (SumKind.AWARDED, awarded)):
        rows = select(LedgerAccount.funding_line_id, func.sum(Transfer.amount_cents))
        rows = rows.join(LedgerAccount, LedgerAccount.id == Transfer.credit_account_id).where(which)
        for line_id, cents in session.execute(rows.group_by(LedgerAccount.funding_line_id)):
            add(line_id, kind, int(cents))
            if kind is SumKind.AWARDED:
                add(line_id, SumKind.RELEASED, int(cents))
    if ids:
        for key, held in figures(session, by=("funding_line_id",), voucher_ids=ids).items():
            add(key[0], SumKind.REDEEMED, held.spent_cents)
            add(key[0], SumKind.PAID, held.paid_cents)
            add(key[0], SumKind.RELEASED, -held.reserved_cents - held.spent_cents)
    return dict(sorted(found.items()))


def touches(session: Session, *, administration: EarlierAdministration) -> list[Touch]:
    """What happened to the vouchers of a takeover that stand, after it: each kind of act at most once per voucher, by reference.

    All its own bookings have the instant at which it was decided. What has another was booked by somebody else, also between two
    parts; so was what came after the last of its own.
    """
    mine = select(VoucherTakenOver.voucher_id).where(
        VoucherTakenOver.administration_id == administration.id, VoucherTakenOver.undone_at.is_(None)
    )
    others: ColumnElement[bool] = Transfer.at != administration.taken_over_at
    if administration.last_transfer_id is not None:
        others = or_(others, Transfer.id > administration.last_transfer_id)
    asked: dict[str, Select[int | None]] = {
        "booked": select(Transfer.voucher_id).where(Transfer.voucher_id.in_(mine), others),
        "changed": select(VoucherChange.voucher_id).where(VoucherChange.voucher_id.in_(mine)),
        "invoiced": select(Invoice.voucher_id).where(Invoice.voucher_id.in_(mine)),
        "decided": select(Voucher.id)
        .join(Decision, Decision.question_id == Voucher.question_id)
        .join(Award, Award.id == Voucher.award_id)
        .where(Voucher.id.in_(mine), Decision.id != Award.decision_id),
        "to_be_paid": select(Redemption.voucher_id)
        .join(Payment, Payment.redemption_id == Redemption.id)
        .where(Redemption.voucher_id.in_(mine), Payment.state != PaymentState.CANCELLED),
    }
    found: set[tuple[int, str]] = set()
    for what, rows in asked.items():
        found |= {(number, what) for number in session.scalars(rows) if number is not None}
    references = _references(session, {number for number, _what in found})
    return sorted(
        (Touch(references[number], what) for number, what in found), key=lambda one: (one.reference, one.what)
    )


def is_in_closed_books(session: Session, *, administration: EarlierAdministration) -> bool:
    """Whether something of a takeover that stands was booked on a day that is closed by now."""
    closed = closed_until(session)
    if closed is None:
        return False
    mine = select(VoucherTakenOver.voucher_id).where(
        VoucherTakenOver.administration_id == administration.id, VoucherTakenOver.undone_at.is_(None)
    )
    its_own = or_(Transfer.voucher_id.in_(mine), Transfer.key.startswith(f"{BUDGET_KEY}{administration.id}:"))
    found = select(Transfer.id).where(
        its_own, Transfer.at == administration.taken_over_at, Transfer.booked_on <= closed
    )
    return session.scalar(found.limit(1)) is not None


def in_the_middle(session: Session) -> EarlierAdministration | None:
    """A takeover of which only a part is written or undone, also one that is to be undone; None when there is none."""
    one = EarlierAdministration
    in_part = and_(
        one.taken_over_at.is_not(None), one.last_transfer_id.is_(None), one.state != AdministrationState.UNDONE
    )
    rows = select(one).where(or_(in_part, one.state == AdministrationState.UNDOING))
    return session.scalars(rows.order_by(one.id).limit(1)).first()


def _references(session: Session, voucher_ids: Collection[int]) -> dict[int, str]:
    rows = select(VoucherTakenOver.voucher_id, VoucherTakenOver.reference)
    return {
        row.voucher_id: row.reference
        for row in session.execute(rows.where(among(VoucherTakenOver.voucher_id, voucher_ids)))
    }
