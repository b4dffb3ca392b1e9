"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import (
    cofinancing,
    expenses,
    overview,
    pace,
    plots,
    registers,
    sections,
    work_packages,
)

__all__ = [
    "cofinancing",
    "expenses",
    "overview",
    "pace",
    "plots",
    "registers",
    "sections",
    "work_packages",
]
