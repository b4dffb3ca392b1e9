"""A provider asks to be put on the list, and asks for another account number."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.paying.account_numbers.actions import ask_iban_change
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.limits.actions import take
from portal.platform.limits.models import SIGN_UPS
from portal.spending.providers.actions import ask_registration
from portal.spending.providers.queries import provider_of, waiting_iban_change
from portal.web.edge import found, page
from portal.web.edge.desk import paying_account
from portal.web.edge.policy import current_actor
from portal.web.forms import EmailField, Form, IbanField, KvkField, NameField, TextField
from portal.web.provider.blueprint import blueprint


class RegistrationForm(Form):
    """What the desk must know of a provider."""

    name = TextField(_l("Naam van de opleider"), missing=_l("Vul de naam van de opleider in."), maximum=200)
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in."))
    iban = IbanField(_l("Rekeningnummer (IBAN)"), missing=_l("Vul het rekeningnummer in waarop wij betalen."))
    contact_name = NameField(_l("Uw naam"), missing=_l("Vul uw naam in."))
    contact_email = EmailField(_l("Uw e-mailadres"), missing=_l("Vul uw e-mailadres in."))


class AccountNumberForm(Form):
    """Another account number."""

    iban = IbanField(_l("Nieuw rekeningnummer (IBAN)"), missing=_l("Vul het rekeningnummer in waarop wij betalen."))


@blueprint.route("/aanmelden", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """The own form of a provider."""
    form = RegistrationForm()
    if form.validate_on_submit():
        with form.refusals():
            take(current_session(), limit=SIGN_UPS, who=current_actor().origin, now=now())
            ask_registration(
                current_session(),
                name=form.name.data,
                kvk_number=form.kvk_number.data,
                iban=form.iban.data,
                contact_name=form.contact_name.data,
                contact_email=form.contact_email.data,
                now=now(),
            )
            return redirect(url_for("provider.signed_up"), code=303)
    return page("provider/sign_up.html", form=form)


@blueprint.get("/aangemeld")
def signed_up() -> ResponseReturnValue:
    """What happens next."""
    return page("provider/signed_up.html")


@blueprint.route("/rekening", methods=["GET", "POST"])
def account_number() -> ResponseReturnValue:
    """The account number on which the provider is paid; a new one waits for an employee of the desk."""
    session, actor = current_session(), current_actor()
    own = found(provider_of(session, actor=actor))
    form = AccountNumberForm()
    if form.validate_on_submit():
        with form.refusals():
            ask_iban_change(session, provider=own, iban=form.iban.data, payer=paying_account(), actor=actor, now=now())
            flash(
                _("Wij bellen u om het rekeningnummer te controleren. Een tweede medewerker bevestigt het daarna."),
                "ok",
            )
            return redirect(url_for("provider.account_number"), code=303)
    return page(
        "provider/account_number.html", form=form, provider=own, waiting=waiting_iban_change(session, provider=own)
    )
