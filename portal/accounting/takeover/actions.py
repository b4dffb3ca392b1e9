"""Acts on takeovers: send the files, say which column is which, try, lay down; a second person takes over. Undone likewise.

What somebody saw is what is done: the files and the choice of columns have one hash, that comes along with each decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.scope import only_region
from portal.accounting.takeover.carrying import carry
from portal.accounting.takeover.columns import TableKind
from portal.accounting.takeover.comparing import compared, hash_of, sums_differ
from portal.accounting.takeover.mapping import by_headings, checked_choice, recognised
from portal.accounting.takeover.models import AdministrationState, ColumnChoice, EarlierAdministration
from portal.accounting.takeover.moving import (
    change,
    hold_in,
    log_of,
    move,
    require_content,
    require_same,
    require_second,
    require_untouched,
    right_plan,
)
from portal.accounting.takeover.queries import sums_in_books
from portal.accounting.takeover.reading import ReadTables
from portal.accounting.takeover.undoing import undo_everything
from portal.people.actor import Actor
from portal.people.second_person import real_reason
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

LONGEST_NAME = 60
_DRAFT = AdministrationState.DRAFT


def keep_administration(
    session: Session, *, name: str, read: ReadTables, actor: Actor, now: datetime
) -> EarlierAdministration:
    """Keep the tables of a first file to look at. Its columns are recognised, by a choice that was kept or by their headings."""
    only_region(actor)
    one = EarlierAdministration(
        name="".join(letter for letter in name if letter.isprintable())[:200] or "-",
        state=_DRAFT,
        tables=_kept_tables(read),
        mapping={kind.value: recognised(kind, table["headings"]) for kind, table in read.items()},
        sent_at=now,
        sent_by=actor.reference,
        sent_by_name=actor.signature,
        content_hash="",
    )
    one.content_hash = hash_of(one.tables, one.mapping)
    session.add(one)
    session.flush()
    log_of(session, one, "sent", actor, now)
    return one


def add_tables(
    session: Session, *, administration: EarlierAdministration, read: ReadTables, actor: Actor, now: datetime
) -> None:
    """Add the tables of another file; one of a kind that is there takes its place. Raises ``Conflict`` if it is no draft."""
    only_region(actor)
    hold_in(session, administration, _DRAFT)
    tables = {**administration.tables, **_kept_tables(read)}
    chosen = {kind.value: recognised(kind, table["headings"]) for kind, table in read.items()}
    change(session, administration, tables, {**administration.mapping, **chosen})
    log_of(session, administration, "file_added", actor, now)


def choose_columns(
    session: Session,
    *,
    administration: EarlierAdministration,
    chosen: Mapping[TableKind, Mapping[str, int]],
    keep_as: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which column is which field; under a name it is kept for the next time. Raises ``Refusal`` at the field."""
    only_region(actor)
    name = " ".join(keep_as.split())
    if len(name) > LONGEST_NAME:
        message = _l("Gebruik hoogstens %(most)s tekens voor de naam.", most=LONGEST_NAME)
        raise Refusal("name_too_long", message, field="keep_as")
    hold_in(session, administration, _DRAFT)
    mapping = {}
    for kind, fields in chosen.items():
        table = administration.tables.get(kind.value)
        if table is not None:
            mapping[kind.value] = checked_choice(kind, fields, len(table["headings"]))
    change(session, administration, administration.tables, {**administration.mapping, **mapping})
    if name:
        _keep_choice(session, name, administration, actor, now)
    log_of(session, administration, "columns_chosen", actor, now)


def use_choice(
    session: Session, *, administration: EarlierAdministration, choice: ColumnChoice, actor: Actor, now: datetime
) -> None:
    """Lay a choice of columns that was kept on the files; what it does not know stays as it is."""
    only_region(actor)
    hold_in(session, administration, _DRAFT)
    mapping = {
        kind: administration.mapping.get(kind, {}) | by_headings(choice.headings.get(kind, {}), table["headings"])
        for kind, table in administration.tables.items()
    }
    for kind, fields in mapping.items():
        checked_choice(TableKind(kind), fields, len(administration.tables[kind]["headings"]))
    change(session, administration, administration.tables, mapping)
    log_of(session, administration, "columns_chosen", actor, now)


def drop_administration(
    session: Session, *, administration: EarlierAdministration, actor: Actor, now: datetime
) -> None:
    """Throw a draft away: its rows are gone. Raises ``Conflict`` when it is no draft any more."""
    only_region(actor)
    move(
        session,
        administration,
        EarlierAdministration.state == _DRAFT,
        state=AdministrationState.DROPPED,
        tables={},
        mapping={},
        dropped_at=now,
        dropped_by=actor.reference,
    )
    log_of(session, administration, "dropped", actor, now)


def try_administration(
    session: Session, *, administration: EarlierAdministration, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Do the whole takeover and undo it at once, to see the sums: per funding line and kind those of the files and of the books.

    Raises ``Refusal`` while a row is wrong, and when the sums differ; ``CannotCarry`` for a row that the books refuse.
    """
    only_region(actor)
    hold_in(session, administration, _DRAFT)
    plan = right_plan(session, administration, now)
    trial = session.begin_nested()
    try:
        carry(session, administration=administration, plan=plan, actor=actor, now=now)
        booked = sums_in_books(session, administration_id=administration.id)
    finally:
        trial.rollback()
    session.expire_all()
    sums = compared(plan.sums, booked)
    content = hash_of(administration.tables, administration.mapping)
    move(session, administration, EarlierAdministration.state == _DRAFT, tried_hash=content, tried_sums=sums)
    log_of(session, administration, "tried", actor, now)
    return sums


def lay_down_administration(
    session: Session, *, administration: EarlierAdministration, seen_hash: str, actor: Actor, now: datetime
) -> None:
    """Lay a takeover down for a second person, after a dry run of exactly this. Nothing is booked yet.

    Raises ``Refusal`` without such a dry run, ``Conflict`` when it is not what was seen.
    """
    only_region(actor)
    hold_in(session, administration, _DRAFT)
    require_same(administration, seen_hash)
    if not administration.was_tried:
        raise Refusal("not_tried", _l("Doe eerst een proef met deze bestanden en kolommen."))
    move(
        session,
        administration,
        EarlierAdministration.state == _DRAFT,
        state=AdministrationState.LAID_DOWN,
        laid_down_at=now,
        laid_down_by=actor.reference,
        laid_down_by_name=actor.signature,
    )
    log_of(session, administration, "laid_down", actor, now)


def take_over_administration(
    session: Session, *, administration: EarlierAdministration, seen_hash: str, actor: Actor, now: datetime
) -> None:
    """The second person takes it over: everything is booked, or nothing. The rows are gone after it, and with them the names.

    Raises ``Refusal`` for who laid it down, ``Conflict`` when it is not what was seen, and when a row can no longer be booked or
    the sums are no longer those of the dry run.
    """
    hold_in(session, administration, AdministrationState.LAID_DOWN)
    require_second(session, first=administration.laid_down_by, actor=actor, now=now)
    require_same(administration, seen_hash)
    require_content(administration)
    plan = right_plan(session, administration, now)
    with session.begin_nested():
        last = carry(session, administration=administration, plan=plan, actor=actor, now=now)
        booked = sums_in_books(session, administration_id=administration.id)
        if compared(plan.sums, booked) != administration.tried_sums:
            raise sums_differ()
    move(
        session,
        administration,
        EarlierAdministration.state == AdministrationState.LAID_DOWN,
        state=AdministrationState.TAKEN_OVER,
        tables={},
        mapping={},
        taken_over_at=now,
        taken_over_by=actor.reference,
        taken_over_by_name=actor.signature,
        last_transfer_id=last,
    )
    log_of(session, administration, "taken_over", actor, now)


def return_administration(
    session: Session, *, administration: EarlierAdministration, actor: Actor, now: datetime
) -> None:
    """Give back what was laid down, also by who did so: a takeover is a draft again, and one that was to be undone stands."""
    only_region(actor)
    hold_in(session, administration, AdministrationState.LAID_DOWN, AdministrationState.UNDO_LAID_DOWN)
    seen = administration.state
    nobody: dict[str, Any]
    if seen is AdministrationState.LAID_DOWN:
        nobody = {"state": _DRAFT, "laid_down_at": None, "laid_down_by": None, "laid_down_by_name": None}
    else:
        nobody = dict.fromkeys(
            ("undo_laid_down_at", "undo_laid_down_by", "undo_laid_down_by_name", "undo_reason"), None
        )
        nobody["state"] = AdministrationState.TAKEN_OVER if administration.is_whole else AdministrationState.CARRYING
    move(session, administration, EarlierAdministration.state == seen, **nobody)
    log_of(session, administration, "returned", actor, now)


def lay_down_undo(
    session: Session, *, administration: EarlierAdministration, reason: str, actor: Actor, now: datetime
) -> None:
    """Lay down that a takeover is undone, with a reason; a second person does it. Raises ``Touched`` when something was done.

    One that was not taken over as a whole can be undone too.
    """
    only_region(actor)
    why = real_reason(reason, field="reason")
    hold_in(session, administration, AdministrationState.TAKEN_OVER, AdministrationState.CARRYING)
    stands = EarlierAdministration.state == administration.state
    require_untouched(session, administration)
    move(
        session,
        administration,
        stands,
        state=AdministrationState.UNDO_LAID_DOWN,
        undo_laid_down_at=now,
        undo_laid_down_by=actor.reference,
        undo_laid_down_by_name=actor.signature,
        undo_reason=why,
    )
    log_of(session, administration, "undo_laid_down", actor, now)


def undo_administration(
    session: Session, *, administration: EarlierAdministration, actor: Actor, now: datetime
) -> None:
    """The second person undoes a takeover: every booking is booked back on its own day, and its vouchers count nowhere any more.

    Raises ``Refusal`` for who laid it down, ``Touched`` when something was done with a voucher of it, ``Conflict`` when money of
    its budgets is in use.
    """
    hold_in(session, administration, AdministrationState.UNDO_LAID_DOWN)
    require_second(session, first=administration.undo_laid_down_by, actor=actor, now=now)
    with session.begin_nested():
        undo_everything(
            session,
            administration=administration,
            untouched=lambda: require_untouched(session, administration),
            actor=actor,
            now=now,
        )
    move(
        session,
        administration,
        EarlierAdministration.state == AdministrationState.UNDO_LAID_DOWN,
        state=AdministrationState.UNDONE,
        tables={},
        mapping={},
        undone_at=now,
        undone_by=actor.reference,
        undone_by_name=actor.signature,
    )
    log_of(session, administration, "undone", actor, now)


# What every act does ---------------------------------------------------------------------------------------------------


def _kept_tables(read: ReadTables) -> dict[str, Any]:
    return {kind.value: table for kind, table in read.items()}


def _keep_choice(session: Session, name: str, one: EarlierAdministration, actor: Actor, now: datetime) -> None:
    headings = {
        kind: {field: one.tables[kind]["headings"][place] for field, place in fields.items()}
        for kind, fields in one.mapping.items()
        if kind in one.tables
    }
    known = session.scalar(select(ColumnChoice).where(ColumnChoice.name == name).with_for_update())
    if known is None:
        known = ColumnChoice(name=name, headings=headings, kept_at=now, kept_by=actor.reference)
        session.add(known)
    known.headings, known.kept_at, known.kept_by = headings, now, actor.reference
    session.flush()
