"""Reads of training providers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.access import Actor, Audience
from portal.providers.models import ApprovalState, Provider, ProviderApproval, ProviderState

SEES_ALL = (Audience.ADVISOR, Audience.REGION, Audience.ADMIN, Audience.SYSTEM)


def providers(session: Session, *, actor: Actor) -> list[Provider]:
    """All providers by name, for staff of the desk; an owner sees those approved for its schemes; a provider itself."""
    rows = select(Provider).order_by(Provider.name, Provider.id)
    if actor.audience in SEES_ALL:
        return list(session.scalars(rows))
    if actor.audience is Audience.OWNER:
        approved = select(ProviderApproval.provider_id).where(ProviderApproval.scheme.in_(actor.schemes))
        return list(session.scalars(rows.where(Provider.id.in_(approved))))
    own = provider_of(session, actor=actor)
    return [own] if own is not None else []


def provider_by_public_id(session: Session, *, public_id: str, actor: Actor) -> Provider | None:
    """A provider; None when there is none or the actor may not see it."""
    found = session.scalar(select(Provider).where(Provider.public_id == public_id))
    if found is None or actor.audience in SEES_ALL:
        return found
    return found if found in providers(session, actor=actor) else None


def provider_of(session: Session, *, actor: Actor) -> Provider | None:
    """The provider that the actor works for; None for everybody else."""
    if actor.audience is not Audience.PROVIDER or actor.organisation_id is None:
        return None
    return session.scalar(select(Provider).where(Provider.organisation_id == actor.organisation_id))


def approved_schemes(session: Session, *, provider: Provider) -> frozenset[str]:
    """The slugs of the schemes for which a provider may redeem; none when it was taken off the list."""
    if provider.state is not ProviderState.REGISTERED:
        return frozenset()
    holding = select(ProviderApproval.scheme).where(
        ProviderApproval.provider_id == provider.id, ProviderApproval.state == ApprovalState.APPROVED
    )
    return frozenset(session.scalars(holding))


def is_approved(session: Session, *, provider: Provider, scheme: str) -> bool:
    """Whether a provider may redeem vouchers of a scheme now."""
    return scheme in approved_schemes(session, provider=provider)
