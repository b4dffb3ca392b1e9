"""What must fit between files: conditions and facts, schemes and lists, funding lines and schemes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from schemes.basics.findings import Finding, Severity
from schemes.conditions import Awards
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.facts.references import AnyList, CentreList
from schemes.files.parsing import nearest_remedy
from schemes.files.reading import Document, PathKey
from schemes.region.crosscheck_of_conditions import FACT_TYPES, ConditionCheck
from schemes.region.funding import Earmark, FundingFile
from schemes.region.region import Region, RegionBody

__all__ = ["FACT_TYPES", "CrossCheck", "path_key"]


@dataclass(frozen=True)
class CrossCheck:
    """The parts of a region together. Its methods give findings; nothing is changed."""

    facts: Mapping[str, FactDefinition]
    references: Mapping[str, AnyList]
    schemes: Mapping[str, SchemeDefinition]
    funding: FundingFile
    organisations: Mapping[str, RegionBody]
    files: Mapping[str, str]
    documents: Mapping[str, Document]
    region: Region
    region_file: str

    # -- schemes -----------------------------------------------------------------------------------------------------------

    def schemes_checked(self) -> Iterator[Finding]:
        """Findings about all schemes."""
        for slug, definition in self.schemes.items():
            yield from self.scheme_checked(definition, self.files.get(f"scheme:{slug}", f"{slug}.yaml"))

    def scheme_checked(self, definition: SchemeDefinition, file: str) -> Iterator[Finding]:
        """Findings about one scheme against the facts, lists and other schemes of the region."""
        if definition.owner not in self.organisations:
            yield self._unknown(
                file, "owner", "unknown_organisation", "organisation", definition.owner, self.organisations
            )
        conditions = self._conditions(file)
        for path, condition in definition.walk_conditions():
            yield from conditions.checked(path, condition)
        for path, fact, kind in definition.amount_facts():
            yield from conditions.fact_checked(path, fact, (kind,), "the amount")
        for path, name in _named_schemes(definition):
            if name not in self.schemes:
                yield self._unknown(file, path, "unknown_scheme", "scheme", name, self.schemes)

    def _conditions(self, file: str) -> ConditionCheck:
        return ConditionCheck(self.facts, self.references, partial(self._unknown, file), partial(self._finding, file))

    def state_aid_checked(self) -> Iterator[Finding]:
        """Findings about the facts that say how much de-minimis aid is left, when a scheme of the region is such aid."""
        routes = {route for one in self.schemes.values() if one.state_aid == "de_minimis" for route in one.routes}
        rules, file, path = self.region.settings.de_minimis, self.region_file, "settings.de_minimis"
        conditions = self._conditions(file)
        if routes:
            yield from conditions.fact_checked(f"{path}.used_fact", rules.used_fact, ("money",), "state_aid")
        if "individual" not in routes or not rules.undertaking_values:
            return
        yield from conditions.fact_checked(
            f"{path}.undertaking_fact", rules.undertaking_fact, ("choice",), "undertaking_fact"
        )
        fact = self.facts.get(rules.undertaking_fact)
        allowed = [option.key for option in fact.values] if fact else []
        for position, value in enumerate(rules.undertaking_values):
            if allowed and value not in allowed:
                where = f"{path}.undertaking_values[{position}]"
                yield self._unknown(
                    file, where, "value_not_allowed", f"value of {rules.undertaking_fact}", value, allowed
                )

    # -- lists ---------------------------------------------------------------------------------------------------------------

    def centres_checked(self) -> Iterator[Finding]:
        """Findings about municipalities of the region of which no list says where they lie, when it has such a list."""
        lists = [one for one in self.references.values() if isinstance(one, CentreList)]
        known = {item.code for one in lists for item in one.versions[-1].items}
        for position, code in enumerate(self.region.municipalities if lists else ()):
            if code not in known:
                message = f"No list of centres says where {code} lies."
                remedy = (
                    f"Add it to {lists[0].list} (or a list of the region of kind centres), with latitude and longitude."
                )
                where = f"municipalities[{position}]"
                yield self._finding(self.region_file, where, "centre_missing", message, remedy, municipality=code)

    # -- facts and funding ---------------------------------------------------------------------------------------------------

    def facts_checked(self) -> Iterator[Finding]:
        """Findings about facts that follow from other facts."""
        for key, fact in self.facts.items():
            if fact.derived is None:
                continue
            file, source = self.files.get(f"fact:{key}", "facts.yaml"), self.facts.get(fact.derived.from_)
            path = self._fact_path(file, key)
            if source is None:
                yield self._unknown(file, path, "unknown_fact", "fact", fact.derived.from_, self.facts)
            elif source.type != "municipality":
                message = f"{key} is worked out from {source.key}, which is of type {source.type}."
                yield self._finding(
                    file, path, "fact_type_differs", message, "Name a fact of type municipality.", fact=source.key
                )

    def _fact_path(self, file: str, key: str) -> str:
        """Where in its file a fact says from which fact it follows."""
        document = self.documents.get(file)
        keys = [fact.get("key") for fact in document.data["facts"]] if document else [key]
        return f"facts[{keys.index(key)}].derived.from"

    def funding_checked(self, file: str) -> Iterator[Finding]:
        """Findings about funders, agreements and earmarks."""
        funders = {funder.id for funder in self.funding.funders}
        agreements = {agreement.id: agreement for agreement in self.funding.agreements}
        for i, agreement in enumerate(self.funding.agreements):
            if agreement.funder not in funders:
                yield self._unknown(
                    file, f"agreements[{i}].funder", "unknown_funder", "funder", agreement.funder, funders
                )
        for i, line in enumerate(self.funding.funding_lines):
            path = f"funding_lines[{i}]"
            if line.funder not in funders:
                yield self._unknown(file, f"{path}.funder", "unknown_funder", "funder", line.funder, funders)
            if line.agreement is not None and line.agreement not in agreements:
                yield self._unknown(
                    file, f"{path}.agreement", "unknown_agreement", "agreement", line.agreement, agreements
                )
            elif line.agreement is not None and agreements[line.agreement].funder != line.funder:
                message = f"The agreement {line.agreement} is with {agreements[line.agreement].funder}, not with {line.funder}."
                yield self._finding(
                    file, f"{path}.agreement", "agreement_of_other_funder", message, "Correct one of the two."
                )
            yield from self._earmark_checked(file, f"{path}.earmark", line.earmark)

    def _earmark_checked(self, file: str, path: str, earmark: Earmark) -> Iterator[Finding]:
        for i, slug in enumerate(earmark.schemes):
            if slug not in self.schemes:
                yield self._unknown(file, f"{path}.schemes[{i}]", "unknown_scheme", "scheme", slug, self.schemes)
        sector = self.facts.get("training_sector")
        for i, key in enumerate(earmark.sectors):
            if sector is not None and sector.option(key) is None:
                allowed = [option.key for option in sector.values]
                yield self._unknown(file, f"{path}.sectors[{i}]", "value_not_allowed", "sector", key, allowed)
        if not any(_can_use(definition, earmark) for definition in self.schemes.values()):
            message = "No scheme administered here can use this money."
            remedy = "Check the schemes, routes and categories of the earmark."
            yield self._finding(file, path, "earmark_unused", message, remedy, "warning")

    # -- making findings -----------------------------------------------------------------------------------------------------

    def _unknown(self, file: str, path: str, code: str, what: str, name: str, known: Iterable[str]) -> Finding:
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        remedy = nearest_remedy(near[0] if near else None, names)
        message = f"There is no {what} {name!r}."
        return self._finding(
            file, path, code, message, remedy, name=name, nearest=near[0] if near else None, allowed=names
        )

    def _finding(
        self, file: str, path: str, code: str, message: str, remedy: str, severity: Severity = "error", **params: Any
    ) -> Finding:
        document = self.documents.get(file)
        line = document.line(path_key(path)) if document else None
        return Finding(file, path, code, message, remedy, params, line, severity)


def path_key(path: str) -> PathKey:
    """The keys and positions of a path text such as conditions[0].fact."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path))


def _named_schemes(definition: SchemeDefinition) -> Iterator[tuple[str, str]]:
    """The other schemes a definition names, with the path of each."""
    for i, slug in enumerate(definition.precedence.asks_first if definition.precedence else ()):
        yield f"precedence.asks_first[{i}]", slug
    for path, slug in definition.taken_off():
        if slug not in ("employer", "sector_funds"):
            yield path, slug
    for path, condition in definition.walk_conditions():
        if isinstance(condition, Awards):
            yield from ((f"{path}.schemes[{i}]", slug) for i, slug in enumerate(condition.schemes))
    for i, joint in enumerate(definition.joint_caps):
        for j, slug in enumerate(joint.schemes):
            yield f"joint_caps[{i}].schemes[{j}]", slug


def _can_use(definition: SchemeDefinition, earmark: Earmark) -> bool:
    covered = definition.categories()
    return (
        definition.administered == "here"
        and (not earmark.schemes or definition.scheme in earmark.schemes)
        and (not earmark.routes or bool(set(earmark.routes) & set(definition.routes)))
        and (not earmark.categories or bool(set(earmark.categories) & covered))
    )
