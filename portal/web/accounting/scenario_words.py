"""Scenarios in words: what is changed, what it comes to, and the tables of both worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from matching.what_if.scenario.changes import (
    CapSet,
    Change,
    DraftUsed,
    EarmarkGone,
    LineRaised,
    SchemeGone,
    SecondFund,
    ShareHeld,
)
from matching.what_if.scenario.comparing import GroupResult, LineResult, WorldResult, YearlySpread
from portal.planning.year_ahead import ScenarioResult
from portal.platform.i18n import LazyString, format_date, format_euros, format_number, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words.names import Names

DIMENSIONS: Mapping[str, LazyString] = {
    "work_situation": _l("Werksituatie"),
    "municipality": _l("Gemeente"),
    "age": _l("Leeftijd"),
    "route": _l("Route"),
}
ROUTE_WORDS: Mapping[str, LazyString] = {"individual": _l("individuele route"), "employer": _l("werkgeversroute")}


def group_name(dimension: str, value: str, names: Names) -> str:
    """A group as people read it."""
    if value in ("", "unknown"):
        return _("niet bekend")
    if dimension == "route":
        return str(ROUTE_WORDS.get(value, value))
    if dimension == "municipality":
        return names.answer("residence_municipality", value)
    return names.answer("work_situation", value) if dimension == "work_situation" else value


def change_sentence(change: Change, names: Names) -> str:
    """One change in a sentence."""
    if isinstance(change, CapSet):
        return _(
            "Het maximum van %(scheme)s wordt %(amount)s.",
            scheme=names.title(change.scheme),
            amount=_euros(change.cents),
        )
    if isinstance(change, SchemeGone):
        return _("%(scheme)s is er niet meer.", scheme=names.title(change.scheme))
    if isinstance(change, DraftUsed):
        title = localized(change.definition.title)
        return _("%(scheme)s is zoals in versie %(number)s.", scheme=title, number=change.definition.version)
    if isinstance(change, EarmarkGone):
        return _("%(line)s mag alles betalen.", line=names.title(change.line))
    if isinstance(change, SecondFund):
        return _("Er komt een budget bij: %(title)s, met %(amount)s.", title=change.title, amount=_euros(change.cents))
    if isinstance(change, ShareHeld):
        group = group_name(change.dimension, change.value, names)
        return _("Minstens %(percent)s%% van elk budget is voor: %(group)s.", percent=change.percent, group=group)
    return _line_sentence(change, names)


def _line_sentence(change: LineRaised, names: Names) -> str:
    said = {"line": names.title(change.line), "amount": _euros(abs(change.more_cents))}
    return (
        _("%(line)s krijgt %(amount)s meer.", **said)
        if change.more_cents >= 0
        else _("%(line)s krijgt %(amount)s minder.", **said)
    )


def headline(result: ScenarioResult) -> str:
    """What a scenario comes to, in one sentence."""
    return _(
        "In een jaar: %(helped)s, en %(paid)s.",
        **_difference(result.changed.more_people.mean, result.changed.more_own.mean),
    )


def _difference(people: int, own: int) -> dict[str, str]:
    helped = (
        _("%(number)s mensen meer geholpen", number=format_number(people))
        if people > 0
        else _("%(number)s mensen minder geholpen", number=format_number(-people))
        if people < 0
        else _("even veel mensen geholpen")
    )
    paid = (
        _("samen betalen ze %(amount)s meer zelf", amount=_euros(own))
        if own > 0
        else _("samen betalen ze %(amount)s minder zelf", amount=_euros(-own))
        if own < 0
        else _("samen betalen ze evenveel zelf")
    )
    return {"helped": str(helped), "paid": str(paid)}


def share_sentence(result: ScenarioResult) -> str | None:
    """What a share that is held comes to, and its price; None when none is held."""
    reached = result.changed.favoured_permille
    if reached is None:
        return None
    goes = _(
        "Het deel voor deze groep gaat van %(before)s%% naar %(after)s%%.",
        before=format_number((result.changed.favoured_before_permille or 0) // 10),
        after=format_number(reached // 10),
    )
    if result.share_people is None or result.share_own is None:
        return goes
    price = _(
        "De prijs van dit deel alleen: %(helped)s, en %(paid)s.", **_difference(result.share_people, result.share_own)
    )
    return f"{goes} {price}"


FIGURES: tuple[tuple[LazyString, str, bool], ...] = (
    (_l("Vragen in een jaar"), "asked", False),
    (_l("Mensen die geld krijgen"), "people", False),
    (_l("Zelf betalen, samen"), "own", True),
    (_l("Betaald uit budgetten"), "here", True),
    (_l("Betaald door anderen"), "elsewhere", True),
)


def figure_rows(worlds: Sequence[WorldResult], *, as_text: bool = True, bands: bool = True) -> list[list[Any]]:
    """Per figure what each world comes to; in words, with the band that holds nine in ten years where there are more."""
    rows: list[list[Any]] = []
    for text, name, cents in FIGURES:
        spreads = [getattr(world, name) for world in worlds]
        rows.append([str(text), *(_spread(one, cents, bands) if as_text else one.mean for one in spreads)])
    return rows


def _spread(one: YearlySpread, cents: bool, band: bool) -> dict[str, str]:
    low, mean, high = (_euros(value) if cents else format_number(value) for value in (one.low, one.mean, one.high))
    if not band:
        return {"text": mean}
    return {"text": mean, "note": _("tussen %(low)s en %(high)s", low=low, high=high)}


def line_rows(
    now: WorldResult, changed: WorldResult, names: Names, on: date, titles: Mapping[str, str]
) -> list[list[Any]]:
    """Per budget what it gives, what is left and when it is empty, now and changed."""
    before = {line.id: line for line in now.lines}
    return [
        [
            titles.get(line.id) or names.title(line.id),
            *(_line_cells(before[line.id], on) if line.id in before else ["–", "–"]),
            *_line_cells(line, on),
        ]
        for line in changed.lines
    ]


def _line_cells(line: LineResult, on: date) -> list[Any]:
    if line.empty_day is not None:
        empty = format_date(on + timedelta(days=line.empty_day), "short")
    else:
        empty = _("in %(number)s van 100 jaren", number=line.empty_percent)
    return [{"text": _euros(line.given.mean), "note": _("over: %(left)s", left=_euros(line.left.mean))}, empty]


Worked = tuple[str, ScenarioResult, Mapping[str, str]]
"""A scenario that was worked out: its name, what it came to, and the titles of the budgets that it adds."""


def lines_beside(worked_out: Sequence[Worked], names: Names) -> list[list[Any]]:
    """Per budget a row of each scenario: what it gives and when it is empty, now and changed."""
    rows = [
        [row[0], name, *row[1:]]
        for name, result, titles in worked_out
        for row in line_rows(result.now, result.changed, names, result.on, titles)
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def groups_beside(worked_out: Sequence[Worked], names: Names) -> list[dict[str, Any]]:
    """Per dimension a table with, per group, a row of each scenario: who gains and who loses; small groups without figures."""
    tables: dict[str, list[list[Any]]] = {}
    for name, result, _titles in worked_out:
        for table in group_tables(result.changed, names):
            tables.setdefault(table["title"], []).extend([row[0], name, *row[1:]] for row in table["rows"])
    return [{"title": title, "rows": sorted(rows, key=lambda row: str(row[0]))} for title, rows in tables.items()]


def more_figures(result: ScenarioResult, names: Names, titles: Mapping[str, str]) -> list[tuple[str, list[int], bool]]:
    """For a file, of every budget and every group that is large enough: a text, both worlds, and whether it is cents."""
    before = {line.id: line for line in result.now.lines}
    rows = []
    for line in result.changed.lines:
        title, was = titles.get(line.id) or names.title(line.id), before.get(line.id)
        both = (was, line)
        rows += [
            (_("%(line)s: betaalt", line=title), [0 if one is None else one.given.mean for one in both], True),
            (_("%(line)s: over", line=title), [0 if one is None else one.left.mean for one in both], True),
            (
                _("%(line)s: op, in van de 100 jaren", line=title),
                [0 if one is None else one.empty_percent for one in both],
                False,
            ),
        ]
    for row in result.changed.groups:
        if row.asked is not None:
            said = {"what": DIMENSIONS[row.dimension], "group": group_name(row.dimension, row.value, names)}
            rows += [
                (_("%(what)s, %(group)s: betalen minder", **said), [0, row.gains or 0], False),
                (_("%(what)s, %(group)s: betalen meer", **said), [0, row.loses or 0], False),
                (_("%(what)s, %(group)s: samen minder", **said), [0, row.gained_cents or 0], True),
                (_("%(what)s, %(group)s: samen meer", **said), [0, row.lost_cents or 0], True),
            ]
    return rows


def group_tables(changed: WorldResult, names: Names) -> list[dict[str, Any]]:
    """Per dimension a table of who gains and who loses in a year; small groups without figures."""
    tables = []
    for dimension, title in DIMENSIONS.items():
        rows = [row for row in changed.groups if row.dimension == dimension]
        if rows:
            tables.append({"title": str(title), "rows": [_group_row(row, names) for row in rows]})
    return tables


def _group_row(row: GroupResult, names: Names) -> list[Any]:
    name = group_name(row.dimension, row.value, names)
    if row.asked is None:
        return [name, _("te weinig"), None, None, None, None]
    numbers = [format_number(one or 0) for one in (row.asked, row.gains, row.loses)]
    return [name, *numbers, _euros(row.gained_cents or 0), _euros(row.lost_cents or 0)]


def _euros(cents: int) -> str:
    return format_euros(cents)
