"""The result page of invented people, without a browser or a database: a generated question answered as the desk does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

import matching
from matching.answering.answer import prepare
from matching.offers import possible_payments
from matching.offers.question import Question
from matching.solver.again import own_cents
from matching.what_if.insight import Insight
from matching.what_if.interval import interval
from portal.awarding.answering import QuestionAnswer
from portal.cases.pledges.models import Pledge, PledgeKind, PledgeState
from portal.cases.questions.models import DevelopmentQuestion, Route
from portal.framework.catalogue.queries import Catalogue, SchemeInForce
from portal.web.intake.outcome import OutcomePage, outcome_of
from portal.words.names import Names
from schemes.region.loading import LoadedRegion
from tests.benchmarks import questions
from tests.matching.generated import ON, open_points, partly


@dataclass(frozen=True)
class QuickAnswer(QuestionAnswer):
    """An answer that is explained without what would change it: that takes longest, and has tests of its own."""

    found: Insight | None

    def insight(self) -> Insight | None:
        return self.found


@dataclass(frozen=True)
class Told:
    """A question, the answer, and the page that somebody sees."""

    asked: Question
    answer: QuestionAnswer
    question: DevelopmentQuestion
    pledge: Pledge | None
    page: OutcomePage

    @property
    def alone_cents(self) -> int:
        """What who asks pays when the employer does not pay after all: solved on its own, by no code of the page."""
        alone = self.asked.model_copy(update={"pledge": None})
        return own_cents(matching.propose(prepare(alone, questions.region(), on=ON).problem, outlook=False))


def names_of(region: LoadedRegion) -> Names:
    """How everything of a region is called."""
    return Names.of_region(region)


@lru_cache(maxsize=200)
def told(seed: int, *, costs: bool = True) -> Told:
    """What the desk tells the person of this seed, of whom a part of the answers is known. Everything is answered once."""
    asked = partly(seed, questions.region())
    return told_of(asked if costs else asked.model_copy(update={"costs": (), "pledge": None}), training=costs)


def told_of(asked: Question, *, training: bool = True, confirmed: bool = False) -> Told:
    """What the desk tells who asks this; a promise was not confirmed by the employer itself, unless it is said."""
    region = questions.region()
    made = prepare(asked, region, on=ON)
    mix = matching.propose(made.problem) if made.problem.lines else None
    reasons = matching.explain(made.problem, mix, made.verdicts, region.schemes.values()) if mix is not None else None
    held = {slug: SchemeInForce(slug, one.version, 1, slug, one) for slug, one in region.schemes.items()}
    known = Catalogue(region.region, region.facts, region.references, "", "")
    payments = () if made.problem.lines else tuple(possible_payments(made.problem))
    around = interval(made.problem, mix, open_points(asked, made, region)) if mix is not None else None
    found = Insight((), (), around, ()) if around is not None else None
    answer = QuickAnswer(ON, asked, made.facts, held, made.verdicts, made.problem, mix, reasons, payments, known, found)
    question, promise = _record(asked, training), _promise(asked, confirmed)
    page = outcome_of(answer, question=question, pledge=promise, names=names_of(region))
    return Told(asked, answer, question, promise, page)


def _record(asked: Question, training: bool) -> DevelopmentQuestion:
    """As much of a record as the page looks at."""
    lines = [
        SimpleNamespace(line_key=name, category=cost.category, amount_cents=cost.amount_cents, description=None)
        for cost, name in zip(asked.costs, asked.line_ids(), strict=True)
    ]
    record: Any = SimpleNamespace(
        route=Route(asked.route),
        cost_lines=lines,
        total_cents=sum(cost.amount_cents for cost in asked.costs),
        borrow_up_to_cents=asked.borrow_up_to_cents,
        training_name="Lassen" if training else None,
    )
    return cast(DevelopmentQuestion, record)


def _promise(asked: Question, confirmed: bool) -> Pledge | None:
    if asked.pledge is None:
        return None
    state = PledgeState.GIVEN if confirmed else PledgeState.EXPECTED
    return Pledge(state=state, kind=PledgeKind(asked.pledge.kind), amount_cents=asked.pledge.amount_cents)
