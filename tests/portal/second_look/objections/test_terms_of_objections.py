"""Terms of an objection: from when it was sent, by the postmark, with repair, consent, outages, and objections of another person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.awarding.decisions.models import Decision
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import LetterContent, letter_content
from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.post.messages.actions import mark_sent
from portal.post.messages.models import OutboxMessage
from portal.post.outages.actions import record_outage
from portal.second_look.objection_terms import (
    Delay,
    agree_on_delay,
    ask_repair,
    ask_to_be_heard,
    judge_interest,
    note_repair,
    note_wish_to_be_heard,
)
from portal.second_look.objections.actions import (
    ObjectionDraft,
    adjourn_objection,
    decide_objection,
    hold_hearing,
    judge_lateness,
    waive_hearing,
)
from portal.second_look.objections.models import DelayBasis, Objection, ObjectionOutcome, WaiverReason
from portal.second_look.objections.queries import last_day_against, objectable, objections_of
from portal.second_look.objections.receiving import AnotherPerson, Received, take_in_objection
from tests.factories import ADMIN, ADVISOR, NOW, OWN_FACTS, SECOND, an_application, asker
from tests.snapshots import made_once

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
PERSON = AnotherPerson("Buur Bos", "Woont ernaast.", "Kade 4", "9990 AA", "Proefstad")
AGREED = Delay(date(2026, 7, 1), DelayBasis.OBJECTOR_AGREES, "Sam, per brief van 2 april.", "Er komt nog een stuk.")


@made_once
def rejected(session: Session) -> tuple[DevelopmentQuestion, Decision]:
    question = an_application(session)
    decision = reject_question(session, question=question, rationale="Nee.", ground=OWN_FACTS, actor=ADVISOR, now=NOW)
    return question, decision


def message(session: Session, template: str) -> OutboxMessage:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).one()


def sent(session: Session, on: datetime = NOW) -> tuple[DevelopmentQuestion, Decision]:
    question, decision = rejected(session)
    mark_sent(session, message=message(session, "decision/rejected"), now=on)
    return question, decision


def take_in(session: Session, decision: Decision, on: date, now: datetime | None = None, **more: Any) -> Objection:
    given: dict[str, Any] = {"grounds": "Ik voldoe wel."} | more
    moment = now or NOW + timedelta(days=(on - NOW.date()).days)
    return take_in_objection(session, decision=decision, received=Received(on, **given), actor=SECOND, now=moment)


def at(day: date) -> datetime:
    return NOW + timedelta(days=(day - NOW.date()).days)


def decide(session: Session, objection: Objection, outcome: ObjectionOutcome, on: date) -> None:
    draft = ObjectionDraft(outcome, "Bekeken.")
    decide_objection(session, objection=objection, draft=draft, actor=SECOND, now=at(on))


def letter(session: Session, template: str, dated: date) -> LetterContent:
    return letter_content(session, message=message(session, template), dated=dated, now=at(dated))


# From when it was sent ------------------------------------------------------------------------------------------------------


def test_no_term_runs_while_the_letter_was_not_sent_and_it_begins_when_it_was(session: Session) -> None:
    question, decision = rejected(session)
    assert last_day_against(session, decision=decision) is None
    objection = take_in(session, decision, date(2026, 6, 1))
    assert objection.term_ended_on is None and not objection.late, "months later, and not late"
    assert objection.decide_by == date(2026, 8, 24), "as if it was sent on the day on which the objection came"
    mark_sent(session, message=message(session, "decision/rejected"), now=at(date(2026, 6, 3)))
    waive_hearing(session, objection=objection, reason=WaiverReason.UNFOUNDED, actor=SECOND, now=at(date(2026, 6, 4)))
    assert objection.term_ended_on == date(2026, 7, 15) and objection.decide_by == date(2026, 8, 26)
    assert objectable(session, question=question, actor=ADVISOR) == []


def test_the_letter_of_a_decision_names_the_last_day_in_dutch_and_english_beyond_a_day_on_a_par(
    session: Session,
) -> None:
    rejected(session)
    made = letter(session, "decision/rejected", date(2027, 3, 26))
    assert made.object_by == date(2027, 5, 10)
    assert "10 mei 2027" in str(made.blocks) and "10 May 2027" in str(made.english)
    assert "7 mei 2027" not in str(made.blocks), "the day before it was moved"


def test_post_counts_by_its_postmark_up_to_a_week_after_the_term(session: Session) -> None:
    _question, decision = sent(session)  # the term ends on 13 April
    by_post = {"posted_on": date(2026, 4, 13)}
    savepoint = session.begin_nested()
    in_time = take_in(session, decision, date(2026, 4, 20), **by_post)
    assert not in_time.late and in_time.counts_on == date(2026, 4, 13) and in_time.received_on == date(2026, 4, 20)
    savepoint.rollback()
    savepoint = session.begin_nested()
    assert take_in(session, decision, date(2026, 4, 21), **by_post).late, "more than a week after"
    savepoint.rollback()
    savepoint = session.begin_nested()
    assert take_in(session, decision, date(2026, 4, 15), posted_on=date(2026, 4, 14)).late, "posted after the term"
    savepoint.rollback()
    with pytest.raises(Refusal) as refused:
        take_in(session, decision, date(2026, 4, 15), posted_on=date(2026, 4, 16))
    assert refused.value.field == "posted_on"
    assert take_in(session, decision, date(2026, 4, 14)).late, "control: not by post, a day late"


def test_an_outage_on_the_last_day_gives_a_day_back_also_to_what_came_in_before_it_was_recorded(
    session: Session,
) -> None:
    _question, decision = sent(session)
    objection = take_in(session, decision, date(2026, 4, 14))
    assert objection.late
    began = at(date(2026, 4, 13))
    later = at(date(2026, 4, 15))
    record_outage(
        session, began_at=began, ended_at=began + timedelta(hours=2), what="Versturen.", actor=ADMIN, now=later
    )
    assert last_day_against(session, decision=decision) == date(2026, 4, 14)
    hold_hearing(session, objection=objection, on=date(2026, 4, 15), report="Gehoord.", actor=SECOND, now=later)
    assert not objection.late and objection.term_ended_on == date(2026, 4, 14)


# Grounds that come later -------------------------------------------------------------------------------------------------------


def test_without_grounds_the_desk_asks_and_the_term_stands_still_until_they_come(session: Session) -> None:
    question, decision = sent(session)
    objection = take_in(session, decision, date(2026, 4, 13), grounds=" ")
    assert objection.decide_by == date(2026, 5, 26)
    asked = at(date(2026, 4, 14))
    with pytest.raises(Refusal, match="week"):
        ask_repair(
            session, objection=objection, missing="De redenen.", answer_by=date(2026, 4, 16), actor=SECOND, now=asked
        )
    until = date(2026, 4, 28)
    ask_repair(session, objection=objection, missing="De redenen.", answer_by=until, actor=SECOND, now=asked)
    assert objection.decide_by == date(2026, 6, 8), "fourteen days of stop"
    told = letter(session, "objection/repair_asked", date(2026, 4, 14))
    assert "28 april 2026" in str(told.blocks) and "28 April 2026" in str(told.english)
    with pytest.raises(Conflict):
        ask_repair(session, objection=objection, missing="Nog iets.", answer_by=until, actor=SECOND, now=asked)
    with pytest.raises(Refusal, match="28 april"):
        decide(session, objection, ObjectionOutcome.INADMISSIBLE, date(2026, 4, 20))
    note_repair(
        session,
        objection=objection,
        grounds="Ik woon hier wel.",
        on=date(2026, 4, 20),
        actor=asker(question),
        now=at(date(2026, 4, 20)),
    )
    assert objection.grounds == "Ik woon hier wel." and objection.decide_by == date(2026, 6, 1), "it stood still 5 days"


def test_grounds_that_never_come_make_it_inadmissible_and_only_after_the_term(session: Session) -> None:
    _question, decision = sent(session)
    objection = take_in(session, decision, date(2026, 4, 13), grounds="")
    waive_hearing(
        session, objection=objection, reason=WaiverReason.INADMISSIBLE, actor=SECOND, now=at(date(2026, 4, 14))
    )
    with pytest.raises(Refusal, match="Vraag daar eerst om"):
        decide(session, objection, ObjectionOutcome.INADMISSIBLE, date(2026, 5, 1))
    day, until = at(date(2026, 4, 14)), date(2026, 4, 28)
    ask_repair(session, objection=objection, missing="De redenen.", answer_by=until, actor=SECOND, now=day)
    with pytest.raises(Refusal):
        decide(session, objection, ObjectionOutcome.UNFOUNDED, date(2026, 4, 29))
    decide(session, objection, ObjectionOutcome.INADMISSIBLE, date(2026, 4, 29))
    assert objection.outcome is ObjectionOutcome.INADMISSIBLE


# Further delay and hearing ----------------------------------------------------------------------------------------------------


def test_further_delay_by_consent_several_times_after_adjourning_each_to_a_later_day(session: Session) -> None:
    _question, decision = sent(session)
    objection, now = take_in(session, decision, date(2026, 4, 1)), at(date(2026, 4, 2))
    with pytest.raises(Refusal) as refused:
        agree_on_delay(
            session, objection=objection, delay=Delay(AGREED.until, AGREED.basis, " ", "x"), actor=SECOND, now=now
        )
    assert refused.value.field == "agreed_by"
    agree_on_delay(session, objection=objection, delay=AGREED, actor=SECOND, now=now)
    assert objection.decide_by == date(2026, 7, 1)
    told = letter(session, "objection/delayed", date(2026, 4, 2))
    assert "1 juli 2026" in str(told.blocks) and "per brief van 2 april" in str(told.blocks)
    adjourn_objection(session, objection=objection, reason="Druk.", actor=SECOND, now=now)
    assert objection.decide_by == date(2026, 7, 6), "twelve weeks reach further than what was agreed on"
    with pytest.raises(Refusal):
        agree_on_delay(session, objection=objection, delay=AGREED, actor=SECOND, now=now)
    again = Delay(date(2026, 9, 1), DelayBasis.ALL_AGREE, "Sam en de werkgever.", "Vakantie.")
    agree_on_delay(session, objection=objection, delay=again, actor=SECOND, now=now)
    assert objection.decide_by == date(2026, 9, 1)


def test_a_hearing_is_left_out_for_want_of_an_answer_only_when_asked_and_after_the_day(session: Session) -> None:
    question, decision = sent(session)
    objection, asked, until = take_in(session, decision, date(2026, 4, 1)), at(date(2026, 4, 2)), date(2026, 4, 16)
    no_answer = {"objection": objection, "reason": WaiverReason.NO_ANSWER, "actor": SECOND}
    with pytest.raises(Refusal):
        waive_hearing(session, **no_answer, now=asked)
    ask_to_be_heard(session, objection=objection, answer_by=until, actor=SECOND, now=asked)
    assert "16 april 2026" in str(letter(session, "objection/hearing_asked", date(2026, 4, 2)).blocks)
    with pytest.raises(Refusal):
        waive_hearing(session, **no_answer, now=at(until))
    waive_hearing(session, **no_answer, now=at(until + DAY))
    by: dict[str, Any] = {"on": until + DAY, "actor": asker(question), "now": at(until + DAY)}
    note_wish_to_be_heard(session, objection=objection, **by)
    assert objection.waiver is None and objection.hear_wanted_on == until + DAY
    with pytest.raises(Refusal):
        waive_hearing(session, **no_answer, now=at(until + 2 * DAY))


def test_who_did_not_object_cannot_speak_for_who_did(session: Session) -> None:
    question, decision = sent(session)
    objection = take_in(session, decision, date(2026, 4, 1), by=PERSON)
    day = date(2026, 4, 2)
    ask_to_be_heard(session, objection=objection, answer_by=day + 14 * DAY, actor=SECOND, now=at(day))
    with pytest.raises(Refusal):
        note_wish_to_be_heard(session, objection=objection, on=day, actor=asker(question), now=at(day))


# Another person ------------------------------------------------------------------------------------------------------------


def test_another_person_objects_gets_the_letters_and_who_asked_is_told_without_their_name(session: Session) -> None:
    question, decision = sent(session)
    own = take_in(session, decision, date(2026, 4, 1))
    other = take_in(session, decision, date(2026, 4, 1), by=PERSON)
    with pytest.raises(Conflict):
        take_in(session, decision, date(2026, 4, 1), by=PERSON)
    assert objections_of(session, question=question, actor=asker(question)) == [own]
    assert objections_of(session, question=question, actor=ADVISOR) == [own, other]
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.object_kind == "objection"))
    to_other = letter_content(session, message=rows.one(), dated=NOW.date(), now=NOW)
    assert to_other.to == ["Buur Bos", "Kade 4", "9990 AA  Proefstad"] and other.number in str(to_other.blocks)
    told = letter(session, "objection/of_another", NOW.date())
    assert other.number in str(told.blocks) and "Buur Bos" not in str(told.as_dict())


def test_another_person_without_interest_is_not_admissible_and_that_is_judged_first(session: Session) -> None:
    _question, decision = sent(session)
    objection, day = take_in(session, decision, date(2026, 4, 1), by=PERSON), date(2026, 4, 2)
    hold_hearing(session, objection=objection, on=day, report="Gehoord.", actor=SECOND, now=at(day))
    with pytest.raises(Refusal, match="belang"):
        decide(session, objection, ObjectionOutcome.UNFOUNDED, day)
    judged: dict[str, Any] = {"objection": objection, "reason": "Woont elders.", "actor": SECOND, "now": at(day)}
    judge_interest(session, interested=False, **judged)
    with pytest.raises(Refusal, match="geen belang"):
        decide(session, objection, ObjectionOutcome.UNFOUNDED, day)
    judge_interest(session, interested=True, **judged)
    decide(session, objection, ObjectionOutcome.UNFOUNDED, day)


@pytest.mark.parametrize(
    ("by", "field"),
    [
        (AnotherPerson(" ", "x", "x", "x", "x"), "objector"),
        (AnotherPerson("x", "", "x", "x", "x"), "interest"),
        (AnotherPerson("x", "x", "", "x", "x"), "street"),
    ],
)
def test_of_another_person_the_name_the_interest_and_the_address_are_needed(
    session: Session, by: AnotherPerson, field: str
) -> None:
    _question, decision = sent(session)
    with pytest.raises(Refusal) as refused:
        take_in(session, decision, date(2026, 4, 1), by=by)
    assert refused.value.field == field


def test_who_asked_cannot_record_an_objection_of_somebody_else(session: Session) -> None:
    question, decision = sent(session)
    received, actor = Received(NOW.date(), "x", by=PERSON), asker(question)
    with pytest.raises(Refusal):
        take_in_objection(session, decision=decision, received=received, actor=actor, now=NOW)


def test_lateness_that_was_judged_stays_as_it_was_judged(session: Session) -> None:
    _question, decision = sent(session)
    objection = take_in(session, decision, date(2026, 4, 14))
    now = at(date(2026, 4, 15))
    judge_lateness(session, objection=objection, excused=True, reason="Ziek.", actor=SECOND, now=now)
    began = at(date(2026, 4, 13))
    record_outage(session, began_at=began, ended_at=began + DAY, what="x", actor=Actor.system("tests"), now=now)
    hold_hearing(session, objection=objection, on=date(2026, 4, 15), report="x", actor=SECOND, now=now)
    assert objection.late and objection.lateness_excused and objection.admissible


@pytest.mark.parametrize("committee", [True, False])
def test_who_objects_hears_of_a_committee_only_when_there_is_one_and_of_costs_always(
    session: Session, committee: bool
) -> None:
    _, decision = sent(session)
    take_in(session, decision, date(2026, 4, 10), committee=committee)
    letter = letter_content(session, message=message(session, "objection/received"), dated=date(2026, 4, 10), now=NOW)
    dutch, english = " ".join(map(str, letter.blocks)), " ".join(map(str, letter.english))
    assert ("Een commissie geeft ons advies" in dutch) is ("A committee advises us" in english) is committee
    assert ("artikelen 7:10, 7:13 en 7:15" in dutch) is committee and (
        "artikelen 7:10 en 7:15" in dutch
    ) is not committee
    assert "voordat wij besluiten" in dutch and "before we decide" in english
