"""A training of the region that is chosen fills in a question; everything it filled in can be changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases.chosen_training import choose_training, chosen_training
from portal.cases.contents import save_costs, save_training
from portal.cases.questions.models import CostInput
from portal.framework.trainings.actions import enter_training, retire_training
from portal.framework.trainings.models import PriceLine, RegionTraining, TeachingForm, TrainingTerms
from portal.platform.errors import Conflict, Refusal
from tests.factories import ADVISOR, NOW, REGION, a_draft, a_question, asker

TERMS = TrainingTerms(
    "v-1", "Lassen", "Vakschool Voorbeeld", "Folder", NOW.date(), TeachingForm.ONLINE, level=5, crebo="25331",
    prices=(PriceLine("tuition", 121_000, 21_000), PriceLine("exam", 18_500)),
)  # fmt: skip


def training(session: Session) -> RegionTraining:
    return enter_training(session, terms=TERMS, actor=REGION, now=NOW)


def test_choosing_fills_in_name_provider_and_costs_which_can_be_changed(session: Session) -> None:
    question = a_draft(session)
    chosen = choose_training(session, question=question, training=training(session), actor=asker(question), now=NOW)
    assert (question.training_name, question.training_provider) == ("Lassen", "Vakschool Voorbeeld")
    lines = [(line.category, line.amount_cents, line.amount_without_vat_cents) for line in question.cost_lines]
    assert lines == [("tuition", 121_000, 100_000), ("exam", 18_500, None)]
    assert chosen.facts == {"training_level": "associate_degree"}
    save_costs(session, question=question, costs=[CostInput("tuition", 1)], actor=asker(question), now=NOW)
    assert [line.amount_cents for line in question.cost_lines] == [1]


def test_what_is_chosen_is_the_same_without_a_question(session: Session) -> None:
    a_draft(session)
    chosen = chosen_training(training(session))
    assert (chosen.name, chosen.provider, chosen.costs) == (
        "Lassen",
        "Vakschool Voorbeeld",
        (CostInput("tuition", 121_000, amount_without_vat_cents=100_000), CostInput("exam", 18_500)),
    )


def test_a_training_without_a_price_leaves_the_costs_as_they_are(session: Session) -> None:
    question = a_draft(session)
    before = [line.amount_cents for line in question.cost_lines]
    known = training(session)
    for line in list(known.prices):
        session.delete(line)
    session.flush()
    session.expire(known, ["prices"])
    choose_training(session, question=question, training=known, actor=asker(question), now=NOW)
    assert [line.amount_cents for line in question.cost_lines] == before and question.training_name == "Lassen"


def test_one_that_stopped_or_a_question_of_another_cannot_be_filled_in(session: Session) -> None:
    question, other, known = a_draft(session), a_draft(session), training(session)
    with pytest.raises(Refusal):
        choose_training(session, question=question, training=known, actor=asker(other), now=NOW)
    retire_training(session, training=known, actor=REGION, now=NOW)
    with pytest.raises(Conflict) as refused:
        choose_training(session, question=question, training=known, actor=asker(question), now=NOW)
    assert refused.value.code == "training_retired" and question.training_name == "Monteur"


def test_an_advisor_fills_in_what_was_sent(session: Session) -> None:
    question = a_question(session)
    choose_training(session, question=question, training=training(session), actor=ADVISOR, now=NOW)
    assert question.training_name == "Lassen"


def test_a_question_remembers_which_training_was_chosen_until_another_is_filled_in(session: Session) -> None:
    question, known = a_draft(session), training(session)
    assert question.training_id is None, "Monteur is in no catalogue"
    by: dict[str, Any] = {"question": question, "actor": asker(question), "now": NOW}
    choose_training(session, training=known, **by)
    assert question.training_id == known.id
    save_training(session, name=" LASSEN", provider="Vakschool  Voorbeeld", **by)
    assert question.training_id == known.id, "the same, spelled otherwise"
    for name, provider in (
        ("Lassen", "Een ander"),
        ("Lassen 2", "Vakschool Voorbeeld"),
        (None, None),
        ("Lassen", None),
    ):
        choose_training(session, training=known, **by)
        save_training(session, name=name, provider=provider, **by)
        assert question.training_id is None, (name, provider)


def test_words_that_are_exactly_those_of_one_training_are_that_training(session: Session) -> None:
    question, known = a_draft(session), training(session)
    by: dict[str, Any] = {"question": question, "actor": asker(question), "now": NOW}
    save_training(session, name="lassen", provider="vakschool voorbeeld", **by)
    assert question.training_id == known.id
    enter_training(session, terms=replace(TERMS, reference="v-2"), actor=REGION, now=NOW)
    save_training(session, name="Timmeren", provider=None, **by)
    save_training(session, name="Lassen", provider="Vakschool Voorbeeld", **by)
    assert question.training_id is None, "there are two of that name: which one is not said"


def test_words_of_a_training_that_stopped_are_no_training_of_the_region(session: Session) -> None:
    question, known = a_draft(session), training(session)
    retire_training(session, training=known, actor=REGION, now=NOW)
    save_training(
        session, question=question, name="Lassen", provider="Vakschool Voorbeeld", actor=asker(question), now=NOW
    )
    assert question.training_id is None
