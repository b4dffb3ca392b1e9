"""Every reason code has a sentence with exactly the parameters of the code, and every sentence can be filled in."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from matching import explain, propose, violations
from matching.problem import codes
from matching.reasons.unused import Unused
from matching.reasons.worth import AtMost
from matching.what_if.levers.levers import WHO
from matching.what_if.override import OverridePrice
from portal.platform.i18n import LazyString, use_locale
from portal.words import sentences, sentences_mix, wording
from portal.words.wording_mix import price_codes
from schemes.basics import codes as scheme_codes
from schemes.conditions import AnyCondition
from schemes.evaluation import Rule, describe
from tests.benchmarks.questions import ON, prepared, region
from tests.matching.building import line, offer, pays, problem

TABLES: list[tuple[str, dict[str, tuple[str, ...]], sentences.Sentences, set[str]]] = [
    ("rules", scheme_codes.RULES, sentences.RULES, {"question"}),
    ("unknown", scheme_codes.UNKNOWN, sentences.UNKNOWN, set()),
    ("availability", scheme_codes.AVAILABILITY, sentences.AVAILABILITY, set()),
    ("used", codes.USED, sentences.USED, set()),
    ("unused", codes.UNUSED, sentences.UNUSED, set()),
    ("why", codes.WHY_POSSIBLE, sentences.WHY_POSSIBLE, set()),
    ("uncovered", codes.UNCOVERED, sentences.UNCOVERED, set()),
    ("notes", codes.NOTES, sentences.NOTES, set()),
    ("violations", codes.VIOLATIONS, sentences.VIOLATIONS, set()),
    ("claims", codes.CLAIMS, sentences.CLAIMS, set()),
    ("sources", codes.SOURCES, sentences_mix.SOURCES, set()),
    ("because", codes.USED_BECAUSE, sentences_mix.USED_BECAUSE, set()),
    ("at most", codes.AT_MOST, sentences_mix.AT_MOST, {"at_most_cents"}),
    ("points", codes.POINTS, sentences_mix.POINTS, set()),
    ("differs", codes.DIFFERS, sentences_mix.DIFFERS, set()),
    ("levers", codes.LEVERS, sentences_mix.LEVERS, {"question"}),
]


@pytest.mark.parametrize(("name", "known", "table", "extra"), TABLES, ids=[table[0] for table in TABLES])
def test_every_code_has_a_sentence_that_uses_only_its_parameters(
    name: str, known: dict[str, tuple[str, ...]], table: sentences.Sentences, extra: set[str]
) -> None:
    assert set(table) == set(known)
    for code, sentence in table.items():
        placeholders = set(re.findall(r"%\((\w+)\)s", sentence.message))
        assert placeholders <= set(known[code]) | extra, code
        assert sentence.message[0].isupper() and sentence.message.endswith((".", "%(why)s")), code


PRICES = (
    {code for code, _ in price_codes(OverridePrice(1, 1, 1, 1, 1, "not_proven"))}
    | {code for code, _ in price_codes(OverridePrice(-1, -1, -1, -1, -1))}
    | {code for code, _ in price_codes(OverridePrice(0, 0, 0, 0, 0))}
)


def untranslated(tables: Iterable[sentences.Sentences]) -> list[str]:
    """The sentences that read the same in English as in Dutch, or that cannot be filled in there."""
    found = []
    for table in tables:
        for sentence in table.values():
            with use_locale("nl"):
                dutch = str(sentence)
            with use_locale("en"):
                english = str(sentence)
            if dutch == english or set(re.findall(r"%\((\w+)\)s", english)) - set(re.findall(r"%\((\w+)\)s", dutch)):
                found.append(dutch)
    return found


def test_every_code_has_its_sentence_in_english_too() -> None:
    others = (sentences_mix.ROUTES, sentences_mix.WHO, sentences_mix.PRICE)
    assert untranslated([*(table for _name, _known, table, _extra in TABLES), *others]) == []
    assert set(sentences_mix.WHO) == set(WHO) and set(sentences_mix.PRICE) == PRICES


def test_a_code_without_english_would_be_noticed() -> None:
    """The control: a sentence that nobody translated reads the same in both languages."""
    assert untranslated([{"new": LazyString("Deze zin bestaat alleen in deze test.", {})}]) == [
        "Deze zin bestaat alleen in deze test."
    ]


def test_sentences_are_short_and_say_u() -> None:
    for _name, _known, table, _extra in TABLES:
        for sentence in table.values():
            assert max(len(part.split()) for part in re.split(r"[.?!] ", sentence.message)) <= 20, sentence.message
            assert not re.search(r"\b(je|jij|jouw)\b", sentence.message)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_of_real_questions_can_be_said(language: str) -> None:
    names = wording.Names.of_region(region())
    said: list[str] = []
    with use_locale(language):
        for seed in range(80):
            ready = prepared(seed)
            reasons = explain(ready.problem, propose(ready.problem), ready.verdicts, region().schemes.values())
            by_scheme = {verdict.scheme: verdict for verdict in ready.verdicts}
            said += [wording.used_sentence(one, names) for one in reasons.used]
            said += [wording.unused_sentence(one, names, by_scheme[one.scheme].reason) for one in reasons.unused]
            said += [wording.uncovered_sentence(one, names) for one in reasons.uncovered]
            for verdict in ready.verdicts:
                said.append(wording.availability_sentence(verdict.availability))
                said += [wording.rule_sentence(one, names) for one in verdict.outcomes.walk()]
                said += [
                    wording.unknown_sentence(one, names) for one in verdict.outcomes.walk() if one.status == "unknown"
                ]
    assert all(said)
    assert not any("%(" in sentence or "Fraction" in sentence or "None" in sentence for sentence in said)


def test_every_rule_of_the_catalogue_can_be_said_without_facts() -> None:
    names = wording.Names.of_region(region())
    for definition in region().schemes.values():
        for _path, condition in definition.walk_conditions():
            sentence = wording.rule_sentence(describe(condition, ON, region().references), names)
            assert sentence and "%(" not in sentence


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"at_most": 16}, "U moet 11 jaar of ouder zijn, en niet ouder dan 16 jaar."),
        ({"below": 67}, "U moet 11 jaar of ouder zijn, en jonger dan 67 jaar."),
        ({"below_state_pension": True}, "U moet 11 jaar of ouder zijn, en nog geen AOW-leeftijd hebben."),
        ({"below": [{"from": "2030-01-01", "value": 57}]}, "U moet 11 jaar of ouder zijn, en niet te oud."),
    ],
)
def test_an_age_with_two_borders_says_both(bounds: dict[str, Any], said: str) -> None:
    condition = TypeAdapter[Any](AnyCondition).validate_python({"type": "age", "at_least": 11, **bounds})
    rule = describe(condition, ON, region().references)
    assert wording.rule_sentence(rule) == said
    with use_locale("en"):
        english = wording.rule_sentence(rule)
    assert english.startswith("You must be 11 or older, and ") and english.endswith(".")


def test_a_rule_names_the_question_and_the_answers_by_their_labels() -> None:
    names = wording.Names.of_region(region())
    rule = Rule("is_one_of", {"allowed": ("ww", "zw")}, "benefit")
    options = region().facts["benefit"].values
    labels = [option.label.nl for option in options if option.key in ("ww", "zw")]
    text = wording.rule_sentence(rule, names)
    assert "uitkering?" in text and " of ".join(labels) in text and "benefit" not in text


def test_a_violation_says_which_rule_who_and_how_much() -> None:
    given = problem([line("a", 1000)], [offer("x", cap_cents=50000)])
    [found] = violations(given, [pays("x", "a", 600)])
    sentence = wording.violation_sentence(found)
    assert sentence.startswith("4. maximum (x): De regeling betaalt nu hoogstens €\N{NO-BREAK SPACE}500.")
    assert sentence.endswith("Verschil: €\N{NO-BREAK SPACE}100.")


def test_next_steps_and_categories_have_words() -> None:
    for word in ("apply", "ask_missing_facts", "ask_third_party", "consider_loan", "add_costs", "talk_to_advisor"):
        assert wording.next_step_sentence(word)
    kinds: Any = (
        "tuition",
        "exam",
        "books",
        "materials",
        "travel",
        "childcare",
        "wage",
        "guidance",
        "assessment",
        "other",
    )
    assert len({wording.category_label(kind) for kind in kinds}) == len(kinds)


def test_every_code_that_the_checker_can_report_is_known() -> None:
    source = "".join((Path("matching/spec") / name).read_text(encoding="utf-8") for name in ("check.py", "limits.py"))
    reported = set(re.findall(r'Violation\(\w+, "(\w+)"', source)) | set(
        re.findall(r'"(funding_(?:earmark|period)_\w+)"', source)
    )
    assert "above_cap" in reported and "funding_period_due_date" in reported
    assert reported <= set(codes.VIOLATIONS)


def test_what_a_scheme_could_pay_is_one_amount_the_least_of_its_limits() -> None:
    """The scheme itself may pay more; with what it shares with others, or what money there is, it is less."""
    params = {"why": ["discretion"], "facts": [], "worth_cents": 200_000}
    most = AtMost(140_667, "joint_cap", {"offers": ["x"]})
    said = wording.unused_sentence(Unused("x", "possible", params, most)).replace("\xa0", " ")
    assert "Bij deze kosten is het dan hoogstens € 1.406,67." in said and "2.000" not in said
    alone = wording.unused_sentence(Unused("x", "possible", params)).replace("\xa0", " ")
    assert "Bij deze kosten is het dan hoogstens € 2.000." in alone
