"""Whose money somebody may see: a funder its own, the region and those who look after its accounts all of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.models import Funder, FundingLine
from portal.framework.funding.queries import funding_lines
from portal.people.accounts.models import Organisation
from portal.people.actor import Actor, Audience
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

SEES_ALL = frozenset({Audience.REGION, Audience.CONTROLLER, Audience.AUDITOR, Audience.SYSTEM})
"""Who sees all money. Of them nobody sees a person, but an auditor in the vouchers of a sample."""


@dataclass(frozen=True)
class Scope:
    """The money that somebody may see. `funder` is set for who sees the money of that one only."""

    lines: tuple[FundingLine, ...]
    funder: Funder | None = None

    @property
    def line_ids(self) -> list[int]:
        """The ids of those funding lines."""
        return [line.id for line in self.lines]

    @property
    def is_whole(self) -> bool:
        """Whether this is all money of the region."""
        return self.funder is None


def scope_of(session: Session, *, actor: Actor) -> Scope | None:
    """What somebody may see of the accounts; None for who sees nothing of them.

    A funder is the organisation with the slug of that funder; an organisation that brings no money sees nothing.
    """
    if actor.audience in SEES_ALL:
        return Scope(tuple(funding_lines(session)))
    if actor.audience is not Audience.FUNDER or actor.organisation_id is None:
        return None
    rows = select(Funder).join(Organisation, Organisation.slug == Funder.slug)
    funder = session.scalar(rows.where(Organisation.id == actor.organisation_id))
    if funder is None:
        return None
    return Scope(tuple(line for line in funding_lines(session) if line.funder_id == funder.id), funder)


def only_region(actor: Actor) -> None:
    """Raises ``Refusal`` for everybody but the region: it accounts, others look."""
    if actor.audience not in (Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))
