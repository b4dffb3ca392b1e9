"""What everybody may read: the schemes of the region, the facts that its rules ask for, and the trainings."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from pydantic import Field

from portal.framework.catalogue.queries import SchemeInForce, catalogue, has_region, scheme_in_force, schemes_in_force
from portal.framework.trainings.models import RegionTraining
from portal.framework.trainings.queries import TrainingSearch, number_found, training_by_public_id, trainings_found
from portal.platform.brake import once
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import current_locale, localized
from portal.platform.i18n import lazy_gettext as _l
from portal.web.api.blueprint import InPath, Name, Value, Words, given, given_text, operation
from portal.web.edge import found
from schemes.basics.values import Day
from schemes.facts.facts import FactDefinition


class DayQuery(Value):
    """The day about which is asked."""

    on: Day | None = Field(default=None, description="On which day. Absent: today.")


class SchemePath(InPath):
    """Which scheme."""

    scheme: Name


class SourceValue(Value):
    """Where a rule was read."""

    title: str
    url: str | None
    as_of: date | None
    confidence: str


class SchemeValue(Value):
    """One scheme as it holds on a day."""

    scheme: str
    version: int
    title: str
    summary: str
    kind: str
    owner: str
    administered: str
    """here: the desk decides and pays. elsewhere: the desk says how to apply."""
    routes: list[str]
    repayable: bool
    state: str
    """Whether it can be asked for on that day: open, not_yet_open, closed, ceiling_reached, ended, unknown."""
    review_on: date


class SchemeDetail(SchemeValue):
    """One scheme with its sources, its assumptions, and the whole definition as the scheme language has it."""

    sources: list[SourceValue]
    assumptions: list[str]
    definition: dict[str, Any]
    """As in a scheme file (`loket schema scheme`); its names are those of that language."""


class SchemeList(Value):
    """All schemes of the region."""

    on: date
    items: list[SchemeValue]


class OptionValue(Value):
    """One answer that may be chosen."""

    key: str
    label: str


class FactValue(Value):
    """One fact that rules look at, with the question that asks it."""

    key: str
    type: str
    question: str
    why: str
    hint: str | None
    values: list[OptionValue]
    sensitive: bool
    derived: bool
    """It is worked out from others, and never asked."""


class FactList(Value):
    """All facts of the region."""

    items: list[FactValue]


class TrainingQuery(Value):
    """Which trainings."""

    words: Words = Field(default="", max_length=200, description="Words in the name, the provider or the description.")
    limit: int = Field(default=25, ge=1, le=100, description="So many at most.")
    cursor: int = Field(
        default=0, ge=0, le=100_000, description="`next` of the page before; absent: from the beginning."
    )


class TrainingPath(InPath):
    """Which training."""

    training_id: Name


class PriceValue(Value):
    """What one kind of cost is, with VAT, in cents."""

    category: str
    amount_cents: int


class TrainingValue(Value):
    """A training in the region."""

    id: str
    name: str
    provider: str
    level: int | None
    """Of the NLQF, 1 to 8."""
    form: str
    sector: str | None
    municipality: str | None
    shortage: bool
    starts: list[str]
    any_time: bool
    weeks: int | None
    hours: int | None
    total_cents: int
    prices: list[PriceValue]
    source: str
    as_of: date
    """The day on which the source said so."""


class TrainingPage(Value):
    """Some of the trainings, by name."""

    total: int
    items: list[TrainingValue]
    next: int | None
    """The cursor of the next page; null after the last one."""


@operation("/schemes", answer=SchemeList, tag="schemes")
def schemes(query: DayQuery) -> Response:
    """Every scheme of the region as it holds on a day."""
    session, day = current_session(), query.on or today()
    known = schemes_in_force(session, on=day) if has_region(session) else []
    of = ("api schemes", day, current_locale(), *((one.version_id, one.content_hash) for one in known))

    def told() -> SchemeList:
        return SchemeList(on=day, items=[SchemeValue(**_scheme(one, day)) for one in known])

    return given_text(once(lambda: of, lambda: told().model_dump_json(by_alias=True)))


@operation("/schemes/<scheme>", answer=SchemeDetail, tag="schemes")
def scheme(path: SchemePath, query: DayQuery) -> Response:
    """One scheme as it holds on a day, with its sources and its whole definition."""
    session, day = current_session(), query.on or today()
    known = found(scheme_in_force(session, slug=path.scheme, on=day) if has_region(session) else None)
    definition = known.definition
    return given(
        SchemeDetail(
            **_scheme(known, day),
            sources=[
                SourceValue(title=one.title, url=one.url, as_of=one.as_of, confidence=one.confidence)
                for one in definition.sources
            ],
            assumptions=[localized(text) for text in definition.assumptions],
            definition=definition.model_dump(mode="json"),
        )
    )


def _scheme(known: SchemeInForce, day: date) -> dict[str, Any]:
    definition = known.definition
    return {
        "scheme": known.slug,
        "version": definition.version,
        "title": localized(definition.title),
        "summary": localized(definition.summary),
        "kind": definition.kind,
        "owner": definition.owner,
        "administered": definition.administered,
        "routes": list(definition.routes),
        "repayable": definition.repayable,
        "state": definition.availability(day).state,
        "review_on": definition.review_on,
    }


@operation("/facts", answer=FactList, tag="facts")
def facts() -> Response:
    """Every fact that the rules of the region look at: its type, its values and the question that asks it."""
    session = current_session()
    known = catalogue(session).facts if has_region(session) else {}
    return given(FactList(items=[_fact(one) for one in known.values()]))


def _fact(one: FactDefinition) -> FactValue:
    return FactValue(
        key=one.key,
        type=one.type,
        question=localized(one.question),
        why=localized(one.why),
        hint=None if one.hint is None else localized(one.hint),
        values=[OptionValue(key=option.key, label=localized(option.label)) for option in one.values],
        sensitive=one.sensitive,
        derived=one.derived is not None,
    )


@operation("/trainings", answer=TrainingPage, tag="trainings")
def trainings(query: TrainingQuery) -> Response:
    """The trainings of the region that fit, by name."""
    session, search = current_session(), TrainingSearch(words=query.words)
    total = number_found(session, search=search)
    if query.cursor > total:
        raise Refusal("cursor", _l("Deze cursor kennen wij niet. Begin opnieuw zonder cursor."), field="cursor")
    rows = trainings_found(session, search=search, limit=query.limit, offset=query.cursor)
    following = query.cursor + len(rows)
    return given(
        TrainingPage(total=total, items=[_training(one) for one in rows], next=following if following < total else None)
    )


@operation("/trainings/<training_id>", answer=TrainingValue, tag="trainings")
def training(path: TrainingPath) -> Response:
    """One training of the region."""
    return given(_training(found(training_by_public_id(current_session(), public_id=path.training_id))))


def _training(one: RegionTraining) -> TrainingValue:
    return TrainingValue(
        id=one.public_id,
        name=one.name,
        provider=one.provider_name,
        level=one.level,
        form=one.form.value,
        sector=one.sector,
        municipality=one.municipality,
        shortage=one.shortage,
        starts=list(one.starts),
        any_time=one.any_time,
        weeks=one.weeks,
        hours=one.hours,
        total_cents=one.total_cents,
        prices=[PriceValue(category=line.category, amount_cents=line.amount_cents) for line in one.prices],
        source=one.source,
        as_of=one.as_of,
    )
