"""Revision 0016 makes the sentence by which waiting vouchers were found a word, and back; what staff wrote stays as it is."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.awarding.shares_elsewhere import actions
from portal.awarding.shares_elsewhere.models import ShareElsewhere, ShareOutcome
from portal.migrations import downgrade, upgrade
from portal.platform.database import unit_of_work
from portal.spending.changes.actions import block_voucher
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import changes_of
from tests.factories import ADVISOR, NOW, a_voucher
from tests.portal.awarding.shares_elsewhere.test_shares_elsewhere import decided, outcome

SENTENCE = "Een andere organisatie beslist nog over een deel van de kosten."


def reasons(engine: Engine) -> list[str | None]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT block_reason FROM voucher ORDER BY id")))


def fill(session: Session) -> None:
    """A voucher that waits for a loan, one that a member of staff blocked, and one that can be used."""
    decided(session)
    block_voucher(session, voucher=a_voucher(session), reason="Vermoeden van misbruik.", actor=ADVISOR, now=NOW)
    a_voucher(session)


def test_a_voucher_that_waits_is_found_again_after_a_step_back_and_forward(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_waits", lambda _session, voucher: voucher.id == 1)
    upgrade(empty)
    unit_of_work(empty, fill)
    assert reasons(empty) == ["share_elsewhere", "Vermoeden van misbruik.", None]
    downgrade(empty, revision="0015")
    assert reasons(empty) == [SENTENCE, "Vermoeden van misbruik.", None]
    upgrade(empty)
    assert reasons(empty) == ["share_elsewhere", "Vermoeden van misbruik.", None]

    def decide(session: Session) -> None:
        outcome(session, session.scalars(select(ShareElsewhere)).one(), ShareOutcome.GRANTED, 150_000)
        first, second, _third = session.scalars(select(Voucher).order_by(Voucher.id)).all()
        assert (first.is_blocked, second.is_blocked) == (False, True)
        assert [one.reason for one in changes_of(session, voucher=first)] == [SENTENCE, SENTENCE]

    unit_of_work(empty, decide)
