"""What no page of ours sends: refused in a clear way, never a fault, and the draft stays as it was."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.web.owner.editor.changes import change
from portal.web.owner.editor.leaves import Known
from portal.web.owner.editor.posted import Unreadable, nested, read_keys
from portal.web.owner.editor.retype import retyped
from portal.web.owner.editor.tree import tree_of
from schemes.definition import SchemeDefinition
from tests.schemes.population.written import trees
from tests.web.office import Office
from tests.web.owner.forms import Editing, Fields, fields_in

DEEP = ".".join(["conditions.0"] * 30)
STRANGE = {
    "a key that does not exist": {"kleur": "rood"},
    "a key below a field": {"vat.x": "1"},
    "a key of another page": {"title.nl": "x"},
    "a position that is no number": {"caps.een.per": "award"},
    "a position below zero": {"caps.-1.per": "award"},
    "a huge position": {"caps.99999999999999999999.per": "award"},
    "deep nesting": {DEEP: "x"},
    "a field twice": {"vat": ["including", "excluding"]},
    "an empty part": {"caps..per": "award"},
    "a plain value and rows": {"caps.0.amount_cents.0.value": "1"},
    "a strange name": {"caps[0]": "1"},
    "a name that is too long": {"caps." + "x" * 400: "1"},
    "no revision": {"-revision": "x"},
    "a revision that is too large": {"-revision": "9" * 30},
    "no end": {"-end": "0"},
    "a button that does not exist": {"do": "explode:caps"},
    "a button for a place that does not exist": {"do": "remove:caps.99"},
    "a button for a key that does not exist": {"do": "add:kleur"},
    "a button without a place": {"do": "add:"},
    "a button on a plain value": {"do": "up:caps"},
    "a button that goes too deep": {"do": f"add:{DEEP}"},
}


@pytest.fixture(scope="module")
def editing(shared_office: Office) -> Editing:
    from portal.platform import clock
    from tests.factories import NOW

    with clock.frozen(NOW):
        return Editing(shared_office)


@pytest.mark.parametrize("strange", sorted(STRANGE))
def test_names_that_no_page_has_are_refused(editing: Editing, strange: str) -> None:
    before = (editing.document, editing.version.revision)
    fields: dict[str, Any] = fields_in(editing.open("bedragen")) | STRANGE[strange]
    answer = editing.browser.client.post(f"{editing.base}/bedragen", data=fields)
    assert answer.status_code == 400
    assert "<h1" in answer.text
    assert (editing.document, editing.version.revision) == before
    peek = editing.browser.client.post(f"{editing.base}/bedragen/effect", data=fields)
    assert peek.status_code in (200, 400)


def test_the_same_page_without_anything_strange_is_taken(editing: Editing) -> None:
    """The control of the tests above."""
    assert editing.send("bedragen").status_code == 303


def test_ten_thousand_fields_are_too_many(editing: Editing) -> None:
    many = {f"caps.{number}.per": "award" for number in range(10_000)}
    answer = editing.browser.client.post(f"{editing.base}/bedragen", data=fields_in(editing.open("bedragen")) | many)
    assert answer.status_code in (400, 413)


def test_more_items_than_the_language_takes_are_kept_and_taken_away_again(editing: Editing) -> None:
    before = fields_in(editing.open("bedragen"))
    many = {f"caps.{number}.per": ["award"] for number in range(500)}
    assert editing.send("bedragen", sent=before | many).status_code == 303
    assert len(editing.document["caps"]) == 500
    assert editing.open("bedragen").status_code == 200
    assert editing.send("bedragen", sent=_again(editing, "bedragen", before)).status_code == 303
    assert len(editing.document["caps"]) < 5


def _again(editing: Editing, part: str, fields: Fields) -> Fields:
    """What a page sent before, as if it had been opened again."""
    opened = fields_in(editing.open(part))
    fresh = {name: value for name, value in opened.items() if name.startswith("-") or name == "submission_token"}
    return {name: value for name, value in fields.items() if name not in fresh} | fresh


@pytest.mark.parametrize(
    "text", ["\x00\x07", "\ud800", "x" * 200_000, "<script>1</script>", "'\"; --", "𝔘🙂\u202e", " "]
)
def test_any_text_is_kept_or_cleaned_and_never_breaks_the_page(editing: Editing, text: str) -> None:
    sent = fields_in(editing.open("algemeen"))
    body = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = editing.send("algemeen", sent=sent, title__nl=body)
    assert answer.status_code == 303
    page = editing.open("algemeen")
    assert page.status_code == 200
    assert "<script>1" not in page.text
    editing.send("algemeen", title__nl="Leervoucher")


def test_values_of_the_wrong_kind_everywhere_give_errors_and_no_fault(editing: Editing) -> None:
    before = {part: fields_in(editing.open(part)) for part in ("algemeen", "toestand", "voorwaarden", "bedragen")}
    for part, fields in before.items():
        wrong = {
            name: ["zomaar iets"] if not name.startswith("-") and not name.endswith(("_", "_token")) else value
            for name, value in fields.items()
        }
        wrong = {name: value for name, value in wrong.items() if not name.endswith(".type")}
        assert editing.send(part, sent=wrong).status_code == 303
        assert editing.open(part).status_code == 200
    for part, fields in before.items():
        assert editing.send(part, sent=_again(editing, part, fields)).status_code == 303


# The engine itself ----------------------------------------------------------------------------------------------------

FORM = tree_of(SchemeDefinition)
WORDS = st.sampled_from(
    [
        "conditions",
        "caps",
        "0",
        "1",
        "type",
        "_",
        "fact",
        "values",
        "amount_cents",
        "value",
        "from",
        "nl",
        "title",
        "age",
        "windows",
        "any",
        "exclusion",
        "groups",
        "x",
        "-1",
        "99999",
        "variants",
        "when",
        "rate",
        "",
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=12).map(".".join)
SENT = st.dictionaries(NAMES, st.lists(st.text(max_size=12), max_size=3), max_size=15)
QUICK = settings(max_examples=300 if os.environ.get("PROOF") else 40, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(SENT)
def test_whatever_is_sent_is_a_document_or_refused(sent: dict[str, list[str]]) -> None:
    try:
        found = read_keys(FORM, [*FORM.keys], nested(sent.items()), {}, Known())
    except Unreadable:
        return
    assert isinstance(found, dict)


@QUICK
@given(trees, NAMES, st.sampled_from(["add", "remove", "up", "down", "dated", "plain", "x"]), st.text(max_size=8))
def test_whatever_button_is_pressed_changes_a_document_or_is_refused(
    condition: dict[str, Any], path: str, word: str, chosen: str
) -> None:
    document: dict[str, Any] = {"conditions": [condition], "title": {"nl": "x"}, "decision_weeks": 8}
    try:
        change(FORM, document, f"{word}:{path}", chosen)
    except Unreadable:
        return
    assert isinstance(document, dict)


@QUICK
@given(trees, st.sampled_from(sorted(FORM.keys["conditions"].item.branches)))
def test_another_type_never_throws_parts_away(condition: dict[str, Any], tag: str) -> None:
    node = FORM.keys["conditions"].item
    assert _rules(retyped(node, condition, tag)) >= _rules(condition) - 1


def _rules(value: Any) -> int:
    """How many conditions stand in a value, itself included."""
    if isinstance(value, list):
        return sum(_rules(part) for part in value)
    if not isinstance(value, dict):
        return 0
    return ("type" in value) + sum(_rules(part) for part in value.values())
