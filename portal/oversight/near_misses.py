"""Per condition of a scheme how many questions were refused on that one alone: what a small change of the rule would do."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.awarding.proposals.models import ProposalRecord
from portal.framework.catalogue.queries import SchemeInForce
from portal.people.actor import Actor, Audience

SHOWN_FROM = 10
"""A smaller number says too much about persons: it is not told, also when it is 0."""
LOOKS_BACK = timedelta(days=365)
MAY_PLAY = ("open", "unknown")


def near_misses(session: Session, *, scheme: SchemeInForce, actor: Actor, now: datetime) -> list[int | None] | None:
    """Per condition, in the order of the definition, how many questions of the last year met all but that one; None below ten.

    A question counts once, as its newest stored proposal assessed it by this version of the scheme: its way of asking fits, the
    scheme was open, every other condition was met and none was unknown. No list at all for who does not own the scheme.
    """
    if actor.audience is not Audience.OWNER or scheme.slug not in actor.schemes:
        return None
    newest = (
        select(func.max(ProposalRecord.id))
        .where(ProposalRecord.made_at >= now - LOOKS_BACK)
        .group_by(ProposalRecord.question_id)
    )
    stored = session.scalars(
        select(ProposalRecord.answer_json).where(ProposalRecord.id.in_(newest)).execution_options(yield_per=100)
    )
    counts = [0] * len(scheme.definition.conditions)
    for text in stored:
        for verdict in json.loads(text)["verdicts"]:
            if (verdict["scheme"], verdict["version"]) == (scheme.slug, scheme.version):
                missed = missed_alone(verdict)
                if missed is not None:
                    counts[missed] += 1
    return [count if count >= SHOWN_FROM else None for count in counts]


def missed_alone(verdict: dict[str, Any]) -> int | None:
    """The place of the one condition that a stored verdict refused on, where everything else was met; else None."""
    if not verdict["route_fits"] or verdict["availability"]["state"] not in MAY_PLAY:
        return None
    statuses = [child["status"] for child in verdict["outcomes"].get("children", ())]
    others = [place for place, status in enumerate(statuses) if status != "met"]
    return others[0] if len(others) == 1 and statuses[others[0]] == "not_met" else None
