"""The shipped definitions, again and again under other names and with other bounds, until there are as many as asked."""

import copy
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from schemes.definition import SchemeDefinition
from schemes.files.canonical import as_yaml, canonical
from schemes.files.parsing import validate
from schemes.region.loading import packaged_region
from tests.benchmarks.questions import REGION, region


@lru_cache
def many(count: int) -> tuple[SchemeDefinition, ...]:
    """So many definitions: those of the catalogue, then copies with another slug and other bounds."""
    shipped = [definition for _, definition in sorted(region().schemes.items())]
    return tuple(
        definition if number < len(shipped) else _copied(definition, number)
        for number, definition in ((number, shipped[number % len(shipped)]) for number in range(count))
    )


def _copied(definition: SchemeDefinition, number: int) -> SchemeDefinition:
    data = copy.deepcopy(canonical(definition))
    data["scheme"] = f"{definition.scheme}-{number}"
    for condition in _conditions(data.get("conditions", [])):
        _shift(condition, number % 7)
    return validate(SchemeDefinition, data)


def _conditions(conditions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for condition in conditions:
        yield condition
        yield from _conditions(condition.get("conditions", []))


def _shift(condition: dict[str, Any], by: int) -> None:
    """Other bounds, so that no two copies ask quite the same."""
    if condition["type"] in ("age", "number"):
        for name in ("at_least", "below", "less_than"):
            if isinstance(condition.get(name), int):
                condition[name] += by
    elif condition["type"] == "date":
        for name in ("days_after_reference_at_most",):
            if isinstance(condition.get(name), int):
                condition[name] += by


def region_of(count: int, folder: Path) -> Path:
    """A folder of the shipped region with so many definitions as files, beside the regions it includes."""
    for name in {REGION, *region().region.includes}:
        shutil.copytree(packaged_region(name), folder / name)
    for definition in many(count)[len(region().schemes) :]:
        (folder / REGION / "schemes" / f"{definition.scheme}.yaml").write_text(as_yaml(definition), encoding="utf-8")
    return folder / REGION
