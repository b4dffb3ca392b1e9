"""The rules that a question is read with: the region with its facts and lists, and schemes, on a reference date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, Self

from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.references import References
from schemes.region import Region
from schemes.region.loading import LoadedRegion


class KnownRegion(Protocol):
    """A region with its facts and lists: a loaded folder, or what a desk holds."""

    @property
    def region(self) -> Region:
        """The settings."""

    @property
    def facts(self) -> Mapping[str, FactDefinition]:
        """The facts that can be asked."""

    @property
    def references(self) -> References:
        """The lists."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a question is read with. `on` is the reference date; the definitions are of one scheme each."""

    on: date
    region: KnownRegion
    definitions: tuple[SchemeDefinition, ...]

    @classmethod
    def of_region(cls, region: LoadedRegion, on: date) -> Self:
        """The rules of a region with all its schemes."""
        return cls(on, region, tuple(region.schemes[slug] for slug in sorted(region.schemes)))

    @property
    def references(self) -> References:
        """The lists of the region."""
        return self.region.references

    @property
    def by_slug(self) -> dict[str, SchemeDefinition]:
        """The definitions by the names of their schemes."""
        return {definition.scheme: definition for definition in self.definitions}
