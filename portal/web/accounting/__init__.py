"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import inflow, overview, sections, warnings

__all__ = ["inflow", "overview", "sections", "warnings"]
