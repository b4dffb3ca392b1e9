"""The advisor writes down that somebody came in person and showed a document."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.applications.queries import level_for_award
from portal.cases.identifying.actions import identify_at_desk
from portal.cases.identifying.models import AT_DESK, IdentityPaper
from portal.cases.identifying.queries import identifications, level_of
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.identity_services import Level
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form
from portal.words.identity_labels import IDENTITY_PAPERS, LEVELS
from portal.words.labels import choices, label


class DeskIdentityForm(Form):
    """Which document somebody showed."""

    paper = ChoiceField(
        _l("Welk geldig document zag u?"), choices=choices(IDENTITY_PAPERS), missing=_l("Kies het document dat u zag.")
    )


@blueprint.route("/vraag/<question_id>/identificatie", methods=["GET", "POST"])
def identify(question_id: str) -> ResponseReturnValue:
    """How who asked was identified, and writing down that they came to the desk."""
    session, actor, question = current_session(), current_actor(), the_question(question_id)
    form = DeskIdentityForm()
    if form.validate_on_submit():
        with form.refusals():
            paper = IdentityPaper(form.paper.data)
            identify_at_desk(session, question=question, paper=paper, actor=actor, now=now())
            flash(_("Opgeschreven: de aanvrager is aan de balie geïdentificeerd."), "ok")
            return redirect(url_for("advisor.identify", question_id=question_id), code=303)
    needed = level_for_award(session, question=question, actor=actor)
    rows = [
        [
            format_datetime(one.identified_at, "short"),
            label(IDENTITY_PAPERS, one.paper) if one.means == AT_DESK and one.paper is not None else one.means,
            label(LEVELS, one.level),
            one.identified_by_name or _("de aanvrager zelf"),
        ]
        for one in identifications(session, question=question, actor=actor)
    ]
    return page(
        "advisor/identify.html",
        form=form,
        question=question,
        rows=rows,
        needed=label(LEVELS, needed) if needed is not Level.NONE else None,
        enough=level_of(session, question=question).rank >= needed.rank,
    )
