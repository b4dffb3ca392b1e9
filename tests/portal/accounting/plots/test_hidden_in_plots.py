"""What the tables hide of few people no plot draws or says: over generated groups, for every plot."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.crosstables.queries import CrossAsked, CrossTable, cross_table
from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.figures.queries import figure_book
from portal.accounting.plots.drawing import HIDDEN, svg_of
from portal.accounting.plots.figures import MunicipalityFigures, hidden_places, municipalities
from portal.accounting.plots.plot import Plot, PlotName
from portal.accounting.plots.queries import plot
from portal.accounting.registers.dimensions import Dimension
from portal.accounting.reports.hiding import hidden_totals
from portal.accounting.reports.pictures import picture_of_table
from portal.accounting.reports.queries import accountability_report
from portal.accounting.small_groups import SMALLEST
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from tests.benchmarks.reports import CONTROLLER, PERIOD, START, fill
from tests.snapshots import begin_with

PLACES = ("GM1", "GM2", "GM3", "GM4", "")
TODAY = date(2027, 12, 31)
EXACT = frozenset({PlotName.BUDGET, PlotName.REDEMPTION, PlotName.FUNNEL, PlotName.CHANNELS, PlotName.LEAD_TIMES})
"""Money of the books as a whole, and counts of the work for who works with them: their tables hide nothing either."""
AGAINST_TABLES = frozenset({PlotName.MUNICIPALITIES, PlotName.TILES, PlotName.FLOW, PlotName.OUTCOMES})


def test_every_plot_is_held_against_its_table_or_its_table_hides_nothing() -> None:
    assert set(PlotName) == EXACT | AGAINST_TABLES and not EXACT & AGAINST_TABLES


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_no_group_of_few_people_stands_there_or_follows_from_the_others(people: list[int]) -> None:
    found = [MunicipalityFigures(f"GM{number}", one, one, one) for number, one in enumerate(people)]
    hidden = hidden_places(found)
    few = {one.municipality for one in found if 0 < one.people < SMALLEST}
    assert few <= hidden
    together = sum(one.people for one in found if one.municipality in hidden)
    assert not few or len(hidden) == len(found) or (len(hidden) >= 2 and together >= SMALLEST)


def filled(session: Session, seed: int) -> None:
    """240 vouchers over municipalities and sectors of large and small groups; of some is known how it went."""
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    chance = random.Random(seed)
    sizes = [chance.choice((1, 4, 12, 40, 90)) for _place in PLACES]
    for number in range(1, 241):
        place, sector = chance.choices(PLACES, weights=sizes)[0], chance.choice(("care", "technology", "technology"))
        facts = f'{{"residence_municipality": "{place}", "employer_municipality": "{place}", "training_sector": "{sector}"}}'
        session.execute(
            text("UPDATE development_question SET facts = :facts WHERE id = :id"), {"facts": facts, "id": number}
        )
    part = chance.choice((4, 30, 120))
    for number in range(1, part + chance.choice((2, 40))):
        said: dict[str, Any] = {}
        if number <= part:
            said = {"answered_at": START, "answered_by": "resident", "result": chance.choice(list(TrainingEnd))}
            said |= {
                "work_before": chance.choice((Work.LOOKING, Work.SAME_JOB)),
                "work_after": chance.choice(list(Work)),
            }
            said |= {"without_fund": chance.choice(list(WithoutFund))}
        session.add(TrainingOutcome(voucher_id=number, moment=Moment.WEEK, asked_at=START, **said))
    session.flush()


def drawn(session: Session, name: PlotName) -> Plot:
    found = plot(session, name=name, actor=CONTROLLER, today=TODAY)
    assert found is not None
    return found


def told_by(shown: Plot) -> set[str]:
    """The names of the rows of which a number stands in the plot; of what is hidden no number is in it at all."""
    for at, row in enumerate(shown.rows):
        assert at not in shown.hidden or set(row[1:]) == {None}
    assert HIDDEN in svg_of(shown) if shown.hidden else True
    return {str(row[0]) for at, row in enumerate(shown.rows) if at not in shown.hidden and row[1]}


def table_of(session: Session) -> CrossTable:
    asked = CrossAsked(Dimension.MUNICIPALITY, Dimension.ROUTE)
    found = cross_table(session, asked=asked, actor=CONTROLLER)
    assert found is not None
    return found


def named(place: str) -> str:
    return place or "niet bekend"


@pytest.mark.parametrize("seed", range(6))
def test_what_the_tables_hide_no_plot_tells(session: Session, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    filled(session, seed)
    own = {place: (1, number) for number, place in enumerate(PLACES[:3], start=1)}
    monkeypatch.setattr("portal.accounting.plots.map._places", lambda _session, _today: own)
    table, people = table_of(session), {one.municipality or "": one.people for one in municipalities(session)}
    totals = {place: table.at(place, None) for place in table.rows}
    kept = {named(place) for place, cell in totals.items() if cell.hidden}
    shown = told_by(drawn(session, PlotName.MUNICIPALITIES))
    few = {named(place) for place, number in people.items() if 0 < number < SMALLEST}
    assert not few & shown and few <= kept
    unknown = {place for place in people if named(place) not in shown and totals[place].hidden}
    assert (
        not few or unknown == people.keys() or sum(people[place] for place in unknown) >= SMALLEST < 100 * len(unknown)
    )
    assert not few or len(unknown) >= 2, "beside the table none is left alone"
    tiles = told_by(drawn(session, PlotName.TILES))
    assert not tiles & few and tiles & {*own} <= shown
    if "Elders of onbekend" in tiles:
        assert not {named(place) for place in people.keys() - own.keys()} & (kept - shown)
    told_by(drawn(session, PlotName.FLOW))
    outcomes = drawn(session, PlotName.OUTCOMES)
    book = figure_book(session, actor=CONTROLLER, period=PERIOD)
    assert book is not None
    hidden = hidden_totals(book)
    keys = ("asked", "answered", "finished", "at_work", "found_work", "not_without")
    assert outcomes.hidden == {place for place, key in enumerate(keys) if f"outcomes_{key}" in hidden}
    assert not any(
        f" {book.total(f'outcomes_{key}')} keer" in outcomes.sentence for key in keys if f"outcomes_{key}" in hidden
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_a_table_of_the_report_hides_its_picture_does_not_draw(session: Session, seed: int) -> None:
    filled(session, seed)
    report = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert report is not None
    pictures = 0
    for chapter in report.chapters:
        for table in chapter.tables:
            picture = picture_of_table(table)
            if picture is None:
                continue
            pictures += 1
            labels = [column.label for column in picture.columns[1:]]
            rows = {row.label: {str(REGISTRY[cell.figure].label): cell for cell in row.cells} for row in table.rows}
            for row in picture.rows:
                assert not any(rows[str(row[0])][label].hidden for label in labels), (table.table.key, row)
    assert pictures >= 2


def test_control_a_plot_that_hides_nothing_is_found(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(session, 0)
    told = '{"residence_municipality": "GM1", "employer_municipality": "GM1"}'
    session.execute(text("UPDATE development_question SET facts = :facts WHERE id > 4"), {"facts": told})
    few = {"GM2", "GM3", "GM4", "niet bekend"}
    assert not few & told_by(drawn(session, PlotName.MUNICIPALITIES))
    monkeypatch.setattr("portal.accounting.plots.queries.hidden_places", lambda _found: frozenset[str]())
    assert few & told_by(drawn(session, PlotName.MUNICIPALITIES))
