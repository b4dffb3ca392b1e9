"""What a payment says is in the characters that every bank knows, and the code of the voucher is always whole."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.paying.payments.actions import make_batch, release_batch
from portal.paying.payments.models import BatchState
from portal.paying.payments.pain001 import SCHEMA, PayingAccount
from portal.paying.payments.sepa_text import sepa_text, sepa_text_with_code
from portal.platform.errors import Refusal
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.codes import format_code
from tests.factories import NOW, REGION, a_provider, a_voucher
from tests.portal.paying.payments.test_payments import PAYER, SECOND, owed

__all__ = ["owed"]

KNOWN = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
CODE = "ABCD-EFGH-JKLM"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Opleider Café & Zn.", "Opleider Cafe + Zn."),
        ("<<Een>>", "''Een''"),
        ("<a>&\"'\\|~^{}", "'a'+''/-.()"),
        ("«Één» – “twee”", "'Een' - 'twee'"),
        ("Łukasz Ødegård, Straße, Æblehaven, ĳsvogel", "Lukasz Odegard, Strasse, AEblehaven, ijsvogel"),
        ("Ελληνική Ακαδημία", "Elliniki Akadimia"),
        ("Школа Чайковская", "Shkola Chaikovskaya"),
        ("/2026//12/", "2026/12"),
        ("a\tb\u00a0 c\n", "a b c"),
        ("50% € 5; a_b@c.nl", "50pct EUR 5, a-b(at)c.nl"),
        ("学校", ""),
        ("S. de Vries-O'Neill (BV): 1+1, a/b?", "S. de Vries-O'Neill (BV): 1+1, a/b?"),
    ],
)
def test_a_text_is_written_in_the_letters_that_every_bank_knows(text: str, written: str) -> None:
    assert sepa_text(text, 70) == written


@given(st.text(max_size=200), st.integers(20, 140))
def test_whatever_the_text_it_fits_and_the_code_is_whole(text: str, most: int) -> None:
    for made in (sepa_text(text, most), sepa_text_with_code(text, CODE, most)):
        assert KNOWN.fullmatch(made) and len(made) <= most
        assert "//" not in made and not made.startswith("/") and not made.endswith("/")
    assert made.endswith(CODE)


def payment(session: Session, *, name: str, number: str, payer: PayingAccount = PAYER) -> dict[str, str | None]:
    """What the file says of one payment to a provider of this name for an invoice with this number."""
    voucher = a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban, provider.name = "NL39RABO0300065264", name
    session.flush()
    redeem_voucher(session, voucher=voucher, bill=Bill(number, NOW.date(), 70_000), actor=pia, now=NOW)
    batch = make_batch(session, actor=REGION, now=NOW)
    release_batch(session, batch=batch, payer=payer, actor=SECOND, now=NOW)
    tree = ElementTree.fromstring(batch.file_text or "")
    names = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
    found = {part: tree.findtext(f".//p:CdtTrfTxInf//p:{part}", None, names) for part in ("Nm", "Ustrd")}
    return found | {"payer": tree.findtext(".//p:Dbtr/p:Nm", None, names), "code": format_code(voucher.code)}


def test_long_and_odd_names_and_numbers_stay_within_what_a_bank_takes(session: Session) -> None:
    odd = PayingAccount("Regio «Één» & " + "x" * 80, PAYER.iban)
    said = payment(session, name="ß" * 200, number="“æ”/" * 15, payer=odd)
    assert said["Nm"] == "s" * 70
    assert (said["payer"] or "").startswith("Regio 'Een' + xxx") and len(said["payer"] or "") == 70
    text = said["Ustrd"] or ""
    assert KNOWN.fullmatch(text) and len(text) <= 140 and text.endswith(f" voucher {said['code']}")


def test_control_an_ordinary_name_and_number_are_left_as_they_are(session: Session) -> None:
    said = payment(session, name="ROC Aventus", number="F-2026/12")
    assert (said["Nm"], said["Ustrd"]) == ("ROC Aventus", f"F-2026/12 voucher {said['code']}")


def test_a_name_of_which_nothing_can_be_written_stops_the_release_and_is_named(session: Session, owed: Any) -> None:
    owed[1].name = "学校"
    batch = make_batch(session, actor=REGION, now=NOW)
    with pytest.raises(Refusal) as refused:
        release_batch(session, batch=batch, payer=PAYER, actor=SECOND, now=NOW)
    assert refused.value.code == "name_unreadable" and "学校" in str(refused.value)
    session.expire_all()
    assert batch.state is BatchState.DRAFT
