"""Drafts of Proefland's materiaalvoucher in every state, and the people who work on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.access import Actor, Audience
from portal.catalogue.models import SchemeVersion
from portal.review.actions import publish_version
from portal.workshop.actions import save_draft, start_draft, submit_for_review
from portal.workshop.queries import document_of
from tests.factories import NOW, OWNER, a_region

SLUG = "materiaalvoucher"
COLLEAGUE = replace(OWNER, account_id=905, display_name="Otto Eigenaar")
STRANGER = Actor(Audience.OWNER, account_id=906, display_name="Vera Vreemd", schemes=frozenset({"leervoucher"}))


def a_changed_draft(session: Session, *, actor: Actor = OWNER, now: datetime = NOW, **changes: Any) -> SchemeVersion:
    """A draft in which the most that is paid is half of what it was, or with other keys replaced."""
    a_region(session)
    draft = start_draft(session, scheme=SLUG, actor=actor, now=now)
    document = document_of(draft)
    wanted = changes or {"caps": [{**document["caps"][0], "amount_cents": document["caps"][0]["amount_cents"] // 2}]}
    return save_draft(
        session, version=draft, document=document | wanted, cases=None, revision=draft.revision, actor=actor, now=now
    )


def an_offered_draft(session: Session, *, actor: Actor = OWNER, now: datetime = NOW, **changes: Any) -> SchemeVersion:
    """The same, offered to a second person."""
    return submit_for_review(
        session, version=a_changed_draft(session, actor=actor, now=now, **changes), actor=actor, now=now
    )


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
