"""Which question to ask next: the fact that can still change the mix most, or none when no answer can change it.

`next_question` stops only when that is proven: the best mix of the loose problem (matching/asking/unknowns.py) uses certain
offers only, and no answer can forbid it. Then every set of answers gives that same mix. Without costs there is no mix, and
what can change is which schemes may pay up to what.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matching.asking.unknowns import Unknowns
from matching.offers import Rules
from matching.offers.question import Question
from matching.problem import AvailableFundingLine, Offer, Problem
from matching.problem.proposal import Proposal
from matching.spec import limits
from schemes.facts.outcome import Facts

Deciding = Mapping[str, set[str]]
"""Facts that can still change the mix, with the schemes for which they do; none for a fact about the asker as such."""


@dataclass(frozen=True, slots=True)
class Next:
    """The fact to ask now, and between which amounts of own money its answer can move the mix, in cents.

    `bound_best_cents`: everything that can still come true does. `bound_worst_cents`: the same, but what depends on this
    fact falls away. Both None when there are no costs yet. `facts` are all that can still change the mix, in order.
    """

    fact: str
    bound_best_cents: int | None
    bound_worst_cents: int | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bounds:
    best: int | None
    worst: Mapping[str, int | None]

    def gain(self, fact: str) -> int:
        """How much own money the answer can save, in cents."""
        worst = self.worst[fact]
        return 0 if worst is None or self.best is None else max(0, worst - self.best)


def next_question(
    facts: Facts,
    question: Question,
    rules: Rules,
    *,
    funding_lines: Iterable[AvailableFundingLine] = (),
    askable: Iterable[str] | None = None,
) -> Next | None:
    """The fact to ask now; None: no further answer can change the mix.

    `facts` are complete (`schemes.facts.complete_facts`); of `question` only the route and the money count. `askable` are
    the facts that may still be asked (None: all that are not known); what is neither known nor askable stays unknown.
    Raises what `matching.solver.solve.propose` raises.
    """
    open_ = Unknowns(facts, question, rules, funding_lines=funding_lines, askable=askable)
    if not open_.problem.lines:
        undecided = dict(_undecided(open_))
        bounds = _Bounds(None, dict.fromkeys(undecided))
        return _first(undecided, bounds, open_)
    if not any(one.open for one in open_.standings.values()) and not open_.structural:
        return None
    loose = open_.loose()
    best = _solved(loose)
    deciding = _deciding(open_, loose, best)
    return _first(deciding, _bounds(open_, loose, best, deciding), open_) if deciding else None


def matters(fact: str, open_: Unknowns) -> bool:
    """Whether an answer could change which schemes may pay, whatever the costs will be."""
    return fact in {key for key, _ in _undecided(open_)} or fact in open_.structural


def _undecided(open_: Unknowns) -> Iterator[tuple[str, set[str]]]:
    """The facts that still decide about a scheme, with those schemes; used when there is no mix to change."""
    found: dict[str, set[str]] = {}
    for standing in open_.standings.values():
        for fact in standing.facts:
            found.setdefault(fact, set()).add(standing.scheme)
    for aid in (open_.room, open_.undertaking):
        if aid is not None:
            found.setdefault(aid, set())
    yield from found.items()


def _solved(problem: Problem) -> Proposal:
    from matching.solver.solve import propose

    return propose(problem, outlook=False)


def _deciding(open_: Unknowns, loose: Problem, best: Proposal) -> Deciding:
    """The facts that can still change the mix; empty when it is proven that none can."""
    everything = dict(_everything(open_))
    if best.status != "proven":
        return everything
    standings = open_.standings
    hoped = sorted({share.offer for share in best.shares if share.offer in standings} - _certain(open_))
    if hoped:
        found: dict[str, set[str]] = {}
        for name in hoped:
            for fact in standings[name].facts:
                found.setdefault(fact, set()).add(name)
        return found or everything
    refused = open_.refusals(best.shares)
    if refused is not None:
        return refused or everything
    usable = {one.id for one in loose.offers if _usable(loose, one)} - _certain(open_)
    if usable and _solved(open_.problem).shares != best.shares:
        # equal in all that counts, but laid over the lines in another way
        return {fact: schemes for fact, schemes in everything.items() if schemes & usable}
    return {}


def _certain(open_: Unknowns) -> set[str]:
    return {name for name, standing in open_.standings.items() if standing.certain}


def _usable(problem: Problem, offer: Offer) -> bool:
    return limits.in_the_mix(problem, offer) and limits.worth(problem, offer) >= limits.smallest_total(problem, offer)


def _everything(open_: Unknowns) -> Iterator[tuple[str, set[str]]]:
    """Every fact that could play a part in a mix, with its schemes."""
    found: dict[str, set[str]] = {fact: set() for fact in open_.structural}
    for standing in open_.standings.values():
        for fact in standing.facts if standing.open else ():
            found.setdefault(fact, set()).add(standing.scheme)
    yield from found.items()


def _bounds(open_: Unknowns, loose: Problem, best: Proposal, deciding: Deciding) -> _Bounds:
    """What own money can become, and per fact what it becomes when all that depends on the fact falls away."""
    own = best.value_of("own_money")
    solved: dict[frozenset[str], int] = {}
    worst: dict[str, int | None] = {}
    for fact, names in deciding.items():
        if not names:
            worst[fact] = _solved(open_.problem.model_copy(update={"de_minimis_room_cents": 0})).value_of("own_money")
            continue
        without = frozenset(names)
        if without not in solved:
            solved[without] = _solved(_without(loose, without)).value_of("own_money")
        worst[fact] = solved[without]
    return _Bounds(own, worst)


def _without(problem: Problem, names: frozenset[str]) -> Problem:
    """The problem in which these offers pay nothing."""
    offers = [one.model_copy(update={"certainty": "possible"}) if one.id in names else one for one in problem.offers]
    return problem.model_copy(update={"offers": tuple(offers)})


def _first(deciding: Deciding, bounds: _Bounds, open_: Unknowns) -> Next | None:
    """The fact that can change most. Sensitive ones last; of equals core facts, those of more schemes, short questions."""
    known = open_.region.facts

    def order(fact: str) -> tuple[bool, int, bool, int, int, str]:
        definition = known[fact]
        words = len(definition.question.nl.split())
        return (
            definition.sensitive,
            -bounds.gain(fact),
            definition.asked_in != "core",
            -len(deciding[fact]),
            words,
            fact,
        )

    ordered = tuple(sorted(deciding, key=order))
    return Next(ordered[0], bounds.best, bounds.worst[ordered[0]], ordered) if ordered else None
