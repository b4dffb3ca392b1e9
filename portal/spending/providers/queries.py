"""Reads of training providers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.people.actor import Actor, Audience
from portal.spending.providers.models import (
    ApprovalState,
    IbanChange,
    IbanChangeState,
    Provider,
    ProviderApproval,
    ProviderRegistration,
    ProviderState,
    RegistrationState,
)

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


def listed_provider(session: Session, *, kvk_number: str | None) -> Provider | None:
    """The provider on the list with this KvK number; None without one. What it gives is public: its name."""
    if kvk_number is None:
        return None
    on_list = (Provider.kvk_number == kvk_number, Provider.state == ProviderState.REGISTERED)
    return session.scalar(select(Provider).where(*on_list))


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


def registrations(session: Session, *, actor: Actor) -> list[ProviderRegistration]:
    """The requests to be put on the list that wait, oldest first; for staff of the desk."""
    if actor.audience not in SEES_ALL:
        return []
    rows = select(ProviderRegistration).where(ProviderRegistration.state == RegistrationState.OPEN)
    return list(session.scalars(rows.order_by(ProviderRegistration.id)))


def registration_by_public_id(session: Session, *, public_id: str, actor: Actor) -> ProviderRegistration | None:
    """One request, whatever was decided; None when there is none or the actor may not see it."""
    if actor.audience not in SEES_ALL:
        return None
    return session.scalar(select(ProviderRegistration).where(ProviderRegistration.public_id == public_id))


def waiting_iban_change(session: Session, *, provider: Provider) -> IbanChange | None:
    """The account number that waits to be checked, or for a second person."""
    rows = select(IbanChange).where(IbanChange.provider_id == provider.id)
    return session.scalar(rows.where(IbanChange.state == IbanChangeState.WAITING))


def waiting_iban_changes(session: Session) -> dict[int, IbanChange]:
    """Per provider, by its id, the account number that waits to be checked or confirmed."""
    rows = select(IbanChange).where(IbanChange.state == IbanChangeState.WAITING)
    return {one.provider_id: one for one in session.scalars(rows)}


def shares_iban_with(session: Session, *, iban: str, but: int | None = None) -> list[Provider]:
    """Other providers with the same account number, by name: worth a look, not wrong by itself."""
    rows = select(Provider).where(Provider.iban == iban).order_by(Provider.name, Provider.id)
    return list(session.scalars(rows if but is None else rows.where(Provider.id != but)))


def approved_providers(session: Session, *, scheme: str) -> list[Provider]:
    """The providers on the list that may take vouchers of a scheme, by name."""
    holding = select(ProviderApproval.provider_id).where(
        ProviderApproval.scheme == scheme, ProviderApproval.state == ApprovalState.APPROVED
    )
    rows = select(Provider).where(Provider.state == ProviderState.REGISTERED, Provider.id.in_(holding))
    return list(session.scalars(rows.order_by(Provider.name, Provider.id)))
