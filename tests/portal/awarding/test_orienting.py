"""What a shortlist says of a training is what the desk says after that training is chosen, to the cent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.awarding.answering import QuestionAnswer, compute_answer
from portal.awarding.orienting import answers_to_trainings, choose_in_talk
from portal.cases.chosen_training import choose_training
from portal.cases.corrections.queries import corrections_by_question
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.trainings.actions import enter_training, retire_training
from portal.framework.trainings.models import PriceLine, RegionTraining, TrainingTerms
from portal.platform.errors import Conflict
from tests.factories import ADVISOR, NOW, REGION, a_draft, a_question, asker
from tests.portal.cases.test_chosen_training import TERMS

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TERMS_OF: tuple[TrainingTerms, ...] = (
    replace(TERMS, reference="o-1", prices=(PriceLine("tuition", 121_000, 21_000), PriceLine("exam", 18_500))),
    replace(TERMS, reference="o-2", name="Draaien", prices=(PriceLine("tuition", 480_000), PriceLine("books", 3_333))),
    replace(TERMS, reference="o-3", name="Frezen", prices=(PriceLine("materials", 40_100, 100),)),
)
TODAY = NOW.date()


def known(session: Session) -> list[RegionTraining]:
    return [enter_training(session, terms=terms, actor=REGION, now=NOW) for terms in TERMS_OF]


def said(answer: QuestionAnswer | None) -> Any:
    """What matters of an answer."""
    assert answer is not None and answer.proposal is not None
    mix = answer.proposal
    verdicts = [(one.scheme, one.missing_facts) for one in answer.verdicts]
    return mix.shares, mix.own_contribution_cents, mix.employer_contribution_cents, mix.status, verdicts


def now_of(session: Session, question: DevelopmentQuestion) -> QuestionAnswer:
    session.flush()
    on = question.reference_date or TODAY
    return compute_answer(session, question=question, on=on, confirmed_only=False, funding_on=TODAY)


@pytest.mark.parametrize("route", Route)
def test_the_mix_of_a_training_is_the_mix_after_choosing_it(session: Session, route: Route) -> None:
    question = a_question(session, route=route)
    found = answers_to_trainings(session, question=question, trainings=known(session), today=TODAY)
    for one in found:
        choose_in_talk(session, question=question, training=one.training, actor=ADVISOR, now=NOW)
        assert said(one.answer) == said(now_of(session, question)), one.training.name
        assert question.training_id == one.training.id
    changed = {row.subject for row in corrections_by_question(session, question=question)}
    assert {"training", "costs"} <= changed, "each choice is a correction that the person sees"


def test_the_mix_in_a_draft_is_the_mix_after_choosing_it_there(session: Session) -> None:
    question = a_draft(session)
    found = answers_to_trainings(session, question=question, trainings=known(session), today=TODAY)
    assert question.training_name == "Monteur", "comparing changes nothing"
    for one in found:
        choose_training(session, question=question, training=one.training, actor=asker(question), now=NOW)
        assert said(one.answer) == said(now_of(session, question))


def test_without_a_price_there_is_no_mix_and_one_that_stopped_cannot_be_chosen(session: Session) -> None:
    question = a_question(session)
    free = enter_training(session, terms=replace(TERMS, reference="o-4", prices=()), actor=REGION, now=NOW)
    [one] = answers_to_trainings(session, question=question, trainings=[free], today=TODAY)
    assert one.answer is None
    retire_training(session, training=free, actor=REGION, now=NOW)
    with pytest.raises(Conflict) as refused:
        choose_in_talk(session, question=question, training=free, actor=ADVISOR, now=NOW)
    assert refused.value.code == "training_retired" and question.training_name == "Monteur"
