"""A decision that is late: notice of default, the penalty that grows, and the decision on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.queries import decisions_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.worklist.due import Due, due_items
from portal.papers.letter_content import letter_content
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.second_look.late_decisions.actions import PenaltyDraft, give_notice, settle_penalty
from portal.second_look.late_decisions.queries import late_since, notices_of, penalty_of
from portal.second_look.objections.actions import receive_objection
from portal.second_look.penalties.models import DefaultNotice, NoPenalty
from tests.factories import ADVISOR, BODY, NOBODY, NOW, OWN_FACTS, SECOND, an_application, asker
from tests.snapshots import made_once

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DUE = date(2026, 4, 28)
"""Applied on 2 March: eight weeks later is King's day, so the 28th."""


def at(day: date) -> datetime:
    return NOW + timedelta(days=(day - NOW.date()).days)


@made_once
def applied(session: Session) -> DevelopmentQuestion:
    return an_application(session)


def noticed(session: Session, on: date = date(2026, 4, 29)) -> DefaultNotice:
    question = applied(session)
    return give_notice(session, question=question, objection=None, received_on=on, actor=asker(question), now=at(on))


def message(session: Session, template: str) -> OutboxMessage:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()


def refuse_and_send(session: Session, on: date) -> None:
    question = session.scalars(select(DevelopmentQuestion)).one()
    reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=at(on))
    mark_sent(session, message=message(session, "decision/rejected"), now=at(on))


def test_a_notice_before_the_term_has_passed_is_none_and_the_day_after_it_is(session: Session) -> None:
    question = applied(session)
    assert question.decide_by == DUE
    assert late_since(session, question=question, objection=None, today=DUE) is None
    given: dict[str, Any] = {"question": question, "objection": None, "actor": asker(question)}
    with pytest.raises(Refusal) as refused:
        give_notice(session, **given, received_on=DUE, now=at(DUE))
    assert refused.value.code == "not_late"
    after = DUE + timedelta(days=1)
    notice = give_notice(session, **given, received_on=after, now=at(after))
    assert (notice.due_on, notice.free_until, notice.first_on) == (DUE, date(2026, 5, 13), date(2026, 5, 14))
    with pytest.raises(Conflict):
        give_notice(session, **given, received_on=after, now=at(after + timedelta(days=1)))


def test_a_stranger_cannot_give_notice_and_the_desk_can(session: Session) -> None:
    question, day = applied(session), date(2026, 4, 30)
    with pytest.raises(Refusal):
        give_notice(session, question=question, objection=None, received_on=day, actor=NOBODY, now=at(day))
    made = give_notice(session, question=question, objection=None, received_on=day, actor=ADVISOR, now=at(day))
    assert notices_of(session, question=question, actor=asker(question)) == [made]
    assert notices_of(session, question=question, actor=NOBODY) == []


def test_the_penalty_grows_by_the_day_until_the_decision_is_sent_and_is_settled_within_two_weeks(
    session: Session,
) -> None:
    notice = noticed(session)
    assert penalty_of(session, notice=notice, today=date(2026, 5, 13)).cents == 0
    assert penalty_of(session, notice=notice, today=date(2026, 5, 14)).cents == 2_300
    with pytest.raises(Refusal) as refused:
        settle_penalty(session, notice=notice, draft=PenaltyDraft("x"), actor=SECOND, now=at(date(2026, 5, 20)))
    assert refused.value.code == "penalty_runs"
    refuse_and_send(session, date(2026, 5, 28))
    stand = penalty_of(session, notice=notice, today=date(2026, 6, 3))
    assert (stand.days, stand.cents, stand.settle_by) == (15, 35_700, date(2026, 6, 11))
    settled = settle_penalty(
        session, notice=notice, draft=PenaltyDraft("Te laat."), actor=SECOND, now=at(date(2026, 6, 3))
    )
    assert (settled.amount_cents, settled.penalty_days, settled.body_nl) == (35_700, 15, BODY)
    with pytest.raises(Conflict):
        settle_penalty(session, notice=notice, draft=PenaltyDraft("x"), actor=SECOND, now=at(date(2026, 6, 4)))


def test_the_letters_name_the_days_the_amount_the_body_and_the_last_day_to_object(session: Session) -> None:
    notice = noticed(session)
    day = date(2026, 4, 29)
    told = letter_content(session, message=message(session, "late/notice_received"), dated=day, now=at(day))
    assert "14 mei 2026" in str(told.blocks) and "14 May 2026" in str(told.english) and told.object_by is None
    refuse_and_send(session, date(2026, 5, 28))
    on = date(2026, 6, 3)
    settle_penalty(session, notice=notice, draft=PenaltyDraft("Te laat."), actor=SECOND, now=at(on))
    decided = letter_content(session, message=message(session, "late/penalty"), dated=on, now=at(on))
    assert decided.object_by == date(2026, 7, 15) and BODY in str(decided.blocks)
    assert "15 juli 2026" in str(decided.blocks) and "357" in decided.title and "15 July 2026" in str(decided.english)


def test_a_decision_within_the_two_weeks_gives_no_penalty_and_that_is_said(session: Session) -> None:
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 13))
    settle_penalty(session, notice=notice, draft=PenaltyDraft("Op tijd."), actor=SECOND, now=at(date(2026, 5, 20)))
    assert notice.amount_cents == 0 and notice.none_because is NoPenalty.IN_TIME


@pytest.mark.parametrize("because", [NoPenalty.NOTICE_TOO_LATE, NoPenalty.MANIFEST])
def test_nothing_is_due_on_a_ground_of_the_law_and_in_time_only_when_it_was(
    session: Session, because: NoPenalty
) -> None:
    notice = noticed(session)
    refuse_and_send(session, date(2026, 5, 28))
    with pytest.raises(Refusal) as refused:
        in_time = PenaltyDraft("x", NoPenalty.IN_TIME)
        settle_penalty(session, notice=notice, draft=in_time, actor=SECOND, now=at(date(2026, 6, 3)))
    assert refused.value.field == "none_because"
    draft = PenaltyDraft("Dat staat in de brief.", because)
    settle_penalty(session, notice=notice, draft=draft, actor=SECOND, now=at(date(2026, 6, 3)))
    assert notice.amount_cents == 0 and notice.penalty_days == 15


def test_the_notice_stands_in_the_worklist_until_the_penalty_is_settled(session: Session) -> None:
    notice = noticed(session)
    now = at(date(2026, 5, 20))
    [item] = [one for one in due_items(session, actor=ADVISOR, now=now) if one.what is Due.PENALTY]
    assert item.due_on == date(2026, 5, 13) and item.overdue
    refuse_and_send(session, date(2026, 5, 21))
    settle_penalty(session, notice=notice, draft=PenaltyDraft("x"), actor=SECOND, now=at(date(2026, 5, 22)))
    assert not [one for one in due_items(session, actor=ADVISOR, now=now) if one.what is Due.PENALTY]


def test_the_same_holds_for_an_objection_and_ends_when_it_is_taken_back(session: Session) -> None:
    question = applied(session)
    refuse_and_send(session, date(2026, 3, 3))
    [against] = decisions_of(session, question=question, actor=ADVISOR)
    objection = receive_objection(
        session, decision=against, received_on=date(2026, 3, 10), grounds="x", committee=False,
        actor=asker(question), now=at(date(2026, 3, 10)),
    )  # fmt: skip
    day = objection.decide_by + timedelta(days=1)
    with pytest.raises(Refusal):
        give_notice(session, question=question, objection=None, received_on=day, actor=ADVISOR, now=at(day))
    notice = give_notice(
        session, question=question, objection=objection, received_on=day, actor=asker(question), now=at(day)
    )
    assert notice.due_on == objection.decide_by
    assert penalty_of(session, notice=notice, today=notice.first_on + timedelta(days=60)).cents == 144_200
