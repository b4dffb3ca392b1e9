"""What conditions say about many people at once, real or invented."""

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
