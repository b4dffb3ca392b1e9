"""Acts on lists of trainings: keep one that was sent, take it in, drop it. Nothing of a list counts before it is taken in.

A long list is taken in part by part, each in a short transaction, so that nobody else waits for the whole. Who goes on after a
pause, or after a process died, finds in the list what is left. What was seen is what is written: a row that does something else
by now stops it, with what was written before as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.framework.training_files.models import OPEN, ImportState, TrainingImport
from portal.framework.training_files.plan import ImportPlan, RowKind, plan_of
from portal.framework.training_files.tables import MOST_ROWS, Written
from portal.framework.trainings.actions import correct_training, enter_training, may_write
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l

_IS_OPEN = TrainingImport.state.in_(OPEN)


def keep_import(
    session: Session, *, name: str, rows: Sequence[tuple[int, Written]], actor: Actor, now: datetime
) -> TrainingImport:
    """Keep a list to look at. What the same person sent before and did not take in is dropped."""
    may_write(actor)
    if not rows or len(rows) > MOST_ROWS:
        raise Refusal("no_rows", _l("In dit bestand staat nog geen opleiding."), field="file")
    mine = select(TrainingImport).where(
        TrainingImport.sent_by == actor.reference, TrainingImport.state == ImportState.WAITING
    )
    for earlier in session.scalars(mine.order_by(TrainingImport.id)):
        _drop(session, earlier, TrainingImport.state == ImportState.WAITING, None, actor, now)
    kept = TrainingImport(
        name="".join(letter for letter in name if letter.isprintable())[:200] or "-",
        rows=[[number, written] for number, written in rows],
        sent_at=now,
        sent_by=actor.reference,
    )
    session.add(kept)
    session.flush()
    _log(session, kept, "kept", actor, now)
    return kept


def drop_import(session: Session, *, kept: TrainingImport, actor: Actor, now: datetime) -> None:
    """Throw a list away that was not taken in, or not whole: what was taken in stays.

    Raises ``Conflict`` when it was settled already.
    """
    may_write(actor)
    _drop(session, kept, _IS_OPEN, _settled(), actor, now)


def _drop(
    session: Session,
    kept: TrainingImport,
    still: ColumnElement[bool],
    otherwise: Refusal | None,
    actor: Actor,
    now: datetime,
) -> None:
    settled = {"state": ImportState.DROPPED, "settled_at": now, "settled_by": actor.reference}
    if write_guarded(session, kept, still, otherwise=otherwise, rows=[], seen=[], **settled):
        _log(session, kept, "dropped", actor, now)


def plan_of_import(session: Session, *, kept: TrainingImport, now: datetime) -> ImportPlan:
    """What taking in a list would do now."""
    return plan_of(session, rows=[(number, written) for number, written in kept.rows], today=local_date(now))


def take_in_trainings(
    session: Session, *, kept: TrainingImport, plan: ImportPlan, whole: bool, actor: Actor, now: datetime
) -> None:
    """Take in a list as it was seen: its new trainings are entered, those that differ are corrected, wrong rows are left out.

    With `whole` nothing is done when a row is wrong. Raises ``Refusal`` for that and when there is nothing to do, ``Conflict``
    when the list was settled already or somebody wrote in one of its trainings since `plan` was made.
    """
    may_write(actor)
    hold(session, kept, _IS_OPEN, otherwise=_settled())
    _require_work(plan, whole)
    _write(session, plan, actor, now)
    _count(session, kept, plan, left=[], refused=plan.counts[RowKind.WRONG], actor=actor, now=now)


# Part by part ------------------------------------------------------------------------------------------------------------

AT_ONCE = 200
"""So many trainings are written while the page waits: mostly within half a second. A list with more of them is long work."""
ROWS = 50
"""So many trainings are written in one part: for about a tenth of a second somebody else may have to wait."""


def is_long(plan: ImportPlan) -> bool:
    """Whether taking it in is long work."""
    return len(plan.work) > AT_ONCE


def begin_taking_in(
    session: Session, *, kept: TrainingImport, plan: ImportPlan, whole: bool, actor: Actor, now: datetime
) -> None:
    """Decide that a list is taken in as it was seen, part by part from here on. What stopped halfway can be decided on again.

    Raises what taking it in at once raises.
    """
    may_write(actor)
    hold(session, kept, _IS_OPEN, otherwise=_settled())
    _require_work(plan, whole)
    write_guarded(
        session,
        kept,
        _IS_OPEN,
        otherwise=_settled(),
        state=ImportState.TAKING_IN,
        begun_at=now,
        begun_by=actor.reference,
        seen=[[one.row.number, one.fingerprint] for one in plan.work],
        refused=plan.counts[RowKind.WRONG],
    )
    _log(session, kept, "begun", actor, now)


def take_in_part(session: Session, *, kept: TrainingImport, actor: Actor, now: datetime, most: int = ROWS) -> int:
    """Take in the next rows as they were seen; how many trainings of the list were written in all. With the last it is taken in.

    Raises ``Conflict`` when one of these rows does something else by now, and when the list was settled already. Nothing of this
    part is written then; the parts before it stay.
    """
    may_write(actor)
    hold(session, kept, TrainingImport.state == ImportState.TAKING_IN, otherwise=_settled())
    rows, part, left = dict(kept.rows), kept.seen[:most], kept.seen[most:]
    plan = plan_of(session, rows=[(number, rows[number]) for number, _seen in part], today=local_date(now))
    for one, (number, seen) in zip(plan.rows, part, strict=True):
        if one.fingerprint != seen:
            raise _otherwise(number)
    _write(session, plan, actor, now)
    _count(session, kept, plan, left=left, refused=kept.refused, actor=actor, now=now)
    return kept.written


def _require_work(plan: ImportPlan, whole: bool) -> None:
    if whole and plan.counts[RowKind.WRONG]:
        message = _l(
            "Niet alle rijen zijn goed. Er is niets ingelezen. Verbeter het bestand, of lees alleen de goede rijen in."
        )
        raise Refusal("wrong_rows", message, field="whole")
    if not plan.work:
        raise Refusal("nothing_to_do", _l("Er is niets om in te lezen: geen rij is nieuw of anders."))


def _write(session: Session, plan: ImportPlan, actor: Actor, now: datetime) -> None:
    for one in plan.work:
        terms = one.row.terms
        assert terms is not None
        if one.training is None:
            enter_training(session, terms=terms, actor=actor, now=now, rules=plan.rules)
        else:
            correct_training(session, training=one.training, terms=terms, actor=actor, now=now, rules=plan.rules)


def _count(
    session: Session,
    kept: TrainingImport,
    plan: ImportPlan,
    *,
    left: list[Any],
    refused: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Say how many trainings were written; when nothing is left the list is taken in, and its rows are not kept."""
    settled = {"state": ImportState.TAKEN_IN, "rows": [], "settled_at": now, "settled_by": actor.reference}
    write_guarded(
        session,
        kept,
        _IS_OPEN,
        otherwise=_settled(),
        entered=TrainingImport.entered + plan.counts[RowKind.NEW],
        corrected=TrainingImport.corrected + plan.counts[RowKind.CHANGED],
        refused=refused,
        seen=left,
        **({} if left else settled),
    )
    _log(session, kept, "part_taken_in" if left else "taken_in", actor, now)


def _log(session: Session, kept: TrainingImport, verb: str, actor: Actor, now: datetime) -> None:
    action = f"training_import.{verb}"
    record(session, actor=actor, action=action, object_kind="training_import", object_id=kept.id, now=now)


def _otherwise(number: int) -> Conflict:
    message = _l(
        "Rij %(number)s van uw bestand doet nu iets anders dan u zag. Waarschijnlijk is die opleiding intussen veranderd. "
        "Het inlezen is daar gestopt. Wat al was ingelezen, blijft. Bekijk de lijst opnieuw en lees de rest in.",
        number=number,
    )
    return Conflict("row_otherwise", message)


def _settled() -> Conflict:
    return Conflict("import_settled", _l("Deze lijst is al ingelezen of weggegooid."))
