"""What a draft does: its rules in words, what it pays, and what comes out for three examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from matching.answering.cases import alone_cents, prepare_alone, question_of, run_case
from matching.offers.eligibility import Verdict, assess
from matching.offers.question import Question
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.web.owner.editor.checking import Checked
from portal.words.definition_words import ConditionLine, amounts_of, condition_lines, rule_lines
from portal.words.names import Names
from portal.words.wording import availability_sentence, rule_sentence, unknown_sentence
from schemes.basics.costs import Cost
from schemes.basics.findings import BadFile
from schemes.conditions import AnyCondition
from schemes.definition import SchemeDefinition
from schemes.evaluation import describe
from schemes.facts.outcome import PAST_AWARDS, FactValue, Outcome
from schemes.population.generation import generate
from schemes.region.cases import Case, CasesFile, Given
from schemes.region.loading import LoadedRegion

SHOWN = 3
CROWD, SEED = 120, 20_26
EXAMPLE_CENTS = 250_000
_CONDITION: TypeAdapter[Any] = TypeAdapter(AnyCondition)
_STATUS = {"eligible": "ok", "not_eligible": "no", "unknown": "wait"}


@dataclass(frozen=True)
class Example:
    """One person or employer, and what the draft says and pays."""

    title: str
    verdict: str
    kind: str
    pays: str
    reasons: list[str] = field(default_factory=list)
    about: str = ""
    differs: str = ""
    """What the owner expected and does not come out."""


@dataclass(frozen=True)
class DraftEffect:
    """What a draft does. While it is not complete: the rules that can be read, and no examples."""

    rules: list[ConditionLine]
    amounts: list[dict[str, str]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    complete: bool = False
    invented: bool = False
    """The examples are made up: the scheme has none of its own that can be used."""


def names_of(region: LoadedRegion) -> Names:
    """How things are called in the region."""
    return Names.of_region(region)


def sentence_of(value: Any, region: LoadedRegion, on: date) -> str:
    """A condition in words; an empty text as long as it cannot be read."""
    lines = _lines_of(value, region, names_of(region), on)
    return lines[0].text if lines else ""


def _lines_of(value: Any, region: LoadedRegion, names: Names, on: date) -> list[ConditionLine]:
    """A condition of a draft in words; nothing as long as it cannot be read, or names what the region does not have."""
    try:
        rule = describe(_CONDITION.validate_python(value), on, region.references)
        return [*rule_lines(rule, names)]
    except (ValidationError, LookupError, RecursionError):
        return []


def effect_of(checked: Checked, document: Mapping[str, Any], region: LoadedRegion, on: date) -> DraftEffect:
    """What the draft does on a day."""
    names = names_of(region)
    definition = checked.definition
    if definition is None:
        return DraftEffect([*_readable_rules(document.get("conditions"), region, names, on)])
    examples = [*_own_examples(checked.cases, definition, region, names)] if checked.cases is not None else []
    invented = not examples
    return DraftEffect(
        condition_lines(definition, on, names),
        amounts_of(definition, on, names),
        examples or [*_invented(definition, region, names, on)],
        complete=True,
        invented=invented,
    )


def _readable_rules(values: Any, region: LoadedRegion, names: Names, on: date) -> Iterator[ConditionLine]:
    for value in values if isinstance(values, list) else ():
        yield from _lines_of(value, region, names, on)


# Examples of the owner ----------------------------------------------------------------------------------------------------


def _own_examples(
    file: CasesFile, definition: SchemeDefinition, region: LoadedRegion, names: Names
) -> Iterator[Example]:
    for case in _chosen(file):
        given = file.merged(case)
        try:
            found = _example(case.name, given, definition, region, names)
            result = run_case(file, case, definition, region)
        except BadFile:
            continue
        if found is not None:
            differs = "" if result.passed else _("Er komt iets anders uit dan in het voorbeeld staat.")
            yield Example(**{**vars(found), "differs": differs})


def _chosen(file: CasesFile) -> list[Case]:
    """One who gets something, one who does not, and then the first ones; in the order of the file."""
    yes = [case for case in file.cases if case.expect.verdict == "eligible" or case.expect.amount_cents]
    no = [case for case in file.cases if case.expect.verdict == "not_eligible"]
    wanted = [*yes[:1], *no[:1]]
    wanted += [case for case in file.cases if case not in wanted]
    return [case for case in file.cases if case in wanted[:SHOWN]]


def _example(
    title: str, given: Given, definition: SchemeDefinition, region: LoadedRegion, names: Names, about: str = ""
) -> Example | None:
    on = given.on
    if on is None:
        return None
    question = question_of(given, definition)
    verdict = prepare_alone(question, definition, region, on).verdicts[0]
    return _told(title, verdict, _pays(definition, question, region, on), names, about)


def _pays(definition: SchemeDefinition, question: Question, region: LoadedRegion, on: date) -> str:
    """What the draft pays and, when that differs, what the version that holds today pays."""
    if not question.costs:
        return ""
    total = format_euros(sum(cost.amount_cents for cost in question.costs))
    cents = alone_cents(definition, question, region, on)
    if cents is None:
        return _("Het bedrag is niet bekend.")
    paid = _("De regeling betaalt %(amount)s van %(total)s.", amount=format_euros(cents), total=total)
    held = region.schemes.get(definition.scheme)
    now = alone_cents(held, question, region, on) if held is not None else cents
    if now is None or now == cents:
        return paid
    return f"{paid} " + _("Nu is dat %(amount)s.", amount=format_euros(now))


def _told(title: str, verdict: Verdict, pays: str, names: Names, about: str) -> Example:
    words = {"eligible": _("voldoet"), "not_eligible": _("voldoet niet"), "unknown": _("nog niet te zeggen")}
    status = verdict.status if verdict.route_fits else "not_eligible"
    reasons = [] if verdict.route_fits else [_("De regeling is niet voor deze route.")]
    if verdict.availability.state != "open":
        reasons.append(availability_sentence(verdict.availability))
    if status != "eligible":
        reasons += [_reason(one, names) for one in _deciding(verdict.outcomes)]
    return Example(title, words[status], _STATUS[status], pays, reasons[:4], about)


def _deciding(outcome: Outcome) -> Iterator[Outcome]:
    """The conditions that decide: those of the whole that have its status."""
    for child in outcome.children:
        if child.status == outcome.status:
            yield child


def _reason(outcome: Outcome, names: Names) -> str:
    said = rule_sentence(outcome, names)
    return f"{said} {unknown_sentence(outcome, names)}".strip() if outcome.status == "unknown" else said


# Invented examples --------------------------------------------------------------------------------------------------------


def _invented(definition: SchemeDefinition, region: LoadedRegion, names: Names, on: date) -> Iterator[Example]:
    """Three who do not exist: one that meets the rules, one that does not, one of whom too little is known; if there are any."""
    crowd = generate(region.facts, region.references, CROWD, SEED, on=on, focus=[definition])
    route = definition.routes[0]
    found: dict[str, tuple[Verdict, dict[str, FactValue]]] = {}
    for number in range(CROWD):
        facts = dict(crowd.row(number))
        verdict = assess(facts, [definition], on, region.references, route=route)[0]
        found.setdefault(verdict.status, (verdict, facts))
        if len(found) == SHOWN:
            break
    for number, status in enumerate([one for one in _STATUS if one in found], start=1):
        verdict, facts = found[status]
        question = _question(definition, facts, region, on)
        title = _("Verzonnen voorbeeld %(number)s", number=number)
        yield _told(title, verdict, _pays(definition, question, region, on), names, _about(definition, facts, names))


def _question(definition: SchemeDefinition, facts: Mapping[str, FactValue], region: LoadedRegion, on: date) -> Question:
    """The question of somebody invented, with one cost that the scheme covers."""
    asked = {
        key: value
        for key, value in facts.items()
        if key != PAST_AWARDS and key in region.facts and region.facts[key].derived is None
    }
    plain = {key: _plain(value) for key, value in asked.items()}
    category = definition.coverage[0].categories[0] if definition.coverage else "tuition"
    cost = Cost(category=category, amount_cents=EXAMPLE_CENTS, amount_without_vat_cents=EXAMPLE_CENTS)
    return question_of(
        Given.model_construct(
            on=on,
            route=definition.routes[0],
            facts=plain,
            costs=(cost,),
            pledge=None,
            had_before=None,
            borrow_up_to_cents=None,
        ),
        definition,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple | frozenset) else value


def _about(definition: SchemeDefinition, facts: Mapping[str, FactValue], names: Names) -> str:
    """What is known of somebody about the facts that the scheme looks at."""
    used = [key for key in definition.facts_used() if key in facts and key in names.facts]
    return " ".join(f"{names.question(key)} {_answer(key, facts[key], names)}." for key in used[:6])


def _answer(key: str, value: FactValue, names: Names) -> str:
    return format_date(value) if isinstance(value, date) else names.answer(key, value)
