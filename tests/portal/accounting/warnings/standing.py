"""What tests of warnings ask: the warnings of a day, by kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from portal.accounting.warnings.models import WarningKind
from portal.accounting.warnings.queries import desk_warnings
from portal.accounting.warnings.warning import DeskWarning
from portal.people.actor import Actor
from tests.factories import REGION


def at(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(11), tzinfo=UTC)


def of_kind(session: Session, kind: WarningKind, on: date, *, actor: Actor = REGION) -> list[DeskWarning]:
    """The warnings of a kind on a day."""
    return [one for one in desk_warnings(session, actor=actor, now=at(on)) if one.kind is kind]
