"""Every type of condition is complete: its class, its two evaluators, its sentences in Dutch and English, its test file.

A new type that forgets one of them fails here; the tests at the end take one away and see it fail.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

import polib
import pytest

from portal.platform.i18n import use_locale
from portal.words import sentences
from portal.words.wording import rule_sentence
from schemes import conditions, evaluation, population
from schemes.basics import codes
from schemes.conditions import CONDITION_TYPES, AnyCondition, Condition, type_name
from schemes.evaluation import Rule, describe
from tests.schemes.conditions.telling import ADAPTER, NAMES, ON
from tests.schemes.population.world import REFERENCES

HERE = Path(__file__).parent
ENGLISH = Path(sentences.__file__).parents[1] / "translations" / "en" / "LC_MESSAGES" / "messages.po"
YES = {"type": "yes", "fact": "student"}
BOUNDS = ({"at_least": 5}, {"more_than": 5}, {"at_most": 5}, {"less_than": 5}, {"at_least": 1, "at_most": 5})
STANDS = ("at_least", "more_than", "at_most", "less_than", "equal")
Written = dict[str, Any]


def _bounded(**fixed: Any) -> list[Written]:
    return [{**fixed, **bound} for bound in BOUNDS]


EXAMPLES: Mapping[str, list[Written]] = {
    "one_of": [{"fact": "work", "values": ["employee"]}],
    "any_of": [{"fact": "goals", "values": ["other_job"]}],
    "number": _bounded(fact="hours"),
    "date": [
        {"fact": "training_start", "on_or_after": "2026-01-01"},
        {"fact": "training_start", "on_or_before": "2026-01-01"},
        {"fact": "training_start", "after": "2026-01-01", "before": "2026-03-01"},
        {"fact": "training_start", "days_after_reference_at_least": 1},
        {"fact": "training_start", "days_after_reference_at_most": 1},
        {"fact": "training_start", "days_after_reference_at_least": 1, "days_after_reference_at_most": 9},
    ],
    "age": [{"at_least": 18}, {"at_most": 67}, {"below": 57}, {"below_state_pension": True}, {"at_least": 18, "below": 57}],
    "yes": [{"fact": "student"}],
    "no": [{"fact": "student"}],
    "in_list": [{"fact": "work", "list": "sectors"}],
    "starts_after_reference": [{}],
    "postcode_between": [{"fact": "postcode", "ranges": [{"from": "7300", "to": "7399"}]}],
    "starts_with": [{"fact": "activity", "prefixes": ["85"]}],
    "awards": [
        {"at_most": 0},
        *({"of": of, **bound} for of in ("number", "amount") for bound in ({"at_least": 1}, {"at_most": 2}, {"at_least": 1, "at_most": 2})),
    ],
    "elapsed": _bounded(**{"from": "contract_start", "unit": "months"}),
    "compare": [
        {"fact": "income_cents", "is": stands, **more}
        for stands in STANDS
        for more in ({"other": "partner_income_cents"}, {"list": "wage", "plus": ["partner_income_cents"]})
    ],
    "number_by": [
        {"fact": "income_cents", "by": "household", "rows": [{"values": [1], **bound}], "per_extra": {"above": 1, "each": 5}}
        for bound in BOUNDS
    ],
    "total": _bounded(plus=["income_cents", "partner_income_cents"]),
    "all": [{"conditions": [YES]}],
    "any": [{"conditions": [YES]}],
    "at_least_n": [{"n": 1, "conditions": [YES]}],
    "points": [{"items": [{"when": YES, "points": 2}], "at_least": 2}],
    "not": [{"condition": YES}],
}  # fmt: skip
"""Each type with every rule that it can ask."""


def _walk(rule: Rule) -> Iterator[Rule]:
    yield rule
    for part in rule.children:
        yield from _walk(part)


def rules_of(kind: str) -> set[str]:
    """The codes of the rules that a type asks; those of the condition inside a group belong to another type."""
    described = (describe(ADAPTER.validate_python({"type": kind, **one}), ON, REFERENCES) for one in EXAMPLES[kind])
    return {code for rule in described for code in (part.code for part in _walk(rule))} - (
        {"is_yes"} if kind != "yes" else set()
    )


def _in_union() -> frozenset[type]:
    return frozenset(get_args(get_args(AnyCondition)[0]))


def _in_dutch() -> Mapping[str, str]:
    with use_locale("nl"):
        return {code: str(sentence) for code, sentence in sentences.RULES.items()}


def _in_english() -> Mapping[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(ENGLISH)) if "fuzzy" not in entry.flags}


@dataclass(frozen=True)
class Language:
    """Everything that belongs to the types of conditions."""

    types: tuple[type[Condition], ...] = CONDITION_TYPES
    union: frozenset[type] = field(default_factory=_in_union)
    one_by_one: frozenset[type] = frozenset(evaluation.EVALUATORS)
    many: frozenset[type] = frozenset(population.EVALUATORS)
    dutch: Mapping[str, str] = field(default_factory=_in_dutch)
    english: Mapping[str, str] = field(default_factory=_in_english)
    tests: Path = HERE
    guide: str = (Path(codes.__file__).parents[1] / "README.md").read_text()

    def missing(self) -> list[str]:
        """What is missing, as `type: what`."""
        return [f"{type_name(kind)}: {what}" for kind in self.types for what in self._of(kind)]

    def _of(self, kind: type[Condition]) -> Iterator[str]:
        name = type_name(kind)
        for what, known in (("union", self.union), ("evaluator", self.one_by_one), ("evaluator of many", self.many)):
            if kind not in known:
                yield what
        if f"| `{name}` |" not in self.guide:
            yield "row in the guide"
        rules = rules_of(name) if name in EXAMPLES else set()
        if not rules:
            yield "examples"
        for code in sorted(rules):
            if not self.dutch.get(code, "").strip():
                yield f"Dutch of {code}"
            elif not self.english.get(self.dutch[code], "").strip():
                yield f"English of {code}"
        yield from () if self._tested(name) else ("test file",)

    def _tested(self, name: str) -> bool:
        """Whether tests/schemes/conditions/test_<type>.py has tests that name the type."""
        path = self.tests / f"test_{name}.py"
        text = path.read_text() if path.exists() else ""
        tests = [
            node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
        return len(tests) >= 2 and f'"{name}"' in text


def _subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)


def test_every_type_has_its_class_both_evaluators_its_sentences_and_its_test_file() -> None:
    assert Language().missing() == []


def test_every_class_of_condition_is_a_type_that_files_may_use() -> None:
    written = {one for one in _subclasses(Condition) if one.__module__.startswith("schemes.")}
    assert written == set(CONDITION_TYPES)
    assert _in_union() == set(CONDITION_TYPES)
    assert len({type_name(kind) for kind in CONDITION_TYPES}) == len(CONDITION_TYPES)
    assert {kind.__name__ for kind in CONDITION_TYPES} <= set(conditions.__all__)


def test_every_rule_code_is_asked_by_some_example_and_no_sentence_is_left_over() -> None:
    assert {code for kind in EXAMPLES for code in rules_of(kind)} == set(codes.RULES)
    assert set(sentences.RULES) == set(codes.RULES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_rule_is_a_whole_sentence_in_both_languages(kind: str) -> None:
    for one in EXAMPLES[kind]:
        rule = describe(ADAPTER.validate_python({"type": kind, **one}), ON, REFERENCES)
        for part in _walk(rule):
            said = {}
            for locale in ("nl", "en"):
                with use_locale(locale):
                    said[locale] = rule_sentence(part, NAMES)
            assert said["nl"] != said["en"]
            assert not any("%(" in text or not text.strip() for text in said.values()), said


# -- controls: one thing taken away each time ----------------------------------------------------------------------------------

LANGUAGE = Language()


def _without(whole: Mapping[str, str], key: str) -> dict[str, str]:
    return {name: text for name, text in whole.items() if name != key}


def _moon() -> type[Condition]:
    class Moon(Condition):
        """The moon is full."""

        __module__ = "invented"
        type: Literal["moon"]

    return Moon


CONTROLS: list[tuple[Callable[[], Language], list[str]]] = [
    (
        lambda: replace(LANGUAGE, types=(*CONDITION_TYPES, _moon())),
        [f"moon: {what}" for what in ("union", "evaluator", "evaluator of many", "row in the guide", "examples", "test file")],
    ),
    (lambda: replace(LANGUAGE, union=LANGUAGE.union - {conditions.Total}), ["total: union"]),
    (lambda: replace(LANGUAGE, one_by_one=LANGUAGE.one_by_one - {conditions.Elapsed}), ["elapsed: evaluator"]),
    (lambda: replace(LANGUAGE, many=LANGUAGE.many - {conditions.Elapsed}), ["elapsed: evaluator of many"]),
    (lambda: replace(LANGUAGE, dutch=_without(LANGUAGE.dutch, "in_list")), ["in_list: Dutch of in_list"]),
    (
        lambda: replace(LANGUAGE, english=_without(LANGUAGE.english, LANGUAGE.dutch["awards_none"])),
        ["awards: English of awards_none"],
    ),
    (lambda: replace(LANGUAGE, guide=LANGUAGE.guide.replace("| `points` |", "")), ["points: row in the guide"]),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "found"), CONTROLS)
def test_a_type_of_which_something_is_missing_is_found(changed: Callable[[], Language], found: list[str]) -> None:
    assert changed().missing() == found


@pytest.mark.parametrize("text", [None, "", "def test_one() -> None:\n    'not'\n", 'NOT = "not"\n'])
def test_a_type_without_a_test_file_or_with_an_empty_one_is_found(text: str | None, tmp_path: Path) -> None:
    for path in HERE.glob("test_*.py"):
        if path.name != "test_not.py":
            (tmp_path / path.name).write_text(path.read_text())
    if text is not None:
        (tmp_path / "test_not.py").write_text(text)
    assert replace(LANGUAGE, tests=tmp_path).missing() == ["not: test file"]
