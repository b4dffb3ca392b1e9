"""Reads of agreements: those that somebody may see, what goes with one, and the calendar of what has to be done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.accounting.agreements.models import (
    AgreementDocument,
    AgreementDuty,
    AgreementParty,
    PlanApproval,
    PlanChange,
)
from portal.accounting.scope import scope_of
from portal.framework.funding.models import Agreement, Funder
from portal.people.actor import Actor, Audience
from portal.post.files.models import ScanState, StoredFile


def agreements(session: Session, *, actor: Actor) -> list[Agreement]:
    """The agreements that somebody may see, by name: a funder its own."""
    scope = scope_of(session, actor=actor)
    if scope is None:
        return []
    rows = select(Agreement).order_by(Agreement.slug)
    if scope.funder is not None:
        rows = rows.where(Agreement.funder_id == scope.funder.id)
    return list(session.scalars(rows))


def agreement_by_slug(session: Session, *, slug: str, actor: Actor) -> Agreement | None:
    """One of them; None when there is none or the actor may not see it."""
    return next((one for one in agreements(session, actor=actor) if one.slug == slug), None)


def of_agreements_seen(session: Session, *, agreement_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that what belongs to an agreement is of one that somebody may see, by the column that says to which.
    What is of another is looked up as what is not there: with the same statements."""
    return agreement_id.in_([one.id for one in agreements(session, actor=actor)])


def funder_by_slug(session: Session, *, slug: str) -> Funder | None:
    """The funder with this name; None when there is none."""
    return session.scalar(select(Funder).where(Funder.slug == slug))


def parties_of(session: Session, *, agreement: Agreement) -> list[AgreementParty]:
    """Who made an agreement, as they were written down."""
    rows = select(AgreementParty).where(AgreementParty.agreement_id == agreement.id)
    return list(session.scalars(rows.order_by(AgreementParty.id)))


def party_by_public_id(session: Session, *, public_id: str, agreement: Agreement) -> AgreementParty | None:
    """A party of this agreement; None when there is none."""
    rows = select(AgreementParty).where(AgreementParty.public_id == public_id)
    return session.scalar(rows.where(AgreementParty.agreement_id == agreement.id))


def duties_of(session: Session, *, agreement: Agreement) -> list[AgreementDuty]:
    """Every duty of an agreement, as they were written down, with those that are over."""
    rows = select(AgreementDuty).where(AgreementDuty.agreement_id == agreement.id)
    return list(session.scalars(rows.order_by(AgreementDuty.id)))


def duty_by_public_id(session: Session, *, public_id: str, actor: Actor) -> AgreementDuty | None:
    """One duty; None when there is none or the actor may not see its agreement."""
    of_mine = of_agreements_seen(session, agreement_id=AgreementDuty.agreement_id, actor=actor)
    return session.scalar(select(AgreementDuty).where(AgreementDuty.public_id == public_id, of_mine))


def documents_of(session: Session, *, agreement: Agreement) -> list[AgreementDocument]:
    """The papers of an agreement, the first one first."""
    rows = select(AgreementDocument).where(AgreementDocument.agreement_id == agreement.id)
    return list(session.scalars(rows.order_by(AgreementDocument.id)))


def document_file(session: Session, *, public_id: str, actor: Actor) -> StoredFile | None:
    """The file of a paper; None when there is none or the actor may not open it.

    Who works for the region may; a funder its own, when a virus scanner found it clean.
    """
    of_mine = of_agreements_seen(session, agreement_id=AgreementDocument.agreement_id, actor=actor)
    found = session.scalar(select(AgreementDocument).where(AgreementDocument.public_id == public_id, of_mine))
    return found.file if found is not None and may_open(found, actor) else None


def may_open(document: AgreementDocument, actor: Actor) -> bool:
    """Whether somebody who sees the agreement may open this paper of it."""
    return actor.audience is not Audience.FUNDER or document.file.scan_state is ScanState.CLEAN


def changes_of(session: Session, *, agreement: Agreement) -> list[PlanChange]:
    """The changes of plan and budget that were asked for, the last one first."""
    rows = select(PlanChange).where(PlanChange.agreement_id == agreement.id)
    return list(session.scalars(rows.order_by(PlanChange.asked_on.desc(), PlanChange.id.desc())))


def approval_by_public_id(session: Session, *, public_id: str, actor: Actor) -> PlanApproval | None:
    """One answer that was asked for; None when there is none or the actor may not see its agreement."""
    of_mine = of_agreements_seen(session, agreement_id=PlanChange.agreement_id, actor=actor)
    rows = select(PlanApproval).join(PlanChange, PlanChange.id == PlanApproval.change_id)
    return session.scalar(rows.where(PlanApproval.public_id == public_id, of_mine))


# What is due -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DutyDue:
    """A duty on a day on which it is due."""

    duty: AgreementDuty
    due_on: date
    overdue: bool
    """Its day has passed and it was not done."""
    ahead: bool = False
    """A later time of a duty that comes back: the one before it has to be done first."""


def duties_due(
    session: Session, *, until: date, on: date, agreement_ids: Collection[int] | None = None
) -> list[DutyDue]:
    """What has to be done up to and including a day, the earliest first, as seen on the day `on`; with what is overdue.

    A duty that comes back stands there for each of its days. One without a day is not in a calendar.
    """
    rows = select(AgreementDuty).where(
        AgreementDuty.done_on.is_(None), AgreementDuty.dropped_at.is_(None), AgreementDuty.due_on <= until
    )
    if agreement_ids is not None:
        rows = rows.where(AgreementDuty.agreement_id.in_(list(agreement_ids)))
    found: list[DutyDue] = []
    for duty in session.scalars(rows):
        assert duty.due_on is not None
        found.append(DutyDue(duty, duty.due_on, duty.due_on < on))
        found += [DutyDue(duty, day, day < on, ahead=True) for day in _later_days(duty, until)]
    return sorted(found, key=lambda one: (one.due_on, one.duty.id))


def _later_days(duty: AgreementDuty, until: date) -> list[date]:
    days: list[date] = []
    if duty.repeated is None or duty.counted_from is None or duty.due_on is None:
        return days
    day = duty.repeated.next_day(duty.counted_from, after=duty.due_on)
    while day <= until:
        days.append(day)
        day = duty.repeated.next_day(duty.counted_from, after=day)
    return days
