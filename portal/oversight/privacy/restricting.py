"""The one place that stops what is done upon a case whose data are restricted (AVG 18), whoever does it and by which way.

Every act is logged, and before it is, it is looked at here. Restriction is laid by answering a request; whoever acts at the same
moment comes before it or after it, as the database says.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.rights.restricted import MAY, restricted, restricted_ids
from portal.oversight.privacy.holdings.ways import ROOT, columns_to_case, of_cases
from portal.people.actor import Actor
from portal.platform.database import load_models

CASE = "question"


def look_at_act(session: Session, actor: Actor, action: str, about: tuple[str, str]) -> None:
    """Refuse an act upon a case that is restricted, unless its ground stands in `MAY` or the person does it.

    `about` is the kind and id of what it is done to. Raises ``OnHold``.
    """
    kind, number = about
    if action in MAY or not number.isdigit() or not _is_of_a_case(kind):
        return
    cases = restricted_ids(session, of=int(number) if kind == CASE else None)
    mine = [one for one in cases if not actor.may_act_for(one)]
    if mine and (kind == CASE or _of_these(session, kind, int(number), mine)):
        raise restricted()


def _is_of_a_case(kind: str) -> bool:
    """Whether something of this kind can belong to a case; of what cannot the database is asked nothing, known or not."""
    table = load_models().tables.get(kind)
    return kind == CASE or (table is not None and table.name != ROOT and bool(columns_to_case(table)))


def _of_these(session: Session, kind: str, number: int, cases: list[int]) -> bool:
    """Whether what is acted upon belongs to one of these cases."""
    table = load_models().tables[kind]
    found = select(table.c.id).where(table.c.id == number, of_cases(table, cases))
    return session.connection().execute(found.limit(1)).first() is not None
