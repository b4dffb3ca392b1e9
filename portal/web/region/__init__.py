"""Screens of the region: where the money stands, the transfers behind every figure, and the budgets themselves."""

from portal.web.region import (
    aid_register,
    assurance,
    bank_answers,
    books,
    budgets,
    claims,
    mandates,
    money,
    outages,
    own_costs,
    payments,
    payments_outcomes,
    retention,
    training_lists,
    trainings,
    waiting_versions,
)

__all__ = [
    "aid_register",
    "assurance",
    "bank_answers",
    "books",
    "budgets",
    "claims",
    "mandates",
    "money",
    "outages",
    "own_costs",
    "payments",
    "payments_outcomes",
    "retention",
    "training_lists",
    "trainings",
    "waiting_versions",
]
