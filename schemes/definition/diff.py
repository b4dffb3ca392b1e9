"""What differs between two versions of a definition: by key, with the items of lists paired. Words are made in the portal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from schemes.basics.values import DatedValue
from schemes.definition.definition import SchemeDefinition
from schemes.files.canonical import canonical

ChangeKind = Literal["added", "removed", "changed", "moved"]
NOT_COMPARED = frozenset({"format", "version"})

_SAME: Mapping[str, Callable[[Any], Any]] = {
    "conditions": lambda item: item.id or (item.type, item.facts),
    "caps": lambda item: (item.per, item.period, item.years),
    "coverage": lambda item: frozenset(item.categories),
    "windows": lambda item: item.opens_on,
    "sources": lambda item: item.title,
    "joint_caps": lambda item: item.name,
    "variants": lambda item: item.id,
}
"""What makes two items of a list the same item in two versions. Other lists are paired by their whole value only."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `old` is None when something was added, `new` when it was removed; `moved`: only the order differs."""

    key: str
    kind: ChangeKind
    old: Any
    new: Any

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON output."""
        return {"key": self.key, "kind": self.kind, "old": _plain(self.old), "new": _plain(self.new)}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return canonical(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def changes(old: SchemeDefinition, new: SchemeDefinition) -> tuple[Change, ...]:
    """Every difference between two versions, in the order of the keys of the language; empty when they say the same.

    The version number is not compared. Definitions with different canonical texts always have at least one change.
    """
    found: list[Change] = []
    for key in SchemeDefinition.model_fields:
        if key in NOT_COMPARED:
            continue
        before, after = getattr(old, key), getattr(new, key)
        if before == after:
            continue
        if _is_list(before) and _is_list(after):
            found += _list_changes(key, before, after)
        elif _empty(before) or _empty(after):
            found.append(Change(key, "added" if _empty(before) else "removed", before, after))
        else:
            found.append(Change(key, "changed", before, after))
    return tuple(found)


def _is_list(value: Any) -> bool:
    """A list of items; a dated value is one value, however many periods it has."""
    if not isinstance(value, tuple) or any(isinstance(item, DatedValue) for item in value):
        return False
    return all(isinstance(item, BaseModel | str) for item in value)


def _empty(value: Any) -> bool:
    return value is None or value == ()


def _list_changes(key: str, before: Sequence[Any], after: Sequence[Any]) -> list[Change]:
    pairs = _paired(key, before, after)
    found: list[Change] = []
    for old, new in pairs:
        if old is None or new is None:
            found.append(Change(key, "added" if old is None else "removed", old, new))
        elif old != new:
            found.append(Change(key, "changed", old, new))
    return found or [Change(key, "moved", tuple(before), tuple(after))]


def _paired(key: str, before: Sequence[Any], after: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Items that belong together: first equal ones, then those that are the same item; the rest came or went."""
    left: list[Any] = list(before)
    partner: dict[int, Any] = {}
    for same in (lambda item: item, _SAME.get(key)):
        if same is None:
            continue
        for position, item in enumerate(after):
            if position in partner:
                continue
            found = next((old for old in left if same(old) == same(item)), None)
            if found is not None:
                left.remove(found)
                partner[position] = found
    pairs: list[tuple[Any, Any]] = [(partner.get(position), item) for position, item in enumerate(after)]
    return [*pairs, *((old, None) for old in left)]
