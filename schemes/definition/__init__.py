"""One scheme."""

from schemes.definition.definition import (
    Discretion,
    SchemeDefinition,
    Source,
)

__all__ = [
    "Discretion",
    "SchemeDefinition",
    "Source",
]
