"""Everything around a request."""

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
