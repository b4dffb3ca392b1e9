"""The place in the order of receipt when what was applied for changes: it stays, unless a scheme lets that change move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.applications.queries import schemes_applied_for
from portal.cases.questions.models import DevelopmentQuestion
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.errors import Conflict
from portal.platform.guarded import write_guarded
from portal.platform.i18n import lazy_gettext as _l
from schemes.basics.plain import plain
from schemes.basics.vocabulary import CHANGES_OF_SUBSTANCE, ChangeOfSubstance


def asks_more(was: Sequence[Mapping[str, Any]], becomes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether cost lines (plain values with ``amount_cents``) ask for more than they did."""
    return sum(line["amount_cents"] for line in becomes) > sum(line["amount_cents"] for line in was)


def another_training(was: Mapping[str, Any] | None, becomes: Mapping[str, Any] | None) -> bool:
    """Whether it is another training: by its id in the catalogue of the region where both have one, else by its name.

    Capitals, spaces and accents make no other name.
    """
    ids = [(value or {}).get("id") for value in (was, becomes)]
    if None not in ids:
        return ids[0] != ids[1]
    return plain((was or {}).get("name") or "") != plain((becomes or {}).get("name") or "")


def complete_again_after(
    session: Session, *, question: DevelopmentQuestion, application: Application
) -> frozenset[ChangeOfSubstance]:
    """The changes that make an application complete again: what any scheme that was applied for says in its version for it."""
    held = schemes_applied_for(session, question=question, application=application)
    said = [scheme.definition.complete_again_after for scheme in held.values()]
    return frozenset[ChangeOfSubstance]().union(*said) if said else frozenset(CHANGES_OF_SUBSTANCE)


def count_from(session: Session, *, application: Application, at: datetime, actor: Actor, now: datetime) -> None:
    """Let an application count in the order of receipt from another instant. Raises ``Conflict`` when that moved meanwhile."""
    moved_on = Conflict("question_moved_on", _l("Deze vraag is intussen veranderd. Bekijk de vraag opnieuw."))
    known = application.completed_at
    same = Application.completed_at.is_(None) if known is None else Application.completed_at == known
    write_guarded(session, application, same, otherwise=moved_on, completed_at=at)
    record(
        session,
        actor=actor,
        action="application.completed",
        object_kind="question",
        object_id=application.question_id,
        now=now,
    )
