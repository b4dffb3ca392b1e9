"""What must fit between files: conditions and facts, schemes and lists, funding lines and schemes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from schemes.conditions import (
    AgeIs,
    AnyCondition,
    AnyOf,
    DateIs,
    InList,
    No,
    NumberIs,
    OneOf,
    StartsAfterReference,
    Yes,
)
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition
from schemes.findings import Finding, Severity
from schemes.funding import Earmark, FundingFile
from schemes.parsing import nearest_remedy
from schemes.reading import Document, PathKey
from schemes.references import AgeList, AnyList
from schemes.region import Organisation, Region
from schemes.values import DatedValue

FACT_TYPES: dict[type, tuple[str, ...]] = {
    OneOf: ("choice", "municipality", "postcode", "text"),
    AnyOf: ("choices",),
    NumberIs: ("number", "money", "year"),
    DateIs: ("date",),
    Yes: ("yes_no",),
    No: ("yes_no",),
    InList: ("choice", "choices", "municipality", "postcode", "text"),
    StartsAfterReference: ("date",),
}


@dataclass(frozen=True)
class CrossCheck:
    """The parts of a region together. Its methods give findings; nothing is changed."""

    facts: Mapping[str, FactDefinition]
    references: Mapping[str, AnyList]
    schemes: Mapping[str, SchemeDefinition]
    funding: FundingFile
    organisations: Mapping[str, Organisation]
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
        for path, condition in definition.walk_conditions():
            yield from self._condition_checked(file, path, condition)
        for path, fact, kind in definition.amount_facts():
            yield from self._fact_checked(file, path, fact, (kind,), "the amount")
        for path, name in _named_schemes(definition):
            if name not in self.schemes:
                yield self._unknown(file, path, "unknown_scheme", "scheme", name, self.schemes)

    def _condition_checked(self, file: str, path: str, condition: AnyCondition) -> Iterator[Finding]:
        if isinstance(condition, AgeIs):
            yield from self._fact_checked(file, f"{path}.birth_date", condition.birth_date, ("date",), "age")
            if condition.birth_year is not None:
                yield from self._fact_checked(file, f"{path}.birth_year", condition.birth_year, ("year",), "age")
            if condition.below_state_pension:
                yield from self._pension_list_checked(file, path)
            return
        for fact in condition.facts:
            yield from self._fact_checked(file, f"{path}.fact", fact, FACT_TYPES[type(condition)], condition.type)
        if isinstance(condition, OneOf | AnyOf):
            yield from self._values_checked(file, path, condition)
        if isinstance(condition, NumberIs):
            yield from self._bounds_checked(file, path, condition)
        if isinstance(condition, InList):
            yield from self._list_checked(file, path, condition)

    def _fact_checked(self, file: str, path: str, key: str, types: tuple[str, ...], used_as: str) -> Iterator[Finding]:
        fact = self.facts.get(key)
        if fact is None:
            yield self._unknown(file, path, "unknown_fact", "fact", key, self.facts)
        elif fact.type not in types:
            message = f"The fact {key} is of type {fact.type}, but {used_as} needs {' or '.join(types)}."
            fits = [name for name, (kinds) in ((k.__name__, v) for k, v in FACT_TYPES.items()) if fact.type in kinds]
            remedy = "Choose another fact or another type of condition."
            yield self._finding(file, path, "fact_type_differs", message, remedy, fact=key, type=fact.type, fits=fits)

    def _values_checked(self, file: str, path: str, condition: OneOf | AnyOf) -> Iterator[Finding]:
        fact = self.facts.get(condition.fact)
        if fact is None:
            return
        allowed = [option.key for option in fact.values]
        for position, value in enumerate(condition.values):
            where = f"{path}.values[{position}]"
            if fact.values and value not in allowed:
                yield self._unknown(file, where, "value_not_allowed", f"value of {condition.fact}", value, allowed)
            if fact.type == "municipality" and not re.fullmatch(r"GM\d{4}", value, re.ASCII):
                yield self._finding(
                    file, where, "not_a_municipality", f"{value!r} is not the CBS code of a municipality.",
                    "Write GM and four digits, such as GM0200.", value=value,
                )  # fmt: skip
            if value in condition.values[:position]:
                message = f"{value!r} stands twice in this list."
                yield self._finding(
                    file, where, "duplicate_value", message, "Keep one of them.", "warning", value=value
                )

    def _bounds_checked(self, file: str, path: str, condition: NumberIs) -> Iterator[Finding]:
        """A bound that no believable value of the fact reaches is a slip of the pen, such as euros for cents."""
        fact = self.facts.get(condition.fact)
        for name in ("at_least", "more_than", "at_most", "less_than"):
            bound = getattr(condition, name)
            for value in _plain_values(bound):
                below = fact is not None and fact.minimum is not None and value < fact.minimum
                above = fact is not None and fact.maximum is not None and value > fact.maximum
                if below or above:
                    message = f"The bound {value} lies outside what the fact {condition.fact} can be."
                    remedy = "Correct the bound, or the minimum or maximum of the fact."
                    yield self._finding(
                        file, f"{path}.{name}", "bound_out_of_range", message, remedy, "warning", bound=str(value)
                    )

    def _list_checked(self, file: str, path: str, condition: InList) -> Iterator[Finding]:
        reference = self.references.get(condition.list)
        if reference is None:
            yield self._unknown(file, f"{path}.list", "unknown_list", "list", condition.list, self.references)
            return
        if isinstance(reference, AgeList):
            message = f"The list {condition.list} holds an age, not values."
            yield self._finding(
                file, f"{path}.list", "list_kind_differs", message, "Name a list of values.", list=condition.list
            )
            return
        fact = self.facts.get(condition.fact)
        known = {option.key for option in fact.values} if fact else set()
        values = {item.value for version in reference.versions for item in version.items}
        if known and values and not known & values:
            message = f"No value of the fact {condition.fact} stands in the list {condition.list}."
            remedy = "Use the same keys in both, or name another list."
            yield self._finding(file, f"{path}.list", "list_never_matches", message, remedy, list=condition.list)

    def _pension_list_checked(self, file: str, path: str) -> Iterator[Finding]:
        if not isinstance(self.references.get("state_pension_age"), AgeList):
            message = "below_state_pension needs a reference list state_pension_age of kind age."
            remedy = "Add reference/state_pension_age.yaml, or include a region that has it."
            yield self._finding(
                file, f"{path}.below_state_pension", "unknown_list", message, remedy, list="state_pension_age"
            )

    def state_aid_checked(self) -> Iterator[Finding]:
        """Findings about the facts that say how much de-minimis aid is left, when a scheme of the region is such aid."""
        routes = {route for one in self.schemes.values() if one.state_aid == "de_minimis" for route in one.routes}
        rules, file, path = self.region.settings.de_minimis, self.region_file, "settings.de_minimis"
        if routes:
            yield from self._fact_checked(file, f"{path}.used_fact", rules.used_fact, ("money",), "state_aid")
        if "individual" not in routes or not rules.undertaking_values:
            return
        yield from self._fact_checked(
            file, f"{path}.undertaking_fact", rules.undertaking_fact, ("choice",), "undertaking_fact"
        )
        fact = self.facts.get(rules.undertaking_fact)
        allowed = [option.key for option in fact.values] if fact else []
        for position, value in enumerate(rules.undertaking_values):
            if allowed and value not in allowed:
                where = f"{path}.undertaking_values[{position}]"
                yield self._unknown(
                    file, where, "value_not_allowed", f"value of {rules.undertaking_fact}", value, allowed
                )

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


def _plain_values(dated: Any) -> list[Any]:
    if dated is None:
        return []
    return [entry.value for entry in dated if isinstance(entry, DatedValue)] if isinstance(dated, tuple) else [dated]


def _named_schemes(definition: SchemeDefinition) -> Iterator[tuple[str, str]]:
    """The other schemes a definition names, with the path of each."""
    for i, slug in enumerate(definition.precedence.asks_first if definition.precedence else ()):
        yield f"precedence.asks_first[{i}]", slug
    for path, slug in definition.taken_off():
        if slug not in ("employer", "sector_funds"):
            yield path, slug
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
