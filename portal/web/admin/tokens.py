"""Keys for programs: made, approved by a second administrator, replaced and ended. A key itself is shown once, to who made it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.tokens.actions import NewToken, approve_token, end_token, make_token, replace_token
from portal.framework.tokens.models import SCOPES_OF, ApiToken, TokenScope
from portal.framework.tokens.queries import successor_of, token_by_public_id, tokens
from portal.people.accounts.models import Account
from portal.people.accounts.queries import account_by_reference, accounts
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.admin.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.keeping import show_once
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, Form, TextField, WholeNumberField
from portal.words.labels import ROLES, label

SCOPES: dict[TokenScope, LazyString] = {
    TokenScope.QUESTIONS_READ: _l("Zien waar vragen staan (adviseur)"),
    TokenScope.QUESTIONS_WRITE: _l("Vragen van een formulier insturen (adviseur, helper)"),
    TokenScope.VOUCHERS_READ: _l("Vouchers opzoeken (adviseur, opleider)"),
    TokenScope.VOUCHERS_WRITE: _l("Vouchers voor zich bestemmen (opleider)"),
    TokenScope.INVOICES_READ: _l("Facturen zien (adviseur, opleider)"),
    TokenScope.INVOICES_WRITE: _l("Facturen insturen (opleider)"),
    TokenScope.ALLOCATIONS_READ: _l("Zien waar het geld staat (adviseur, regio)"),
    TokenScope.REPORTS_READ: _l("De verantwoording zien (regio, controller, accountant, financier)"),
}


class NewTokenForm(Form):
    """Make a key."""

    name = TextField(_l("Naam van het programma"), missing=_l("Vul in welk programma de sleutel krijgt."), maximum=100)
    account = ChoiceField(_l("Account"), missing=_l("Kies voor welk account het programma werkt."))
    scopes = ChoicesField(
        _l("Waarvoor is de sleutel?"), choices=SCOPES.items(), missing=_l("Kies waarvoor de sleutel is.")
    )
    days = WholeNumberField(
        _l("Hoeveel dagen geldt hij?"), missing=_l("Vul in hoeveel dagen de sleutel geldt."), at_least=1, at_most=366
    )


@blueprint.get("/sleutels")
def token_list() -> ResponseReturnValue:
    """All keys, the newest first."""
    rows: list[list[Any]] = [
        [
            {
                "text": one.name,
                "href": url_for("admin.token", token_id=one.public_id),
                "note": one.account.display_name,
            },
            _state(one),
            format_date(one.expires_at.date(), "short"),
            None if one.last_used_on is None else format_date(one.last_used_on, "short"),
        ]
        for one in tokens(current_session())
    ]
    return page("admin/tokens.html", rows=rows)


def _state(one: ApiToken) -> dict[str, str]:
    if one.is_good(now()):
        return {"text": _("werkt"), "tag": "ok"}
    ended = one.ended_at is not None or one.expires_at <= now()
    return {"text": _("wacht op een tweede beheerder"), "tag": "waiting"} if one.waits and not ended else {
        "text": _("werkt niet meer"),
        "tag": "no",
    }  # fmt: skip


@blueprint.route("/sleutels/nieuw", methods=["GET", "POST"])
def new_token() -> ResponseReturnValue:
    """Make a key; it is shown once, on the next page."""
    session, actor, form = current_session(), current_actor(), NewTokenForm()
    able = {one.public_id: one for one in accounts(session) if one.role in SCOPES_OF and one.disabled_at is None}
    form.account.choices = [(key, _named(one)) for key, one in able.items()]
    if form.validate_on_submit():
        with form.refusals():
            wanted = NewToken(form.name.data, [TokenScope(one) for one in form.scopes.data], form.days.data)
            made, secret = make_token(session, account=able[form.account.data], wanted=wanted, actor=actor, now=now())
            return _shown_once(made, secret)
    return page("admin/new_token.html", form=form)


def _named(account: Account) -> str:
    return f"{account.display_name} ({label(ROLES, account.role)})"


def _shown_once(made: ApiToken, secret: str) -> ResponseReturnValue:
    there = url_for("admin.token", token_id=made.public_id)
    show_once(there, _token_page(made, secret).get_data(as_text=True))
    return redirect(there, code=303)


def the_token(token_id: str) -> ApiToken:
    """The key in the address, or a 404."""
    return found(token_by_public_id(current_session(), public_id=token_id))


@blueprint.get("/sleutels/<token_id>")
def token(token_id: str) -> ResponseReturnValue:
    """One key: whose it is, what it is for, and until when. The key itself is not kept."""
    return _token_page(the_token(token_id))


def _token_page(one: ApiToken, secret: str = "") -> Any:
    session, at = current_session(), now()
    return page(
        "admin/token.html",
        token=one,
        secret=secret,
        state=_state(one),
        account=_named(one.account),
        scopes=[str(SCOPES[TokenScope(scope)]) for scope in one.scopes],
        made_at=format_datetime(one.made_at, "short"),
        made_by=_who(one.made_by),
        approved_by=None if one.approved_by is None else _who(one.approved_by),
        until=format_datetime(one.expires_at, "short"),
        used=None if one.last_used_on is None else format_date(one.last_used_on, "short"),
        waits=one.waits and one.ended_at is None and one.expires_at > at,
        own=one.made_by == current_actor().reference,
        good=one.is_good(at),
        replaced=successor_of(session, token=one),
    )


def _who(reference: str) -> str:
    known = account_by_reference(current_session(), reference=reference)
    return reference if known is None else known.display_name


@blueprint.post("/sleutels/<token_id>/goedkeuren")
def approve_the_token(token_id: str) -> ResponseReturnValue:
    """A second administrator lets a key be used."""
    approve_token(current_session(), token=the_token(token_id), actor=current_actor(), now=now())
    flash(_("De sleutel werkt nu."), "ok")
    return redirect(url_for("admin.token", token_id=token_id), code=303)


@blueprint.post("/sleutels/<token_id>/vervangen")
def replace_the_token(token_id: str) -> ResponseReturnValue:
    """Make a key that comes in the place of this one; this one works for one more week."""
    made, secret = replace_token(current_session(), token=the_token(token_id), actor=current_actor(), now=now())
    return _shown_once(made, secret)


@blueprint.post("/sleutels/<token_id>/beeindigen")
def end_the_token(token_id: str) -> ResponseReturnValue:
    """End a key at once."""
    end_token(current_session(), token=the_token(token_id), actor=current_actor(), now=now())
    flash(_("De sleutel werkt niet meer."), "ok")
    return redirect(url_for("admin.token", token_id=token_id), code=303)
