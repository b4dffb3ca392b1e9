"""Cases that go to a colleague together and back: chosen on the worklist, or because somebody is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.handovers.actions import end_absence, hand_over_several, put_back_several, start_absence
from portal.cases.handovers.models import HandedCase
from portal.cases.handovers.queries import absence_of, who_is_away
from portal.cases.one_by_one import MOST_AT_ONCE, one_by_one, stand_of
from portal.cases.owners.actions import claim_case, hand_over_case
from portal.cases.owners.queries import owner_of
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.people.accounts.actions import disable_account
from portal.people.audit.queries import events_of
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.queries import messages_about
from tests.factories import NOW, REGION, SYSTEM, a_question
from tests.portal.cases.owners.test_owning import ada, colleague

DAY = timedelta(days=1)


def owners(session: Session, *questions: DevelopmentQuestion) -> list[int | None]:
    found = [owner_of(session, question=question) for question in questions]
    return [owner.account_id if owner is not None else None for owner in found]


def test_what_can_be_given_goes_what_cannot_says_why_and_all_of_it_can_be_put_back(session: Session) -> None:
    me, (bea, as_bea), (cas, as_cas) = ada(session), colleague(session), colleague(session, "cas")
    mine, free, theirs = (a_question(session) for _ in range(3))
    claim_case(session, question=mine, actor=me, now=NOW)
    claim_case(session, question=theirs, actor=as_cas, now=NOW)
    given, came = hand_over_several(session, questions=[theirs, free, mine], to=bea, actor=me, now=NOW)
    assert [outcome.why is None for outcome in came] == [False, True, True]
    assert "Een collega heeft deze vraag" in str(came[0].why)
    assert owners(session, mine, free, theirs) == [bea.id, bea.id, cas.id]
    assert given is not None
    told = messages_about(session, object_kind=f"hand_over:{given.id}", object_id=bea.id)
    assert [message.template for message in told] == ["account/cases_handed"]
    with pytest.raises(Refusal):
        put_back_several(session, hand_over=given, actor=as_bea, now=NOW)
    hand_over_case(session, question=free, to=cas, actor=as_bea, now=NOW)
    back = put_back_several(session, hand_over=given, actor=me, now=NOW + timedelta(hours=1))
    assert [outcome.why is None for outcome in back] == [True, False], "what went on stays where it went"
    assert owners(session, mine, free) == [me.account_id, cas.id]
    with pytest.raises(Conflict):
        put_back_several(session, hand_over=given, actor=me, now=NOW)
    acts = [event.action for event in events_of(session, object_kind="hand_over", object_id=given.id)]
    assert acts == ["cases.handed_over", "cases.put_back"]


def test_what_nobody_had_is_nobodys_again_and_after_a_day_it_stays(session: Session) -> None:
    me, (bea, _) = ada(session), colleague(session)
    first, second = a_question(session), a_question(session)
    given, _ = hand_over_several(session, questions=[first], to=bea, actor=me, now=NOW)
    late, _ = hand_over_several(session, questions=[second], to=bea, actor=me, now=NOW)
    assert given is not None and late is not None
    put_back_several(session, hand_over=given, actor=me, now=NOW)
    assert owners(session, first) == [None]
    with pytest.raises(Refusal, match="tot een dag later"):
        put_back_several(session, hand_over=late, actor=me, now=NOW + 2 * DAY)
    assert owners(session, second) == [bea.id]


def test_nothing_is_kept_when_nothing_could_be_given_and_only_an_advisor_gets_cases(session: Session) -> None:
    me, (bea, as_bea), (gone, _) = ada(session), colleague(session), colleague(session, "gone")
    question = a_question(session)
    claim_case(session, question=question, actor=as_bea, now=NOW)
    given, came = hand_over_several(session, questions=[question], to=bea, actor=me, now=NOW)
    assert given is None
    assert "Bea heeft deze vraag al" in str(came[0].why)
    disable_account(session, account=gone, actor=SYSTEM, now=NOW)
    with pytest.raises(Refusal):
        hand_over_several(session, questions=[question], to=gone, actor=me, now=NOW)
    with pytest.raises(Refusal):
        hand_over_several(session, questions=[question], to=bea, actor=REGION, now=NOW)
    assert session.scalars(select(HandedCase)).all() == []


def test_what_somebody_had_who_left_can_be_given_to_another(session: Session) -> None:
    me, (bea, _), (gone, as_gone) = ada(session), colleague(session), colleague(session, "gone")
    question = a_question(session)
    claim_case(session, question=question, actor=as_gone, now=NOW)
    disable_account(session, account=gone, actor=SYSTEM, now=NOW)
    given, _ = hand_over_several(session, questions=[question], to=bea, actor=me, now=NOW)
    assert owners(session, question) == [bea.id] and given is not None
    back = put_back_several(session, hand_over=given, actor=me, now=NOW)
    assert "werkt hier niet meer" in str(back[0].why)
    assert owners(session, question) == [bea.id]


def test_a_case_that_changed_since_it_was_seen_is_left_alone(session: Session) -> None:
    me, (bea, _) = ada(session), colleague(session)
    same, other = a_question(session), a_question(session)
    seen = {one.public_id: stand_of(session, question=one) for one in (same, other)}
    close_question(session, question=other, reason=CloseReason.HELPED, actor=me, now=NOW)
    _, came = hand_over_several(session, questions=[same, other], to=bea, seen=seen, actor=me, now=NOW)
    assert [outcome.why is None for outcome in came] == [True, False]
    assert "intussen veranderd" in str(came[1].why)
    with pytest.raises(Refusal, match="hoogstens 100"):
        one_by_one(session, questions=[same] * (MOST_AT_ONCE + 1), act=lambda _question: None)


def test_the_open_cases_of_who_is_away_go_to_who_stands_in_and_come_back(session: Session) -> None:
    (ada_, me), (bea, as_bea), (cas, as_cas) = (colleague(session, name) for name in ("ada", "bea", "cas"))
    done, open_one, passed_on = (a_question(session) for _ in range(3))
    for question in (done, open_one, passed_on):
        claim_case(session, question=question, actor=as_bea, now=NOW)
    close_question(session, question=done, reason=CloseReason.HELPED, actor=as_bea, now=NOW)
    away, went = start_absence(session, who=bea, to=cas, until=NOW.date() + 7 * DAY, actor=me, now=NOW)
    assert went == 2
    assert owners(session, done, open_one, passed_on) == [bea.id, cas.id, cas.id]
    assert [(one.name, one.to_name, one.cases) for one in who_is_away(session)] == [("Bea", "Cas", 2)]
    hand_over_case(session, question=passed_on, to=ada_, actor=as_cas, now=NOW)
    assert end_absence(session, hand_over=away, actor=as_bea, now=NOW + 3 * DAY) == 1
    assert owners(session, open_one, passed_on) == [bea.id, me.account_id]
    assert who_is_away(session) == []
    with pytest.raises(Conflict):
        end_absence(session, hand_over=away, actor=as_bea, now=NOW + 3 * DAY)


def test_an_absence_that_cannot_be_is_refused_at_its_field(session: Session) -> None:
    me, (bea, _), (cas, _) = ada(session), colleague(session), colleague(session, "cas")
    today = NOW.date()
    for who, to, until, field in ((bea, bea, today, "to"), (bea, cas, today - DAY, "until")):
        with pytest.raises(Refusal) as refused:
            start_absence(session, who=who, to=to, until=until, actor=me, now=NOW)
        assert refused.value.field == field
    start_absence(session, who=bea, to=cas, until=today, actor=me, now=NOW)
    assert absence_of(session, account_id=bea.id) is not None
    with pytest.raises(Conflict):
        start_absence(session, who=bea, to=cas, until=today, actor=me, now=NOW)
    with pytest.raises(Refusal) as refused:
        start_absence(session, who=cas, to=bea, until=today, actor=me, now=NOW)
    assert refused.value.field == "to", "who is away stands in for nobody"
