"""The outcome on paper fits on two pages whatever stands on it, and what somebody takes along can be read aloud (PDF/UA-1)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pdfua
import pikepdf

from portal.papers.outcome_paper import OutcomeOnPaper, outcome_document
from portal.papers.own_data_paper import own_data_pdf
from portal.platform.documents import pdf
from portal.platform.i18n import use_locale
from tests.factories import NOW

DESK = {"name": "Leerwerkloket Proefland", "phone": "0123 456 789"}
LONG = "Deze regeling betaalt een deel van de kosten van uw opleiding als u eerst toestemming hebt. " * 6


def test_the_fullest_outcome_fits_on_two_pages(tmp_path: Path) -> None:
    made = OutcomeOnPaper(
        headline="Uw opleiding kost € 12.345. U betaalt waarschijnlijk € 1.234 zelf.",
        columns=["Wie betaalt", "Toen u verstuurde", "Nu"],
        rows=[
            [f"Een regeling met een heel lange naam voor werkenden, nummer {one}", "€ 1", "€ 2"] for one in range(40)
        ],
        total=["Samen", "€ 40", "€ 80"],
        notes=[LONG] * 30,
        possible=[f"Nog een regeling met een lange naam, nummer {one}" for one in range(60)],
        steps=[LONG] * 30,
        number="OV-2026-0001",
    )
    file = tmp_path / "outcome.pdf"
    with use_locale("nl"):
        file.write_bytes(pdf("outcome", outcome_document(made, desk=DESK, made_at=NOW), made_at=NOW))
    with pikepdf.open(file) as document:
        assert len(document.pages) <= 2
    assert [one.message for one in pdfua.validate(str(file)).findings] == []


def test_all_data_on_paper_can_be_read_aloud(tmp_path: Path) -> None:
    file = tmp_path / "data.pdf"
    parts = {
        "Uw vraag": [("Nummer", "OV-2026-0001"), ("Stand", "#set page(fill: red)")],
        "Brieven": [("2 maart", LONG)],
    }
    with use_locale("nl"):
        made = own_data_pdf(parts, without="Aantekeningen niet.", author="Loket", made_at=NOW)
    file.write_bytes(made)
    assert [one.message for one in pdfua.validate(str(file)).findings] == []
    with pikepdf.open(BytesIO(made)) as document:
        assert len(document.pages) == 1
