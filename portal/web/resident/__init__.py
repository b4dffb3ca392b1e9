"""Screens for residents: no account, no script, one question per page."""

from portal.web.resident import (
    attending,
    checking,
    facts,
    letters,
    money,
    open_data,
    public,
    receipts,
    sending,
    vouchers,
    wishes,
)

__all__ = [
    "attending",
    "checking",
    "facts",
    "letters",
    "money",
    "open_data",
    "public",
    "receipts",
    "sending",
    "vouchers",
    "wishes",
]
