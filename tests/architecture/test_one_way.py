"""What is written once: the way from facts to a problem, the schemes of an application, the checks of a bill on paper."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.test_code import modules, name_of, parse

THE_WAY = "matching/offers/ready.py"
STEPS = {
    "complete_facts": {THE_WAY, "matching/what_if/levers/base.py"},
    "build_problem": {THE_WAY, "matching/answering/replay.py", "matching/asking/unknowns.py"},
}
"""The steps of the way, and who takes one by itself: a lever changes facts that were read already, and a replay and the next
question build more problems of what `make_ready` assessed."""
WRITTEN_ONCE = ("make_ready", "schemes_applied_for", "check_written", "check_amount", "expiry_job")


def imported(text: str) -> set[str]:
    """The names that a module takes from others."""
    nodes = (node for node in ast.walk(parse(text)) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in nodes for alias in node.names}


def takers(step: str, texts: Iterator[tuple[str, str]]) -> set[str]:
    """Who takes a step. A text in which its name does not stand at all need not be parsed."""
    found = (name for name, text in texts if step in text and step in imported(text))
    return {name for name in found if not name.endswith("__init__.py")}


def defined(text: str) -> list[str]:
    """The functions at the top of a module, a leading underscore taken off."""
    return [node.name.lstrip("_") for node in parse(text).body if isinstance(node, ast.FunctionDef)]


def files() -> Iterator[tuple[str, str]]:
    return ((name_of(path), text) for path, text in modules("portal", "matching"))


@pytest.mark.parametrize("step", STEPS)
def test_facts_come_to_a_problem_along_one_way(step: str) -> None:
    assert takers(step, files()) == STEPS[step]


@pytest.mark.parametrize("step", STEPS)
def test_a_second_way_is_found(step: str) -> None:
    planted = (
        "portal/awarding/answering.py",
        f"def now():\n    from matching.offers import {step}\n    return {step}()\n",
    )
    assert takers(step, iter([planted])) == {planted[0]}


@pytest.mark.parametrize("name", WRITTEN_ONCE)
def test_what_is_written_once_is_found_once(name: str) -> None:
    """In the portal's subjects and in matching; what the books check of an amount of theirs is another thing."""
    written = (place for place, text in files() if name in text and name in defined(text))
    where = [place for place in written if not place.startswith("portal/ledger/")]
    assert len(where) == 1


def test_a_second_definition_is_found() -> None:
    assert defined("def _check_amount(): ...\n") == ["check_amount"]
