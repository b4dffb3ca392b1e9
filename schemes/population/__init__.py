"""Conditions on many people at once."""

from schemes.population.population import (
    CHUNK,
    EVALUATORS,
    status_of,
    statuses,
    statuses_of,
)

__all__ = [
    "CHUNK",
    "EVALUATORS",
    "status_of",
    "statuses",
    "statuses_of",
]
