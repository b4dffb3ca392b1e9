"""Drawing a sample: who may, from what, and that the same choice gives the same vouchers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounting.draws import population_hash
from portal.accounting.samples.actions import draw_sample
from portal.accounting.samples.models import AuditSample, SampledVoucher, SampleField
from portal.accounting.samples.queries import (
    drawn_again,
    has_same_population,
    opened_voucher,
    opens_papers,
    population_of,
    sample_by_public_id,
    sampled_vouchers,
    samples,
    strata_of,
    voucher_number,
)
from portal.framework.funding.models import FundingLine
from portal.people.actor import Actor, Audience
from portal.people.audit.queries import events_of
from portal.platform.errors import Refusal
from portal.spending.vouchers.models import AwardPart, Voucher
from tests.factories import NOW, a_voucher
from tests.portal.accounting.audited import AUDITOR, OTHER_AUDITOR, a_choice, a_sample
from tests.snapshots import made_once


@pytest.fixture
@made_once
def vouchers(session: Session) -> list[Voucher]:
    return [a_voucher(session) for _ in range(5)]


def numbers_of(session: Session, sample: AuditSample) -> list[str]:
    return [voucher_number(one.voucher_id) for one in sampled_vouchers(session, sample=sample)]


def test_an_auditor_draws_and_what_was_drawn_is_kept_with_all_it_takes(
    session: Session, vouchers: list[Voucher]
) -> None:
    sample = a_sample(session, size=3, seed=" 2026-1 ")
    everything = [voucher_number(one.id) for one in vouchers]
    assert (sample.population_size, sample.population_hash) == (5, population_hash(everything))
    assert (sample.seed, sample.drawn_by, sample.drawn_by_name) == ("2026-1", AUDITOR.reference, "Ada Accountant")
    assert sorted(number for part in sample.population.values() for number in part) == sorted(everything)
    assert len(set(numbers_of(session, sample))) == 3
    [logged] = events_of(session, object_kind="audit_sample", object_id=sample.id)
    assert (logged.action, logged.actor) == ("sample.drawn", AUDITOR.reference)


@pytest.mark.parametrize("field", list(SampleField))
def test_drawing_again_gives_the_same_vouchers(session: Session, vouchers: list[Voucher], field: SampleField) -> None:
    first, second = a_sample(session, size=3, field=field), a_sample(session, size=3, field=field)
    assert numbers_of(session, first) == numbers_of(session, second)
    assert [one.number for one in drawn_again(first) or []] == numbers_of(session, first)
    assert has_same_population(session, sample=first)


def test_control_another_seed_gives_others_and_a_new_voucher_another_population(
    session: Session, vouchers: list[Voucher]
) -> None:
    first = a_sample(session, size=2)
    others = [numbers_of(session, a_sample(session, size=2, seed=f"s{one}")) for one in range(6)]
    assert any(set(one) != set(numbers_of(session, first)) for one in others)
    a_voucher(session)
    assert not has_same_population(session, sample=first)
    assert [one.number for one in drawn_again(first) or []] == numbers_of(session, first), "the one that was kept"


@pytest.mark.parametrize("audience", [one for one in Audience if one is not Audience.AUDITOR])
def test_nobody_but_an_auditor_draws(session: Session, vouchers: list[Voucher], audience: Audience) -> None:
    with pytest.raises(Refusal) as refused:
        draw_sample(session, choice=a_choice(), actor=Actor(audience, account_id=1), now=NOW)
    assert refused.value.code == "not_yours"
    assert session.scalars(select(AuditSample)).all() == []


@pytest.mark.parametrize(
    ("other", "code", "field"),
    [
        ({"seed": "  "}, "sample_seed", "seed"),
        ({"seed": "x" * 81}, "sample_seed", "seed"),
        ({"award_from": date(2027, 1, 1), "award_to": date(2026, 1, 1)}, "sample_days", "award_to"),
        ({"award_from": date(1990, 1, 1), "award_to": date(1990, 1, 2)}, "sample_empty", "award_from"),
        ({"size": 6}, "sample_too_large", "size"),
        ({"size": 0}, "sample_too_small", "size"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_its_field(
    session: Session, vouchers: list[Voucher], other: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        a_sample(session, **other)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert a_sample(session, size=5).size == 5, "as many as there are can be"


def test_only_vouchers_of_those_days_and_that_money_are_drawn_from(session: Session, vouchers: list[Voucher]) -> None:
    day = vouchers[0].award.awarded_on
    assert population_of(session, choice=a_choice(award_from=day, award_to=day)) != {}
    late = a_choice(award_from=day + timedelta(days=1), award_to=day + timedelta(days=9))
    assert population_of(session, choice=late) == {}
    used = set(session.scalars(select(AwardPart.funding_line_id)))
    for line in session.scalars(select(FundingLine)):
        found = population_of(session, choice=a_choice(funding_line=line))
        assert (found != {}) is (line.id in used), line.slug


def test_counts_per_stratum_add_up(session: Session, vouchers: list[Voucher]) -> None:
    counts = strata_of(session, sample=a_sample(session, size=4))
    assert sum(one.drawn for one in counts) == 4 and sum(one.population for one in counts) == 5
    assert all(one.drawn >= 1 for one in counts)


@pytest.mark.parametrize("audience", list(Audience))
def test_the_region_its_controller_and_auditors_see_that_it_was_drawn_and_only_who_drew_opens_papers(
    session: Session, vouchers: list[Voucher], audience: Audience
) -> None:
    sample, actor = a_sample(session), Actor(audience, account_id=1)
    sees = audience in (Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM)
    assert (samples(session, actor=actor) != []) is sees
    assert (sample_by_public_id(session, public_id=sample.public_id, actor=actor) is not None) is sees
    taken = sampled_vouchers(session, sample=sample)[0].voucher
    for somebody, opens in ((actor, False), (OTHER_AUDITOR, False), (AUDITOR, True)):
        assert opens_papers(sample, somebody) is opens
        found = opened_voucher(session, sample=sample, public_id=taken.public_id, actor=somebody)
        assert (found is taken) is opens


def test_a_voucher_outside_the_sample_does_not_open(session: Session, vouchers: list[Voucher]) -> None:
    sample = a_sample(session, size=4)
    inside = set(session.scalars(select(SampledVoucher.voucher_id)))
    [outside] = [one for one in vouchers if one.id not in inside]
    assert opened_voucher(session, sample=sample, public_id=outside.public_id, actor=AUDITOR) is None


@pytest.mark.parametrize("table", ["audit_sample", "sampled_voucher"])
def test_a_sample_cannot_be_changed_afterwards(session: Session, vouchers: list[Voucher], table: str) -> None:
    a_sample(session)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(f"UPDATE {table} SET id = id"))
