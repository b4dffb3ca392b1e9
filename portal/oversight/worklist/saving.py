"""Filters that an advisor keeps under a name: keep, find back, forget. Nobody sees those of another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.questions.actions import advisor_only, not_yours
from portal.oversight.worklist.models import SavedSelection
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.database import insert_into, new_public_id
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l

MOST_SAVED = 20
LONGEST_NAME = 60


def saved_selections(session: Session, *, actor: Actor) -> list[SavedSelection]:
    """The filters of this advisor, by name."""
    rows = select(SavedSelection).where(SavedSelection.account_id == actor.account_id)
    return list(session.scalars(rows.order_by(func.lower(SavedSelection.name), SavedSelection.id)))


def saved_selection(session: Session, *, public_id: str, actor: Actor) -> SavedSelection | None:
    """A filter of this advisor; None when there is none."""
    rows = select(SavedSelection).where(SavedSelection.public_id == public_id)
    return session.scalar(rows.where(SavedSelection.account_id == actor.account_id))


def save_selection(
    session: Session, *, name: str, asked: Mapping[str, list[str]], actor: Actor, now: datetime
) -> SavedSelection:
    """Keep a filter under a name; one that had this name is replaced.

    Raises ``Refusal`` at the field without a name, or when there are too many.
    """
    advisor_only(actor)
    name = name.strip()
    if actor.account_id is None:
        raise not_yours()
    if not name or len(name) > LONGEST_NAME:
        raise Refusal("name_missing", _l("Geef het filter een naam van hoogstens 60 tekens."), field="name")
    mine = saved_selections(session, actor=actor)
    if len(mine) >= MOST_SAVED and name not in {one.name for one in mine}:
        message = _l("U hebt al %(most)s filters bewaard. Verwijder er eerst een.", most=MOST_SAVED)
        raise Refusal("too_many_saved", message, field="name")
    values = {"asked": dict(asked), "saved_at": now}
    row = insert_into(session)(SavedSelection).values(
        public_id=new_public_id(), account_id=actor.account_id, name=name, **values
    )
    kept = session.scalar(
        row.on_conflict_do_update(index_elements=["account_id", "name"], set_=values).returning(SavedSelection.id)
    )
    record(session, actor=actor, action="selection.saved", object_kind="saved_selection", object_id=kept, now=now)
    return session.get_one(SavedSelection, kept, populate_existing=True)


def forget_selection(session: Session, *, selection: SavedSelection, actor: Actor, now: datetime) -> None:
    """Throw an own filter away. Raises ``Refusal`` for that of somebody else, ``Conflict`` when it is gone already."""
    if selection.account_id != actor.account_id:
        raise not_yours()
    hold(session, selection, otherwise=Conflict("gone", _l("Dit filter is al verwijderd.")))
    kept = selection.id
    session.delete(selection)
    record(session, actor=actor, action="selection.removed", object_kind="saved_selection", object_id=kept, now=now)
