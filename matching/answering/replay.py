"""What another definition of one scheme would do to a question: compare two regions that differ in that scheme only.

A question is solved again only where the offer of the scheme differs in a way that can matter for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Literal

from matching.answering.answer import prepare
from matching.offers import Prepared, Rules, build_problem, make_ready
from matching.offers.eligibility import assess
from matching.offers.question import Question, Wish
from matching.problem import AvailableFundingLine, Offer, Problem
from matching.problem.proposal import Share
from matching.spec.check import violations
from matching.spec.limits import cap_left, coverage_limit
from matching.spec.score import values
from schemes.basics.costs import Cost, HadBefore, QuestionPledge
from schemes.basics.findings import BadFile
from schemes.basics.values import value_on
from schemes.basics.vocabulary import CostCategory, Route
from schemes.definition import SchemeDefinition
from schemes.facts import parse_facts
from schemes.facts.outcome import PAST_AWARDS, Facts, FactValue, PastAward
from schemes.population.columns import Columns
from schemes.region.loading import LoadedRegion

Standing = Literal["eligible", "not_eligible", "unknown", "not_open", "no_scheme"]
"""What a scheme says to somebody; not_open: eligible, but one cannot apply on that day. no_scheme: there is none."""


@dataclass(frozen=True, slots=True)
class Side:
    """What comes out under one of the two definitions."""

    standing: Standing
    own_cents: int = 0
    """What the asker pays or borrows: the resident, or in the employer route the employer."""
    scheme_cents: int = 0
    """What the scheme pays."""
    lines: Mapping[str, int] | None = None
    """Cents per funding line; None when the question was not solved."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A question under the old and the new definition. `solved` False: it makes no difference to who pays what."""

    facts: Mapping[str, FactValue]
    old: Side
    new: Side
    solved: bool


@dataclass(frozen=True)
class Comparison:
    """Two definitions of one scheme in the same region. `old` or `new` None: there is no such scheme then."""

    region: LoadedRegion
    scheme: str
    old: SchemeDefinition | None
    new: SchemeDefinition | None

    @property
    def same_company(self) -> bool:
        """Whether both definitions go together with other schemes in the same way."""
        return bool(_stacking(self.old) == _stacking(self.new))

    def effect(self, question: Question, *, on: date, funding_lines: Iterable[AvailableFundingLine]) -> Effect:
        """What the difference is for one question. Facts that do not fit (any more) count as not known."""
        try:
            first = self._alone(question, self.old or self.new, on)
        except BadFile:
            question = _with_good_facts(question, self.region, on)
            first = self._alone(question, self.old or self.new, on)
        if first is None:
            return Effect({}, Side("no_scheme"), Side("no_scheme"), False)
        old = first if self.old is not None else None
        new = first if self.old is None else self._beside(question, self.new, first)
        either = new or first
        sides = Side(self._standing(old)), Side(self._standing(new))
        if not either.problem.lines or (_offer(old) == _offer(new) and (self.same_company or _offer(new) is None)):
            return Effect(either.facts, *sides, False)
        problems = self._whole(question, (old, new), either.facts, on, tuple(funding_lines))
        mixes = _solved(problems[0], problems[1], self.scheme)
        found = [
            replace(side, **_money(problem, mix, self.scheme))
            for side, problem, mix in zip(sides, problems, mixes, strict=True)
        ]
        return Effect(either.facts, found[0], found[1], True)

    def _alone(self, question: Question, definition: SchemeDefinition | None, on: date) -> Prepared | None:
        if definition is None:
            return None
        return prepare(question, replace(self.region, schemes={self.scheme: definition}), on=on, funding_lines=())

    def _beside(self, question: Question, definition: SchemeDefinition | None, known: Prepared) -> Prepared | None:
        """The same for the other definition, with the facts that were read already."""
        if definition is None:
            return None
        return make_ready(question, Rules(known.on, self.region, (definition,)), facts=known.facts)

    def _whole(
        self,
        question: Question,
        alone: tuple[Prepared | None, Prepared | None],
        facts: Facts,
        on: date,
        lines: tuple[AvailableFundingLine, ...],
    ) -> tuple[Problem, Problem]:
        """The problem of the question with every other scheme too, under the old and under the new definition.

        The other schemes say the same under both: they are assessed once, and the scheme itself was already.
        """
        others = tuple(other for slug, other in self.region.schemes.items() if slug != self.scheme)
        verdicts = assess(facts, others, on, self.region.references, route=question.route)
        problems = []
        for definition, one in zip((self.old, self.new), alone, strict=True):
            rules = Rules(on, self.region, others if definition is None else (*others, definition))
            said = verdicts if one is None else [*verdicts, one.verdicts[0]]
            problems.append(build_problem(question, said, rules, lines, facts=facts))
        return problems[0], problems[1]

    def _standing(self, alone: Prepared | None) -> Standing:
        if alone is None:
            return "no_scheme"
        verdict = alone.verdicts[0]
        if not verdict.route_fits:
            return "not_eligible"
        if verdict.status == "eligible" and verdict.availability.state != "open":
            return "not_open"
        return verdict.status


def _with_good_facts(question: Question, region: LoadedRegion, on: date) -> Question:
    """The question without facts that the region does not know (any more) or that do not fit their definitions."""
    raw = question.raw_facts()
    wrong = {str(finding.params.get("fact")) for finding in parse_facts(raw, region.facts, on=on).findings}
    facts = {key: value for key, value in raw.items() if key not in wrong}
    return question.model_copy(update={"facts": facts, "wish": Wish()})


def _stacking(definition: SchemeDefinition | None) -> Any:
    if definition is None:
        return None
    of_bases = [rule.less for rule in (definition.share_of_base, definition.tiers) if rule is not None]
    return definition.exclusion, definition.joint_caps, definition.precedence, of_bases


def _offer(alone: Prepared | None) -> Offer | None:
    """The offer of the scheme with what cannot matter for this question taken out: its version, a cap that it cannot reach."""
    if alone is None or not alone.problem.offers:
        return None
    offer = alone.problem.offers[0]
    left, most = cap_left(offer), sum(coverage_limit(offer, line) for line in alone.problem.lines)
    free = {"cap_cents": None, "had_before_cents": 0} if left is not None and left >= most else {}
    return offer.model_copy(update={"version": None, "variant": None, **free})


def _solved(old: Problem, new: Problem, scheme: str) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """The best mix of both. Where one problem only has a lower cap, and the best mix of the other fits in it, it is the best."""
    from matching.solver.solve import best_shares

    if _only_narrower(new, old, scheme):
        mix_new, mix_old = _solved(new, old, scheme)
        return mix_old, mix_new
    first = best_shares(old)
    if _only_narrower(old, new, scheme) and not violations(new, first):
        return first, first
    return first, best_shares(new)


def _only_narrower(wide: Problem, narrow: Problem, scheme: str) -> bool:
    """Whether `narrow` is `wide` with a lower cap of this scheme and nothing else."""
    caps = [next((offer.cap_cents for offer in p.offers if offer.scheme == scheme), None) for p in (wide, narrow)]
    if caps[1] is None or (caps[0] is not None and caps[0] <= caps[1]):
        return False
    return _without_cap(wide, scheme) == _without_cap(narrow, scheme)


def _without_cap(problem: Problem, scheme: str) -> tuple[Problem, tuple[Offer, ...]]:
    offers = tuple(
        offer.model_copy(update={"cap_cents": None, "version": None, "variant": None})
        if offer.scheme == scheme
        else offer
        for offer in problem.offers
    )
    return problem.model_copy(update={"offers": ()}), offers


def _money(problem: Problem, shares: tuple[Share, ...], scheme: str) -> dict[str, Any]:
    ids = {offer.id for offer in problem.offers if offer.scheme == scheme}
    lines: dict[str, int] = {}
    for share in shares:
        if share.funding_line is not None:
            lines[share.funding_line] = lines.get(share.funding_line, 0) + share.cents
    return {
        "own_cents": values(problem, shares)["own_money"],
        "scheme_cents": sum(share.cents for share in shares if share.offer in ids),
        "lines": lines,
    }


# People who do not exist -----------------------------------------------------------------------------------------------

_AMOUNTS = (25_000, 60_000, 95_000, 120_000, 180_000, 250_000, 360_000, 520_000, 900_000)
_EMPLOYER_ONLY: tuple[CostCategory, ...] = ("wage", "guidance")


def questions_of(
    people: Columns, region: LoadedRegion, definitions: Iterable[SchemeDefinition], *, on: date, seed: int
) -> Iterable[Question]:
    """A question for everybody in a generated population, with costs of the kinds that the definitions pay.

    Amounts are usual ones, and for one in four a cent around a cap. The same input gives the same questions.
    """
    known = list(definitions)
    routes: list[Route] = sorted({route for definition in known for route in definition.routes}) or ["individual"]
    categories = sorted({name for one in known for rule in one.coverage for name in rule.categories}) or ["tuition"]
    borders = sorted({cents for one in known for cents in _caps(one, on) if cents > 1})
    derived = {PAST_AWARDS, *(key for key, fact in region.facts.items() if fact.derived is not None)}
    chance = Random(seed)
    for number in range(len(people)):
        row = people.row(number)
        facts = {key: _written(value) for key, value in row.items() if key not in derived}
        route = routes[number % len(routes)]
        kinds = [name for name in categories if route == "employer" or name not in _EMPLOYER_ONLY] or ["tuition"]
        costs = tuple(
            Cost(category=category, amount_cents=_amount(chance, borders))
            for category in chance.sample(kinds, k=min(len(kinds), chance.randint(1, 3)))
        )
        total = sum(cost.amount_cents for cost in costs)
        promised = route == "individual" and chance.random() < 0.3
        yield Question(
            format="ontwikkelloket/question/1",
            route=route,
            reference_date=on,
            facts=facts,
            costs=costs,
            pledge=QuestionPledge(kind="up_to", amount_cents=total // 2) if promised else None,
            borrow_up_to_cents=total if any(one.repayable for one in known) else 0,
            had_before=tuple(_had(row.get(PAST_AWARDS, ()))),
        )


def _amount(chance: Random, borders: list[int]) -> int:
    if borders and chance.random() < 0.25:
        return chance.choice(borders) + chance.choice((-1, 0, 1))
    return chance.choice(_AMOUNTS) + 100 * chance.randint(0, 99)


def _caps(definition: SchemeDefinition, on: date) -> Iterable[int]:
    amounts = (cap.amount_cents for cap in definition.caps)
    return [cents for amount in amounts if amount is not None and (cents := value_on(amount, on)) is not None]


def _written(value: FactValue) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _had(awards: Any) -> Iterator[HadBefore]:
    for award in awards:
        if isinstance(award, PastAward):
            yield HadBefore(scheme=award.scheme, amount_cents=award.amount_cents, awarded_on=award.awarded_on)
