"""Who has vouchers of two municipalities counts in both: in the plots, in cross tables and in the report, and once in a total."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.crosstables.queries import CrossAsked, CrossMeasure, cross_table
from portal.accounting.figures.definitions import REGISTRY, Breakdown
from portal.accounting.figures.queries import figure_book
from portal.accounting.plots.figures import municipalities, people_of
from portal.accounting.plots.map import tile_map
from portal.accounting.plots.plot import PlotName
from portal.accounting.plots.queries import plot
from portal.accounting.registers.dimensions import Dimension
from tests.benchmarks.reports import CONTROLLER, PERIOD, fill
from tests.snapshots import begin_with

PEOPLE = 60
IN_EACH = 15
UNKNOWN, LAST = "GM0007", "SELECT max(id) FROM voucher GROUP BY beneficiary_key"
PLACE = "CASE route WHEN 'employer' THEN facts ->> 'employer_municipality' ELSE facts ->> 'residence_municipality' END"


@pytest.fixture
def twice(session: Session) -> Session:
    """Sixty people with four vouchers each, two of one municipality and two of another; and one of the eight is not known."""

    def make(empty: Session) -> None:
        fill(empty, 4 * PEOPLE)
        key = {"people": PEOPLE}
        empty.execute(text("UPDATE award SET person_key = 'p' || (id % :people)"), key)
        empty.execute(text("UPDATE voucher SET beneficiary_key = 'p' || (award_id % :people)"), key)
        whole, kind = "facts", "text"
        if empty.get_bind().dialect.name == "postgresql":
            whole, kind = "CAST(facts AS text)", "json"
        changed = f"replace({whole}, '{UNKNOWN}', 'unknown')"
        empty.execute(text(f"UPDATE development_question SET facts = CAST({changed} AS {kind})"))

    begin_with(session, ("people in two municipalities", PEOPLE), make)
    return session


def in_the_plot(session: Session) -> dict[str, int]:
    return {one.municipality or "": one.people for one in municipalities(session)}


def test_plots_cross_tables_and_report_count_somebody_in_every_municipality_of_a_voucher(twice: Session) -> None:
    asked = CrossAsked(Dimension.MUNICIPALITY, Dimension.SCHEME, CrossMeasure.PEOPLE)
    table, book = (
        cross_table(twice, asked=asked, actor=CONTROLLER),
        figure_book(twice, actor=CONTROLLER, period=PERIOD),
    )
    assert table is not None and book is not None
    found = in_the_plot(twice)
    assert found == {place: table.at(place, None).value for place in table.rows}
    assert found == book.by("people", Breakdown.MUNICIPALITY)
    assert found == dict.fromkeys(found, IN_EACH) and len(found) == 8 and "" in found
    assert people_of(twice) == table.at(None, None).value == book.total("people") == PEOPLE < sum(found.values())
    assert "telt iemand in elke rij" in str(REGISTRY["people"].meaning), "so says the report"


def test_control_by_the_last_voucher_the_plot_would_say_something_else(twice: Session) -> None:
    rows = f"SELECT {PLACE}, count(*) FROM voucher JOIN development_question q ON q.id = question_id WHERE voucher.id IN ({LAST}) GROUP BY 1"
    last = {("" if place == "unknown" else place): number for place, number in twice.execute(text(rows))}
    assert sum(last.values()) == PEOPLE and last != in_the_plot(twice)


def test_a_sentence_counts_everybody_once(twice: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = plot(twice, name=PlotName.MUNICIPALITIES, actor=CONTROLLER, today=PERIOD.on)
    assert shown is not None and f"Van de {PEOPLE} personen" in shown.sentence
    assert f"er {IN_EACH} bij" in shown.sentence and "(25%)" in shown.sentence
    own = {f"GM000{number}": (1, number) for number in (0, 1, 2, 4)}
    monkeypatch.setattr("portal.accounting.plots.map._places", lambda _session, _today: own)
    tiles = tile_map(twice, CONTROLLER, PERIOD.on)
    elsewhere = {place for place in in_the_plot(twice) if place not in own}
    assert tiles.rows[-1][1] == people_of(twice, places=elsewhere) == PEOPLE - IN_EACH
    assert IN_EACH * len(elsewhere) > PEOPLE - IN_EACH, "somebody of two of them is one"
