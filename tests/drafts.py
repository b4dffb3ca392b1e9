"""Drafts of Proefland's materiaalvoucher in every state, and the people who work on them.

The scheme pays half of materials, at most 500 euros; a changed draft pays at most 250.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.framework.catalogue.models import SchemeVersion
from portal.people.actor import Actor, Audience
from portal.publishing.gate.actions import approve_outcome, publish_version
from portal.publishing.gate.steps import changed_outcomes
from portal.publishing.replay.actions import run_replay
from portal.publishing.workshop.actions import save_draft, start_draft, submit_for_review
from portal.publishing.workshop.queries import document_of
from tests.factories import NOW, OWNER, a_region

SLUG = "materiaalvoucher"
COLLEAGUE = replace(OWNER, account_id=905, display_name="Otto Eigenaar")
STRANGER = Actor(Audience.OWNER, account_id=906, display_name="Vera Vreemd", schemes=frozenset({"leervoucher"}))


def cases(cap_cents: int) -> dict[str, Any]:
    """Three cases that hold when the scheme pays half, up to so many cents."""

    def case(name: str, cost_cents: int) -> dict[str, Any]:
        costs = [{"category": "materials", "amount_cents": cost_cents}]
        return {"name": name, "costs": costs, "expect": {"amount_cents": min(cost_cents // 2, cap_cents)}}

    return {
        "given": {"on": "2026-03-02", "route": "individual"},
        "cases": [
            case("Van € 400 betaalt de voucher de helft", 40_000),
            case("Van € 1.000 betaalt de voucher precies het meeste", 100_000),
            case("Van € 1.200 betaalt de voucher niet meer dan het meeste", 120_000),
        ],
    }


CASES = cases(25_000)


def a_changed_draft(
    session: Session,
    *,
    actor: Actor = OWNER,
    now: datetime = NOW,
    examples: dict[str, Any] | None = CASES,
    **changes: Any,
) -> SchemeVersion:
    """A draft in which the most that is paid is half of what it was, with its cases; or with other keys replaced."""
    a_region(session)
    draft = start_draft(session, scheme=SLUG, actor=actor, now=now)
    document = document_of(draft)
    kept = cases(50_000) if changes and examples is CASES else examples
    wanted = changes or {"caps": [{**document["caps"][0], "amount_cents": 25_000}]}
    return save_draft(
        session,
        version=draft,
        document=document | wanted,
        cases=kept,
        revision=draft.revision,
        actor=actor,
        now=now,
    )


def an_offered_draft(session: Session, *, actor: Actor = OWNER, now: datetime = NOW, **more: Any) -> SchemeVersion:
    """The same, offered to a second person."""
    return submit_for_review(
        session, version=a_changed_draft(session, actor=actor, now=now, **more), actor=actor, now=now
    )


def a_ready_draft(session: Session, *, actor: Actor = OWNER, now: datetime = NOW, **more: Any) -> SchemeVersion:
    """The same, replayed and with every changed outcome approved: only the second person is missing."""
    version = an_offered_draft(session, actor=actor, now=now, **more)
    run_replay(session, version=version, actor=actor, now=now, people=20)
    for change in changed_outcomes(session, version=version, on=now.date()):
        approve_outcome(session, version=version, key=change.key, actor=actor, now=now)
    return version


def a_published_draft(
    session: Session, *, actor: Actor = OWNER, now: datetime = NOW, from_day: date | None = None, **more: Any
) -> SchemeVersion:
    """The same, published by a colleague."""
    return publish(session, a_ready_draft(session, actor=actor, now=now, **more), now=now, from_day=from_day)


def publish(
    session: Session,
    version: SchemeVersion,
    *,
    actor: Actor = COLLEAGUE,
    from_day: date | None = None,
    reason: str = "Minder geld beschikbaar.",
    now: datetime = NOW,
) -> SchemeVersion:
    """Publish a version as the colleague of who wrote it."""
    day = from_day or now.date()
    return publish_version(session, version=version, from_day=day, reason=reason, actor=actor, now=now)
