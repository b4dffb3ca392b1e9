"""``loket user``: add people, give them a link to sign in, and close their accounts."""

from __future__ import annotations

import json

import click

from portal.commands.opening import clear_errors, open_ready_desk
from portal.framework.staff import (
    NewAccount,
    close_account,
    give_role,
    make_sign_in_link,
    open_account,
    open_account_again,
    send_sign_in_link,
)
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import Account, OrganisationKind, Role
from portal.people.accounts.queries import account_by_email, accounts, organisation_by_slug, was_ever_in
from portal.people.actor import Actor
from portal.platform.clock import now
from portal.platform.database import current_session, unit_of_work
from portal.platform.errors import PortalError
from portal.web.forms.typed import email as read_email

ACTOR = Actor.system("loket user")
KIND = {
    Role.ADVISOR: OrganisationKind.DESK,
    Role.ADMIN: OrganisationKind.DESK,
    Role.OWNER: OrganisationKind.SCHEME_OWNER,
    Role.REGION: OrganisationKind.REGION,
    Role.PROVIDER: OrganisationKind.PROVIDER,
    Role.HELPER: OrganisationKind.DESK,
    Role.FUNDER: OrganisationKind.FUNDER,
    Role.CONTROLLER: OrganisationKind.REGION,
    Role.AUDITOR: OrganisationKind.AUDITOR,
}
ROLES = click.Choice([role.value for role in Role])


class Address(click.ParamType):
    """An e-mail address, in any case."""

    name = "email"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return read_email(value)
        except ValueError:
            self.fail(f"{value!r} is not an e-mail address", param, ctx)


@click.group()
def user() -> None:
    """Add people and print their sign-in links."""


@user.command()
@click.argument("email", type=Address())
@click.option("--name", required=True, help="The name that colleagues see.")
@click.option("--role", type=ROLES, required=True)
@click.option("--organisation", help="Short name (slug) of the organisation; needed for owner and provider.")
@click.option("--organisation-name", help="Full name, when the organisation is new.")
@clear_errors
def add(email: str, name: str, role: str, organisation: str | None, organisation_name: str | None) -> None:
    """Add somebody who may sign in."""
    if not name.strip():
        raise click.BadParameter("write the name that colleagues see", param_hint="--name")
    _settings, engine = open_ready_desk()
    chosen = Role(role)

    def work(session: object) -> None:
        db = current_session()
        place = organisation_by_slug(db, slug=organisation) if organisation else None
        if organisation and place is None:
            if not organisation_name:
                raise PortalError(f"there is no organisation {organisation!r}; give --organisation-name to add it")
            place = ensure_organisation(
                db, slug=organisation, name=organisation_name, kind=KIND[chosen], actor=ACTOR, now=now()
            )
        open_account(db, wanted=NewAccount(email, name, chosen, place), actor=ACTOR, now=now())

    unit_of_work(engine, work)
    click.echo(f"Added {email} as {role}. Sign in with: loket user link {email}")


@user.command()
@click.argument("email", type=Address())
@clear_errors
def link(email: str) -> None:
    """Mail somebody a link that works once, for ten minutes.

    It is printed in the demonstration, and for an administrator as long as no administrator ever came in: somebody must be the
    first.
    """
    settings, engine = open_ready_desk()

    def work(session: object) -> str | None:
        db, at = current_session(), now()
        account = _account(email)
        if settings.is_demo or (account.role is Role.ADMIN and not was_ever_in(db, role=Role.ADMIN)):
            return make_sign_in_link(db, account=account, actor=ACTOR, now=at)
        send_sign_in_link(db, account=account, actor=ACTOR, now=at)
        return None

    token = unit_of_work(engine, work)
    if token is None:
        click.echo("The link goes by mail. Send it now with: loket messages send")
    else:
        click.echo(f"{settings.address}/inloggen/{token}")


@user.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@clear_errors
def list_(as_json: bool) -> None:
    """Everybody with an account."""
    _settings, engine = open_ready_desk()
    rows = unit_of_work(engine, lambda session: [_row(account) for account in accounts(session)], read_only=True)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo("Nobody yet. Add somebody with: loket user add EMAIL --name NAME --role admin")
    else:
        for row in rows:
            click.echo("  ".join(str(row[key] or "-").ljust(width) for key, width in COLUMNS).rstrip())


COLUMNS = (("role", 9), ("email", 36), ("name", 28), ("organisation", 24), ("state", 8))


@user.command()
@click.argument("email", type=Address())
@clear_errors
def disable(email: str) -> None:
    """Close an account; its sessions end at once."""
    _settings, engine = open_ready_desk()

    def work(session: object) -> None:
        close_account(current_session(), account=_account(email), actor=ACTOR, now=now())

    unit_of_work(engine, work)
    click.echo(f"{email} can no longer sign in.")


@user.command()
@click.argument("email", type=Address())
@clear_errors
def enable(email: str) -> None:
    """Open a closed account again."""
    _settings, engine = open_ready_desk()

    def work(session: object) -> None:
        open_account_again(current_session(), account=_account(email), actor=ACTOR, now=now())

    unit_of_work(engine, work)
    click.echo(f"{email} can sign in again.")


@user.command()
@click.argument("email", type=Address())
@click.argument("role", type=ROLES)
@clear_errors
def role(email: str, role: str) -> None:
    """Give somebody another role; open sessions end at once."""
    _settings, engine = open_ready_desk()

    def work(session: object) -> None:
        give_role(current_session(), account=_account(email), role=Role(role), actor=ACTOR, now=now())

    unit_of_work(engine, work)
    click.echo(f"{email} is now {role}.")


def _account(email: str) -> Account:
    account = account_by_email(current_session(), email=email)
    if account is None:
        raise PortalError(f"there is no account for {email}")
    return account


def _row(account: Account) -> dict[str, str | None]:
    return {
        "email": account.email,
        "name": account.display_name,
        "role": account.role.value,
        "organisation": account.organisation.slug if account.organisation is not None else None,
        "state": "disabled" if account.disabled_at is not None else "active",
    }
