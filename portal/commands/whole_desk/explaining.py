"""The README of an export, made from the tables themselves: what every file and every column is."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from sqlalchemy import CheckConstraint, Column, Enum, Table, UniqueConstraint

from portal.commands.whole_desk.rows import FILES, LEFT_OUT, MANIFEST, exported_tables, file_of, kind_of, type_name
from portal.platform.database import Base, written_columns

_TYPES = {
    "integer": "geheel getal",
    "boolean": "ja of nee (`true`, `false`)",
    "text": "tekst",
    "choice": "keuze",
    "instant": "tijdstip in UTC (ISO 8601, tot op de microseconde)",
    "date": "dag (ISO 8601)",
    "json": "samengesteld (JSON)",
    "bytes": "bytes in base64",
}
_HEAD = """# Uitvoer van het hele loket

Dit bestand bevat alles wat in het loket staat. Een ander loket met dezelfde databaseversie leest het in met
`loket db import BESTAND`. Welke database eronder ligt maakt niet uit: SQLite en PostgreSQL geven dezelfde bytes.

## Zo zit het in elkaar

- `{manifest}`: de databaseversie, en per bestand het aantal rijen, de grootte en de SHA-256. Reken die na: dan weet u dat
  niets ontbreekt en niets is veranderd.
- `tables/NAAM.jsonl`: één bestand per tabel, UTF-8, één rij per regel, elke regel een JSON-object met alle kolommen. Leeg is
  `null`. De rijen staan op volgorde van hun sleutel.
- `{files}`: de bestanden die zijn ingeleverd, onder de naam uit kolom `place` van tabel `stored_file`.
- Bedragen zijn hele eurocenten (namen op `_cents`). Wie iets deed staat als `account:12`, met het nummer uit tabel `account`.

De omschrijvingen hieronder komen uit het programma zelf en zijn in het Engels.

## Wat de sleutel van het loket nodig heeft

De sleutel (`SECRET_KEY`) staat nooit in dit bestand.

- {sealed}
- Aanmeldingen en tellers tegen misbruik zijn met die sleutel gemaakt. Ze staan er niet in en ze zijn na het inlezen ook niet
  nodig.
- De links waarmee inwoners en werkgevers hun vraag openen, staan er alleen als SHA-256 in. De links in hun mail blijven
  werken; uit dit bestand zijn ze niet te maken.
- Pseudoniemen (kolommen op `_key` in `application`, `award` en `voucher`) worden gemaakt met `holder_salt` in tabel
  `region_record`. Dat staat er wel in: zonder dat herkent het nieuwe loket niemand die al iets kreeg. De geheime sleutels
  waarmee regelingen worden ondertekend staan er niet in.

**Dit bestand bevat namen, adressen, geboortedata, rekeningnummers en vouchercodes die geld waard zijn. Bewaar het zoals u de
database bewaart.**

## Wat er niet in staat
"""
_SEALED = {
    False: """De bestanden in `files/` zijn verzegeld (AES-256-GCM) met een sleutel die uit `SECRET_KEY` volgt. Het loket dat ze
  inleest heeft dezelfde `SECRET_KEY` nodig. Zonder die sleutel leest niemand ze.""",
    True: """De bestanden in `files/` zijn geopend: iedereen met dit bestand kan ze lezen. Het loket dat ze inleest verzegelt ze
  met zijn eigen `SECRET_KEY`.""",
}


@cache
def readme(*, opened: bool) -> str:
    """The README of an export: Dutch, with the program's words for each table and column. `opened`: files are not sealed."""
    head = _HEAD.format(manifest=MANIFEST, files=FILES, sealed=_SEALED[opened])
    left_out = [f"- `{name}`: {why}" for name, why in LEFT_OUT.items()]
    tables = [line for table in exported_tables() for line in _table(table)]
    return "\n".join([head, *left_out, "", "## De tabellen", *tables]) + "\n"


def _table(table: Table) -> Iterator[str]:
    model = _models()[table.name]
    words = _words_of(model)
    yield ""
    yield f"### `{file_of(table)}`"
    yield ""
    yield inspect.cleandoc(model.__doc__ or "")
    yield ""
    yield "| kolom | soort | leeg | wat |"
    yield "|---|---|---|---|"
    for column in written_columns(table):
        empty = "mag" if column.nullable else "nooit"
        yield f"| `{column.name}` | {_kind(column)} | {empty} | {_cell(words.get(column.name, ''))} |"
    yield from _rules(table)


def _kind(column: Column[Any]) -> str:
    name, kind = type_name(column), kind_of(column)
    said = _TYPES[name]
    if isinstance(kind, Enum) and kind.enum_class is not None:
        said += ": " + ", ".join(f"`{one.value}`" for one in kind.enum_class)
    elif name == "text" and getattr(kind, "length", None):
        said += f", hoogstens {getattr(kind, 'length', 0)} tekens"
    if column.primary_key:
        said += "; sleutel"
    for key in sorted(column.foreign_keys, key=lambda one: one.target_fullname):
        said += f"; verwijst naar `{key.target_fullname}`"
    return said


def _rules(table: Table) -> Iterator[str]:
    unique = sorted(
        ", ".join(f"`{column.name}`" for column in rule.columns)
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint)
    )
    checks = sorted(
        (str(rule.name), str(rule.sqltext))
        for rule in table.constraints
        if isinstance(rule, CheckConstraint) and not str(rule.sqltext).startswith(f"{table.name}.")
    )
    if unique or checks:
        yield ""
    if unique:
        yield f"Komt maar één keer voor: {'; '.join(unique)}."
    if checks:
        yield "Geldt voor elke rij: " + "; ".join(f"`{' '.join(text.split())}`" for _, text in checks) + "."


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _models() -> dict[str, type[Any]]:
    return {str(mapper.local_table.description): mapper.class_ for mapper in Base.registry.mappers}


def _words_of(model: type[Any]) -> dict[str, str]:
    """What stands under each column of a model, by the name of the column. Nothing where the program has no source with it."""
    return _words_in(model.__module__).get(model.__name__, {})


@cache
def _words_in(module: str) -> dict[str, dict[str, str]]:
    """What stands under the columns of every class of a module."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:
        return {}
    return {one.name: dict(_explained(one)) for one in tree.body if isinstance(one, ast.ClassDef)}


def _explained(model: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for one, below in pairwise(model.body):
        if not (isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and isinstance(below, ast.Expr)):
            continue
        if isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            yield one.target.id, below.value.value
