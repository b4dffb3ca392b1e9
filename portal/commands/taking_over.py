"""A large takeover as long work: tried, carried out and undone in parts, between which everybody else can write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.moving import right_plan
from portal.accounting.takeover.parts import (
    carry_part,
    keep_trial,
    plan_to_carry,
    trial_parts,
    try_part,
    undo_count,
    undo_part,
)
from portal.accounting.takeover.rows import AdministrationPlan, Sums
from portal.commands.askers import asker
from portal.oversight.long_work.doing import Doing
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l


def try_in_parts(doing: Doing) -> None:
    """A trial run: each part is booked and undone in one short transaction, and the sums of all are kept in another.

    What was tried before a pause is not kept.
    """

    def read(session: Session) -> tuple[str, AdministrationPlan]:
        one = _its(session, doing)
        return one.content_hash, right_plan(session, one, doing.clock())

    seen_hash, plan = unit_of_work(doing.engine, read, read_only=True)
    parts, booked = trial_parts(plan), list[Sums]()
    doing.steps(len(parts))
    for part in parts:

        def tried(session: Session, part: AdministrationPlan = part) -> Sums:
            actor, one = asker(session, doing.asked_by), _its(session, doing)
            return try_part(session, administration=one, plan=plan, part=part, actor=actor, now=doing.clock())

        booked.append(unit_of_work(doing.engine, tried, keep=lambda _sums: False))
        doing.step()
        doing.breathe()
    doing.keep(
        lambda session, at: keep_trial(
            session,
            administration=_its(session, doing),
            seen_hash=seen_hash,
            plan=plan,
            booked=booked,
            actor=asker(session, doing.asked_by),
            now=at,
        )
    )


def take_over_in_parts(doing: Doing) -> None:
    """Writing a takeover that a second person decided on: from where it is, by who decided."""

    def read(session: Session) -> tuple[AdministrationPlan, int, int] | None:
        one = _its(session, doing)
        if one.state is AdministrationState.TAKEN_OVER:  # a process died after the last part
            return None
        plan, total = plan_to_carry(session, administration=one)
        return plan, total, one.carried

    found = unit_of_work(doing.engine, read, read_only=True)
    if found is None:
        return
    plan, total, doing.done = found
    doing.steps(total)

    def part(session: Session, at: datetime) -> int:
        one = _its(session, doing)
        actor = asker(session, one.taken_over_by)
        return carry_part(session, administration=one, plan=plan, actor=actor, now=at)

    while doing.keep_part(part) < total:
        pass


def undo_in_parts(doing: Doing) -> None:
    """Booking a takeover back on which a second person decided: from where it is, by who decided."""

    def read(session: Session) -> tuple[int, int] | None:
        one = _its(session, doing)
        if one.state is AdministrationState.UNDONE:
            return None
        return undo_count(session, administration=one), one.taken_back

    found = unit_of_work(doing.engine, read, read_only=True)
    if found is None:
        return
    total, doing.done = found
    doing.steps(total)

    def part(session: Session, at: datetime) -> int:
        one = _its(session, doing)
        return undo_part(session, administration=one, actor=asker(session, one.undone_by), now=at)

    while doing.keep_part(part) < total:
        pass


def _its(session: Session, doing: Doing) -> EarlierAdministration:
    one = session.scalar(select(EarlierAdministration).where(EarlierAdministration.public_id == doing.about))
    if one is None:
        raise Refusal("administration_gone", _l("Deze administratie is er niet meer. Stuur de bestanden opnieuw."))
    return one
