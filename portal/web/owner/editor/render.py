"""A document as fields: what a page shows for each key, with what is wrong beside it. The look is in templates/owner/editor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.web.owner.editor.labels import item_label, label_of
from portal.web.owner.editor.leaves import Around, Known, display, fitting, followed, kind_of, source_of, surroundings
from portal.web.owner.editor.posted import HERE, has_ticks
from portal.web.owner.editor.tree import NOTHING, Node
from portal.web.owner.editor.words import choice_label, help_of, type_label

MINOR = frozenset(
    {
        "id",
        "article",
        "text",
        "note",
        "birth_date",
        "birth_year",
        "on_fact",
        "on_day",
        "Rate.units",
        "Rate.above_units",
        "Rate.rounds",
        "Rate.times",
        "Rate.plus_cents",
        "Rate.pays",
        "Source.url",
        "Source.reference",
        "Source.note",
        "Cost.vat_reclaimable",
        "Cost.due_on",
        "Cost.bearer",
        "Cost.amount_without_vat_cents",
        "Case.route",
        "Case.pledge",
        "Case.had_before",
        "Case.borrow_up_to_cents",
        "rounding_unit_cents",
        "price_permille",
        "Variant.title",
    }
)
"""Keys that stand behind "Meer" in their group."""
NOT_MINOR = frozenset({"Variant.id", "Discretion.text", "Source.article"})
WIDGETS = {
    "cents": "euros",
    "paragraph": "paragraph",
    "date": "date",
    "place": "place",
    "whole": "number",
    "number": "number",
    "share": "short",
    "ratio": "short",
    "url": "url",
}
LONG_LIST = 4
BLOCKS = frozenset({"group", "many", "one_of", "mapping", "text", "rows", "ticks", "lines", "paragraph", "dated"})
Choice = tuple[str, str, bool]


@dataclass
class Shown:
    """One field, or a group of them, as a page shows it."""

    widget: str
    name: str
    label: str
    help: str | None = None
    required: bool = False
    value: str = ""
    choices: list[Choice] = field(default_factory=list)
    parts: list[Shown] = field(default_factory=list)
    more: list[Shown] = field(default_factory=list)
    """Parts that are seldom needed."""
    errors: list[str] = field(default_factory=list)
    present: bool = True
    """Whether an optional group is there."""
    optional: bool = False
    without: bool = False
    """Not there, and said so: a case that does without what all cases start from."""
    item: str = ""
    """What one item of a list is called."""
    note: str = ""
    """What it says in a few words: a condition as a sentence, an item by its name."""
    marker: str = "1"
    """What the hidden field of a group says."""
    may_be_none: bool = False
    """Boxes of which none ticked is not the same as left out: a hidden field says that they were there."""
    datable: bool = False
    """A plain value that can be made to change from a day on."""
    place: tuple[int, int] | None = None
    """Position and number of items, for an item of a list."""

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"f-{self.name.replace('.', '-')}"

    @property
    def is_block(self) -> bool:
        """Whether it takes the whole width."""
        return self.widget in BLOCKS

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong in it."""
        return bool(self.errors) or any(part.has_errors for part in (*self.parts, *self.more))

    @property
    def filled(self) -> bool:
        """Whether something is filled in."""
        if self.widget == "text":
            return bool(self.value)
        return bool(self.value) or any(value and chosen for value, _label, chosen in self.choices) or bool(self.parts)

    @property
    def folded(self) -> bool:
        """Whether it is folded up: an item of a long list in which nothing is wrong."""
        return self.place is not None and self.place[1] > LONG_LIST and not self.has_errors


@dataclass
class Page:
    """What a form is made from: the region's names, what is wrong by path, and how a condition reads."""

    known: Known
    problems: Mapping[str, list[str]] = field(default_factory=dict)
    sentence: Callable[[Any], str] = lambda _condition: ""
    index: dict[str, Shown] = field(default_factory=dict)

    def shown(self, node: Node, value: Any, path: str, around: Around | None = None) -> Shown:
        """The field or group of a node with its value."""
        found = _SHOWN[node.kind if not node.is_leaf else "leaf"](self, node, value, path, around or {})
        found.name, found.errors = path, list(self.problems.get(path, ()))
        found.without = value is None and node.owner == "Case"
        self.index[path] = found
        return found

    def place_rest(self, paths: Iterable[str]) -> list[str]:
        """Put what is wrong at places without a field at the nearest place above; gives what has no place at all."""
        rest: list[str] = []
        for path in paths:
            above = path
            while above and above not in self.index:
                above = above.rpartition(".")[0]
            if above == path:
                continue
            target = self.index.get(above)
            (rest if target is None else target.errors).extend(self.problems[path])
        return rest


def _new(node: Node, widget: str, **more: Any) -> Shown:
    return Shown(widget, "", label_of(node), help_of(node), required=node.required, optional=node.optional, **more)


def _leaf(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    kind, known = kind_of(node, around, page.known), page.known
    text = known.display(kind, value if value is not NOTHING else node.default)
    fact = followed(node, around)
    if node.kind == "fact" and known.fact_type(fact) == "choices":
        chosen = value if isinstance(value, list) else []
        return _new(node, "ticks", choices=_ticked(known.answers(fact or ""), [str(one) for one in chosen]))
    if node.kind == "yes_no":
        if node.required:
            return _new(node, "radios", choices=_picked([("yes", _("Ja")), ("no", _("Nee"))], text))
        return _new(node, "checkbox", value="yes" if text == "yes" else "")
    offered = _offered(node, known, fact)
    if offered is not None:
        choices = _picked(offered, text)
        if not node.required or not text:
            choices.insert(0, ("", "" if node.kind != "fact" else _("niet bekend"), not text))
        return _new(node, "select", choices=choices, value=text)
    return _new(node, WIDGETS.get(kind, "line"), value=text)


def _offered(node: Node, known: Known, fact: str | None) -> list[tuple[str, str]] | None:
    """What may be chosen for a leaf; None when it is typed."""
    if node.kind == "choice":
        return [(value, choice_label(node.key, value, node.owner)) for value in node.choices]
    source = source_of(node)
    if source is not None:
        return [
            *((value, choice_label(node.key, value, node.owner)) for value in node.choices),
            *known.offered(source, fitting(node)),
        ]
    answers = known.answers(fact) if fact else []
    return answers or None


def _picked(offered: list[tuple[str, str]], text: str) -> list[Choice]:
    found = [(value, label, value == text) for value, label in offered]
    if text and all(value != text for value, _label in offered):
        found.append((text, _("%(value)s (niet bekend)", value=text), True))
    return found


def _ticked(offered: list[tuple[str, str]], chosen: list[str]) -> list[Choice]:
    found = [(value, label, value in chosen) for value, label in offered]
    known = {value for value, _label in offered}
    return [*found, *((text, _("%(value)s (niet bekend)", value=text), True) for text in chosen if text not in known)]


def _parts_of(
    page: Page, nodes: Mapping[str, Node], value: Any, path: str, around: Around
) -> tuple[list[Shown], list[Shown]]:
    given = value if isinstance(value, dict) else {}

    def first(key: str) -> str:
        found = given.get(key, "")
        if isinstance(found, list):
            found = found[0] if found else ""
        return str(found) if not isinstance(found, dict) else ""

    here = surroundings(nodes, around, first)
    main: list[Shown] = []
    more: list[Shown] = []
    for key, node in nodes.items():
        if node.kind == "constant":
            continue
        shown = page.shown(node, given.get(key, NOTHING), f"{path}.{key}" if path else key, here)
        name = f"{node.owner}.{key}"
        minor = (key in MINOR or name in MINOR) and name not in NOT_MINOR
        (more if minor else main).append(shown)
    return main, more


def _group(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    found = _new(node, "group", present=not node.optional or isinstance(value, dict))
    if found.present:
        found.parts, found.more = _parts_of(page, node.keys, value, path, around)
    return found


def _text(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    given = value if isinstance(value, dict) else {}
    found = _new(node, "text")
    for key, label in (("nl", _("Nederlands")), ("en", _("Engels"))):
        part = Shown("paragraph", f"{path}.{key}", label, value=display("paragraph", given.get(key)))
        part.errors = list(page.problems.get(part.name, ()))
        page.index[part.name] = part
        found.parts.append(part)
    found.value = "".join(part.value for part in found.parts)
    return found


def _one_of(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    given = value if isinstance(value, dict) else {}
    tag = str(given.get("type") or "")
    branch = node.branches.get(tag)
    found = _new(node, "one_of", marker=tag, note=page.sentence(given) if branch is not None else "")
    offered = [(known, type_label(known)) for known in node.branches]
    chosen = Shown(
        "select", f"{path}.type", _("Soort voorwaarde"), required=True, value=tag, choices=_picked(offered, tag)
    )
    if not tag:
        chosen.choices.insert(0, ("", _("Kies een soort"), True))
    chosen.errors = list(page.problems.get(chosen.name, ()))
    page.index[chosen.name] = chosen
    found.parts = [chosen]
    if branch is not None:
        inner = {key: child for key, child in branch.keys.items() if key != "type"}
        around = {**around, "fact": "", "by": "", "of": ""}
        parts, found.more = _parts_of(page, inner, given, path, around)
        found.parts += parts
    return found


def _dated(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    if not isinstance(value, list):
        plain = _leaf(page, node.plain, value, path, around)
        plain.label, plain.help, plain.datable = label_of(node), help_of(node), True
        plain.required, plain.optional = node.required, node.optional
        return plain
    found = _new(node, "dated", present=True, item=_("Periode"))
    for number, row in enumerate(value):
        name = f"{path}.{number}"
        parts, _more = _parts_of(page, node.rows, row, name, around)
        for part in parts:
            part.datable = False
        part = Shown("row", name, found.item, parts=parts, place=(number, len(value)))
        part.errors = list(page.problems.get(name, ()))
        page.index[name] = part
        found.parts.append(part)
    for row_shown in found.parts:
        for part in row_shown.parts:
            if part.name.endswith(".value"):
                part.label, part.help = label_of(node), None
    return found


def _many(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    items = value if isinstance(value, list) else list(node.default or [])
    if node.item.is_leaf:
        return _leaves(page, node, items, path, around)
    found = _new(node, "many", item=item_label(node), present=not node.optional or isinstance(value, list))
    for number, item in enumerate(items):
        shown = page.shown(node.item, item, f"{path}.{number}", around)
        shown.place, shown.label = (number, len(items)), f"{found.item} {number + 1}"
        shown.help, shown.note = None, shown.note or _brief(item)
        found.parts.append(shown)
    if node.item.kind == "one_of":
        found.choices = [(tag, type_label(tag), False) for tag in node.item.branches]
    return found


def _brief(item: Any) -> str:
    """An item by its name, its title or its own words."""
    given = item if isinstance(item, dict) else {}
    for key in ("name", "title", "id", "nl"):
        said = given.get(key)
        said = (
            localized(said) if isinstance(said, dict) and all(isinstance(one, str) for one in said.values()) else said
        )
        if isinstance(said, str) and said:
            return said[:120]
    return ""


def _leaves(page: Page, node: Node, items: list[Any], path: str, around: Around) -> Shown:
    kind, known = kind_of(node.item, around, page.known), page.known
    texts = [known.display(kind, item) for item in items if not isinstance(item, dict | list)]
    fact = around.get("by") or around.get("fact") if node.key == "values" else None
    offered = _offered(node.item, known, fact)
    if has_ticks(node, around, known):
        found = _new(node, "ticks", choices=_ticked(offered or [], texts), may_be_none=bool(node.default))
    elif offered is not None:
        found = _new(node, "rows", item=item_label(node))
        for number, text in enumerate([*texts, ""]):
            choices = [("", "", not text), *_picked(offered, text)]
            found.parts.append(Shown("select", f"{path}.{number}", f"{found.label} {number + 1}", choices=choices))
    else:
        found = _new(node, "lines", value="\n".join(texts))
        found.help = found.help or _("Eén per regel.")
    for number in range(len(items)):
        found.errors += page.problems.get(f"{path}.{number}", ())
        page.index[f"{path}.{number}"] = found
    own = found.errors
    page.index[path] = found
    found.note = " ".join(own)
    return found


def _mapping(page: Page, node: Node, value: Any, path: str, around: Around) -> Shown:
    given = value if isinstance(value, dict) else {}
    found = _new(node, "mapping")
    questions = dict(page.known.offered("facts"))
    for key, answer in given.items():
        shown = page.shown(node.item, answer, f"{path}.{key}", {**around, "answer": key})
        shown.label = questions.get(str(key), str(key))
        shown.help, shown.required = None, False
        found.parts.append(shown)
    found.choices = [(key, label, False) for key, label in questions.items() if key not in given]
    return found


_SHOWN: dict[str, Callable[[Page, Node, Any, str, Around], Shown]] = {
    "leaf": _leaf,
    "group": _group,
    "text": _text,
    "one_of": _one_of,
    "dated": _dated,
    "many": _many,
    "mapping": _mapping,
}


def fields_of(parts: Iterable[Shown]) -> list[tuple[str, str]]:
    """What a browser would send of these fields, unchanged: name and value, in the order of the page."""
    found: list[tuple[str, str]] = []
    for shown in parts:
        if shown.widget in ("group", "many", "dated", "mapping", "row", "one_of", "rows", "text"):
            if shown.widget == "one_of" or (shown.present and shown.widget in ("group", "many", "row")):
                found.append((f"{shown.name}.{HERE}", shown.marker))
            if shown.widget == "mapping":
                found += [(f"{part.name}.{HERE}", "1") for part in shown.parts]
            found += fields_of([*shown.parts, *shown.more])
        elif shown.widget == "checkbox":
            found += [(shown.name, "yes")] if shown.value else []
        elif shown.widget in ("ticks", "radios", "select"):
            found += [(f"{shown.name}.{HERE}", shown.marker)] if shown.may_be_none else []
            found += [(shown.name, value) for value, _label, chosen in shown.choices if chosen]
        else:
            found.append((shown.name, shown.value))
    return found
