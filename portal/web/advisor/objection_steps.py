"""Steps on an objection that touch its terms: a repair, further delay, the wish to be heard, and objections of another person."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.second_look import objection_terms
from portal.second_look.objection_terms import Delay
from portal.second_look.objections.models import DelayBasis
from portal.second_look.objections.queries import objectable
from portal.second_look.objections.receiving import AnotherPerson, take_in_objection
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import case_url, the_question
from portal.web.advisor.objecting import act_page, by_now, one_step, received_of
from portal.web.advisor.objection_facts import against_words
from portal.web.advisor.objection_forms import (
    AskRepairForm,
    AskToBeHeardForm,
    FurtherDelayForm,
    InterestForm,
    ReceiveOfAnotherForm,
    RepairedForm,
    WantsToBeHeardForm,
)
from portal.web.edge.policy import current_actor


@blueprint.route("/vraag/<question_id>/bezwaar-van-ander", methods=["GET", "POST"])
def receive_of_another(question_id: str) -> ResponseReturnValue:
    """Record an objection of another interested person: a neighbour, a provider, an employer."""
    session, actor = current_session(), current_actor()
    question = the_question(question_id)
    decisions = {one.public_id: one for one in objectable(session, question=question, actor=actor, of_another=True)}
    form = ReceiveOfAnotherForm()
    form.against.choices = [(key, against_words(one)) for key, one in decisions.items()]
    nothing = _("Er is nu geen besluit om bezwaar tegen te maken.")
    if form.validate_on_submit():
        with form.refusals():
            if not decisions:
                raise Refusal("nothing_to_object_to", nothing)
            person = AnotherPerson(
                form.objector.data,
                form.interest.data,
                form.street.data,
                form.postcode.data,
                form.city.data,
            )
            made = take_in_objection(
                session,
                decision=decisions[form.against.data],
                received=received_of(form, person),
                actor=actor,
                now=now(),
            )
            flash(_("Het bezwaar is vastgelegd. De persoon krijgt een brief, en de aanvrager hoort ervan."), "ok")
            return redirect(url_for("advisor.objection", objection_id=made.public_id), code=303)
    title, submit = _("Bezwaar van iemand anders vastleggen"), _("Leg het bezwaar vast")
    intro = [] if decisions else [nothing]
    return act_page(form, title, submit, case_url(question), question, intro)


@blueprint.route("/bezwaar/<objection_id>/aanvullen-vragen", methods=["GET", "POST"])
def ask_repair(objection_id: str) -> ResponseReturnValue:
    """Ask the objector to repair what is missing."""
    form = AskRepairForm()
    return one_step(
        objection_id,
        form,
        _("Vragen om het bezwaar aan te vullen"),
        _("Vraag erom"),
        _("De persoon krijgt een brief. De termijn om te besluiten staat stil."),
        lambda one: objection_terms.ask_repair(
            current_session(), objection=one, missing=form.missing.data, answer_by=form.answer_by.data, **by_now()
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/aangevuld", methods=["GET", "POST"])
def repaired(objection_id: str) -> ResponseReturnValue:
    """Record that the objector repaired it."""
    form = RepairedForm()
    return one_step(
        objection_id,
        form,
        _("Het bezwaar is aangevuld"),
        _("Leg vast"),
        _("De aanvulling is vastgelegd."),
        lambda one: objection_terms.note_repair(
            current_session(), objection=one, grounds=form.grounds.data, on=form.repaired_on.data, **by_now()
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/uitstel", methods=["GET", "POST"])
def further_delay(objection_id: str) -> ResponseReturnValue:
    """Delay the decision further, with consent."""
    form = FurtherDelayForm()
    return one_step(
        objection_id,
        form,
        _("Verder uitstel afspreken"),
        _("Leg het uitstel vast"),
        _("Het uitstel is vastgelegd. De persoon krijgt bericht."),
        lambda one: objection_terms.agree_on_delay(
            current_session(),
            objection=one,
            delay=Delay(form.until.data, DelayBasis(form.basis.data), form.agreed_by.data, form.reason.data),
            **by_now(),
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/wil-gehoord-worden-vragen", methods=["GET", "POST"])
def ask_to_be_heard(objection_id: str) -> ResponseReturnValue:
    """Ask the objector whether to be heard."""
    form = AskToBeHeardForm()
    return one_step(
        objection_id,
        form,
        _("Vragen of de persoon gehoord wil worden"),
        _("Vraag het"),
        _("De persoon krijgt een brief."),
        lambda one: objection_terms.ask_to_be_heard(
            current_session(), objection=one, answer_by=form.answer_by.data, **by_now()
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/wil-gehoord-worden", methods=["GET", "POST"])
def wants_to_be_heard(objection_id: str) -> ResponseReturnValue:
    """Record that the objector wants to be heard."""
    form = WantsToBeHeardForm()
    return one_step(
        objection_id,
        form,
        _("De persoon wil gehoord worden"),
        _("Leg vast"),
        _("Vastgelegd. Plan nu de hoorzitting."),
        lambda one: objection_terms.note_wish_to_be_heard(
            current_session(), objection=one, on=form.wanted_on.data, **by_now()
        ),
    )


@blueprint.route("/bezwaar/<objection_id>/belang", methods=["GET", "POST"])
def interest(objection_id: str) -> ResponseReturnValue:
    """Judge whether another who objects has an interest."""
    form = InterestForm()
    return one_step(
        objection_id,
        form,
        _("Heeft deze persoon belang bij het besluit?"),
        _("Leg vast"),
        _("Vastgelegd."),
        lambda one: objection_terms.judge_interest(
            current_session(),
            objection=one,
            interested=form.interested.data == "yes",
            reason=form.reason.data,
            **by_now(),
        ),
    )
