"""Vouchers for sectors that are short of staff: by the list of the day, with that day beside them, and of few people nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.accounting.figures.columns import WordColumn
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.shortage import shortage_use, shortage_versions
from portal.accounting.reports.document import CSV_HEAD, csv_rows, report_document
from portal.accounting.reports.queries import AccountabilityReport, ReportCell, accountability_report
from portal.accounting.reports.workbook import workbook
from portal.framework.loading import load_region
from portal.platform.i18n import use_locale
from tests.benchmarks.reports import CONTROLLER, PERIOD, fill
from tests.factories import NOW, SYSTEM
from tests.portal.accounting.figures.lives import SHORTAGE, WHOLE, a_life, a_list
from tests.portal.accounting.reports.test_same_figures import sheets
from tests.snapshots import begin_with

VELDRIJK = Path(__file__).parents[3] / "schemes" / "regions" / "veldrijk"
BOTH = ("vouchers_shortage", "share_shortage")
MANY = {"technology": 60, "care": 40, "construction": 40, "ict": 50}


def report_of(session: Session, sectors: Mapping[str, int], *listed: str) -> AccountabilityReport:
    """240 vouchers, so many of them per sector and the others of one that is not listed, with these sectors on the list."""
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    number, rest = 0, 240 - sum(sectors.values())
    for sector, times in {**sectors, "rest": rest}.items():
        of = {"told": f'{{"training_sector": "{sector}"}}', "after": number, "last": number + times}
        session.execute(text("UPDATE development_question SET facts = :told WHERE id > :after AND id <= :last"), of)
        number += times
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "portal.accounting.figures.making.shortage_versions", lambda _session: (a_list(date(2020, 1, 1), *listed),)
        )
        found = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert found is not None
    return found


def totals(report: AccountabilityReport) -> dict[str, ReportCell]:
    return {cell.figure: cell for chapter in report.chapters for cell in chapter.figures}


def hidden(report: AccountabilityReport) -> bool:
    cells = totals(report)
    assert cells[BOTH[0]].hidden is cells[BOTH[1]].hidden, "a share and its numerator tell each other"
    return cells[BOTH[0]].hidden


# What it is ------------------------------------------------------------------------------------------------------------


def test_the_share_has_its_numerator_its_denominator_and_its_list_beside_it_in_every_file(session: Session) -> None:
    report = report_of(session, MANY, "technology", "care")
    number, share = (totals(report)[key] for key in BOTH)
    assert (number.value, share.value, share.parts) == (100, Fraction(100, 240), "100 van 240")
    assert number.note == share.note == "Lijst vanaf 1 januari 2020: care en technology."
    rows = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(report)]
    written = {row["cijfer"]: row["toelichting"] for row in rows if row["cijfer"] in BOTH}
    assert written == {"vouchers_shortage": number.note, "share_shortage": f"100 van 240 {number.note}"}
    names = [row[0] for chapter in report_document(report)["chapters"] for row in chapter["figures"]]
    assert f"Deel voor sectoren met een tekort (100 van 240). {number.note}" in names
    beside = [row[2] for row in sheets(workbook(report, title="Proef", made_at=NOW))["Verslag"] if len(row) > 2]
    assert sum(one.endswith(number.note) for one in beside) == 2
    assert {*BOTH} <= {one.key for one in report.definitions}


def test_the_list_of_the_day_of_the_application_counts() -> None:
    """Care is on the list from 20 April 2026, and after 2027 there is no list."""
    days = [
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2026, 4, 19),
        date(2026, 4, 20),
        date(2027, 12, 31),
        date(2028, 1, 1),
    ]
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
    for sector, said in (("technology", "011110"), ("care", "000110"), (None, "000000")):
        found = shortage_use(SHORTAGE, WordColumn.of([sector] * len(days)), ordinals)
        assert "".join(str(int(one)) for one in found.listed) == said, sector
        assert found.gaps and found.versions == SHORTAGE
    held = shortage_use(SHORTAGE, WordColumn.of(["care"]), ordinals[1:2])
    assert held.versions == SHORTAGE[:1] and not held.gaps
    none = shortage_use((), WordColumn.of(["care"]), ordinals[1:2])
    assert none.versions == () and none.gaps and not none.listed.any()


def test_the_list_is_that_of_the_region(session: Session) -> None:
    assert shortage_versions(session) == (), "no region"
    load_region(session, folder=VELDRIJK, actor=SYSTEM, now=NOW)
    found = shortage_versions(session)
    assert [(one.from_, sorted(one.values)) for one in found] == [
        (date(2024, 1, 1), ["technology"]),
        (date(2026, 7, 1), ["care", "technology"]),
    ]


def test_without_a_list_it_is_not_known(session: Session) -> None:
    begin_with(session, ("reports", 240), lambda empty: fill(empty, 240))
    found = accountability_report(session, actor=CONTROLLER, period=PERIOD)
    assert found is not None
    assert {(totals(found)[key].value, totals(found)[key].said) for key in BOTH} == {(None, "niet bekend")}
    assert totals(found)["vouchers_shortage"].note == "Er gold geen lijst."


def test_the_note_is_in_the_language_of_the_reader(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    a_life(session, 1)
    monkeypatch.setattr("portal.accounting.figures.making.shortage_versions", lambda _session: SHORTAGE)
    with use_locale("en"):
        found = accountability_report(session, actor=CONTROLLER, period=FigurePeriod(*WHOLE, WHOLE[1]))
    assert found is not None
    assert totals(found)["vouchers_shortage"].note.startswith("List from 1 January 2024: ")


# What is hidden --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sectors", "listed"),
    [
        ({"technology": 60, "care": 5, "ict": 90}, ("technology", "care")),
        ({"technology": 5, "care": 60, "ict": 90}, ("care",)),
        ({"technology": 60, "care": 6, "construction": 40, "ict": 12}, ("technology", "care", "construction")),
        ({"technology": 60, "care": 90, "ict": 6, "transport": 12}, ("technology", "care", "transport")),
        ({"technology": 4, "ict": 100}, ("technology",)),
    ],
    ids=("less technology it is few", "technology off the list is few", "beside the sectors it tells one that is hidden",
         "off the list one is left", "it is few itself"),
)  # fmt: skip
def test_what_would_tell_of_few_people_is_hidden(
    session: Session, sectors: dict[str, int], listed: tuple[str, ...]
) -> None:
    assert hidden(report_of(session, sectors, *listed))


@pytest.mark.parametrize(
    ("sectors", "listed"),
    [
        (MANY, ("technology", "care")),
        (MANY, ("technology",)),
        ({"technology": 60, "care": 6, "transport": 12, "ict": 50}, ("technology", "care", "transport")),
    ],
    ids=("all are many", "only technology", "two hidden sectors stay together"),
)
def test_control_what_tells_of_many_people_is_shown(
    session: Session, sectors: dict[str, int], listed: tuple[str, ...]
) -> None:
    report = report_of(session, sectors, *listed)
    assert not hidden(report)
    assert totals(report)["vouchers_shortage"].value == sum(sectors[one] for one in listed)
