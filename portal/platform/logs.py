"""Logs as one JSON object per line, with the number of the request and without personal data."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

PERSONAL = frozenset(
    {
        "address",
        "applicant",
        "birth_date",
        "body",
        "bsn",
        "city",
        "contact",
        "cookie",
        "data",
        "display_name",
        "email",
        "employer_name",
        "facts",
        "first_name",
        "from_account",
        "form",
        "iban",
        "house_number",
        "invoice_number",
        "kvk_number",
        "last_name",
        "learner_name",
        "name",
        "notes",
        "password",
        "phone",
        "postcode",
        "query_string",
        "rationale",
        "recipient",
        "said",
        "secret",
        "street",
        "subject",
        "text",
        "to",
        "token",
        "url",
        "user",
        "username",
        "wish",
    }
)
"""Keys that never reach a log. Ids, codes, counts, amounts and states may."""
_MARK = "[removed]"
_DEPTH = 5


def remove_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: replace the value of every personal key, however deep, and keep line breaks out of texts."""
    return {key: _MARK if key.lower() in PERSONAL else _clean(value, 1) for key, value in event.items()}


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in value)
    if depth >= _DEPTH and isinstance(value, Mapping | list | tuple | set | frozenset):
        return _MARK
    if isinstance(value, Mapping):
        return {str(k): _MARK if str(k).lower() in PERSONAL else _clean(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(part, depth + 1) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return type(value).__name__


def where_it_failed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn an exception into its type and the places it came through; its text may hold personal data and is left out."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        trace, places = error.__traceback__, []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_name}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["places"] = places[-12:]
    return event


class StandardError(logging.Handler):
    """Writes to the standard error of the moment, also when that was replaced after the start."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):
            self.handleError(record)


def configure(level: str = "info") -> None:
    """Send structlog and the standard logging through the same processors, to standard error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_failed,
        remove_personal_data,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    root = logging.getLogger("portal")
    for handler in list(root.handlers):
        root.removeHandler(handler)
    handler = StandardError()
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(number)
    root.propagate = False
