"""What the buttons of a form do to a document: add, take away, move, and values that change from a day on.

A button sends `do` with a word and a path: `add:conditions`, `remove:caps.1`, `up:windows.2`, `dated:minimum_cents`,
`inherit:cases.1.pledge`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.web.owner.editor.posted import Unreadable
from portal.web.owner.editor.tree import NOTHING, Node

Holder = dict[str, Any] | list[Any]


def change(root: Node, document: dict[str, Any], command: str, chosen: str = "") -> str:
    """Carry out a command on the document, in place; gives the path to show next. Raises Unreadable.

    `chosen` is the type of a new condition, or the fact of a new answer.
    """
    word, _, path = command.partition(":")
    act = _ACTS.get(word)
    if act is None or not path or len(path) > 300:
        raise Unreadable(command[:80])
    parts = path.split(".")
    node, holder = _above(root, document, parts)
    return act(node, holder, parts, chosen)


def _above(root: Node, document: dict[str, Any], parts: list[str]) -> tuple[Node, Holder]:
    """The node at a path and what holds it, made where it is not there yet."""
    node, value = root, document
    holder: Holder = document
    for number, part in enumerate(parts):
        if number:
            value = _step(holder, parts[number - 1], node)
            holder = value
        node = _below(node, value, part)
    return node, holder


def _step(holder: Holder, part: str, node: Node) -> Any:
    if isinstance(holder, list):
        position = int(part)
        if position >= len(holder):
            raise Unreadable(part)
        found = holder[position]
    else:
        found = holder.get(part)
        if found is None:
            found = [] if node.kind in ("many", "dated") else {}
            holder[part] = found
    if not isinstance(found, dict | list):
        raise Unreadable(part)
    return found


def _below(node: Node, value: Any, part: str) -> Node:
    if node.kind in ("many", "dated") and isinstance(value, list):
        if not (part.isascii() and part.isdigit() and len(part) < 5):
            raise Unreadable(part[:80])
        return node.item
    keys = node.keys if node.kind == "group" else {}
    if node.kind == "one_of":
        branch = node.branches.get(str(value.get("type", "")))
        keys = branch.keys if branch is not None else {}
    if node.kind == "mapping":
        return node.item
    if part not in keys:
        raise Unreadable(part[:80])
    return keys[part]


def _add(node: Node, holder: Holder, parts: list[str], chosen: str) -> str:
    path, key = ".".join(parts), parts[-1]
    if isinstance(holder, list):
        raise Unreadable(path)
    if node.kind == "mapping":
        known = holder.get(key)
        answers = known if isinstance(known, dict) else {}
        if chosen and len(chosen) <= 60 and chosen.replace("_", "").isalnum() and chosen.isascii():
            answers.setdefault(chosen, None)
            path = f"{path}.{chosen}"
        holder[key] = answers
        return path
    if node.kind not in ("many", "dated"):
        holder[key] = holder.get(key) or {}
        return path
    items = holder.get(key)
    if node.kind == "dated" and not isinstance(items, list):
        raise Unreadable(path)
    found: list[Any] = list(items) if isinstance(items, list) else []
    if node.kind == "dated" or not node.item.is_leaf:
        found.append(_new(node.item, chosen))
    elif not found:
        holder[key] = []
        return path
    holder[key] = found
    return f"{path}.{len(found) - 1}" if found else path


def _new(item: Node, chosen: str) -> dict[str, Any]:
    return {"type": chosen} if item.kind == "one_of" and chosen in item.branches else {}


def _remove(node: Node, holder: Holder, parts: list[str], _chosen: str) -> str:
    """Take away. In a case it becomes null: the case does without, also when all cases start from something."""
    if isinstance(holder, list):
        del holder[_position(holder, parts[-1])]
        return ".".join(parts[:-1])
    holder.pop(parts[-1], None)
    if node.owner == "Case" and node.nullable:
        holder[parts[-1]] = None
    return ".".join(parts)


def _inherit(node: Node, holder: Holder, parts: list[str], _chosen: str) -> str:
    """A case no longer does without: it takes what all cases start from."""
    if node.owner != "Case" or isinstance(holder, list):
        raise Unreadable(parts[-1])
    holder.pop(parts[-1], None)
    return ".".join(parts)


def _moved(by: int) -> Callable[[Node, Holder, list[str], str], str]:
    def move(_node: Node, holder: Holder, parts: list[str], _chosen: str) -> str:
        if not isinstance(holder, list):
            raise Unreadable(parts[-1])
        here = _position(holder, parts[-1])
        there = min(max(here + by, 0), len(holder) - 1)
        holder.insert(there, holder.pop(here))
        return ".".join([*parts[:-1], str(there)])

    return move


def _position(holder: list[Any], part: str) -> int:
    if not (part.isascii() and part.isdigit() and len(part) < 5) or int(part) >= len(holder):
        raise Unreadable(part[:80])
    return int(part)


def _as_rows(node: Node, holder: Holder, parts: list[str], _chosen: str) -> str:
    """A plain value becomes the value of a first row."""
    if node.kind != "dated" or isinstance(holder, list):
        raise Unreadable(parts[-1])
    value = holder.get(parts[-1], NOTHING)
    if not isinstance(value, list):
        holder[parts[-1]] = [{} if value is NOTHING or value is None else {"value": value}]
    return f"{'.'.join(parts)}.0"


def _as_plain(node: Node, holder: Holder, parts: list[str], _chosen: str) -> str:
    """One row becomes a plain value again; more rows stay, for then something would be lost."""
    if node.kind != "dated" or isinstance(holder, list):
        raise Unreadable(parts[-1])
    rows = holder.get(parts[-1])
    if isinstance(rows, list) and len(rows) <= 1:
        value = rows[0].get("value", NOTHING) if rows and isinstance(rows[0], dict) else NOTHING
        holder.pop(parts[-1])
        if value is not NOTHING:
            holder[parts[-1]] = value
    return ".".join(parts)


_ACTS: dict[str, Callable[[Node, Holder, list[str], str], str]] = {
    "add": _add,
    "remove": _remove,
    "inherit": _inherit,
    "up": _moved(-1),
    "down": _moved(1),
    "dated": _as_rows,
    "plain": _as_plain,
}
