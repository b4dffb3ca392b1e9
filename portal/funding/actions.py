"""Acts on funding: take over the funding file of a region, and put money into a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.audit.actions import record
from portal.funding.models import Agreement, Funder, FundingLine
from portal.ledger import actions as ledger
from schemes.canonical import content_hash
from schemes.funding import FundingFile, FundingLineDefinition


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
    session.flush()
    agreements = {row.slug: row for row in session.scalars(select(Agreement))}
    for wanted in funding.agreements:
        if wanted.id not in agreements:
            agreements[wanted.id] = Agreement(
                slug=wanted.id, funder_id=funders[wanted.funder].id, title_nl=wanted.title.nl, title_en=wanted.title.en,
                reference=wanted.reference, signed_on=wanted.signed_on, created_at=now,
            )  # fmt: skip
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
    session.add(line)
    session.flush()
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
