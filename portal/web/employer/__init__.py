"""Screens for employers: answering a resident's request for a contribution, and an own question for one employee."""

from flask import Blueprint

blueprint = Blueprint("employer", __name__)

from portal.web.employer import asking, attending, checking, company, following, letters, pledging, receipts, vouchers  # noqa: E402

__all__ = ["asking", "attending", "blueprint", "checking", "company", "following", "letters", "pledging", "receipts", "vouchers"]
