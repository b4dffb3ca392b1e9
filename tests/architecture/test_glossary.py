"""The glossary in README.md is the one place where Dutch and English meet; this reads it."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def glossary(text: str) -> dict[str, str]:
    """Dutch term -> term in the code, from the table under "## Glossary". Raises ValueError on a row that is not two cells."""
    section = text.split("## Glossary", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    pairs: dict[str, str] = {}
    for row in rows:
        dutch, english = (cell.strip() for cell in row.strip("|").split("|"))
        if dutch in pairs:
            raise ValueError(f"{dutch} stands twice in the glossary")
        pairs[dutch] = english
    return pairs


@cache
def words_of_the_code() -> str:
    sources = (path for folder in ("schemes", "matching", "portal") for path in (ROOT / folder).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in sources).lower()


TERMS = glossary((ROOT / "README.md").read_text(encoding="utf-8"))
LATER = {"accountability report"}
"""Named by the field, built by later work."""


def test_one_dutch_word_has_one_english_word_and_the_other_way_round() -> None:
    assert len(TERMS) > 40
    assert len(set(TERMS.values())) == len(TERMS)


@pytest.mark.parametrize("english", sorted(set(TERMS.values()) - LATER))
def test_a_term_of_the_glossary_is_a_word_of_the_code(english: str) -> None:
    code = words_of_the_code()
    assert re.search(re.escape(english).replace(r"\ ", r"[ _]?"), code), f"{english} is in no line of the code"


def test_a_glossary_with_a_doubled_word_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        glossary("## Glossary\n\n| a | b |\n|---|---|\n| vraag | question |\n| vraag | case |\n")
