"""Vouchers whose last day has passed: the one job that lets them expire, by night, on command and in the demonstration."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.platform.clock import local_date
from portal.platform.jobs.actions import Job
from portal.spending.invoices.queries import waiting_on
from portal.spending.vouchers.actions import expire_voucher
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import late_vouchers


def expiry_job(actor: Actor) -> Job:
    """The job that lets each voucher expire whose last day lies before today; what it does returns the cents, or False.

    While an invoice waits that came in time, the voucher waits too: whatever else held it, or let it go.
    """

    def expire(session: Session, item: str, at: datetime) -> int | bool:
        voucher = session.get_one(Voucher, int(item.partition(":")[0]))
        if waiting_on(session, voucher=voucher):
            return False
        return expire_voucher(session, voucher=voucher, today=local_date(at), actor=actor, now=at) or False

    return Job("expire_vouchers", late_items, expire)


def late_items(session: Session, at: datetime) -> list[str]:
    """The vouchers that are late, each with its last day: one that was extended is another item."""
    return [f"{one}:{day}" for one, day in late_vouchers(session, today=local_date(at))]
