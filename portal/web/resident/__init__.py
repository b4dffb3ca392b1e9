"""Screens for residents: no account, no script, one question per page."""

from flask import Blueprint

blueprint = Blueprint("resident", __name__)

from portal.web.resident import (  # noqa: E402
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
    "attending", "blueprint", "checking", "facts", "letters", "money", "open_data", "public", "receipts", "sending",
    "vouchers", "wishes",
]  # fmt: skip
