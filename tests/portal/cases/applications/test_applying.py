"""Applying: the legal act, its clock, and the order of receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.cases.applications.actions import ApplicantDetails, apply_for_awards, holder_key, person_key
from portal.cases.applications.queries import application_of, can_apply_here, schemes_to_apply_for
from portal.cases.conversations.queries import open_request
from portal.cases.conversations.requests import answer_more, ask_more, end_request
from portal.cases.questions.models import QuestionState, Route
from portal.framework.catalogue.queries import schemes_in_force
from portal.platform.clock import local_date, local_time
from portal.platform.errors import Conflict, Refusal
from schemes.definition.windows import Window
from tests.factories import ADVISOR, COMPANY, NOW, SAM, a_draft, a_question, an_application, asker, employer, resident

SALT = "00" * 32


def apply(session: Session, question: object, **more: object) -> object:
    given = {"schemes": ["leervoucher"], "applicant": SAM, "confirmed": True, "actor": asker(question), "now": NOW}  # type: ignore[arg-type]
    return apply_for_awards(session, question=question, **(given | more))  # type: ignore[arg-type]


def test_applying_starts_the_clock_and_fixes_the_order_of_receipt(session: Session) -> None:
    first, second = a_question(session), a_question(session)
    later = NOW + timedelta(days=3)
    one, two = apply(session, second, now=NOW), apply(session, first, now=later)
    assert (one.receipt_order, two.receipt_order) == (1, 2)  # type: ignore[attr-defined]
    assert (one.number, one.scheme_versions) == ("AV-2026-0001", {"leervoucher": 1})  # type: ignore[attr-defined]
    assert (second.state, second.decide_by) == (QuestionState.APPLIED, date(2026, 4, 28))  # 27 April is King's Day
    assert first.reference_date == date(2026, 3, 5), "the rules of the day of application hold"
    assert first.facts["birth_date"] == "1990-05-17"


def test_a_term_that_ends_on_kings_day_ends_a_day_later(session: Session) -> None:
    question = an_application(session)  # Monday 2 March + 56 days = Monday 27 April 2026
    assert question.decide_by == date(2026, 4, 28)


def test_there_is_one_application_for_a_question(session: Session) -> None:
    question = an_application(session)
    with pytest.raises(Conflict) as refused:
        apply(session, question)
    assert refused.value.code == "already_applied"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"schemes": []}, "schemes"),
        ({"schemes": ["studielening"]}, "schemes"),
        ({"schemes": ["oude-regeling"]}, "schemes"),
        ({"schemes": ["bedrijfsvoucher"]}, "schemes"),
        ({"schemes": ["bestaat-niet"]}, "schemes"),
        ({"applicant": replace(SAM, name=" ")}, "name"),
        ({"applicant": replace(SAM, house_number="")}, "house_number"),
        ({"applicant": replace(SAM, birth_date=None)}, "birth_date"),
        ({"applicant": replace(SAM, birth_date=date(2026, 3, 2))}, "birth_date"),
        ({"confirmed": False}, "confirmed"),
    ],
)
def test_what_is_missing_is_said_at_the_field(session: Session, more: dict[str, object], field: str) -> None:
    question = a_question(session)
    with pytest.raises(Refusal) as refused:
        apply(session, question, **more)
    assert refused.value.field == field
    assert question.state is QuestionState.SUBMITTED


@pytest.mark.parametrize(
    ("more", "field"), [({"kvk_number": "1"}, "kvk_number"), ({"learner_name": None}, "learner_name")]
)
def test_an_employer_names_itself_and_the_employee(session: Session, more: dict[str, object], field: str) -> None:
    question = a_question(session, route=Route.EMPLOYER)
    with pytest.raises(Refusal) as refused:
        apply(session, question, schemes=["bedrijfsvoucher"], applicant=replace(COMPANY, **more))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_draft_is_sent_before_one_applies_and_only_the_asker_or_an_advisor_applies(session: Session) -> None:
    draft, question = a_draft(session), a_question(session)
    with pytest.raises(Conflict):
        apply(session, draft)
    for actor in (employer(question), resident(draft)):
        with pytest.raises(Refusal):
            apply(session, question, actor=actor)
    assert application_of(session, question=question, actor=resident(question)) is None
    apply(session, question, actor=ADVISOR)
    assert application_of(session, question=question, actor=resident(question)) is not None
    assert application_of(session, question=question, actor=resident(draft)) is None


def test_the_schemes_that_can_be_applied_for_are_open_here_and_of_the_route(session: Session) -> None:
    question, own = a_question(session), a_question(session, route=Route.EMPLOYER)

    def offered(asked: object, on: date) -> list[str]:
        found = schemes_to_apply_for(session, question=asked, actor=ADVISOR, on=on)  # type: ignore[arg-type]
        return [scheme.slug for scheme in found]

    assert offered(question, date(2026, 3, 2)) == ["leervoucher", "materiaalvoucher"]
    assert offered(question, date(2028, 1, 1)) == ["materiaalvoucher"], "the window of the leervoucher is closed"
    assert offered(own, date(2026, 3, 2)) == ["bedrijfsvoucher"]


def test_a_window_that_closes_at_an_hour_looks_at_the_clock_of_the_netherlands(session: Session) -> None:
    question = a_question(session)
    [scheme] = [one for one in schemes_in_force(session, on=NOW.date()) if one.slug == "leervoucher"]
    window = Window(opens_on=date(2026, 3, 2), opens_at="09:00", closes_on=date(2026, 3, 26), closes_at="17:00")
    hours = replace(scheme, definition=scheme.definition.model_copy(update={"windows": (window,)}))

    def open_at(instant: datetime) -> bool:
        return can_apply_here(hours, question.route.value, local_date(instant), local_time(instant))

    # 26 March is winter time: 17:00 in the Netherlands is 16:00 UTC
    assert open_at(datetime(2026, 3, 26, 16, 0, 59, tzinfo=UTC))
    assert not open_at(datetime(2026, 3, 26, 16, 1, tzinfo=UTC))
    assert not open_at(datetime(2026, 3, 2, 7, 59, tzinfo=UTC)) and open_at(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    assert can_apply_here(hours, question.route.value, date(2026, 3, 26)), "without a clock the whole day is open"


# The clock -------------------------------------------------------------------------------------------------------------


def test_the_clock_stops_while_the_desk_waits_for_an_answer(session: Session) -> None:
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=date(2026, 3, 17), actor=ADVISOR, now=NOW)
    assert question.state is QuestionState.WAITING
    request = open_request(session, question=question, actor=resident(question))
    assert request is not None
    answer_more(session, request=request, answer="Hier.", actor=resident(question), now=NOW + timedelta(days=8))
    # 3 to 9 March stood still: 7 days. 27 April + 7 = Monday 4 May, a working day.
    assert (question.state, question.decide_by) == (QuestionState.APPLIED, date(2026, 5, 4))
    application = application_of(session, question=question, actor=ADVISOR)
    assert application is not None and application.stopped_days == 7


def test_a_term_that_stands_still_until_liberation_day_ends_after_it(session: Session) -> None:
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=date(2026, 3, 30), actor=ADVISOR, now=NOW)
    request = open_request(session, question=question, actor=ADVISOR)
    assert request is not None
    answer_more(session, request=request, answer="Hier.", actor=resident(question), now=NOW + timedelta(days=9))
    assert question.decide_by == date(2026, 5, 6)  # 27 April + 8 = Tuesday 5 May


def test_going_on_without_an_answer_waits_for_the_term_that_was_set(session: Session) -> None:
    question = an_application(session)
    ask_more(session, question=question, text="Offerte?", answer_by=date(2026, 3, 9), actor=ADVISOR, now=NOW)
    request = open_request(session, question=question, actor=ADVISOR)
    assert request is not None
    with pytest.raises(Refusal):
        end_request(session, request=request, actor=ADVISOR, now=NOW + timedelta(days=7))
    end_request(session, request=request, actor=ADVISOR, now=NOW + timedelta(days=30))
    assert (question.state, question.decide_by) == (QuestionState.APPLIED, date(2026, 5, 4)), "7 days, not 30"


def test_a_question_for_advice_has_no_clock_to_stop(session: Session) -> None:
    question = a_question(session)
    ask_more(session, question=question, text="Welke opleiding?", answer_by=date(2026, 3, 9), actor=ADVISOR, now=NOW)
    apply(session, question)
    assert question.state is QuestionState.APPLIED
    request = open_request(session, question=question, actor=ADVISOR)
    assert request is not None
    answer_more(session, request=request, answer="Monteur.", actor=resident(question), now=NOW + timedelta(days=5))
    assert question.decide_by == date(2026, 4, 28), "what was asked before the application stops nothing"


# Pseudonyms ------------------------------------------------------------------------------------------------------------


def test_a_pseudonym_is_the_same_however_the_name_is_typed_and_differs_with_the_person() -> None:
    key = person_key(SALT, SAM, False)
    assert person_key(SALT, replace(SAM, name="  sam DE vriés ", postcode="9990aa"), False) == key
    for other in (
        replace(SAM, name="Sara de Vries"),
        replace(SAM, birth_date=date(1990, 5, 18)),
        replace(SAM, house_number="13"),
    ):
        assert person_key(SALT, other, False) != key
    assert person_key("11" * 32, SAM, False) != key, "without the salt nobody can make it"
    assert "sam" not in key and len(key) == 64
    assert holder_key(SALT, "person", "ab", "c") != holder_key(SALT, "person", "a", "bc")


def test_the_ledger_and_the_award_carry_no_name(session: Session) -> None:
    question = an_application(session, applicant=SAM)
    application = application_of(session, question=question, actor=ADVISOR)
    assert application is not None and application.person_key is not None
    assert isinstance(SAM, ApplicantDetails) and "vries" not in application.person_key
