"""A definition, a verdict and a comparison as text for the command line: the same words as the screens of the owner."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from portal.commands.tables import assumed_sentence, sure_sentence
from portal.platform.i18n import format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.owner.differences import key_lines
from portal.words.citations import citation
from portal.words.definition_words import amounts_of, condition_lines, sources_of
from portal.words.names import Names, plain
from portal.words.wording import availability_sentence, evidence_words, rule_sentence, unknown_sentence
from schemes.definition import SchemeDefinition
from schemes.facts.outcome import Outcome
from schemes.region.loading import LoadedRegion

WIDTH = 110
REST = (
    "owner",
    "administered",
    "deciding_body",
    "discretion",
    "kind",
    "public_money",
    "routes",
    "applicant",
    "payee",
    "apply",
    "windows",
    "price_permille",
    "four_eyes_above_cents",
    "one_person_up_to_cents",
    "state_since",
    "ended_on",
    "explanation_when_ended",
    "review_on",
)
"""What no other part of the text says, or not all of it."""
SIGNS = {"met": "+", "not_met": "X", "unknown": "?"}


def definition_text(definition: SchemeDefinition, region: LoadedRegion, on: date) -> str:
    """Everything the owner's page says about one definition, as lines of text."""
    names = Names.of_region(region)
    lines = [
        f"{localized(definition.title)} ({definition.scheme}, " + _("versie") + f" {definition.version})",
        *_wrapped([localized(definition.summary)]),
        *_wrapped([availability_sentence(definition.availability(on)), sure_sentence(definition)]),
    ]
    conditions = [
        "  " * line.depth + line.text + (f" ({line.article})" if line.article else "")
        for line in condition_lines(definition, on, names)
    ]
    amounts = [f"{row['label']}: {row['value']}" for row in amounts_of(definition, on, names)]
    sources = [
        ", ".join(part for part in (row["title"], row["where"], row["as_of"], str(row["confidence"][0])) if part)
        for row in sources_of(definition)
    ]
    required = [localized(text) for text in definition.also_required]
    evidence = evidence_words(definition)
    assumed = [localized(text) for text in definition.assumptions]
    rest = list(key_lines(definition, REST, on, names))
    for title, items in (
        (_("Voorwaarden"), conditions),
        (_("Dit geldt ook"), required),
        (_("Bedragen"), amounts),
        (_("Bewijs"), evidence),
        (_("Aannames"), assumed),
        (_("Bronnen"), sources),
        (_("Dit staat er ook in"), rest),
    ):
        if items:
            lines += ["", title, *_bulleted(items)]
    return "\n".join(lines)


def verdict_text(definition: SchemeDefinition, region: LoadedRegion, on: date | None, question: Path) -> str:
    """What every condition says about the person of a question file: met (+), not met (X) or unknown (?).

    Raises BadFile when the question cannot be used.
    """
    from matching.answering.cases import prepare_alone
    from matching.offers.question import Question
    from portal.platform.clock import today
    from schemes.files.parsing import load

    asked = load(Question, question)
    day = on or asked.reference_date or today()
    verdict = prepare_alone(asked, definition, region, day).verdicts[0]
    names = Names.of_region(region)
    head = {
        "eligible": _("Deze persoon voldoet aan alle voorwaarden."),
        "not_eligible": _("Deze persoon voldoet niet aan alle voorwaarden."),
        "unknown": _("Nog niet bekend: er ontbreken antwoorden."),
    }[verdict.status]
    lines = [localized(definition.title), head, availability_sentence(verdict.availability)]
    if not verdict.route_fits:
        lines.append(_("Deze regeling is niet voor deze route."))
    trace = list(_trace(verdict.outcomes.children, names, 0))
    sure = [sure_sentence(definition), *(assumed_sentence(text) for text in definition.assumptions)]
    return "\n".join([*lines, "", *trace, "", *_bulleted(sure)])


def _trace(outcomes: Iterable[Outcome], names: Names, depth: int) -> Iterator[str]:
    for outcome in outcomes:
        article = f" ({citation(outcome.article)})" if outcome.article else ""
        yield f"{'  ' * depth}{SIGNS[outcome.status]} {_outcome(outcome, names)}{article}"
        yield from _trace(outcome.children, names, depth + 1)


def _outcome(outcome: Outcome, names: Names) -> str:
    if outcome.status == "unknown" and not outcome.children:
        return f"{rule_sentence(outcome, names)} {unknown_sentence(outcome, names)}"
    if outcome.value is None:
        return rule_sentence(outcome, names)
    answer = plain(names.answer(outcome.fact, outcome.value))
    return f"{rule_sentence(outcome, names)} " + _("Antwoord: %(value)s.", value=answer)


def case_sentence(key: str, expected: Any, found: Any) -> str:
    """What a case expected and what came out, for one key of `expect`."""
    if key == "amount_cents":
        expected = format_euros(expected, exact=True)
        found = _("niet bekend") if found is None else format_euros(found, exact=True)
    if key == "amount_known":
        expected, found = (_("ja") if value else _("nee") for value in (expected, found))
    what = {
        "verdict": _("Uitkomst"),
        "reason": _("Reden"),
        "availability": _("Stand van de regeling"),
        "certainty": _("Zekerheid"),
        "amount_cents": _("Bedrag"),
        "amount_known": _("Bedrag bekend"),
    }[key]
    shown = " / ".join(found) if isinstance(found, tuple) else found
    return _("%(what)s: verwacht %(expected)s, gevonden %(found)s.", what=what, expected=expected, found=shown or "-")


def difference_text(old: SchemeDefinition, new: SchemeDefinition, region: LoadedRegion, on: date) -> str:
    """Every difference in words: what was (-) and what comes (+)."""
    from portal.web.owner.differences import differences

    found = differences(old, new, on, Names.of_region(region))
    if not found:
        return _("Er is geen verschil.")
    lines: list[str] = []
    for one in found:
        lines += [one.label, *(f"  - {line}" for line in one.old), *(f"  + {line}" for line in one.new), ""]
    return "\n".join(lines).rstrip()


def _wrapped(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(text, WIDTH)]


def _bulleted(items: Iterable[str]) -> list[str]:
    found: list[str] = []
    for item in items:
        lead = " " * (len(item) - len(item.lstrip()))
        found += textwrap.wrap(item.strip(), WIDTH, initial_indent=f"{lead}- ", subsequent_indent=f"{lead}  ")
    return found
