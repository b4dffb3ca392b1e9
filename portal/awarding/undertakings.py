"""Which employers are one undertaking for state aid, and what they all declared to have had elsewhere.

Regulation (EU) 2023/2831, article 2(2). Who is one with whom is what employers declared: in both directions, and through others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.cases.applications.actions import holder_key
from portal.cases.applications.models import Application
from portal.cases.linked.models import GroupDeclaration, LinkedUndertaking
from portal.cases.linked.queries import said_last
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import catalogue


@dataclass(frozen=True)
class Declared:
    """What an employer said last: of itself and of the others of its group, in cents; None when it said nothing."""

    own_cents: int | None
    others_cents: int


def group_of(session: Session, number: str) -> frozenset[str]:
    """The KvK numbers that are one undertaking with this one, itself among them."""
    found, new = frozenset([number]), frozenset([number])
    while new:
        rows = (
            select(Application.kvk_number, LinkedUndertaking.kvk_number)
            .join(GroupDeclaration, GroupDeclaration.question_id == Application.question_id)
            .join(LinkedUndertaking, LinkedUndertaking.declaration_id == GroupDeclaration.id)
            .where(said_last(), or_(Application.kvk_number.in_(new), LinkedUndertaking.kvk_number.in_(new)))
        )
        new = frozenset(one for row in session.execute(rows) for one in row if one is not None) - found
        found |= new
    return found


def employer_keys(session: Session, application: Application) -> list[str]:
    """The pseudonyms under which awards to the undertaking of an employer are kept: its own first, then those of its group."""
    own = application.employer_key
    assert own is not None and application.kvk_number is not None, "only an employer has a group"
    others = group_of(session, application.kvk_number) - {application.kvk_number}
    salt = catalogue(session).holder_salt if others else ""
    return [own, *sorted(holder_key(salt, "employer", number) for number in others)]


def declared_by(session: Session, *, numbers: Collection[str], used_fact: str, after: date) -> Mapping[str, Declared]:
    """What each of these employers said on its last application since a day, of itself and of its group."""
    rows = (
        select(Application.kvk_number, DevelopmentQuestion.facts, GroupDeclaration.aid_cents)
        .join(DevelopmentQuestion, DevelopmentQuestion.id == Application.question_id)
        .outerjoin(GroupDeclaration, (GroupDeclaration.question_id == Application.question_id) & said_last())
        .where(Application.kvk_number.in_(numbers), Application.applied_on > after)
        .order_by(Application.applied_at, Application.id)
    )
    found: dict[str, Declared] = {}
    for number, facts, others in session.execute(rows):
        before = found.get(number, Declared(None, 0))
        own = _cents(facts, used_fact)
        found[number] = Declared(
            before.own_cents if own is None else own, before.others_cents if others is None else others
        )
    return found


def _cents(facts: Mapping[str, Any], used_fact: str) -> int | None:
    value = facts.get(used_fact)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
