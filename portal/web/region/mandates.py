"""Mandates: who may decide in whose name, on what and up to which amount."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import schemes_in_force
from portal.framework.mandates import actions
from portal.framework.mandates.actions import MandateTerms, give_mandate
from portal.framework.mandates.models import Mandate
from portal.framework.mandates.queries import deciders, mandate_by_public_id, mandates
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, TextField
from portal.web.region.blueprint import blueprint


class MandateForm(Form):
    """Give a mandate."""

    person = ChoiceField(_l("Wie mag besluiten?"), missing=_l("Kies een medewerker."))
    body = ChoiceField(_l("Namens welk bestuur?"), missing=_l("Kies het bestuur."))
    scheme = ChoiceField(_l("Alleen voor deze regeling"), optional=True)
    up_to = EuroField(_l("Hoogstens dit bedrag per besluit"), at_most=10**9)
    valid_from = DutchDateField(_l("Vanaf"), missing=_l("Vul de eerste dag in."))
    valid_until = DutchDateField(_l("Tot en met"))
    basis = TextField(
        _l("Met welk besluit is het gegeven?"), missing=_l("Vul het besluit in, met de datum."), maximum=300
    )


@blueprint.route("/mandaten", methods=["GET", "POST"])
def mandate_list() -> ResponseReturnValue:
    """All mandates, and a form to give one."""
    session = current_session()
    held = [one for one in schemes_in_force(session, on=today()) if one.definition.administered == "here"]
    people = {str(account.id): account.display_name for account in deciders(session)}
    titles = {one.slug: localized(one.definition.title) for one in held}
    form = MandateForm()
    form.person.choices = list(people.items())
    bodies = {one.definition.deciding_body.nl for one in held if one.definition.deciding_body is not None}
    form.body.choices = [(body, body) for body in sorted(bodies)]
    form.scheme.choices = list(titles.items())
    if form.validate_on_submit():
        with form.refusals():
            give_mandate(
                session,
                account_id=int(form.person.data),
                terms=MandateTerms(
                    body=form.body.data,
                    scheme=form.scheme.data,
                    up_to_cents=form.up_to.data,
                    valid_from=form.valid_from.data,
                    valid_until=form.valid_until.data,
                    basis=form.basis.data,
                ),
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het mandaat is vastgelegd."), "ok")
            return redirect(url_for("region.mandate_list"), code=303)
    rows = [_row(mandate, people, titles) for mandate in mandates(session)]
    return page("region/mandates.html", form=form, rows=rows)


def _row(mandate: Mandate, people: dict[str, str], titles: dict[str, str]) -> dict[str, Any]:
    until = format_date(mandate.valid_until) if mandate.valid_until is not None else _("zonder einde")
    ended = mandate.ended_at is not None or (mandate.valid_until is not None and mandate.valid_until < today())
    when = _("%(first)s tot en met %(last)s", first=format_date(mandate.valid_from), last=until)
    if mandate.ended_at is not None:
        when += " " + _("(beëindigd op %(day)s)", day=format_date(local_date(mandate.ended_at)))
    what = [titles.get(mandate.scheme, mandate.scheme) if mandate.scheme else _("alle regelingen van dit bestuur")]
    if mandate.up_to_cents is not None:
        what.append(_("tot %(amount)s", amount=format_euros(mandate.up_to_cents)))
    return {
        "who": people.get(str(mandate.account_id), _("iemand die hier niet meer werkt")),
        "body": mandate.body,
        "what": ", ".join(what),
        "when": when,
        "basis": mandate.basis,
        "end": None if ended else url_for("region.end_mandate", mandate_id=mandate.public_id),
    }


@blueprint.post("/mandaten/<mandate_id>/beeindigen")
def end_mandate(mandate_id: str) -> ResponseReturnValue:
    """Take a mandate back as of today."""
    session = current_session()
    actions.end_mandate(
        session, mandate=found(mandate_by_public_id(session, public_id=mandate_id)), actor=current_actor(), now=now()
    )
    flash(_("Het mandaat is beëindigd."), "ok")
    return redirect(url_for("region.mandate_list"), code=303)
