"""A surety that waits for a second person, as a row: the screens show it, and nothing is promised by it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.framework.funding.queries import funding_lines
from portal.planning.expected_use.models import Surety
from tests.web.asked import NOW


def a_surety(session: Session) -> Surety:
    """Of the first budget, vouched for by the funder of the second, laid down by a colleague."""
    first, second = funding_lines(session)[:2]
    one = Surety(
        line_id=first.id,
        guarantor_id=second.funder_id,
        limit_permille=10,
        most_cents=500_000,
        reason="Een op de vijf vouchers wordt niet gebruikt.",
        laid_down_at=NOW,
        laid_down_by="account:990",
        laid_down_by_name="Cor Collega",
    )
    session.add(one)
    session.flush()
    return one
