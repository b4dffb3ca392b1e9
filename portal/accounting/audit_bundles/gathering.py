"""The papers of one voucher as they are kept, for the auditor who drew it in a sample. Nothing is changed or computed.

What cannot be opened is no reason to leave the rest out: `left_out` says which paper is not there, and why.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from matching.receipt import receipt_text
from portal.accounting.audit_bundles import layout
from portal.accounting.audit_bundles.decided import decisions_about, letter_entry, letters_about
from portal.accounting.samples.queries import voucher_number
from portal.awarding.decision_receipts import receipt_of_decision
from portal.awarding.decisions.models import Decision
from portal.cases.evidence.models import Evidence
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import LedgerAccount, Transfer
from portal.paying.payments.models import Payment, Repayment
from portal.people.actor import Actor
from portal.people.audit.models import AuditEvent, AuditLink
from portal.platform.among import among
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault, open_file
from portal.post.files.models import StoredFile
from portal.spending.invoices.models import Invoice
from portal.spending.vouchers.models import Redemption, Voucher

READER = Actor.system("audit bundle")
"""Reads for an auditor, whom `opened_voucher` let through."""


@dataclass
class VoucherPapers:
    """Everything about one voucher: the values, and the files by their names in the folder."""

    voucher: Voucher
    number: str
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    invoices: list[dict[str, Any]] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, int]:
        """What stands for it in the ledger, in cents."""
        return layout.figures_of(self.transfers)


def voucher_papers(session: Session, *, voucher: Voucher, vault: Vault) -> VoucherPapers:
    """The papers of a voucher, in memory. The caller guards who may see them."""
    papers = VoucherPapers(voucher, voucher_number(voucher.id))
    _decided(session, papers)
    _handed_in(session, papers, vault)
    _invoiced(session, papers, vault)
    redemptions = list(session.scalars(select(Redemption).where(Redemption.voucher_id == voucher.id)))
    papers.payments = _payments(session, voucher, [one.id for one in redemptions])
    papers.transfers = _transfers(session, voucher)
    papers.history = _history(session, papers)
    papers.facts = _facts(papers, redemptions)
    papers.files |= {
        layout.VOUCHER: layout.text_of(papers.facts),
        layout.DECISION: layout.text_of({"decisions": papers.decisions, "letters": papers.letters}),
        layout.EVIDENCE: layout.text_of(papers.evidence),
        layout.INVOICES: layout.text_of(papers.invoices),
        layout.PAYMENTS: layout.text_of(papers.payments),
        layout.TRANSFERS: layout.text_of(papers.transfers),
        layout.TRANSFERS_TABLE: _table(papers.transfers),
        layout.HISTORY: layout.text_of(papers.history),
    }
    return papers


def _facts(papers: VoucherPapers, redemptions: list[Redemption]) -> dict[str, Any]:
    voucher = papers.voucher
    amounts = ("amount_cents", "redeemed_cents", "released_cents", "recovered_cents", "settled_cents")
    return {
        "format": layout.VOUCHER_FORMAT,
        "number": papers.number,
        "scheme": voucher.scheme,
        "scheme_version": voucher.scheme_version,
        "state": voucher.state.value,
        "awarded_on": voucher.award.awarded_on.isoformat(),
        "awarded_cents": voucher.award.amount_cents,
        "issued_on": voucher.issued_on.isoformat(),
        "valid_until": voucher.valid_until.isoformat(),
        "figures": papers.figures,
        "left_out": papers.left_out,
        "redemptions": [
            {
                "id": one.id,
                "kind": one.kind.value,
                "invoice_number": one.invoice_number,
                "invoice_date": one.invoice_date.isoformat(),
                "amount_cents": one.amount_cents,
                "credited_cents": one.credited_cents,
            }
            for one in sorted(redemptions, key=lambda one: one.id)
        ],
    } | {name: getattr(voucher, name) for name in amounts}


def _decided(session: Session, papers: VoucherPapers) -> None:
    """The decisions, the letters about them, and the receipt of the award."""
    voucher = papers.voucher
    papers.decisions = decisions_about(session, voucher=voucher)
    for letter in letters_about(session, voucher=voucher, decision_ids={one["id"] for one in papers.decisions}):
        name = f"letter-{letter.id:06d}.pdf"
        papers.files[name] = letter.pdf
        papers.letters.append(letter_entry(session, letter=letter, name=name))
    award = session.get_one(Decision, voucher.award.decision_id)
    receipt = receipt_of_decision(session, decision=award, actor=READER)
    if receipt is None:
        papers.left_out.append({"paper": layout.RECEIPT, "reason": "no_receipt"})
        return
    papers.files[layout.RECEIPT] = receipt_text(receipt).encode()
    next(one for one in papers.decisions if one["id"] == award.id)["receipt_hash"] = receipt.content_hash


def _handed_in(session: Session, papers: VoucherPapers, vault: Vault) -> None:
    rows = select(Evidence).where(Evidence.question_id == papers.voucher.question_id).order_by(Evidence.id)
    for one in session.scalars(rows):
        papers.evidence.append(
            {
                "id": one.id,
                "piece": one.piece,
                "words": one.words,
                "state": one.state.value,
                "handed_in_at": one.handed_in_at.isoformat(),
                "judged_at": one.judged_at.isoformat() if one.judged_at is not None else None,
                "judged_by": one.judged_by,
                "file": _put(session, papers, vault, f"evidence-{one.id:06d}", one.file),
            }
        )


def _invoiced(session: Session, papers: VoucherPapers, vault: Vault) -> None:
    for one in session.scalars(select(Invoice).where(Invoice.voucher_id == papers.voucher.id).order_by(Invoice.id)):
        papers.invoices.append(
            {
                "id": one.id,
                "kind": one.kind.value,
                "provider": one.provider.name,
                "provider_kvk": one.provider.kvk_number,
                "number": one.number,
                "invoice_date": one.invoice_date.isoformat(),
                "total_cents": one.total_cents,
                "amount_cents": one.amount_cents,
                "state": one.state.value,
                "findings": one.findings,
                "submitted_at": one.submitted_at.isoformat(),
                "accepted_at": one.accepted_at.isoformat() if one.accepted_at is not None else None,
                "accepted_by": one.accepted_by,
                "redemption": one.redemption_id,
                "file": _put(session, papers, vault, f"invoice-{one.id:06d}", one.file),
            }
        )


def _put(session: Session, papers: VoucherPapers, vault: Vault, name: str, file: StoredFile | None) -> str | None:
    """Put a kept file among the papers; its name there, or None when there is none or it cannot be opened."""
    if file is None:
        return None
    whole = f"{name}.{file.kind.ending}"
    try:
        papers.files[whole] = open_file(session, vault=vault, file=file)
    except Refusal as refusal:
        papers.left_out.append({"paper": whole, "reason": refusal.code})
        return None
    return whole


def _payments(session: Session, voucher: Voucher, redemption_ids: list[int]) -> list[dict[str, Any]]:
    owed = select(Repayment.id).where(Repayment.voucher_id == voucher.id)
    rows = select(Payment).where(or_(among(Payment.redemption_id, redemption_ids), Payment.repayment_id.in_(owed)))
    return [
        {
            "id": one.id,
            "batch": one.batch.number,
            "made_by": one.batch.made_by,
            "released_by": one.batch.released_by,
            "redemption": one.redemption_id,
            "payee": one.payee.value,
            "payee_name": one.payee_name,
            "iban": one.iban,
            "amount_cents": one.amount_cents,
            "end_to_end_id": one.end_to_end_id,
            "state": one.state.value,
            "executed_on": one.executed_on.isoformat() if one.executed_on is not None else None,
            "returned_on": one.returned_on.isoformat() if one.returned_on is not None else None,
            "return_reason": one.return_reason,
        }
        for one in session.scalars(rows.order_by(Payment.id))
    ]


def _transfers(session: Session, voucher: Voucher) -> list[dict[str, Any]]:
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = (
        select(Transfer, source, target)
        .join(source, source.id == Transfer.debit_account_id)
        .join(target, target.id == Transfer.credit_account_id)
        .where(Transfer.voucher_id == voucher.id)
    )
    slugs = {line.id: line.slug for line in funding_lines(session)}
    found = []
    for one, left, reached in session.execute(rows.order_by(Transfer.id)):
        values = (
            one.id, one.kind.value, slugs.get(left.funding_line_id), left.kind.value,
            slugs.get(reached.funding_line_id), reached.kind.value, one.amount_cents, one.resolves_id,
            one.booked_on.isoformat(), one.at.isoformat(), one.actor_id, one.decision_id, one.scheme_version_id,
            one.note,
        )  # fmt: skip
        found.append(dict(zip(layout.TRANSFER_COLUMNS, values, strict=True)))
    return found


def _table(transfers: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(layout.TRANSFER_COLUMNS)
    for one in transfers:
        writer.writerow(["" if one[name] is None else one[name] for name in layout.TRANSFER_COLUMNS])
    return text.getvalue().encode()


def _history(session: Session, papers: VoucherPapers) -> list[dict[str, Any]]:
    """What was done to the voucher, its invoices and its payments, with the values before and after of what is decided."""
    about = {
        "voucher": [papers.voucher.id],
        "invoice": [one["id"] for one in papers.invoices],
        "payment": [one["id"] for one in papers.payments],
    }
    chosen = [
        and_(AuditEvent.object_kind == kind, among(AuditEvent.object_id, [str(one) for one in ids]))
        for kind, ids in about.items()
    ]
    rows = select(AuditEvent, AuditLink.decided).outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
    return [
        {
            "at": event.at.isoformat(),
            "by": event.actor,
            "role": event.role,
            "action": event.action,
            "about": f"{event.object_kind}:{event.object_id}",
            "result": event.result,
            "fields": event.fields,
            "decided": decided or {},
        }
        for event, decided in session.execute(rows.where(or_(*chosen)).order_by(AuditEvent.id))
    ]
