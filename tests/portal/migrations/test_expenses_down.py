"""Going back before expenses leaves the books right: what was spent is still gone, as a correction."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.ledger.queries import line_figures
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from tests.portal.accounting.accounts_of import a_package, a_vault, booked

KINDS = text("SELECT kind FROM transfer WHERE key LIKE 'expense:%'")


def test_an_expense_stays_spent_when_the_schema_goes_back_and_forth(migrated: Engine, tmp_path: Path) -> None:
    def spend(session: Session) -> int:
        return booked(session, a_vault(tmp_path), a_package(session)).funding_line_id

    line = unit_of_work(migrated, spend)

    def spent(session: Session) -> int:
        return line_figures(session, funding_line_ids=[line])[line].spent_cents

    assert unit_of_work(migrated, spent) == 12_100
    downgrade(migrated, revision="0034")
    for _again in range(2):
        with migrated.begin() as connection:
            assert connection.execute(KINDS).scalars().all() == ["correct"]
        with pytest.raises(DatabaseError), migrated.begin() as connection:
            connection.execute(text("DELETE FROM transfer"))
        assert unit_of_work(migrated, spent) == 12_100
        upgrade(migrated)
