"""What is corrected in a question is corrected in its application too, with the pseudonym under which the person is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question, take_back_correction
from portal.cases.applications.actions import own_key
from portal.cases.applications.models import Application
from portal.cases.applications.queries import application_by_question, possible_doubles
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.people.audit.queries import events_of
from tests.factories import ADVISOR, NOW, an_application, approve, somebody


def change(session: Session, question: DevelopmentQuestion, **changes: Any) -> list[Correction]:
    return correct_question(
        session, question=question, changes=changes, on_word=OnWord.DOCUMENT, actor=ADVISOR, now=NOW
    )


def application(session: Session, question: DevelopmentQuestion) -> Application:
    found = application_by_question(session, question=question)
    assert found is not None
    return found


def told(session: Session, question: DevelopmentQuestion) -> list[str]:
    return [one.action for one in events_of(session, object_kind="question", object_id=question.id)]


def test_a_corrected_birth_date_is_that_of_the_application_and_back(session: Session) -> None:
    question = an_application(session)
    applied = application(session, question)
    was, key = applied.birth_date, applied.person_key
    assert was is not None
    rows = change(session, question, **{"fact.birth_date": "1986-05-17", "fact.birth_year": 1986})
    assert applied.birth_date == date(1986, 5, 17)
    assert applied.person_key == own_key(session, applied) != key, "it is another person for the caps"
    assert "application.corrected" in told(session, question)
    born = next(row for row in rows if row.subject == "fact.birth_date")
    take_back_correction(session, correction=born, actor=ADVISOR, now=NOW)
    assert (applied.birth_date, applied.person_key) == (was, key)


def test_a_person_who_turns_out_to_be_another_is_found_as_a_double_no_more(session: Session) -> None:
    first = an_application(session, applicant=somebody(1))
    second = an_application(session, applicant=replace(somebody(1), house_number="99"))
    assert [one.application.id for one in possible_doubles(session, application=application(session, second))]
    change(session, second, **{"fact.birth_date": "1960-01-02", "fact.birth_year": 1960})
    assert possible_doubles(session, application=application(session, second)) == []
    assert application(session, first).birth_date != application(session, second).birth_date


def test_a_corrected_number_of_the_chamber_of_commerce_is_that_of_the_application(session: Session) -> None:
    question = an_application(session, route=Route.EMPLOYER)
    applied = application(session, question)
    key = applied.employer_key
    employer = {
        "name": question.employer_name,
        "kvk_number": "87654321",
        "contact_name": None,
        "learner_name": question.learner_name,
    }
    change(session, question, employer=employer)
    assert applied.kvk_number == "87654321" and applied.employer_key not in (None, key)
    assert applied.person_key == own_key(session, applied)


def test_what_the_application_did_not_have_from_the_question_stays(session: Session) -> None:
    question = an_application(session)
    applied = application(session, question)
    applied.birth_date = date(1970, 1, 1)
    session.flush()
    key = applied.person_key
    change(session, question, **{"fact.birth_date": "1986-05-17", "fact.birth_year": 1986})
    assert (applied.birth_date, applied.person_key) == (date(1970, 1, 1), key)
    change(session, question, wish="Iets anders.")
    assert "application.corrected" not in told(session, question)


def test_after_the_decision_the_application_stays_as_it_was_decided_on(session: Session) -> None:
    question = an_application(session)
    applied = application(session, question)
    was = applied.birth_date
    approve(session, question)
    change(session, question, **{"fact.birth_date": "1986-05-17", "fact.birth_year": 1986})
    assert applied.birth_date == was
