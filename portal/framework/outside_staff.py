"""Who works here and signs in by an identity service: with the role and organisation that the file of services gives, each time.

The service says who somebody is and in which groups; the file says what that is here. Who is in none of them does not come in,
also with an account of before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.framework.staff import NewAccount, give_role, open_account
from portal.people.accounts.models import Account, Organisation, Role
from portal.people.accounts.queries import account_by_email, organisation_by_slug
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.visits.actions import know_at_service
from portal.people.visits.queries import account_at_service
from portal.platform.errors import Refusal
from portal.platform.guarded import hold
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import IdentityService


def account_from_service(
    session: Session, *, service: IdentityService, claims: Mapping[str, Any], subject: str, now: datetime
) -> Account:
    """The account of who a service says this is, with the role and organisation that the file says; made when there is none.

    `subject` is what the service calls them, as `subject_hash` says it. Raises ``Refusal`` `no_place` for who has no place here,
    and as opening an account and giving a role do.
    """
    rule = service.role_of(claims)
    if rule is None or rule.role not in {one.value for one in Role}:
        raise _no_place()
    actor, role = Actor.system(f"service {service.name}"), Role(rule.role)
    place = organisation_by_slug(session, slug=rule.organisation) if rule.organisation else None
    if rule.organisation and place is None:
        raise _no_place()
    account = account_at_service(session, service=service.name, subject=subject)
    if account is None:
        account = _first_time(session, service, claims, NewAccount("", _name(service, claims), role, place), actor, now)
        know_at_service(session, account=account, service=service.name, subject=subject, actor=actor, now=now)
    hold(session, account)
    if account.disabled_at is not None:
        raise _no_place()
    _move(session, account, place, actor, now)
    if account.role is not role:
        give_role(session, account=account, role=role, actor=actor, now=now)
    return account


def _first_time(
    session: Session,
    service: IdentityService,
    claims: Mapping[str, Any],
    wanted: NewAccount,
    actor: Actor,
    now: datetime,
) -> Account:
    """The account with the address that the service made sure of, or a new one."""
    email = service.email_of(claims)
    if email is None:
        raise _no_place()
    known = account_by_email(session, email=email)
    if known is not None:
        return known
    new = NewAccount(email, wanted.display_name or email, wanted.role, wanted.organisation)
    return open_account(session, wanted=new, actor=actor, now=now)


def _move(session: Session, account: Account, place: Organisation | None, actor: Actor, now: datetime) -> None:
    if place is None or account.organisation_id == place.id:
        return
    account.organisation_id = place.id
    session.flush()
    session.refresh(account, ["organisation"])
    record(
        session,
        actor=actor,
        action="account.organisation_changed",
        object_kind="account",
        object_id=account.id,
        now=now,
        fields=("organisation_id",),
    )


def _name(service: IdentityService, claims: Mapping[str, Any]) -> str:
    name = claims.get(service.name_claim)
    return " ".join(name.split())[:100] if isinstance(name, str) else ""


def _no_place() -> Refusal:
    message = _l("De inlogdienst kent u, maar u hebt hier geen plek. Vraag het de beheerder van het loket.")
    return Refusal("no_place", message)
