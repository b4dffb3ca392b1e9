"""Acts on training providers: register, approve for a scheme, withdraw."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import iban as iban_numbers

from portal.accounts.access import Actor, Audience
from portal.audit.actions import record
from portal.errors import Conflict, Refusal
from portal.i18n import lazy_gettext as _l
from portal.providers.models import ApprovalState, Provider, ProviderApproval, ProviderState


def register_provider(
    session: Session,
    *,
    organisation_id: int,
    name: str,
    kvk_number: str,
    iban: str | None,
    actor: Actor,
    now: datetime,
) -> Provider:
    """Put a provider on the list. Raises ``Refusal`` at the field for a wrong KvK number or IBAN, or one that is in use."""
    _staff_only(actor)
    if not name.strip():
        raise Refusal("name_missing", _l("Vul de naam van de opleider in."), field="name")
    if not re.fullmatch(r"[0-9]{8}", kvk_number, re.ASCII):
        raise Refusal("kvk_number", _l("Een KvK-nummer heeft 8 cijfers."), field="kvk_number")
    number = iban_numbers.compact(iban) if iban else None
    if number is not None and not iban_numbers.is_valid(number):
        raise Refusal("iban", _l("Dit IBAN klopt niet. Kijk of alle letters en cijfers goed zijn."), field="iban")
    taken = select(Provider.id).where(
        (Provider.kvk_number == kvk_number) | (Provider.organisation_id == organisation_id)
    )
    if session.scalar(taken) is not None:
        raise Conflict("provider_known", _l("Deze opleider staat al in de lijst."), field="kvk_number")
    provider = Provider(
        organisation_id=organisation_id, name=name.strip(), kvk_number=kvk_number, iban=number,
        state=ProviderState.REGISTERED, registered_at=now, registered_by=actor.reference, approvals=[],
    )  # fmt: skip
    session.add(provider)
    session.flush()
    _log(session, provider, "provider.registered", actor, now)
    return provider


def approve_provider(
    session: Session, *, provider: Provider, scheme: str, actor: Actor, now: datetime
) -> ProviderApproval:
    """Let a provider redeem vouchers of a scheme. The owner of the scheme or the desk does this.

    Raises ``Conflict`` if it may already.
    """
    _staff_or_owner(actor, scheme)
    if provider.state is not ProviderState.REGISTERED:
        raise Conflict("provider_withdrawn", _l("Deze opleider staat niet meer in de lijst."))
    if _holding(session, provider, scheme) is not None:
        raise Conflict("approved_already", _l("Deze opleider is al goedgekeurd voor deze regeling."), field="scheme")
    approval = ProviderApproval(
        provider_id=provider.id,
        scheme=scheme,
        state=ApprovalState.APPROVED,
        approved_at=now,
        approved_by=actor.reference,
    )
    session.add(approval)
    session.flush()
    session.refresh(provider, ["approvals"])
    _log(session, provider, "provider.approved", actor, now)
    return approval


def withdraw_approval(
    session: Session, *, provider: Provider, scheme: str, reason: str, actor: Actor, now: datetime
) -> ProviderApproval:
    """Stop new redemptions of a scheme by a provider. What was redeemed stays redeemed."""
    _staff_or_owner(actor, scheme)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    approval = _holding(session, provider, scheme)
    if approval is None:
        raise Conflict("not_approved", _l("Deze opleider is niet goedgekeurd voor deze regeling."))
    approval.state, approval.withdrawn_reason = ApprovalState.WITHDRAWN, reason.strip()
    approval.withdrawn_at, approval.withdrawn_by = now, actor.reference
    session.flush()
    _log(session, provider, "provider.approval_withdrawn", actor, now)
    return approval


def withdraw_provider(session: Session, *, provider: Provider, actor: Actor, now: datetime) -> None:
    """Take a provider off the list: it redeems nothing any more. Doing it again changes nothing."""
    _staff_only(actor)
    if provider.state is ProviderState.REGISTERED:
        provider.state, provider.withdrawn_at, provider.withdrawn_by = ProviderState.WITHDRAWN, now, actor.reference
        session.flush()
        _log(session, provider, "provider.withdrawn", actor, now)


def _holding(session: Session, provider: Provider, scheme: str) -> ProviderApproval | None:
    return session.scalar(
        select(ProviderApproval).where(
            ProviderApproval.provider_id == provider.id,
            ProviderApproval.scheme == scheme,
            ProviderApproval.state == ApprovalState.APPROVED,
        )
    )


def _staff_only(actor: Actor) -> None:
    if actor.audience not in (Audience.ADVISOR, Audience.ADMIN, Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _staff_or_owner(actor: Actor, scheme: str) -> None:
    if not (actor.audience is Audience.OWNER and scheme in actor.schemes):
        _staff_only(actor)


def _log(session: Session, provider: Provider, action: str, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind="provider", object_id=provider.id, now=now)
