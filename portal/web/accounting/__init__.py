"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import overview, report_figures, reports, sections

__all__ = ["overview", "report_figures", "reports", "sections"]
