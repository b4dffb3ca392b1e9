"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import chart, journal, overview, periods, sections

__all__ = ["chart", "journal", "overview", "periods", "sections"]
