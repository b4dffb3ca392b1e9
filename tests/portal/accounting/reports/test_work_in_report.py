"""Work before and after the training in the report: beside each other, and no part of few people follows from the others."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import REGISTRY
from portal.accounting.reports.document import CSV_HEAD, csv_rows
from portal.accounting.reports.queries import AccountabilityReport, ReportCell, accountability_report
from portal.oversight.outcomes.models import Moment, TrainingEnd, TrainingOutcome, WithoutFund, Work
from tests.benchmarks.reports import CONTROLLER, PERIOD, START, fill
from tests.snapshots import begin_with

KINDS = (
    (Work.LOOKING, Work.OTHER_JOB),
    (Work.LOOKING, Work.LOOKING),
    (Work.SAME_JOB, Work.SAME_JOB),
    (None, Work.OTHER),
)
SHOWN = (20, 15, 30, 12)
"""How many answers of each of these kinds."""


def report_of(session: Session, *answers: int) -> AccountabilityReport:
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    number = 0
    for (before, after), times in zip(KINDS, answers, strict=True):
        for _time in range(times):
            number += 1
            row = TrainingOutcome(voucher_id=number, moment=Moment.WEEK, asked_at=START, answered_at=START)
            row.answered_by, row.result, row.without_fund = "resident", TrainingEnd.DIPLOMA, WithoutFund.NO
            row.work_before, row.work_after = before.value if before is not None else None, after
            session.add(row)
    session.flush()
    found = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert found is not None
    return found


def totals(report: AccountabilityReport) -> dict[str, ReportCell]:
    return {cell.figure: cell for chapter in report.chapters for cell in chapter.figures}


def test_work_before_stands_beside_work_after_with_numerator_and_denominator(session: Session) -> None:
    report = report_of(session, *SHOWN)
    cells = totals(report)
    assert (cells["outcomes_looked_before"].value, cells["outcomes_found_work"].value) == (35, 20)
    assert cells["share_found_work"].value == Fraction(20, 35)
    assert cells["share_found_work"].parts == "20 van 35" and cells["outcomes_at_work"].value == 50
    rows = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(report)]
    written = {(row["tabel"], row["cijfer"]): row["waarde"] for row in rows if row["rij"] is None}
    assert written["", "outcomes_found_work"] == 20 and ("work_per_scheme", "outcomes_found_work") in written
    assert {"outcomes_looked_before", "outcomes_found_work", "share_found_work"} <= {
        one.key for one in report.definitions
    }


@pytest.mark.parametrize("few", range(4))
def test_a_part_of_few_people_hides_who_found_work(session: Session, few: int) -> None:
    """With who looked, who works and who answered beside it, one part tells all four."""
    report = report_of(session, *(4 if place == few else number for place, number in enumerate(SHOWN)))
    cells = totals(report)
    assert cells["outcomes_found_work"].hidden and cells["share_found_work"].hidden
    table = next(one for chapter in report.chapters for one in chapter.tables if one.table.key == "work_per_scheme")
    assert table.kept_back or all(cell.hidden for row in table.rows for cell in row.cells)


def test_control_the_same_parts_of_many_people_are_shown(session: Session) -> None:
    report = report_of(session, *SHOWN)
    assert not any(cell.hidden for key, cell in totals(report).items() if key.endswith(("_work", "looked_before")))
    table = next(one for chapter in report.chapters for one in chapter.tables if one.table.key == "work_per_scheme")
    assert [cell.value for cell in table.total] == [35, 20, 50] and not table.kept_back
    assert REGISTRY["share_found_work"].of == ("outcomes_found_work", "outcomes_looked_before")
