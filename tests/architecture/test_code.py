"""Small files, short functions, no banned names, no clock deep in the code, no commit outside the edge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = ("portal", "matching", "schemes")
BANNED_NAMES = {"common", "helpers", "helper", "utils", "util", "services", "service", "manager", "managers", "misc"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
READS_THE_CLOCK = re.compile(r"from portal\.platform\.clock import [^\n]*\b(now|today)\b|\bclock\.(now|today)\(")


@cache
def parse(text: str) -> ast.Module:
    """The syntax tree of a module; many rules read the same one. Nobody changes it."""
    return ast.parse(text)


@cache
def texts_in(folder: Path) -> tuple[tuple[Path, str], ...]:
    """Every module in a folder with its text, read once for all rules."""
    return tuple((path, path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py")))


def modules(*folders: str, migrations: bool = True) -> Iterator[tuple[Path, str]]:
    """Every module of these folders with its text; with or without the steps that change the database."""
    for folder in folders:
        for path, text in texts_in(CHECKOUT / folder):
            if migrations or not {"versions", "steps"} & set(path.relative_to(CHECKOUT).parts):
                yield path, text


def name_of(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def too_long(*folders: str) -> dict[str, int]:
    """The files above the limit, with their lines."""
    return {name_of(path): text.count("\n") for path, text in modules(*folders) if text.count("\n") > LONGEST_FILE}


def test_files_are_at_most_400_lines() -> None:
    """Tests and migrations too."""
    assert too_long(*CODE, "tests") == {}


def test_a_file_that_is_too_long_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.architecture.test_code.CHECKOUT", tmp_path)
    for folder in ("portal/migrations/versions", "portal/migrations/steps", "tests/portal"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "right.py").write_text("x = 1\n" * LONGEST_FILE)
        (tmp_path / folder / "long.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    assert set(too_long("portal", "tests")) == {
        "portal/migrations/versions/long.py",
        "portal/migrations/steps/long.py",
        "tests/portal/long.py",
    }


def test_functions_are_at_most_60_lines() -> None:
    """But for the steps that change the database: a table is one call, however many columns it has."""
    long = {}
    for path, text in modules(*CODE, migrations=False):
        for node in ast.walk(parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{name_of(path)}:{node.name}"] = lines
    assert long == {}


MOST_PARAMETERS = 7
MORE_FOR_A_REASON = {
    "portal/people/accounts/actions.py:create_account": "who prepared it stands beside who does it; acts call it by `NewAccount`",
    "schemes/evaluation/base.py:unknown": "an outcome is made straight from what every kind of condition knows at that place",
}
"""Functions that take more parameters than `MOST_PARAMETERS`, each with its reason."""


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many things a function is given; itself or its class does not count."""
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + sum(one is not None for one in (given.vararg, given.kwarg))


def test_functions_take_at_most_7_parameters() -> None:
    many = {
        f"{name_of(path)}:{node.name}": parameters(node)
        for path, text in modules(*CODE)
        for node in ast.walk(parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and parameters(node) > MOST_PARAMETERS
    }
    assert {name: number for name, number in many.items() if name not in MORE_FOR_A_REASON} == {}
    assert MORE_FOR_A_REASON.keys() <= many.keys(), "what takes fewer needs no reason any more"


def test_a_function_with_8_parameters_is_seen() -> None:
    (many,) = ast.parse("def act(self, a, /, b, c, *more, d, e, f, **rest): ...").body
    assert isinstance(many, ast.FunctionDef) and parameters(many) == 8


def test_nothing_is_called_common_or_helpers() -> None:
    found = [name_of(path) for path, _ in modules(*CODE) if BANNED_NAMES & {path.stem, *path.parts}]
    assert found == []


def test_only_the_clock_reads_the_clock() -> None:
    """`datetime.now`, `date.today` and `time.time` are read in portal/platform/clock.py; elsewhere time is an argument."""
    pattern = re.compile(r"\b(datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time)\(")
    found = [name_of(path) for path, text in modules(*CODE) if pattern.search(text) and path.name != "clock.py"]
    assert found == []


def test_the_clock_is_read_at_the_edge_only() -> None:
    """Subjects take `now` and `today` as arguments."""
    edge = {"web", "commands", "api", "demo"}
    readers = {
        path.relative_to(CHECKOUT / "portal").parts[0]: name_of(path)
        for path, text in modules("portal")
        if READS_THE_CLOCK.search(text)
    }
    assert "web" in readers, "the pattern finds who does read it"
    assert {folder: name for folder, name in readers.items() if folder not in edge} == {}


def test_only_the_unit_of_work_commits() -> None:
    found = [
        name_of(path)
        for path, text in modules("portal")
        if re.search(r"\.commit\(\)", text) and path.name != "database.py" and "migrations" not in path.parts
    ]
    assert found == []


def test_nothing_is_left_unfinished() -> None:
    pattern = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|except[^\n]*:\s*\n\s*pass\b")
    found = [name_of(path) for path, text in modules(*CODE) if pattern.search(text)]
    assert found == []


def test_a_key_is_never_two_numbers_in_one_and_a_name_is_cut_where_it_is_signed() -> None:
    pattern = re.compile(r"\bid \* 10+\b|\b10+ \* [\w.]*\bid\b|display_name\[:100")
    assert pattern.search("talk.id * 1000 + talk.sequence") and pattern.search("version += 1000 * recovery.id"), (
        "the control"
    )
    found = [
        name_of(path) for path, text in modules("portal") if pattern.search(text) and "migrations" not in path.parts
    ]
    assert found == ["portal/people/actor.py"]


def test_tests_are_skipped_for_a_missing_browser_or_cluster_only() -> None:
    pattern = re.compile(r"pytest\.(skip|xfail|importorskip)\b|mark\.(skip|skipif|xfail)\b")
    found = [
        name_of(path)
        for path, text in modules("tests")
        if pattern.search(text) and path.parent.name not in ("journeys", "architecture")
    ]
    assert found == ["tests/matching/plan/test_cluster.py"], "the extra `cluster` is not among those of the tests"


def test_every_package_has_an_init_so_that_the_wheel_has_it() -> None:
    missing = sorted({name_of(path.parent) for path, _ in modules(*CODE) if not (path.parent / "__init__.py").exists()})
    assert missing == []
