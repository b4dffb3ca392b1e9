"""Two screens, a report, a file and a plot that show the same figure never differ, and each is what an outsider counts.

Over lives of vouchers, a desk with money in every state, and an administration that was taken over and undone.
"""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.channels import OF_QUESTIONS, FunnelStep, channels
from portal.accounting.crosstables.naming import CrossNames
from portal.accounting.crosstables.queries import CrossAsked, CrossMeasure, CrossTable, cross_table
from portal.accounting.crosstables.workbook import cross_workbook
from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import FigureBook, figure_book
from portal.accounting.plots.figures import municipalities, outcome_counts, people_of, steps, used_by_age
from portal.accounting.plots.plot import PlotName
from portal.accounting.plots.queries import plot
from portal.accounting.registers.asked import RegisterFilter, RegisterName, RegisterPage
from portal.accounting.registers.dimensions import Dimension
from portal.accounting.registers.queries import register, register_rows
from portal.accounting.reports.document import CSV_HEAD, csv_rows
from portal.accounting.reports.hiding import hidden_totals
from portal.accounting.reports.queries import accountability_report
from portal.accounting.takeover.actions import lay_down_undo, undo_administration
from portal.cases.origins.actions import count_at_door
from portal.cases.origins.models import DoorStep, HeardFrom, QuestionOrigin
from portal.cases.questions.models import DevelopmentQuestion
from portal.words.names import Names
from tests.benchmarks.reports import fill
from tests.factories import NOW, REGION
from tests.portal.accounting.a_desk import CONTROLLER, a_desk
from tests.portal.accounting.accounts_of import SECOND_OF_REGION
from tests.portal.accounting.figures.lives import WHOLE, a_life
from tests.portal.accounting.figures.outside import (
    VoucherOutside,
    counted,
    each_voucher,
    of_channels,
    of_places,
    of_register,
)
from tests.portal.accounting.takeover.administrations import taken_over
from tests.snapshots import begin_with

END = WHOLE[1]
PERIOD = FigurePeriod(*WHOLE, END)
PAIRS = tuple(combinations(Dimension, 2))
MEASURES = tuple(CrossMeasure)
COLUMN = {CrossMeasure.AWARDED: "amount_cents", CrossMeasure.COMMITTED: "cents", CrossMeasure.REDEEMED: "spent_cents"}
SAME = {
    Dimension.ROUTE: Breakdown.ROUTE,
    Dimension.MUNICIPALITY: Breakdown.MUNICIPALITY,
    Dimension.SECTOR: Breakdown.SECTOR,
    Dimension.MONTH: Breakdown.MONTH,
    Dimension.SCHEME: Breakdown.SCHEME,
}
OF_OUTCOMES = ("asked", "answered", "finished", "at_work", "found_work", "not_without")
SAID = ("flyer", "beurs", None), (HeardFrom.FLYER, None, HeardFrom.UWV, HeardFrom.EMPLOYER)
BORN = (1958, 1975, "unknown", 1990, 2004)


def _money_in_every_state(session: Session, folder: Path) -> None:
    begin_with(session, "a desk with money in every state", lambda empty: a_desk(empty, folder))


def _undone(session: Session, _folder: Path) -> None:
    one = taken_over(session)
    lay_down_undo(session, administration=one, reason="Het was het verkeerde bestand.", actor=REGION, now=NOW)
    undo_administration(session, administration=one, actor=SECOND_OF_REGION, now=NOW)


WORLDS: dict[str, Any] = {
    "life 1": lambda session, _folder: a_life(session, 1),
    "life 2": lambda session, _folder: a_life(session, 2),
    "a desk": _money_in_every_state,
    "taken over": lambda session, _folder: taken_over(session),
    "taken over and undone": _undone,
}


@pytest.mark.parametrize("name", WORLDS)
def test_every_number_is_what_an_outsider_counts_wherever_it_stands(
    session: Session, tmp_path: Path, name: str
) -> None:
    world = begun(session, tmp_path, name)
    outside = each_voucher(world)
    every_cell_of_every_cross_table(world, outside)
    what_is_called_the_same(world, outside, figures_too=name != "a desk")
    every_register(world)
    for days in ((None, None), (date(2026, 3, 20), date(2026, 4, 20))):
        every_channel(world, days)


def begun(session: Session, folder: Path, name: str) -> Session:
    WORLDS[name](session, folder)
    begin_with(session, "answered in many ways", _answered)
    return session


def _answered(session: Session) -> None:
    """What people answered is different for each, and so is how they came; somebody else looked and did not ask."""
    codes, answers = SAID
    for number, question in enumerate(session.query(DevelopmentQuestion).order_by(DevelopmentQuestion.id)):
        level = ("mbo2", "mbo3", "unknown")[number % 3]
        more = {"training_level": level, "birth_year": BORN[number % 5]}
        more |= {"birth_date": "unknown"} if number % 4 else {}
        hidden = {"training_sector": "unknown", "residence_municipality": "unknown"} if number % 7 == 6 else {}
        question.facts = {**question.facts, **more, **hidden}
        code, heard = codes[number % 3], answers[number % 4]
        if code or heard:
            session.add(QuestionOrigin(question_id=question.id, code=code, heard_from=heard))
    for code, number in (("flyer", 31), ("", 12), ("gone", 2)):
        day = NOW.date()
        count_at_door(session, counts={(day, DoorStep.VISIT, code): number, (day, DoorStep.BEGUN, code): number // 2})
    session.flush()


def table(session: Session, rows: Dimension, columns: Dimension, measure: CrossMeasure) -> CrossTable:
    found = cross_table(session, asked=CrossAsked(rows, columns, measure), actor=REGION)
    assert found is not None
    return found


def read(session: Session, name: RegisterName, *cell: tuple[Dimension, str]) -> RegisterPage:
    found = register(session, name=name, asked=RegisterFilter(cell=cell), actor=CONTROLLER)
    assert found is not None
    return found


def placed(outside: list[VoucherOutside], *cell: tuple[Dimension, str | None]) -> list[VoucherOutside]:
    return [one for one in outside if all(key is None or one.places[dimension] == key for dimension, key in cell)]


def wrong_cells(session: Session, outside: list[VoucherOutside]) -> list[tuple[Dimension, Dimension, CrossMeasure]]:
    """The cross tables of which a cell or a total is not what is counted outside, over all pairs and each measure in turn."""
    wrong = []
    for number, (rows, columns) in enumerate(PAIRS):
        measure = MEASURES[number % len(MEASURES)]
        shown = table(session, rows, columns, measure)
        places = {one.places[rows] for one in outside}, {one.places[columns] for one in outside}
        if (set(shown.rows), set(shown.columns)) != places:
            wrong.append((rows, columns, measure))
        for row in (*shown.rows, None):
            for column in (*shown.columns, None):
                cell = placed(outside, (rows, row), (columns, column))
                if shown.at(row, column).value != counted(cell, measure):
                    wrong.append((rows, columns, measure))
    return wrong


def every_cell_of_every_cross_table(world: Session, outside: list[VoucherOutside]) -> None:
    """Is counted outside, and opens to its rows."""
    assert wrong_cells(world, outside) == []
    number = len(outside) % len(PAIRS)
    for at, measure in enumerate(COLUMN):
        rows, columns = PAIRS[(number + 5 * at) % len(PAIRS)]
        shown = table(world, rows, columns, measure)
        some = [(row, column) for row, column in sorted(shown.cells, key=str) if row is not None is not column][:4]
        for row, column in some:
            opened = read(world, RegisterName.VOUCHERS, (rows, str(row)), (columns, str(column)))
            inside = placed(outside, (rows, row), (columns, column))
            assert {line["number"] for line in opened.rows} == {one.id for one in inside}
            assert sum(line[COLUMN[measure]] for line in opened.rows) == shown.at(row, column).value


def what_is_called_the_same(world: Session, outside: list[VoucherOutside], *, figures_too: bool) -> None:
    """Is the same on every screen and plot, and in the report.

    For the report a voucher that ends in the very instant of its issue moved nothing; the desk of other tests has such a one.
    """
    book = figure_book(world, actor=CONTROLLER, period=PERIOD)
    assert book is not None
    plots = {name: plot(world, name=name, actor=REGION, today=END) for name in PlotName}
    drawn = {name: one for name, one in plots.items() if one is not None}
    vouchers, people = read(world, RegisterName.VOUCHERS), read(world, RegisterName.PEOPLE)
    maps = [municipalities(world)]
    ways = {one: table(world, Dimension.ROUTE, Dimension.SCHEME, one).at(None, None).value for one in MEASURES}
    issued, used = used_by_age(world, today=END)
    money = {key: int(book.total(key) or 0) for key in ("committed", "spent")}
    now = [row for row in drawn[PlotName.BUDGET].rows if row[4] is not None][-1]
    said: dict[CrossMeasure, list[Any]] = {
        CrossMeasure.VOUCHERS: [
            vouchers.count, people.totals["vouchers"], *(sum(row.vouchers for row in one) for one in maps),
            book.total("vouchers_awarded") if figures_too else vouchers.count,
        ],
        CrossMeasure.AWARDED: [vouchers.totals["amount_cents"], issued],
        CrossMeasure.COMMITTED: [
            vouchers.total_cents, people.total_cents, money["committed"] + money["spent"],
            drawn[PlotName.FLOW].total(4), now[4], *(sum(row.cents for row in one) for one in maps),
        ],
        CrossMeasure.REDEEMED: [
            vouchers.totals["spent_cents"], people.totals["spent_cents"], money["spent"], used[-1], now[2],
            drawn[PlotName.REDEMPTION].rows[-1][1],
        ],
        CrossMeasure.PEOPLE: [
                people.count, book.total("people") if figures_too else people.count, people_of(world)
            ],
    }  # fmt: skip
    for measure, numbers in said.items():
        assert {*numbers, ways[measure]} == {counted(outside, measure)}, measure
    places = {one.municipality or "": (one.people, one.vouchers, one.cents) for one in municipalities(world)}
    assert places == of_places(outside)
    for name in (PlotName.TILES, PlotName.MUNICIPALITIES):
        told = {row[1:] for at, row in enumerate(drawn[name].rows) if at not in drawn[name].hidden and row[1]}
        assert told <= {*places.values()}, "what is drawn is what was counted"
    assert book.total("employers") == read(world, RegisterName.EMPLOYERS).count == of_register(world, "employers")[0]

    counted_how, hides = outcome_counts(world), hidden_totals(book)
    assert all(getattr(counted_how, key) == book.total(f"outcomes_{key}") for key in OF_OUTCOMES)
    asked_how = [row[1] for row in drawn[PlotName.OUTCOMES].rows]
    shown_how = [None if f"outcomes_{key}" in hides else book.total(f"outcomes_{key}") for key in OF_OUTCOMES]
    assert asked_how in ([], shown_how), "no answer, no picture; and what the report hides is not drawn"
    if figures_too:
        every_breakdown(world, book)


def every_breakdown(world: Session, book: FigureBook) -> None:
    """The report says what the cross tables say."""
    dimensions = tuple(SAME)
    for rows, columns in zip(dimensions, (*dimensions[1:], dimensions[0]), strict=True):
        shown = table(world, rows, columns, CrossMeasure.VOUCHERS)
        assert book.by("vouchers_awarded", SAME[rows]) == {key: shown.at(key, None).value for key in shown.rows}, rows
        used = table(world, rows, columns, CrossMeasure.REDEEMED) if rows is not Dimension.MONTH else None
        if used is not None:  # what is spent has a month of its own
            spent = {key: value for key, value in book.by("spent", SAME[rows]).items() if value}
            assert spent == {key: used.at(key, None).value for key in used.rows if used.at(key, None).value}, rows


def every_register(world: Session) -> None:
    """Has the rows and the amounts that are counted outside."""
    for name in ("providers", "invoices", "payments", "recoveries", "bookings"):
        shown = read(world, RegisterName(name))
        number, cents = of_register(world, name)
        assert (shown.count, shown.total_cents) == (number, cents), name
        assert (len(shown.rows), sum(row["cents"] for row in shown.rows)) == (number, cents), name


def every_channel(world: Session, days: tuple[date | None, date | None]) -> None:
    """Is what is counted outside, and the funnel shows."""
    shown = channels(world, actor=REGION, first=days[0], last=days[1])
    assert shown is not None
    where = "1 = 1" if days[0] is None else "q.submitted_at >= '2026-03-20' AND q.submitted_at < '2026-04-21'"
    by_code: dict[str, Counter[str]] = {}
    by_heard: dict[str, Counter[str]] = {}
    for code, heard, numbers in of_channels(world, where):
        by_code.setdefault(code, Counter()).update(numbers)
        by_heard.setdefault(heard, Counter()).update(numbers)
    asked = {step.value for step in OF_QUESTIONS}
    told = {code: {step.value: one[step] for step in OF_QUESTIONS} for code, one in shown.by_campaign.items()}
    assert {code: one for code, one in told.items() if one["sent"]} == {key: dict(one) for key, one in by_code.items()}
    assert {key: {step.value: n for step, n in one.items()} for key, one in shown.by_heard.items()} == by_heard
    door = world.execute(text("SELECT code, step, number FROM door_count")).all()
    seen = {(row.code, row.step): row.number for row in door if days[0] is None or NOW.date() >= days[0]}
    at_door = {(code, one.value): n[one] for code, n in shown.by_campaign.items() for one in FunnelStep if n[one]}
    assert {key: number for key, number in at_door.items() if key[1] not in asked} == seen
    if days[0] is None:
        funnel, drawn = steps(world), plot(world, name=PlotName.CHANNELS, actor=REGION, today=END)
        assert drawn is not None
        numbers = [shown.total[step] for step in OF_QUESTIONS]
        assert numbers == [drawn.total(column) for column in range(1, 1 + len(OF_QUESTIONS))]
        assert numbers[:5] == [funnel.sent, funnel.talked, funnel.applied, funnel.decided, funnel.used]


def test_the_files_hold_the_numbers_of_the_pages(session: Session) -> None:
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    shown = table(session, Dimension.ROUTE, Dimension.SECTOR, CrossMeasure.VOUCHERS)
    total = shown.at(None, None)
    content = cross_workbook(shown, CrossNames(Names()), about="Proef")
    report = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    last = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[-1]
    assert last[-1] == total.value == len(each_voucher(session)) == 240 and not total.hidden
    assert report is not None
    found = register_rows(session, name=RegisterName.VOUCHERS, asked=RegisterFilter(), actor=CONTROLLER)
    assert found is not None and len(list(found[1])) == 240
    head = CSV_HEAD.index("cijfer"), CSV_HEAD.index("rij"), CSV_HEAD.index("waarde")
    told = {(row[head[1]], row[head[2]]) for row in csv_rows(report) if row[head[0]] == "vouchers_awarded"}
    routes = {key: shown.at(key, None).value for key in shown.rows}
    assert ("employer", routes["employer"]) in told and ("individual", routes["individual"]) in told, told


def test_control_a_voucher_a_visit_or_a_booking_that_only_one_side_knows_is_found(
    session: Session, tmp_path: Path
) -> None:
    world = begun(session, tmp_path, "life 1")
    outside, shown = each_voucher(world), channels(world, actor=REGION, first=None, last=None)
    assert shown is not None
    before = of_register(world, "bookings")
    world.execute(text("UPDATE voucher SET scheme = 'planted' WHERE id = (SELECT max(id) FROM voucher)"))
    world.execute(text("UPDATE door_count SET number = number + 1 WHERE step = 'visit' AND code = 'flyer'"))
    assert wrong_cells(world, outside), "what was counted before does not fit any more"
    columns = "kind, debit_account_id, credit_account_id, amount_cents, booked_on, at, actor_id"
    first = "(SELECT min(id) FROM transfer WHERE kind = 'fund')"
    world.execute(
        text(f"INSERT INTO transfer (key, {columns}) SELECT 'planted', {columns} FROM transfer WHERE id = {first}")
    )
    again = channels(world, actor=REGION, first=None, last=None)
    assert again is not None and again.total[FunnelStep.VISIT] == shown.total[FunnelStep.VISIT] + 1
    bookings = read(world, RegisterName.BOOKINGS)
    assert (bookings.count, bookings.total_cents) == of_register(world, "bookings") != before
