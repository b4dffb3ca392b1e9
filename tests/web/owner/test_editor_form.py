"""The form of a definition: every key has a field with a name, and what a page would send is the document again."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from portal.platform.i18n import set_locale
from portal.web.owner.editor.changes import change
from portal.web.owner.editor.checking import check
from portal.web.owner.editor.effect import effect_of, sentence_of
from portal.web.owner.editor.labels import ITEMS, KEYS
from portal.web.owner.editor.leaves import Known, share_in_words
from portal.web.owner.editor.posted import Unreadable, nested, read_keys
from portal.web.owner.editor.render import Page, fields_of
from portal.web.owner.editor.sections import FIXED, RENAMED, SECTIONS, form_of, keys_of
from portal.web.owner.editor.tree import NOTHING, Node, misfits, tree_of, walk
from portal.web.owner.editor.words import CHOICES, TYPES
from schemes.basics.money import parse_share
from schemes.conditions import CONDITION_TYPES, type_name
from schemes.definition import SchemeDefinition
from schemes.files.canonical import as_yaml, canonical_json, content_hash
from schemes.files.parsing import load_text, validate
from schemes.region.cases import CasesFile
from schemes.region.loading import LoadedRegion
from tests.regions import known_region
from tests.schemes.population.documents import definitions
from tests.schemes.population.world import FACTS, REFERENCES

PROOF = bool(os.environ.get("PROOF"))
"""With PROOF=1 (`make proof`) more definitions are tried."""
MODELS = (SchemeDefinition, CasesFile)
REGION: LoadedRegion = known_region("stedendriehoek")
KNOWN = Known(
    REGION.facts,
    REGION.references,
    {slug: definition.title for slug, definition in REGION.schemes.items()},
    {name: organisation.name for name, organisation in REGION.organisations.items()},
)


def through_the_form(model: Any, document: dict[str, Any], known: Known, base: dict[str, Any] | None = None) -> Any:
    """The document that the form of a document sends when nothing is touched."""
    tree = tree_of(model)
    keys = [key for key, node in tree.keys.items() if node.kind != "constant"]
    page = Page(known)
    shown = [page.shown(tree.keys[key], document.get(key, NOTHING), key) for key in keys]
    sent: dict[str, list[str]] = {}
    for name, value in fields_of(shown):
        sent.setdefault(name, []).append(value.replace("\n", "\r\n"))
    values = read_keys(tree, keys, nested(sent.items()), document if base is None else base, known)
    return {**{key: document[key] for key in document if key not in keys}, **values}


def plain(model: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(canonical_json(model))
    return found


@pytest.fixture(autouse=True)
def dutch() -> None:
    set_locale("nl")


# Identity -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", sorted(REGION.schemes))
def test_every_shipped_definition_comes_out_of_its_form_unchanged(slug: str) -> None:
    definition = REGION.schemes[slug]
    document = plain(definition)
    again = through_the_form(SchemeDefinition, document, KNOWN)
    assert again == document
    assert content_hash(validate(SchemeDefinition, again)) == content_hash(definition)


@pytest.mark.parametrize("slug", sorted(REGION.cases))
def test_all_shipped_cases_come_out_of_their_form_unchanged(slug: str) -> None:
    document = plain(REGION.cases[slug])
    again = through_the_form(CasesFile, document, KNOWN)
    assert again == document
    assert content_hash(validate(CasesFile, again)) == content_hash(REGION.cases[slug])


@pytest.mark.parametrize("slug", sorted(REGION.cases))
def test_cases_read_back_ask_the_same_of_the_same_person(slug: str) -> None:
    """The hash of a case says nothing about what it takes over; what is asked does."""
    file = REGION.cases[slug]
    again = (validate(CasesFile, through_the_form(CasesFile, plain(file), KNOWN)), load_text(CasesFile, as_yaml(file)))
    for read in again:
        assert [plain(read.merged(case)) for case in read.cases] == [plain(file.merged(case)) for case in file.cases]


TAKEN_BACK = """
format: ontwikkelloket/cases/1
scheme: voorbeeld
given: {on: 2026-03-02, pledge: {kind: up_to, amount_cents: 5}, costs: [{category: tuition, amount_cents: 9}]}
cases:
  - {name: "Met belofte", expect: {amount_cents: 3}}
  - {name: "Zonder belofte", pledge: null, route: null, expect: {amount_cents: 4}}
"""


def test_a_case_that_takes_back_what_is_given_keeps_saying_so() -> None:
    file = load_text(CasesFile, TAKEN_BACK)
    document = plain(file)
    assert ["pledge" in case for case in document["cases"]] == [False, True]
    assert "route" not in document["cases"][1]  # nothing is given there, so that null says nothing
    for base in (None, {}):
        again = through_the_form(CasesFile, document, KNOWN, base=base)
        pledges = [one.pledge for one in map(file.merged, validate(CasesFile, {**again, "format": file.format}).cases)]
        assert (pledges[1] is None) == (base is None), "the page remembers it, not the fields"
        assert pledges[0] is not None


def test_a_case_does_without_and_takes_it_over_again_with_buttons() -> None:
    document = plain(load_text(CasesFile, TAKEN_BACK))
    tree = tree_of(CasesFile)
    change(tree, document, "inherit:cases.1.pledge")
    assert "pledge" not in document["cases"][1]
    change(tree, document, "remove:cases.0.pledge")
    assert document["cases"][0]["pledge"] is None
    shown = Page(KNOWN).shown(tree.keys["cases"], document["cases"], "cases")
    said = {part.name: part.without for case in shown.parts for part in (*case.parts, *case.more)}
    assert said["cases.0.pledge"] and not said["cases.1.pledge"]
    with pytest.raises(Unreadable):
        change(tree, document, "inherit:given.pledge")


@pytest.mark.parametrize("slug", sorted(REGION.schemes))
def test_what_the_form_sends_says_the_same_without_knowing_what_was_there(slug: str) -> None:
    """So nothing hangs on the version that the page was made from; only the order of ticked boxes may."""
    definition = REGION.schemes[slug]
    again = validate(
        SchemeDefinition, through_the_form(SchemeDefinition, plain(definition), KNOWN, base={}) | _fixed(definition)
    )
    assert _sorted(plain(again)) == _sorted(plain(definition))


def _fixed(definition: SchemeDefinition) -> dict[str, Any]:
    return {"format": definition.format}


def _sorted(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((_sorted(part) for part in value), key=repr)
    return {key: _sorted(part) for key, part in value.items()} if isinstance(value, dict) else value


@settings(
    max_examples=100 if PROOF else 40,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(definitions)
def test_any_definition_comes_out_of_its_form_unchanged(definition: SchemeDefinition) -> None:
    document = plain(definition)
    again = through_the_form(SchemeDefinition, document, Known(FACTS))
    assert content_hash(validate(SchemeDefinition, again)) == content_hash(definition)


@pytest.mark.parametrize("slug", sorted(REGION.schemes))
def test_a_definition_written_to_a_file_and_read_again_fits_its_form(slug: str) -> None:
    definition = REGION.schemes[slug]
    again = load_text(SchemeDefinition, as_yaml(definition))
    assert content_hash(again) == content_hash(definition)
    assert misfits(tree_of(SchemeDefinition), plain(again)) == []


# Names ----------------------------------------------------------------------------------------------------------------


def nodes() -> list[Node]:
    return [node for model in MODELS for node in walk(tree_of(model)) if node.key and node.kind != "constant"]


def test_every_key_of_the_language_has_a_label() -> None:
    missing = {f"{n.owner}.{n.key}" for n in nodes() if f"{n.owner}.{n.key}" not in KEYS and n.key not in KEYS}
    assert missing == set()


def test_every_list_of_groups_says_what_one_item_is_called() -> None:
    lists = [node for node in nodes() if node.kind == "many" and not node.item.is_leaf]
    missing = {f"{n.owner}.{n.key}" for n in lists if f"{n.owner}.{n.key}" not in ITEMS and n.key not in ITEMS}
    assert missing == set()


def test_every_choice_has_a_label() -> None:
    missing = set()
    for node in nodes():
        words = CHOICES.get(f"{node.owner}.{node.key}", CHOICES.get(node.key, {}))
        inner = node.item.choices if node.kind == "many" and node.item.is_leaf else ()
        missing |= {f"{node.owner}.{node.key}: {value}" for value in (*node.choices, *inner) if value not in words}
    assert missing == set()


def test_every_type_of_condition_has_a_label_and_a_form() -> None:
    names = {type_name(kind) for kind in CONDITION_TYPES}
    assert names - TYPES.keys() == set()
    assert {*tree_of(SchemeDefinition).keys["conditions"].item.branches} == names


def test_no_label_is_left_over() -> None:
    """The control of the tests above: the tables hold nothing that the language does not have."""
    known = {node.key for node in nodes()} | {f"{node.owner}.{node.key}" for node in nodes()} | {"type"} | FIXED
    assert {key for key in KEYS if key not in known} == set()
    assert {tag for tag in TYPES if tag not in {type_name(kind) for kind in CONDITION_TYPES}} == set()


def test_a_key_without_a_label_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.web.owner.editor import labels

    monkeypatch.setattr(labels, "KEYS", {key: text for key, text in KEYS.items() if key != "caps"})
    assert labels.key_label("caps") == "caps"
    assert labels.key_label("windows") != "windows"


def test_every_key_stands_on_exactly_one_page() -> None:
    for model in MODELS:
        placed = [key for page in SECTIONS if form_of(page) is tree_of(model) for key in keys_of(page, named=False)]
        assert len(placed) == len(set(placed))
        assert set(placed) | FIXED | {RENAMED} >= {*tree_of(model).keys}


def test_every_kind_of_field_is_known_to_the_page() -> None:
    document = plain(max(REGION.schemes.values(), key=lambda one: len(canonical_json(one))))
    page = Page(KNOWN)
    for key, node in tree_of(SchemeDefinition).keys.items():
        if node.kind != "constant":
            assert page.shown(node, document.get(key, NOTHING), key).widget


# Values ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("fixed_amount_cents", "2.500", 250_000),
        ("fixed_amount_cents", "2500,00", 250_000),
        ("fixed_amount_cents", "€ 1.250,50", 125_050),
        ("fixed_amount_cents", "tweehonderd", "tweehonderd"),
        ("decision_weeks", "8", 8),
        ("decision_weeks", "acht", "acht"),
        ("review_on", "1-3-2027", "2027-03-01"),
        ("review_on", "1 maart 2027", "2027-03-01"),
        ("review_on", "31-02-2027", "31-02-2027"),
        ("state", "open", "open"),
        ("state", "half", "half"),
    ],
)
def test_what_is_typed_is_read_as_people_mean_it_and_never_lost(key: str, typed: str, kept: Any) -> None:
    node = tree_of(SchemeDefinition).keys[key]
    found = read_keys(tree_of(SchemeDefinition), [key], nested([(key, [typed])]), {}, KNOWN)
    assert found == {key: kept}
    shown = Page(KNOWN).shown(node, kept, key)
    again = dict(fields_of([shown]))[key]
    assert read_keys(tree_of(SchemeDefinition), [key], nested([(key, [again])]), found, KNOWN) == found


@pytest.mark.parametrize("text", ["1/3", "50%", "12,5%", "0", "1", "99,9999%", "2/7", "1/999999999"])
def test_a_share_reads_back_as_itself(text: str) -> None:
    assert parse_share(share_in_words(parse_share(text))) == parse_share(text)


def test_a_bound_on_a_money_fact_is_typed_in_euros_and_any_other_bound_as_a_number() -> None:
    money = next(key for key, fact in FACTS.items() if fact.type == "money")
    form = tree_of(SchemeDefinition)
    for fact, kept in ((money, 250_000), ("size", 2500)):
        sent = [
            ("conditions.0._", ["number"]),
            ("conditions.0.type", ["number"]),
            ("conditions.0.fact", [fact]),
            ("conditions.0.at_most", ["2.500"]),
        ]
        [condition] = read_keys(form, ["conditions"], nested(sent), {}, Known(FACTS))["conditions"]
        assert condition == {"type": "number", "fact": fact, "at_most": kept}


def test_a_municipality_is_named_and_kept_by_its_code() -> None:
    lists = {"towns": next(one for one in REGION.references.values() if one.kind == "municipalities")}
    known = Known(REGION.facts, lists)
    assert known.parse("place", "apeldoorn") == "GM0200"
    assert known.display("place", "GM0200") == "Apeldoorn"
    assert known.parse("place", "Nergenshuizen") == "Nergenshuizen"


def test_a_document_that_no_form_can_hold_is_seen() -> None:
    form = tree_of(SchemeDefinition)
    assert misfits(form, {"titel": "x"}) == ["titel"]
    assert misfits(form, {"caps": [{"amount_cents": {"a": 1}}]}) == ["caps.0.amount_cents"]
    assert misfits(form, {"caps": {"per": "award"}}) == ["caps"]
    assert misfits(form, {"conditions": [{"type": "sterrenbeeld"}]}) == ["conditions.0.type"]
    deep: dict[str, Any] = {"type": "yes", "fact": "student"}
    for _ in range(25):
        deep = {"type": "not", "condition": deep}
    assert misfits(form, {"conditions": [deep]})


# What a draft does ----------------------------------------------------------------------------------------------------


@settings(
    max_examples=60 if PROOF else 30,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(definitions)
def test_the_effect_of_any_definition_can_be_shown(definition: SchemeDefinition) -> None:
    """Also of one that names facts and lists which the region does not have."""
    on = date(2026, 3, 2)
    here = replace(REGION, facts=FACTS, references=REFERENCES)
    for region in (here, REGION):
        document = plain(definition)
        effect = effect_of(check(document, None, region), document, region, on)
        assert len(effect.examples) <= 3
        assert all(sentence_of(value, region, on) is not None for value in document.get("conditions", []))


def test_the_examples_are_those_of_the_owner_and_say_when_something_else_comes_out() -> None:
    slug = "ontwikkelfonds-individueel"
    document, cases = plain(REGION.schemes[slug]), plain(REGION.cases[slug])
    right = effect_of(check(document, cases, REGION), document, REGION, date(2026, 3, 2))
    assert [one.differs for one in right.examples] == ["", "", ""]
    assert {one.kind for one in right.examples} == {"ok", "no"}
    cheaper = document | {"caps": [{"per": "award", "amount_cents": 100}]}
    wrong = effect_of(check(cheaper, cases, REGION), cheaper, REGION, date(2026, 3, 2))
    assert any(one.differs for one in wrong.examples)
