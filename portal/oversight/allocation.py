"""Figures for the region and for scheme owners. Every figure is a sum of ledger transfers and opens to those transfers.

Nobody here sees a person: rows carry schemes, funding lines, amounts and the public id of a voucher at most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion, QuestionState
from portal.framework.catalogue.models import Scheme, SchemeVersion
from portal.framework.catalogue.queries import SchemeInForce, schemes_in_force
from portal.framework.funding.models import Funder, FundingLine
from portal.framework.funding.queries import funders, funding_lines
from portal.ledger import queries as ledger
from portal.ledger.models import Transfer, TransferKind
from portal.ledger.queries import Figure, Figures
from portal.people.actor import Actor, Audience
from portal.platform.among import among
from portal.spending.vouchers.models import Voucher

SEES_ALL = (Audience.REGION, Audience.ADVISOR, Audience.SYSTEM)


@dataclass(frozen=True)
class SchemeFigures:
    """What was reserved, spent and paid for one scheme (all its versions), and how many vouchers there are."""

    scheme: str
    definition: SchemeInForce | None
    reserved_cents: int
    spent_cents: int
    paid_cents: int
    admitted_budget_cents: int
    """The budgets of the funding lines that this scheme may use; several schemes may share them."""
    admitted_available_cents: int
    vouchers: int


@dataclass(frozen=True)
class LineFigures:
    """The five figures of one funding line, and the number of vouchers it pays."""

    line: FundingLine
    figures: Figures
    vouchers: int


@dataclass(frozen=True)
class FunderFigures:
    """The five figures of a funder: the sum of its funding lines."""

    funder: Funder
    figures: Figures
    vouchers: int
    lines: tuple[LineFigures, ...] = field(default=())


@dataclass(frozen=True)
class Allocation:
    """The whole of the money at a day: per scheme, per funder with its lines, and in total."""

    on: date | None
    schemes: tuple[SchemeFigures, ...]
    funders: tuple[FunderFigures, ...]
    total: Figures
    vouchers: int


@dataclass(frozen=True)
class TransferRow:
    """One transfer behind a figure. `cents` is what it adds to (or takes from) the figure; the rows add up to it."""

    transfer_id: int
    at: datetime
    booked_on: date
    kind: TransferKind
    cents: int
    funding_line: str
    funding_line_title_nl: str
    funding_line_title_en: str
    scheme: str | None
    voucher: str | None
    """Public id of the voucher; for advisors only, None for everybody else."""
    note: str | None


def allocation(session: Session, *, actor: Actor, on: date | None = None, today: date) -> Allocation | None:
    """The allocation report up to and including a day (None: until now); None when the actor may not see it.

    `today` decides which scheme versions give the titles.
    """
    if actor.audience not in SEES_ALL:
        return None
    lines = funding_lines(session)
    by_line = ledger.line_figures(session, funding_line_ids=[line.id for line in lines], until=on)
    numbers = _vouchers_by_line(session, on)
    rows = [LineFigures(line, by_line[line.id], numbers.get(line.id, 0)) for line in lines]
    counts, per_funder = _vouchers_by_funder(session, on), []
    for funder in funders(session):
        own = tuple(row for row in rows if row.line.funder_id == funder.id)
        per_funder.append(FunderFigures(funder, _sum(row.figures for row in own), counts.get(funder.id, 0), own))
    schemes = _scheme_figures(session, lines, by_line, on, today, None)
    total = sum(row.vouchers for row in schemes)
    return Allocation(on, tuple(schemes), tuple(per_funder), _sum(row.figures for row in rows), total)


def owner_budgets(session: Session, *, actor: Actor, today: date, on: date | None = None) -> list[SchemeFigures]:
    """The figures of the schemes that the actor owns; for a region and the desk: of all."""
    if actor.audience is Audience.OWNER:
        wanted: frozenset[str] | None = actor.schemes
    elif actor.audience in SEES_ALL:
        wanted = None
    else:
        return []
    lines = funding_lines(session)
    by_line = ledger.line_figures(session, funding_line_ids=[line.id for line in lines], until=on)
    return _scheme_figures(session, lines, by_line, on, today, wanted)


def lines_of_owner(session: Session, *, actor: Actor, on: date | None = None) -> list[LineFigures]:
    """The funding lines that admit a scheme of the actor, with their figures."""
    if actor.audience not in (*SEES_ALL, Audience.OWNER):
        return []
    lines = funding_lines(session)
    if actor.audience is Audience.OWNER:
        lines = [line for line in lines if actor.schemes.intersection(line.admitted_schemes)]
    by_line = ledger.line_figures(session, funding_line_ids=[line.id for line in lines], until=on)
    numbers = _vouchers_by_line(session, on)
    return [LineFigures(line, by_line[line.id], numbers.get(line.id, 0)) for line in lines]


@dataclass(frozen=True)
class FigureOf:
    """What a figure is of: a scheme, a funder, a funding line; with several of the three, all hold. None of them: everything."""

    scheme: str | None = None
    funder: str | None = None
    funding_line: str | None = None


def transfers_behind(
    session: Session,
    *,
    actor: Actor,
    figure: Figure,
    of: FigureOf | None = None,
    on: date | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[TransferRow] | None:
    """The transfers that make a figure of something, or of everything; None when not allowed or unknown.

    The `cents` of all rows together are the figure.
    """
    of = of or FigureOf()
    scheme, funder, funding_line = of.scheme, of.funder, of.funding_line
    if not _may_open(actor, scheme, funder, funding_line):
        return None
    lines = {line.id: line for line in funding_lines(session)}
    if funder is not None and funder not in {line.funder.slug for line in lines.values()}:
        return None
    if funding_line is not None and funding_line not in {line.slug for line in lines.values()}:
        return None
    wanted = [
        line.id
        for line in lines.values()
        if (funder is None or line.funder.slug == funder) and (funding_line is None or line.slug == funding_line)
    ]
    versions = _versions(session)
    chosen = [key for key, slug in versions.items() if slug == scheme] if scheme is not None else None
    if scheme is not None and not chosen:
        return None
    entries = ledger.transfers_behind(
        session, figure=figure, until=on, funding_line_ids=wanted, scheme_version_ids=chosen, limit=limit, offset=offset
    )
    shown = actor.audience in (Audience.ADVISOR, Audience.SYSTEM)
    names = _voucher_names(session, {entry.voucher_id for entry in entries if entry.voucher_id}) if shown else {}
    return [
        TransferRow(
            entry.transfer_id,
            entry.at,
            entry.booked_on,
            entry.kind,
            entry.cents,
            lines[entry.funding_line_id].slug,
            lines[entry.funding_line_id].title_nl,
            lines[entry.funding_line_id].title_en,
            versions.get(entry.scheme_version_id or 0),
            names.get(entry.voucher_id or 0),
            entry.note,
        )
        for entry in entries
    ]


def _may_open(actor: Actor, scheme: str | None, funder: str | None, funding_line: str | None) -> bool:
    """The region and the desk open every figure; an owner those of an own scheme."""
    if actor.audience in SEES_ALL:
        return True
    return actor.audience is Audience.OWNER and scheme is not None and scheme in actor.schemes


def _scheme_figures(
    session: Session,
    lines: Collection[FundingLine],
    by_line: dict[int, Figures],
    on: date | None,
    today: date,
    wanted: frozenset[str] | None,
) -> list[SchemeFigures]:
    versions = _versions(session)
    booked: dict[str, Figures] = {}
    for (version_id,), found in ledger.figures(session, by=("scheme_version_id",), until=on).items():
        slug = versions.get(version_id or 0)
        if slug is not None:
            booked[slug] = booked.get(slug, Figures()) + found
    numbers = _vouchers_by_scheme(session, on)
    here = {s.slug: s for s in schemes_in_force(session, on=today) if s.definition.administered == "here"}
    rows = []
    for slug in sorted((here.keys() | booked.keys()) if wanted is None else (here.keys() | booked.keys()) & wanted):
        found = booked.get(slug, Figures())
        admitted = [by_line[line.id] for line in lines if not line.admitted_schemes or slug in line.admitted_schemes]
        rows.append(
            SchemeFigures(
                slug,
                here.get(slug),
                found.reserved_cents,
                found.spent_cents,
                found.paid_cents,
                sum(one.funded_cents for one in admitted),
                sum(one.available_cents for one in admitted),
                numbers.get(slug, 0),
            )
        )
    return rows


def _versions(session: Session) -> dict[int, str]:
    rows = session.execute(select(SchemeVersion.id, Scheme.slug).join(Scheme, Scheme.id == SchemeVersion.scheme_id))
    return {row[0]: row[1] for row in rows}


def _voucher_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(select(Voucher.id, Voucher.public_id).where(among(Voucher.id, ids)))
    return {row[0]: row[1] for row in rows}


def _vouchers_by_scheme(session: Session, on: date | None) -> dict[str, int]:
    """How many vouchers something was booked for, per scheme."""
    number = select(Scheme.slug, func.count(Transfer.voucher_id.distinct()))
    number = number.join(SchemeVersion, SchemeVersion.scheme_id == Scheme.id)
    number = number.join(Transfer, Transfer.scheme_version_id == SchemeVersion.id).group_by(Scheme.slug)
    if on is not None:
        number = number.where(Transfer.booked_on <= on)
    return {slug: int(count) for slug, count in session.execute(number) if count}


def _vouchers_by_line(session: Session, on: date | None) -> dict[int, int]:
    booked = ledger.lines_of_vouchers(until=on)
    line = booked.c.funding_line_id
    number = select(line, func.count(booked.c.voucher_id.distinct())).where(line.is_not(None)).group_by(line)
    return {line_id: int(count) for line_id, count in session.execute(number)}


def _vouchers_by_funder(session: Session, on: date | None) -> dict[int, int]:
    """Vouchers paid by any line of a funder, each counted once."""
    booked = ledger.lines_of_vouchers(until=on)
    number = select(FundingLine.funder_id, func.count(booked.c.voucher_id.distinct()))
    number = number.join(booked, booked.c.funding_line_id == FundingLine.id).group_by(FundingLine.funder_id)
    return {funder_id: int(count) for funder_id, count in session.execute(number)}


def _sum(figures: Iterable[Figures]) -> Figures:
    return sum(figures, start=Figures())


def counted_questions(session: Session, *, actor: Actor) -> dict[str, int]:
    """How many questions stand in each state, for the region: numbers only. A number below 10 that is not 0 is shown as -1."""
    if actor.audience not in SEES_ALL:
        return {}
    rows = session.execute(
        select(DevelopmentQuestion.state, func.count())
        .where(DevelopmentQuestion.state != QuestionState.DRAFT)
        .group_by(DevelopmentQuestion.state)
    )
    hidden = actor.audience is Audience.REGION
    return {state.value: -1 if hidden and number < 10 else int(number) for state, number in rows}
