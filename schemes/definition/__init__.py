"""Everything the desk knows about one scheme: who, what it pays, when, with its sources."""

from schemes.definition.definition import SchemeDefinition
from schemes.definition.fields import Discretion, Source

__all__ = ["Discretion", "SchemeDefinition", "Source"]
