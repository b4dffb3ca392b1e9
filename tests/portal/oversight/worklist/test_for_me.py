"""One list of all that is due for an advisor, and the counts in the menu.

An advisor opens the desk at nine and wants to know what cannot wait: talks of today, terms that end, invoices, sign-ups, money that
came free. It must say until when and where it leads, hold nothing of a colleague, and keep nothing from who stands in for one. A
number in the menu that is not what the list shows is worse than no number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.awarding.decisions.actions import reject_question
from portal.cases.answered_facts import accept_answers
from portal.cases.appointments.actions import answer_call_back, ask_call_back
from portal.cases.conversations.actions import plan_conversation
from portal.cases.conversations.models import TalkWay
from portal.cases.conversations.requests import AlsoAsked, answer_more, ask_more
from portal.cases.evidence.queries import evidence_by_question, piece_in_words
from portal.cases.handing_in import HandedIn, accept_evidence, hand_in
from portal.cases.handovers.actions import start_absence
from portal.cases.owners.actions import claim_case
from portal.cases.questions.actions import withdraw_question
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.oversight.worklist.counts import Counted, desk_counts, in_words
from portal.oversight.worklist.due import Due
from portal.oversight.worklist.for_me import due_for
from portal.oversight.worklist.queries import Whose
from portal.paying.account_numbers.actions import ask_iban_change, check_iban_change
from portal.people.actor import Actor
from portal.post.files.actions import Vault
from portal.second_look.objections.actions import plan_hearing, receive_objection
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonKind
from portal.spending.providers.actions import ask_registration
from tests.benchmarks.worklist import fill, statements_of
from tests.factories import ADVISOR, NOW, OWN_FACTS, REGION, SECOND, a_provider, a_question, an_application, asker
from tests.portal.cases.owners.test_owning import colleague
from tests.portal.post.files.hostile import pdf

DAY = timedelta(days=1)
BY_PHONE = ContactDetails(way=ContactWay.PHONE, name="Bo Beller", phone="0612345678")


@pytest.fixture
def database() -> str:
    """Once is enough, but for the shape of the union: `test_both_databases_read_it` looks at that."""
    return "sqlite"


def mine(session: Session, actor: Actor, question: DevelopmentQuestion) -> DevelopmentQuestion:
    claim_case(session, question=question, actor=actor, now=NOW)
    return question


def kinds(session: Session, actor: Actor, **more: object) -> list[Due]:
    return [item.what for item in due_for(session, actor=actor, now=NOW, **more).items]  # type: ignore[arg-type]


def a_full_desk(session: Session, me: Actor) -> None:
    """Something of most kinds, of this advisor."""
    mine(session, me, a_question(session))
    mine(session, me, a_question(session, contact=BY_PHONE))
    talked = mine(session, me, a_question(session))
    plan_conversation(session, question=talked, planned_for=NOW + DAY, way=TalkWay.DESK, place=None, actor=me, now=NOW)
    applied = mine(session, me, an_application(session, now=NOW - 50 * DAY))
    assert applied.decide_by is not None and applied.decide_by <= NOW.date() + 14 * DAY
    refused = mine(session, me, an_application(session))
    decision = reject_question(
        session, question=refused, rationale="Past niet.", ground=OWN_FACTS, actor=SECOND, now=NOW
    )
    objection = receive_objection(
        session, decision=decision, received_on=NOW.date(), grounds="Wel.", committee=False, actor=me, now=NOW
    )
    plan_hearing(session, objection=objection, at=NOW + 2 * DAY, place="Loket", actor=me, now=NOW)
    ask_registration(
        session,
        name="Vakschool",
        kvk_number="11112222",
        iban="NL39RABO0300065264",
        contact_name="Vera",
        contact_email="vera@vakschool.example",
        now=NOW,
    )


def test_everything_that_is_due_stands_in_order_with_its_day_and_not_what_is_far_away(session: Session) -> None:
    _, me = colleague(session, "ada")
    a_full_desk(session, me)
    found = due_for(session, actor=me, now=NOW)
    assert {item.what for item in found.items} == {
        Due.REACT,
        Due.CALL,
        Due.TALK,
        Due.DECIDE,
        Due.OBJECTION_HEARING,
        Due.SIGN_UP,
    }, "the objection itself is due in twelve weeks"
    assert Due.OBJECTION in kinds(session, me, days_ahead=None)
    days = [item.due_on or (item.at or item.since).date() for item in found.items]
    assert days == sorted(days)
    by_kind = {item.what: item for item in found.items}
    assert by_kind[Due.CALL].phone == "0612345678"
    assert by_kind[Due.SIGN_UP].asker_name == "Vakschool"
    assert by_kind[Due.TALK].at == NOW + DAY
    later = due_for(session, actor=me, now=NOW + 30 * DAY)
    assert {item.what for item in later.items if item.overdue} >= {Due.REACT, Due.TALK, Due.DECIDE}


def test_of_a_colleague_there_is_nothing_until_one_stands_in(session: Session) -> None:
    bea, as_bea = colleague(session, "bea")
    ada, me = colleague(session, "ada")
    mine(session, as_bea, a_question(session))
    refused = mine(session, as_bea, an_application(session))
    decision = reject_question(
        session, question=refused, rationale="Past niet.", ground=OWN_FACTS, actor=SECOND, now=NOW
    )
    receive_objection(
        session, decision=decision, received_on=NOW.date(), grounds="Wel.", committee=False, actor=SECOND, now=NOW
    )
    assert kinds(session, me, days_ahead=None) == []
    assert kinds(session, as_bea, days_ahead=None) == [Due.REACT, Due.OBJECTION]
    start_absence(session, who=bea, to=ada, until=NOW.date() + DAY, actor=me, now=NOW)
    assert kinds(session, me, days_ahead=None) == [Due.REACT, Due.OBJECTION], "the decided case too, which stays Bea's"
    assert kinds(session, REGION) == []


def test_who_asked_to_be_called_back_is_due_for_the_owner_until_somebody_called(session: Session) -> None:
    _, me = colleague(session, "ada")
    _, other = colleague(session, "bea")
    question = a_question(session)
    question.responded_at = NOW
    call = ask_call_back(session, question=question, note="na 17 uur", actor=other, now=NOW)
    assert kinds(session, me) == kinds(session, other) == [Due.CALL_BACK], "nobody has the case, so it is of everybody"
    claim_case(session, question=question, actor=me, now=NOW)
    assert (kinds(session, me), kinds(session, other)) == ([Due.CALL_BACK], [])
    answer_call_back(session, call=call, actor=me, now=NOW)
    assert kinds(session, me) == []


def test_what_was_handed_in_or_answered_is_due_until_somebody_looked_or_the_case_is_over(
    session: Session, tmp_path: Path
) -> None:
    _, me = colleague(session, "ada")
    vault = Vault.under(tmp_path, "a secret of a desk, for tests only")
    for over in (False, True):
        question = mine(session, me, a_question(session))
        also = AlsoAsked(facts=("training_start",), pieces=(piece_in_words("Offerte"),))
        day = NOW.date() + 14 * DAY
        asked = ask_more(session, question=question, text="Offerte?", answer_by=day, actor=me, now=NOW, also=also)
        by = asker(question)
        for pages in (1, 2):
            file = HandedIn(pdf(pages), "offerte.pdf")
            hand_in(session, question=question, piece=also.pieces[0].key, file=file, vault=vault, actor=by, now=NOW)
        facts = {"training_start": "2026-09-01"}
        answer_more(session, request=asked, answer="", facts=facts, actor=by, now=NOW)
        assert kinds(session, me) == [Due.EVIDENCE, Due.GIVEN_ANSWERS], "two files of one case are looked at together"
        if over:
            withdraw_question(session, question=question, reason=None, actor=by, now=NOW)
        else:
            accept_answers(session, request=asked, accepted=["training_start"], actor=me, now=NOW)
            for one in evidence_by_question(session, question=question):
                accept_evidence(session, evidence=one, actor=me, now=NOW)
        assert kinds(session, me) == []


def test_what_waits_for_a_second_person_is_due_for_everybody_but_the_first(session: Session) -> None:
    _, me = colleague(session, "ada")
    _, other = colleague(session, "bea")
    provider, school = a_provider(session)
    change = ask_iban_change(session, provider=provider, iban="NL39RABO0300065264", payer=None, actor=school, now=NOW)
    assert kinds(session, me) == kinds(session, other) == [Due.ACCOUNT_NUMBER], "the provider asked; anybody may check"
    check_iban_change(session, change=change, how="Gebeld met de directeur.", actor=me, now=NOW)
    assert (kinds(session, me), kinds(session, other)) == ([], [Due.ACCOUNT_NUMBER])
    laid = TwoPersonAct(
        kind=TwoPersonKind.WRITE_OFF,
        subject="recovery:1",
        amount_cents=900_00,
        reason="Niet meer te halen.",
        laid_down_at=NOW,
        laid_down_by=me.reference,
        laid_down_by_name="Ada",
    )
    of_the_region = TwoPersonAct(
        kind=TwoPersonKind.RAISE_BUDGET,
        subject="funding_line:1",
        amount_cents=1,
        reason="Meer geld.",
        laid_down_at=NOW,
        laid_down_by=REGION.reference,
        laid_down_by_name="Rik",
    )
    session.add_all([laid, of_the_region])
    session.flush()
    assert (kinds(session, me), kinds(session, other)) == ([], [Due.ACCOUNT_NUMBER, Due.TWO_PEOPLE])
    names = {item.what: item.asker_name for item in due_for(session, actor=other, now=NOW).items}
    assert names == {Due.ACCOUNT_NUMBER: provider.name, Due.TWO_PEOPLE: "Ada"}
    assert desk_counts(session, actor=other, now=NOW)[Counted.FOR_ME] == 2


def test_what_is_nobodys_and_what_was_not_answered(session: Session) -> None:
    _, me = colleague(session, "ada")
    question = a_question(session)
    ask_more(session, question=question, text="Offerte?", answer_by=NOW.date() + 14 * DAY, actor=me, now=NOW)
    later = NOW + 15 * DAY
    assert [item.what for item in due_for(session, actor=me, now=later, whose=Whose.NOBODY).items] == [Due.ANSWER]
    assert due_for(session, actor=me, now=later).items == []
    a_question(session)
    assert kinds(session, me, whose=Whose.EVERYBODY) == [Due.REACT]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_the_menu_counts_what_the_list_shows_in_one_statement(session: Session) -> None:
    _, me = colleague(session, "ada")
    a_full_desk(session, me)
    session.flush()
    with statements_of(session) as said:
        counts = desk_counts(session, actor=me, now=NOW)
    assert len(said) == 1
    assert counts[Counted.FOR_ME] == len(due_for(session, actor=me, now=NOW).items) == 6
    assert (counts[Counted.CASES], counts[Counted.TALKS], counts[Counted.OBJECTIONS]) == (4, 1, 1)
    assert (counts[Counted.SIGN_UPS], counts[Counted.INVOICES], counts[Counted.PREPARATIONS]) == (1, 0, 0)
    assert desk_counts(session, actor=REGION, now=NOW) == {}


def test_a_count_stops_and_a_list_takes_as_many_queries_over_many_cases(session: Session) -> None:
    _, account = colleague(session, "ada")
    me = replace(ADVISOR, account_id=account.account_id)
    fill(session, 20)
    with statements_of(session) as few:
        due_for(session, actor=me, now=NOW, whose=Whose.EVERYBODY)
    fill(session, 600, after=20)
    session.expunge_all()
    with statements_of(session) as many:
        found = due_for(session, actor=me, now=NOW, whose=Whose.EVERYBODY)
    assert len(many) == len(few) == 1
    assert found.items
    assert in_words(desk_counts(session, actor=me, now=NOW)[Counted.CASES]) == "99+"
