"""What comes in and goes out for the vouchers of a measured desk: applications, invoices, payments and what has to come back.

Put there by the database itself, from the vouchers and transfers that are there.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from portal.paying.payments.models import PaymentBatch
from portal.post.files.models import FileKind, StoredFile
from tests.benchmarks.reports import fill

BATCHES = 100
AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
FROM_ROWS = (
    """
    INSERT INTO application (public_id, number, receipt_order, question_id, schemes, scheme_versions, kind, name,
        birth_date, street, house_number, postcode, city, kvk_number, learner_name, person_key, employer_key,
        confirmed_at, applied_on, applied_at, applied_by, decision_weeks, stopped_days)
    SELECT 'ap' || q.id, 'A-' || q.id, q.id, q.id, '[]', '{}',
        CASE q.route WHEN 'employer' THEN 'employer' ELSE 'person' END, 'Sam', '1990-01-01', 'Weg', '1', '1000AA', 'Stad',
        CASE q.route WHEN 'employer' THEN q.employer_kvk END, CASE q.route WHEN 'employer' THEN 'Sam' END,
        a.person_key, a.employer_key, q.applied_at, q.reference_date, q.applied_at, 'resident', 8, 0
    FROM development_question q JOIN award a ON a.question_id = q.id
    """,
    """
    INSERT INTO invoice (public_id, kind, voucher_id, provider_id, file_id, number, number_key, invoice_date,
        learner_name, total_cents, amount_cents, state, findings, submitted_at, submitted_by, checked_at, accepted_at,
        accepted_by, redemption_id)
    SELECT 'i' || r.id, 'invoice', r.voucher_id, r.provider_id, 1, r.invoice_number, r.invoice_key, r.invoice_date,
        'Sam', r.amount_cents, r.amount_cents, 'accepted', '[]', r.redeemed_at, 'account:9', r.redeemed_at,
        r.redeemed_at, 'account:1', r.id
    FROM redemption r
    """,
    """
    INSERT INTO redemption_spend (redemption_id, transfer_id)
    SELECT r.id, t.id FROM redemption r JOIN transfer t ON t.voucher_id = r.voucher_id AND t.kind = 'spend'
    """,
    f"""
    INSERT INTO payment (public_id, batch_id, redemption_id, payee, provider_id, payee_name, iban, amount_cents,
        end_to_end_id, description, state, executed_on)
    SELECT 'p' || t.id, 1 + t.id % {BATCHES}, r.id, 'provider', r.provider_id, 'Opleider', 'NL91ABNA0417164300',
        t.amount_cents, 'LOKET-' || t.id, 'voucher', 'executed', t.booked_on
    FROM transfer t JOIN redemption r ON r.voucher_id = t.voucher_id WHERE t.kind = 'pay'
    """,
    """
    INSERT INTO payment_spend (payment_id, transfer_id, live)
    SELECT p.id, t.resolves_id, true FROM transfer t JOIN payment p ON p.end_to_end_id = 'LOKET-' || t.id
    WHERE t.kind = 'pay'
    """,
    """
    INSERT INTO recovery (public_id, voucher_id, redemption_id, debtor, provider_id, amount_cents, received_cents,
        written_off_cents, state, plan, claimed_at, claimed_by)
    SELECT 'rc' || r.id, r.voucher_id, r.id, 'provider', r.provider_id, 100, 0, 0, 'open', 0, r.redeemed_at, 'account:1'
    FROM redemption r WHERE r.id % 50 = 0
    """,
)


def fill_whole(engine: Engine, vouchers: int) -> None:
    """So many vouchers with all that comes in and goes out for them, and what the database knows of its rows."""
    with Session(engine) as session:
        _wait_longer(session)
        fill(session, vouchers)
        session.add(
            StoredFile(
                id=1, public_id="f1", place="f1", kind=FileKind.PDF, sha256="0" * 64, size_bytes=1, pages=1,
                uploaded_at=AT, uploaded_by="account:9",
            )
        )  # fmt: skip
        session.flush()
        made = {"made_at": AT, "made_by": "account:1", "made_by_name": "Ada"}
        batches = [
            {"id": number, "number": f"LOKET-B{number}", "public_id": f"b{number}", **made}
            for number in range(1, BATCHES + 1)
        ]
        session.execute(insert(PaymentBatch), batches)
        for statement in FROM_ROWS:
            session.execute(text(statement))
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":  # what it does by itself soon after so many rows
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM (ANALYZE)"))
            connection.execute(text("RESET statement_timeout"))
        else:
            connection.execute(text("ANALYZE"))


def _wait_longer(session: Session) -> None:
    """Filling may take longer than a page."""
    if session.get_bind().dialect.name == "postgresql":
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {setting} = 0"))
