"""What the person or employer of a case had before from elsewhere: it counts at every award, for ceilings and conditions."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.contents import add_had_before, remove_had_before
from portal.cases.questions.models import HadBeforeInput
from portal.framework.catalogue.queries import schemes_in_force
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Conflict
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.advisor.case_forms import HadBeforeForm
from portal.web.edge import page
from portal.web.edge.policy import current_actor


@blueprint.route("/vraag/<question_id>/eerder-gekregen", methods=["GET", "POST"])
def had_before(question_id: str) -> ResponseReturnValue:
    """What was had before, and a form to add something."""
    session, question, form = current_session(), the_question(question_id), HadBeforeForm()
    held = schemes_in_force(session, on=question.reference_date or today(), known_at=question.submitted_at)
    titles = {scheme.slug: localized(scheme.definition.title) for scheme in held}
    form.scheme.choices = sorted(titles.items(), key=lambda one: one[1])
    if form.validate_on_submit():
        with form.refusals():
            entry = HadBeforeInput(form.scheme.data, form.amount.data, form.awarded_on.data)
            add_had_before(session, question=question, entry=entry, actor=current_actor(), now=now())
            flash(_("Dit telt nu mee. Maak een nieuw voorstel."), "ok")
            return redirect(url_for("advisor.had_before", question_id=question_id), code=303)
    rows = [
        {
            "text": _(
                "%(scheme)s: %(amount)s op %(day)s",
                scheme=titles.get(entry["scheme"], entry["scheme"]),
                amount=format_euros(entry["amount_cents"]),
                day=format_date(date.fromisoformat(entry["awarded_on"])),
            ),
            "entry": "|".join((entry["scheme"], entry["awarded_on"], str(entry["amount_cents"]))),
        }
        for entry in question.had_before
    ]
    remove = url_for("advisor.not_had_before", question_id=question_id)
    return page("advisor/had_before.html", form=form, question=question, rows=rows, remove=remove)


@blueprint.post("/vraag/<question_id>/eerder-gekregen/weg")
def not_had_before(question_id: str) -> ResponseReturnValue:
    """Take away one thing that turned out not to be right."""
    question = the_question(question_id)
    try:
        scheme, day, cents = request.form.get("entry", "")[:200].split("|")
        entry = HadBeforeInput(scheme, int(cents), date.fromisoformat(day))
    except ValueError:
        raise Conflict("not_declared", _("Dit is al weggehaald.")) from None
    remove_had_before(current_session(), question=question, entry=entry, actor=current_actor(), now=now())
    flash(_("Dit telt niet meer mee. Maak een nieuw voorstel."), "ok")
    return redirect(url_for("advisor.had_before", question_id=question_id), code=303)
