"""Reading several trainings of one employer, and the one mix over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.answering.bundle import FORMAT, Bundle
from portal.cases.bundles.models import BundledTraining
from portal.cases.contents import VAT_FACT
from portal.cases.questions.models import DevelopmentQuestion, key_of_training
from portal.cases.questions.queries import may_see
from portal.framework.trainings.queries import trainings_called
from portal.people.actor import Actor
from schemes.basics.costs import HadBefore

ABOUT_TRAINING = "training_"


def trainings_of(session: Session, *, question: DevelopmentQuestion) -> list[BundledTraining]:
    """The trainings of a question of an employer, in order. Who may see the question may see these."""
    found = select(BundledTraining).where(BundledTraining.question_id == question.id)
    return list(session.scalars(found.order_by(BundledTraining.position)))


def sent_together(session: Session, *, question: DevelopmentQuestion) -> list[DevelopmentQuestion]:
    """The questions that the trainings became when they were sent, in order."""
    ids = [one.sent_as_id for one in trainings_of(session, question=question) if one.sent_as_id is not None]
    found = {one.id: one for one in session.scalars(select(DevelopmentQuestion).where(DevelopmentQuestion.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def asked_together(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[DevelopmentQuestion]:
    """The other questions that the employer sent in one go with this one, in order; none for who may not see this question."""
    if not may_see(question, actor):
        return []
    bundle = select(BundledTraining.question_id).where(BundledTraining.sent_as_id == question.id).scalar_subquery()
    found = (
        select(DevelopmentQuestion)
        .join(BundledTraining, BundledTraining.sent_as_id == DevelopmentQuestion.id)
        .where(BundledTraining.question_id == bundle, DevelopmentQuestion.id != question.id)
    )
    return list(session.scalars(found.order_by(BundledTraining.position)))


def shared_facts(question: DevelopmentQuestion) -> dict[str, Any]:
    """What is the same for all trainings: the answers that are not about the training."""
    return {
        key: value for key, value in question.facts.items() if value != "unknown" and not key.startswith(ABOUT_TRAINING)
    }


def keys_of(session: Session, trainings: Sequence[BundledTraining]) -> dict[int, str | None]:
    """By what each training is counted when it is a question of its own, by its place in the list."""
    ids = trainings_called(session, called=[(one.training_name, one.training_provider) for one in trainings])
    found = zip(trainings, ids, strict=True)
    return {one.position: key_of_training(training_id, one.training_name) for one, training_id in found}


def as_bundle(
    question: DevelopmentQuestion,
    trainings: list[BundledTraining],
    *,
    on: date,
    keys: Mapping[int, str | None],
    had: Mapping[str, Sequence[HadBefore]],
) -> Bundle:
    """The records as the bundle that matching knows: no names, no addresses.

    `keys` as `keys_of` gives them, and `had` by key what others had for a training. For who reclaims VAT what a line costs is the
    amount without it, where that is known.
    """
    reclaims = question.facts.get(VAT_FACT) is True
    rows = [
        {
            "id": f"r{one.position}",
            "person": f"p{learner_numbers(trainings)[one.person]}",
            "facts": one.facts,
            "training": {"id": keys[one.position]},
            "had_before": tuple(had.get(keys[one.position] or "", ())),
            "costs": [
                {
                    **cost,
                    "id": f"k{n}",
                    "vat_reclaimable": reclaims and cost.get("amount_without_vat_cents") is not None,
                }
                for n, cost in enumerate(one.costs, start=1)
            ],
        }
        for one in trainings
    ]
    return Bundle.model_validate(
        {
            "format": FORMAT,
            "reference_date": on,
            "facts": shared_facts(question),
            "borrow_up_to_cents": question.borrow_up_to_cents,
            "had_before": question.had_before,
            "trainings": rows,
        }
    )


def without_vat_unknown(training: BundledTraining) -> bool:
    """Whether of something in the costs of a training the amount without VAT is not known."""
    return any(cost.get("amount_without_vat_cents") is None for cost in training.costs)


def learner_numbers(trainings: list[BundledTraining]) -> dict[str, int]:
    """A number per employee, however the employer wrote the label."""
    labels = dict.fromkeys(one.person.casefold() for one in trainings)
    numbers = {label: n for n, label in enumerate(labels, start=1)}
    return {one.person: numbers[one.person.casefold()] for one in trainings}
