"""The paper of a voucher: its code in letters and as a QR, readable by a screen reader, and without a word about a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pdfua
import pikepdf
import pytest
import segno

from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.voucher_paper import qr_svg, voucher_document
from portal.people.actor import Audience
from portal.platform import clock
from portal.platform.documents import DocumentError, pdf
from portal.spending.changes.actions import block_voucher
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from tests.factories import ADVISOR, NOW, a_question, a_voucher
from tests.web import office as at_work
from tests.web.browser import Browser
from tests.web.office import Office, said
from tests.web.walking import assert_sound

office, still = at_work.office, at_work.still
DESK = {"name": "Loket Proefland", "phone": "088 123 45 67"}


def paper(voucher: Voucher, tmp_path: Path, language: str = "nl") -> Path:
    file = tmp_path / f"voucher-{language}.pdf"
    data = voucher_document(voucher, title="Leren individueel", desk=DESK, language=language)
    file.write_bytes(pdf("voucher", data, made_at=NOW))
    return file


def of_resident(office: Office, question_id: int) -> Browser:
    return Browser(office.app).enter(question_id=question_id, audience=Audience.RESIDENT)


def test_the_paper_passes_the_machine_checks_of_pdf_ua(office: Office, tmp_path: Path) -> None:
    voucher = office.made(a_voucher)
    file = paper(voucher, tmp_path)
    assert [one.message for one in pdfua.validate(str(file)).findings] == []
    with pikepdf.open(file) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "nl"
        alternatives = [
            str(item.Alt) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert any(format_code(voucher.code) in text for text in alternatives), "the QR has the code as its text"


def test_control_a_picture_without_its_text_would_be_refused(office: Office, tmp_path: Path) -> None:
    data = voucher_document(office.made(a_voucher), title="Leren", desk=DESK, language="nl")
    with pytest.raises(DocumentError):
        pdf("voucher", {key: value for key, value in data.items() if key != "qr_alt"}, made_at=NOW)


def test_the_qr_holds_the_code_and_nothing_else(office: Office) -> None:
    voucher = office.made(a_voucher)
    drawn = qr_svg(voucher.code)
    assert drawn.startswith("<svg") and "href" not in drawn
    assert drawn == qr_svg(voucher.code)
    assert segno.make(voucher.code, error="q", micro=False).mode == "alphanumeric"


def test_the_paper_names_no_person(office: Office) -> None:
    data = voucher_document(office.made(a_voucher), title="Leren", desk=DESK, language="nl")
    assert "Sam" not in str({key: value for key, value in data.items() if key != "qr"})


def test_the_holder_sees_the_voucher_and_downloads_the_paper(office: Office) -> None:
    voucher = office.made(a_voucher)
    browser = of_resident(office, voucher.question_id)
    public = office.do(lambda s: s.get_one(DevelopmentQuestion, voucher.question_id).public_id)
    page = browser.get(f"/mijn/{public}/vouchers")
    assert_sound(page)
    assert format_code(voucher.code) in said(page)
    file = browser.get(f"/mijn/{public}/voucher/leervoucher.pdf")
    assert (file.status_code, file.mimetype, file.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert browser.get(f"/mijn/{public}/voucher/bestaat-niet.pdf").status_code == 404
    office.do(lambda s: block_voucher(s, voucher=s.merge(voucher), reason="Wacht op UWV", actor=ADVISOR, now=NOW))
    words = said(browser.get(f"/mijn/{public}/vouchers"))
    assert "tijdelijk geblokkeerd" in words and format_code(voucher.code) not in words
    with clock.frozen(NOW + timedelta(days=1)):
        assert "Wacht op UWV" in said(of_resident(office, voucher.question_id).get(f"/mijn/{public}/vouchers"))


def test_who_has_no_voucher_gets_the_status_of_the_question(office: Office) -> None:
    question = office.made(a_question)
    browser = of_resident(office, question.id)
    assert browser.get(f"/mijn/{question.public_id}/vouchers").status_code == 303
