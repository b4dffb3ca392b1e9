"""The door for employers, and the pages about the wish and the organisation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.cases.bundles.queries import shared_facts
from portal.cases.contents import save_employer, save_facts
from portal.cases.employers.queries import last_question
from portal.cases.linked.actions import declare_group
from portal.cases.linked.queries import group_of_question
from portal.cases.origins.actions import note_begun
from portal.cases.questions.actions import start_question
from portal.cases.questions.models import DevelopmentQuestion, EmployerDetails, Route
from portal.cases.questions.queries import question_by_id
from portal.framework.catalogue.queries import has_region
from portal.oversight.privacy.retention.queries import draft_days
from portal.people.actor import Actor, Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import current_locale
from portal.platform.limits.actions import take
from portal.platform.limits.models import DRAFTS
from portal.web.edge import found, page, repeatable
from portal.web.edge.keeping import waiting_draft
from portal.web.edge.policy import current_actor
from portal.web.edge.session import enter_question
from portal.web.employer.blueprint import blueprint
from portal.web.employer.steps import DOOR, FLOW, WORDS
from portal.web.intake import drafting
from portal.web.intake.channel import along, campaign_of_address
from portal.web.intake.forms import CompanyForm, EmployerWishForm
from portal.web.intake.group import GroupForm, filled_in

ABOUT_COMPANY = frozenset({"employer_municipality", "employer_size", "employer_sector_fund"})
"""What is the same at the next question of an employer."""


@blueprint.route("/werkgever", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """What an employer needs; the button starts a draft that only this browser can open."""
    session, actor = current_session(), current_actor()
    if request.method == "POST":
        found(True if has_region(session) else None)
        take(session, limit=DRAFTS, who=actor.origin, now=now())
        question = start_question(session, route=Route.EMPLOYER, language=current_locale(), actor=actor, now=now())
        note_begun(session, question=question, code=campaign_of_address(), actor=actor, now=now())
        _known_already(session, question, actor)
        enter_question(question_id=question.id, audience=Audience.EMPLOYER)
        return redirect(url_for("employer.wish", question_id=question.public_id), code=303)
    own = question_by_id(session, question_id=actor.question_id, actor=actor) if actor.question_id is not None else None
    going = url_for("employer.mine") if own is not None and actor.audience is Audience.EMPLOYER else None
    if actor.employer_email and (own is None or not own.is_draft):
        going = None
    if actor.audience is Audience.ANYONE and waiting_draft() is not None:
        going = url_for("access.unlock")
    begin = url_for("employer.start", **along(campaign_of_address()))
    return page(
        "employer/start.html",
        ready=has_region(session),
        going=going,
        days=draft_days(current_session(), today=today()),
        begin=begin,
    )


def _known_already(session: Session, question: DevelopmentQuestion, actor: Actor) -> None:
    """An employer that is in for all that it asked need not say again who it is; it can still change it."""
    last = last_question(session, actor=actor)
    if last is None or last.employer_name is None or last.employer_kvk is None:
        return
    doer = replace(actor, question_id=question.id)
    employer = EmployerDetails(last.employer_name, last.employer_kvk, last.employer_contact)
    save_employer(session, question=question, employer=employer, learner_name=None, actor=doer, now=now())
    about = {key: value for key, value in shared_facts(last).items() if key in ABOUT_COMPANY}
    with suppress(Refusal):  # an answer that no longer fits is asked again
        save_facts(session, question=question, facts=about, actor=doer, now=now())


@blueprint.route("/werkgever/vraag/<question_id>/wens", methods=["GET", "POST"])
@repeatable
def wish(question_id: str) -> ResponseReturnValue:
    """What the employee has to learn."""
    return drafting.wish_page(FLOW, DOOR.draft(question_id), EmployerWishForm, WORDS["goals"])


@blueprint.route("/werkgever/vraag/<question_id>/organisatie", methods=["GET", "POST"])
@repeatable
def company(question_id: str) -> ResponseReturnValue:
    """Name and KVK number of the organisation."""
    intake = DOOR.draft(question_id)
    question = intake.question
    known = {
        "name": question.employer_name,
        "kvk_number": question.employer_kvk,
        "contact_name": question.employer_contact,
    }
    form = CompanyForm(data=known)
    if form.validate_on_submit():
        with form.refusals():
            save_employer(
                intake.session,
                question=question,
                employer=form.details(),
                learner_name=None,
                actor=intake.actor,
                now=now(),
            )
            return redirect(FLOW.following(intake, "company"), code=303)
    return page("employer/company.html", form=form, place=FLOW.place(intake, "company"))


@blueprint.route("/werkgever/vraag/<question_id>/groep", methods=["GET", "POST"])
@repeatable
def group(question_id: str) -> ResponseReturnValue:
    """Which undertakings are one with the organisation, for the most that it may have as state aid."""
    intake = DOOR.draft(question_id)
    form = GroupForm(data=filled_in(group_of_question(intake.session, question=intake.question)))
    if form.validate_on_submit():
        with form.refusals():
            declare_group(intake.session, question=intake.question, group=form.said(), actor=intake.actor, now=now())
            return redirect(FLOW.following(intake, "group"), code=303)
    return page("employer/group.html", form=form, place=FLOW.place(intake, "group"))
