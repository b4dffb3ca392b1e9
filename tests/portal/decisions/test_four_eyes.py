"""Mandate and four eyes: who may decide, and above an amount never one person alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor, Audience
from portal.decisions import queries
from portal.decisions.actions import reject_question
from portal.decisions.models import DecisionMandate
from portal.errors import Conflict, Refusal
from portal.ledger.models import Transfer, TransferKind
from portal.mandates.actions import end_mandate, give_mandate
from portal.mandates.queries import mandate_for
from portal.messages.models import OutboxMessage
from portal.preparations.actions import decide_prepared, prepare_decision, send_back, withdraw_preparation
from portal.preparations.models import Preparation, PreparationState
from portal.preparations.queries import preparation_of, waiting_preparations
from portal.proposals.actions import make_proposal
from portal.questions.models import DevelopmentQuestion, QuestionState
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    BODY,
    NOW,
    REGION,
    SECOND,
    SYSTEM,
    a_decision,
    a_mandate,
    a_region,
    an_application,
    approve,
)

NOVICE = Actor(Audience.ADVISOR, account_id=906, display_name="Noa Nieuw")
LIMIT = 100_000


@pytest.fixture
def two_people_above_1000(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schemes want two people above € 1,000, as `four_eyes_above_cents` says; the mix of the tests is € 1,200."""
    found = queries.schemes_applied_for

    def limited(*arguments: Any) -> dict[str, Any]:
        return {
            slug: replace(held, definition=held.definition.model_copy(update={"four_eyes_above_cents": LIMIT}))
            for slug, held in found(*arguments).items()
        }

    monkeypatch.setattr("portal.decisions.actions.schemes_applied_for", limited)


def prepared(session: Session, question: DevelopmentQuestion) -> Preparation:
    proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    return prepare_decision(
        session, question=question, proposal=proposal, shares=None, rationale="Past bij de vraag.", checks=ALL_CHECKED,
        actor=ADVISOR, now=NOW,
    )  # fmt: skip


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
        lambda: reject_question(session, question=question, rationale="Nee.", actor=NOVICE, now=NOW),
        lambda: reject_question(session, question=question, rationale="Nee.", actor=SYSTEM, now=NOW),
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


def test_only_the_region_gives_a_mandate_and_never_to_itself(session: Session) -> None:
    wanted: dict[str, Any] = {"body": BODY, "basis": "Besluit", "valid_from": NOW.date(), "now": NOW}
    with pytest.raises(Refusal):
        give_mandate(session, account_id=906, actor=ADVISOR, **wanted)
    with pytest.raises(Refusal, match="uzelf"):
        give_mandate(session, account_id=REGION.account_id or 0, actor=REGION, **wanted)
    assert give_mandate(session, account_id=906, actor=REGION, **wanted).id


# Four eyes -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_people_above_1000")
def test_above_the_amount_one_person_cannot_decide(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Refusal) as refused:
        approve(session, question)
    assert refused.value.code == "second_person_needed"
    assert question.state is QuestionState.APPLIED


def test_up_to_the_amount_one_person_decides(session: Session) -> None:
    approve(session, an_application(session))


@pytest.mark.usefixtures("two_people_above_1000")
def test_preparing_reserves_and_sends_nothing_and_the_second_person_decides(session: Session) -> None:
    question = an_application(session)
    before = session.scalar(select(func.count()).select_from(OutboxMessage))
    row = prepared(session, question)
    assert waiting_preparations(session) == [row] and question.state is QuestionState.APPLIED
    assert session.scalar(select(func.count()).where(Transfer.kind == TransferKind.RESERVE)) == 0
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before
    decision = decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=SECOND, now=NOW)
    assert row.state is PreparationState.DECIDED and row.decision_id == decision.id
    kept = session.scalars(select(DecisionMandate)).one()
    assert (kept.prepared_by, decision.decided_by) == (ADVISOR.reference, SECOND.reference)
    assert session.scalar(select(func.count()).where(Transfer.kind == TransferKind.RESERVE)) == 1
    with pytest.raises(Conflict):
        decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=SECOND, now=NOW)
    assert session.scalar(select(func.count()).where(Transfer.kind == TransferKind.RESERVE)) == 1


def test_who_prepared_it_does_not_decide_it_even_below_the_amount(session: Session) -> None:
    row = prepared(session, an_application(session))
    with pytest.raises(Refusal) as refused:
        decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=ADVISOR, now=NOW)
    assert refused.value.code == "own_preparation"
    with pytest.raises(Refusal):
        send_back(session, preparation=row, reason="Zelf terug.", actor=ADVISOR, now=NOW)
    assert row.state is PreparationState.WAITING


def test_the_second_person_needs_a_mandate_too(session: Session) -> None:
    row = prepared(session, an_application(session))
    with pytest.raises(Refusal) as refused:
        decide_prepared(session, preparation=row, checks=ALL_CHECKED, actor=NOVICE, now=NOW)
    assert refused.value.code == "no_mandate" and row.state is PreparationState.WAITING


def test_a_prepared_decision_is_sent_back_with_a_reason_and_prepared_anew(session: Session) -> None:
    question = an_application(session)
    row = prepared(session, question)
    with pytest.raises(Conflict):
        prepared(session, question)
    with pytest.raises(Refusal, match="waarom"):
        send_back(session, preparation=row, reason=" ", actor=SECOND, now=NOW)
    send_back(session, preparation=row, reason="De offerte ontbreekt.", actor=SECOND, now=NOW)
    assert (row.state, row.sent_back_reason) == (PreparationState.SENT_BACK, "De offerte ontbreekt.")
    again = prepared(session, question)
    assert preparation_of(session, question=question) == again
    withdraw_preparation(session, preparation=again, actor=ADVISOR, now=NOW)
    assert preparation_of(session, question=question) is None and question.state is QuestionState.APPLIED
