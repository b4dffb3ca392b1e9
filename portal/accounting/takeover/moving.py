"""What every act on a takeover does: it looks whether this may be done with it now, moves it, and says so in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from portal.accounting.scope import only_region
from portal.accounting.takeover.columns import TableKind
from portal.accounting.takeover.comparing import Touched, hash_of
from portal.accounting.takeover.mapping import missing_fields
from portal.accounting.takeover.models import AdministrationState, EarlierAdministration
from portal.accounting.takeover.queries import is_in_closed_books, plan_of, touches
from portal.accounting.takeover.rows import AdministrationPlan
from portal.framework.powers import Power, require_power
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.second_person import require_other_person
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l


def moved_on() -> Conflict:
    """Somebody did something else with it."""
    return Conflict("administration_moved_on", _l("Hiermee is intussen iets anders gedaan. Bekijk het opnieuw."))


def hold_in(session: Session, administration: EarlierAdministration, *states: AdministrationState) -> None:
    """Lock a takeover that stands in one of these states. Raises ``Conflict`` when it does not."""
    hold(session, administration, EarlierAdministration.state.in_(states), otherwise=moved_on())


def require_same(administration: EarlierAdministration, seen_hash: str) -> None:
    """What was seen is what is there. Raises ``Conflict``."""
    if administration.content_hash != seen_hash:
        raise _changed()


def require_content(administration: EarlierAdministration) -> None:
    """Its rows and columns are those that were laid down. Raises ``Conflict``."""
    if hash_of(administration.tables, administration.mapping) != administration.content_hash:
        raise _changed()


def require_second(session: Session, *, first: str | None, actor: Actor, now: datetime) -> None:
    """Somebody else than who laid it down, who may take over on this day and is not in training. Raises ``Refusal``."""
    require_power(session, Power.TAKE_OVER, actor=actor, on=local_date(now), prepared_by=first)
    only_region(actor)
    require_other_person(actor, prepared_by=first)


def right_plan(session: Session, administration: EarlierAdministration, now: datetime) -> AdministrationPlan:
    """What it would write, when every row is right. Raises ``Refusal``."""
    for kind in administration.tables:
        if missing_fields(TableKind(kind), administration.mapping.get(kind, {})):
            raise Refusal("columns_missing", _l("Kies eerst voor elk verplicht veld een kolom."))
    plan = plan_of(session, administration=administration, today=local_date(now))
    if not plan.is_right:
        raise Refusal(
            "rows_wrong", _l("Niet alle rijen zijn goed, of er is niets om over te nemen. Verbeter ze eerst.")
        )
    return plan


def require_untouched(session: Session, administration: EarlierAdministration) -> None:
    """Nobody did anything with its vouchers since. Raises ``Touched``, and ``Conflict`` in closed books."""
    if is_in_closed_books(session, administration=administration):
        message = _l(
            "De boeken van deze periode zijn gesloten. Ongedaan maken kan niet meer. Zet het recht in de nieuwe periode."
        )
        raise Conflict("takeover_closed", message)
    found = touches(session, administration=administration)
    if found:
        raise Touched(tuple(dict.fromkeys(one.reference for one in found)))


def move(session: Session, one: EarlierAdministration, still: ColumnElement[bool], **values: Any) -> None:
    """Write on it what was done. Raises ``Conflict`` when `still` does not hold any more."""
    write_guarded(session, one, still, otherwise=moved_on(), **values)


def change(session: Session, one: EarlierAdministration, tables: Mapping[str, Any], mapping: Mapping[str, Any]) -> None:
    """Another content of a draft: what was tried before says nothing about it."""
    content = {"tables": dict(tables), "mapping": dict(mapping), "content_hash": hash_of(tables, mapping)}
    move(session, one, EarlierAdministration.state == AdministrationState.DRAFT, **content)


def log_of(session: Session, one: EarlierAdministration, verb: str, actor: Actor, now: datetime) -> None:
    """Say in the log what was done with it."""
    action = f"administration.{verb}"
    record(session, actor=actor, action=action, object_kind="earlier_administration", object_id=one.id, now=now)


def _changed() -> Conflict:
    return Conflict("content_changed", _l("De bestanden of kolommen zijn intussen veranderd. Bekijk ze opnieuw."))
