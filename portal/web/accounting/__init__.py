"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import overview, pace, plots, registers, sections

__all__ = ["overview", "pace", "plots", "registers", "sections"]
