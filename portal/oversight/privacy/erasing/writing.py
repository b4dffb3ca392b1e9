"""Writing over what stood in a row, so that every rule of its table still holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
    case,
    cast,
    literal,
    null,
    or_,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from portal.oversight.privacy.holdings.rules import Always, Holding, NumberedWord, Without
from portal.platform.sealed_columns import ERASED


def values_for(table: Table, holding: Holding) -> dict[str, Any]:
    """What is written per column: what was empty stays empty, unless it must always be written."""
    return {table.c[name].name: _value(table, table.c[name], becomes) for name, becomes in holding.becomes.items()}


def parts_to_empty(holding: Holding) -> Mapping[str, tuple[str, ...]]:
    """The columns with JSON texts of which parts are emptied, and which parts."""
    return {name: becomes.parts for name, becomes in holding.becomes.items() if isinstance(becomes, Without)}


def without_parts(text: str, parts: tuple[str, ...]) -> str:
    """The JSON text with these parts empty; the same text when it has none."""
    known = json.loads(text)
    told = [part for part in parts if isinstance(known, dict) and known.get(part)]
    if not told:
        return text
    return json.dumps(known | {part: {} for part in told}, separators=(",", ":"), ensure_ascii=False)


def _value(table: Table, column: Column[Any], becomes: Any) -> Any:
    if becomes is None:
        return null()
    if isinstance(becomes, Always):
        return literal(becomes.value, column.type)
    if isinstance(becomes, NumberedWord):
        new: ColumnElement[Any] = literal(f"{ERASED} ", String()) + cast(table.c.id, String)
    else:
        new = literal(becomes, column.type)
    return case((_empty(column), column), else_=new)


def _empty(column: Column[Any]) -> ColumnElement[bool]:
    if _is_text(column):
        return or_(column.is_(None), column == "")
    return column.is_(None)


def _is_text(column: Column[Any]) -> bool:
    return isinstance(_kind_of(column), String | Text)


def _kind_of(column: Column[Any]) -> TypeEngine[Any]:
    """The type of a column without what is done with its values, such as sealing."""
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def written_over(table: Table, holding: Holding) -> ColumnElement[bool]:
    """The condition for rows in which nothing is left that is to be written over."""
    return and_(*(_is_over(table, table.c[name], becomes) for name, becomes in holding.becomes.items()))


def _is_over(table: Table, column: Column[Any], becomes: Any) -> ColumnElement[bool]:
    if becomes is None:
        return column.is_(None)
    value = becomes.value if isinstance(becomes, Always) else becomes
    if isinstance(becomes, NumberedWord):
        return or_(_empty(column), column.like(f"{ERASED} %"))
    if isinstance(_kind_of(column), JSON):
        return or_(column.is_(None), cast(column, Text) == ("[]" if value == [] else "{}"))
    if isinstance(_kind_of(column), LargeBinary):
        return or_(column.is_(None), column == value)
    return or_(_empty(column), column == value)
