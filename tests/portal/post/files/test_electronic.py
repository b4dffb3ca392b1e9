"""An electronic invoice is read into figures, in the process apart; what is none, or would do something, is refused and said."""

from __future__ import annotations

from datetime import date

import pytest

from portal.platform.errors import Refusal
from portal.post.files.electronic import read_electronic
from portal.post.files.workshop import electronic_apart
from tests.portal.post.files.hostile import pdf
from tests.portal.post.files.ubl import ubl

BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'">]>'
FROM_ELSEWHERE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def test_its_figures_and_its_pdf_are_read() -> None:
    found = read_electronic(ubl(reference="Voucher ABCD-EFGH-JKLM"))
    assert (found.number, found.invoice_date, found.total_cents) == ("F-1", date(2026, 3, 1), 50_000)
    assert (found.supplier_kvk, found.deliver_to) == ("12345678", "S. de Vries")
    assert found.references == ("Voucher ABCD-EFGH-JKLM", "Cursus lassen") and found.pdf == pdf()
    assert electronic_apart(ubl(reference="Voucher ABCD-EFGH-JKLM")) == found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ubl_size"), (b"x" * 10_000_001, "ubl_size"), (b"<a>", "ubl_xml"), (b"\xff\xfe<", "ubl_xml"), (b"<a/>", "ubl_kind"),
        (ubl().replace(b'<?xml version="1.0" encoding="UTF-8"?>', BOMB), "ubl_xml"),
        (ubl().replace(b'<?xml version="1.0" encoding="UTF-8"?>', FROM_ELSEWHERE), "ubl_xml"),
        (ubl().replace(b"UTF-8", b"geen-code"), "ubl_xml"),
        (b'<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"/>', "ubl_credit"),
        (ubl(number=""), "ubl_missing"), (ubl(day=""), "ubl_missing"), (ubl(day="20260301"), "ubl_day"), (ubl(day="2026-02-30"), "ubl_day"),
        (ubl(total="500.005"), "ubl_total"), (ubl(total="-1"), "ubl_total"), (ubl(total="NaN"), "ubl_total"), (ubl(total="1e99"), "ubl_total"),
        (ubl(total="vijf"), "ubl_total"), (ubl().replace(b'"EUR"', b'"USD"'), "ubl_total"),
        (ubl().replace(b"LegalMonetaryTotal", b"Total"), "ubl_total"),
        (ubl(pdf="geen base64!"), "ubl_pdf"), (ubl().replace(b"application/pdf", b"text/csv"), "ubl_no_pdf"),
    ],
)  # fmt: skip
def test_what_is_no_invoice_in_ubl_is_refused_with_what_is_wrong(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_electronic(content)
    assert (refused.value.code, refused.value.field) == (code, "document")


def test_what_asks_too_much_is_refused_and_the_next_is_read() -> None:
    heavy = b"<a>" + b"<b/>" * 2_400_000 + b"</a>"
    with pytest.raises(Refusal) as refused:
        electronic_apart(heavy)
    assert refused.value.code in ("file_too_heavy", "ubl_kind") and refused.value.field == "document"
    assert electronic_apart(ubl()).number == "F-1"
