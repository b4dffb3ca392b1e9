"""Reads of what the region itself owes people by decisions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.own_debts.models import OwnDebt, OwnDebtKind, OwnDebtState
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import is_asker, may_see, of_case
from portal.people.actor import Actor, Audience


@dataclass(frozen=True)
class OwnCosts:
    """What the region decided to pay of its own money for one reason, in cents; what lapsed is in none of them."""

    kind: OwnDebtKind
    number: int
    paid_cents: int
    open_cents: int

    @property
    def decided_cents(self) -> int:
        """Paid and still to be paid."""
        return self.paid_cents + self.open_cents


def own_debts_of(session: Session, *, question: DevelopmentQuestion, actor: Actor) -> list[OwnDebt]:
    """What the region owes, or owed, on a question, oldest first; who asked sees the own ones, who may not see it none."""
    if not may_see(question, actor):
        return []
    rows = select(OwnDebt).where(OwnDebt.question_id == question.id)
    if is_asker(question, actor):
        rows = rows.where(OwnDebt.to_another.is_(False))
    return list(session.scalars(rows.order_by(OwnDebt.id)))


def own_debt_of_decision(session: Session, *, decision_id: int) -> OwnDebt | None:
    """What the region owes by a decision; None when it owes nothing by it."""
    return session.scalar(select(OwnDebt).where(OwnDebt.decision_id == decision_id))


def own_debt_by_public_id(session: Session, *, public_id: str, actor: Actor) -> OwnDebt | None:
    """What is, or was, owed; None when there is none or the actor may not see its question."""
    return of_case(session, OwnDebt, public_id=public_id, actor=actor)


def own_debts(session: Session, *, actor: Actor, states: Collection[OwnDebtState], limit: int = 500) -> list[OwnDebt]:
    """What the region owes or owed people, oldest first, for who keeps the money; empty for others."""
    if actor.audience is not Audience.REGION:
        return []
    rows = select(OwnDebt).where(OwnDebt.state.in_(states)).order_by(OwnDebt.id)
    return list(session.scalars(rows.limit(limit)))


def own_costs(session: Session) -> list[OwnCosts]:
    """What the region itself paid and owes, per reason: costs of its own, in no figure about the money of funders."""
    rows = select(OwnDebt.kind, OwnDebt.state, func.count(OwnDebt.id), func.sum(OwnDebt.amount_cents))
    rows = rows.where(OwnDebt.state != OwnDebtState.LAPSED).group_by(OwnDebt.kind, OwnDebt.state)
    found: dict[OwnDebtKind, list[tuple[OwnDebtState, int, int]]] = {}
    for kind, state, number, cents in session.execute(rows):
        found.setdefault(kind, []).append((state, int(number), int(cents)))
    return [
        OwnCosts(
            kind,
            sum(number for _state, number, _cents in parts),
            sum(cents for state, _number, cents in parts if state is OwnDebtState.PAID),
            sum(cents for state, _number, cents in parts if state is OwnDebtState.OPEN),
        )
        for kind, parts in sorted(found.items())
    ]
