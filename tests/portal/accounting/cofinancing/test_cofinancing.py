"""Co-financing: written down by one person, found proven by another, and counted against the duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounting.cofinancing.actions import (
    add_cofinancing_evidence,
    claim_cofinancing,
    prove_cofinancing,
    refuse_cofinancing,
    set_duty,
)
from portal.accounting.cofinancing.models import Cofinancing, CofinancingSector, CofinancingState
from portal.accounting.cofinancing.queries import (
    DutyStand,
    cofinancing_against_duty,
    cofinancing_by_public_id,
    cofinancing_entries,
)
from portal.framework.funding.models import Agreement, Funder
from portal.people.actor import Audience
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault
from tests.factories import ADVISOR, NOW, REGION, a_region
from tests.portal.accounting.accounts_of import (
    SECOND_OF_REGION,
    a_line,
    a_vault,
    evidence,
    money,
    said_in_log,
    scope_of_funder,
    whole,
)
from tests.snapshots import made_once

TODAY = NOW.date()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return a_vault(tmp_path)


@made_once
def an_agreement(session: Session) -> Agreement:
    """An agreement with the funder of the first line."""
    a_region(session)
    funder_id = a_line(session).funder_id
    known = session.scalars(select(Agreement).where(Agreement.slug == "cofinanciering")).first()
    if known is None:
        known = Agreement(slug="cofinanciering", funder_id=funder_id, title_nl="A", title_en="A", created_at=NOW)
        session.add(known)
        session.flush()
    return known


def claimed(session: Session, **more: Any) -> Cofinancing:
    return claim_cofinancing(
        session, agreement=an_agreement(session), contribution=money(**more), actor=REGION, now=NOW
    )


def proven(session: Session, vault: Vault, **more: Any) -> Cofinancing:
    entry = claimed(session, **more)
    add_cofinancing_evidence(session, entry=entry, evidence=evidence(), vault=vault, actor=REGION, now=NOW)
    return prove_cofinancing(session, entry=entry, actor=SECOND_OF_REGION, now=NOW)


def stand(session: Session, on: date = TODAY) -> DutyStand:
    agreement = an_agreement(session)
    return next(
        one
        for one in cofinancing_against_duty(session, scope=whole(session), on=on)
        if one.agreement.id == agreement.id
    )


def test_hours_count_for_hours_times_rate(session: Session) -> None:
    entry = claimed(session, cash_cents=None, hours_hundredths=1_050, rate_cents=4_333)
    assert entry.amount_cents == 45_497, "10,5 hours at € 43,33 is € 454,965"
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE cofinancing SET amount_cents = amount_cents + 1"))
    session.rollback()


def test_it_counts_when_a_second_person_found_it_proven_and_not_before(session: Session, vault: Vault) -> None:
    entry = claimed(session)
    assert (stand(session).proven_cents, stand(session).claimed_cents) == (0, 50_000)
    add_cofinancing_evidence(session, entry=entry, evidence=evidence(), vault=vault, actor=REGION, now=NOW)
    with pytest.raises(Refusal) as refused:
        prove_cofinancing(session, entry=entry, actor=REGION, now=NOW)
    assert refused.value.code == "own_preparation"
    prove_cofinancing(session, entry=entry, actor=SECOND_OF_REGION, now=NOW)
    assert (stand(session).proven_cents, stand(session).claimed_cents) == (50_000, 0)
    (said,) = said_in_log(session, "cofinancing.proven")
    assert said["cofinancing.state"] == ["claimed", "proven"]


def test_without_evidence_nothing_is_proven(session: Session) -> None:
    entry = claimed(session)
    with pytest.raises(Refusal) as refused:
        prove_cofinancing(session, entry=entry, actor=SECOND_OF_REGION, now=NOW)
    assert refused.value.code == "evidence_missing"


def test_an_own_share_is_proven_with_the_invoice_and_the_proof_of_payment(session: Session, vault: Vault) -> None:
    entry = claimed(session, own_share=True)
    add_cofinancing_evidence(session, entry=entry, evidence=evidence(), vault=vault, actor=REGION, now=NOW)
    with pytest.raises(Refusal) as refused:
        prove_cofinancing(session, entry=entry, actor=SECOND_OF_REGION, now=NOW)
    assert refused.value.code == "evidence_missing"
    add_cofinancing_evidence(
        session, entry=entry, evidence=None, payment=evidence(), vault=vault, actor=REGION, now=NOW
    )
    assert prove_cofinancing(session, entry=entry, actor=SECOND_OF_REGION, now=NOW).state is CofinancingState.PROVEN


def test_only_an_own_share_has_a_proof_of_payment(session: Session, vault: Vault) -> None:
    with pytest.raises(Refusal) as refused:
        add_cofinancing_evidence(
            session, entry=claimed(session), evidence=None, payment=evidence(), vault=vault, actor=REGION, now=NOW
        )
    assert refused.value.code == "no_payment"


def test_what_was_decided_on_stays(session: Session, vault: Vault) -> None:
    entry, other = proven(session, vault), claimed(session)
    refuse_cofinancing(session, entry=other, reason="Dubbel.", actor=REGION, now=NOW)
    for one in (entry, other):
        for act in (
            lambda one=one: prove_cofinancing(session, entry=one, actor=SECOND_OF_REGION, now=NOW),
            lambda one=one: refuse_cofinancing(session, entry=one, reason="Nee.", actor=REGION, now=NOW),
            lambda one=one: add_cofinancing_evidence(
                session, entry=one, evidence=evidence(), vault=vault, actor=REGION, now=NOW
            ),
        ):
            with pytest.raises(Conflict):
                act()
    assert (stand(session).proven_cents, stand(session).claimed_cents) == (50_000, 0)


@pytest.mark.parametrize("audience", [one for one in Audience if one not in (Audience.REGION, Audience.SYSTEM)])
def test_nobody_but_the_region_does_anything_with_it(session: Session, vault: Vault, audience: Audience) -> None:
    agreement, entry, by = an_agreement(session), claimed(session), replace(ADVISOR, audience=audience)
    tries: list[Any] = [
        lambda: claim_cofinancing(session, agreement=agreement, contribution=money(), actor=by, now=NOW),
        lambda: add_cofinancing_evidence(session, entry=entry, evidence=evidence(), vault=vault, actor=by, now=NOW),
        lambda: prove_cofinancing(session, entry=entry, actor=by, now=NOW),
        lambda: refuse_cofinancing(session, entry=entry, reason="Nee.", actor=by, now=NOW),
        lambda: set_duty(session, agreement=agreement, amount_cents=1, before_on=NOW.date(), actor=by, now=NOW),
    ]
    for one in tries:
        with pytest.raises(Refusal) as refused:
            one()
        assert refused.value.code == "not_yours"


def test_the_duty_says_what_is_still_needed_and_in_how_many_months(session: Session, vault: Vault) -> None:
    agreement = an_agreement(session)
    set_duty(session, agreement=agreement, amount_cents=57_500_000, before_on=date(2028, 2, 1), actor=REGION, now=NOW)
    proven(session, vault, cents=7_500_000)
    claimed(session, cents=1_000_000)
    found = stand(session, date(2026, 3, 2))
    assert (found.proven_cents, found.claimed_cents, found.needed_cents) == (7_500_000, 1_000_000, 50_000_000)
    assert (found.months_left, found.needed_per_month_cents) == (23, 2_173_914), "March 2026 to January 2028"
    assert stand(session, date(2028, 1, 31)).months_left == 1
    last = stand(session, date(2028, 2, 1))
    assert (last.months_left, last.needed_per_month_cents, last.needed_cents) == (0, None, 50_000_000)


def test_a_duty_is_changed_and_the_log_says_from_what(session: Session) -> None:
    agreement, day = an_agreement(session), date(2028, 2, 1)
    for cents in (100, 200):
        set_duty(session, agreement=agreement, amount_cents=cents, before_on=day, actor=REGION, now=NOW)
    said = [one["cofinancing_duty.amount_cents"] for one in said_in_log(session, "cofinancing.duty_set")]
    assert said == [[None, 100], [100, 200]]
    assert stand(session).needed_cents == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contributor": " "}, "contributor"),
        ({"description": " "}, "description"),
        ({"period_to": date(2025, 1, 1)}, "period_to"),
        ({"cents": 0}, "amount"),
        ({"cash_cents": None, "rate_cents": 100}, "hours"),
        ({"cash_cents": None, "hours_hundredths": 100}, "rate"),
        ({"own_share": True, "sector": CofinancingSector.PUBLIC}, "own_share"),
        ({"own_share": True, "cash_cents": None, "hours_hundredths": 100, "rate_cents": 100}, "own_share"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(session: Session, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        claimed(session, **wrong)
    assert refused.value.field == field


def test_a_funder_sees_what_is_brought_under_its_own_agreements(session: Session) -> None:
    entry = claimed(session)
    own = scope_of_funder(session, a_line(session))
    strange = next(
        line for line in whole(session).lines if line.funder_id != session.get_one(Funder, a_line(session).funder_id).id
    )
    other = scope_of_funder(session, strange)
    assert cofinancing_entries(session, scope=own) == [entry] and cofinancing_entries(session, scope=other) == []
    assert cofinancing_by_public_id(session, public_id=entry.public_id, scope=own) is entry
    assert cofinancing_by_public_id(session, public_id=entry.public_id, scope=other) is None
    assert [one.claimed_cents for one in cofinancing_against_duty(session, scope=other, on=NOW.date())] == []


@pytest.mark.parametrize(
    "damage",
    [
        "proven_by = claimed_by",
        "proven_at = NULL",
        "evidence_file_id = NULL",
        "own_share = (1 = 1)",
        "state = 'claimed'",
        "refused_reason = 'x'",
        "hours_hundredths = 5",
        "period_to = '2025-01-01'",
    ],
)
def test_the_database_ties_state_people_and_evidence_together(session: Session, vault: Vault, damage: str) -> None:
    entry = proven(session, vault)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE cofinancing SET {damage} WHERE id = {entry.id}"))
    session.rollback()
