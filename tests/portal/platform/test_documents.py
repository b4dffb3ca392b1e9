"""A document is made of plain data: tagged, the same every time, and nothing somebody typed can become markup."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfua
import pytest

from portal.platform import documents
from portal.platform.documents import DocumentError, pdf

MADE_AT = datetime(2026, 3, 1, tzinfo=UTC)
SIMPLE = """#import "base.typ": *
#let data = json(bytes(sys.inputs.data))
#show: body => document-of(data, body)
= #data.title
#data.text
"""
PICTURE = """#import "base.typ": *
#let data = json(bytes(sys.inputs.data))
#show: body => document-of(data, body)
= #data.title
#image(bytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"), format: "svg" ALT)
"""
DATA: dict[str, Any] = {
    "title": "Brief",
    "author": "Het loket",
    "language": "nl",
    "footer": "Het loket",
    "text": "Beste Anja,",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    (made / "base.typ").write_text((documents.TEMPLATES / "documents" / "base.typ").read_text())
    (made / "simple.typ").write_text(SIMPLE)
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    return made


def test_equal_data_give_equal_bytes_and_another_word_does_not(folder: Path) -> None:
    assert pdf("simple", DATA, made_at=MADE_AT) == pdf("simple", dict(reversed(DATA.items())), made_at=MADE_AT)
    assert pdf("simple", DATA, made_at=MADE_AT) != pdf("simple", {**DATA, "text": "Beste Rik,"}, made_at=MADE_AT)


@pytest.mark.parametrize(
    "text", ['#panic("x")', '#read("/etc/passwd")', "$ x $ *vet* = kop", '"; #let a = 1', "<b>&amp;", "\\"]
)
def test_what_somebody_typed_is_text_and_never_markup(folder: Path, text: str) -> None:
    assert pdf("simple", {**DATA, "text": text}, made_at=MADE_AT).startswith(b"%PDF-")


def test_a_document_passes_the_machine_checks_of_pdf_ua(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "brief.pdf"
    file.write_bytes(pdf("simple", DATA, made_at=MADE_AT))
    assert [one.message for one in pdfua.validate(str(file)).findings] == []


def test_a_picture_without_words_beside_it_is_refused(folder: Path) -> None:
    (folder / "picture.typ").write_text(PICTURE.replace("ALT", ', alt: "Een vierkant"'))
    assert pdf("picture", DATA, made_at=MADE_AT)
    (folder / "picture.typ").write_text(PICTURE.replace("ALT", ""))
    with pytest.raises(DocumentError, match="picture"):
        pdf("picture", DATA, made_at=MADE_AT)


def test_data_that_do_not_fit_the_template_are_an_error_that_names_it(folder: Path) -> None:
    with pytest.raises(DocumentError, match="simple"):
        pdf("simple", {"title": "Brief"}, made_at=MADE_AT)
