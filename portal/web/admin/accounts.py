"""Accounts: who may enter, with which role; closing an account ends its sessions at once.

An administrator can have a link sent to somebody, and never sees one.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.staff import (
    NewAccount,
    close_account,
    give_role,
    log_out_everywhere,
    open_account,
    open_account_again,
    send_sign_in_link,
)
from portal.framework.teams.queries import teams_of_account
from portal.people.accounts.actions import DECIDING_ROLES
from portal.people.accounts.models import Account, Organisation, Role, SessionRecord, WayIn
from portal.people.accounts.queries import (
    account_by_public_id,
    account_by_reference,
    accounts,
    organisations,
    secret_hash,
    sessions_of,
)
from portal.people.actor import Audience
from portal.people.audit.queries import decided_in, events_of
from portal.people.factors.queries import factors_of
from portal.people.grades import schemes_in
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import ActToLayDown
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.second_look.two_person_acts.queries import laid_down_on
from portal.web.admin.blueprint import blueprint
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, ConfirmField, EmailField, Form, NameField, TextField
from portal.web.two_people.laying import lay_before_a_colleague
from portal.words.identity_labels import GRADES, RIGHTS_ACTS
from portal.words.labels import ROLES, choices, label

PLACE = 8
"""So many signs of the mark of a place are shown: enough to see that two are the same."""


class NewAccountForm(Form):
    """Add somebody."""

    display_name = NameField(_l("Naam"), missing=_l("Vul de naam in."))
    email = EmailField(_l("E-mailadres"), missing=_l("Vul het e-mailadres in."))
    role = ChoiceField(_l("Rol"), choices=choices(ROLES), missing=_l("Kies een rol."))
    organisation = ChoiceField(_l("Organisatie"))
    reason = TextField(_l("Waarom krijgt deze persoon dit account?"), optional=True, maximum=500)


class RoleForm(Form):
    """Give another role."""

    role = ChoiceField(_l("Rol"), choices=choices(ROLES), missing=_l("Kies een rol."))
    reason = TextField(_l("Waarom krijgt deze persoon deze rol?"), optional=True, maximum=500)


class LimitForm(Form):
    """Let somebody do less of the role."""

    grade = ChoiceField(_l("Hoe ver"), choices=choices(GRADES), missing=_l("Kies hoe ver de rol gaat."))
    schemes = ChoicesField(_l("Beslist alleen over"), optional=True)
    own_teams = ConfirmField(_l("Ziet alleen de vragen van de eigen teams"), optional=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = schemes_in_force(current_session(), on=today())
        here = [one for one in held if one.definition.administered == "here"]
        self.schemes.choices = [(one.slug, localized(one.definition.title)) for one in here]


class OpenAgainForm(Form):
    """Why a closed account is opened again."""

    reason = TextField(_l("Waarom gaat het account weer open?"), optional=True, maximum=500)


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
    decide_on(list)
    if form.validate_on_submit():
        with form.refusals():
            place = known.get(form.organisation.data or "")
            if Role(form.role.data) in DECIDING_ROLES:
                return lay_before_a_colleague(_new(form, place), back=url_for("admin.account_list"))
            wanted = NewAccount(form.email.data, form.display_name.data, Role(form.role.data), place)
            made = open_account(session, wanted=wanted, actor=actor, now=now())
            flash(_("Het account is gemaakt. De persoon krijgt daar bericht van."), "ok")
            return redirect(url_for("admin.account", account_id=made.public_id), code=303)
    return page("admin/add.html", form=form)


def _new(form: NewAccountForm, place: Organisation | None) -> ActToLayDown:
    """An account with a role that decides or pays, for a second administrator."""
    email = str(form.email.data).strip().lower()
    told = {
        "email": email,
        "display_name": form.display_name.data,
        "role": form.role.data,
        "organisation": place.id if place is not None else None,
    }
    subject = f"new_account:{secret_hash(email)}"
    return ActToLayDown(TwoPersonKind.NEW_ACCOUNT, subject, form.reason.data or "", details=told)


def the_account(account_id: str) -> Account:
    """The account in the address, or a 404."""
    return found(account_by_public_id(current_session(), public_id=account_id))


@blueprint.route("/accounts/<account_id>", methods=["GET", "POST"])
def account(account_id: str) -> ResponseReturnValue:
    """One account: its role, its sessions and how they came in, a link, on or off."""
    session, actor = current_session(), current_actor()
    shown = the_account(account_id)
    form = RoleForm(obj=shown, role=shown.role.value)
    decide_on(lambda: stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            role = Role(form.role.data)
            if role in DECIDING_ROLES:
                kind, about = TwoPersonKind.CHANGE_ROLE, f"account:{shown.id}"
                act = ActToLayDown(kind, about, form.reason.data or "", details={"role": role.value})
                return lay_before_a_colleague(act, back=url_for("admin.account", account_id=account_id))
            give_role(session, account=shown, role=role, actor=actor, now=now())
            flash(_("De rol is veranderd. De persoon krijgt daar bericht van en moet opnieuw inloggen."), "ok")
            return redirect(url_for("admin.account", account_id=account_id), code=303)
    return account_page(shown, form)


def stands(shown: Account) -> list[Stand]:
    """What the page of an account shows that is decided on."""
    state = _("staat uit") if shown.disabled_at else _("mag inloggen")
    return [
        Stand("role", _("Rol"), shown.role.value, label(ROLES, shown.role)),
        Stand("disabled", _("Account"), int(shown.disabled_at is not None), state),
        Stand("grade", _("Hoe ver"), shown.grade.value, label(GRADES, shown.grade)),
        Stand("schemes", _("Beslist over"), shown.only_schemes, shown.only_schemes or _("alles van de rol")),
        Stand("own_teams", _("Ziet"), int(shown.only_own_teams), _sees(shown)),
    ]


def account_page(shown: Account, form: Form) -> ResponseReturnValue:
    """The page of an account; `form` is the one of its forms that was sent, with what is wrong in it."""
    session, actor = current_session(), current_actor()
    return page(
        "admin/account.html",
        form=form,
        roles=form if isinstance(form, RoleForm) else RoleForm(formdata=None, role=shown.role.value),
        opening=form if isinstance(form, OpenAgainForm) else OpenAgainForm(formdata=None),
        limits=form if isinstance(form, LimitForm) else _limits_of(shown),
        grade=label(GRADES, shown.grade),
        schemes=shown.only_schemes.replace(",", ", "),
        has_cases=shown.role is Role.ADVISOR,
        sees=_sees(shown),
        teams=", ".join(team.name for team in teams_of_account(session, account_id=shown.id)),
        steps=factors_of(session, account_id=shown.id),
        history=_history(shown),
        takes_two=shown.role in DECIDING_ROLES,
        laid=laid_down_on(session, subject=f"account:{shown.id}"),
        account=shown,
        role=label(ROLES, shown.role),
        own=actor.account_id == shown.id,
        sessions=[_cells(one) for one in sessions_of(session, account_id=shown.id, now=now())],
    )


def _sees(shown: Account) -> str:
    return _("alleen vragen van de eigen teams") if shown.only_own_teams else _("alles van de rol")


def _limits_of(shown: Account) -> LimitForm:
    schemes = sorted(schemes_in(shown.only_schemes))
    return LimitForm(formdata=None, grade=shown.grade.value, schemes=schemes, own_teams=shown.only_own_teams)


def _history(shown: Account) -> list[list[Any]]:
    """What was done to the rights of this account, the last first: when, what, from what to what, and by whom."""
    session, rows = current_session(), []
    for event in reversed(events_of(session, object_kind="account", object_id=shown.id)):
        if event.action not in RIGHTS_ACTS:
            continue
        changed = decided_in(session, event=event).get(f"account:{shown.id}", {})
        by = account_by_reference(session, reference=event.actor)
        said = [_said(name, *changed[name]) for name in ("role", "grade") if name in changed]
        what = {"text": label(RIGHTS_ACTS, event.action), "note": "; ".join(said) or None}
        rows.append([format_datetime(event.at, "short"), what, by.display_name if by is not None else event.role])
    return rows


def _said(name: str, before: str | None, after: str | None) -> str:
    words = {"role": ROLES, "grade": GRADES}.get(name, {})
    old, new = (str(label(words, one)) if one in words else one or "" for one in (before, after))
    return new if before is None else _("%(old)s, daarna %(new)s", old=old, new=new)


def _cells(one: SessionRecord) -> list[Any]:
    """A session: since when, seen when, how it came in, and from where its link was asked."""
    link = one.sign_in_link
    place = link.created_from[:PLACE] if link is not None else None
    return [
        format_datetime(one.created_at, "short"),
        format_datetime(one.last_seen_at, "short"),
        _way_in(one),
        place or None,
    ]


def _way_in(one: SessionRecord) -> str | None:
    link = one.sign_in_link
    if link is None:
        return _("knop van de proefomgeving") if one.way_in is WayIn.DEMO else None
    if link.created_by == Audience.ANYONE:
        return _("link, zelf gevraagd")
    sender = account_by_reference(current_session(), reference=link.created_by)
    return _("link, gestuurd door %(name)s", name=sender.display_name) if sender else _("link van de server")


@blueprint.post("/accounts/<account_id>/link")
def make_link(account_id: str) -> ResponseReturnValue:
    """Have a link mailed to the person that lets the account in once, within ten minutes."""
    send_sign_in_link(current_session(), account=the_account(account_id), actor=current_actor(), now=now())
    flash(_("De link gaat per e-mail naar deze persoon."), "ok")
    return redirect(url_for("admin.account", account_id=account_id), code=303)


@blueprint.post("/accounts/<account_id>/uit")
def disable(account_id: str) -> ResponseReturnValue:
    """Close an account: its sessions and links end at once."""
    close_account(current_session(), account=the_account(account_id), actor=current_actor(), now=now())
    flash(_("Het account staat uit. De persoon is overal uitgelogd."), "ok")
    return redirect(url_for("admin.account", account_id=account_id), code=303)


@blueprint.post("/accounts/<account_id>/aan")
def enable(account_id: str) -> ResponseReturnValue:
    """Open a closed account again; one with a role that decides or pays is laid before a second administrator."""
    shown, form = the_account(account_id), OpenAgainForm()
    here = url_for("admin.account", account_id=account_id)
    decide_on(lambda: stands(shown), shown)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            if shown.role in DECIDING_ROLES and shown.disabled_at is not None:
                kind, about = TwoPersonKind.OPEN_ACCOUNT, f"account:{shown.id}"
                return lay_before_a_colleague(ActToLayDown(kind, about, form.reason.data or ""), back=here)
            open_account_again(current_session(), account=shown, actor=current_actor(), now=now())
            flash(_("Het account staat weer aan."), "ok")
            return redirect(here, code=303)
    return account_page(shown, form)


@blueprint.post("/accounts/<account_id>/uitloggen")
def end_sessions(account_id: str) -> ResponseReturnValue:
    """End every session of an account, for a lost telephone."""
    log_out_everywhere(current_session(), account=the_account(account_id), actor=current_actor(), now=now())
    flash(_("De persoon is overal uitgelogd."), "ok")
    return redirect(url_for("admin.account", account_id=account_id), code=303)
