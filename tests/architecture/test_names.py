"""What was renamed stays renamed: no module, folder, function, class, argument or variable goes by a name that was given up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.test_code import CHECKOUT, CODE, modules, name_of, parse

GIVEN_UP = {
    "awaited": "shares_elsewhere",
    "caseload": "owners",
    "ceilings": "caps",
    "exchange": "packages",
    "leadtimes": "lead_times",
    "persons": "same_person",
    "resettlement": "settling_again",
    "resettlements": "settling_again",
    "revisions": "deciding_again",
    "supplement": "top_up",
    "supplements": "top_ups",
    "tripwire": "flag",
    "tripwires": "flags",
    "turns": "order_of_receipt, or precedence",
}
"""The word that was given up -> what it is called now. Words in the database and in addresses stayed."""


def names_given(tree: ast.AST) -> Iterator[str]:
    """Every name that a file gives: to a function, class, argument, variable, attribute or import."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(asname=str(name)):
                yield name


def words_of(name: str) -> list[str]:
    """The words of a name, in either way of writing."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def given_up(name: str) -> bool:
    """Whether a name has a word that was given up. The names of tests are sentences, and may use any word."""
    return not name.startswith("test_") and not GIVEN_UP.keys().isdisjoint(words_of(name))


def has_given_up(text: str) -> bool:
    """Whether such a word stands in a text at all: only then its names have to be looked at, one by one."""
    return any(word in text.lower() for word in GIVEN_UP)


def test_no_name_is_one_that_was_given_up() -> None:
    found = {
        f"{name_of(path)}: {name}"
        for path, text in modules(*CODE, "tests")
        if "migrations" not in path.parts
        for name in (
            *path.relative_to(CHECKOUT).parts[:-1],
            path.stem.removeprefix("test_"),
            *(names_given(parse(text)) if has_given_up(text) else ()),
        )
        if given_up(name)
    }
    assert found == set()


def test_a_name_that_was_given_up_is_seen_wherever_it_is_given() -> None:
    written = "import a as turns\nclass CapCeilings: ...\ndef lay_supplement(persons): tripwires = self.caseload = 1"
    assert has_given_up(written) and all(has_given_up(line) for line in written.splitlines())
    assert {name for name in names_given(ast.parse(written)) if given_up(name)} == {
        "turns",
        "CapCeilings",
        "lay_supplement",
        "persons",
        "tripwires",
        "caseload",
    }
    assert not given_up("revision") and not given_up("test_two_persons_stay_two")
