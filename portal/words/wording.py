"""Reason codes of schemes/ and matching/ as sentences in the language of the reader. Used by the screens and the command line.

Each function takes what the pure packages return. `Names` knows how things are called: schemes, cost lines, funding lines,
facts and lists; what it does not know is shown by its id. The sentences themselves stand in `portal.words.sentences`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from portal.platform.i18n import (
    LazyString,
    format_euros,
    format_list,
    format_percent,
    localized,
)
from portal.platform.i18n import gettext as _
from portal.words import sentences
from portal.words.names import NO_NAMES, Names, plain
from portal.words.proof_words import claim_words
from portal.words.standing import worth_of
from portal.words.wording_rules import rule_params, with_age_day

if TYPE_CHECKING:
    from matching.offers.state_aid import AidNote
    from matching.reasons.explain import Uncovered, Unused, Used
    from matching.spec.check import Violation
    from matching.spec.claims import WrongSum
    from schemes.definition import SchemeDefinition
    from schemes.definition.windows import Availability
    from schemes.evaluation import Rule
    from schemes.facts.outcome import Outcome


def rule_sentence(rule: Outcome | Rule, names: Names = NO_NAMES) -> str:
    """What a condition asks. The definition's own text when it has one."""
    own = getattr(rule, "text", None)
    if own is not None:
        return localized(own)
    params = rule_params(rule.code, rule.params, rule.fact, names)
    sentence = str(sentences.RULES[rule.code]) % {**params, "question": names.question(rule.fact).rstrip("?") + "?"}
    return with_age_day(sentence, rule.params, names)


def unknown_sentence(outcome: Outcome, names: Names = NO_NAMES) -> str:
    """Why an outcome is unknown; an empty text when it is not."""
    if outcome.unknown_code is None:
        return _missing(outcome.missing, names) if outcome.missing else ""
    params: dict[str, str] = {key: plain(value) for key, value in outcome.unknown_params.items()}
    if "facts" in params:
        params["facts"] = _questions(outcome.unknown_params["facts"], names)
    if "list" in params:
        params["list"] = names.list_title(str(outcome.unknown_params["list"]))
    if outcome.unknown_code == "no_value_for_answer":
        fact, value = outcome.unknown_params["fact"], outcome.unknown_params["value"]
        params = {
            "fact": names.question(fact),
            "value": names.answer(fact, {"yes": True, "no": False}.get(value, value)),
        }
    return str(sentences.UNKNOWN[outcome.unknown_code]) % params


def _missing(facts: Iterable[str], names: Names) -> str:
    return str(sentences.UNKNOWN["parts_unknown"]) % {"facts": _questions(facts, names)}


def _questions(facts: Iterable[str], names: Names) -> str:
    return format_list(f"“{names.question(fact)}”" for fact in facts)


def availability_sentence(availability: Availability) -> str:
    """Whether a scheme can be asked for."""
    params = availability.params
    shown = {key: plain(value) for key, value in params.items()}
    for edge in ("opens", "closes"):
        if params.get(f"{edge}_at") is not None:
            day, clock = shown[f"{edge}_on"], params[f"{edge}_at"]
            shown[f"{edge}_on"] = _("%(day)s om %(time)s uur", day=day, time=clock)
    if params.get("third_party") is not None:
        shown["third_party"] = localized(params["third_party"])
    return str(sentences.AVAILABILITY[availability.code]) % shown


def used_sentence(used: Used, names: Names = NO_NAMES) -> str:
    """What bound the amount of an offer that is used."""
    return filled(sentences.USED[used.code], used.params, names)


def unused_sentence(unused: Unused, names: Names = NO_NAMES, reason: Outcome | None = None) -> str:
    """Why a scheme pays nothing; with the reason of its verdict the condition that fails is named."""
    params = dict(unused.params)
    if unused.code in ("possible", "needs_request_to_borrow") and worth_of(unused) == 0:
        return str(sentences.PAYS_NOTHING)
    if "worth_cents" in params and (worth := worth_of(unused)) is not None:
        params["worth_cents"] = worth
    if unused.code == "not_eligible" and reason is not None:
        return rule_sentence(reason, names)
    if unused.code == "ended" and unused.scheme in names.ended:
        return localized(names.ended[unused.scheme])
    if "why" in params:
        facts = _questions(params.get("facts", ()), names)
        whole = [str(sentences.WHY_POSSIBLE[code]) % {"facts": facts} for code in params["why"]]
        params["why"] = " ".join(whole)
    if unused.code in ("not_yet_open", "closed", "ended"):
        params = {key: date.fromisoformat(day) if isinstance(day, str) else day for key, day in params.items()}
    return filled(sentences.UNUSED[unused.code], params, names).strip()


def uncovered_sentence(uncovered: Uncovered, names: Names = NO_NAMES) -> str:
    """Why nobody pays what is left of a cost line."""
    return filled(sentences.UNCOVERED[uncovered.code], uncovered.params, names)


def note_sentence(note: AidNote, names: Names = NO_NAMES) -> str:
    """What still has to be declared, and for which schemes."""
    return filled(sentences.NOTES[note.code], note.params, names)


def violation_sentence(violation: Violation, names: Names = NO_NAMES) -> str:
    """One broken rule: its number and name, who and where, and what is wrong."""
    where = [names.title(name) for name in (violation.offer, violation.line, violation.funding_line) if name]
    subject = f"{sentences.CONSTRAINTS[violation.constraint]}"
    place = f" ({', '.join(where)})" if where else ""
    sentence = filled(sentences.VIOLATIONS[violation.code], violation.params, names)
    amount = _(" Verschil: %(amount)s.", amount=format_euros(violation.cents)) if violation.cents else ""
    return f"{violation.constraint}. {subject}{place}: {sentence}{amount}"


def claim_sentence(claim: WrongSum) -> str:
    """One claim of a proposal that is wrong."""
    return filled(sentences.CLAIMS[claim.code], claim_words(claim.params), NO_NAMES)


def next_step_sentence(step: str) -> str:
    """What to do next."""
    return str(sentences.NEXT_STEPS[step])


def category_label(category: str) -> str:
    """The name of a cost category."""
    return str(sentences.CATEGORIES[category])


def filled(sentence: LazyString, params: Mapping[str, Any], names: Names) -> str:
    """A sentence with its parameters as people read them: amounts, titles, kinds of cost, lists."""
    shown: dict[str, str] = {}
    for key, value in params.items():
        if key.endswith("_cents"):
            shown[key] = _("niet bekend") if value is None else format_euros(value)
        elif key in ("offers", "others", "lines", "funding_lines", "schemes"):
            shown[key] = format_list(names.title(name) for name in value)
        elif key in ("categories",):
            shown[key] = format_list(category_label(name) for name in value)
        elif key == "category":
            shown[key] = category_label(str(value))
        elif key == "share":
            shown[key] = format_percent(Fraction(str(value)))
        else:
            shown[key] = plain(value)
    return str(sentence) % shown


def evidence_words(definition: SchemeDefinition) -> list[str]:
    """What a scheme wants to see, each piece with when, if that is later than the application."""
    later = _("later, bij de betaling")
    return [
        f"{localized(item)} ({later})" if item.moment == "with_payment" else localized(item)
        for item in definition.evidence
    ]
