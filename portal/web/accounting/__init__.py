"""Screens of the accounts: what the region accounts for, for itself, its controller, its auditor and each funder."""

from portal.web.accounting import (
    agreements,
    chart,
    cofinancing,
    duties,
    expenses,
    funders_money,
    journal,
    overview,
    pace,
    periods,
    plots,
    registers,
    sections,
    tranches,
    waiting_money,
    work_packages,
)

__all__ = [
    "agreements",
    "chart",
    "cofinancing",
    "duties",
    "expenses",
    "funders_money",
    "journal",
    "overview",
    "pace",
    "periods",
    "plots",
    "registers",
    "sections",
    "tranches",
    "waiting_money",
    "work_packages",
]
