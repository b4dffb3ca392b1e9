"""Pages of a list: from behind the last one that was read, so that nothing is missed and nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel, Field

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.web.api.blueprint import Name, Value, given

Row = TypeVar("Row")
MOST = 100


class PageQuery(Value):
    """Which part of a list."""

    limit: int = Field(default=25, ge=1, le=MOST, description="So many at most.")
    cursor: Name | None = Field(
        default=None, max_length=80, description="`next` of the page before; absent: from the beginning."
    )


def behind(query: PageQuery, find: Callable[[str], Row | None]) -> Row | None:
    """The row behind which the page begins. Raises ``Refusal`` for a cursor that is none (any more)."""
    if query.cursor is None:
        return None
    row = find(query.cursor)
    if row is None:
        raise Refusal("cursor", _l("Deze cursor kennen wij niet. Begin opnieuw zonder cursor."), field="cursor")
    return row


def cut(rows: Sequence[Row], query: PageQuery, name: Callable[[Row], str]) -> tuple[list[Row], str | None]:
    """The rows of the page and the cursor of the next one; `rows` are one more than asked, when there are more."""
    shown = list(rows[: query.limit])
    return shown, name(shown[-1]) if len(rows) > query.limit else None


def given_page(value: BaseModel, following: str | None, query: PageQuery) -> Response:
    """A page as the answer, with the address of the next one."""
    response = given(value)
    if following is not None:
        again = urlencode({"limit": query.limit, "cursor": following})
        response.headers["Link"] = f'<{request.path}?{again}>; rel="next"'
    return response
