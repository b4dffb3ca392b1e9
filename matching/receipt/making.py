"""Making a receipt: from a question, what it was read with, and what came out, to one file without names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from matching.answering.answer import Answer
from matching.offers.question import Question
from matching.receipt.content import (
    DecisionUsed,
    Embedded,
    FactUsed,
    ModelUsed,
    Override,
    Receipt,
    ReceiptContent,
    RegionUsed,
    Source,
    hash_of,
    model_used,
    plain,
    sealed,
)
from schemes.basics.values import Model, Text
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.outcome import FactValue
from schemes.facts.references import AnyList, CentreList
from schemes.files.canonical import canonical
from schemes.region import Region
from schemes.region.loading import LoadedRegion


@dataclass(frozen=True, slots=True)
class GivenBy:
    """Who gave a fact, and when."""

    source: Source
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a computation rests on: the question, and the definitions, facts and lists as they were."""

    question: Question
    region: Region
    definitions: Mapping[str, SchemeDefinition]
    facts: Mapping[str, FactDefinition]
    references: Mapping[str, AnyList]
    told: Mapping[str, GivenBy] = field(default_factory=dict)
    """Who gave which fact; of what is not here it is who asked, and the day is not known."""
    number: str | None = None
    looked_up: Sequence[str] = ()
    funding_titles: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptResult:
    """What came out, as it was kept: plain documents, word for word."""

    on: date
    complete: Mapping[str, FactValue]
    """The facts with those that follow from them."""
    verdicts: Sequence[Mapping[str, Any]]
    problem: Mapping[str, Any]
    proposal: Mapping[str, Any]
    reasons: Mapping[str, Any]
    model: ModelUsed
    alternatives: Sequence[Mapping[str, Any]] = ()
    overrides: Sequence[Override] = ()
    decision: DecisionUsed | None = None


def make_receipt(basis: Basis, result: KeptResult, made_at: datetime) -> Receipt:
    """The receipt of a computation. The same basis, result and moment give the same file, to the byte."""
    used = facts_needed(basis)
    region = basis.region
    content = ReceiptContent(
        made_at=made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        region=RegionUsed(
            region=region.region,
            name=region.name,
            desk=None if region.desk is None else region.desk.name,
            settings=region.settings.model_dump(mode="json"),
        ),
        question_number=basis.number,
        reference_date=result.on,
        model=result.model,
        facts=tuple(_facts(basis, result, used)),
        question=_asked(basis.question, result.on),
        looked_up=tuple(sorted(basis.looked_up)),
        schemes=tuple(_embedded(slug, one, one.version) for slug, one in sorted(basis.definitions.items())),
        fact_definitions=tuple(_embedded(key, basis.facts[key]) for key in sorted(used)),
        lists=tuple(_embedded(name, one) for name, one in sorted(basis.references.items()) if _is_looked_at(one)),
        funding_titles=dict(sorted(basis.funding_titles.items())),
        verdicts=tuple(_four_digits(plain(one), basis.facts) for one in result.verdicts),
        problem=dict(result.problem),
        proposal=dict(result.proposal),
        reasons=dict(result.reasons),
        alternatives=tuple(dict(one) for one in result.alternatives),
        overrides=tuple(result.overrides),
        decision=result.decision,
    )
    return sealed(content)


def _is_looked_at(reference: AnyList) -> bool:
    """Whether a rule can look at a list: at all of them, but not at where municipalities lie."""
    return not isinstance(reference, CentreList)


def facts_needed(basis: Basis) -> set[str]:
    """The facts that a rule, an earmark or the ceiling on state aid looks at, and those they follow from. No other is kept."""
    aid = basis.region.settings.de_minimis
    wanted = {"residence_municipality", "employer_municipality", "training_sector", aid.used_fact, aid.undertaking_fact}
    for definition in basis.definitions.values():
        wanted |= set(definition.facts_used())
    known = basis.facts
    wanted |= {one.derived.from_ for key in wanted if key in known and (one := known[key]).derived is not None}
    return wanted & known.keys()


def _facts(basis: Basis, result: KeptResult, used: Iterable[str]) -> Iterable[FactUsed]:
    asker: Source = "employer" if basis.question.route == "employer" else "resident"
    for key in sorted(used):
        if key not in result.complete:
            continue
        value = plain(result.complete[key])
        if basis.facts[key].type == "postcode" and isinstance(value, str):
            value = value[:4]
        if basis.facts[key].derived is not None:
            yield FactUsed(key=key, value=value, source="derived", known_on=result.on)
        else:
            told = basis.told.get(key, GivenBy(asker))
            yield FactUsed(key=key, value=value, source=told.source, known_on=told.known_on)


def _asked(question: Question, on: date) -> dict[str, Any]:
    """The question without its facts, which stand apart, and without what somebody wrote in their own words."""
    asked = question.model_dump(mode="json", exclude={"facts", "wish", "training"})
    return {**asked, "reference_date": on.isoformat()}


def _embedded(name: str, value: Model | AnyList, number: int | None = None) -> Embedded:
    content = plain(canonical(value))
    return Embedded(name=name, version=number, content_hash=hash_of(content), content=content)


def _four_digits(outcome: Any, facts: Mapping[str, FactDefinition]) -> Any:
    """A verdict in which a postcode has its four digits only: the letters say in which street somebody lives."""
    if isinstance(outcome, list):
        return [_four_digits(item, facts) for item in outcome]
    if not isinstance(outcome, dict):
        return outcome
    known = facts.get(str(outcome.get("fact")))
    cut = known is not None and known.type == "postcode" and isinstance(outcome.get("value"), str)
    return {key: item[:4] if cut and key == "value" else _four_digits(item, facts) for key, item in outcome.items()}


def receipt_of_answer(
    answer: Answer, asked: Question, region: LoadedRegion, made_at: datetime, told: Mapping[str, GivenBy] | None = None
) -> Receipt:
    """The receipt of an answer that was made without a desk. Raises ValueError when it has no mix."""
    problem, mix, reasons = answer.prepared.problem, answer.proposal, answer.explanation
    if mix is None or reasons is None:
        raise ValueError("an answer without costs has no mix, so no receipt")
    titles = {line.id: line.title for line in region.funding.funding_lines}
    basis = Basis(
        asked, region.region, region.schemes, region.facts, region.references, told=told or {}, funding_titles=titles
    )
    result = KeptResult(
        on=answer.prepared.on,
        complete=answer.prepared.facts,
        verdicts=[verdict.as_dict() for verdict in answer.prepared.verdicts],
        problem=problem.model_dump(mode="json"),
        proposal=mix.model_dump(mode="json"),
        reasons=plain(reasons.as_dict()),
        model=model_used(problem.settings, mix.solver, mix.parameters),
    )
    return make_receipt(basis, result, made_at)
