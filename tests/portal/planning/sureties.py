"""Proefland with somebody who vouches for what is promised beyond a budget."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matching.plan.forecast.expected_use import ExpectedUse
from portal.framework.funding.queries import funders, funding_line_by_slug
from portal.people.actor import Actor, Audience
from portal.planning.expected_use.actions import SuretyTerms, keep_surety_room, lay_down_surety
from portal.planning.expected_use.models import Surety, SuretyRoom
from portal.planning.expected_use.queries import JudgedRoom, judged, print_of_both, room_input
from portal.platform.clock import local_date
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


def worked_out_room(session: Session, surety: Surety, *, actor: Actor = FIRST, now: datetime = NOW) -> SuretyRoom:
    """What the room comes to: read, worked out and kept, as the long work does it."""
    found = judged(room_input(session, surety=surety, on=local_date(now)))
    return keep_surety_room(session, surety=surety, judged=found, actor=actor, now=now)


def a_judgement(
    session: Session, surety: Surety, *, free: int, beyond: int, chance: float = 2.0, braked: bool = False
) -> JudgedRoom:
    """What is known, as a value over the books as they are: the judgement itself has tests of its own."""
    told = ExpectedUse(free, beyond, 0, chance, max(0, -free), braked)
    return JudgedRoom(local_date(NOW), print_of_both(session, surety=surety), 7, 320, 2, told)
