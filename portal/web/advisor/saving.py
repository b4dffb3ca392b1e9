"""Filters on the worklist that an advisor keeps under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.oversight.worklist.models import SavedSelection
from portal.oversight.worklist.saving import (
    LONGEST_NAME,
    forget_selection,
    save_selection,
    saved_selection,
    saved_selections,
)
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.filtering import asked_back
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField


class SaveForm(Form):
    """The name of a filter, and the filter itself as the page sent it along."""

    name = TextField(
        _l("Naam van het filter"), missing=_l("Geef het filter een naam van hoogstens 60 tekens."), maximum=LONGEST_NAME
    )
    terug = TextField(optional=True, maximum=2000)


@blueprint.route("/filters", methods=["GET", "POST"])
def filters() -> ResponseReturnValue:
    """The own filters; a new one is kept, or replaces the one of that name."""
    session, actor = current_session(), current_actor()
    form = SaveForm()
    if form.validate_on_submit():
        asked = asked_back(form.terug.data or "")
        with form.refusals():
            save_selection(session, name=form.name.data, asked=asked.parameters, actor=actor, now=now())
            flash(_("Het filter is bewaard."), "ok")
            return redirect(asked.address(), code=303)
    return page("advisor/filters.html", form=form, saved=saved_links(saved_selections(session, actor=actor)))


@blueprint.post("/filters/<selection_id>/verwijderen")
def forget_filter(selection_id: str) -> ResponseReturnValue:
    """Throw an own filter away; the cases stay as they are."""
    session, actor = current_session(), current_actor()
    selection = found(saved_selection(session, public_id=selection_id, actor=actor))
    forget_selection(session, selection=selection, actor=actor, now=now())
    flash(_("Het filter is verwijderd."), "ok")
    return redirect(url_for("advisor.filters"), code=303)


def saved_links(saved: Sequence[SavedSelection]) -> list[dict[str, Any]]:
    """The own filters as links; what is not known any more in one is left out when it is opened."""
    return [
        {"text": one.name, "href": url_for("advisor.queue", **dict[str, Any](one.asked)), "public_id": one.public_id}
        for one in saved
    ]
