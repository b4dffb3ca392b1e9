"""Reads for the central register of de-minimis aid: every award to an employer, and what has to be entered or corrected.

Regulation (EU) 2023/2831, article 6: since 1 January 2026, within twenty working days after the award.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.awarding.aid_register.models import RegisterEntry
from portal.awarding.decisions.models import DecisionOutcome
from portal.cases.applications.models import Application
from portal.framework.catalogue.queries import SchemeInForce, scheme_version
from portal.people.actor import Actor, Audience
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.legal_calendar import add_working_days
from portal.spending.vouchers.models import Award, Voucher, VoucherChange

SINCE = date(2026, 1, 1)
WORKING_DAYS = 20
SEES_REGISTER = frozenset({Audience.REGION, Audience.ADVISOR, Audience.SYSTEM})


class RegisterDuty(enum.StrEnum):
    """What has to be done with an award in the register."""

    ENTER = "enter"
    CORRECT = "correct"
    """It was revoked, lowered or raised, or came back, after it was entered."""


@dataclass(frozen=True)
class RegisteredAward:
    """An award with the fields of the register, and what the register has of it."""

    award_id: int
    public_id: str
    question_id: int
    beneficiary: str
    kvk_number: str
    amount_cents: int
    """What the award comes to now, less what was freed or came back."""
    awarded_on: date
    authority: str
    """The body that decided, in Dutch."""
    scheme: str
    scheme_version: int
    sector: str
    """The NACE code that was last entered for this beneficiary; empty before that."""
    entered_cents: int | None
    """What the register has; None when it was not entered."""
    reference: str
    duty: RegisterDuty | None
    """None when nothing has to be done."""
    due_on: date
    since: datetime


def register_of_aid(
    session: Session, *, actor: Actor, due: bool = False, award: str | None = None
) -> list[RegisteredAward]:
    """The de-minimis awards to employers, the first term first; only those with something to do, or one by its public id.

    For the region and advisors; empty for others.
    """
    if actor.audience not in SEES_REGISTER:
        return []
    of_aid = _of_aid(_schemes(session))
    if of_aid is None:
        return []
    entry, newer, changed = aliased(RegisterEntry), aliased(RegisterEntry), _changed()
    last = select(func.max(newer.id)).where(newer.award_id == Award.id).scalar_subquery()
    net = Award.amount_cents - Voucher.released_cents - Voucher.recovered_cents
    rows = (
        select(
            Award, Voucher, Application.name, Application.kvk_number, DecisionOutcome.deciding_body_nl, entry, changed
        )
        .join(Voucher, Voucher.award_id == Award.id)
        .join(Application, Application.question_id == Award.question_id)
        .outerjoin(
            DecisionOutcome,
            and_(DecisionOutcome.decision_id == Award.decision_id, DecisionOutcome.scheme == Award.scheme),
        )
        .outerjoin(entry, entry.id == last)
        .where(Award.employer_key.is_not(None), Award.awarded_on >= SINCE, of_aid)
    )
    if due:
        rows = rows.where(net != func.coalesce(entry.amount_cents, 0))
    if award is not None:
        rows = rows.where(Award.public_id == award)
    found = session.execute(rows.order_by(Award.awarded_on, Award.id)).all()
    sectors = _sectors(session, {row[0].employer_key for row in found})
    made = [_registered(row, sectors) for row in found]
    return sorted(made, key=lambda one: (one.due_on, one.award_id))


def _registered(row: Row[*tuple[Any, ...]], sectors: Mapping[str | None, str]) -> RegisteredAward:
    award, voucher, name, kvk_number, body, entry, changed = row
    amount = award.amount_cents - voucher.released_cents - voucher.recovered_cents
    entered = entry.amount_cents if entry is not None else None
    ends = (changed, voucher.revoked_at, voucher.expired_at, voucher.settled_at)
    since = max([award.awarded_at, *(at for at in ends if at is not None)]) if entry is not None else award.awarded_at
    duty = None
    if amount != (entered or 0):
        duty = RegisterDuty.ENTER if entry is None else RegisterDuty.CORRECT
    return RegisteredAward(
        award_id=award.id,
        public_id=award.public_id,
        question_id=award.question_id,
        beneficiary=name,
        kvk_number=kvk_number or "",
        amount_cents=amount,
        awarded_on=award.awarded_on,
        authority=body or "",
        scheme=award.scheme,
        scheme_version=award.scheme_version,
        sector=sectors.get(award.employer_key, ""),
        entered_cents=entered,
        reference=entry.reference if entry is not None else "",
        duty=duty,
        due_on=add_working_days(local_date(since), WORKING_DAYS),
        since=since,
    )


def entries_of(session: Session, *, award: str) -> list[RegisterEntry]:
    """What was entered of an award, by its public id, the last first."""
    rows = select(RegisterEntry).join(Award, Award.id == RegisterEntry.award_id).where(Award.public_id == award)
    return list(session.scalars(rows.order_by(RegisterEntry.id.desc())))


def _changed() -> ScalarSelect[datetime]:
    """When an award was last changed after its issue."""
    return select(func.max(VoucherChange.at)).where(VoucherChange.voucher_id == Voucher.id).scalar_subquery()


def _schemes(session: Session) -> list[SchemeInForce]:
    """The scheme versions under which an employer got something, of which that is de-minimis aid."""
    named = select(Award.scheme, Award.scheme_version).where(Award.employer_key.is_not(None)).distinct()
    held = [scheme_version(session, slug=slug, version=version) for slug, version in session.execute(named)]
    return [one for one in held if one is not None and one.definition.state_aid == "de_minimis"]


def _of_aid(schemes: Iterable[SchemeInForce]) -> ColumnElement[bool] | None:
    named = [and_(Award.scheme == one.slug, Award.scheme_version == one.version) for one in schemes]
    return or_(*named) if named else None


def _sectors(session: Session, employers: set[str | None]) -> dict[str | None, str]:
    rows = (
        select(Award.employer_key, RegisterEntry.sector)
        .join(RegisterEntry, RegisterEntry.award_id == Award.id)
        .where(among(Award.employer_key, employers), RegisterEntry.sector != "")
        .order_by(RegisterEntry.id)
    )
    return {row.employer_key: row.sector for row in session.execute(rows)}
