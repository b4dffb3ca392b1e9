"""Screens for residents: no account, no script, one question per page."""

from flask import Blueprint

blueprint = Blueprint("resident", __name__)

from portal.web.resident import checking, facts, letters, money, open_data, public, receipts, sending, wishes  # noqa: E402

__all__ = ["blueprint", "checking", "facts", "money", "open_data", "public", "receipts", "sending", "wishes"]
