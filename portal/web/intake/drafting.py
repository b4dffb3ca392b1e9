"""Pages of a draft that residents and employers share: the wish, training, costs, keeping, throwing away, sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.answering import indicative_answer
from portal.awarding.sent_outcomes.actions import keep_sent_outcome
from portal.awarding.sent_outcomes.queries import who_pays
from portal.cases.appointments.queries import first_free, upcoming_talk
from portal.cases.contents import VAT_FACT, leave_open, save_costs, save_facts, save_training, save_wish
from portal.cases.origins.actions import note_heard_from
from portal.cases.questions.actions import discard_draft, submit_question
from portal.cases.questions.models import ContactDetails, ContactWay
from portal.people.accounts.actions import AFTER_THE_CASE, AT_MOST, LinkTerms, grant_access_link
from portal.people.actor import Audience
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.limits.actions import take
from portal.platform.limits.models import MAILS_TO, NEW_LINKS
from portal.web.edge import READING, page
from portal.web.edge.session import leave_question
from portal.web.intake.costs import AnyCostsForm, CostsForm, EmployerCostsForm, OwnBusinessCostsForm, shown_lines
from portal.web.intake.fields import OwnWords
from portal.web.intake.flow import IntakeFlow
from portal.web.intake.forms import TrainingForm, WishForm
from portal.web.intake.people import SendForm
from portal.web.intake.state import FRESH_LINK, UNKNOWN, Intake

TO_TALK = "gesprek"
"""In the address of the page that sends a question: after it one chooses a moment for a talk at once."""
LINK = FRESH_LINK
"""Where the browser's session holds a new link until it was shown, once."""


def wish_page(
    flow: IntakeFlow, intake: Intake, made: type[WishForm], words: OwnWords | None = None
) -> ResponseReturnValue:
    """What has to be learned or reached, in own words and as goals; `words` has other names for the goals."""
    known = {"wish": intake.question.wish, "goals": intake.question.goals}
    labels = None if words is None else words.options
    form = made(goals_of=intake.known.facts.get("goals"), labels=labels, data=known)
    if form.validate_on_submit():
        with form.refusals():
            save_wish(
                intake.session,
                question=intake.question,
                wish=form.wish.data,
                goals=form.goals.data,
                actor=intake.actor,
                now=now(),
            )
            return redirect(flow.following(intake, "wish"), code=303)
    return page(f"{flow.blueprint}/wish.html", form=form, place=flow.place(intake, "wish"), intake=intake)


def training_page(flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """Which training, or "I don't know yet"."""
    question = intake.question
    known = "yes" if intake.has_training else "no" if question.cost_lines else question.left_open.get("training")
    form = TrainingForm(data={"known": known, "name": question.training_name, "provider": question.training_provider})
    if form.validate_on_submit():
        with form.refusals():
            name, provider = form.training()
            save_training(
                intake.session, question=question, name=name, provider=provider, actor=intake.actor, now=now()
            )
            if name is None:
                _forget_training(intake)
            said_so(intake, "training", None if name else "no")
            return redirect(flow.following(intake, "training"), code=303)
    pick = flow.url(intake, "pick_training")
    return page("intake/training.html", form=form, place=flow.place(intake, "training"), intake=intake, pick=pick)


def _forget_training(intake: Intake) -> None:
    """Without a training, what was said about it no longer counts."""
    told = {fact: None for fact in intake.question.facts if fact.startswith("training_")}
    if told:
        save_facts(intake.session, question=intake.question, facts=told, actor=intake.actor, now=now())


def costs_page(flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """The costs, line by line. The buttons of the list only show the form again; nothing is kept before the last button."""
    known = {"lines": shown_lines(intake.question.cost_lines), "vat": intake.said(VAT_FACT)}
    form = costs_form(intake, data=known)
    place = flow.place(intake, "costs")
    if request.method == "POST" and form.changed_lines():
        return page("intake/costs.html", form=form, place=place, intake=intake, status=200)
    unsure = request.method == "POST" and UNKNOWN in request.form
    if request.method == "POST" and not unsure:
        form.drop_empty()
    if unsure or form.validate_on_submit():
        with form.refusals():
            lines = [] if unsure else form.costs()
            save_costs(intake.session, question=intake.question, costs=lines, actor=intake.actor, now=now())
            said_so(intake, "costs", UNKNOWN if unsure else None)
            _save_vat(intake, form.said_of_vat())
            return redirect(flow.following(intake, "costs"), code=303)
    said = intake.question.left_open.get("costs") if request.method in READING else None
    return page("intake/costs.html", form=form, place=place, intake=intake, said=said)


def said_so(intake: Intake, page_of: str, said: str | None) -> None:
    """Keep what somebody answered on a page and leaves no value behind; None when it does."""
    leave_open(intake.session, question=intake.question, page=page_of, said=said, actor=intake.actor, now=now())


def costs_form(intake: Intake, **filled: Any) -> AnyCostsForm:
    """The form for the costs, `filled` with what is known or was typed; who has a business is asked about VAT, in a region that
    knows that fact."""
    asks = VAT_FACT in intake.known.facts
    if intake.employer_route:
        form = EmployerCostsForm(**filled)
        if not asks:
            del form.vat
        return form
    return (OwnBusinessCostsForm if asks and intake.said("work_situation") == "self_employed" else CostsForm)(**filled)


def _save_vat(intake: Intake, said: str | None) -> None:
    """Keep whether the asker reclaims VAT. Who has no business (any more) is not asked, and then it does not count."""
    answer = {"yes": True, "no": False, None: None}.get(said, UNKNOWN)
    if answer is not None or intake.answered(VAT_FACT):
        facts = {VAT_FACT: answer}
        save_facts(intake.session, question=intake.question, facts=facts, actor=intake.actor, now=now())


def save_page(flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """A link to go on later, on any device. It is shown once; only its hash is kept."""
    if request.method == "POST":
        session[LINK] = new_link(intake)
        return redirect(flow.url(intake, "save"), code=303)
    return page("intake/save.html", link=shown_once(), intake=intake, resume=flow.resume(intake))


def discard_page(_flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """Throw the draft away, after asking."""
    if request.method == "POST":
        discard_draft(intake.session, question=intake.question, actor=intake.actor, now=now())
        leave_question()
        flash(_("Uw antwoorden zijn weggegooid."), "ok")
        return redirect(url_for("assisting.overview" if intake.actor.is_helping else "resident.home"), code=303)
    return page("intake/discard.html", intake=intake)


def send_page(flow: IntakeFlow, intake: Intake) -> ResponseReturnValue:
    """How the person wants to be reached; then the question goes to the desk. It asks for advice, nothing more."""
    first = _first_moment(intake)
    form = SendForm(data={"name": intake.question.employer_contact})
    if form.validate_on_submit():
        with form.refusals():
            contact = form.details()
            count_mail(contact)
            note_heard_from(
                intake.session, question=intake.question, heard_from=form.heard(), actor=intake.actor, now=now()
            )
            said = who_pays(indicative_answer(intake.session, question=intake.question, on=intake.on))
            submit_question(intake.session, question=intake.question, contact=contact, actor=intake.actor, now=now())
            keep_sent_outcome(intake.session, question=intake.question, said=said, actor=intake.actor, now=now())
            session[LINK] = new_link(intake)
            return redirect(flow.url(intake, "received" if first is None else "talk"), code=303)
    return page("intake/send.html", form=form, intake=intake, first=first)


def _first_moment(intake: Intake) -> datetime | None:
    """The first moment for a talk, when somebody sends the question to choose one; None when they do not, or none is free."""
    wanted = request.args.get("naar") == TO_TALK and not intake.actor.is_helping
    return first_free(intake.session, now=now()) if wanted else None


def received_page(intake: Intake) -> ResponseReturnValue:
    """The number, what happens when, and the link to follow it (shown once).

    Who helps sees the link only when the person gets it on paper; by e-mail it goes to the person alone.
    """
    link, contact = shown_once(), intake.question.contact
    if intake.actor.is_helping and contact is not None and contact.way is ContactWay.EMAIL:
        link = None
    talk = upcoming_talk(intake.session, question=intake.question, now=now())
    return page("intake/received.html", intake=intake, question=intake.question, link=link, talk=talk)


def new_link(intake: Intake) -> str:
    """The token of a new link to this question, for who asked it. Raises `TooMany` for who makes many."""
    audience, question = Audience(intake.audience), intake.question
    take(intake.session, limit=NEW_LINKS, who=str(question.id), now=now())
    life = AFTER_THE_CASE if question.is_over else AT_MOST
    return grant_access_link(
        intake.session, question_id=question.id, audience=audience, actor=intake.actor, now=now(), terms=LinkTerms(life)
    )


def count_mail(contact: ContactDetails) -> None:
    """Count that mail goes to an address that somebody typed. Raises `TooMany` when it gets much already."""
    if contact.way == ContactWay.EMAIL and contact.email:
        take(current_session(), limit=MAILS_TO, who=contact.email.strip().lower(), now=now())


def shown_once() -> str | None:
    """The address of the link that was just made; None when it was shown before."""
    token = session.pop(LINK, None)
    return f"{current_app.extensions['settings'].address}{url_for('access.grant', token=token)}" if token else None
