"""Papers from outside: the invoice of a provider as a PDF, and the statement of the bank (camt.053)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from xml.sax.saxutils import escape

from portal.paying.payments.models import PaymentBatch

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
RETURNED_BECAUSE = "AC04"
"""The account of who was paid is closed (code of the bank)."""


def invoice_pdf(lines: Sequence[str]) -> bytes:
    """A page with these lines, the first one as its heading. Equal lines give equal bytes."""
    shown = []
    for number, line in enumerate(lines):
        text = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        size = 18 if number == 0 else 11
        shown.append(f"BT /F1 {size} Tf 70 {760 - 22 * number} Td ({text}) Tj ET")
    drawn = "\n".join(shown).encode("cp1252", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    made = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(made))
    )


def bank_statement(batch: PaymentBatch, *, on: date, account: str, came_back: Collection[str] = ()) -> bytes:
    """The statement of an account that a batch was executed on a day; payments with an id in `came_back` were returned."""
    entries = []
    for payment in batch.counted:
        back = payment.end_to_end_id in came_back
        reason = f"<RtrInf><Rsn><Cd>{RETURNED_BECAUSE}</Cd></Rsn></RtrInf>" if back else ""
        amount = f'<Amt Ccy="EUR">{payment.amount_cents // 100}.{payment.amount_cents % 100:02d}</Amt>'
        entries.append(
            f"<Ntry>{amount}<CdtDbtInd>{'CRDT' if back else 'DBIT'}</CdtDbtInd><Sts>BOOK</Sts>"
            f"<BookgDt><Dt>{on.isoformat()}</Dt></BookgDt><NtryDtls><TxDtls>"
            f"<Refs><EndToEndId>{escape(payment.end_to_end_id)}</EndToEndId></Refs>{reason}</TxDtls></NtryDtls></Ntry>"
        )
    lines = f"<Stmt><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{''.join(entries)}</Stmt>"
    return f'<Document xmlns="{CAMT}"><BkToCstmrStmt>{lines}</BkToCstmrStmt></Document>'.encode()


def incoming_statement(cents: int, *, on: date, account: str, reference: str, said: str) -> bytes:
    """The statement of an account that money came in on a day, with what the bank calls it and what stood with it."""
    entry = (
        f'<Ntry><Amt Ccy="EUR">{cents // 100}.{cents % 100:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{on.isoformat()}</Dt></BookgDt><AcctSvcrRef>{escape(reference)}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RmtInf><Ustrd>{escape(said)}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
    )
    lines = f"<Stmt><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{entry}</Stmt>"
    return f'<Document xmlns="{CAMT}"><BkToCstmrStmt>{lines}</BkToCstmrStmt></Document>'.encode()
