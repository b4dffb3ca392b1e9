"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import agreements, duties, funders_money, overview, sections, tranches, waiting_money

__all__ = ["agreements", "duties", "funders_money", "overview", "sections", "tranches", "waiting_money"]
