"""From a question and definitions to a problem that can be solved."""

from matching.offers.offers import (
    PLEDGE,
    PossiblePayment,
    build_problem,
    funding_line,
    possible_payments,
    settings_of,
    terms_of,
)
from matching.offers.ready import Assessed, Prepared, assessed, checked_facts, known_facts, make_ready
from matching.offers.rules import KnownRegion, Rules

__all__ = [
    "PLEDGE",
    "Assessed",
    "KnownRegion",
    "PossiblePayment",
    "Prepared",
    "Rules",
    "assessed",
    "build_problem",
    "checked_facts",
    "funding_line",
    "known_facts",
    "make_ready",
    "possible_payments",
    "settings_of",
    "terms_of",
]
