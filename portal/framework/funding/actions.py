"""Acts on funding: take over the funding file of a region, raise and lower budgets, record what was made public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.models import Agreement, CeilingAnnouncement, Funder, FundingLine
from portal.ledger import actions as ledger
from portal.ledger.guards import BudgetExhausted
from portal.ledger.queries import Figures, line_figures
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import OrganisationKind
from portal.people.accounts.queries import organisation_by_slug
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.people.second_person import require_second_person
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import format_euros
from portal.platform.i18n import lazy_gettext as _l
from schemes.files.canonical import content_hash
from schemes.region.funding import FundingFile, FundingLineDefinition

LARGEST_BUDGET_CENTS = 10**12
LONGEST_REASON = 200


@dataclass(frozen=True)
class FundingLoad:
    """What loading a funding file did: slugs of lines that were added, that were there already, and that differ by now."""

    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()


def load_funding(session: Session, *, funding: FundingFile, actor: Actor, now: datetime) -> FundingLoad:
    """Add the funders, agreements and lines that are not there yet, each line with its budget.

    A line that is there keeps what the database says, also when the file differs: a budget is only changed by an act with
    a reason.
    """
    funders = {row.slug: row for row in session.scalars(select(Funder))}
    for item in funding.funders:
        if item.id not in funders:
            funders[item.id] = Funder(
                slug=item.id, name_nl=item.name.nl, name_en=item.name.en, kind=item.kind, created_at=now
            )
            session.add(funders[item.id])
        if organisation_by_slug(session, slug=item.id) is None:  # for the accounts of who brings the money
            kind = OrganisationKind.FUNDER
            ensure_organisation(session, slug=item.id, name=item.name.nl[:200], kind=kind, actor=actor, now=now)
    session.flush()
    agreements = {row.slug: row for row in session.scalars(select(Agreement))}
    for wanted in funding.agreements:
        if wanted.id not in agreements:
            agreements[wanted.id] = Agreement(
                slug=wanted.id,
                funder_id=funders[wanted.funder].id,
                title_nl=wanted.title.nl,
                title_en=wanted.title.en,
                reference=wanted.reference,
                signed_on=wanted.signed_on,
                created_at=now,
            )
            session.add(agreements[wanted.id])
    session.flush()
    known = {row.slug: row.content_hash for row in session.scalars(select(FundingLine))}
    added: list[str] = []
    unchanged: list[str] = []
    differing: list[str] = []
    for definition in funding.funding_lines:
        if definition.id not in known:
            agreement = agreements[definition.agreement] if definition.agreement else None
            _add_line(session, definition, funders[definition.funder], agreement, actor, now)
            added.append(definition.id)
        else:
            (unchanged if known[definition.id] == content_hash(definition) else differing).append(definition.id)
    return FundingLoad(tuple(added), tuple(unchanged), tuple(differing))


def _add_line(
    session: Session,
    definition: FundingLineDefinition,
    funder: Funder,
    agreement: Agreement | None,
    actor: Actor,
    now: datetime,
) -> None:
    line = FundingLine(
        slug=definition.id,
        funder_id=funder.id,
        agreement_id=agreement.id if agreement is not None else None,
        title_nl=definition.title.nl,
        title_en=definition.title.en,
        earmark=definition.earmark.model_dump(mode="json"),
        period_from=definition.period.from_,
        period_to=definition.period.to,
        period_binds=definition.period_binds,
        price_permille=definition.price_permille,
        assumption_nl=definition.assumption.nl if definition.assumption else None,
        assumption_en=definition.assumption.en if definition.assumption else None,
        content_hash=content_hash(definition),
        created_at=now,
    )
    write_new(session, line, otherwise=_name_taken())
    record(session, actor=actor, action="funding_line.added", object_kind="funding_line", object_id=line.slug, now=now)
    ledger.open_accounts(session, funding_line_id=line.id)
    if definition.amount_cents:
        cents, key = definition.amount_cents, f"fund:{line.slug}"
        fund_line(session, line=line, amount_cents=cents, reason=None, actor=actor, now=now, key=key)


def fund_line(
    session: Session,
    *,
    line: FundingLine,
    amount_cents: int,
    reason: str | None,
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> None:
    """Put money into a funding line: one transfer in the ledger. With a `key` that was booked before, nothing changes."""
    ledger.fund(
        session,
        funding_line_id=line.id,
        amount_cents=amount_cents,
        actor_id=actor.reference,
        now=now,
        key=key,
        note=reason,
    )
    record(session, actor=actor, action="funding_line.funded", object_kind="funding_line", object_id=line.slug, now=now)


# Budgets that change ---------------------------------------------------------------------------------------------------


def _name_taken() -> Refusal:
    return Refusal("name_taken", _l("Er is al een budgetregel met deze naam."), field="id")


def add_funding_line(
    session: Session, *, definition: FundingLineDefinition, actor: Actor, now: datetime, prepared_by: str | None = None
) -> FundingLine:
    """A new funding line of a known funder, with its budget; it takes two people. Raises ``Refusal`` at the wrong field."""
    _only_region(actor)
    if session.scalar(select(FundingLine.id).where(FundingLine.slug == definition.id)) is not None:
        raise _name_taken()
    funder = session.scalar(select(Funder).where(Funder.slug == definition.funder))
    if funder is None:
        raise Refusal("unknown_funder", _l("Kies een geldgever uit de lijst."), field="funder")
    agreement = None
    if definition.agreement is not None:
        agreement = session.scalar(select(Agreement).where(Agreement.slug == definition.agreement))
        if agreement is None or agreement.funder_id != funder.id:
            raise Refusal("unknown_agreement", _l("Kies een afspraak met deze geldgever."), field="agreement")
    require_second_person(actor, prepared_by=prepared_by)
    _add_line(session, definition, funder, agreement, actor, now)
    return session.scalars(select(FundingLine).where(FundingLine.slug == definition.id)).one()


def raise_budget(
    session: Session,
    *,
    line: FundingLine,
    amount_cents: int,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> None:
    """Add money to a budget, with a reason; it takes two people. Raises ``Refusal`` for an amount or reason that is none."""
    _only_region(actor)
    cents, why = _amount(amount_cents), _reason(reason)
    require_second_person(actor, prepared_by=prepared_by)
    fund_line(session, line=line, amount_cents=cents, reason=why, actor=actor, now=now)


def lower_budget(
    session: Session,
    *,
    line: FundingLine,
    amount_cents: int,
    reason: str,
    actor: Actor,
    now: datetime,
    prepared_by: str | None = None,
) -> None:
    """Take money out of a budget, with a reason: it goes back to the funder; it takes two people.

    Raises ``BudgetTooLow``, with the figures, when less would be left than is reserved and spent.
    """
    _only_region(actor)
    cents, why = _amount(amount_cents), _reason(reason)
    require_second_person(actor, prepared_by=prepared_by)
    try:
        ledger.give_back(
            session, funding_line_id=line.id, amount_cents=cents, actor_id=actor.reference, now=now, note=why
        )
    except BudgetExhausted as exhausted:
        raise BudgetTooLow(line_figures(session, funding_line_ids=[line.id])[line.id], cents) from exhausted
    record(
        session, actor=actor, action="funding_line.lowered", object_kind="funding_line", object_id=line.slug, now=now
    )


def announce_ceiling(
    session: Session,
    *,
    line: FundingLine,
    ceiling_cents: int,
    announced_on: date,
    place: str,
    actor: Actor,
    now: datetime,
) -> CeilingAnnouncement:
    """Record that the ceiling of a line was made public. Raises ``Refusal`` at the field that is wrong.

    An announcement after the first day of the period is recorded too: `ceiling_warnings` says what it means.
    """
    _only_region(actor)
    if announced_on > local_date(now):
        message = _l("Deze dag is nog niet geweest. Leg een bekendmaking vast als zij is gedaan.")
        raise Refusal("in_the_future", message, field="announced_on")
    where = " ".join(place.split())
    if not where or len(where) > 300:
        raise Refusal("place_missing", _l("Schrijf waar het plafond bekend is gemaakt."), field="place")
    if not 0 <= ceiling_cents <= LARGEST_BUDGET_CENTS:
        raise Refusal(
            "amount_out_of_range", _l("Vul een bedrag in van nul tot en met tien miljard euro."), field="ceiling"
        )
    row = CeilingAnnouncement(
        funding_line_id=line.id,
        ceiling_cents=ceiling_cents,
        announced_on=announced_on,
        place=where,
        recorded_at=now,
        recorded_by=actor.reference,
    )
    session.add(row)
    session.flush()
    record(session, actor=actor, action="ceiling.announced", object_kind="funding_line", object_id=line.slug, now=now)
    return row


class BudgetTooLow(Conflict):
    """Less would be left in the budget than is reserved and spent already (`figures`). Nothing was booked."""

    def __init__(self, figures: Figures, amount_cents: int) -> None:
        held = figures.reserved_cents + figures.spent_cents
        message = _l(
            "U kunt dit budget niet met %(amount)s verlagen. Er is %(reserved)s gereserveerd en %(spent)s besteed. "
            "U kunt het hoogstens met %(most)s verlagen.",
            amount=format_euros(amount_cents, exact=True),
            reserved=format_euros(figures.reserved_cents, exact=True),
            spent=format_euros(figures.spent_cents, exact=True),
            most=format_euros(figures.available_cents, exact=True),
        )
        params = {"held_cents": held, "available_cents": figures.available_cents, "amount_cents": amount_cents}
        super().__init__("budget_too_low", message, params=params)
        self.figures = figures


def _amount(amount_cents: int) -> int:
    if not 0 < amount_cents <= LARGEST_BUDGET_CENTS:
        raise Refusal("amount_out_of_range", _l("Vul een bedrag in van meer dan nul euro."), field="amount")
    return amount_cents


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        message = _l("Schrijf in hoogstens %(most)s tekens waarom het budget verandert.", most=LONGEST_REASON)
        raise Refusal("reason_missing", message, field="reason")
    return reason


def _only_region(actor: Actor) -> None:
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Alleen de regio verandert budgetten."))


def price_line(session: Session, *, line: FundingLine, permille: int | None, actor: Actor, now: datetime) -> None:
    """Give a funding line a price, in thousandths; None: the region's default. Raises ``Refusal`` for who may not."""
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
    hold(session, line)
    if line.price_permille == permille:
        return
    line.price_permille = permille
    names = ["price_permille"]
    record(
        session,
        actor=actor,
        action="funding_line.priced",
        object_kind="funding_line",
        object_id=line.slug,
        now=now,
        fields=names,
    )
