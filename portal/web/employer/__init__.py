"""Screens for employers: one desk for all that they ask, questions for one or more employees, and what employees ask them."""

from portal.web.employer import (
    asking,
    bundle,
    bundle_apply,
    checking,
    company,
    desk,
    entering,
    landing,
    pledging,
    year,
)

__all__ = [
    "asking",
    "bundle",
    "bundle_apply",
    "checking",
    "company",
    "desk",
    "entering",
    "landing",
    "pledging",
    "year",
]
