"""Everything around a request: sessions, headers, guards, errors, and who may open what."""

from portal.web.edge.edge import (
    CSRF_FIELD,
    READING,
    TOKEN_FIELD,
    WITHOUT_RECORDS,
    DeskApp,
    DoneBefore,
    Found,
    View,
    form_tokens,
    found,
    page,
    repeatable,
    run_view,
    start_over,
)

__all__ = [
    "CSRF_FIELD",
    "READING",
    "TOKEN_FIELD",
    "WITHOUT_RECORDS",
    "DeskApp",
    "DoneBefore",
    "Found",
    "View",
    "form_tokens",
    "found",
    "page",
    "repeatable",
    "run_view",
    "start_over",
]
