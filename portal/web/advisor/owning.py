"""Who has a case: an advisor takes it, gives it to a colleague or lets it go."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.owners.queries import advisors
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import HandOverForm
from portal.web.edge import page
from portal.web.edge.policy import current_actor


@blueprint.post("/vraag/<question_id>/oppakken")
def claim(question_id: str) -> ResponseReturnValue:
    """Take a case that nobody has."""
    question = the_question(question_id)
    claim_case(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("Deze vraag is nu van u."), "ok")
    return redirect(case_url(question), code=303)


@blueprint.route("/vraag/<question_id>/overdragen", methods=["GET", "POST"])
def hand_over(question_id: str) -> ResponseReturnValue:
    """Give the case to another advisor."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    form = HandOverForm()
    others = {one.public_id: one for one in advisors(session) if one.id != actor.account_id}
    form.to.choices = [(public_id, one.display_name) for public_id, one in others.items()]
    if form.validate_on_submit():
        with form.refusals():
            hand_over_case(session, question=question, to=others[form.to.data], actor=actor, now=now())
            flash(_("De vraag is overgedragen."), "ok")
            return redirect(case_url(question), code=303)
    return page("advisor/hand_over.html", form=form, question=question, others=others)


@blueprint.post("/vraag/<question_id>/loslaten")
def release(question_id: str) -> ResponseReturnValue:
    """Let the case go, so that a colleague can take it."""
    question = the_question(question_id)
    release_case(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("De vraag is weer van niemand."), "ok")
    return redirect(case_url(question), code=303)
