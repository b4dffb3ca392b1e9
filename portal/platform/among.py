"""Being one of many: a condition that takes one parameter, however many values there are.

`IN` takes a parameter per value, and a database takes 32,766 (SQLite) or 65,535 of them (PostgreSQL). What grows with the
administration (ids of vouchers, of cases, of bookings) is therefore asked for with `among`; `IN` is for what stands in the code,
for a subquery and for what a page or a batch holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, String, Text, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Several(TypeDecorator[Any]):
    """Whole numbers or texts as one parameter: an array of PostgreSQL, JSON elsewhere."""

    impl = Text
    cache_ok = True

    def __init__(self, texts: bool = False) -> None:
        self.texts = texts
        super().__init__()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(String() if self.texts else BigInteger()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The values as they are sent."""
        return value if value is None or dialect.name == "postgresql" else json.dumps(value)


class _Among(FunctionElement[bool]):
    """Whether a column is one of the values."""

    name = "among"
    type = Boolean()
    inherit_cache = True


def among(column: Any, values: Iterable[int | None] | Iterable[str | None]) -> ColumnElement[bool]:
    """Whether `column` is one of `values`: whole numbers or texts, so many as there are. None is equal to nothing, as in SQL.

    Raises ``TypeError`` for a value of another kind.
    """
    wanted = [one for one in values if one is not None]
    texts = any(isinstance(one, str) for one in wanted)
    if not all(isinstance(one, str if texts else int) for one in wanted):
        raise TypeError("among takes whole numbers or texts")
    return _Among(column, bindparam(None, wanted, type_=_Several(texts), unique=True))


@compiles(_Among)
def _by_json(element: _Among, compiler: Any, **kwargs: Any) -> str:
    column, values = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - both were compiled, and are no values


@compiles(_Among, "postgresql")
def _by_array(element: _Among, compiler: Any, **kwargs: Any) -> str:
    column, values = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"({column} = ANY ({values}))"
