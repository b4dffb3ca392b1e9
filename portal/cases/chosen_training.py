"""A training of the region, chosen for a question: it fills in name, provider, costs and facts, and all can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from portal.cases.contents import NamedTraining, keep_training, save_costs, save_facts
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.catalogue.queries import catalogue
from portal.framework.trainings.models import RegionTraining
from portal.people.actor import Actor
from portal.platform.errors import Conflict
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l

LEVELS: Mapping[int, str] = {
    1: "mbo1",
    2: "mbo2",
    3: "mbo3",
    4: "mbo4",
    5: "associate_degree",
    6: "hbo",
    7: "wo",
    8: "wo",
}
"""The value of the fact about the level of a training with a Crebo or Croho number, by its level in the NLQF."""


@dataclass(frozen=True)
class ChosenTraining:
    """What a training fills in. Amounts are in cents; `facts` are answers that it gives."""

    name: str
    provider: str
    costs: tuple[CostInput, ...]
    facts: dict[str, str] = field(default_factory=dict)
    training_id: int | None = None
    """Which training of the region it is."""


def chosen_training(training: RegionTraining) -> ChosenTraining:
    """What choosing this training fills in: the costs with VAT, and without it where there is any."""
    costs = tuple(
        CostInput(
            line.category,
            line.amount_cents,
            amount_without_vat_cents=line.amount_cents - line.vat_cents if line.vat_cents else None,
        )
        for line in training.prices
    )
    facts = {"training_sector": training.sector} if training.sector is not None else {}
    if training.level is not None and (training.crebo or training.croho):
        facts["training_level"] = LEVELS[training.level]
    return ChosenTraining(training.name, training.provider_name, costs, facts, training.id)


def choose_training(
    session: Session, *, question: DevelopmentQuestion, training: RegionTraining, actor: Actor, now: datetime
) -> ChosenTraining:
    """Fill in a question with a training of the region; cost lines that stood there are replaced when it has a price.

    Raises ``Conflict`` when it is not given any more, and what keeping these answers raises.
    """
    hold(session, training, RegionTraining.retired_at.is_(None), otherwise=gone())
    chosen = chosen_training(training)
    known = NamedTraining(chosen.name, chosen.provider, chosen.training_id)
    keep_training(session, question=question, training=known, actor=actor, now=now)
    if chosen.costs:
        save_costs(session, question=question, costs=chosen.costs, actor=actor, now=now)
    facts = known_answers(session, chosen)
    if facts:
        save_facts(session, question=question, facts=facts, actor=actor, now=now)
    return chosen


def known_answers(session: Session, chosen: ChosenTraining) -> dict[str, str]:
    """The answers that a training gives, as far as this region asks for them and knows the value."""
    known = catalogue(session).facts
    return {
        fact: value
        for fact, value in chosen.facts.items()
        if fact in known and value in {option.key for option in known[fact].values}
    }


def gone() -> Conflict:
    """What is said of a training that is not there (any more)."""
    return Conflict("training_retired", _l("Deze opleiding wordt niet meer gegeven. Kies een andere."))
