"""What people ask of their own data: within a month, once longer with a reason, and erased when that is granted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.rights.actions import answer_right, ask_right, extend_right, months_after, withdraw_right
from portal.cases.rights.models import PrivacyRequest, RequestState, Right
from portal.cases.rights.queries import privacy_register, requests_about
from portal.oversight.privacy.requested import carry_out_erasure, erasures_to_carry_out, grant_erasure
from portal.oversight.privacy.retention.queries import erased_on
from portal.oversight.worklist.due import Due, due_items
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.models import MessageState, OutboxMessage
from tests.factories import ADVISOR, NOW, REGION, SYSTEM, a_question, a_voucher, resident
from tests.portal.oversight.privacy.everywhere import places_of

TODAY = local_date(NOW)
REASON = "Wij moeten eerst drie oude dossiers opzoeken."


def asked(
    session: Session, question: DevelopmentQuestion, kind: Right = Right.ACCESS, text: str = ""
) -> PrivacyRequest:
    """Something that the person asks today."""
    return ask_right(
        session, question=question, kind=kind, text=text, asked_on=TODAY, actor=resident(question), now=NOW
    )


def test_the_last_day_is_a_month_later_and_an_extension_two_more() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 2), 1) == date(2027, 1, 2)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_what_is_asked_is_due_in_a_month_and_answered_once(session: Session) -> None:
    question = a_question(session)
    one = asked(session, question)
    assert one.answer_by == date(2026, 4, 2)
    assert [item.due_on for item in due_items(session, actor=ADVISOR, now=NOW) if item.what is Due.PRIVACY] == [
        one.answer_by
    ]
    with pytest.raises(Conflict):
        asked(session, question)
    extend_right(session, request=one, reason=REASON, actor=ADVISOR, now=NOW)
    assert one.answer_by == date(2026, 6, 2)
    with pytest.raises(Conflict):
        extend_right(session, request=one, reason=REASON, actor=ADVISOR, now=NOW)
    answer_right(session, request=one, granted=True, answer="Alles staat op uw pagina.", actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        answer_right(session, request=one, granted=False, answer=REASON, actor=ADVISOR, now=NOW)
    with pytest.raises(Conflict):
        withdraw_right(session, request=one, actor=resident(question), now=NOW)
    told = [row.version for row in session.scalars(select(OutboxMessage)) if "privacy" in row.template]
    assert len(told) == 2 and privacy_register(session, actor=ADVISOR)[0][0] is one
    assert requests_about(session, question=question, actor=REGION) == [] == privacy_register(session, actor=REGION)


def test_who_may_not_ask_or_answer_is_refused_and_what_must_be_said_is(session: Session) -> None:
    question, other = a_question(session), a_question(session)
    with pytest.raises(Refusal) as silent:
        asked(session, question, Right.CORRECTION)
    assert silent.value.field == "text"
    with pytest.raises(Refusal):
        ask_right(
            session, question=question, kind=Right.ACCESS, text="", asked_on=TODAY, actor=resident(other), now=NOW
        )
    with pytest.raises(Refusal) as late:
        ask_right(
            session,
            question=question,
            kind=Right.ACCESS,
            text="",
            asked_on=TODAY + timedelta(days=1),
            actor=ADVISOR,
            now=NOW,
        )
    assert late.value.field == "asked_on"
    one = asked(session, question)
    for act in (
        lambda: answer_right(session, request=one, granted=True, answer="Ja", actor=REGION, now=NOW),
        lambda: answer_right(session, request=one, granted=False, answer="Nee.", actor=ADVISOR, now=NOW),
        lambda: extend_right(session, request=one, reason=REASON, actor=ADVISOR, now=NOW + timedelta(days=40)),
        lambda: withdraw_right(session, request=one, actor=resident(other), now=NOW),
    ):
        with pytest.raises(Refusal):
            act()
    withdraw_right(session, request=one, actor=resident(question), now=NOW)
    assert one.state is RequestState.WITHDRAWN


def test_a_case_that_is_over_is_erased_when_the_answer_has_left(session: Session) -> None:
    question = a_question(session)
    one = asked(session, question, Right.ERASURE)
    with pytest.raises(Refusal) as runs:
        grant_erasure(session, request=one, answer="Wij wissen alles.", actor=ADVISOR, now=NOW)
    assert runs.value.code == "case_runs"
    withdraw_question(session, question=question, reason=None, actor=resident(question), now=NOW - timedelta(days=1))
    grant_erasure(session, request=one, answer="Wij wissen alles.", actor=ADVISOR, now=NOW)
    assert erasures_to_carry_out(session, now=NOW) == [], "the answer has not left"
    assert erasures_to_carry_out(session, now=NOW + timedelta(days=15)) == [one], "no longer waited for"
    session.execute(update(OutboxMessage).values(state=MessageState.SENT, sent_at=NOW))
    [due] = erasures_to_carry_out(session, now=NOW)
    carry_out_erasure(session, request=due, actor=SYSTEM, now=NOW)
    assert places_of(session, "Sam de Vries", "sam@voorbeeld.example") == set()
    assert erased_on(session, question_id=question.id) == NOW and erasures_to_carry_out(session, now=NOW) == []


def test_what_was_awarded_is_not_erased_on_request(session: Session) -> None:
    voucher = a_voucher(session)
    question = session.get_one(DevelopmentQuestion, voucher.question_id)
    one = asked(session, question, Right.ERASURE)
    with pytest.raises(Refusal) as kept:
        grant_erasure(session, request=one, answer="Wij wissen alles.", actor=ADVISOR, now=NOW)
    assert kept.value.code == "must_be_kept" and one.is_open
    answer_right(session, request=one, granted=False, answer="De wet zegt dat wij dit bewaren.", actor=ADVISOR, now=NOW)
    assert one.state is RequestState.REFUSED
