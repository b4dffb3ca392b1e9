"""Queries read: screens and papers build no statement of their own, and a `queries.py` solves, writes and refuses nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.test_code import modules, name_of, parse

SHOWS = ("portal/web", "portal/papers")
STATEMENTS = {"select", "insert", "update", "delete", "text", "exists", "union", "union_all"}
READS = {"get", "get_one", "scalar", "scalars", "execute", "query"}
WRITES = {"add", "add_all", "delete", "flush", "commit", "merge"}
REFUSES = {"Refusal", "Conflict"}
SOLVES = ("matching.solver", "matching.answering", "matching.asking", "matching.what_if")
"""What finds a mix or asks for one. Of the last three only values (classes, constants) may be named in queries."""


def is_a_session(node: ast.expr) -> bool:
    """Whether something is the session of the database, by the names it goes by: never the one of the browser."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "current_session"
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in ("session", "s", "db")


def of_flask(tree: ast.Module) -> bool:
    """Whether the name ``session`` is the browser's in a module."""
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "flask" and any(a.name == "session" for a in node.names)
        for node in ast.walk(tree)
    )


def own_statements(tree: ast.Module) -> Iterator[str]:
    """Statements of SQLAlchemy that a module builds, and rows that it reads past the queries."""
    browser = of_flask(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (f"{node.lineno}: {alias.name}" for alias in node.names if alias.name in STATEMENTS)
        if isinstance(node, ast.Import):
            yield from (f"{node.lineno}: {alias.name}" for alias in node.names if alias.name.startswith("sqlalchemy"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS:
            whose = node.func.value
            if is_a_session(whose) and not (browser and isinstance(whose, ast.Name)):
                yield f"{node.lineno}: {node.func.attr}"


def solving(tree: ast.Module) -> Iterator[str]:
    """What a module takes from the solver, or from what asks it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{node.lineno}: {alias.name}" for alias in node.names if alias.name.startswith(SOLVES))
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for alias in node.names:
                verb = module.startswith(SOLVES[1:]) and alias.name[0].islower()
                if module.startswith((SOLVES[0], "ortools")) or verb or (module, alias.name) == ("matching", "propose"):
                    yield f"{node.lineno}: {module} {alias.name}"
        if isinstance(node, ast.Attribute) and node.attr == "propose":
            yield f"{node.lineno}: propose"


def writing(tree: ast.Module) -> Iterator[str]:
    """What a module adds, removes or sends to the database."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in WRITES and is_a_session(called.value):
            yield f"{called.lineno}: {called.attr}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (f"{node.lineno}: {a.name}" for a in node.names if a.name in ("insert", "update", "delete"))


def refusing(tree: ast.Module) -> Iterator[str]:
    """Where a module makes or raises a refusal or a conflict."""
    for node in ast.walk(tree):
        made = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
        if isinstance(made, ast.Name) and made.id in REFUSES:
            yield f"{made.lineno}: {made.id}"


def queries() -> list[tuple[str, ast.Module]]:
    return [(name_of(path), parse(text)) for path, text in modules("portal") if path.name == "queries.py"]


def found(check: Callable[[ast.Module], Iterator[str]], trees: list[tuple[str, ast.Module]]) -> dict[str, list[str]]:
    return {name: lines for name, tree in trees if (lines := list(check(tree)))}


def test_screens_and_papers_read_through_the_queries_of_a_subject() -> None:
    trees = [(name_of(path), parse(text)) for path, text in modules(*SHOWS)]
    assert len(trees) > 100
    assert found(own_statements, trees) == {}


@pytest.mark.parametrize("check", [solving, writing, refusing])
def test_queries_solve_write_and_refuse_nothing(check: Callable[[ast.Module], Iterator[str]]) -> None:
    assert len(queries()) > 30
    assert found(check, queries()) == {}


@pytest.mark.parametrize(
    ("check", "planted"),
    [
        (own_statements, "from sqlalchemy import func, select"),
        (own_statements, "import sqlalchemy as sa"),
        (own_statements, "voucher = session.get_one(Voucher, 1)"),
        (own_statements, "rows = current_session().scalars(statement)"),
        (own_statements, "row = intake.session.get(Pledge, 1)"),
        (solving, "from matching.solver.solve import propose"),
        (solving, "from matching.answering.answer import prepare"),
        (solving, "def now(problem):\n    return matching.propose(problem)"),
        (writing, "session.add(row)"),
        (writing, "session.flush()"),
        (writing, "from sqlalchemy import update"),
        (refusing, "raise Refusal('no_costs', 'x')"),
        (refusing, "def refusal():\n    return Refusal('no_costs', 'x')"),
        (refusing, "def one():\n    raise Conflict('gone', 'x') from None"),
    ],
)
def test_a_planted_line_is_found(check: Callable[[ast.Module], Iterator[str]], planted: str) -> None:
    assert list(check(ast.parse(planted)))


def test_what_is_no_statement_is_left_alone() -> None:
    """The session of the browser, an address, and values of the solver that a stored answer is read back as."""
    assert not list(own_statements(ast.parse("from flask import session\nsession.get('later')\nrequest.args.get('x')")))
    assert not list(own_statements(ast.parse("from sqlalchemy.orm import Session\nfrom sqlalchemy import Engine")))
    assert not list(solving(ast.parse("from matching.what_if.insight import Insight")))
