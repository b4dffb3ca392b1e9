"""The nightly work of retention: planning what is due once a day, and erasing it batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.oversight.privacy.requested import carry_out_erasure, erasures_to_carry_out
from portal.oversight.privacy.retention.actions import erase_batch, plan_erasures
from portal.oversight.privacy.retention.models import ErasureBatch
from portal.oversight.privacy.retention.queries import batches_to_do
from portal.people.actor import Actor
from portal.platform.jobs.actions import Job

Days = Callable[[Session, datetime], Sequence[str]]


def retention_jobs(each_day: Days, *, actor: Actor) -> tuple[Job, ...]:
    """Plan, erase what was planned, and erase what people asked for and were granted."""

    def plan(session: Session, _item: str, at: datetime) -> None:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        plan_erasures(session, actor=actor, now=at)

    def planned(session: Session, _at: datetime) -> list[str]:
        return [str(number) for number in batches_to_do(session)]

    def erase(session: Session, item: str, at: datetime) -> bool:
        batch = session.get_one(ErasureBatch, int(item))
        if batch.done_at is not None:
            return False
        erase_batch(session, batch=batch, actor=actor, now=at)
        return True

    def asked(session: Session, at: datetime) -> list[str]:
        return [str(one.id) for one in erasures_to_carry_out(session, now=at)]

    def carry_out(session: Session, item: str, at: datetime) -> bool:
        found = next((one for one in erasures_to_carry_out(session, now=at) if one.id == int(item)), None)
        if found is None:
            return False
        carry_out_erasure(session, request=found, actor=actor, now=at)
        return True

    return (
        Job("plan_erasures", each_day, plan),
        Job("erase_due", planned, erase),
        Job("erase_asked", asked, carry_out),
    )
