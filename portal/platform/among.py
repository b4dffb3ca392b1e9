"""Being one of many: a condition that takes one parameter, however many values there are. So the statement is always the same.

`IN` takes a parameter per value, and a database takes 32,766 (SQLite) or 65,535 of them (PostgreSQL); far fewer, written and read
anew each time, cost more than the work itself. What grows with the administration (ids of vouchers, of cases, of bookings) is
therefore asked for with `among`; `IN` is for what stands in the code, for a subquery and for what a page or a batch holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, String, Text, bindparam, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Listed(TypeDecorator[Any]):
    """Whole numbers or words as one parameter: an array of PostgreSQL, a JSON text elsewhere."""

    impl = Text
    cache_ok = True

    def __init__(self, words: bool = False) -> None:
        super().__init__()
        self.words = words

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(String() if self.words else BigInteger()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The values as they are sent."""
        return value if value is None or dialect.name == "postgresql" else json.dumps(value, ensure_ascii=False)


class _Among(FunctionElement[Any]):
    """Not said to be a boolean: else SQLite is asked whether it equals 1, and looks in no index."""

    name = "among"
    inherit_cache = True


@compiles(_Among)
def _in_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({listed})))"  # noqa: S608 - both are made by the compiler


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} = ANY ({listed}))"


def among(column: Any, values: Iterable[int | None] | Iterable[str | None]) -> ColumnElement[bool]:
    """Whether `column` is one of `values`: whole numbers or words, so many as there are. None is equal to nothing, as in SQL.

    Raises ``TypeError`` for a value of another kind, and for numbers and words together.
    """
    wanted = [one for one in values if one is not None]
    if not wanted:
        return false()  # no value says of what kind the column is
    words = isinstance(wanted[0], str)
    if not all(isinstance(one, str if words else int) for one in wanted):
        raise TypeError("among takes whole numbers or words")
    return _Among(column, bindparam(None, wanted, type_=_Listed(words), unique=True))
