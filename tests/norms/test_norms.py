"""What the pages on security say can be looked up: every test and document that they name is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.norms.table import CHECKOUT, PAGES, STATES, dangling, marks, norms, page_of

ASVS_5 = {"1": 70, "2": 183}
"""How many requirements levels 1 and 2 of ASVS 5.0.0 have."""


@pytest.mark.parametrize("source", [source for _title, source in PAGES.values()])
def test_nothing_that_is_named_is_missing(source: str) -> None:
    lines = norms(source)
    assert dangling(lines) == []
    assert all(one.state in STATES and one.about and one.said for one in lines)
    assert max(Counter(one.id for one in lines).values()) == 1
    assert all(one.said.endswith(".") for one in lines if not one.places), "why not is a sentence"


def test_every_requirement_of_levels_one_and_two_has_a_line() -> None:
    lines = norms("asvs.txt")
    assert Counter(one.level for one in lines) == ASVS_5
    first = [one.id for one in lines if one.level == "1" and one.state == "open"]
    assert first == [], "of level 1 nothing is open"


def test_control_a_line_that_names_what_is_not_there_is_found() -> None:
    line = norms("norms.txt")[0]
    for said in (
        "tests/nothing.py::test_x",
        "tests/norms/test_norms.py::test_no_such_test",
        "docs/nothing.md",
        "A sentence.",
    ):
        assert dangling([replace(line, state="met", said=said)]), said


def test_a_mark_of_a_test_names_a_norm_that_is_in_a_list() -> None:
    known = {one.id for source in ("asvs.txt", "norms.txt") for one in norms(source)}
    assert marks() and marks().keys() <= known


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_as_they_are_generated(name: str) -> None:
    assert (CHECKOUT / name).read_text(encoding="utf-8") == page_of(*PAGES[name]), "python -m tests.norms.table"


def test_nowhere_is_it_said_that_the_desk_complies() -> None:
    for path in (CHECKOUT / "docs").rglob("*.md"):
        text = path.read_text(encoding="utf-8").lower()
        assert "compliant" not in text and "voldoet aan" not in text, path
