"""How many questions the desk asks: generated people who know their own answers, asked one fact after another."""

import random
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from matching.answering.answer import prepare
from matching.asking.next_question import next_question
from matching.offers import Rules, funding_line
from matching.offers.earlier_awards import with_earlier_awards
from matching.offers.eligibility import assess
from matching.offers.question import Question
from matching.offers.state_aid import fact_to_ask
from matching.problem.proposal import Proposal
from schemes.facts import complete_facts, parse_facts
from schemes.facts.outcome import FactValue
from schemes.region.loading import LoadedRegion
from tests.benchmarks.questions import ON, answer_to, question, region

PEOPLE = 200


@dataclass(frozen=True)
class Asker:
    """Somebody with a question, all the answers that they could give, and the region that asks."""

    question: Question
    answers: Mapping[str, Any]
    region: LoadedRegion
    on: date = ON

    @property
    def audience(self) -> str:
        """Who they are for the questions: resident or employer."""
        return "employer" if self.question.route == "employer" else "resident"

    @property
    def askable(self) -> frozenset[str]:
        """The facts that this person can know."""
        facts = self.region.facts.items()
        return frozenset(key for key, one in facts if one.derived is None and self.audience in one.who_knows)

    def facts(self, told: Mapping[str, Any]) -> dict[str, FactValue]:
        """What was told, read and completed."""
        read = parse_facts(told, self.region.facts, on=self.on)
        assert not read.findings, read.findings
        completed = complete_facts(read.values, self.region.facts, self.region.references, self.on)
        return with_earlier_awards(completed, self.question.had_before)

    def mix(self, told: Mapping[str, Any]) -> Proposal:
        """The best mix with what was told."""
        from matching.solver.solve import propose

        asked = self.question.model_copy(update={"facts": dict(told)})
        return propose(prepare(asked, self.region, on=self.on).problem, outlook=False)


Ask = Callable[[Asker, Mapping[str, Any]], str | None]
"""Which fact to ask somebody now, given what was told; None to stop."""


def by_what_can_change(asker: Asker, told: Mapping[str, Any]) -> str | None:
    """The fact that can still change the mix most."""
    lines = [funding_line(line) for line in asker.region.funding.funding_lines]
    open_ = asker.askable - told.keys()
    found = next_question(
        asker.facts(told),
        asker.question,
        Rules.of_region(asker.region, asker.on),
        funding_lines=lines,
        askable=open_,
    )
    return None if found is None else found.fact


def all_that_is_missing(asker: Asker, told: Mapping[str, Any]) -> str | None:
    """Any fact that a scheme misses which is not excluded yet."""
    loaded, facts = asker.region, asker.facts(told)
    verdicts = assess(facts, loaded.schemes.values(), asker.on, loaded.references, route=asker.question.route)
    for verdict in verdicts:
        if verdict.can_be_offered:
            definition, rules = loaded.schemes[verdict.scheme], loaded.region.settings.de_minimis
            aid = fact_to_ask(definition, rules, asker.question.route, facts)
            for fact in (*verdict.missing_facts, *([aid] if aid is not None else [])):
                source = loaded.facts[fact].derived if fact in loaded.facts else None
                key = source.from_ if source is not None else fact
                if key in asker.askable and key not in told:
                    return key
    return None


def told_to(asker: Asker, ask: Ask) -> dict[str, Any]:
    """Everything that somebody was asked and told, until there is nothing more to ask."""
    told: dict[str, Any] = {}
    while (fact := ask(asker, told)) is not None:
        assert fact not in told, f"{fact} is asked twice"
        told[fact] = asker.answers[fact]
    return told


@lru_cache
def asker(seed: int) -> Asker:
    """A generated person or employer over the shipped catalogue, who has an answer to everything they can know."""
    asked = question(seed)
    shell = Asker(asked, {}, region())
    answers = {key: asked.facts[key] for key in asked.facts if key in shell.askable}
    answers = complete_answers(random.Random(f"answers/{seed}"), shell, answers)
    return Asker(asked, answers, region())


def complete_answers(r: random.Random, shell: Asker, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to every fact that somebody can know, where nothing was answered yet; birth year and date agree."""
    found = dict(answers)
    for key in sorted(shell.askable - found.keys()):
        definition = shell.region.facts[key]
        if key == "birth_date":
            year = int(found.get("birth_year") or r.randint(1950, 2010))
            found[key] = (date(year, 1, 1) + timedelta(days=r.randint(0, 364))).isoformat()
        else:
            value = answer_to(r, definition)
            found[key] = value if value is not None else ON.isoformat()
    if "birth_date" in found:
        found["birth_year"] = int(found["birth_date"][:4])
    return found


def lines() -> Iterator[tuple[str, float, str]]:
    """The figures: name, value, unit."""
    for route, name in (("individual", ""), ("employer", "_employer")):
        people = [one for seed in range(1000) if (one := asker(seed)).question.route == route][:PEOPLE]
        asked = [len(told_to(one, by_what_can_change)) for one in people]
        before = [len(told_to(one, all_that_is_missing)) for one in people]
        yield (
            f"questions_asked{name}_mean",
            statistics.mean(asked),
            f"questions per person, of {len(people[0].askable)}",
        )
        yield f"questions_asked{name}_max", max(asked), "questions"
        yield f"questions_without_order{name}_mean", statistics.mean(before), "questions per person"
