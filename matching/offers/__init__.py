"""From a question and definitions to a problem."""

from matching.offers.offers import (
    PLEDGE,
    PossiblePayment,
    build_problem,
    funding_line,
    possible_payments,
    settings_of,
    terms_of,
)

__all__ = [
    "PLEDGE",
    "PossiblePayment",
    "build_problem",
    "funding_line",
    "possible_payments",
    "settings_of",
    "terms_of",
]
