"""The one way from facts to a problem: facts are read and completed, schemes assessed, and the problem is built.

Whoever asks what schemes say or pay comes along here: a question file, a case of a scheme, a replay, and the desk with what
it has stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matching.offers.earlier_awards import with_earlier_awards
from matching.offers.eligibility import Verdict, assess
from matching.offers.offers import build_problem
from matching.offers.question import Question
from matching.offers.rules import Rules
from matching.problem import AvailableFundingLine, Problem
from schemes.basics.costs import HadBefore
from schemes.basics.findings import BadFile
from schemes.basics.vocabulary import Route
from schemes.facts import RawFact, complete_facts, parse_facts
from schemes.facts.outcome import Facts, FactValue


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is known of somebody, typed and complete, and what every scheme says about it."""

    facts: Facts
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question made ready: typed facts, verdicts and the problem, not yet solved."""

    on: date
    facts: Facts
    verdicts: tuple[Verdict, ...]
    problem: Problem


def make_ready(
    question: Question,
    rules: Rules,
    funding_lines: Iterable[AvailableFundingLine] = (),
    *,
    facts: Facts | None = None,
) -> Prepared:
    """A question with the verdicts of all schemes and the problem that follows from them.

    `facts` are complete ones that were read already. Without them those of the question count, as `known_facts` reads them.
    """
    if facts is None:
        facts = known_facts(question.raw_facts(), rules, question.had_before)
    verdicts = _verdicts(facts, rules, question.route)
    return Prepared(rules.on, facts, verdicts, build_problem(question, verdicts, rules, funding_lines, facts=facts))


def assessed(
    raw: Mapping[str, RawFact], rules: Rules, *, route: Route, had_before: Sequence[HadBefore] = ()
) -> Assessed:
    """The first half of the way, for who does not ask about money: the facts as `known_facts` reads them, and the verdicts."""
    facts = known_facts(raw, rules, had_before)
    return Assessed(facts, _verdicts(facts, rules, route))


def known_facts(
    raw: Mapping[str, RawFact], rules: Rules, had_before: Sequence[HadBefore] | None = ()
) -> dict[str, FactValue]:
    """The complete facts; what does not fit its definition (any more) counts as not known.

    `had_before` None: it is not known what was had before, which is not the same as that nothing was.
    """
    read = parse_facts(raw, rules.region.facts, on=rules.on)
    facts = complete_facts(read.values, rules.region.facts, rules.references, rules.on)
    return facts if had_before is None else with_earlier_awards(facts, had_before)


def checked_facts(question: Question, rules: Rules, *, file: str = "") -> dict[str, FactValue]:
    """The complete facts of a question that somebody wrote. Raises BadFile when one does not fit its definition."""
    read = parse_facts(question.raw_facts(), rules.region.facts, on=rules.on, file=file)
    if read.findings:
        raise BadFile(read.findings)
    facts = complete_facts(read.values, rules.region.facts, rules.references, rules.on)
    return with_earlier_awards(facts, question.had_before)


def _verdicts(facts: Facts, rules: Rules, route: Route) -> tuple[Verdict, ...]:
    return tuple(assess(facts, rules.definitions, rules.on, rules.references, route=route))
