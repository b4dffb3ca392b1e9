"""Accounts: who may enter, with which role; a link to enter; closing an account ends its sessions at once."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from portal.people.accounts.actions import (
    change_role,
    create_account,
    disable_account,
    enable_account,
    end_sessions_of,
    issue_sign_in_link,
)
from portal.people.accounts.models import Account, Role
from portal.people.accounts.queries import account_by_public_id, accounts, organisations, sessions_of
from portal.people.audit.actions import record
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, EmailField, Form, NameField
from portal.words.labels import ROLES, choices, label

LINK = "sign_in_link"
"""Where the link waits in the browser's session until the page shows it, once."""


class NewAccountForm(Form):
    """Add somebody."""

    display_name = NameField(_l("Naam"), missing=_l("Vul de naam in."))
    email = EmailField(_l("E-mailadres"), missing=_l("Vul het e-mailadres in."))
    role = ChoiceField(_l("Rol"), choices=choices(ROLES), missing=_l("Kies een rol."))
    organisation = ChoiceField(_l("Organisatie"))


class RoleForm(Form):
    """Give another role."""

    role = ChoiceField(_l("Rol"), choices=choices(ROLES), missing=_l("Kies een rol."))


@blueprint.get("/accounts")
def account_list() -> ResponseReturnValue:
    """Everybody who may enter or could."""
    rows: list[list[Any]] = [
        [
            {
                "text": account.display_name,
                "href": url_for("admin.account", account_id=account.public_id),
                "note": account.email,
            },
            label(ROLES, account.role),
            account.organisation.name if account.organisation is not None else None,
            {"text": _("staat uit"), "tag": "no"} if account.disabled_at else {"text": _("mag inloggen"), "tag": "ok"},
            format_date(account.created_at.date(), "short"),
        ]
        for account in accounts(current_session())
    ]
    return page("admin/accounts.html", rows=rows)


@blueprint.route("/accounts/nieuw", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add an account."""
    session, actor = current_session(), current_actor()
    form = NewAccountForm()
    known = {organisation.public_id: organisation for organisation in organisations(session)}
    form.organisation.choices = [("", _("Geen")), *((key, one.name) for key, one in known.items())]
    if form.validate_on_submit():
        with form.refusals():
            made = create_account(
                session,
                email=form.email.data,
                display_name=form.display_name.data,
                role=Role(form.role.data),
                organisation=known.get(form.organisation.data or ""),
                actor=actor,
                now=now(),
            )
            log(made, "account.created")
            flash(_("Het account is gemaakt. Maak een link om in te loggen."), "ok")
            return redirect(url_for("admin.account", account_id=made.public_id), code=303)
    return page("admin/add.html", form=form)


def the_account(account_id: str) -> Account:
    """The account in the address, or a 404."""
    return found(account_by_public_id(current_session(), public_id=account_id))


def log(account: Account, action: str) -> None:
    """Write the act in the audit log."""
    record(
        current_session(), actor=current_actor(), action=action, object_kind="account", object_id=account.id, now=now()
    )


@blueprint.route("/accounts/<account_id>", methods=["GET", "POST"])
def account(account_id: str) -> ResponseReturnValue:
    """One account: its role, its sessions, a link, on or off."""
    session, actor = current_session(), current_actor()
    shown = the_account(account_id)
    form = RoleForm(obj=shown, role=shown.role.value)
    if form.validate_on_submit():
        with form.refusals():
            change_role(session, account=shown, role=Role(form.role.data), actor=actor, now=now())
            log(shown, "account.role_changed")
            flash(_("De rol is veranderd. De persoon moet opnieuw inloggen."), "ok")
            return redirect(url_for("admin.account", account_id=account_id), code=303)
    waiting = browser_session.get(LINK)
    mine = waiting is not None and waiting.get("account") == account_id
    if mine:
        browser_session.pop(LINK)
    return page(
        "admin/account.html",
        form=form,
        account=shown,
        role=label(ROLES, shown.role),
        own=actor.account_id == shown.id,
        link=waiting["address"] if mine and waiting is not None else None,
        sessions=[
            [format_datetime(one.created_at, "short"), format_datetime(one.last_seen_at, "short")]
            for one in sessions_of(session, account_id=shown.id, now=now())
        ],
    )


@blueprint.post("/accounts/<account_id>/link")
def make_link(account_id: str) -> ResponseReturnValue:
    """Make a link that lets the account in once, within ten minutes. The next page shows it, once."""
    shown = the_account(account_id)
    token = issue_sign_in_link(current_session(), account=shown, actor=current_actor(), now=now())
    log(shown, "account.link_issued")
    address = f"{current_app.extensions['settings'].address}{url_for('access.link', token=token)}"
    browser_session[LINK] = {"account": account_id, "address": address}
    return redirect(url_for("admin.account", account_id=account_id), code=303)


@blueprint.post("/accounts/<account_id>/uit")
def disable(account_id: str) -> ResponseReturnValue:
    """Close an account: its sessions and links end at once."""
    shown = the_account(account_id)
    disable_account(current_session(), account=shown, actor=current_actor(), now=now())
    log(shown, "account.disabled")
    flash(_("Het account staat uit. De persoon is overal uitgelogd."), "ok")
    return redirect(url_for("admin.account", account_id=account_id), code=303)


@blueprint.post("/accounts/<account_id>/aan")
def enable(account_id: str) -> ResponseReturnValue:
    """Open a closed account again."""
    shown = the_account(account_id)
    enable_account(current_session(), account=shown)
    log(shown, "account.enabled")
    flash(_("Het account staat weer aan."), "ok")
    return redirect(url_for("admin.account", account_id=account_id), code=303)


@blueprint.post("/accounts/<account_id>/uitloggen")
def end_sessions(account_id: str) -> ResponseReturnValue:
    """End every session of an account, for a lost telephone."""
    shown = the_account(account_id)
    end_sessions_of(current_session(), account=shown, now=now())
    log(shown, "account.sessions_ended")
    flash(_("De persoon is overal uitgelogd."), "ok")
    return redirect(url_for("admin.account", account_id=account_id), code=303)
