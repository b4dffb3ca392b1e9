"""The chapter about the source stands in the report of a desk with its history, for who sees all money, and nowhere else."""

from __future__ import annotations

import csv
import io
from collections import Counter

from python_calamine import CalamineWorkbook
from sqlalchemy import update

from portal.accounting.source_report.figures import HISTORY_REGION
from portal.framework.catalogue.models import RegionRecord
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

WHERE = "/verantwoording/verslag"
TITLE = "10. Waar de bron zichzelf tegenspreekt"
SHEETS = (
    "De cijfers van de bron en die van de boeken"[:31],
    "Wat niet klopt of niet in de bron staat"[:31],
    "Aannames bij deze historie",
)


def test_the_report_says_where_its_source_contradicts_itself_and_what_was_assumed(office: Office) -> None:
    without = office.browser("region").get(WHERE)
    assert TITLE not in without.text
    office.do(lambda session: session.execute(update(RegionRecord).values(slug=HISTORY_REGION)))
    for role in ("region", "controller"):
        page = office.browser(role).get(WHERE)
        assert_sound(page)
        tables = {str(one.caption.get_text(strip=True)): one for one in soup_of(page).select("table") if one.caption}
        rows = [len(tables[name].select("tbody tr")) for name in tables if "bron" in name or "historie" in name]
        assert TITLE in page.text and rows == [19, 14, 18]
        words = said(page).replace("\xa0", " ")
        assert "149 van 520 vouchers is 28,65%" in words and "niet gelijk" in words and "is een aanname" in words
    assert TITLE not in office.browser("funder").get(WHERE).text
    assert TITLE not in office.browser("region").get(f"{WHERE}?geldgever=rijk").text
    _the_files_hold_it(office)
    paper = office.browser("region").get(f"{WHERE}.pdf")
    assert (
        paper.data.startswith(b"%PDF") and TITLE.encode() in paper.data
    )  # the outline of the document names its chapters


def _the_files_hold_it(office: Office) -> None:
    """The spreadsheet and the CSV file have the chapter, with values as numbers; those of one funder have nothing of it."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(office.browser("region").get(f"{WHERE}.xlsx").data))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    figures, findings, assumed = (sheets[name] for name in SHEETS)
    assert [len(one) - 1 for one in (figures, findings, assumed)] == [19, 14, 18]
    values = {row[0]: row[3:] for row in figures[1:]}
    assert values["Beschikbaar geld"][0] == 1_200_000 and values["Beschikbaar geld"][2] == "niet gelijk"
    assert all(isinstance(value, float) for value, *_books in values.values())
    assert [row[0] for row in findings[1:]] == [f"I{number}" for number in range(1, 15)]
    assert [row[0] for row in assumed[1:]] == [str(number) for number in range(1, 19)]

    rows = in_csv(office, WHERE)
    kinds = Counter(row["tabel"] for row in rows if row["hoofdstuk"] == "10")
    assert kinds == {"source_figures": 38, "source_findings": 14, "source_assumptions": 18}
    budget = {row["rij"]: row for row in rows if row["tabel"] == "source_figures" and row["cijfer"] == "budget"}
    assert budget["source"]["waarde"] == "120000000" and budget["source"]["eenheid"] == "cents"
    assert budget["books"]["getoond"] != budget["source"]["getoond"]
    said = next(row for row in rows if row["rij"] == "I1")["getoond"].replace("\xa0", " ")
    assert "149 van 520 vouchers is 28,65%" in said
    assert not [row for row in in_csv(office, f"{WHERE}", "?geldgever=rijk") if row["hoofdstuk"] == "10"]


def in_csv(office: Office, where: str, asked: str = "") -> list[dict[str, str]]:
    """The rows of the CSV file of a report."""
    text = office.browser("region").get(f"{where}.csv{asked}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))
