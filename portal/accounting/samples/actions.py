"""The act by which an auditor draws a sample."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounting.draws import METHOD, drawn, population_hash
from portal.accounting.samples.models import AuditSample, SampledVoucher
from portal.accounting.samples.queries import SampleChoice, population_of
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

LARGEST_SAMPLE = 150
"""So many vouchers at most: an auditor reads the papers of each, and all of them come in one answer."""
LONGEST_SEED = 80


def draw_sample(session: Session, *, choice: SampleChoice, actor: Actor, now: datetime) -> AuditSample:
    """Draw a sample and keep it, with the population it was drawn from: the same choice gives the same vouchers.

    Only an auditor does. Raises ``Refusal``: not_yours; seed (field seed), sample_days (award_to), sample_empty (award_from),
    sample_too_large and sample_too_small (size).
    """
    if actor.audience is not Audience.AUDITOR:
        raise Refusal("not_yours", _l("Alleen een accountant trekt een steekproef."))
    seed = choice.seed.strip()
    if not 0 < len(seed) <= LONGEST_SEED:
        raise Refusal("sample_seed", _l("Vul een startwaarde in van hoogstens 80 tekens."), field="seed")
    if choice.award_to < choice.award_from:
        raise Refusal("sample_days", _l("De laatste dag ligt voor de eerste dag."), field="award_to")
    found = population_of(session, choice=choice)
    numbers = {number: voucher for part in found.values() for number, voucher in part.items()}
    _check_size(choice.size, strata=len(found), vouchers=len(numbers))
    population = {stratum: sorted(part) for stratum, part in sorted(found.items())}
    sample = AuditSample(
        size=choice.size,
        seed=seed,
        method=METHOD,
        award_from=choice.award_from,
        award_to=choice.award_to,
        funding_line=choice.funding_line,
        field=choice.field,
        population=population,
        population_size=len(numbers),
        population_hash=population_hash(numbers),
        drawn_at=now,
        drawn_by=actor.reference,
        drawn_by_name=actor.signature,
    )
    session.add(sample)
    session.flush()
    session.add_all(
        SampledVoucher(sample_id=sample.id, voucher_id=numbers[one.number], stratum=one.stratum, place=one.place)
        for one in drawn(population, size=choice.size, seed=seed)
    )
    record(session, actor=actor, action="sample.drawn", object_kind="audit_sample", object_id=sample.id, now=now)
    return sample


def _check_size(size: int, *, strata: int, vouchers: int) -> None:
    if vouchers == 0:
        raise Refusal("sample_empty", _l("In deze tijd is er geen voucher toegekend."), field="award_from")
    most = min(vouchers, LARGEST_SAMPLE)
    if size > most:
        raise Refusal(
            "sample_too_large", _l("Kies hoogstens %(number)s vouchers. Meer kan hier niet.", number=most), field="size"
        )
    if size < strata:
        said = _l("Kies minstens %(number)s vouchers: uit elke groep komt er een.", number=strata)
        raise Refusal("sample_too_small", said, field="size")
