"""The second step of signing in, choosing one, and proving again that it is you. A passkey needs a script; the rest does not."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from flask import current_app, flash, redirect, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.people.accounts.models import Account
from portal.people.accounts.queries import account_by_id, actor_of_account
from portal.people.actor import Actor
from portal.people.factors.actions import (
    AppToAdd,
    add_app,
    add_passkey,
    key_of,
    new_app_secret,
    new_recovery_codes,
    seal,
    take_step_with_code,
    take_step_with_passkey,
    unseal,
)
from portal.people.factors.queries import Factors, factors_of, passkey_by_credential
from portal.people.sessions import note_proof
from portal.people.visits.queries import services_of
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import current_locale
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.models import WRONG_STEPS, WRONG_STEPS_HERE
from portal.web.access.blueprint import blueprint
from portal.web.access.coming_in import finish, first_page, pending_account
from portal.web.access.passkeys import counted_by, credential_in, new_key, options_to_add, options_to_step
from portal.web.access.visiting import services_for
from portal.web.edge import page
from portal.web.edge.desk import desk
from portal.web.edge.fresh import is_fresh
from portal.web.edge.keeping import local_address
from portal.web.edge.limiting import count_wrong, refuse_guesser
from portal.web.edge.policy import current_actor
from portal.web.edge.session import this_session
from portal.web.forms import Form, NameField, TextField
from portal.web.forms.fields import SecretField

NEW_APP, NEW_CODES = "new_app", "new_codes"
"""Under these names the session keeps, sealed, the secret of an app that is being added, and recovery codes to be shown once."""


class StepForm(Form):
    """A code of the app or a recovery code, or what a device with a passkey says."""

    code = TextField(_l("Code"), optional=True, maximum=40)
    credential = SecretField(_l("Passkey"), optional=True, maximum=20_000)


class AppForm(Form):
    """The code that a new app shows."""

    code = TextField(
        _l("Code die de app laat zien"), missing=_l("Typ de zes cijfers die de app laat zien."), maximum=20
    )


class PasskeyForm(Form):
    """What a device says of a new key, and what to call it."""

    name = NameField(
        _l("Naam voor deze passkey"), missing=_l("Geef de passkey een naam, bijvoorbeeld: laptop werk."), maximum=60
    )
    credential = SecretField(_l("Passkey"), optional=True, maximum=20_000)


# Taking it ---------------------------------------------------------------------------------------------------------------


@blueprint.route("/inloggen/tweede-stap", methods=["GET", "POST"])
def second() -> ResponseReturnValue:
    """The second step of who came in by mail: a code of the app, a passkey, or a recovery code."""
    account = pending_account()
    mine = factors_of(current_session(), account_id=account.id) if account is not None else None
    if account is None or mine is None:
        return redirect(url_for("access.sign_in"), code=303)
    if not mine.any:
        return redirect(url_for("access.first_second_step"), code=303)
    form = StepForm()
    if form.validate_on_submit():
        with form.refusals():
            _take(account, form)
            return finish(account)
    return _step_page(form, mine, url_for("access.second"))


@blueprint.route("/bevestigen", methods=["GET", "POST"])
def prove() -> ResponseReturnValue:
    """Who is in proves again that it is them, before money, rights or an export; and goes on where they were."""
    actor, form = current_actor(), StepForm()
    account = account_by_id(current_session(), account_id=actor.account_id or 0)
    assert account is not None, "the policy lets in who has an account"
    back = local_address(request.args.get("naar", "")) or first_page(actor.audience)
    mine = factors_of(current_session(), account_id=account.id)
    if form.validate_on_submit():
        with form.refusals():
            _take(account, form)
            note_proof(current_session(), hashed=this_session().hashed or "", now=now())
            return redirect(back, code=303)
    known = set(services_of(current_session(), account_id=account.id))
    ways = [
        (one.title(current_locale()), url_for("access.begin_at_service", service=one.name, naar=back))
        for one in services_for("staff")
        if one.name in known
    ]
    return _step_page(form, mine, url_for("access.prove", naar=back), proving=True, ways=ways)


def _step_page(
    form: StepForm, mine: Factors, action: str, *, proving: bool = False, ways: Sequence[tuple[str, str]] = ()
) -> ResponseReturnValue:
    options = options_to_step(mine.passkeys) if mine.passkeys else None
    return page("access/second.html", form=form, mine=mine, options=options, action=action, proving=proving, ways=ways)


def _take(account: Account, form: StepForm) -> None:
    """Take the second step. Raises ``Refusal``; wrong tries are counted, and after a few nobody tries for a while."""
    session, at, actor = current_session(), now(), _as(account)
    _refuse_guesser(account)
    try:
        if form.credential.data:
            key = passkey_by_credential(
                session, credential=credential_in(form.credential.data) or "", account_id=account.id
            )
            counted = counted_by(form.credential.data, key) if key is not None else None
            if key is None or counted is None:
                raise Refusal("wrong_passkey", _l("Deze passkey past niet. Probeer het nog eens, of gebruik een code."))
            take_step_with_passkey(session, account=account, passkey=key, sign_count=counted, actor=actor, now=at)
        elif form.code.data:
            take_step_with_code(session, account=account, code=form.code.data, key=_key(), actor=actor, now=at)
        else:
            raise Refusal("code_missing", _l("Typ de code van uw app, of een herstelcode."), field="code")
    except Refusal as refusal:
        if refusal.code != "code_missing":
            _count_wrong(account)
        raise


def _refuse_guesser(account: Account) -> None:
    """Raises `TooMany` for an account, or a place, of which too much was wrong."""
    refuse_guesser(WRONG_STEPS, f"account:{account.id}")
    refuse_guesser(WRONG_STEPS_HERE, current_actor().origin)


def _count_wrong(account: Account) -> None:
    count_wrong(WRONG_STEPS, f"account:{account.id}")
    count_wrong(WRONG_STEPS_HERE, current_actor().origin)


# Choosing one ------------------------------------------------------------------------------------------------------------


@blueprint.get("/inloggen/tweede-stap/kiezen")
def first_second_step() -> ResponseReturnValue:
    """Nobody comes in without a second step: choose one, an app or a passkey."""
    account = _chooser()
    if account is None:
        return _elsewhere()
    return page("access/choose_step.html", pending=pending_account() is not None)


@blueprint.route("/inloggen/app", methods=["GET", "POST"])
def add_code_app() -> ResponseReturnValue:
    """Add an app that shows codes: a picture to scan, the same as text, and a code to show that it works."""
    account, form = _chooser(), AppForm()
    if account is None:
        return _elsewhere()
    secret = _secret_of_new_app(account)
    if form.sent_while(
        secret is not None, _l("Deze code hoort bij een oud plaatje. Scan het nieuwe plaatje in uw app.")
    ):
        with form.refusals():
            assert secret is not None, "it was made before"
            _refuse_guesser(account)
            try:
                added = AppToAdd(secret, "".join((form.code.data or "").split()))
                add_app(current_session(), account=account, added=added, key=_key(), actor=_as(account), now=now())
            except Refusal:
                _count_wrong(account)
                raise
            flask_session.pop(NEW_APP, None)
            return _added(account)
    if secret is None:
        secret = new_app_secret()
        sealed = seal(secret, key=_key(), account_id=account.id)
        flask_session[NEW_APP] = {"account": account.id, "sealed": sealed.hex()}
    return page("access/add_app.html", form=form, secret=_in_fours(secret), picture=_picture(account, secret))


@blueprint.route("/inloggen/passkey", methods=["GET", "POST"])
def add_a_passkey() -> ResponseReturnValue:
    """Add a passkey: a key on this device, or on one that is plugged in. This needs a script."""
    account, form = _chooser(), PasskeyForm()
    if account is None:
        return _elsewhere()
    if form.validate_on_submit():
        with form.refusals():
            added = new_key(form.credential.data or "", name=form.name.data)
            if added is None:
                raise Refusal(
                    "wrong_passkey", _l("Het toestel maakte geen passkey. Probeer het nog eens, of kies een app.")
                )
            add_passkey(current_session(), account=account, added=added, actor=_as(account), now=now())
            return _added(account)
    known = factors_of(current_session(), account_id=account.id).passkeys
    options = options_to_add(account, known, name=_desk_name())
    return page("access/add_passkey.html", form=form, options=options)


def _added(account: Account) -> ResponseReturnValue:
    """A second step was added. With the first come recovery codes, to be shown once; who was not in yet is now."""
    session, actor = current_session(), _as(account)
    coming_in = pending_account() is not None
    if not factors_of(session, account_id=account.id).codes_left:
        codes = new_recovery_codes(session, account=account, actor=actor, now=now())
        if coming_in:
            finish(account)
        _show_once(account, codes)
        flash(_("De tweede stap is klaar. Bewaar nu uw herstelcodes."), "ok")
        return redirect(url_for("access.recovery_codes"), code=303)
    flash(_("De tweede stap is toegevoegd."), "ok")
    return finish(account) if coming_in else redirect(url_for("access.own_access"), code=303)


def _chooser() -> Account | None:
    """Who may add a second step here: who took the first step and has none, or who is in and proved a moment ago who they are.

    Who is in and has none yet proves nothing more: there is nothing to prove it with.
    """
    session, actor = current_session(), current_actor()
    pending = pending_account()
    if pending is not None:
        return pending if not factors_of(session, account_id=pending.id).any else None
    account = account_by_id(session, account_id=actor.account_id) if actor.account_id is not None else None
    if account is None or actor.is_helping:
        return None
    return account if is_fresh() or not factors_of(session, account_id=account.id).any else None


def _elsewhere() -> ResponseReturnValue:
    """Where somebody goes who may not choose a second step here: to prove who they are, or to sign in."""
    if current_actor().account_id is not None and not current_actor().is_helping:
        return redirect(url_for("access.prove", naar=url_for("access.own_access")), code=303)
    return redirect(url_for("access.second" if pending_account() else "access.sign_in"), code=303)


# Recovery codes, shown once ----------------------------------------------------------------------------------------------


@blueprint.get("/mijn-toegang/herstelcodes")
def recovery_codes() -> ResponseReturnValue:
    """The new recovery codes, once: who opens the page again makes new ones."""
    kept = flask_session.pop(NEW_CODES, None)
    text = None
    if kept is not None and kept["account"] == current_actor().account_id:
        text = unseal(bytes.fromhex(kept["sealed"]), key=_key(), account_id=kept["account"])
    return page("access/recovery_codes.html", codes=text.split() if text else [])


@blueprint.post("/mijn-toegang/herstelcodes/nieuw")
def make_recovery_codes() -> ResponseReturnValue:
    """New recovery codes in the place of the old ones."""
    account = _chooser()
    if account is None:
        return _elsewhere()
    codes = new_recovery_codes(current_session(), account=account, actor=_as(account), now=now())
    _show_once(account, codes)
    return redirect(url_for("access.recovery_codes"), code=303)


def _show_once(account: Account, codes: list[str]) -> None:
    sealed = seal(" ".join(codes), key=_key(), account_id=account.id)
    flask_session[NEW_CODES] = {"account": account.id, "sealed": sealed.hex()}


def _secret_of_new_app(account: Account) -> str | None:
    kept = flask_session.get(NEW_APP)
    if kept is None or kept["account"] != account.id:
        return None
    return unseal(bytes.fromhex(kept["sealed"]), key=_key(), account_id=account.id)


def _picture(account: Account, secret: str) -> Markup:
    import pyotp

    address = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=_desk_name())
    return Markup(segno.make(address, error="m", micro=False).svg_inline(scale=4, border=4, dark="#000", light="#fff"))  # noqa: S704


def _desk_name() -> str:
    name: str = desk.name  # type: ignore[attr-defined]
    return name


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def _as(account: Account) -> Actor:
    return actor_of_account(account).at(current_actor().origin)


def _key() -> bytes:
    return key_of(str(current_app.secret_key))
