"""The house of departments: few on each level, each says what it is, and the tests stand in the same rooms."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.graph import CHECKOUT, contracts, layers_of

MOST_ENTRIES = {"portal": 23, "matching": 15, "schemes": 14}
README = CHECKOUT / "portal" / "README.md"


def departments(of: str) -> list[str]:
    """The departments in a folder, as paths."""
    return sorted(str(init.parent.relative_to(CHECKOUT)) for init in (CHECKOUT / of).glob("*/__init__.py"))


def sentence_of(department: str) -> str:
    """What a department says of itself: the first paragraph of its docstring."""
    tree = ast.parse((CHECKOUT / department / "__init__.py").read_text(encoding="utf-8"))
    return " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())


def is_one_sentence(text: str) -> bool:
    """A sentence begins with a capital, has some words, ends with a full stop and holds no other."""
    return re.fullmatch(r"[A-Z][^.]*(?:\.\w[^.]*)*\.", text) is not None and len(text.split()) > 3


ALL = [name for place in ("portal", "matching", "schemes", "portal/web") for name in departments(place)]


@pytest.mark.parametrize(("folder", "most"), MOST_ENTRIES.items())
def test_a_level_can_be_read_at_a_glance(folder: str, most: int) -> None:
    entries = [path.name for path in (CHECKOUT / folder).iterdir() if path.name != "__pycache__"]
    assert len(entries) <= most, sorted(entries)


@pytest.mark.parametrize("department", ALL)
def test_a_department_says_in_one_sentence_what_it_is(department: str) -> None:
    assert is_one_sentence(sentence_of(department)), sentence_of(department)


@pytest.mark.parametrize(
    "text", ["", "Screens.", "no capital at the start.", "No full stop at all", "Two of it. And more."]
)
def test_what_is_no_sentence_is_noticed(text: str) -> None:
    assert not is_one_sentence(text)


# The READMEs -----------------------------------------------------------------------------------------------------------


def listed(folder: str) -> list[tuple[str, str, str]]:
    """The rows of the list of departments in a README: name, sentence, and what more is said."""
    text = (CHECKOUT / folder / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)/` \| ([^|]+) \|(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("folder", MOST_ENTRIES)
def test_the_readme_lists_the_departments_in_the_order_of_the_contract_and_in_their_own_words(folder: str) -> None:
    [contract] = [contract for contract in contracts() if contract.get("containers") == [folder]]
    ordered = [name.replace(".", "/") for row in layers_of(contract) for name in row]
    expected = [name for name in ordered if name in departments(folder)]
    assert [f"{folder}/{name}" for name, _, _ in listed(folder)] == expected
    assert [sentence for _, sentence, _ in listed(folder)] == [sentence_of(name) for name in expected]


@pytest.mark.parametrize("folder", ["matching", "schemes"])
def test_the_readme_names_every_file_of_a_department_and_no_other(folder: str) -> None:
    for name, _, more in listed(folder):
        named = set(re.findall(r"`(\w+)(?:\.py|/)`", more))
        there = {path.stem for path in (CHECKOUT / folder / name).iterdir()} - {"__init__", "__pycache__"}
        assert named == there, name


def walk_of_an_approval() -> list[str]:
    """The steps of the walk in portal/README.md, one line each."""
    section = README.read_text(encoding="utf-8").split("## The walk of an approval", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if re.match(r"\d+\. ", line)]


def test_the_walk_of_an_approval_names_files_that_are_there_and_functions_that_are_in_them() -> None:
    for step in walk_of_an_approval():
        [file, *functions] = re.findall(r"`([^`]+)`", step.split(":", 1)[0])
        text = (CHECKOUT / file).read_text(encoding="utf-8")
        assert functions, step
        assert [name for name in functions if not re.search(rf"^(?:def|class) {name}\b", text, re.MULTILINE)] == [], (
            step
        )


def test_the_walk_of_an_approval_is_shorter_than_25_files_and_fits_a_screen() -> None:
    steps = walk_of_an_approval()
    files = {re.findall(r"`([^`]+)`", step)[0] for step in steps}
    assert "portal/web/advisor/deciding.py" in steps[0]
    assert any(file.startswith("portal/ledger/") for file in files)
    assert len(files) < 25
    assert len(steps) <= 25


# The tests -------------------------------------------------------------------------------------------------------------


def rooms_of_tests(tests: Path) -> list[str]:
    """The folders with tests under tests/portal, tests/matching, tests/schemes and tests/web, without "tests/"."""
    found = {file.parent.relative_to(tests).as_posix() for file in tests.rglob("test_*.py")}
    return sorted(room for room in found if room.split("/")[0] in ("portal", "matching", "schemes", "web"))


def room_exists(room: str) -> bool:
    """A folder of tests has the name of a department and, below that, of a subject; the pages' components are no Python."""
    place = CHECKOUT / (f"portal/{room}" if room.startswith("web/") else room)
    if "/" not in room:
        return False
    return place.is_dir() or place.with_suffix(".py").is_file() or room == "web/components"


def test_a_folder_of_tests_has_the_name_of_what_it_tests() -> None:
    rooms = rooms_of_tests(CHECKOUT / "tests")
    assert len(rooms) > 60
    assert [room for room in rooms if not room_exists(room)] == []


@pytest.mark.parametrize(
    "room",
    ["portal", "portal/newcomer", "portal/awarding/newcomer", "matching", "schemes/newcomer", "web", "web/newcomer"],
)
def test_a_folder_of_tests_for_nothing_is_noticed(room: str, tmp_path: Path) -> None:
    (tmp_path / room).mkdir(parents=True)
    (tmp_path / room / "test_something.py").touch()
    assert rooms_of_tests(tmp_path) == [room]
    assert not room_exists(room)
