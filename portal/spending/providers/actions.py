"""Acts on training providers: register, approve for a scheme, withdraw."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from portal.framework.powers import Power, require_power, scheme_now
from portal.people.accounts.actions import create_account, ensure_organisation
from portal.people.accounts.models import Account, OrganisationKind, Role
from portal.people.accounts.queries import account_by_email, organisation_by_slug
from portal.people.actor import Actor, Audience
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_new
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.actions import NewMessage, enqueue
from portal.spending.providers.models import (
    ApprovalState,
    Provider,
    ProviderApproval,
    ProviderRegistration,
    ProviderState,
    RegistrationState,
)


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
    """Put a provider on the list. Raises ``Refusal`` at the field for a wrong KvK number or IBAN, ``Conflict`` when it is known.

    An account number takes two people: only a program that loads a list gives it here, staff ask for it after this.
    """
    staff_only(actor)
    if iban is not None and actor.audience is not Audience.SYSTEM:
        message = _l("Vraag het rekeningnummer apart aan. Een tweede medewerker moet het bevestigen.")
        raise Refusal("second_person", message, field="iban")
    number = _checked(name, kvk_number, iban)
    known = Conflict("provider_known", _l("Deze opleider staat al in de lijst."), field="kvk_number")
    taken = select(Provider.id).where(
        (Provider.kvk_number == kvk_number) | (Provider.organisation_id == organisation_id)
    )
    if session.scalar(taken) is not None:
        raise known
    provider = Provider(
        organisation_id=organisation_id,
        name=name.strip(),
        kvk_number=kvk_number,
        iban=number,
        state=ProviderState.REGISTERED,
        registered_at=now,
        registered_by=actor.reference,
        approvals=[],
    )
    write_new(session, provider, otherwise=known)
    log_provider(session, provider, "provider.registered", actor, now)
    return provider


def approve_provider(
    session: Session, *, provider: Provider, scheme: str, actor: Actor, now: datetime
) -> ProviderApproval:
    """Let a provider redeem vouchers of a scheme. The owner of the scheme or the desk does this, with a mandate for the scheme.

    A colleague may approve it too: who decides, who approves and who accepts an invoice are different people. Raises ``Conflict``
    for who approved it already.
    """
    _staff_or_owner(actor, scheme)
    today = local_date(now)
    held = scheme_now(session, slug=scheme, on=today)
    require_power(session, Power.PROVIDER, actor=actor, on=today, scheme=held)
    hold(session, provider)
    if provider.state is not ProviderState.REGISTERED:
        raise Conflict("provider_withdrawn", _l("Deze opleider staat niet meer in de lijst."))
    if any(one.approved_by == actor.reference for one in _holding(session, provider, scheme)):
        raise Conflict("approved_already", _l("U keurde deze opleider al goed voor deze regeling."), field="scheme")
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
    log_provider(session, provider, "provider.approved", actor, now)
    return approval


def withdraw_approval(
    session: Session, *, provider: Provider, scheme: str, reason: str, actor: Actor, now: datetime
) -> ProviderApproval:
    """Stop new redemptions of a scheme by a provider, whoever approved it. What was redeemed stays redeemed."""
    _staff_or_owner(actor, scheme)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    hold(session, provider)
    holding = _holding(session, provider, scheme)
    if not holding:
        raise Conflict("not_approved", _l("Deze opleider is niet goedgekeurd voor deze regeling."))
    for approval in holding:
        approval.state, approval.withdrawn_reason = ApprovalState.WITHDRAWN, reason.strip()
        approval.withdrawn_at, approval.withdrawn_by = now, actor.reference
    session.flush()
    log_provider(session, provider, "provider.approval_withdrawn", actor, now)
    return holding[0]


def withdraw_provider(session: Session, *, provider: Provider, actor: Actor, now: datetime) -> None:
    """Take a provider off the list: it redeems nothing any more. Doing it again changes nothing."""
    staff_only(actor)
    if hold(session, provider, Provider.state == ProviderState.REGISTERED):
        provider.state, provider.withdrawn_at, provider.withdrawn_by = ProviderState.WITHDRAWN, now, actor.reference
        session.flush()
        log_provider(session, provider, "provider.withdrawn", actor, now)


# The own form of a provider ---------------------------------------------------------------------------------------------


def ask_registration(
    session: Session, *, name: str, kvk_number: str, iban: str, contact_name: str, contact_email: str, now: datetime
) -> ProviderRegistration:
    """A provider asks to be put on the list; anybody may. Raises ``Refusal`` at the field, ``Conflict`` when it is known.

    A KvK number has eight digits and no check digit: whether it exists is looked up by a person.
    """
    number = _checked(name, kvk_number, iban)
    if number is None:
        raise Refusal("iban", _l("Vul het rekeningnummer in waarop wij betalen."), field="iban")
    open_one = select(ProviderRegistration.id).where(
        ProviderRegistration.kvk_number == kvk_number, ProviderRegistration.state == RegistrationState.OPEN
    )
    message = _l("Met dit KVK-nummer staat al een opleider in de lijst, of in de wacht. Neem contact op met het loket.")
    known = Conflict("provider_known", message, field="kvk_number")
    if session.scalar(select(Provider.id).where(Provider.kvk_number == kvk_number)) or session.scalar(open_one):
        raise known
    asked = ProviderRegistration(
        name=name.strip(),
        kvk_number=kvk_number,
        iban=number,
        contact_name=contact_name.strip(),
        contact_email=contact_email.strip().lower(),
        state=RegistrationState.OPEN,
        asked_at=now,
    )
    write_new(session, asked, otherwise=known)
    actor = Actor.anonymous()
    record(session, actor=actor, action="registration.asked", object_kind="registration", object_id=asked.id, now=now)
    return asked


def accept_registration(
    session: Session, *, registration: ProviderRegistration, actor: Actor, now: datetime
) -> Provider:
    """Put a provider that asked on the list, with an account for its contact, who gets a mail with the way in.

    It has no account number yet: who accepts it asks for the one in the request, and another person confirms it.
    """
    staff_only(actor)
    _still_open(session, registration)
    if account_by_email(session, email=registration.contact_email) is not None:
        message = _l(
            "Er is al een account met het e-mailadres van deze opleider. Wijs de aanmelding af en bel de opleider."
        )
        raise Conflict("email_known", message)
    organisation = ensure_organisation(
        session,
        slug=provider_slug(session, name=registration.name, kvk_number=registration.kvk_number),
        name=registration.name,
        kind=OrganisationKind.PROVIDER,
        actor=actor,
        now=now,
    )
    provider = register_provider(
        session,
        organisation_id=organisation.id,
        name=registration.name,
        kvk_number=registration.kvk_number,
        iban=None,
        actor=actor,
        now=now,
    )
    create_account(
        session,
        email=registration.contact_email,
        display_name=registration.contact_name,
        role=Role.PROVIDER,
        organisation=organisation,
        actor=actor,
        now=now,
    )
    registration.state, registration.provider_id = RegistrationState.ACCEPTED, provider.id
    registration.decided_at, registration.decided_by = now, actor.reference
    session.flush()
    log_provider(session, provider, "registration.accepted", actor, now)
    tell_provider(session, provider=provider, template="provider/registered", now=now)
    return provider


def refuse_registration(
    session: Session, *, registration: ProviderRegistration, reason: str, actor: Actor, now: datetime
) -> None:
    """Do not put a provider that asked on the list, with a reason; a person tells it."""
    staff_only(actor)
    _still_open(session, registration)
    if not reason.strip():
        raise Refusal("reason_missing", _l("Schrijf op waarom."), field="reason")
    registration.state, registration.refused_reason = RegistrationState.REFUSED, reason.strip()
    registration.decided_at, registration.decided_by = now, actor.reference
    session.flush()
    record(
        session,
        actor=actor,
        action="registration.refused",
        object_kind="registration",
        object_id=registration.id,
        now=now,
    )


def _still_open(session: Session, registration: ProviderRegistration) -> None:
    decided = Conflict("registration_decided", _l("Over deze aanmelding is al besloten."))
    hold(session, registration, ProviderRegistration.state == RegistrationState.OPEN, otherwise=decided)


def tell_provider(session: Session, *, provider: Provider, template: str, now: datetime, version: int = 1) -> int:
    """Queue a mail to everybody who works at a provider; returns to how many."""
    people = select(Account).where(
        Account.organisation_id == provider.organisation_id,
        Account.role == Role.PROVIDER,
        Account.disabled_at.is_(None),
    )
    found = list(session.scalars(people.order_by(Account.id)))
    for account in found:
        enqueue(
            session,
            message=NewMessage(
                kind="email",
                template=template,
                recipient="account",
                object_kind="account",
                object_id=account.id,
                version=version,
                locale=account.locale,
            ),
            now=now,
        )
    return len(found)


def provider_slug(session: Session, *, name: str, kvk_number: str) -> str:
    """A slug for the organisation of a provider; the KvK number keeps two of the same name apart."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "opleider"
    return slug if organisation_by_slug(session, slug=slug) is None else f"{slug}-{kvk_number}"


def checked_iban(iban: str) -> str:
    """An account number without spaces. Raises ``Refusal`` (field iban) when its check digits are wrong."""
    try:
        return str(iban_numbers.validate(iban))
    except ValidationError as error:
        message = _l("Dit IBAN klopt niet. Kijk of alle letters en cijfers goed zijn.")
        raise Refusal("iban", message, field="iban") from error


def _checked(name: str, kvk_number: str, iban: str | None) -> str | None:
    """What every provider must have right; returns the account number as it is kept. A KvK number has no check digit."""
    if not name.strip():
        raise Refusal("name_missing", _l("Vul de naam van de opleider in."), field="name")
    if not re.fullmatch(r"[0-9]{8}", kvk_number, re.ASCII):
        raise Refusal("kvk_number", _l("Een KVK-nummer heeft 8 cijfers."), field="kvk_number")
    return checked_iban(iban) if iban else None


def _holding(session: Session, provider: Provider, scheme: str) -> Sequence[ProviderApproval]:
    rows = select(ProviderApproval).where(
        ProviderApproval.provider_id == provider.id,
        ProviderApproval.scheme == scheme,
        ProviderApproval.state == ApprovalState.APPROVED,
    )
    return session.scalars(rows.order_by(ProviderApproval.id).execution_options(populate_existing=True)).all()


def staff_only(actor: Actor) -> None:
    """Refuse everybody but the staff of the desk and its programs; who administers the system is not one of them."""
    if actor.audience not in (Audience.ADVISOR, Audience.REGION, Audience.SYSTEM):
        raise Refusal("not_yours", _l("Dit kunt u hier niet doen."))


def _staff_or_owner(actor: Actor, scheme: str) -> None:
    if not (actor.audience is Audience.OWNER and scheme in actor.schemes):
        staff_only(actor)


def log_provider(session: Session, provider: Provider, action: str, actor: Actor, now: datetime) -> None:
    """Write an act on a provider in the audit log."""
    record(session, actor=actor, action=action, object_kind="provider", object_id=provider.id, now=now)
