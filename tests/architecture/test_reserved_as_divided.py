"""Whoever has the ledger reserve money for a voucher keeps to what a round divided, or says here why that is not asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.test_code import parse

PORTAL = Path(__file__).resolve().parents[2] / "portal"
LEDGER = "portal.ledger"
GUARD = "keep_to_division"

#: Who has money reserved without looking at the rounds, and why.
WITHOUT = {
    "portal/accounting/takeover/carrying.py:award": "books what another administration decided; no round of this desk divided it",
    "portal/paying/setting_off/undoing.py:_book": "puts back what setting off booked as come back: the award had it before",
}


@cache
def reserving() -> frozenset[str]:
    """The functions of the ledger that reserve: `reserve` itself, and every one that calls one of them."""
    functions = [
        node
        for path in sorted((PORTAL / "ledger").rglob("*.py"))
        for node in parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]
    found = {"reserve"}
    while True:
        more = {one.name for one in functions if found & set(called(one))} - found
        if not more:
            return frozenset(found)
        found |= more


def called(function: ast.AST) -> list[str]:
    """The names that a function calls, in the order of the text."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    return [getattr(node.func, "attr", None) or getattr(node.func, "id", "") for node in calls]


def unguarded(text: str) -> Iterator[str]:
    """The functions that have the ledger reserve and do not call the guard before."""
    tree = parse(text)
    wanted, ledgers = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(LEDGER):
            wanted |= {one.asname or one.name for one in node.names if one.name in reserving()}
            ledgers |= {one.asname or one.name for one in node.names}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        guarded = False
        for node in sorted(
            (node for node in ast.walk(function) if isinstance(node, ast.Call)),
            key=lambda node: (node.lineno, node.col_offset),
        ):
            name = getattr(node.func, "id", "")
            guarded = guarded or name == GUARD
            if not guarded and (name in wanted or _of_ledger(node.func, ledgers)):
                yield function.name
                break


def _of_ledger(called_: ast.expr, ledgers: set[str]) -> bool:
    """Whether it is written `ledger.reserve`, with the module under any name."""
    return (
        isinstance(called_, ast.Attribute)
        and called_.attr in reserving()
        and isinstance(called_.value, ast.Name)
        and called_.value.id in ledgers
    )


def found_in_the_portal() -> set[str]:
    return {
        f"{path.relative_to(PORTAL.parent).as_posix()}:{function}"
        for path in sorted(PORTAL.rglob("*.py"))
        if not path.is_relative_to(PORTAL / "ledger")
        for function in unguarded(path.read_text(encoding="utf-8"))
    }


def test_every_place_that_reserves_keeps_to_the_division_or_says_why_not() -> None:
    assert found_in_the_portal() == WITHOUT.keys()


def test_the_ledger_reserves_in_more_ways_than_one() -> None:
    assert reserving() >= {"reserve", "reserve_again", "unrecover_set_off"}


def test_control_each_of_the_four_places_is_found_without_its_guard() -> None:
    places = ("awarding/decisions/reserving", "awarding/top_ups", "awarding/restoring", "paying/settling_again/actions")
    for place in places:
        text = (PORTAL / f"{place}.py").read_text(encoding="utf-8")
        assert list(unguarded(text)) == []
        assert len(list(unguarded(text.replace(f"{GUARD}(session", "print(session")))) == 1, place
