"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import (
    agreements,
    cofinancing,
    duties,
    expenses,
    funders_money,
    overview,
    pace,
    plots,
    registers,
    sections,
    tranches,
    waiting_money,
    work_packages,
)

__all__ = [
    "agreements",
    "cofinancing",
    "duties",
    "expenses",
    "funders_money",
    "overview",
    "pace",
    "plots",
    "registers",
    "sections",
    "tranches",
    "waiting_money",
    "work_packages",
]
