"""What is no audience's own: coming in and going out, whether the service is up, and finding what one may see."""

from portal.web.access import (
    entry,
    finding,
    health,
    metrics,
    own_access,
    second_step,
    unlocking,
    visiting,
    well_known,
    working,
)

__all__ = [
    "entry",
    "finding",
    "health",
    "metrics",
    "own_access",
    "second_step",
    "unlocking",
    "visiting",
    "well_known",
    "working",
]
