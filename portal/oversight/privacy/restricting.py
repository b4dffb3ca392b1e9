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
    if action in MAY or not about[1].isdigit():
        return
    cases = restricted_ids(session)
    if not cases:
        return
    mine = [one for one in cases if not actor.may_act_for(one)]
    if mine and _of_these(session, about, mine):
        raise restricted()


def _of_these(session: Session, about: tuple[str, str], cases: list[int]) -> bool:
    """Whether what is acted upon belongs to one of these cases."""
    kind, number = about
    if kind == CASE:
        return int(number) in cases
    table = load_models().tables.get(kind)
    if table is None or table.name == ROOT or not columns_to_case(table):
        return False
    found = select(table.c.id).where(table.c.id == int(number), of_cases(table, cases))
    return session.connection().execute(found.limit(1)).first() is not None
