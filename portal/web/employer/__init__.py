"""Screens for employers: answering a resident's request for a contribution, and an own question for one employee."""

from portal.web.employer import (
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
    "bundle",
    "checking",
    "company",
    "following",
    "letters",
    "pledging",
    "receipts",
    "vouchers",
]
