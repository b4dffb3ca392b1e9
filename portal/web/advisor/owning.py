"""Who has a case: an advisor takes it, gives it to a colleague or lets it go."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.owners.actions import claim_case, hand_over_case, release_case
from portal.cases.owners.queries import advisors, owner_names, owner_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import may_see
from portal.cases.teams.actions import move_to_team
from portal.cases.teams.queries import within_teams
from portal.framework.teams.queries import team_by_id, teams
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.case_forms import HandOverForm, ToTeamForm
from portal.web.edge import Stand, decide_on, page, require_seen
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


@blueprint.route("/vraag/<question_id>/naar-team", methods=["GET", "POST"])
def to_team(question_id: str) -> ResponseReturnValue:
    """Give the case to another team. Who sees the own teams alone does not see it any more after that."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    others = {one.public_id: one for one in teams(session) if one.id != question.team_id}
    decide_on(lambda: _stands(question), question)
    form = ToTeamForm()
    form.to.choices = [(public_id, one.name) for public_id, one in others.items()]
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            team, reason = others[form.to.data], form.reason.data
            move_to_team(session, question=question, to=team, reason=reason, actor=actor, now=now())
            flash(_("De vraag is nu van %(team)s.", team=team.name), "ok")
            still = may_see(question, within_teams(session, actor))
            return redirect(case_url(question) if still else url_for("advisor.queue"), code=303)
    return page("advisor/to_team.html", form=form, question=question, others=others)


def _stands(question: DevelopmentQuestion) -> list[Stand]:
    """What the page shows that is decided on: of which team the case is, and who has it."""
    session = current_session()
    team, owner = team_by_id(session, team_id=question.team_id), owner_of(session, question=question)
    names = owner_names(session, question_ids=[question.id])
    return [
        Stand("team", _("Team"), question.team_id, team.name if team is not None else _("geen team")),
        Stand(
            "owner",
            _("Wie de vraag heeft"),
            owner.account_id if owner else None,
            names.get(question.id) or _("niemand"),
        ),
    ]


@blueprint.post("/vraag/<question_id>/loslaten")
def release(question_id: str) -> ResponseReturnValue:
    """Let the case go, so that a colleague can take it."""
    question = the_question(question_id)
    release_case(current_session(), question=question, actor=current_actor(), now=now())
    flash(_("De vraag is weer van niemand."), "ok")
    return redirect(case_url(question), code=303)
