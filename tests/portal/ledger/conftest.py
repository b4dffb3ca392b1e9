"""Books with money in them, verified after each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from portal.ledger.actions import (
    fund,
    open_accounts,
)
from portal.ledger.invariants import verify
from tests.portal.ledger.booked import ACTOR


@pytest.fixture
def books(session: Session, now: datetime) -> Iterator[Session]:
    """Two funding lines: 1 with € 1.000, 2 with € 300. The books must be right when the test is done."""
    for line, cents in ((1, 100_000), (2, 30_000)):
        open_accounts(session, funding_line_id=line)
        fund(session, funding_line_id=line, amount_cents=cents, actor_id=ACTOR, now=now)
    session.commit()
    yield session
    assert verify(session) == []
