"""The errors that have a meaning for people: a refusal to show on the form, a busy database, a wrong set-up.

A message is Dutch (a plain or lazily translated string) and is only turned into text when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar


class PortalError(Exception):
    """Every error that the portal raises on purpose."""


class Refusal(PortalError):
    """A business rule says no. The screen shows the message, at ``field`` when there is one, and keeps what was typed.

    ``code`` is the stable English reason, ``params`` its figures, ``status`` the HTTP status that fits (409 when another
    person or an earlier act is in the way, 422 when the input is).
    """

    status: ClassVar[int] = 422

    def __init__(
        self, code: str, message: Any, *, field: str | None = None, params: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.params: Mapping[str, Any] = MappingProxyType(dict(params or {}))

    def __str__(self) -> str:
        return str(self.message)


class Conflict(Refusal):
    """A refusal because the record is no longer as the person saw it: someone else was first, or the act was done before."""

    status: ClassVar[int] = 409


class OnHold(Conflict):
    """What this is about may not be worked on for now. What the desk does by itself leaves it, and comes back later."""


class KeyReused(Conflict):
    """An idempotency key or form token came back with another body than the first time."""


class Busy(PortalError):
    """The database stayed busy after all retries, or could not be reached. Answer 503 with Retry-After; nothing was written."""


class OutcomeUnknown(Busy):
    """The connection was lost while committing an act that carries no idempotency key: it may or may not have been written."""


class StorageFull(PortalError):
    """The disk or the database is full. Answer 507 and keep the filled form; nothing was written."""


class LittleRoom(StorageFull):
    """The disk is nearly full: what is there can be read, nothing more is taken in until there is room again."""


class BadSettings(PortalError):
    """The settings do not allow a start. ``problems`` holds one plain English line per problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class WrongSchema(PortalError):
    """The database is empty, or at another revision than this code: run ``loket db upgrade``."""
