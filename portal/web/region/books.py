"""The check of the books that stops payments: what it found, and why somebody lets payments go on."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.paying.books.actions import answer_check
from portal.paying.books.queries import check_by_public_id, stopping_check
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.web.region.blueprint import blueprint


class BooksAnswerForm(Form):
    """Why payments may go on."""

    reason = TextField(
        _l("Wat hebt u gezien, en waarom kan betalen weer?"),
        missing=_l("Schrijf op wat u hebt gezien en waarom betalen weer kan."),
        multiline=True,
        maximum=1000,
    )


@blueprint.route("/betalingen/boekhouding/<check_id>", methods=["GET", "POST"])
def books(check_id: str) -> ResponseReturnValue:
    """One check of the books, with everything that it found."""
    session, actor = current_session(), current_actor()
    check = found(check_by_public_id(session, public_id=check_id, actor=actor))
    form = BooksAnswerForm()
    if form.validate_on_submit():
        with form.refusals():
            answer_check(session, check=check, reason=form.reason.data, actor=actor, now=now())
            flash(_("Het is vastgelegd. Er kan weer worden betaald."), "ok")
            return redirect(url_for("region.payment_list"), code=303)
    stopping = stopping_check(session)
    return page("region/books.html", form=form, check=check, stops=stopping is not None and stopping.id == check.id)
