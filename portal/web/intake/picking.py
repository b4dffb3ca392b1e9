"""Choosing a training of the region: it fills in name, provider and costs, which can be changed after."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.chosen_training import choose_training, gone
from portal.cases.shortlist.queries import shortlist_of
from portal.framework.trainings.queries import training_by_public_id
from portal.platform.clock import now
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.web.edge import note_refusal, page
from portal.web.intake.flow import IntakeFlow
from portal.web.intake.state import Intake
from portal.web.intake.training_search import found_trainings

CHOSEN = "choose"


def pick_page(flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """Look for a training; the button of one chooses it. One that is not there (any more) is said so, and nothing changes."""
    errors = []
    if request.method == "POST":
        wanted = request.form.get(CHOSEN, "")[:40]
        try:
            training = training_by_public_id(intake.session, public_id=wanted)
            if training is None:
                raise gone()
            choose_training(intake.session, question=intake.question, training=training, actor=intake.actor, now=now())
            flash(_("De opleiding staat in uw vraag, met de kosten. Kijk ze na: u kunt alles veranderen."), "ok")
            return redirect(flow.following(intake, "training"), code=303)
        except Refusal as refusal:
            note_refusal(refusal)
            errors = [{"id": None, "text": refusal.message}]
    listed = shortlist_of(intake.session, question=intake.question, actor=intake.actor)
    return page(
        "intake/pick_training.html",
        intake=intake,
        back=flow.url(intake, "training"),
        here=f"{flow.blueprint}.pick_training",
        keep=url_for(f"{intake.audience}.shortlist", question_id=intake.id),
        kept=[one.public_id for one in listed],
        errors=errors,
        page_errors=bool(errors),
        status=422 if errors else 200,
        **found_trainings(intake.question),
    )
