"""Acts on lists of trainings: keep one that was sent, take it in, drop it. Nothing of a list counts before it is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.training_files.models import ImportState, TrainingImport
from portal.framework.training_files.plan import ImportPlan, RowKind, plan_of
from portal.framework.training_files.tables import MOST_ROWS, Written
from portal.framework.trainings.actions import correct_training, enter_training, may_write
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded
from portal.platform.i18n import lazy_gettext as _l


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
        drop_import(session, kept=earlier, actor=actor, now=now)
    kept = TrainingImport(
        name="".join(letter for letter in name if letter.isprintable())[:200] or "-",
        rows=[[number, written] for number, written in rows],
        sent_at=now,
        sent_by=actor.reference,
    )
    session.add(kept)
    session.flush()
    record(
        session, actor=actor, action="training_import.kept", object_kind="training_import", object_id=kept.id, now=now
    )
    return kept


def drop_import(session: Session, *, kept: TrainingImport, actor: Actor, now: datetime) -> None:
    """Throw a list away that was not taken in. Raises ``Conflict`` when it was settled already."""
    may_write(actor)
    settled = {"state": ImportState.DROPPED, "rows": [], "settled_at": now, "settled_by": actor.reference}
    write_guarded(session, kept, TrainingImport.state == ImportState.WAITING, otherwise=_settled(), **settled)
    record(
        session,
        actor=actor,
        action="training_import.dropped",
        object_kind="training_import",
        object_id=kept.id,
        now=now,
    )


def plan_of_import(session: Session, *, kept: TrainingImport, now: datetime) -> ImportPlan:
    """What taking in a list would do now."""
    return plan_of(session, rows=[(number, written) for number, written in kept.rows], today=local_date(now))


def take_in_trainings(
    session: Session, *, kept: TrainingImport, whole: bool, actor: Actor, now: datetime
) -> ImportPlan:
    """Take in a list: its new trainings are entered, those that differ are corrected, and wrong rows are left out.

    With `whole` nothing is done when a row is wrong. Raises ``Refusal`` for that and when there is nothing to do, ``Conflict``
    when the list was settled already or somebody wrote in one of its trainings meanwhile.
    """
    may_write(actor)
    hold(session, kept, TrainingImport.state == ImportState.WAITING, otherwise=_settled())
    plan = plan_of_import(session, kept=kept, now=now)
    counts = plan.counts
    if whole and counts[RowKind.WRONG]:
        message = _l(
            "Niet alle rijen zijn goed. Er is niets ingelezen. Verbeter het bestand, of lees alleen de goede rijen in."
        )
        raise Refusal("wrong_rows", message, field="whole")
    if not counts[RowKind.NEW] + counts[RowKind.CHANGED]:
        raise Refusal("nothing_to_do", _l("Er is niets om in te lezen: geen rij is nieuw of anders."))
    for one in plan.rows:
        terms = one.row.terms
        if terms is None or one.kind is RowKind.UNCHANGED:
            continue
        if one.training is None:
            enter_training(session, terms=terms, actor=actor, now=now, rules=plan.rules)
        else:
            correct_training(session, training=one.training, terms=terms, actor=actor, now=now, rules=plan.rules)
    write_guarded(
        session,
        kept,
        TrainingImport.state == ImportState.WAITING,
        otherwise=_settled(),
        state=ImportState.TAKEN_IN,
        rows=[],
        settled_at=now,
        settled_by=actor.reference,
        entered=counts[RowKind.NEW],
        corrected=counts[RowKind.CHANGED],
        refused=counts[RowKind.WRONG],
    )
    record(
        session,
        actor=actor,
        action="training_import.taken_in",
        object_kind="training_import",
        object_id=kept.id,
        now=now,
    )
    return plan


def _settled() -> Conflict:
    return Conflict("import_settled", _l("Deze lijst is al ingelezen of weggegooid."))
