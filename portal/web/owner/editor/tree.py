"""The fields of a document, worked out from its JSON Schema: what a form shows and reads follows from the classes alone.

A `Node` is one place in a document. Its `kind` says how it is shown:

- ``group`` (keys with values), ``many`` (a list), ``one_of`` (a group whose `type` says which keys it has), ``dated`` (a plain
  value, or rows that each hold from a day on), ``text`` (Dutch and English), ``mapping`` (any names with values);
- leaves: ``line``, ``paragraph``, ``name``, ``url``, ``choice``, ``yes_no``, ``whole``, ``number``, ``cents``, ``share``,
  ``ratio`` (a share that may be more than one), ``date``, ``value`` (text or number), ``fact`` (an answer: of the type of its
  fact) and ``constant`` (not shown).

Nodes are made when they are asked for, so that conditions may hold conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from schemes.region.schemas import json_schema

LEAVES = frozenset(
    {
        "line",
        "paragraph",
        "name",
        "url",
        "choice",
        "yes_no",
        "whole",
        "number",
        "cents",
        "share",
        "ratio",
        "date",
        "value",
        "fact",
    }
)
SHARE_MARK, RATIO_MARK = r"\d{1,9}/\d{1,9}", r"\d{1,5}("
LONGEST_LINE = 300
DEEPEST = 20
"""How many groups and lists may stand in each other (nine conditions); what is deeper is not for a form."""


class _Nothing:
    """No value at all: the key is left out."""

    def __repr__(self) -> str:
        return "NOTHING"

    def __bool__(self) -> bool:
        return False


NOTHING = _Nothing()
Schema = Mapping[str, Any]


class Node:
    """One place in a document: its kind, and what may stand there."""

    def __init__(
        self, schema: Schema, definitions: Schema, *, model: str = "", key: str = "", required: bool = False
    ) -> None:
        self.definitions, self.owner, self.key, self.required = definitions, model, key, required
        self.default: Any = schema.get("default", NOTHING)
        shape, self.nullable = _without_null(schema)
        self.model = ""
        """The class of a group."""
        while "$ref" in shape:
            self.model = str(shape["$ref"]).rsplit("/", 1)[-1]
            shape, again = _without_null(definitions[self.model])
            self.nullable = self.nullable or again
        self.shape: Schema = shape
        self.kind = "dated" if self._is_dated() else _kind(shape, self.model, key)

    def __repr__(self) -> str:
        return f"Node({self.owner}.{self.key}: {self.kind})"

    def _is_dated(self) -> bool:
        """A plain value, or rows with a day and a value."""
        row = str(_dated_rows(self.shape).get("items", {}).get("$ref", "")).rsplit("/", 1)[-1]
        return {"from", "value"} <= self.definitions.get(row, {}).get("properties", {}).keys()

    @property
    def is_leaf(self) -> bool:
        """Whether one field shows it."""
        return self.kind in LEAVES

    @property
    def optional(self) -> bool:
        """Whether it may be left out as a whole: it can be added and taken away."""
        return not self.required and (self.nullable or self.default in (NOTHING, None))

    @cached_property
    def keys(self) -> dict[str, Node]:
        """The nodes of a group by key, in the order of the class."""
        needed = set(self.shape.get("required", ()))
        return {
            key: Node(part, self.definitions, model=self.model or self.owner, key=key, required=key in needed)
            for key, part in self.shape.get("properties", {}).items()
        }

    @cached_property
    def item(self) -> Node:
        """What stands in a list, or under each name of a mapping."""
        if self.kind == "mapping":
            inside = [self.shape.get("additionalProperties"), *self.shape.get("patternProperties", {}).values()]
            return Node(next(part for part in inside if part), self.definitions, model=self.owner, key=self.key)
        if self.kind == "dated":
            return Node(_dated_rows(self.shape)["items"], self.definitions, model=self.owner, key=self.key)
        return Node(self.shape["items"], self.definitions, model=self.owner, key=self.key, required=True)

    @cached_property
    def plain(self) -> Node:
        """The plain value of a dated value."""
        schema = next(part for part in self.shape["oneOf"] if part.get("type") != "array")
        return Node(schema, self.definitions, model=self.owner, key=self.key, required=self.required)

    @cached_property
    def rows(self) -> dict[str, Node]:
        """The keys of one row of a dated value; `value` is of the same kind as the plain value."""
        plain = self.plain
        value = Node(plain.shape, self.definitions, model=self.owner, key=self.key, required=True)
        return {key: value if key == "value" else node for key, node in self.item.keys.items()}

    @cached_property
    def branches(self) -> dict[str, Node]:
        """The groups of a ``one_of`` by the word of their `type`."""
        word = self.shape["discriminator"]["propertyName"]
        found: dict[str, Node] = {}
        for part in self.shape["oneOf"]:
            branch = Node(part, self.definitions, model=self.owner, key=self.key, required=self.required)
            found[str(branch.shape["properties"][word]["const"])] = branch
        return found

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The values of a choice, or the fixed values that stand beside free ones."""
        parts = [self.shape, *self.shape.get("anyOf", ())]
        return tuple(str(value) for part in parts for value in part.get("enum", ()))

    @property
    def parts_key(self) -> str | None:
        """The key under which a group holds groups of its own sort: `conditions` of all and any, `condition` of not."""
        for key, node in self.keys.items():
            inner = node.item if node.kind == "many" else node
            if inner.kind == "one_of" and self.shape["properties"].get("type"):
                return key
        return None


def _without_null(schema: Schema) -> tuple[Schema, bool]:
    options = schema.get("anyOf")
    if not options:
        return schema, False
    real = [option for option in options if option.get("type") != "null"]
    nullable = len(real) < len(options)
    return (real[0] if len(real) == 1 else {**schema, "anyOf": real}), nullable


def _dated_rows(shape: Schema) -> Schema:
    return next((part for part in shape.get("oneOf", ()) if part.get("type") == "array"), {})


def _kind(shape: Schema, model: str, key: str) -> str:
    if "discriminator" in shape:
        return "one_of"
    if "const" in shape:
        return "constant"
    if "enum" in shape:
        return "choice"
    kinds = {"array": "many", "boolean": "yes_no", "number": "number"}
    kind = shape.get("type")
    if kind == "object":
        if model == "Text":
            return "text"
        return "group" if "properties" in shape else "mapping"
    if kind == "integer":
        return "cents" if key.endswith("_cents") else "whole"
    if kind == "string":
        return _kind_of_text(shape)
    if kind is None and shape.get("anyOf"):
        if any(part.get("type") == "array" for part in shape["anyOf"]):
            return "fact"
        return "name" if any("enum" in part for part in shape["anyOf"]) else "value"
    return kinds.get(str(kind), "value")


def _kind_of_text(shape: Schema) -> str:
    pattern = str(shape.get("pattern", ""))
    if shape.get("format") == "date":
        return "date"
    if SHARE_MARK in pattern:
        return "ratio" if RATIO_MARK in pattern else "share"
    if pattern.startswith("^https"):
        return "url"
    if pattern.startswith("^[a-z"):
        return "name"
    return "paragraph" if shape.get("maxLength", LONGEST_LINE) > LONGEST_LINE else "line"


@lru_cache(maxsize=8)
def tree_of(model: Any) -> Node:
    """The form of a class: a group with everything in it."""
    schema = json_schema(model, "editor")
    return Node(schema, schema.get("$defs", {}), model=model.__name__, required=True)


def walk(root: Node) -> Iterator[Node]:
    """Every different place of a form once, groups of conditions included."""
    pending, seen = [root], set[tuple[str, str, str]]()
    while pending:
        node = pending.pop()
        if (node.owner, node.key, node.model) in seen and node is not root:
            continue
        seen.add((node.owner, node.key, node.model))
        yield node
        if node.kind == "group":
            pending.extend(node.keys.values())
        elif node.kind in ("many", "mapping"):
            inner = node.item
            pending.extend(inner.keys.values() if inner.kind == "group" else _inside(inner))
        elif node.kind == "dated":
            pending.extend(node.item.keys.values())
        else:
            pending.extend(_inside(node))


def _inside(node: Node) -> list[Node]:
    if node.kind != "one_of":
        return []
    return [child for branch in node.branches.values() for child in branch.keys.values()]


def misfits(node: Node, value: Any, path: str = "", depth: int = 0) -> list[str]:
    """The places of a document that a form cannot hold: unknown keys, a list where a word belongs. Empty: it can."""
    if value is None:
        return []
    if depth > DEEPEST:
        return [path]
    if node.kind == "fact" and isinstance(value, list):
        return [path for part in value if isinstance(part, dict | list)]
    if node.kind == "constant" or node.is_leaf:
        return [path] if isinstance(value, dict | list) else []
    if node.kind == "dated" and not isinstance(value, list):
        return misfits(node.plain, value, path, depth)
    if node.kind in ("many", "dated"):
        if not isinstance(value, list):
            return [path]
        return [found for i, part in enumerate(value) for found in misfits(node.item, part, f"{path}.{i}", depth + 1)]
    return _misfits_of_keys(node, value, f"{path}." if path else "", depth) if isinstance(value, dict) else [path]


def _misfits_of_keys(node: Node, value: dict[str, Any], here: str, depth: int) -> list[str]:
    if node.kind == "mapping":
        return [found for key, part in value.items() for found in misfits(node.item, part, f"{here}{key}", depth + 1)]
    keys = node.keys
    if node.kind == "one_of":
        tag = value.get("type") or ""
        if isinstance(tag, dict | list) or (tag and tag not in node.branches):
            return [f"{here}type"]
        keys = node.branches[tag].keys if tag else {"type": next(iter(node.branches.values())).keys["type"]}
    found: list[str] = []
    for key, part in value.items():
        known = keys.get(str(key))
        found += [f"{here}{key}"] if known is None else misfits(known, part, f"{here}{key}", depth + 1)
    return found
