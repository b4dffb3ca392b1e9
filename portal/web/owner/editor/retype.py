"""Another type for a condition: what the new type also has stays, and a group takes in what it is made from."""

from __future__ import annotations

from typing import Any

from portal.web.owner.editor.tree import Node, misfits


def retyped(node: Node, value: dict[str, Any], tag: str) -> dict[str, Any]:
    """The value with another `type`. A condition that becomes a group is its first part.

    What would lose parts or rows stays what it was: they have to be taken away first.
    """
    branch = node.branches.get(tag)
    if branch is None:
        return {**value, "type": tag}
    was = node.branches.get(str(value.get("type", "")))
    old_key = was.parts_key if was is not None else None
    new_key = branch.parts_key
    parts = _parts(value, old_key)
    if parts and (new_key is None or (branch.keys[new_key].kind != "many" and len(parts) > 1)):
        return value
    whole = value
    if new_key is not None and old_key is None:
        own = {key: part for key, part in value.items() if key != "id"}
        parts = [own] if len(own) > 1 else []
        value = {key: part for key, part in value.items() if key == "id"}
    kept = {
        key: part
        for key, part in value.items()
        if key != "type" and key != old_key and key in branch.keys and not misfits(branch.keys[key], part)
    }
    dropped = [part for key, part in value.items() if key not in kept and key not in ("type", old_key)]
    if any(_holds_groups(part) for part in dropped):
        return whole
    found = {"type": tag, **kept}
    if new_key is not None and parts:
        found[new_key] = parts if branch.keys[new_key].kind == "many" else parts[0]
    return found


def _parts(value: dict[str, Any], key: str | None) -> list[Any]:
    inside = value.get(key) if key else None
    if isinstance(inside, list):
        return list(inside)
    return [inside] if inside else []


def _holds_groups(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict) for part in value)
