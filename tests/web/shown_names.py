"""The names by which files and programs know things, and whether one stands in a text for people."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parents[2] / "schemes" / "catalogue"


@cache
def _ids() -> frozenset[str]:
    """The names by which files know schemes, facts, answers, budgets and groups: words with a hyphen or an underscore."""
    named = re.compile(r"\b(?:scheme|key|id|group|fact): ([a-z0-9]+(?:[-_][a-z0-9]+)+)")
    found = {
        name
        for path in CATALOGUE.rglob("*.yaml")
        if "cases" not in path.parts
        for name in named.findall(path.read_text("utf-8"))
    }
    return frozenset(found | {"pledge.employer"})


def ids_in(text: str) -> set[str]:
    """The names of files and programs that stand in a text for people; an address of another site may hold such a word."""
    return set(_ids().intersection(re.findall(r"(?<![/\w.-])[a-z0-9]+(?:[-_.][a-z0-9]+)+", text)))
