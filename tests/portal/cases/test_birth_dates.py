"""A birth date that contradicts what is known, or by which what is applied for cannot be given, is refused with both values.

It never takes the place of a fact by itself, wherever it is entered.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answered_facts import accept_answers
from portal.cases.applications.actions import apply_for_awards
from portal.cases.applications.models import Application
from portal.cases.contents import save_facts
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.requests import AlsoAsked, answer_more, ask_more
from portal.cases.corrections.actions import correct, take_back
from portal.cases.corrections.models import OnWord
from portal.cases.corrections.queries import corrections_by_question
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.models import Scheme, SchemeVersion
from portal.platform.errors import Refusal
from portal.second_look.in_one_go import OneGo, StepRefused, settle_in_one_go
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical_json, content_hash
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    SAM,
    a_draft,
    a_mandate,
    a_question,
    a_region,
    an_application,
    asker,
)
from tests.portal.cases.owners.test_owning import ada

LATER = NOW + timedelta(days=1)
UNTIL = LATER.date() + timedelta(days=14)
KNOWN = {"birth_year": 1990}
WRONG, RIGHT = date(1986, 5, 17), date(1990, 5, 17)


def applies(session: Session, question: DevelopmentQuestion, born: date) -> None:
    me = replace(SAM, birth_date=born)
    chosen: dict[str, Any] = {"schemes": ["leervoucher"], "applicant": me, "confirmed": True}
    apply_for_awards(session, question=question, **chosen, actor=asker(question), now=LATER)


def in_one_go(session: Session, question: DevelopmentQuestion, born: date) -> None:
    me = ada(session)
    a_mandate(session, me)
    wanted = OneGo(
        "Past.",
        ALL_CHECKED,
        schemes=("leervoucher",),
        applicant=replace(SAM, birth_date=born),
        confirmed=True,
        evidence_in=True,
    )
    settle_in_one_go(session, question=question, wanted=wanted, agree=lambda _record: None, actor=me, now=LATER)


def saves(session: Session, question: DevelopmentQuestion, born: date) -> None:
    facts = {"birth_date": born.isoformat()}
    save_facts(session, question=question, facts=facts, actor=asker(question), now=LATER)


def is_corrected(session: Session, question: DevelopmentQuestion, born: date, word: OnWord = OnWord.TOLD) -> None:
    changes = {"fact.birth_date": born.isoformat()}
    correct(session, question=question, changes=changes, on_word=word, actor=ADVISOR, now=LATER)


def asked(session: Session, question: DevelopmentQuestion) -> InformationRequest:
    also = AlsoAsked(facts=("birth_date",))
    return ask_more(session, question=question, text="?", answer_by=UNTIL, actor=ADVISOR, now=LATER, also=also)


def answers(session: Session, question: DevelopmentQuestion, born: date) -> None:
    given = {"birth_date": born.isoformat()}
    answer_more(session, request=asked(session, question), answer="", facts=given, actor=asker(question), now=LATER)


def is_accepted(session: Session, question: DevelopmentQuestion, born: date) -> None:
    """The year was corrected between the answer and who looks at it."""
    request = asked(session, question)
    request.given = {"birth_date": born.isoformat()}
    request.answer, request.answered_at, request.answered_by = "", LATER, "resident"
    request.answered_on = LATER.date()
    session.flush()
    accept_answers(session, request=request, accepted=["birth_date"], actor=ADVISOR, now=LATER)


@dataclass(frozen=True)
class Place:
    """Where a birth date is entered, and in what state the question is then."""

    enter: Callable[[Session, DevelopmentQuestion, date], None]
    before: Callable[..., DevelopmentQuestion] = a_question

    def __str__(self) -> str:
        return f"{self.enter.__name__} of {self.before.__name__}"


PLACES = (
    Place(applies),
    Place(in_one_go),
    Place(saves, a_draft),
    Place(is_corrected),
    Place(answers),
    Place(is_accepted),
)
everywhere = pytest.mark.parametrize("place", PLACES, ids=str)


def refusal(session: Session, act: Callable[[], object]) -> Refusal:
    """It is refused, and nothing of it stays."""
    with pytest.raises(Refusal) as raised, session.begin_nested():
        act()
    session.expire_all()
    return raised.value.why if isinstance(raised.value, StepRefused) else raised.value


@everywhere
def test_a_date_in_another_year_is_refused_at_the_field_with_both(session: Session, place: Place) -> None:
    question = place.before(session, facts=KNOWN)
    wrong = refusal(session, lambda: place.enter(session, question, WRONG))
    assert (wrong.code, wrong.field) == ("birth_date_contradicts", "birth_date")
    assert "1990" in str(wrong) and "17-05-1986" in str(wrong)
    assert question.facts["birth_year"] == 1990 and "birth_date" not in question.facts, "nothing was overwritten"


@everywhere
def test_control_a_date_in_the_year_that_is_known_is_taken(session: Session, place: Place) -> None:
    question = place.before(session, facts=KNOWN)
    place.enter(session, question, RIGHT)
    known = question.facts.get("birth_date") or session.scalars(select(InformationRequest)).one().given["birth_date"]
    assert known == RIGHT.isoformat() and question.facts["birth_year"] == 1990


@pytest.mark.parametrize("enter", [applies, in_one_go])
def test_another_day_than_the_one_that_is_known_is_refused_with_both(
    session: Session, enter: Callable[[Session, DevelopmentQuestion, date], None]
) -> None:
    question = a_question(session, facts={"birth_year": 1990, "birth_date": "1990-05-16"})
    wrong = refusal(session, lambda: enter(session, question, RIGHT))
    assert (wrong.code, wrong.field) == ("birth_date_contradicts", "birth_date")
    assert "16-05-1990" in str(wrong) and "17-05-1990" in str(wrong)
    assert question.facts["birth_date"] == "1990-05-16"
    enter(session, question, date(1990, 5, 16))


def only_under(session: Session, below: int) -> None:
    """The learning voucher is for who is younger than this, as if it had been published so."""
    a_region(session)
    row = session.scalars(select(SchemeVersion).join(Scheme).where(Scheme.slug == "leervoucher")).one()
    plain = json.loads(row.definition_json)
    plain["conditions"].append({"id": "young", "type": "age", "below": below})
    definition = SchemeDefinition.model_validate(plain)
    row.definition_json, row.content_hash = canonical_json(definition), content_hash(definition)
    session.flush()


YOUNG, OLD = date(1999, 12, 31), date(1999, 1, 2)
"""On 3 March 2026, both of the year 1999: the first is 26, the second 27."""


@pytest.mark.parametrize("known", [{"birth_year": 1999}, {}])
@pytest.mark.parametrize("enter", [applies, in_one_go])
def test_a_date_by_which_what_is_applied_for_cannot_be_given_is_refused_with_what_was_known(
    session: Session, enter: Callable[[Session, DevelopmentQuestion, date], None], known: dict[str, Any]
) -> None:
    only_under(session, 27)
    question = a_question(session, facts=known)
    wrong = refusal(session, lambda: enter(session, question, OLD))
    assert (wrong.code, wrong.field) == ("birth_date_does_not_fit", "birth_date")
    assert "02-01-1999" in str(wrong) and "Leervoucher" in str(wrong)
    assert ("1999." in str(wrong).replace("02-01-1999", "")) == bool(known)
    assert "birth_date" not in question.facts and session.scalars(select(Application)).all() == []
    enter(session, question, YOUNG)


@pytest.mark.parametrize("word", [OnWord.TOLD, OnWord.ANSWERED])
def test_after_applying_such_a_date_is_no_correction_by_word_of_mouth(session: Session, word: OnWord) -> None:
    only_under(session, 27)
    question = an_application(session, applicant=replace(SAM, birth_date=YOUNG))
    wrong = refusal(session, lambda: is_corrected(session, question, OLD, word))
    assert (wrong.code, wrong.field) == ("birth_date_does_not_fit", "birth_date")
    assert "31-12-1999" in str(wrong) and "02-01-1999" in str(wrong)
    assert question.facts["birth_date"] == YOUNG.isoformat()


@pytest.mark.parametrize("word", [OnWord.DOCUMENT, OnWord.LOOKED_UP])
def test_control_what_was_seen_on_paper_is_corrected_all_the_same(session: Session, word: OnWord) -> None:
    only_under(session, 27)
    question = an_application(session, applicant=replace(SAM, birth_date=YOUNG))
    is_corrected(session, question, OLD, word)
    assert question.facts["birth_date"] == OLD.isoformat()


def test_who_is_known_to_be_too_old_already_may_still_apply_and_get_a_decision(session: Session) -> None:
    only_under(session, 27)
    question = a_question(session, facts={"birth_year": 1999, "birth_date": OLD.isoformat()})
    applies(session, question, OLD)
    assert session.scalars(select(Application)).one().birth_date == OLD


def test_a_date_and_its_year_are_corrected_together_and_taken_back_together(session: Session) -> None:
    question = an_application(session, facts={"birth_year": 1990})
    both = {"fact.birth_date": WRONG.isoformat(), "fact.birth_year": WRONG.year}
    rows = correct(session, question=question, changes=both, on_word=OnWord.DOCUMENT, actor=ADVISOR, now=LATER)
    assert {row.subject for row in rows} == set(both), "each is kept with its old and new value"
    born = next(row for row in rows if row.subject == "fact.birth_date")
    take_back(session, correction=born, actor=ADVISOR, now=LATER)
    assert (question.facts["birth_date"], question.facts["birth_year"]) == (RIGHT.isoformat(), 1990)
    subjects = [row.subject for row in corrections_by_question(session, question=question)]
    assert sorted(subjects) == sorted([*both, *both]), "the year that follows is kept too"


def test_control_another_year_makes_a_date_untrue_and_that_is_kept_as_a_correction(session: Session) -> None:
    question = a_question(session, facts={"birth_year": 1990, "birth_date": RIGHT.isoformat()})
    changes = {"fact.birth_year": 1986}
    rows = correct(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=LATER)
    assert {row.subject: row.was for row in rows} == {"fact.birth_year": 1990, "fact.birth_date": RIGHT.isoformat()}
    is_corrected(session, question, WRONG)
    assert question.facts["birth_date"] == WRONG.isoformat()
