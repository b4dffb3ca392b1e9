"""Small files, short functions, no banned names, no clock deep in the code, no commit outside the edge."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = ("portal", "matching", "schemes")
BANNED_NAMES = {"common", "helpers", "helper", "utils", "util", "services", "service", "manager", "managers", "misc"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def modules(*folders: str) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                yield path, path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_files_are_at_most_400_lines() -> None:
    long = {name_of(path): text.count("\n") for path, text in modules(*CODE) if text.count("\n") > LONGEST_FILE}
    assert long == {}


def test_functions_are_at_most_60_lines() -> None:
    long = {}
    for path, text in modules(*CODE):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{name_of(path)}:{node.name}"] = lines
    assert long == {}


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
    pattern = re.compile(r"from portal\.clock import [^\n]*\b(now|today)\b|\bclock\.(now|today)\(")
    found = [
        name_of(path)
        for path, text in modules("portal")
        if pattern.search(text) and not edge & set(path.relative_to(CHECKOUT / "portal").parts)
    ]
    assert found == []


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


def test_tests_are_skipped_for_a_missing_browser_only() -> None:
    pattern = re.compile(r"pytest\.(skip|xfail|importorskip)\b|mark\.(skip|skipif|xfail)\b")
    found = [
        name_of(path)
        for path, text in modules("tests")
        if pattern.search(text) and path.parent.name not in ("journeys", "architecture")
    ]
    assert found == []


def test_every_package_has_an_init_so_that_the_wheel_has_it() -> None:
    missing = sorted({name_of(path.parent) for path, _ in modules(*CODE) if not (path.parent / "__init__.py").exists()})
    assert missing == []
