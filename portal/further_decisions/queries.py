"""Reads of further decisions: by whose authority, and what waits for a second person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor
from portal.catalogue.queries import SchemeInForce
from portal.errors import Refusal
from portal.further_decisions.models import FurtherPreparation, FurtherState
from portal.i18n import lazy_gettext as _l
from portal.mandates.actions import require_mandate
from portal.mandates.models import Mandate
from portal.questions.models import DevelopmentQuestion


def require_authority(
    session: Session, *, scheme: SchemeInForce, cents: int, actor: Actor, prepared_by: str | None, on: date
) -> Mandate:
    """The mandate by which the actor takes a further decision about so many cents (Awb 10:1-10:12).

    The cents are the whole of what the decision is about, not the difference: an award cannot be raised in slices that stay under
    the limit. Raises ``Refusal`` for who decides alone above the amount of the scheme (`four_eyes_above_cents`), who decides what
    they prepared themselves, or who has no mandate for it.
    """
    if prepared_by == actor.reference:
        raise Refusal("own_preparation", _l("U hebt dit besluit voorbereid. Een collega met mandaat besluit."))
    limit = scheme.definition.four_eyes_above_cents
    if prepared_by is None and limit is not None and cents > limit:
        raise Refusal("second_person_needed", _l("Boven dit bedrag besluit een tweede persoon. Leg het besluit voor."))
    body = scheme.definition.deciding_body
    named = body.nl if body is not None else ""
    return require_mandate(session, actor=actor, body=named, scheme=scheme.slug, cents=cents, on=on)


def waiting_further(session: Session, *, limit: int = 200) -> list[FurtherPreparation]:
    """Further decisions that wait for a second person, oldest first."""
    rows = select(FurtherPreparation).where(FurtherPreparation.state == FurtherState.WAITING)
    return list(session.scalars(rows.order_by(FurtherPreparation.id).limit(limit)))


def waiting_further_of(session: Session, *, question: DevelopmentQuestion) -> FurtherPreparation | None:
    """The further decision that waits on a question; at most one does."""
    rows = select(FurtherPreparation).where(
        FurtherPreparation.question_id == question.id, FurtherPreparation.state == FurtherState.WAITING
    )
    return session.scalars(rows).one_or_none()


def further_by_public_id(session: Session, *, public_id: str) -> FurtherPreparation | None:
    """The further decision with this public id. The caller guards who may see it."""
    return session.scalar(select(FurtherPreparation).where(FurtherPreparation.public_id == public_id))
