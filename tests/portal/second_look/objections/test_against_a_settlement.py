"""One can object to a settlement: its letter says until when, the objection keeps what it is against, and a colleague decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.models import Decision, DecisionKind
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import letter_content
from portal.paying.settlements.actions import SettlementDraft, settle_voucher
from portal.paying.settlements.models import SettlementGround
from portal.platform.errors import Refusal
from portal.post.messages.actions import mark_sent, set_consent
from portal.post.messages.models import MessageKind, MessageTopic, OutboxMessage
from portal.post.messages.queries import topic_of
from portal.second_look.objections.actions import ObjectionDraft, decide_objection, receive_objection, waive_hearing
from portal.second_look.objections.models import ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import (
    last_day_against,
    objectable,
    objections_of,
    settlement_of_decision,
    staff_on,
)
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from tests.factories import ADVISOR, NOW, SECOND, a_provider, a_voucher, asker

TODAY = NOW.date()
LATER = NOW + timedelta(days=30)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def settled_lower(session: Session) -> tuple[DevelopmentQuestion, Decision]:
    """€ 1,000 was used, and settled at € 400."""
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, 100_000), actor=pia, now=NOW)
    made = settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(40_000, SettlementGround.NOT_DONE, "Niet afgemaakt."),
        actor=ADVISOR,
        now=NOW,
    )
    assert made.decision_id is not None
    return session.get_one(DevelopmentQuestion, voucher.question_id), session.get_one(Decision, made.decision_id)


def the_message(session: Session) -> OutboxMessage:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.template == "settlement/lower")).one()


def test_the_letter_of_a_lower_settlement_says_until_when_one_can_object(session: Session) -> None:
    _question, decision = settled_lower(session)
    message = the_message(session)
    content = letter_content(session, message=message, dated=TODAY, now=NOW)
    assert content.object_by == date(2026, 4, 13)  # six weeks after 2 March
    words = " ".join(str(block) for block in content.blocks)
    assert "13 april 2026" in words and "400" in words and "Niet afgemaakt." in words
    assert "April 13, 2026" in str(content.english) or "13 April 2026" in str(content.english)
    mark_sent(session, message=message, now=NOW + timedelta(days=3))
    assert last_day_against(session, decision=decision) == date(2026, 4, 16), "it counts from when it was sent"


def test_who_asked_objects_and_the_objection_keeps_what_it_is_against(session: Session) -> None:
    question, decision = settled_lower(session)
    mark_sent(session, message=the_message(session), now=NOW)
    me = asker(question)
    first = objectable(session, question=question, actor=me)
    assert [one.kind for one in first] == [DecisionKind.SETTLED, DecisionKind.APPROVED]
    tomorrow = LATER.date() + timedelta(days=1)
    with pytest.raises(Refusal):
        receive_objection(
            session, decision=decision, received_on=tomorrow, grounds="x", committee=False, actor=me, now=LATER
        )
    objection = receive_objection(
        session,
        decision=decision,
        received_on=LATER.date(),
        grounds="Ik heb het wel afgemaakt.",
        committee=False,
        actor=me,
        now=LATER,
    )
    assert (objection.decision_id, objection.late, objection.term_ended_on) == (decision.id, False, date(2026, 4, 13))
    held = settlement_of_decision(session, decision=decision)
    assert held is not None and held.settled_cents == 40_000
    assert [one.kind for one in objectable(session, question=question, actor=me)] == [DecisionKind.APPROVED]
    assert objections_of(session, question=question, actor=me) == [objection]


def test_a_colleague_decides_on_it_and_not_who_settled(session: Session) -> None:
    question, decision = settled_lower(session)
    objection = receive_objection(
        session,
        decision=decision,
        received_on=LATER.date(),
        grounds="Wel.",
        committee=False,
        actor=asker(question),
        now=LATER,
    )
    waive_hearing(session, objection=objection, reason=WaiverReason.NOT_WANTED, actor=SECOND, now=LATER)
    assert staff_on(session, objection=objection) == [SECOND.reference], "the objector is nobody's first person"
    draft = ObjectionDraft(ObjectionOutcome.UNFOUNDED, "Nee.")
    wanted = {"objection": objection, "draft": draft, "now": LATER}
    with pytest.raises(Refusal) as refused:
        decide_objection(session, actor=ADVISOR, **wanted)  # type: ignore[arg-type]
    assert refused.value.code == "involved"
    decide_objection(session, actor=SECOND, **wanted)  # type: ignore[arg-type]
    assert objection.outcome is ObjectionOutcome.UNFOUNDED


def test_another_person_cannot_object(session: Session) -> None:
    _question, decision = settled_lower(session)
    other = session.get_one(DevelopmentQuestion, a_voucher(session).question_id)
    with pytest.raises(Refusal) as refused:
        receive_objection(
            session,
            decision=decision,
            received_on=LATER.date(),
            grounds="x",
            committee=False,
            actor=asker(other),
            now=LATER,
        )
    assert refused.value.code == "not_yours"


def test_a_settlement_is_a_decision_when_it_comes_to_consent_for_email(session: Session) -> None:
    assert topic_of("settlement/lower") is MessageTopic.DECISION
    voucher, (_, pia) = a_voucher(session), a_provider(session)
    set_consent(
        session,
        question_id=voucher.question_id,
        topics=[MessageTopic.CASE, MessageTopic.VOUCHER],
        actor_id="resident",
        now=NOW,
    )
    redeem_voucher(session, voucher=voucher, bill=Bill("F1", TODAY, 100_000), actor=pia, now=NOW)
    settle_voucher(
        session,
        voucher=voucher,
        draft=SettlementDraft(1, SettlementGround.NOT_DONE, "Niet af."),
        actor=ADVISOR,
        now=NOW,
    )
    assert the_message(session).kind is MessageKind.LETTER
