"""Mandate: who may award and reject, in whose name, on which scheme, up to which amount and on which days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.models import DecisionMandate
from portal.cases.questions.models import QuestionState
from portal.framework.mandates.actions import MandateTerms, end_mandate, give_mandate
from portal.framework.mandates.models import Mandate
from portal.framework.mandates.queries import mandate_for, mandates
from portal.ledger.models import Transfer, TransferKind
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from tests.factories import (
    ADVISOR,
    BODY,
    NOW,
    OWN_FACTS,
    REGION,
    SYSTEM,
    a_decision,
    a_mandate,
    a_region,
    an_application,
    approve,
)

NOVICE = Actor(Audience.ADVISOR, account_id=906, display_name="Noa Nieuw")


# Mandate ---------------------------------------------------------------------------------------------------------------


def test_a_decision_keeps_the_mandate_it_was_taken_under(session: Session) -> None:
    _question, decision = a_decision(session)
    kept = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one()
    held = mandate_for(
        session, account_id=ADVISOR.account_id, body=BODY, scheme="leervoucher", cents=120_000, on=NOW.date()
    )
    assert held is not None and kept.mandate_id == held.id and kept.prepared_by is None


def test_without_a_mandate_nothing_is_awarded_or_rejected(session: Session) -> None:
    question = an_application(session)
    for act in (
        lambda: approve(session, question, actor=NOVICE),
        lambda: reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=NOVICE, now=NOW),
        lambda: reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=SYSTEM, now=NOW),
    ):
        with pytest.raises(Refusal) as refused, session.begin_nested():
            act()
        assert refused.value.code == "no_mandate"
    assert question.state is QuestionState.APPLIED
    assert session.scalar(select(func.count()).where(Transfer.kind == TransferKind.RESERVE)) == 0


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ({}, True),
        ({"scheme": "leervoucher"}, True),
        ({"scheme": "bedrijfsvoucher"}, False),
        ({"up_to_cents": 120_000}, True),
        ({"up_to_cents": 119_999}, False),
        ({"body": "Het college van Proefdorp"}, False),
        ({"valid_from": NOW.date()}, True),
        ({"valid_from": NOW.date() + timedelta(days=1)}, False),
        ({"valid_until": NOW.date()}, True),
        ({"valid_until": NOW.date() - timedelta(days=1)}, False),
    ],
)
def test_a_mandate_counts_for_its_body_scheme_amount_and_days(
    session: Session, limits: dict[str, Any], fits: bool
) -> None:
    a_region(session)
    a_mandate(session, NOVICE, **limits)
    question = an_application(session)
    if fits:
        approve(session, question, actor=NOVICE)
    else:
        with pytest.raises(Refusal, match="mandaat"):
            approve(session, question, actor=NOVICE)


def test_a_mandate_that_was_taken_back_counts_no_more_from_that_day(session: Session) -> None:
    a_region(session)
    held = a_mandate(session, NOVICE)
    end_mandate(session, mandate=held, actor=REGION, now=NOW)
    with pytest.raises(Refusal, match="mandaat"):
        approve(session, an_application(session), actor=NOVICE)
    with pytest.raises(Refusal, match="al voorbij"):
        end_mandate(session, mandate=held, actor=REGION, now=NOW)


def covering(session: Session, on: date) -> list[Mandate]:
    """What somebody finds later who looks under which mandate a person could decide on a day."""
    mine = select(Mandate).where(Mandate.account_id == NOVICE.account_id, Mandate.valid_from <= on)
    return list(session.scalars(mine.where(or_(Mandate.valid_until.is_(None), Mandate.valid_until >= on))))


@pytest.mark.parametrize("days_before", [0, 30])
def test_a_mandate_that_was_used_on_the_day_on_which_it_was_ended_covers_that_day(
    session: Session, days_before: int
) -> None:
    a_region(session)
    today = NOW.date()
    held = a_mandate(session, NOVICE, valid_from=today - timedelta(days=days_before))
    decision = approve(session, an_application(session), actor=NOVICE)
    kept = session.scalars(select(DecisionMandate).where(DecisionMandate.decision_id == decision.id)).one()
    assert kept.mandate_id == held.id
    end_mandate(session, mandate=held, actor=REGION, now=NOW)
    assert (held.valid_from, held.valid_until) == (today - timedelta(days=days_before), today)
    assert covering(session, today) == [held]
    assert covering(session, today + timedelta(days=1)) == []
    assert covering(session, today - timedelta(days=1)) == ([held] if days_before else []), (
        "not a day it was not given for"
    )
    with pytest.raises(Refusal, match="mandaat"):
        approve(session, an_application(session), actor=NOVICE)


def test_a_mandate_that_was_ended_before_it_began_covers_no_day_until_then(session: Session) -> None:
    a_region(session)
    held = a_mandate(session, NOVICE, valid_from=NOW.date() + timedelta(days=10))
    end_mandate(session, mandate=held, actor=REGION, now=NOW)
    assert covering(session, NOW.date()) == []
    assert held not in mandates(session, on=NOW.date() + timedelta(days=10))
    wanted: dict[str, Any] = {"account_id": NOVICE.account_id, "body": BODY, "scheme": "leervoucher", "cents": 1}
    assert mandate_for(session, on=NOW.date() + timedelta(days=10), **wanted) is None


def test_only_the_region_gives_a_mandate_and_never_to_itself(session: Session) -> None:
    wanted: dict[str, Any] = {"terms": MandateTerms(BODY, "Besluit", NOW.date()), "now": NOW}
    with pytest.raises(Refusal):
        give_mandate(session, account_id=906, actor=ADVISOR, **wanted)
    with pytest.raises(Refusal, match="uzelf"):
        give_mandate(session, account_id=REGION.account_id or 0, actor=REGION, **wanted)
    assert give_mandate(session, account_id=906, actor=REGION, **wanted).id
