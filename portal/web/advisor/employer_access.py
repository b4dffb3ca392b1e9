"""Who may come in for an employer: the addresses that speak for it. An advisor who made sure adds one, or takes one away."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.employers.actions import admit_address, dismiss_address
from portal.cases.employers.queries import address_by_public_id, addresses_on_question, employer_number
from portal.cases.questions.models import Route
from portal.people.accounts.models import AddressProof, EmployerAddress
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ConfirmField, EmailField, Form

PROOFS: dict[AddressProof, LazyString] = {
    AddressProof.ADVISOR: _l("nagekeken door een adviseur"),
    AddressProof.AWARD: _l("van een aanvraag die is toegekend"),
}


class AdmitForm(Form):
    """The address, and that the advisor made sure of it."""

    email = EmailField(_l("E-mailadres"), missing=_l("Vul een e-mailadres in."))
    sure = ConfirmField(
        _l("Ik heb gecontroleerd dat dit adres van deze organisatie is, bijvoorbeeld door haar te bellen."),
        missing=_l("Zet een vinkje als u het adres hebt gecontroleerd."),
    )


@blueprint.route("/vraag/<question_id>/inloggen-werkgever", methods=["GET", "POST"])
def employer_addresses(question_id: str) -> ResponseReturnValue:
    """The addresses that speak for the employer of this question, and a form for one more."""
    session, question = current_session(), the_question(question_id)
    number = found(employer_number(session, question=question) if question.route is Route.EMPLOYER else None)
    decide_on(lambda: _stands(addresses_on_question(session, question=question)), question)
    contact = question.contact
    form = AdmitForm(data={"email": contact.email if contact is not None else None})
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            admit_address(session, question=question, email=form.email.data, actor=current_actor(), now=now())
            flash(_("Met dit adres kan de werkgever nu inloggen. Wij sturen er een bericht heen."), "ok")
            return redirect(url_for("advisor.employer_addresses", question_id=question_id), code=303)
    addresses = addresses_on_question(session, question=question)
    return page(
        "advisor/employer_access.html",
        form=form,
        question=question,
        number=number,
        addresses=[(one, str(PROOFS[one.proof]), format_datetime(one.made_at, "short")) for one in addresses],
    )


@blueprint.route("/vraag/<question_id>/inloggen-werkgever/<address_id>", methods=["GET", "POST"])
def end_employer_address(question_id: str, address_id: str) -> ResponseReturnValue:
    """Take an address away, after asking. Who is in by it sees nothing more."""
    session, question = current_session(), the_question(question_id)
    address = found(address_by_public_id(session, public_id=address_id))
    known = addresses_on_question(session, question=question) if question.route is Route.EMPLOYER else []
    found(next((one for one in known if one.id == address.id), None))
    decide_on(lambda: _stands(addresses_on_question(session, question=question)), question)
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            dismiss_address(session, question=question, address=address, actor=current_actor(), now=now())
            flash(_("Met dit adres kan niemand meer inloggen voor deze werkgever."), "ok")
            return redirect(url_for("advisor.employer_addresses", question_id=question_id), code=303)
    return page("advisor/end_employer_address.html", form=form, question=question, address=address)


def _stands(addresses: list[EmployerAddress]) -> list[Stand]:
    shown: Any = ", ".join(one.email for one in addresses) or _("geen")
    return [Stand("addresses", _("E-mailadressen"), ",".join(str(one.id) for one in addresses), shown)]
