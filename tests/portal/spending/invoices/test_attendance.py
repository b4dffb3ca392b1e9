"""What the holder says of the training, and when a scheme wants to know it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.platform.errors import Conflict, Refusal
from portal.post.files.actions import Vault, note_scan
from portal.spending.attendance import confirm_end, confirm_start
from portal.spending.invoices.actions import check_invoice
from portal.spending.invoices.models import EndKind
from portal.spending.invoices.queries import (
    InvoiceFinding,
    attendance_of,
)
from tests.factories import ADVISOR, NOW, REGION, SYSTEM
from tests.portal.spending.invoices.handing_in import hand_in

A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "before", "after_start"),
    [
        ("before_start", set(), set()),
        ("on_invoice", {InvoiceFinding.START_UNCONFIRMED}, set()),
        ("after_start", {InvoiceFinding.NOT_STARTED}, set()),
        ("in_parts", {InvoiceFinding.NOT_STARTED}, set()),
        (
            "after_completion",
            {InvoiceFinding.NOT_STARTED, InvoiceFinding.NOT_COMPLETED},
            {InvoiceFinding.NOT_COMPLETED},
        ),
    ],
)
def test_the_scheme_says_when_the_holder_must_have_started_or_completed(
    session: Session,
    case: Any,
    vault: Vault,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    before: set[InvoiceFinding],
    after_start: set[InvoiceFinding],
) -> None:
    monkeypatch.setattr("portal.spending.invoices.queries.moment_of_payment", lambda *_, **__: moment)
    voucher = case[0]
    invoice = hand_in(session, case, vault, 10_000)
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=NOW)
    me = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id)
    assert set(check_invoice(session, invoice=invoice, now=NOW)) == before
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)
    assert set(check_invoice(session, invoice=invoice, now=NOW)) == after_start
    end = {"ended_on": NOW.date(), "how": EndKind.COMPLETED, "own_share_paid": True}
    confirm_end(session, voucher=voucher, actor=me, now=NOW, **end)  # type: ignore[arg-type]
    assert invoice.findings == []


def test_only_the_holder_or_an_advisor_says_that_a_training_started_or_ended(session: Session, case: Any) -> None:
    voucher, _, pia = case
    me = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id)
    other = Actor(ADVISOR.audience.RESIDENT, question_id=voucher.question_id + 1)
    for actor in (pia, other, REGION):
        with pytest.raises(Refusal):
            confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=actor, now=NOW)
    end = {"how": EndKind.STOPPED, "own_share_paid": None, "now": NOW}
    with pytest.raises(Refusal) as early:
        confirm_end(session, voucher=voucher, ended_on=NOW.date(), actor=me, **end)  # type: ignore[arg-type]
    assert early.value.code == "not_started"
    with pytest.raises(Refusal) as future:
        confirm_start(session, voucher=voucher, started_on=NOW.date() + A_DAY, actor=me, now=NOW)
    assert future.value.field == "started_on"
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)
    with pytest.raises(Refusal) as backwards:
        confirm_end(session, voucher=voucher, ended_on=NOW.date() - A_DAY, actor=me, **end)  # type: ignore[arg-type]
    assert backwards.value.field == "ended_on"
    confirm_end(session, voucher=voucher, ended_on=NOW.date(), actor=ADVISOR, **end)  # type: ignore[arg-type]
    seen = attendance_of(session, voucher=voucher)
    assert seen is not None and seen.end_confirmed_by == ADVISOR.reference
    with pytest.raises(Conflict):
        confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=me, now=NOW)
