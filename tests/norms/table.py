"""The norms and what shows that the desk is ready for them: read from the two lists here and from the marks of tests.

A test may say itself which norms it is about: ``@pytest.mark.norm("BIO2 8.13.04")``. `python -m tests.norms.table` writes the pages.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
STATES = ("met", "elsewhere", "absent", "open")
_PLACE = re.compile(r"(?:tests|portal|matching|schemes|docs|deploy)/[\w./-]*\w(?:::test_\w+)?|[A-Z]{4,}\.md")
_HEAD = """# {title}

Generated from `tests/norms/{source}` and from the marks of tests (`python -m tests.norms.table`); a test fails when a line names a
test or a document that is not there. The desk is *ready for* these norms. Whether an organisation meets them is for that organisation
and its auditor to say.

**met**: a test or a document shows it. **elsewhere**: of the organisation, its server or its network. **absent**: the desk has no such
thing. **open**: not there yet.

"""


@dataclass(frozen=True)
class Norm:
    """One line: its id, level (empty where there are none), subject, state, and what shows it or why not."""

    id: str
    level: str
    about: str
    state: str
    said: str

    @property
    def places(self) -> list[str]:
        """The tests and documents that it names."""
        return _PLACE.findall(self.said)


def norms(source: str) -> list[Norm]:
    """The lines of one list, with what tests say of themselves added."""
    lines, names = [], {}
    for line in (CHECKOUT / "tests" / "norms" / source).read_text(encoding="utf-8").splitlines():
        if line.startswith("$"):
            name, _, stands_for = line.partition(" = ")
            names[name] = stands_for
        elif line and not line.startswith("#"):
            parts = line.split("|")
            number, level = parts[0], parts[1] if source == "asvs.txt" else ""
            *_, about, state, said = parts
            full = re.sub(r"\$\w+", lambda found: names[found[0]], said)
            marked = [place for place in marks().get(number, ()) if place not in full]
            lines.append(Norm(number, level, about, state, " ".join([full, *marked])))
    return lines


@cache
def marks() -> Mapping[str, list[str]]:
    """Per norm the tests that name it in a mark."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((CHECKOUT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.norm(" in text:
            for name, number in _marked(text):
                found[number].append(f"{path.relative_to(CHECKOUT)}::{name}")
    return found


def _marked(text: str) -> Iterator[tuple[str, str]]:
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.FunctionDef):
            for mark in one.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.norm":
                    yield from ((one.name, str(part.value)) for part in mark.args if isinstance(part, ast.Constant))


@cache
def tests_in(path: str) -> frozenset[str]:
    """The names of the tests of a file."""
    return frozenset(re.findall(r"^\s*def (test_\w+)", (CHECKOUT / path).read_text(encoding="utf-8"), re.MULTILINE))


def is_there(place: str) -> bool:
    """Whether a document, a file of tests or a test exists."""
    path, _, test = place.partition("::")
    return (CHECKOUT / path).exists() and (not test or test in tests_in(path))


def dangling(lines: list[Norm]) -> list[str]:
    """Everything that a list names and that is not there, and every line that shows nothing for what it says."""
    wrong = [f"{one.id}: {place}" for one in lines for place in one.places if not is_there(place)]
    return wrong + [f"{one.id}: nothing shows it" for one in lines if one.state == "met" and not one.places]


def page_of(title: str, source: str) -> str:
    """The table as a page."""
    lines = norms(source)
    counted = {state: sum(one.state == state for one in lines) for state in STATES}
    rows = [
        f"{', '.join(f'{number} {state}' for state, number in counted.items() if number)}; {len(lines)} in all.",
        "",
    ]
    level = "| level " if lines[0].level else ""
    rows += [f"| norm {level}| about | state | what shows it, or why |", f"|---{'|---' if level else ''}|---|---|---|"]
    for one in lines:
        said = re.sub(_PLACE, lambda found: f"`{found[0]}`", one.said)
        rows.append(f"| {one.id} {f'| {one.level} ' if level else ''}| {one.about} | {one.state} | {said} |")
    return _HEAD.format(title=title, source=source) + "\n".join(rows) + "\n"


PAGES = {
    "docs/security/asvs.md": ("OWASP ASVS 5.0.0, levels 1 and 2", "asvs.txt"),
    "docs/security/norms.md": ("BIO2, DigiD and the log of processing", "norms.txt"),
}

if __name__ == "__main__":
    for name, (title, source) in PAGES.items():
        (CHECKOUT / name).write_text(page_of(title, source), encoding="utf-8")
