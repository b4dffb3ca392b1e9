"""Proefland with somebody who vouches for what is promised beyond a budget."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.framework.funding.queries import funders, funding_line_by_slug
from portal.people.actor import Actor, Audience
from portal.planning.expected_use.actions import SuretyTerms, lay_down_surety
from portal.planning.expected_use.models import Surety
from tests.factories import NOW, a_voucher

WHY = "Een op de vijf vouchers wordt niet gebruikt."
FIRST = Actor(Audience.REGION, account_id=921, display_name="Eva Eerste")


def a_surety_laid_down(session: Session, *, slug: str = "rijk-leren", actor: Actor = FIRST, **other: Any) -> Surety:
    """Beside a voucher of 120,000 cents on `rijk-leren`: one percent, up to 500,000 cents."""
    a_voucher(session)
    line = funding_line_by_slug(session, slug=slug)
    assert line is not None
    chance, most = other.pop("limit_permille", 10), other.pop("most_cents", 500_000)
    terms = SuretyTerms(funders(session)[-1], chance, most)
    return lay_down_surety(session, line=line, terms=terms, actor=actor, **({"now": NOW, "reason": WHY} | other))
