"""Reads of how sure it must be who somebody is."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.assurance.models import AssuranceRule, AssuredAct
from portal.platform.identity_services import Level


def assurance_rules(session: Session) -> list[AssuranceRule]:
    """The rules that are in force: for an act first the one of the desk, then those of schemes."""
    rows = select(AssuranceRule).where(AssuranceRule.ended_at.is_(None))
    return list(session.scalars(rows.order_by(AssuranceRule.act, AssuranceRule.scheme)))


def needed_level(session: Session, *, act: AssuredAct, schemes: Collection[str]) -> Level:
    """The highest level that an act needs for these schemes: that of the scheme, or else of the desk; without rules none."""
    held = {one.scheme: one.level for one in assurance_rules(session) if one.act is act}
    desk = held.get("", Level.NONE)
    return max((held.get(scheme, desk) for scheme in schemes), key=lambda level: level.rank, default=Level.NONE)
