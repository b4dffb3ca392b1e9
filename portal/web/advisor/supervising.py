"""Watching over providers: who asks to be on the list, account numbers, taking one off the list, and signals."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.oversight.flags.actions import close_flag
from portal.oversight.flags.models import Flag, FlagKind
from portal.oversight.flags.queries import flag_by_public_id, flags
from portal.paying.account_numbers.actions import ask_iban_change, check_iban_change, decide_iban_change
from portal.paying.payments.queries import exposure
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.providers.actions import (
    accept_registration,
    refuse_registration,
    withdraw_provider,
)
from portal.spending.providers.models import IbanChange, Provider, ProviderRegistration
from portal.spending.providers.queries import (
    registration_by_public_id,
    registrations,
    shares_iban_with,
    waiting_iban_change,
)
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.providers import the_provider
from portal.web.advisor.stands import stands_of_account
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.desk import paying_account
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, IbanField, TextField
from portal.web.labels.paying_words import FLAG_KINDS


class SignalReasonForm(Form):
    """Why."""

    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), multiline=True, maximum=1000)


class SignalForm(Form):
    """What somebody saw who looked at a signal."""

    reason = TextField(
        _l("Wat hebt u gezien en gedaan?"),
        missing=_l("Schrijf op wat u hebt gezien en gedaan."),
        multiline=True,
        maximum=1000,
    )


class CheckedForm(Form):
    """How somebody checked an account number."""

    how = TextField(
        _l("Hoe hebt u het rekeningnummer gecontroleerd?"),
        missing=_l("Schrijf op hoe u het rekeningnummer hebt gecontroleerd."),
        multiline=True,
        maximum=1000,
    )


class StaffIbanForm(CheckedForm):
    """A first or another account number, as the provider gave it, and how it was checked."""

    iban = IbanField(_l("Nieuw rekeningnummer (IBAN)"), missing=_l("Vul het rekeningnummer in waarop wij betalen."))


@blueprint.get("/opleiders/aanmeldingen")
def registration_list() -> ResponseReturnValue:
    """The providers that ask to be on the list."""
    rows = [
        [
            {"text": one.name, "href": url_for("advisor.registration", registration_id=one.public_id)},
            one.kvk_number,
            format_date(one.asked_at.date(), "short"),
        ]
        for one in registrations(current_session(), actor=current_actor())
    ]
    return page("advisor/registrations.html", rows=rows)


@blueprint.route("/opleiders/aanmeldingen/<registration_id>", methods=["GET", "POST"])
def registration(registration_id: str) -> ResponseReturnValue:
    """One request; accept it with how the account number was checked, or refuse it with a reason."""
    session, actor = current_session(), current_actor()
    one = found(registration_by_public_id(session, public_id=registration_id, actor=actor))
    refusing, accepting = SignalReasonForm(), CheckedForm()
    form = accepting if "accept" in request.form else refusing
    if form.validate_on_submit():
        with form.refusals():
            if form is accepting:
                made = _accepted(one, accepting.how.data)
                flash(_("De opleider staat in de lijst. Een tweede medewerker bevestigt het rekeningnummer."), "ok")
                return redirect(url_for("advisor.provider", provider_id=made.public_id), code=303)
            refuse_registration(session, registration=one, reason=refusing.reason.data, actor=actor, now=now())
            flash(_("De aanmelding is afgewezen. Bel de opleider om het uit te leggen."), "ok")
            return redirect(url_for("advisor.registration_list"), code=303)
    shared = [other.name for other in shares_iban_with(session, iban=one.iban)]
    return page(
        "advisor/registration.html",
        form=form,
        refusing=refusing,
        accepting=accepting,
        registration=one,
        shared=shared,
    )


def _accepted(one: ProviderRegistration, how: str) -> Provider:
    """On the list, with the account number of its request for a second person to confirm."""
    session, actor = current_session(), current_actor()
    made = accept_registration(session, registration=one, actor=actor, now=now())
    ask_iban_change(session, provider=made, iban=one.iban, how=how, payer=paying_account(), actor=actor, now=now())
    return made


@blueprint.route("/opleiders/<provider_id>/rekening", methods=["GET", "POST"])
def account_number(provider_id: str) -> ResponseReturnValue:
    """The account number of a provider: ask for one, check one that the provider asked for, confirm or refuse one that waits."""
    session, actor = current_session(), current_actor()
    shown = the_provider(provider_id)
    decide_on(lambda: stands_of_account(shown, waiting_iban_change(session, provider=shown)), shown)
    waiting = waiting_iban_change(session, provider=shown)
    form = StaffIbanForm() if waiting is None else CheckedForm()
    if request.method == "POST":
        with form.refusals():
            if _account_act(shown, waiting, form):
                return redirect(url_for("advisor.account_number", provider_id=provider_id), code=303)
    return page(
        "advisor/account_number.html",
        form=form,
        provider=shown,
        waiting=waiting,
        own=waiting is not None and actor.reference in (waiting.asked_by, waiting.checked_by),
    )


def _account_act(shown: Provider, waiting: IbanChange | None, form: CheckedForm) -> bool:
    """Do what the form asks with an account number; False when it was not filled in well."""
    session, actor = current_session(), current_actor()
    require_seen()
    if waiting is not None and ("confirm" in request.form or "refuse" in request.form):
        confirm = "confirm" in request.form
        decide_iban_change(session, change=waiting, confirm=confirm, payer=paying_account(), actor=actor, now=now())
        flash(_("Het is verwerkt."), "ok")
        return True
    if not form.validate():
        return False
    if isinstance(form, StaffIbanForm):
        typed = {"iban": form.iban.data, "how": form.how.data}
        ask_iban_change(session, provider=shown, payer=paying_account(), actor=actor, now=now(), **typed)
    elif waiting is not None:
        check_iban_change(session, change=waiting, how=form.how.data, actor=actor, now=now())
    flash(_("Het rekeningnummer wacht op een tweede medewerker."), "ok")
    return True


@blueprint.route("/opleiders/<provider_id>/uit-de-lijst", methods=["GET", "POST"])
def delist(provider_id: str) -> ResponseReturnValue:
    """Take a provider off the list, seeing what stands open with it."""
    session, actor = current_session(), current_actor()
    shown = the_provider(provider_id)
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            withdraw_provider(session, provider=shown, actor=actor, now=now())
            flash(_("De opleider staat niet meer in de lijst en kan geen vouchers meer gebruiken."), "ok")
            return redirect(url_for("advisor.provider", provider_id=provider_id), code=303)
    return page("advisor/delist.html", form=form, provider=shown, open=exposure(session, provider=shown))


@blueprint.get("/signalen")
def flag_list() -> ResponseReturnValue:
    """What stands out and waits for somebody to look at it; and what was closed last."""
    session, actor = current_session(), current_actor()
    return page(
        "advisor/flags.html",
        rows=[_flag_cells(one) for one in flags(session, actor=actor)],
        closed=[_flag_cells(one) for one in flags(session, actor=actor, closed=True, limit=20)],
    )


@blueprint.route("/signalen/<flag_id>", methods=["GET", "POST"])
def flag(flag_id: str) -> ResponseReturnValue:
    """One signal; close it with what was seen. It stops nothing by itself."""
    session, actor = current_session(), current_actor()
    one = found(flag_by_public_id(session, public_id=flag_id, actor=actor))
    form = SignalForm()
    if form.validate_on_submit():
        with form.refusals():
            close_flag(session, flag=one, reason=form.reason.data, actor=actor, now=now())
            flash(_("Het signaal is afgehandeld."), "ok")
            return redirect(url_for("advisor.flag_list"), code=303)
    return page(
        "advisor/flag.html",
        form=form,
        flag=one,
        title=FLAG_KINDS[one.kind.value],
        about=_about(one),
        number=_number(one),
    )


ABOUT_TRAINING = (FlagKind.TRAINING_BURST, FlagKind.TRAINING_CEILING, FlagKind.TRAINING_PRICE)
IN_CENTS = (FlagKind.OWN_SHARE_UNSEEN, FlagKind.TRAINING_PRICE)


def _flag_cells(one: Flag) -> list[Any]:
    return [
        {"text": FLAG_KINDS[one.kind.value], "href": url_for("advisor.flag", flag_id=one.public_id)},
        _about(one),
        _number(one),
        format_date(one.raised_at.date(), "short"),
    ]


def _about(one: Flag) -> str:
    """What a signal is about: a provider by name, a training as it was typed; an account number is not shown."""
    if one.provider is not None:
        return one.provider.name
    return one.subject if one.kind in ABOUT_TRAINING else "—"


def _number(one: Flag) -> str:
    return format_euros(one.number) if one.kind in IN_CENTS else str(one.number)
