"""The interface for programs: the same acts and queries as the screens, as JSON under `/api/v1`."""

from portal.web.api import (
    allocations,
    client_source,
    electronic_invoices,
    invoices,
    mixes,
    open_forms,
    public,
    questions,
    reports,
    spec,
    vouchers,
)

__all__ = [
    "allocations",
    "client_source",
    "electronic_invoices",
    "invoices",
    "mixes",
    "open_forms",
    "public",
    "questions",
    "reports",
    "spec",
    "vouchers",
]
