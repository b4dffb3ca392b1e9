"""Money that nobody can reach, and schemes administered here that no money can pay."""

from collections.abc import Iterator
from datetime import date

from schemes.basics.findings import Finding
from schemes.basics.vocabulary import Route
from schemes.conditions import AnyCondition, OneOf
from schemes.definition import SchemeDefinition
from schemes.definition.amounts import Coverage
from schemes.facts.references import MunicipalityVersion, version_on
from schemes.lint.subject import LintSubject
from schemes.proof.cells import Cells, together
from schemes.region.funding import Earmark, FundingLineDefinition

_PLACE: dict[str, str] = {"individual": "residence_municipality", "employer": "employer_municipality"}
_SECTOR = "training_sector"


def about_budgets(subject: LintSubject) -> Iterator[Finding]:
    """Findings about funding lines and the schemes they can pay. Nothing for a collection that has no money of its own."""
    lines = subject.region.funding.funding_lines
    if not lines:
        return
    here = [one for one in subject.region.schemes.values() if one.administered == "here" and one.state != "ended"]
    if subject.only is None:
        for position, line in enumerate(lines):
            if not any(_reaches(subject, line, definition) for definition in here):
                message = f"No question of any scheme can be paid from {line.id}."
                remedy = "Check its schemes, routes, places, sectors, categories and period."
                yield subject.finding_in(
                    str(subject.region.path / "funding.yaml"),
                    f"funding_lines[{position}]",
                    "budget_unreachable",
                    message,
                    remedy,
                    line=line.id,
                    amount_cents=line.amount_cents,
                )
    for definition in subject.living():
        if definition.administered == "here" and not any(_reaches(subject, line, definition) for line in lines):
            message = "No funding line can pay this scheme."
            remedy = "Add a funding line, or widen the earmark or the period of one."
            yield subject.finding(definition, "administered", "scheme_without_money", message, remedy)


def _reaches(subject: LintSubject, line: FundingLineDefinition, definition: SchemeDefinition) -> bool:
    """Whether some question of the scheme, on a day of the line's period, is admitted by the earmark."""
    mark = line.earmark
    covered = {category for coverage in _coverages(definition) for category in coverage.categories}
    if (mark.schemes and definition.scheme not in mark.schemes) or (
        mark.categories and not covered & set(mark.categories)
    ):
        return False
    days = _days(subject, definition, line)
    routes = [route for route in definition.routes if not mark.routes or route in mark.routes]
    return any(_admits(subject, mark, definition, route, day) for route in routes for day in days)


def _coverages(definition: SchemeDefinition) -> Iterator[Coverage]:
    yield from definition.coverage
    for variant in definition.variants:
        yield from variant.coverage or ()


def _days(subject: LintSubject, definition: SchemeDefinition, line: FundingLineDefinition) -> list[date]:
    """Days of the line's period on which one can ask for the scheme, also those that have passed."""
    first, last = line.period.from_, line.period.to
    windows = [(window.opens_on, window.closes_on or last) for window in definition.windows] or [(first, last)]
    ends = [day for opens, closes in windows for day in (max(opens, first), min(closes, last)) if opens <= last]
    candidates = {*ends, subject.on, *subject.days(definition)}
    return sorted(
        day for day in candidates if first <= day <= last and any(opens <= day <= closes for opens, closes in windows)
    )


def _admits(subject: LintSubject, mark: Earmark, definition: SchemeDefinition, route: Route, day: date) -> bool:
    whole = together([*definition.conditions, *_asked(subject, mark, route, day)])
    region = subject.region
    if not whole.parts:
        return True
    return not Cells([whole], region.facts, region.references, day).possible(whole).never_met


def _asked(subject: LintSubject, mark: Earmark, route: Route, day: date) -> Iterator[AnyCondition]:
    """What the earmark asks of the facts, as conditions."""
    place = _PLACE[route]
    if place in subject.region.facts:
        if mark.municipalities:
            yield _one_of(place, mark.municipalities)
        if mark.provinces:
            yield _one_of(place, tuple(sorted(_municipalities(subject, mark.provinces, day))))
    if mark.sectors and _SECTOR in subject.region.facts:
        yield _one_of(_SECTOR, mark.sectors)


def _one_of(fact: str, values: tuple[str, ...]) -> AnyCondition:
    return OneOf.model_construct(type="one_of", fact=fact, values=values)


def _municipalities(subject: LintSubject, provinces: tuple[str, ...], day: date) -> set[str]:
    versions = [version_on(reference, day) for reference in subject.region.references.values()]
    items = [item for version in versions if isinstance(version, MunicipalityVersion) for item in version.items]
    return {item.code for item in items if item.province in provinces}
