"""Samples that auditors drew at the desk of the access matrix."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.samples.actions import draw_sample
from portal.accounting.samples.models import SampleField
from portal.accounting.samples.queries import SampleChoice, population_of, sampled_vouchers
from portal.people.actor import Actor, Audience
from portal.spending.vouchers.models import Voucher
from tests.web.asked import NOW

ANOTHER = Actor(Audience.AUDITOR, account_id=990, display_name="Ad Accountant")


def audited(session: Session, *, auditor: Actor) -> dict[str, str]:
    """The ids: a sample of this auditor with a voucher in it, one of another auditor, and a voucher that is in neither."""
    whole = SampleChoice(1, "1", date(2026, 1, 1), date(2027, 12, 31), SampleField.STATE)
    choice = replace(whole, size=len(population_of(session, choice=whole)))
    mine = draw_sample(session, choice=choice, actor=auditor, now=NOW)
    theirs = draw_sample(session, choice=choice, actor=ANOTHER, now=NOW)
    taken = [one.voucher for one in sampled_vouchers(session, sample=mine)]
    left = select(Voucher).where(Voucher.id.not_in([one.id for one in taken])).order_by(Voucher.id).limit(1)
    return {
        "sample": mine.public_id,
        "other sample": theirs.public_id,
        "sampled voucher": taken[0].public_id,
        "unsampled voucher": session.scalars(left).one().public_id,
    }
