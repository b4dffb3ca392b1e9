"""Proefland with a voucher on money that stays, beside money that ends this year."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.people.actor import Actor, Audience
from portal.planning.rebalances.actions import ask_rebalance, keep_rebalance, work_out_rebalance
from portal.planning.rebalances.models import Rebalance
from portal.planning.rebalances.queries import open_books, waiting_rebalance
from portal.platform.clock import local_date
from portal.spending.vouchers.models import Voucher
from tests.factories import NOW, a_voucher

UNTIL = date(2026, 12, 31)
REASON = "Het geld van de provincie vervalt na dit jaar."
FIRST = Actor(Audience.REGION, account_id=921, display_name="Eva Eerste")


def ends_this_year(session: Session, slug: str = "provincie-breed") -> None:
    """The period of a budget ends with the year."""
    session.execute(update(FundingLine).where(FundingLine.slug == slug).values(period_to=UNTIL))
    session.expire_all()


def a_late_voucher(session: Session, **application: Any) -> Voucher:
    """A voucher of 120,000 cents on `rijk-leren`; `provincie-breed` may pay it too and ends this year."""
    voucher = a_voucher(session, **application)
    ends_this_year(session)
    return voucher


def asked(session: Session, *, actor: Actor = FIRST, until: date = UNTIL) -> Rebalance:
    """What the first person asks for."""
    ask_rebalance(session, until=until, reason=REASON, actor=actor, now=NOW)
    plan = waiting_rebalance(session)
    assert plan is not None
    return plan


def worked_out(session: Session, plan: Rebalance, *, actor: Actor = FIRST) -> Rebalance:
    """What it comes to: read, solved and kept, as the long work does it."""
    books = open_books(session, until=plan.until, on=local_date(NOW))
    return keep_rebalance(session, rebalance=plan, worked_out=work_out_rebalance(books), actor=actor, now=NOW)


def laid_down(session: Session, *, actor: Actor = FIRST, until: date = UNTIL) -> Rebalance:
    """What the first person asked for, worked out."""
    return worked_out(session, asked(session, actor=actor, until=until), actor=actor)
