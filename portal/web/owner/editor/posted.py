"""What a form sent, as a document again.

Fields have flat names: `conditions.0.values`. A group or an item of a list that is there has a hidden field `<name>._`; for a
group whose `type` says which keys it has, that field holds the type the page was made for. Names that no page has are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.web.owner.editor.leaves import Around, Known, kind_of, readable, surroundings
from portal.web.owner.editor.retype import retyped
from portal.web.owner.editor.tree import NOTHING, Node

HERE = "_"
MOST_PARTS = 40
MOST_DIGITS = 4


class Unreadable(ValueError):
    """The names or the number of fields are not of a page of ours."""


@dataclass
class SentValue:
    """What was sent under one name, and under the names that begin with it."""

    values: list[str] = field(default_factory=list)
    parts: dict[str, SentValue] = field(default_factory=dict)

    def one(self, part: str) -> str | None:
        """The only value of a part; None when it was not sent."""
        found = self.parts.get(part)
        return found.values[0] if found is not None and found.values else None

    def first(self, part: str) -> str:
        """The first value of a part or of its first row, as text."""
        found = self.parts.get(part, SentValue())
        inside = [value for _, row in sorted(found.parts.items()) for value in row.values]
        return next((value.strip() for value in (*found.values, *inside) if value.strip()), "")


def nested(fields: Iterable[tuple[str, list[str]]]) -> SentValue:
    """Flat names as a tree. Raises Unreadable."""
    root = SentValue()
    for name, values in fields:
        parts = name.split(".")
        if len(parts) > MOST_PARTS or "" in parts:
            raise Unreadable(name[:80])
        here = root
        for part in parts:
            here = here.parts.setdefault(part, SentValue())
        here.values += values
    return root


def read(node: Node, sent: SentValue, base: Any, known: Known, around: Around | None = None) -> Any:
    """The value that was sent for a node; NOTHING when there is none. Raises Unreadable.

    `base` is what the page was made from: a field that was not touched keeps its value to the letter.
    """
    return _READERS[node.kind if not node.is_leaf else "leaf"](node, sent, base, known, around or {})


def read_keys(
    node: Node, keys: Iterable[str], sent: SentValue, base: Mapping[str, Any], known: Known
) -> dict[str, Any]:
    """The values of some keys of a group; keys that are empty are left out. Raises Unreadable."""
    wanted = {key: node.keys[key] for key in keys}
    _refuse_unknown(sent, wanted)
    return _values(wanted, sent, base, known, {})


def _values(nodes: Mapping[str, Node], sent: SentValue, base: Any, known: Known, around: Around) -> dict[str, Any]:
    here = surroundings(nodes, around, sent.first)
    before = base if isinstance(base, dict) else {}
    found: dict[str, Any] = {}
    for key, node in nodes.items():
        if node.kind == "constant":
            value = before.get(key, NOTHING)
        else:
            value = read(node, sent.parts.get(key, SentValue()), before.get(key, NOTHING), known, here)
        if value is not NOTHING and not (value == node.default and key not in before and not node.required):
            found[key] = value
    return found


def _refuse_unknown(sent: SentValue, known: Iterable[str]) -> None:
    strange = sent.parts.keys() - set(known) - {HERE}
    if strange:
        raise Unreadable(sorted(strange)[0][:80])


def _leaf(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    kind = kind_of(node, around, known)
    if node.kind == "fact":
        return _answer(kind, sent, base, known, around)
    if sent.parts or len(sent.values) > 1:
        raise Unreadable(node.key)
    if kind == "yes_no" and not node.required and node.kind == "yes_no":
        return _ticked(node, bool(sent.values), base)
    value = _typed(known, kind, sent.values[0] if sent.values else "", base, node.default if node.nullable else NOTHING)
    return _left_out(node, base) if value is NOTHING else value


def _ticked(node: Node, ticked: bool, base: Any) -> Any:
    if base is NOTHING:
        return NOTHING if ticked == (node.default is True) else ticked
    return base if (base is True) == ticked else ticked


def _left_out(node: Node, base: Any) -> Any:
    """What an empty place says: nothing; in a case that takes back what all cases start from, still null."""
    return None if base is None and node.owner == "Case" and node.nullable else NOTHING


def _typed(known: Known, kind: str, text: str, base: Any, default: Any = NOTHING) -> Any:
    """The value of a text; what was not touched stays as it was. `default`: what an empty field would mean; then it is null."""
    if base is not NOTHING and base is not None and known.display(kind, base) == readable(text):
        return base
    value = known.parse(kind, text)
    return None if value is NOTHING and default not in (NOTHING, None) else value


def _answer(kind: str, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    """The answer of a fact in a case; empty is null: not known."""
    _refuse_unknown(sent, ())
    if known.fact_type(around.get("answer")) == "choices":
        chosen = _lines(sent.values)
        before = base if isinstance(base, list) else []
        return _in_order(chosen, before) if chosen else None
    if len(sent.values) > 1:
        raise Unreadable(str(around.get("answer")))
    value = _typed(known, kind, sent.values[0] if sent.values else "", base)
    return None if value is NOTHING else value


def _lines(values: Iterable[str]) -> list[str]:
    return [line.strip() for value in values for line in readable(value).split("\n") if line.strip()]


def _in_order(chosen: list[Any], before: list[Any]) -> list[Any]:
    """What was chosen, in the order it had before; new ones last."""
    kept = [value for value in before if value in chosen]
    return kept if len(kept) == len(chosen) else [*kept, *(value for value in chosen if value not in kept)]


def _group(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    _refuse_unknown(sent, node.keys)
    if node.optional and HERE not in sent.parts:
        return _left_out(node, base)
    found = _values(node.keys, sent, base, known, around)
    if not found and not node.required and not node.optional and not base:
        return NOTHING
    return found


def _text(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    _refuse_unknown(sent, ("nl", "en"))
    before = base if isinstance(base, dict) else {}
    found = {}
    for key in ("nl", "en"):
        part = sent.parts.get(key, SentValue())
        if part.parts or len(part.values) > 1:
            raise Unreadable(key)
        value = _typed(known, "paragraph", part.values[0] if part.values else "", before.get(key, NOTHING))
        if value is not NOTHING:
            found[key] = value
    return found if found or HERE in sent.parts else NOTHING


def _one_of(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    if not sent.parts:
        return NOTHING
    was, now = sent.one(HERE), sent.one("type")
    was = now if was is None else was
    if not was:
        _refuse_unknown(sent, ("type",))
        return retyped(node, {}, now) if now else {}
    branch = node.branches.get(was)
    if branch is None:
        raise Unreadable(was[:80])
    _refuse_unknown(sent, branch.keys)
    before = base if isinstance(base, dict) and base.get("type") == was else {}
    inner = {key: child for key, child in branch.keys.items() if key != "type"}
    found = {"type": was, **_values(inner, sent, before, known, {**around, "fact": "", "by": "", "of": ""})}
    return retyped(node, found, now) if now and now != was else found


def _dated(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    rows = {name: part for name, part in sent.parts.items() if name != HERE}
    if sent.values and rows:
        raise Unreadable(node.key)
    if not rows:
        return read(node.plain, SentValue(sent.values), NOTHING if isinstance(base, list) else base, known, around)
    before = base if isinstance(base, list) else []
    found = []
    for position, part in _numbered(rows):
        _refuse_unknown(part, node.rows)
        old = before[position] if position < len(before) else NOTHING
        found.append(_values(node.rows, part, old, known, around))
    return found


def _many(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    before = base if isinstance(base, list) else []
    found: list[Any] = []
    if node.item.is_leaf:
        found = _leaves(node, sent, before, known, around)
    else:
        if sent.values:
            raise Unreadable(node.key)
        for position, part in _numbered({name: part for name, part in sent.parts.items() if name != HERE}):
            old = before[position] if position < len(before) else NOTHING
            value = read(node.item, part, old, known, around)
            found.append({} if value is NOTHING else value)
    if found or HERE in sent.parts or (node.required and isinstance(base, list)):
        return found
    return _left_out(node, base)


def _leaves(node: Node, sent: SentValue, before: list[Any], known: Known, around: Around) -> list[Any]:
    """Ticked boxes, chosen rows or lines of text: what is not empty."""
    kind = kind_of(node.item, around, known)
    rows = [part for _, part in _numbered({name: part for name, part in sent.parts.items() if name != HERE})]
    if any(row.parts for row in rows):
        raise Unreadable(node.key)
    texts = [*_lines(sent.values), *(line for row in rows for line in _lines(row.values))]
    shown = {known.display(kind, value): value for value in before if not isinstance(value, dict | list)}
    chosen = [shown[text] if text in shown else known.parse(kind, text) for text in texts]
    return _in_order(chosen, before) if has_ticks(node, around, known) and not rows else chosen


def has_ticks(node: Node, around: Around, known: Known) -> bool:
    """Whether a list is shown as boxes to tick: a choice, or the values of a fact that has its own."""
    if node.item.kind == "choice":
        return True
    fact = around.get("by") or around.get("fact") if node.key == "values" else None
    definition = known.facts.get(fact or "")
    return definition is not None and (bool(definition.values) or definition.type == "yes_no")


def _mapping(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    before = base if isinstance(base, dict) else {}
    if sent.values:
        raise Unreadable(node.key)
    found = {
        key: read(node.item, part, before.get(key, NOTHING), known, {**around, "answer": key})
        for key, part in sent.parts.items()
        if key != HERE
    }
    return found if found or base == {} else NOTHING


def _constant(node: Node, sent: SentValue, base: Any, known: Known, around: Around) -> Any:
    if sent.parts:
        raise Unreadable(node.key)
    return base


def _numbered(parts: Mapping[str, SentValue]) -> list[tuple[int, SentValue]]:
    for name in parts:
        if not (name.isascii() and name.isdigit()) or len(name) > MOST_DIGITS:
            raise Unreadable(name[:80])
    return sorted(((int(name), part) for name, part in parts.items()), key=lambda pair: pair[0])


_READERS = {
    "leaf": _leaf,
    "group": _group,
    "text": _text,
    "one_of": _one_of,
    "dated": _dated,
    "many": _many,
    "mapping": _mapping,
    "constant": _constant,
}
