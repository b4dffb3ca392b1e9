"""What a scenario changes: values that can be kept, and what a region and its money are after them.

A change names schemes and lines by their slug. The same changes on the same region give the same world.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from matching.what_if.scenario.world import YearLine
from schemes.basics.money import Cents
from schemes.basics.values import Items, Line, Model, Slug, Text
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Cap
from schemes.region.funding import Earmark, FundingLineDefinition
from schemes.region.loading import LoadedRegion


class CapSet(Model):
    """The caps of a scheme become this amount: those per award, person, employer and training alike, in every variant."""

    kind: Literal["cap"] = "cap"
    scheme: Slug
    cents: Cents


class SchemeGone(Model):
    """A scheme is no longer there."""

    kind: Literal["scheme_gone"] = "scheme_gone"
    scheme: Slug


class DraftUsed(Model):
    """A definition that an owner is working on takes the place of the scheme's own."""

    kind: Literal["draft"] = "draft"
    definition: SchemeDefinition


class LineRaised(Model):
    """A line has more (or with fewer than nothing: less) from the first day."""

    kind: Literal["line"] = "line"
    line: Slug
    more_cents: int = Field(ge=-(10**12), le=10**12)


class EarmarkGone(Model):
    """The money of a line may be used for everything."""

    kind: Literal["earmark_gone"] = "earmark_gone"
    line: Slug


class SecondFund(Model):
    """A new line with money for these schemes; none named: for all."""

    kind: Literal["fund"] = "fund"
    line: Slug
    title: Line
    cents: Cents
    schemes: Items[Slug] = Field(default=(), max_length=200)


class ShareHeld(Model):
    """At least so many percent of every line goes to a group of people: the others leave it, until a day of the year."""

    kind: Literal["share"] = "share"
    dimension: Line
    value: Line
    percent: int = Field(ge=1, le=100)
    until_day: int | None = Field(default=None, ge=0, le=366)


Change = Annotated[
    CapSet | SchemeGone | DraftUsed | LineRaised | EarmarkGone | SecondFund | ShareHeld, Field(discriminator="kind")
]


class ScenarioFile(Model):
    """Changes as a file (JSON or YAML): what `loket scenario run` lives beside how it is now."""

    format: Literal["ontwikkelloket/scenario/1"]
    changes: Items[Change] = Field(min_length=1, max_length=50)
    """What changes, in this order."""


CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])


class UnknownName(ValueError):
    """A change names a scheme or a line that is not there (`name`)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}")
        self.name = name


def changed_region(region: LoadedRegion, changes: Iterable[Change]) -> LoadedRegion:
    """The region after these changes. Raises ``UnknownName``."""
    schemes, funding = dict(region.schemes), list(region.funding.funding_lines)
    for change in changes:
        if isinstance(change, CapSet):
            schemes[change.scheme] = _capped(_the(schemes, change.scheme), change.cents)
        elif isinstance(change, SchemeGone):
            _the(schemes, change.scheme)
            del schemes[change.scheme]
        elif isinstance(change, DraftUsed):
            schemes[change.definition.scheme] = change.definition
        elif isinstance(change, EarmarkGone):
            _the({line.id: line for line in funding}, change.line)
            funding = [_free(line) if line.id == change.line else line for line in funding]
        elif isinstance(change, SecondFund) and all(line.id != change.line for line in funding):
            funding.append(_fund(change, funding))
    file = region.funding.model_copy(update={"funding_lines": tuple(funding)})
    return replace(region, schemes=dict(sorted(schemes.items())), funding=file)


def changed_lines(lines: Sequence[YearLine], changes: Iterable[Change]) -> tuple[YearLine, ...]:
    """The money after these changes; no line has less than nothing. Raises ``UnknownName``."""
    found = {line.id: line for line in lines}
    for change in changes:
        if isinstance(change, LineRaised):
            found[change.line] = _raised(_the(found, change.line), change.more_cents)
        elif isinstance(change, SecondFund):
            found[change.line] = YearLine(change.line, ((0, change.cents),))
    return tuple(found.values())


def _the(known: dict[str, Any], name: str) -> Any:
    if name not in known:
        raise UnknownName(name)
    return known[name]


def _capped(definition: SchemeDefinition, cents: int) -> SchemeDefinition:
    """The scheme with this cap. One that had none gets one per award."""

    def lower(caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
        return tuple(cap.model_copy(update={"amount_cents": cents}) for cap in caps)

    caps = lower(definition.caps) or (Cap(amount_cents=cents, per="award"),)
    variants = tuple(
        variant.model_copy(update={"caps": lower(variant.caps)}) if variant.caps is not None else variant
        for variant in definition.variants
    )
    return definition.model_copy(update={"caps": caps, "variants": variants})


def _free(line: FundingLineDefinition) -> FundingLineDefinition:
    return line.model_copy(update={"earmark": Earmark()})


def _fund(change: SecondFund, lines: Sequence[FundingLineDefinition]) -> FundingLineDefinition:
    like = {
        "id": change.line,
        "title": Text(nl=change.title, en=change.title),
        "amount_cents": change.cents,
        "earmark": Earmark(schemes=change.schemes),
        "price_permille": None,
        "agreement": None,
    }
    return lines[0].model_copy(update=like)


def _raised(line: YearLine, more: int) -> YearLine:
    if more >= 0:
        return replace(line, comes=((0, more), *line.comes))
    comes, less = [], -more
    for day, cents in line.comes:
        taken = min(cents, less)
        less -= taken
        comes.append((day, cents - taken))
    return replace(line, comes=tuple(comes))
