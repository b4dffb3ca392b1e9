"""Reads of samples: from what could be drawn, what was drawn, and who may open the papers of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.draws import METHOD, SAMPLE_FORMAT, DrawnNumber, drawn, population_hash
from portal.accounting.samples.models import AuditSample, SampledVoucher, SampleField
from portal.accounting.scope import SEES_ALL
from portal.framework.funding.models import Funder, FundingLine
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Award, AwardPart, Voucher

BANDS: tuple[tuple[str, int], ...] = (("up_to_1000", 100_000), ("up_to_2500", 250_000), ("up_to_5000", 500_000))
"""The bands of amounts and their upper ends, in cents."""
ABOVE = "above_5000"


@dataclass(frozen=True)
class SampleChoice:
    """What an auditor asks for: how many, of which vouchers, divided by what, and the seed."""

    size: int
    seed: str
    award_from: date
    award_to: date
    field: SampleField
    funding_line: FundingLine | None = None


@dataclass(frozen=True)
class StratumCount:
    """One part of the population: how many vouchers it has, and how many of them are in the sample."""

    stratum: str
    population: int
    drawn: int


def voucher_number(voucher_id: int) -> str:
    """The number by which the accounts call a voucher. Its code is the holder's."""
    return f"V-{voucher_id:06d}"


def population_of(session: Session, *, choice: SampleChoice) -> dict[str, dict[str, int]]:
    """Per stratum the numbers of the vouchers from which is drawn, with their ids."""
    rows = select(Voucher.id, Voucher.scheme, Voucher.state, Voucher.amount_cents).join(Award)
    rows = rows.where(Award.awarded_on >= choice.award_from, Award.awarded_on <= choice.award_to)
    if choice.funding_line is not None:
        of_line = select(AwardPart.award_id).where(AwardPart.funding_line_id == choice.funding_line.id)
        rows = rows.where(Award.id.in_(of_line))
    funders = _main_funders(session) if choice.field is SampleField.FUNDER else {}
    found: dict[str, dict[str, int]] = {}
    for number, scheme, state, cents in session.execute(rows.order_by(Voucher.id)):
        by = {
            SampleField.SCHEME: scheme,
            SampleField.STATE: state.value,
            SampleField.AMOUNT: next((band for band, up_to in BANDS if cents <= up_to), ABOVE),
            SampleField.FUNDER: funders.get(number, ""),
        }
        found.setdefault(by[choice.field], {})[voucher_number(number)] = number
    return found


def _main_funders(session: Session) -> dict[int, str]:
    """Per voucher the funder that brings most of its award; of two that bring as much the first by name."""
    cents = func.sum(AwardPart.amount_cents)
    rows = (
        select(Voucher.id, Funder.slug)
        .join(AwardPart, AwardPart.award_id == Voucher.award_id)
        .join(FundingLine, FundingLine.id == AwardPart.funding_line_id)
        .join(Funder, Funder.id == FundingLine.funder_id)
        .group_by(Voucher.id, Funder.slug)
    )
    found: dict[int, str] = {}
    for voucher, slug in session.execute(rows.order_by(Voucher.id, cents.desc(), Funder.slug)):
        found.setdefault(voucher, slug)
    return found


def samples(session: Session, *, actor: Actor) -> list[AuditSample]:
    """All samples, the newest first: for the region, its controller and auditors; nobody else sees any."""
    if actor.audience not in SEES_ALL:
        return []
    return list(session.scalars(select(AuditSample).order_by(AuditSample.id.desc())))


def sample_by_public_id(session: Session, *, public_id: str, actor: Actor) -> AuditSample | None:
    """One sample; None when there is none or the actor may not see it."""
    if actor.audience not in SEES_ALL:
        return None
    return session.scalar(select(AuditSample).where(AuditSample.public_id == public_id))


def opens_papers(sample: AuditSample, actor: Actor) -> bool:
    """Whether the actor may open the papers of the vouchers in it: the auditor who drew it, and nobody else."""
    return actor.audience is Audience.AUDITOR and sample.drawn_by == actor.reference


def sampled_vouchers(session: Session, *, sample: AuditSample) -> list[SampledVoucher]:
    """What is in a sample, by stratum and place."""
    rows = select(SampledVoucher).where(SampledVoucher.sample_id == sample.id)
    return list(session.scalars(rows.order_by(SampledVoucher.stratum, SampledVoucher.place)))


def opened_voucher(session: Session, *, sample: AuditSample, public_id: str, actor: Actor) -> Voucher | None:
    """A voucher of a sample, for who may open its papers; None for anybody else, and for a voucher that is not in it."""
    if not opens_papers(sample, actor):
        return None
    rows = select(Voucher).join(SampledVoucher, SampledVoucher.voucher_id == Voucher.id)
    return session.scalar(rows.where(SampledVoucher.sample_id == sample.id, Voucher.public_id == public_id))


def strata_of(session: Session, *, sample: AuditSample) -> list[StratumCount]:
    """The parts of the population, with how many of each are in the sample."""
    rows = select(SampledVoucher.stratum, func.count()).where(SampledVoucher.sample_id == sample.id)
    counted = {stratum: int(number) for stratum, number in session.execute(rows.group_by(SampledVoucher.stratum))}
    return [
        StratumCount(name, len(sample.population[name]), counted.get(name, 0)) for name in sorted(sample.population)
    ]


def drawn_again(sample: AuditSample) -> list[DrawnNumber] | None:
    """The sample drawn once more from the population that was kept; None when its rule is not one that is known here."""
    if sample.method != METHOD:
        return None
    return drawn(sample.population, size=sample.size, seed=sample.seed)


def has_same_population(session: Session, *, sample: AuditSample) -> bool:
    """Whether the vouchers from which would be drawn now are those from which was drawn."""
    choice = SampleChoice(
        sample.size, sample.seed, sample.award_from, sample.award_to, sample.field, sample.funding_line
    )
    now = population_of(session, choice=choice)
    return population_hash(number for part in now.values() for number in part) == sample.population_hash


def sample_definition(sample: AuditSample, *, taken: Sequence[SampledVoucher]) -> Mapping[str, object]:
    """All that says how a sample was drawn and what came out, as plain data."""
    line = sample.funding_line
    return {
        "format": SAMPLE_FORMAT,
        "method": sample.method,
        "seed": sample.seed,
        "size": sample.size,
        "awarded_from": sample.award_from.isoformat(),
        "awarded_to": sample.award_to.isoformat(),
        "funding_line": line.slug if line is not None else None,
        "divided_by": sample.field.value,
        "drawn_at": sample.drawn_at.isoformat(),
        "drawn_by": sample.drawn_by,
        "population_size": sample.population_size,
        "population_sha256": sample.population_hash,
        "population": {name: sorted(numbers) for name, numbers in sorted(sample.population.items())},
        "vouchers": [
            {"number": voucher_number(one.voucher_id), "stratum": one.stratum, "place": one.place} for one in taken
        ],
    }
