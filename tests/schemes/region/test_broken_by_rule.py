"""Hundreds of broken files, made from every good file of the catalogue: each gives a readable finding, none loads."""

import copy
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import pytest
import yaml

from portal.words.findings_nl import SENTENCES
from schemes.basics.findings import BadFile, Finding
from schemes.definition import SchemeDefinition
from schemes.files.canonical import canonical
from schemes.files.parsing import load_text
from schemes.region.loading import LoadedRegion, with_scheme
from tests.regions import known_region

Path_ = tuple[str | int, ...]
Place = tuple[Any, Path_]
PER_RULE = 12
"""How many files are broken by each rule."""


@lru_cache
def region() -> LoadedRegion:
    return known_region("stedendriehoek")


def goods() -> list[str]:
    return sorted(region().schemes)


def places(data: Any, path: Path_ = ()) -> Iterator[Place]:
    """Every value in a document with its path."""
    yield data, path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        yield from places(value, (*path, key))


def at(data: Any, path: Path_) -> Any:
    for part in path:
        data = data[part]
    return data


def put(data: Any, path: Path_, value: Any) -> None:
    at(data, path[:-1])[path[-1]] = value


def _words(value: Any, path: Path_) -> bool:
    return isinstance(value, dict) and set(value) == {"nl", "en"}


def _day(value: Any, path: Path_) -> bool:
    return isinstance(value, str) and path[-1] in (
        "from",
        "until",
        "opens_on",
        "closes_on",
        "as_of",
        "review_on",
        "ended_on",
    )


def _cents(value: Any, path: Path_) -> bool:
    return type(value) is int and (str(path[-1]).endswith("_cents") or path[-1] == "value")


def _condition(value: Any, path: Path_) -> bool:
    return isinstance(value, dict) and "type" in value and "conditions" in path


def _named(*names: str) -> Callable[[Any, Path_], bool]:
    return lambda value, path: bool(path) and path[-1] in names and not isinstance(value, dict)


def _replace(value: Any) -> Callable[[Any, Path_], None]:
    return lambda data, path: put(data, path, value)


def _misspell_key(data: Any, path: Path_) -> None:
    holder = at(data, path[:-1])
    holder[f"{path[-1]}x"] = holder.pop(path[-1])


def _misspell(data: Any, path: Path_) -> None:
    put(data, path, f"{at(data, path)}x")


def _drop(data: Any, path: Path_) -> None:
    del at(data, path[:-1])[path[-1]]


NEEDED = (
    "format",
    "scheme",
    "version",
    "title",
    "summary",
    "owner",
    "administered",
    "kind",
    "public_money",
    "routes",
    "applicant",
    "payee",
    "state",
    "sources",
    "apply",
    "review_on",
    "nl",
    "en",
    "confidence",
    "how",
    "who",
    "share",
    "categories",
)
CLOSED = (
    "format",
    "administered",
    "kind",
    "payee",
    "state",
    "who",
    "confidence",
    "per",
    "type",
    "period",
    "state_aid",
    "vat",
)

# name -> (where it may be done, what is done, the codes of which one must be found)
RULES: dict[str, tuple[Callable[[Any, Path_], bool], Callable[[Any, Path_], None], set[str]]] = {
    "a needed key is left out": (lambda v, p: bool(p) and p[-1] in NEEDED, _drop, {"missing_key"}),
    "a key is misspelled": (lambda v, p: bool(p) and isinstance(p[-1], str), _misspell_key, {"unknown_key", "missing_key"}),
    "a word of a closed list is misspelled": (_named(*CLOSED), _misspell, {"value_not_allowed", "unknown_type"}),
    "a text stands where two languages are needed": (_words, _replace("tekst"), {"not_a_mapping"}),
    "a text is empty": (lambda v, p: bool(p) and p[-1] in ("nl", "en"), _replace("  "), {"blank_text"}),
    "a text is a number": (lambda v, p: bool(p) and p[-1] in ("nl", "en"), _replace(5), {"not_a_text"}),
    "a day does not exist": (_day, _replace("2026-02-30"), {"not_a_date"}),
    "a day is written in words": (_day, _replace("1 maart 2026"), {"not_a_date"}),
    "a day lies outside the calendar": (_day, _replace("0026-03-01"), {"date_out_of_range"}),
    "an amount is negative": (_cents, _replace(-1), {"too_small"}),
    "an amount has decimals": (_cents, _replace(2000.5), {"not_a_whole_number"}),
    "an amount is far too large": (_cents, _replace(10**15), {"too_large_number"}),
    "an amount is written in euros": (_cents, _replace("€ 2.000,-"), {"not_a_whole_number"}),
    "a share is a decimal number": (_named("share"), _replace(0.5), {"not_a_share", "not_a_ratio"}),
    "a share is more than everything": (_named("share"), _replace("150%"), {"not_a_share"}),
    "a share is divided by nothing": (_named("share"), _replace("1/0"), {"not_a_share", "not_a_ratio"}),
    "a truth value is a word": (lambda v, p: isinstance(v, bool), _replace("ja"), {"not_true_or_false"}),
    "a list is one value": (lambda v, p: isinstance(v, list), _replace("geen"), {"not_a_list", "not_a_whole_number"}),
    "a list that is needed is empty": (_named("routes", "sources", "categories", "values", "steps"), _replace([]), {"too_few_items"}),
    "a group of keys is a list": (lambda v, p: bool(p) and isinstance(v, dict), _replace([[1]]), {"not_a_mapping", "not_a_list", "not_a_whole_number"}),
    "nothing stands where something is needed": (lambda v, p: bool(p) and p[-1] in NEEDED, _replace(None), set()),
    "a route stands twice": (_named("routes"), _replace(["employer", "employer"]), {"duplicate_route"}),
    "a name has capitals and spaces": (_named("scheme", "owner"), _replace("Mijn Regeling"), {"wrong_form"}),
    "an address is a script": (_named("url"), _replace("javascript:alert(1)"), {"wrong_form"}),
    "a condition has no type": (_condition, lambda d, p: at(d, p).pop("type"), {"missing_key"}),
    "a condition is an expression": (_condition, _replace({"type": "expression", "text": "age > 18"}), {"unknown_type"}),
    "an age is a text": (_condition, _replace({"type": "age", "at_least": "18"}), {"not_a_whole_number"}),
    "the bounds of an age leave nobody": (_condition, _replace({"type": "age", "at_least": 57, "below": 57}), {"never_true"}),
    "a condition has no bound": (_condition, _replace({"type": "number", "fact": "contract_hours"}), {"no_bound"}),
    "more parts must hold than there are": (_condition, _replace({"type": "at_least_n", "n": 3, "conditions": [{"type": "yes", "fact": "student_finance"}]}), {"never_true"}),
    "a group has no parts": (_condition, _replace({"type": "any", "conditions": []}), {"too_few_items"}),
    "dated values go back in time": (_condition, _replace({"type": "age", "at_least": [{"from": "2026-01-01", "value": 18}, {"from": "2025-01-01", "value": 21}]}), {"periods_overlap"}),
    "a dated value ends before it begins": (_condition, _replace({"type": "age", "at_least": [{"from": "2026-01-01", "until": "2025-01-01", "value": 18}]}), {"dates_reversed"}),
    "a version is a text": (_named("version"), _replace("1"), {"not_a_whole_number"}),
    "a text holds a control character": (lambda v, p: bool(p) and p[-1] in ("nl", "en"), _replace("a\x07b"), {"control_character"}),
    "a text is longer than a page": (lambda v, p: bool(p) and p[-1] in ("nl", "en"), _replace("x" * 5000), {"text_too_long"}),
}  # fmt: skip
# what fits by itself, but not in the region
CROSS: dict[str, tuple[Callable[[Any, Path_], bool], Callable[[Any, Path_], None], set[str]]] = {
    "a fact does not exist": (_condition, _replace({"type": "yes", "fact": "student_financ"}), {"unknown_fact"}),
    "a fact is of another type": (
        _condition,
        _replace({"type": "yes", "fact": "contract_hours"}),
        {"fact_type_differs"},
    ),
    "a value of a fact does not exist": (
        _condition,
        _replace({"type": "one_of", "fact": "benefit", "values": ["wajongg"]}),
        {"value_not_allowed"},
    ),
    "a list does not exist": (
        _condition,
        _replace({"type": "in_list", "fact": "training_sector", "list": "shortage_sector"}),
        {"unknown_list"},
    ),
    "an owner does not exist": (_named("owner"), _misspell, {"unknown_organisation"}),
    "a scheme that comes first does not exist": (
        lambda v, p: p == (),
        lambda d, p: d.update(precedence={"asks_first": ["no-such-scheme"]}),
        {"unknown_scheme"},
    ),
}
# what is wrong before there is any data
TEXTS: dict[str, tuple[Callable[[str, random.Random], str], set[str]]] = {
    "a key stands twice": (
        lambda text, r: text + r.choice(["kind: loan\n", "title: {nl: x, en: y}\n"]),
        {"duplicate_key"},
    ),
    "a reference": (
        lambda text, r: text.replace("review_on:", "evidence: *one\nreview_on:"),
        {"alias", "not_yaml", "duplicate_key"},
    ),
    "an anchor": (lambda text, r: text.replace("title:", "title: &one", 1), {"alias"}),
    "a tag": (lambda text, r: text.replace("version:", "version: !!python/object", 1), {"tag"}),
    "a second document": (lambda text, r: text + "---\n" + text, {"several_documents"}),
    "a tab for a space": (lambda text, r: text.replace("\n  ", "\n\t", 1), {"not_yaml"}),
    "a bracket that stays open": (lambda text, r: text + "evidence_: [\n", {"not_yaml"}),
    "nothing at all": (lambda text, r: r.choice(["", "# leeg\n", "\n\n"]), {"empty_file"}),
    "a list of schemes": (lambda text, r: "- " + text.replace("\n", "\n  "), {"wrong_top_level"}),
    "a bell": (lambda text, r: text.replace("summary", "summ\x07ary", 1), {"control_character"}),
}


def broken(rules: dict[str, Any]) -> list[tuple[str, str, int]]:
    """A rule with a file to break by it and a seed, repeatable."""
    found = []
    for rule in rules:
        chance = random.Random(rule)
        able = [name for name in goods() if rule in TEXTS or _targets(rule, canonical(region().schemes[name]))]
        chosen = chance.sample(able, min(PER_RULE, len(able)))
        found += [(rule, name, number) for number, name in enumerate(chosen)]
    return found


def _targets(rule: str, data: Any) -> list[Path_]:
    where = {**RULES, **CROSS}[rule][0]
    return [path for value, path in places(data) if (path or rule in CROSS) and where(value, path)]


def spoilt(rule: str, name: str, seed: int) -> tuple[Any, Path_]:
    """The document of a good file, broken by a rule at some place."""
    data = copy.deepcopy(canonical(region().schemes[name]))
    path = random.Random(f"{rule}/{name}/{seed}").choice(_targets(rule, data))
    {**RULES, **CROSS}[rule][1](data, path)
    return data, path


def readable(findings: tuple[Finding, ...] | Any) -> None:
    for finding in findings:
        assert finding.message_en.endswith("."), finding
        assert finding.remedy_en.endswith((".", "?")), finding
        assert "\n" not in str(finding)
        assert "pydantic" not in str(finding).lower()
        assert "Traceback" not in str(finding)
        assert len(str(finding)) < 2000
        assert finding.file == "broken.yaml"
        assert finding.code in SENTENCES, finding.code


@pytest.mark.parametrize(("rule", "name", "seed"), broken(RULES))
def test_a_broken_file_is_refused_in_words(rule: str, name: str, seed: int) -> None:
    data, path = spoilt(rule, name, seed)
    with pytest.raises(BadFile) as bad:
        load_text(SchemeDefinition, yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "broken.yaml")
    readable(bad.value.findings)
    codes = {finding.code for finding in bad.value.findings}
    assert not RULES[rule][2] or codes & RULES[rule][2], (codes, path)
    top = str(path[0])
    assert any(top in finding.path or not finding.path or finding.line for finding in bad.value.findings)


@pytest.mark.parametrize(("rule", "name", "seed"), broken(CROSS))
def test_a_file_that_does_not_fit_its_region_is_refused_in_words(rule: str, name: str, seed: int) -> None:
    data, _ = spoilt(rule, name, seed)
    definition = load_text(SchemeDefinition, yaml.safe_dump(data, allow_unicode=True), "broken.yaml")
    with pytest.raises(BadFile) as bad:
        with_scheme(region(), definition, file="broken.yaml")
    readable(bad.value.findings)
    assert {finding.code for finding in bad.value.findings} & CROSS[rule][2]


@pytest.mark.parametrize(("rule", "name", "seed"), broken(TEXTS))
def test_a_text_that_is_no_file_of_a_scheme_is_refused_in_words(rule: str, name: str, seed: int) -> None:
    good = yaml.safe_dump(canonical(region().schemes[name]), allow_unicode=True, sort_keys=False)
    with pytest.raises(BadFile) as bad:
        load_text(SchemeDefinition, TEXTS[rule][0](good, random.Random(f"{rule}/{name}/{seed}")), "broken.yaml")
    readable(bad.value.findings)
    assert {finding.code for finding in bad.value.findings} & TEXTS[rule][1]


@pytest.mark.parametrize("name", goods())
def test_unbroken_each_of_these_files_loads(name: str) -> None:
    text = yaml.safe_dump(canonical(region().schemes[name]), allow_unicode=True, sort_keys=False)
    definition = load_text(SchemeDefinition, text, "broken.yaml")
    assert with_scheme(region(), definition, file="broken.yaml").schemes[name] == region().schemes[name]


def test_there_are_hundreds_of_them_in_every_file_and_by_every_rule() -> None:
    made = [*broken(RULES), *broken(CROSS), *broken(TEXTS)]
    assert len(made) >= 400
    assert len({rule for rule, _, _ in made}) == len(RULES) + len(CROSS) + len(TEXTS)
    assert len({name for _, name, _ in made}) > len(goods()) / 2
