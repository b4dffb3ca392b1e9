"""Which column is which: recognised by its heading, chosen by somebody, or as it was kept before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.accounting.takeover.columns import COLUMNS, TABLES, TableKind, in_every_language
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.plain import plain

Chosen = dict[str, int]
"""Field to the number of its column, the first is 0."""


def recognised(kind: TableKind, headings: Sequence[str]) -> Chosen:
    """The columns that can be told by their headings. A heading goes to one field, and to the one that it names best."""
    found: Chosen = {}
    asked = [plain(heading) for heading in headings]
    for names in (_own_names, _other_names):
        for column in COLUMNS[kind]:
            for name in () if column.key in found else names(column):
                place = asked.index(name) if name in asked else None
                if place is not None and place not in found.values():
                    found[column.key] = place
                    break
    return found


def _own_names(column: Any) -> list[str]:
    return [plain(name) for name in in_every_language(column.heading)]


def _other_names(column: Any) -> list[str]:
    return [plain(column.key), *(plain(name) for name in column.known_as)]


def by_headings(kept: Mapping[str, str], headings: Sequence[str]) -> Chosen:
    """A choice that was kept, laid on the headings of another file; a heading that is not there is left out."""
    asked = [plain(heading) for heading in headings]
    return {field: asked.index(plain(name)) for field, name in kept.items() if plain(name) in asked}


def kind_of_sheet(name: str, headings: Sequence[str]) -> TableKind | None:
    """What a sheet holds: by its name, or by its headings when one kind has all that it needs; None when it is not told."""
    for kind, title in TABLES.items():
        if plain(name) in {plain(one) for one in (kind.value, *in_every_language(title))}:
            return kind
    fitting = {kind: recognised(kind, headings) for kind in TableKind}
    whole = [kind for kind, found in fitting.items() if not missing_fields(kind, found)]
    return max(whole, key=lambda kind: len(fitting[kind])) if whole else None


def missing_fields(kind: TableKind, chosen: Mapping[str, int]) -> list[str]:
    """The fields without which a table cannot be read, that have no column yet."""
    return [column.key for column in COLUMNS[kind] if column.needed and column.key not in chosen]


def checked_choice(kind: TableKind, chosen: Mapping[str, int], width: int) -> Chosen:
    """A choice as it is kept. Raises ``Refusal`` for a column that is not there or is chosen twice."""
    known = {column.key for column in COLUMNS[kind]}
    if set(chosen) - known or any(not 0 <= place < width for place in chosen.values()):
        raise Refusal("unknown_column", _l("Kies een kolom uit de lijst."))
    places = list(chosen.values())
    twice = next((field for field, place in chosen.items() if places.count(place) > 1), None)
    if twice is not None:
        raise Refusal(
            "column_twice", _l("Deze kolom is twee keer gekozen. Kies haar één keer."), field=f"{kind}-{twice}"
        )
    return dict(sorted(chosen.items()))
