"""A provider hands in an electronic invoice: what stands in it is not typed again, and what is wrong with it is said."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider
from portal.spending.vouchers.codes import format_code
from tests.factories import a_voucher
from tests.portal.post.files.ubl import ubl
from tests.web.api.test_with_a_token import refused, school
from tests.web.office import Office
from tests.web.programs import KEY, a_token, the_client

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def body_of(document: bytes, **more: Any) -> dict[str, Any]:
    return {"document": base64.b64encode(document).decode(), **more}


def test_an_electronic_invoice_is_taken_in_once_by_what_stands_in_it(office: Office) -> None:
    voucher = office.made(a_voucher)
    client = the_client(office.app, office.do(lambda s: a_token(s, school(office))))
    kvk = office.do(lambda s: s.query(Provider).one().kvk_number)
    body = body_of(ubl(reference=f"voucher {format_code(voucher.code)}", kvk=kvk))
    first = client.submit_electronic_invoice(body, idempotency_key=KEY)
    assert client.submit_electronic_invoice(body, idempotency_key=KEY) == first

    def looked(session: Any) -> None:
        [made] = session.query(Invoice).all()
        assert (made.number, made.invoice_date.isoformat(), made.learner_name) == ("F-1", "2026-03-01", "S. de Vries")
        assert (made.total_cents, made.amount_cents) == (50_000, 50_000) and made.voucher_id == voucher.id

    office.do(looked)
    assert client.invoice(first["id"])["state"] == "checked"


def test_what_does_not_fit_is_said_at_its_place(office: Office) -> None:
    voucher = office.made(a_voucher)
    client = the_client(office.app, office.do(lambda s: a_token(s, school(office))))
    kvk = office.do(lambda s: s.query(Provider).one().kvk_number)
    code = format_code(voucher.code)
    cases: list[tuple[dict[str, Any], str]] = [
        (body_of(ubl(kvk="87654321", reference=code)), "ubl_supplier"),
        (body_of(ubl(kvk=kvk)), "ubl_code"),
        (body_of(ubl(kvk=kvk, reference=code, learner="")), "ubl_learner"),
        (body_of(ubl(kvk=kvk, reference=code, day="2026-03-09")), "invoice_date"),
        (body_of(b"<a/>"), "ubl_kind"),
        ({"document": "geen base64!"}, "ubl_size"),
        (body_of(ubl(kvk=kvk, reference=code, pdf=base64.b64encode(b"%PDF-geen").decode())), "file_"),
    ]
    for body, said in cases:
        problem = refused(client, lambda b=body: client.submit_electronic_invoice(b))
        assert problem.status == 400 and problem.problem["code"].startswith(said), (said, problem.problem)
    wrong = refused(client, lambda: client.submit_electronic_invoice(body_of(ubl(kvk=kvk), code="AAAA-AAAA-AAAA")))
    assert wrong.status == 404
    done = client.submit_electronic_invoice(body_of(ubl(kvk=kvk, total="500.00"), code=code, amountCents=100))
    assert client.invoice(done["id"])["amountCents"] == 100, "the control: of the whole only a part"
