"""The whole history on a desk: every figure of the source comes out of the books, counted in plain SQL as well."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.accounting.source_report.figures import SOURCE
from portal.demo.history import check_history, history_plan, load_history
from portal.ledger.invariants import verify
from portal.platform.database import unit_of_work
from portal.post.files.actions import Vault

IN_SQL = {
    "vouchers": "SELECT count(*) FROM voucher",
    "awarded": "SELECT sum(amount_cents) FROM voucher",
    "redeemed": "SELECT sum(amount_cents) FROM redemption",
    "outside_vouchers": "SELECT sum(counted_cents) FROM expense WHERE state = 'approved'",
    "cofinancing": "SELECT sum(amount_cents) FROM cofinancing WHERE state = 'proven'",
    "vouchers_employer": "SELECT count(*) FROM voucher WHERE scheme = 'ontwikkelfonds-werkgever'",
    "employers": "SELECT count(DISTINCT employer_kvk) FROM development_question WHERE employer_kvk LIKE '0000%'",
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_books_of_the_whole_history_come_to_every_figure_of_the_source(engine: Engine, vault: Vault) -> None:
    assert load_history(engine, plan=history_plan(), vault=vault) == 520
    compared = check_history(engine, on=date(2026, 1, 1))
    assert [(one.figure.key, one.books) for one in compared if not one.is_equal] == []

    def count(session: Session) -> None:
        assert {key: session.scalar(text(query)) for key, query in IN_SQL.items()} == {
            key: SOURCE[key] for key in IN_SQL
        }
        assert verify(session) == []

    unit_of_work(engine, count, read_only=True)
