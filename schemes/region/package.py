"""A package: one scheme with everything another desk needs to judge it. Facts, lists, cases, sources, and a hash over it all.

The package is one JSON file. Its hash is over the canonical text of the content, so that a changed cent is noticed; who signed it
is checked outside (`Seal` holds the signature). A package that is read is a proposal: it is never in force by itself.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from schemes.basics.findings import BadFile, Finding
from schemes.basics.values import Day, Items, Line, Model, Slug
from schemes.conditions import AgeIs, InList
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.references import ReferenceList
from schemes.files.canonical import canonical, canonical_json
from schemes.files.parsing import load_text
from schemes.region.cases import CasesFile
from schemes.region.loading import LoadedRegion
from schemes.region.region import RegionBody

PACKAGE_FORMAT: Literal["ontwikkelloket/package/1"] = "ontwikkelloket/package/1"
PENSION_LIST = "state_pension_age"


class PackageContent(Model):
    """What is exchanged, and what the hash is over."""

    from_region: Slug
    """The region that made the package, by slug."""
    region_name: Line
    """Its name for people."""
    made_on: Day
    """Day on which it was made."""
    owner: RegionBody
    """The organisation that owns the scheme there."""
    definition: SchemeDefinition
    """The version of the scheme, with its sources."""
    facts: Items[FactDefinition] = Field(default=(), max_length=500)
    """The facts that its rules look at."""
    lists: Items[ReferenceList] = Field(default=(), max_length=200)
    """The reference lists that its rules look at, with their sources."""
    cases: CasesFile | None = None
    """Its cases."""


class Seal(Model):
    """Who signed the content, with what key, and the signature."""

    algorithm: Literal["ed25519"]
    """Always ed25519."""
    signer: Line
    """Who says to have signed."""
    public_key: Line
    """The public key, 32 bytes in base64."""
    signature: Line
    """The signature over the hash text, 64 bytes in base64."""


class Package(Model):
    """A package file."""

    format: Literal["ontwikkelloket/package/1"]
    """Always ontwikkelloket/package/1."""
    content: PackageContent
    """What is exchanged."""
    content_hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    """SHA-256 over the canonical text of `content`."""
    seal: Seal | None = None
    """The signature. Absent: nobody signed."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a region has and lacks to use a package: keys of facts and names of lists."""

    missing_facts: tuple[str, ...]
    differing_facts: tuple[str, ...]
    missing_lists: tuple[str, ...]
    differing_lists: tuple[str, ...]
    known_schemes_missing: tuple[str, ...]
    """Other schemes the definition names that this region does not have."""

    @property
    def usable(self) -> bool:
        """Whether every fact, list and scheme that the definition names exists here."""
        return not (self.missing_facts or self.missing_lists or self.known_schemes_missing)


def content_hash_of(content: PackageContent) -> str:
    """SHA-256 over the canonical text of the content."""
    return "sha256:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()


def make_package(region: LoadedRegion, slug: str, made_on: Any, seal: Seal | None = None) -> Package:
    """The package of one scheme of a region, without a signature unless one is given. Raises KeyError for an unknown slug."""
    definition = region.schemes[slug]
    content = PackageContent(
        from_region=region.region.region,
        region_name=region.region.name.nl,
        made_on=made_on,
        owner=region.organisations[definition.owner],
        definition=definition,
        facts=tuple(region.facts[key] for key in _facts(definition, region)),
        lists=tuple(region.references[name] for name in _lists(definition, region)),
        cases=region.cases.get(slug),
    )
    return Package(format=PACKAGE_FORMAT, content=content, content_hash=content_hash_of(content), seal=seal)


def _facts(definition: SchemeDefinition, region: LoadedRegion) -> list[str]:
    """The facts that the definition and its cases use, and those they are derived from; by key."""
    wanted = set(definition.facts_used())
    cases = region.cases.get(definition.scheme)
    if cases is not None:
        wanted |= {key for case in (cases.given, *cases.cases) for key in case.facts}
    for key in list(wanted):
        derived = region.facts[key].derived if key in region.facts else None
        wanted |= {derived.from_} if derived is not None else set()
    return sorted(wanted & region.facts.keys())


def _lists(definition: SchemeDefinition, region: LoadedRegion) -> list[str]:
    names: set[str] = set()
    for _, condition in definition.walk_conditions():
        if isinstance(condition, InList):
            names.add(condition.list)
        if isinstance(condition, AgeIs) and condition.below_state_pension:
            names.add(PENSION_LIST)
    return sorted(names & region.references.keys())


def package_text(package: Package) -> str:
    """The package as a file: readable JSON that loads back to the same value."""
    return json.dumps(canonical(package), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_package(text: str, file: str = "") -> Package:
    """A package from its file. Raises BadFile when it does not parse or when the content is not what the hash says."""
    package = load_text(Package, text, file, as_json=True)
    if package.content_hash != content_hash_of(package.content):
        message = "The content is not what its hash says: it was changed after the package was made."
        remedy = "Ask the sender for the package again, or take over the definition as a loose file."
        raise BadFile([Finding(file, "content_hash", "hash_differs", message, remedy)])
    return package


def fit(content: PackageContent, region: LoadedRegion) -> Fit:
    """What the region has and lacks to use the content."""
    facts = {fact.key: fact for fact in content.facts}
    lists = {item.list: item for item in content.lists}
    used = set(content.definition.facts_used()) | facts.keys()
    return Fit(
        missing_facts=tuple(sorted(used - region.facts.keys())),
        differing_facts=tuple(
            sorted(key for key, fact in facts.items() if key in region.facts and _differs(fact, region.facts[key]))
        ),
        missing_lists=tuple(sorted(lists.keys() - region.references.keys())),
        differing_lists=tuple(
            sorted(name for name, one in lists.items() if name in region.references and one != region.references[name])
        ),
        known_schemes_missing=tuple(sorted(set(_other_schemes(content.definition)) - region.schemes.keys())),
    )


def _differs(ours: FactDefinition, theirs: FactDefinition) -> bool:
    """Whether two facts of one key would read an answer differently; the words of the question may differ."""
    return (ours.type, ours.decimals, {option.key for option in ours.values}) != (
        theirs.type,
        theirs.decimals,
        {option.key for option in theirs.values},
    )


def _other_schemes(definition: SchemeDefinition) -> Iterator[str]:
    if definition.precedence is not None:
        yield from definition.precedence.asks_first
    if definition.share_of_base is not None:
        yield from (slug for slug in definition.share_of_base.less if slug not in ("employer", "sector_funds"))
    for joint in definition.joint_caps:
        yield from joint.schemes
