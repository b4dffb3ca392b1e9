"""Screens for employers: answering a resident's request for a contribution, and an own question for one employee."""

from flask import Blueprint

blueprint = Blueprint("employer", __name__)

from portal.web.employer import (  # noqa: E402
    asking,
    attending,
    bundle,
    checking,
    company,
    following,
    letters,
    pledging,
    receipts,
    vouchers,
)

__all__ = [
    "asking",
    "attending",
    "blueprint",
    "bundle",
    "checking",
    "company",
    "following",
    "letters",
    "pledging",
    "receipts",
    "vouchers",
]
