"""Reads of cases that were given away together, and of who is away; for staff only, as every caller is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from portal.cases.handovers.models import HandedCase, HandOver, HandOverKind
from portal.cases.owners.models import CaseOwner
from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion
from portal.people.accounts.models import Account


@dataclass(frozen=True)
class Away:
    """Who is away, and who stands in."""

    hand_over: HandOver
    name: str
    to_name: str
    cases: int
    """How many cases went to the colleague."""


def hand_over_by_public_id(session: Session, *, public_id: str) -> HandOver | None:
    """The act in which several cases went to a colleague."""
    return session.scalar(select(HandOver).where(HandOver.public_id == public_id))


def handed_questions(session: Session, *, hand_over: HandOver) -> list[tuple[DevelopmentQuestion, HandedCase]]:
    """The cases that went along, by number."""
    rows = (
        select(DevelopmentQuestion, HandedCase)
        .join(HandedCase, HandedCase.question_id == DevelopmentQuestion.id)
        .where(HandedCase.hand_over_id == hand_over.id)
        .order_by(DevelopmentQuestion.id)
    )
    return [(question, handed) for question, handed in session.execute(rows)]


def names_of(session: Session, *, account_ids: Collection[int | None]) -> dict[int | None, str]:
    """The names of these accounts, by id."""
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(account_ids)))
    return {row[0]: row[1] for row in rows}


def who_is_away(session: Session) -> list[Away]:
    """Who is away now, who is back first on top."""
    gone, stands_in = aliased(Account), aliased(Account)
    cases = select(func.count()).where(HandedCase.hand_over_id == HandOver.id).correlate(HandOver).scalar_subquery()
    rows = session.execute(
        select(HandOver, gone.display_name, stands_in.display_name, cases)
        .join(gone, gone.id == HandOver.from_account_id)
        .join(stands_in, stands_in.id == HandOver.to_account_id)
        .where(HandOver.kind == HandOverKind.ABSENCE, HandOver.back_at.is_(None))
        .order_by(HandOver.until, HandOver.id)
    )
    return [Away(*row) for row in rows]


def absence_of(session: Session, *, account_id: int | None) -> HandOver | None:
    """The absence of somebody who is away; None of who is not."""
    away = (HandOver.kind == HandOverKind.ABSENCE, HandOver.back_at.is_(None), HandOver.from_account_id == account_id)
    return session.scalar(select(HandOver).where(*away))


def stood_in_for(*, account_id: Any) -> Select[Any]:
    """A query of the accounts for whom somebody stands in now."""
    away = (HandOver.kind == HandOverKind.ABSENCE, HandOver.back_at.is_(None), HandOver.to_account_id == account_id)
    return select(HandOver.from_account_id).where(*away)


def open_cases_of(session: Session, *, account_ids: list[int]) -> dict[int, int]:
    """How many open cases each of these advisors has."""
    rows = session.execute(
        select(CaseOwner.account_id, func.count())
        .join(DevelopmentQuestion, DevelopmentQuestion.id == CaseOwner.question_id)
        .where(CaseOwner.account_id.in_(account_ids), DevelopmentQuestion.state.in_(OPEN_STATES))
        .group_by(CaseOwner.account_id)
    )
    return {row[0]: int(row[1]) for row in rows}
