"""The shortlist of who asked: trainings beside each other on a page and on paper; put on it, taken off, or chosen."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.chosen_training import choose_training, gone
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.shortlist.actions import drop_from_shortlist, shortlist_training
from portal.cases.shortlist.queries import may_list, shortlist_of
from portal.framework.trainings.models import RegionTraining
from portal.framework.trainings.queries import training_by_public_id
from portal.papers.shortlist_paper import PaperTraining, shortlist_file
from portal.people.actor import Actor
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_euros, have_cents
from portal.platform.i18n import gettext as _
from portal.web.edge import note_refusal, page
from portal.web.intake.comparing import ComparedTraining, SideBySide, compared
from portal.web.intake.flow import IntakeFlow
from portal.web.intake.state import Intake

ADD, DROP, CHOOSE = "add", "drop", "choose"


def shortlist_page(flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """The trainings beside each other. What was sent is filled in by the advisor: then one is only put on it or taken off."""
    errors: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            return redirect(_done(flow, intake), code=303)
        except Refusal as refusal:
            note_refusal(refusal)
            errors = [{"id": None, "text": refusal.message}]
    question, actor = intake.question, intake.actor
    listed = shortlist_of(intake.session, question=question, actor=actor)
    comparison, draft = compared(intake.session, question=question, trainings=listed, today=today()), question.is_draft
    return page(
        "intake/shortlist.html",
        intake=intake,
        comparison=comparison,
        notes=notes_of(comparison),
        here=url_for(f"{intake.audience}.shortlist", question_id=intake.id),
        paper=url_for(f"{intake.audience}.shortlist_pdf", question_id=intake.id),
        back=flow.url(intake, "training") if draft else url_for(f"{intake.audience}.status", question_id=intake.id),
        may_change=may_list(question, actor),
        may_choose=draft,
        errors=errors,
        page_errors=bool(errors),
        status=422 if errors else 200,
    )


def _done(flow: IntakeFlow, intake: Intake) -> str:
    """Do what the button that was used says; where to go on."""
    if CHOOSE in request.form:
        training = wanted_training(CHOOSE)
        choose_training(intake.session, question=intake.question, training=training, actor=intake.actor, now=now())
        flash(_("De opleiding staat in uw vraag, met de kosten. Kijk ze na: u kunt alles veranderen."), "ok")
        return flow.following(intake, "training")
    put_on_or_take_off(intake.question, intake.actor)
    return url_for(f"{intake.audience}.shortlist", question_id=intake.id)


def put_on_or_take_off(question: DevelopmentQuestion, actor: Actor) -> None:
    """Put the training of the button on the shortlist of a question, or take it off. Raises as the acts do."""
    act, name = (shortlist_training, ADD) if ADD in request.form else (drop_from_shortlist, DROP)
    act(current_session(), question=question, training=wanted_training(name), actor=actor, now=now())
    flash(_("De opleiding staat op de lijst.") if name == ADD else _("De opleiding is van de lijst gehaald."), "ok")


def wanted_training(name: str) -> RegionTraining:
    """The training of a button, also one that is not given any more. Raises ``Conflict`` when there is none."""
    told = request.form.get(name, "")[:40]
    found = training_by_public_id(current_session(), public_id=told, retired=True)
    if found is None:
        raise gone()
    return found


def shortlist_pdf(_flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """The same as a file to keep. Without a training on it: the page."""
    listed = shortlist_of(intake.session, question=intake.question, actor=intake.actor)
    if not listed:
        return redirect(url_for(f"{intake.audience}.shortlist", question_id=intake.id), code=303)
    return paper_of(compared(intake.session, question=intake.question, trainings=listed, today=today()))


def paper_of(comparison: SideBySide) -> Response:
    """A comparison as a PDF."""
    trainings = [
        PaperTraining(one.name, one.provider, _rows(one, comparison.own_label)) for one in comparison.trainings
    ]
    return shortlist_file(trainings, notes=notes_of(comparison), made_at=now())


def _rows(one: ComparedTraining, own_label: str) -> list[tuple[str, str]]:
    rows = [(fact["label"], fact["value"]) for fact in one.facts]
    if one.costs_cents is None:
        return [*rows, (_("Kosten"), _("niet bekend, vraag het de opleider"))]
    exact = have_cents(one.amounts)
    paid = [(payer, format_euros(cents, exact=exact)) for payer, cents in one.paid.items()]
    own = (own_label[:1].upper() + own_label[1:], format_euros(one.own_cents, exact=exact))
    rows += [(_("Kosten"), format_euros(one.costs_cents, exact=exact)), *paid, own]
    if one.repayable_cents:
        rows.append((_("Waarvan terug te betalen"), format_euros(one.repayable_cents, exact=exact)))
    return [*rows, (_("Kan nog meebetalen"), one.maybe)] if one.maybe else rows


def notes_of(comparison: SideBySide) -> list[str]:
    """What goes with the amounts."""
    notes, trainings = [], comparison.trainings
    if comparison.expected:
        notes.append(_("Geld van de werkgever telt pas als de werkgever het zelf toezegt."))
    if any(one.maybe for one in trainings):
        notes.append(_("Sommige regelingen kunnen nog meebetalen als wij meer weten."))
    if any(not one.proven for one in trainings):
        notes.append(_("Van een verdeling is niet bewezen dat zij de beste is."))
    if any(one.repayable_cents for one in trainings):
        notes.append(_("Een lening moet u terugbetalen."))
    return notes
