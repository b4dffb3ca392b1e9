"""A desk that goes back before receipts could be undone: what was undone never counted, and its line of the bank stays free."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal.accounting.tranches.actions import receive_from_bank
from portal.accounting.undone_receipts import ask_undo, undo_receipt
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from tests.factories import REGION
from tests.portal.accounting.tranches.test_tranches import LATER, a_tranche, an_agreement, came_in
from tests.portal.paying.payments.test_payments import SECOND
from tests.portal.paying.statements.test_incoming import money_in


def matched_twice(session: Session) -> None:
    """€ 200 that was undone and matched with another tranche."""
    agreement = an_agreement(session)
    first, second = a_tranche(session, agreement), a_tranche(session, agreement, 30_000)
    [line] = came_in(session, money_in("200.00"))
    after = LATER + timedelta(days=1)
    receipt = receive_from_bank(session, tranche=first, line=line, actor=REGION, now=LATER)
    ask_undo(session, receipt=receipt, reason="Dit geld is van de tweede termijn.", actor=REGION, now=after)
    undo_receipt(session, receipt=receipt, actor=SECOND, now=after)
    receive_from_bank(session, tranche=second, line=line, actor=REGION, now=after)


def test_what_was_undone_is_withdrawn_before_that_was_possible(migrated: Engine) -> None:
    unit_of_work(migrated, matched_twice)

    def seen() -> list[tuple[str, bool]]:
        with migrated.connect() as connection:
            rows = connection.execute(text("SELECT state, line_id IS NOT NULL FROM tranche_receipt ORDER BY id"))
            return [(row[0], bool(row[1])) for row in rows]

    assert seen() == [("undone", True), ("received", True)]
    downgrade(migrated, revision="0041")
    assert seen() == [("withdrawn", False), ("received", True)]
    upgrade(migrated)
    assert seen() == [("withdrawn", False), ("received", True)]
