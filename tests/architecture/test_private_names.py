"""A private name stays in its module, tests included, and every class name exists once."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.test_code import parse

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = ("portal", "matching", "schemes")
OURS = (*CODE, "tests")


@cache
def sources() -> Mapping[str, str]:
    """The text of every module of ours, tests included, by its name."""
    found = {}
    for folder in OURS:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            parts = path.relative_to(CHECKOUT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


MAY_CROSS = re.compile(
    r"\b(?!self\b|cls\b)\w+\._[A-Za-z]|^ *(?:from .*)?\b_[A-Za-z]\w*(?:,| as|$)|import .*\b_[A-Za-z]", re.MULTILINE
)
"""Without any of this a text need not be taken apart."""


def crossings(name: str, text: str) -> list[str]:
    """Private names of other modules of ours that this one takes: by ``from ... import _x``, or by ``module._x``."""
    if not MAY_CROSS.search(text):
        return []
    tree, known, found = parse(text), set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            found += [f"{name}: from {node.module} import {item.name}" for item in node.names if private(item.name)]
            known |= {item.asname or item.name for item in node.names if f"{node.module}.{item.name}" in sources()}
        elif isinstance(node, ast.Import):
            known |= {item.asname or item.name.split(".")[0] for item in node.names if item.name in sources()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr) and ast.unparse(node).split(".")[0] in known:
            found.append(f"{name}: {ast.unparse(node)}")
    return found


def doubled_classes(modules: Mapping[str, str]) -> dict[str, list[str]]:
    """Class names that are written more than once, with the modules. ``Meta`` inside a form is a word of WTForms."""
    places: dict[str, list[str]] = defaultdict(list)
    for module, text in modules.items():
        for name in re.findall(r"^ *class (\w+)[(\[:]", text, re.MULTILINE):
            places[name].append(module)
    return {name: found for name, found in places.items() if len(found) > 1 and name != "Meta"}


def test_no_private_name_crosses_a_module() -> None:
    assert [line for name, text in sources().items() for line in crossings(name, text)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "from portal.people.actor import _x",
        "from portal.people.actor import (\n    Actor,\n    _x,\n)",
        "def later():\n    from portal.people.actor import Actor, _x as x",
        "from portal.people import actor\nprint(actor._x)",
        "from portal.people import actor as who\nprint(who._x.y)",
        "import portal.people.actor\nprint(portal.people.actor._x)",
        "import portal.people.actor as who\nwho._x()",
    ],
)
def test_a_private_name_that_crosses_is_found(planted: str) -> None:
    assert len(crossings("tests.planted", planted)) == 1


@pytest.mark.parametrize(
    "fine",
    [
        "from portal.platform.i18n import gettext as _\n_('Goedendag')",
        "from dataclasses import _x",
        "class Own:\n    def f(self):\n        return self._x",
        "from portal.people import actor\nprint(actor.__name__)",
    ],
)
def test_a_name_of_the_own_module_or_of_others_is_no_crossing(fine: str) -> None:
    assert crossings("tests.planted", fine) == []


def test_every_class_name_exists_once() -> None:
    assert doubled_classes({name: text for name, text in sources().items() if name.split(".")[0] in CODE}) == {}


def test_a_class_name_that_exists_already_is_found() -> None:
    planted = {
        "portal.one": "class Outcome: ...",
        "portal.two": "def f():\n    class Outcome: ...\n    class Meta: ...",
    }
    assert doubled_classes(planted) == {"Outcome": ["portal.one", "portal.two"]}
