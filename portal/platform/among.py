"""Many values in one statement: a thousand numbers or words are one value to the database, and the statement is always the same.

A list of a thousand placeholders is written and read anew each time; that costs more than the work itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Listed(TypeDecorator[Any]):
    """A list as one value: an array of PostgreSQL, a JSON text for SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, words: bool) -> None:
        super().__init__()
        self.words = words

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return Text()
        return dialect.type_descriptor(ARRAY(String() if self.words else BigInteger()))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value, ensure_ascii=False)


class _Among(FunctionElement[Any]):
    """Not said to be a boolean: else SQLite is asked whether it equals 1, and looks in no index."""

    name = "among"
    inherit_cache = True


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({listed})))"  # noqa: S608 - both are made by the compiler


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} = ANY ({listed}))"


def among(column: Any, values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """The condition that a column has one of these values, all numbers or all words."""
    listed = list(values)
    words = bool(listed) and isinstance(listed[0], str)
    return _Among(column, bindparam(None, listed, type_=_Listed(words), unique=True))
