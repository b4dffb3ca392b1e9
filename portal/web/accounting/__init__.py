"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import overview, sample_papers, samples, sections

__all__ = ["overview", "sample_papers", "samples", "sections"]
