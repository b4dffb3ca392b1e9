"""Answers on facts that were asked: kept beside the question until an advisor accepts them, and then the person's own fact."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answered_facts import accept_answers
from portal.cases.applications.models import Application
from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.queries import unread_answers
from portal.cases.conversations.requests import AlsoAsked, answer_more, ask_more
from portal.cases.corrections.models import CorrectionAnswer, OnWord
from portal.cases.corrections.queries import not_of_the_person
from portal.cases.handing_in import HandedIn, hand_in
from portal.cases.questions.models import DevelopmentQuestion
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault
from tests.factories import ADVISOR, NOW, REGION, a_region, an_application, approve, asker
from tests.portal.cases.evidence.wanting import QUOTATION, let_it_want
from tests.portal.post.files.hostile import pdf

DAY = timedelta(days=1)
START, EARLIER = "2026-09-01", "2026-02-01"
ALSO = AlsoAsked(facts=("residence_municipality", "training_start"))


def asked(session: Session, question: DevelopmentQuestion, also: AlsoAsked = ALSO) -> InformationRequest:
    by = {"answer_by": NOW.date() + 14 * DAY, "actor": ADVISOR, "now": NOW + DAY}
    return ask_more(session, question=question, text="Klopt dit nog?", also=also, **by)  # type: ignore[arg-type]


def answered(session: Session, request: InformationRequest, **facts: object) -> InformationRequest:
    question = session.get_one(DevelopmentQuestion, request.question_id)
    return answer_more(session, request=request, answer="", facts=facts, actor=asker(question), now=NOW + 2 * DAY)


def test_an_answer_is_the_fact_when_it_is_accepted_and_needs_no_confirmation(session: Session) -> None:
    question = an_application(session)
    before = question.facts["training_start"]
    request = answered(session, asked(session, question), training_start=START)
    assert request.given == {"training_start": START} and question.facts["training_start"] == before
    assert unread_answers(session, question=question) == [request]
    with pytest.raises(Conflict, match="nog niemand heeft bekeken"):
        approve(session, question, now=NOW + 3 * DAY)
    [row] = accept_answers(session, request=request, accepted=["training_start"], actor=ADVISOR, now=NOW + 3 * DAY)
    assert (question.facts["training_start"], row.on_word, row.answer) == (
        START,
        OnWord.ANSWERED,
        CorrectionAnswer.CONFIRMED,
    )
    assert row.answered_at == NOW + 2 * DAY and not_of_the_person(session, question=question) == []
    with pytest.raises(Conflict, match="al bekeken"):
        accept_answers(session, request=request, accepted=[], actor=ADVISOR, now=NOW + 3 * DAY)
    approve(session, question, now=NOW + 3 * DAY)


def test_what_is_not_accepted_stays_as_it_was(session: Session) -> None:
    question = an_application(session)
    before = dict(question.facts)
    request = answered(session, asked(session, question), training_start=START, residence_municipality="unknown")
    assert accept_answers(session, request=request, accepted=[], actor=ADVISOR, now=NOW + 3 * DAY) == []
    assert question.facts == before and unread_answers(session, question=question) == []


def test_an_application_is_complete_since_the_answer_and_not_since_somebody_looked(session: Session) -> None:
    question = an_application(session)
    application = session.scalars(select(Application)).one()
    request = asked(session, question)
    question.facts = {key: value for key, value in question.facts.items() if key != "residence_municipality"}
    answered(session, request, residence_municipality="GM9901")
    assert application.completed_at is None
    accept_answers(session, request=request, accepted=["residence_municipality"], actor=ADVISOR, now=NOW + 9 * DAY)
    assert application.completed_at == NOW + 2 * DAY


def test_one_more_file_does_not_make_an_application_later(session: Session, tmp_path: Path) -> None:
    a_region(session)
    let_it_want(session, QUOTATION)
    question = an_application(session)
    application, vault = session.scalars(select(Application)).one(), Vault.under(tmp_path, "a secret, for tests only")
    request = asked(session, question)
    question.facts = {key: value for key, value in question.facts.items() if key != "residence_municipality"}
    for pages, at in ((1, NOW + DAY), (2, NOW + 5 * DAY)):
        if pages == 2:
            answered(session, request, residence_municipality="GM9901")
        file, by = HandedIn(pdf(pages), "offerte.pdf"), asker(question)
        hand_in(session, question=question, piece="offerte", file=file, vault=vault, actor=by, now=at)
    accept_answers(session, request=request, accepted=["residence_municipality"], actor=ADVISOR, now=NOW + 9 * DAY)
    assert application.completed_at == NOW + 2 * DAY, "the quotation was in on the first day, the answer on the second"


def test_what_was_not_asked_or_does_not_fit_is_refused_at_its_fact(session: Session) -> None:
    question = an_application(session)
    for wrong in (("no_such_fact",), ("age",)):
        with pytest.raises(Refusal, match="niet vragen"):
            asked(session, question, AlsoAsked(facts=wrong))
    request = asked(session, question)
    with pytest.raises(Refusal) as refusal:
        answered(session, request, training_start="morgen")
    assert refusal.value.field == "training_start"
    with pytest.raises(Refusal, match="Hierom is niet gevraagd"):
        answered(session, request, birth_year=1990)
    with pytest.raises(Refusal, match="Schrijf eerst een antwoord"):
        answered(session, request)
    answered(session, request, training_start=START)
    with pytest.raises(Refusal, match="geen antwoord gegeven"):
        accept_answers(session, request=request, accepted=["residence_municipality"], actor=ADVISOR, now=NOW + 3 * DAY)
    with pytest.raises(Refusal):
        accept_answers(session, request=request, accepted=[], actor=REGION, now=NOW + 3 * DAY)
