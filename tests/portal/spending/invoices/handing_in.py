"""Short ways to hand in an invoice and to clear what its checks find."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.ledger.invariants import verify
from portal.people.actor import Actor
from portal.post.files.actions import Vault, note_scan
from portal.spending.attendance import confirm_start
from portal.spending.invoices.actions import Paper, submit_invoice
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.queries import ledger_breaks
from tests.factories import NOW, SYSTEM, resident
from tests.portal.post.files.hostile import pdf


def paper(cents: int, number: str = "F-1", *, pages: int = 1, **more: Any) -> Paper:
    given = {
        "number": number,
        "invoice_date": NOW.date(),
        "learner_name": "S. de Vries",
        "total_cents": cents,
        "amount_cents": cents,
        "content": pdf(pages),
        "file_name": "factuur.pdf",
    }
    return Paper(**(given | more))


def hand_in(session: Session, case: Any, vault: Vault, cents: int, number: str = "F-1", **more: Any) -> Invoice:
    voucher, _, pia = case
    now = more.pop("now", NOW)
    return submit_invoice(session, voucher=voucher, paper=paper(cents, number, **more), vault=vault, actor=pia, now=now)


def clear(session: Session, invoice: Invoice) -> None:
    """The file is scanned and the training started: no check finds anything any more."""
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=NOW)
    voucher = invoice.voucher
    question = resident(session.get_one(type(voucher), voucher.id))  # type: ignore[arg-type]
    started = Actor(question.audience, question_id=voucher.question_id)
    confirm_start(session, voucher=voucher, started_on=NOW.date(), actor=started, now=NOW)


def books_are_right(session: Session) -> bool:
    return verify(session) == [] and ledger_breaks(session) == []
