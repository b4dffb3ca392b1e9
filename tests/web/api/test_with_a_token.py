"""With a token a program does what its account may, and only that for which the token is; each act once."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.framework.tokens.actions import end_token
from portal.framework.tokens.models import ApiToken, TokenScope
from portal.people.accounts.actions import disable_account
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.audit.models import AuditEvent, ViewingEvent
from portal.platform import clock
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.codes import format_code
from tests.factories import ADMIN, NOW, a_provider, a_question, a_voucher
from tests.portal.post.files.hostile import pdf
from tests.web.browser import make_account
from tests.web.office import Office
from tests.web.programs import KEY, a_token, bearer, problem_of, the_client

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def status_of(office: Office, token: str, path: str) -> int:
    return office.app.test_client().get(f"/api/v1{path}", headers=bearer(token)).status_code


def refused(client: Any, what: Any) -> Any:
    with pytest.raises(problem_of(client)) as raised:
        what()
    return raised.value


def school(office: Office) -> Account:
    provider, _who = office.made(a_provider)
    slug = office.do(lambda s: s.scalar(select(Organisation.slug).where(Organisation.id == provider.organisation_id)))
    return make_account(office.engine, Role.PROVIDER, organisation=slug)


def test_a_token_opens_what_it_is_for_and_nothing_else(office: Office) -> None:
    office.made(a_question)
    advisor, region = office.account(Role.ADVISOR), office.account(Role.REGION)
    only = office.do(lambda s: a_token(s, advisor, [TokenScope.QUESTIONS_READ]))
    assert [status_of(office, only, path) for path in ("/questions", "/vouchers", "/allocations")] == [200, 403, 403]
    money = office.do(lambda s: a_token(s, region))
    assert [status_of(office, money, path) for path in ("/questions", "/allocations")] == [404, 200]
    assert status_of(office, money, "/reports/accountability") == 200


def test_a_token_that_ended_ran_out_or_lost_its_account_opens_nothing_at_once(office: Office) -> None:
    advisor = office.account(Role.ADVISOR)
    good, ended = (office.do(lambda s: a_token(s, advisor, days=2)) for _ in range(2))

    def end(session: Session) -> None:
        newest = session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()
        assert newest is not None
        end_token(session, token=newest, actor=ADMIN, now=NOW)

    office.do(lambda s: end(s))
    assert [status_of(office, one, "/questions") for one in (good, ended)] == [200, 401]
    with clock.frozen(NOW + timedelta(days=2)):
        assert status_of(office, good, "/questions") == 401
    assert status_of(office, good, "/questions") == 200
    office.do(lambda s: disable_account(s, account=s.get_one(Account, advisor.id), actor=ADMIN, now=NOW))
    assert status_of(office, good, "/questions") == 401


def test_a_list_is_read_page_by_page_without_gaps_or_doubles_and_every_look_at_a_case_is_logged(office: Office) -> None:
    made = [office.do(lambda s: a_question(s)).public_id for _ in range(5)]
    client = the_client(office.app, office.do(lambda s: a_token(s, office.account(Role.ADVISOR))))
    read, cursor = [], None
    while True:
        part = client.questions(limit=2, cursor=cursor)
        read += [one["id"] for one in part["items"]]
        cursor = part["next"]
        if cursor is None:
            break
    assert read == made
    assert office.do(lambda s: s.scalar(select(func.count()).select_from(ViewingEvent))) == 5
    assert client.question(made[0])["state"] == "submitted"
    assert refused(client, lambda: client.question("bestaat-niet")).status == 404
    assert refused(client, lambda: client.questions(cursor="bestaat-niet")).status == 400
    assert refused(client, lambda: client.questions(limit=0)).status == 400


def test_a_provider_hands_in_an_invoice_once_however_often_it_is_sent(office: Office) -> None:
    voucher = office.made(a_voucher)
    token = office.do(lambda s: a_token(s, school(office)))
    client = the_client(office.app, token)
    code = format_code(voucher.code)
    found = client.look_up_voucher({"code": code})
    assert found["usable"] and found["openCents"] == voucher.amount_cents and "code" not in found
    body: dict[str, Any] = {
        "code": code,
        "number": "F-1",
        "invoiceDate": "2026-03-01",
        "learnerName": "S. de Vries",
        "totalCents": 50_000,
        "amountCents": 50_000,
        "fileName": "factuur.pdf",
        "file": base64.b64encode(pdf()).decode(),
    }
    first = client.submit_invoice_by_program(body, idempotency_key=KEY)
    assert client.submit_invoice_by_program(body, idempotency_key=KEY) == first
    assert (
        refused(client, lambda: client.submit_invoice_by_program({**body, "number": "F-2"}, idempotency_key=KEY)).status
        == 409
    )
    assert office.do(lambda s: s.scalar(select(func.count()).select_from(Invoice))) == 1
    assert client.invoice(first["id"])["state"] == "checked" and len(client.invoices()["items"]) == 1
    assert client.look_up_voucher({"code": code})["openCents"] == voucher.amount_cents - 50_000
    said = office.do(lambda s: s.scalars(select(AuditEvent).where(AuditEvent.action == "invoice.submitted")).all())
    assert [one.actor.startswith("account:") for one in said] == [True]
    for wrong, status in (({"file": "geen base64!"}, 400), ({"amountCents": 60_000}, 400), ({"number": ""}, 400)):
        assert refused(client, lambda w=wrong: client.submit_invoice_by_program({**body, **w})).status == status


def test_an_act_without_a_key_is_not_done_and_a_wrong_code_is_no_voucher(office: Office) -> None:
    voucher = office.made(a_voucher)
    token = office.do(lambda s: a_token(s, school(office)))
    sent = {"json": {"code": voucher.code}, "headers": bearer(token)}
    told = office.app.test_client().post("/api/v1/voucher-reservations", **sent)  # type: ignore[arg-type]
    assert told.status_code == 400 and told.get_json()["code"] == "idempotency_key"
    client = the_client(office.app, token)
    assert client.reserve_voucher({"code": voucher.code}, idempotency_key=KEY)["id"] == voucher.public_id
    assert refused(client, lambda: client.reserve_voucher({"code": voucher.code})).status == 409
    assert refused(client, lambda: client.look_up_voucher({"code": "AAAA-AAAA-AAAA"})).status == 404
