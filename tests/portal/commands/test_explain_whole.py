"""`loket scheme explain` leaves nothing out: whatever is changed in a definition changes what is said about it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from portal.commands.scheme_text import definition_text
from schemes.definition import SchemeDefinition
from schemes.region.loading import LoadedRegion, load_region
from tests.schemes.conftest import VELDRIJK

ON = date(2026, 11, 26)
UNSAID = {
    "en": "the text is made in Dutch here",
    "source": "of a dated value: the sources have a part of their own",
    "note": "of a source, for who maintains it",
    "id": "a name for machines",
    "group": "a name for machines",
    "fact": "of a rate: the unit names it",
}
"""Keys that may change in silence somewhere, and why."""
Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from leaves(part, (*path, position))
    else:
        yield path, value


def others(value: Any) -> list[Any]:
    """Other values that may stand in the same place."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value + 100]
    if not isinstance(value, str):
        return []
    if value[:4].isdigit() and value[4:5] == "-":
        return ["2026-11-25", "2025-01-02", "2027-03-03"]
    return ["1/7"] if value.endswith("%") or "/" in value else [value + "x"]


def put(document: Any, path: Path, value: Any) -> Any:
    changed = copy.deepcopy(document)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def silent(region: LoadedRegion) -> tuple[set[str], set[str]]:
    """The keys that changed without a word in every definition that has them, and all keys that were tried."""
    said: set[str] = set()
    tried: set[str] = set()
    for definition in region.schemes.values():
        document = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        before = definition_text(definition, region, ON)
        for path, value in leaves(document):
            if "conditions" in path or "when" in path:
                continue  # a rule may have words of its own, and every type has tests of its sentence
            name = ".".join("*" if isinstance(key, int) else key for key in path)
            for other in others(value) if name not in said else ():
                try:
                    changed = SchemeDefinition.model_validate_json(json.dumps(put(document, path, other)))
                except ValidationError:
                    continue
                tried.add(name)
                if definition_text(changed, region, ON) != before:
                    said.add(name)
                    break
    return tried - said, tried


@pytest.fixture(scope="module", params=[VELDRIJK, "stedendriehoek"], ids=["veldrijk", "stedendriehoek"])
def found(request: pytest.FixtureRequest) -> tuple[set[str], set[str]]:
    return silent(load_region(request.param))


def test_whatever_changes_in_a_definition_is_said(found: tuple[set[str], set[str]]) -> None:
    unsaid, tried = found
    assert len(tried) > 50
    assert sorted(name for name in unsaid if name.removesuffix(".*").split(".")[-1] not in UNSAID) == []


def test_control_a_key_that_is_not_said_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.commands import scheme_text

    monkeypatch.setattr(scheme_text, "REST", ())
    unsaid, _ = silent(load_region(VELDRIJK))
    assert {"review_on", "apply.how.nl", "deciding_body.nl"} <= unsaid
