"""The year of an employer: the aid that it had, the room that is left for de-minimis aid, and what it declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.awarding.of_employer import (
    AidYear,
    AwardedAid,
    RoomForAid,
    SaidOfAid,
    aid_year,
    room_for_aid,
    years_of_employer,
)
from portal.awarding.state_aid import YEARS
from portal.cases.employers.queries import numbers_of_employer
from portal.framework.catalogue.queries import scheme_version
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_amounts, format_date, format_euros, have_cents, localized
from portal.platform.i18n import gettext as _
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.employer.blueprint import blueprint
from portal.web.employer.desk_sheet import Cents, SheetTable, sheet_file


@blueprint.get("/werkgever/bedrijf/jaar/<year>")
def year_page(year: str) -> ResponseReturnValue:
    """What was awarded in a year, what was declared, and the room that there is now. For printing too."""
    numbers, chosen, every = _asked_for(year)
    rooms = _rooms(numbers)
    return page(
        "employer/year.html",
        year=chosen,
        years=[(one, url_for("employer.year_page", year=one)) for one in every],
        numbers=numbers,
        rooms=[(room, _room_facts(room)) for room in rooms],
        awards=_award_rows(chosen.awards),
        said=_said_rows(chosen.said),
        span=YEARS,
        day=today(),
    )


@blueprint.get("/werkgever/bedrijf/jaar/<year>/overzicht.xlsx")
def year_file(year: str) -> ResponseReturnValue:
    """The same year as a spreadsheet."""
    numbers, chosen, _every = _asked_for(year)
    tables = [_awards_table(chosen), _room_table(_rooms(numbers)), _said_table(chosen)]
    return sheet_file(f"steun-{chosen.year}.xlsx", tables)


def _asked_for(year: str) -> tuple[list[str], AidYear, list[int]]:
    """The KvK numbers, the year, and the years there are. 404 for who has no KvK number here, or a year without anything."""
    session = current_session()
    numbers = found(numbers_of_employer(session, actor=current_actor()) or None)
    every = years_of_employer(session, kvk_numbers=numbers)
    chosen = found(next((one for one in every if str(one) == year), None))
    return numbers, aid_year(session, kvk_numbers=numbers, year=chosen), every


def _rooms(numbers: list[str]) -> list[RoomForAid]:
    rooms = [room_for_aid(current_session(), kvk_number=number, on=today()) for number in numbers]
    return [room for room in rooms if room is not None]


def _room_facts(room: RoomForAid) -> list[dict[str, Any]]:
    aid = room.aid
    most, here, said, left = format_amounts([aid.most_cents, aid.here_cents, aid.declared_cents or 0, aid.left_cents])
    declared = _("niet opgegeven") if aid.declared_cents is None else said
    facts = [
        {"label": _("Hoogstens in drie jaar"), "value": most},
        {"label": _("Gekregen via dit loket"), "value": here},
        {"label": _("Elders gekregen, volgens uw opgaven"), "value": declared},
        {"label": _("Nog ruimte"), "value": left},
    ]
    if room.group:
        facts.insert(0, {"label": _("Samen met KVK-nummer"), "value": ", ".join(room.group)})
    return facts


def _title(one: AwardedAid) -> str:
    held = scheme_version(current_session(), slug=one.scheme, version=one.scheme_version)
    return localized(held.definition.title) if held is not None else one.scheme


def _kind(one: AwardedAid) -> str:
    return _("de-minimissteun") if one.is_de_minimis else _("geen de-minimissteun")


def _award_rows(awards: Sequence[AwardedAid]) -> list[list[Any]]:
    exact = have_cents(cents for one in awards for cents in (one.net_cents, one.used_cents))
    return [_award_cells(one, exact=exact) for one in awards]


def _award_cells(one: AwardedAid, *, exact: bool) -> list[Any]:
    href = url_for("employer.status", question_id=one.question.public_id)
    return [
        {"text": one.learner or _("Werknemer"), "href": href, "note": one.question.reference_number},
        {"text": _title(one), "note": one.question.training_name},
        format_date(one.awarded_on, "short"),
        format_euros(one.net_cents, exact=exact),
        format_euros(one.used_cents, exact=exact),
        _kind(one),
    ]


def _said_rows(said: Sequence[SaidOfAid]) -> list[list[Any]]:
    exact = have_cents(cents or 0 for one in said for cents in (one.own_cents, one.group_cents))
    return [_said_cells(one, exact=exact) for one in said]


def _said_cells(one: SaidOfAid, *, exact: bool) -> list[Any]:
    return [
        {"text": format_date(one.said_on, "short"), "note": one.question.reference_number},
        format_euros(one.own_cents, exact=exact) if one.own_cents is not None else _("niet opgegeven"),
        ", ".join(one.numbers) or _("geen groep"),
        format_euros(one.group_cents, exact=exact) if one.numbers else None,
    ]


def _awards_table(year: AidYear) -> SheetTable:
    headings = [
        _("Nummer"),
        _("Werknemer"),
        _("Opleiding"),
        _("Regeling"),
        _("Dag van toekenning"),
        _("Toegekend in euro"),
        _("Vervallen of teruggegeven in euro"),
        _("Gebruikt in euro"),
        _("Soort steun"),
    ]
    rows = [
        [
            one.question.reference_number,
            one.learner,
            one.question.training_name,
            _title(one),
            one.awarded_on,
            Cents(one.awarded_cents),
            Cents(one.given_back_cents),
            Cents(one.used_cents),
            _kind(one),
        ]
        for one in year.awards
    ]
    return SheetTable(_("Gekregen in %(year)s", year=year.year), headings, rows)


def _room_table(rooms: list[RoomForAid]) -> SheetTable:
    headings = [
        _("KVK-nummer"),
        _("Samen met KVK-nummer"),
        _("Op de dag"),
        _("Hoogstens in drie jaar, in euro"),
        _("Gekregen via dit loket, in euro"),
        _("Elders gekregen, in euro"),
        _("Nog ruimte, in euro"),
    ]
    rows = [
        [
            room.kvk_number,
            ", ".join(room.group),
            today(),
            Cents(room.aid.most_cents or 0),
            Cents(room.aid.here_cents),
            Cents(room.aid.declared_cents) if room.aid.declared_cents is not None else None,
            Cents(room.aid.left_cents or 0),
        ]
        for room in rooms
    ]
    return SheetTable(_("Ruimte"), headings, rows, with_total=False)


def _said_table(year: AidYear) -> SheetTable:
    headings = [
        _("Nummer"),
        _("Opgegeven op"),
        _("Zelf elders gekregen, in euro"),
        _("KVK-nummers van de groep"),
        _("Gekregen door de groep, in euro"),
    ]
    rows = [
        [
            one.question.reference_number,
            one.said_on,
            Cents(one.own_cents) if one.own_cents is not None else None,
            ", ".join(one.numbers),
            Cents(one.group_cents) if one.numbers else None,
        ]
        for one in year.said
    ]
    return SheetTable(_("Uw opgaven"), headings, rows, with_total=False)
