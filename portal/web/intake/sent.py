"""Pages of a question that was sent, for residents and employers: status, answer, apply, take back, decision."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.proposals.queries import has_proposal
from portal.cases.applications.actions import apply_for_awards
from portal.cases.applications.queries import application_of
from portal.cases.assistance.queries import assistance_of
from portal.cases.conversations.queries import open_request
from portal.cases.conversations.requests import answer_more
from portal.cases.questions.actions import withdraw_question
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import leave_for, page
from portal.web.intake.applying import apply_offer
from portal.web.intake.asked_facts import answers_in, asked_facts, form_with_facts
from portal.web.intake.case import CasePage, case_of, letter_of
from portal.web.intake.corrected import changes_of
from portal.web.intake.forms import AnswerForm, WithdrawForm
from portal.web.intake.own_todo import own_todo
from portal.web.intake.people import ApplyForm, EmployerApplyForm
from portal.web.intake.pieces import piece_views
from portal.web.intake.state import UNKNOWN, Intake
from portal.words.worklist_labels import HELP_WAYS


def status_url(intake: Intake) -> str:
    """The address of the status page."""
    return url_for(f"{intake.audience}.status", question_id=intake.id)


def receipt_url(intake: Intake) -> str | None:
    """The address of the receipt; None while nothing was computed and kept for this question."""
    kept = has_proposal(intake.session, question=intake.question, actor=intake.actor)
    return None if not kept else url_for(f"{intake.audience}.receipt", question_id=intake.id)


def status_page(intake: Intake) -> ResponseReturnValue:
    """Where the question stands, what comes when, and what the person can do."""
    case, changes = case_of(intake), changes_of(intake)
    pieces = piece_views(intake.session, question=intake.question, actor=intake.actor, on=intake.today)
    return page(
        "intake/status.html",
        intake=intake,
        question=intake.question,
        case=case,
        todo=own_todo(intake, case, pieces, sum(one.open for one in changes)),
        links=_links(intake, case),
        pieces=pieces,
        changes=changes,
        assistance=assistance_of(intake.session, question=intake.question),
        help_ways=HELP_WAYS,
    )


def _links(intake: Intake, case: CasePage) -> list[tuple[str, str]]:
    """The pages about this question that stand in no panel of their own: their names and what they are called."""
    acts_for_oneself = intake.actor.representative_id is None
    theirs = intake.employer_route
    training = _("Zeg hoe het gaat met de opleiding") if theirs else _("Zeg hoe het gaat met uw opleiding")
    rows = [
        ("answered", _("Wat u verstuurde"), True),
        ("own_outcome", _("Wie betaalt wat, toen en nu"), True),
        ("receipt", _("Bekijk hoe er is gerekend"), receipt_url(intake) is not None),
        ("letters", _("Uw brieven, en hoe u berichten krijgt"), True),
        ("training_progress", training, bool(case.vouchers)),
        ("shortlist", _("Uw lijst met opleidingen"), intake.question.is_open),
        ("looked", _("Wie keek naar uw vraag"), True),
        ("own_rights", _("Uw rechten: inzien, verbeteren, wissen"), True),
        ("own_data", _("Alles wat wij van u bewaren"), True),
        ("feedback", _("Klopte dit? Zeg het ons"), True),
        ("own_details", _("Uw gegevens"), acts_for_oneself),
        ("identify", _("Wie namens uw organisatie vraagt") if theirs else _("Wie u bent"), True),
        ("links", _("Uw links beëindigen"), acts_for_oneself),
        ("representative", _("Wie voor u handelt"), acts_for_oneself),
        ("withdraw", _("Uw vraag intrekken"), case.can_withdraw),
    ]
    return [(name, text) for name, text, shown in rows if shown]


def answer_page(intake: Intake) -> ResponseReturnValue:
    """Answer what the advisor asked; without an open request there is nothing to answer."""
    asked = open_request(intake.session, question=intake.question, actor=intake.actor)
    if asked is None:
        return leave_for(
            status_url(intake),
            _l("Wij vragen u dit niet meer. U antwoordde al, of een adviseur heeft het niet meer nodig."),
            AnswerForm(),
        )
    form: Any = form_with_facts(AnswerForm, intake, asked.facts)
    if form.validate_on_submit():
        with form.refusals():
            answer_more(
                intake.session,
                request=asked,
                answer=form.answer.data or "",
                actor=intake.actor,
                now=now(),
                facts=answers_in(form, intake, asked.facts),
            )
            flash(_("Bedankt. De adviseur heeft uw antwoord."), "ok")
            return redirect(status_url(intake), code=303)
    keys = {piece["key"] for piece in asked.pieces}
    every = piece_views(intake.session, question=intake.question, actor=intake.actor, on=intake.today) if keys else []
    return page(
        "intake/answer.html",
        form=form,
        intake=intake,
        asked=asked,
        facts=asked_facts(form, intake, asked.facts),
        pieces=[one for one in every if one.key in keys],
        back=status_url(intake),
    )


def withdraw_page(intake: Intake) -> ResponseReturnValue:
    """Take the question back, after asking. A question that is finished cannot be taken back."""
    form = WithdrawForm()
    if not intake.question.is_open:
        return leave_for(status_url(intake), _l("Uw vraag is al afgerond. U kunt hem niet meer intrekken."), form)
    if form.validate_on_submit():
        with form.refusals():
            withdraw_question(
                intake.session, question=intake.question, reason=form.reason.data, actor=intake.actor, now=now()
            )
            flash(_("U hebt uw vraag ingetrokken."), "ok")
            return redirect(status_url(intake), code=303)
    return page("intake/withdraw.html", form=form, question=intake.question, back=status_url(intake))


def decision_page(intake: Intake) -> ResponseReturnValue:
    """The decision as a letter on a page, with the vouchers and their codes; before that, the status."""
    letter = letter_of(intake)
    if letter is None:
        return redirect(status_url(intake), code=303)
    return page(
        "intake/letter.html",
        letter=letter,
        question=intake.question,
        back=status_url(intake),
        receipt=receipt_url(intake),
    )


def apply_page(intake: Intake) -> ResponseReturnValue:
    """The application: who applies, for which schemes, confirmed. It starts the legal term and the order of receipt.

    What cannot be awarded is not offered; when nothing can, the page leads to a talk and takes no application.
    """
    kind = EmployerApplyForm if intake.employer_route else ApplyForm
    if application_of(intake.session, question=intake.question, actor=intake.actor) is not None:
        return leave_for(
            status_url(intake), _l("Uw aanvraag is al binnen. Kijk bij uw vraag hoe het ervoor staat."), kind()
        )
    offer = apply_offer(intake, intake.today)
    known = {**(_employer(intake) if intake.employer_route else _resident(intake)), "schemes": offer.chosen}
    form = kind(data=known)
    form.schemes.choices = [(one.scheme, one.title) for one in offer.choices]
    form.apart = offer.require_together
    if form.sent_while(offer.choices, _l("U kunt dit nu niet meer aanvragen. Een adviseur kijkt met u wat wel kan.")):
        with form.refusals():
            apply_for_awards(
                intake.session,
                question=intake.question,
                schemes=form.schemes.data,
                applicant=form.applicant(),
                confirmed=form.confirmed.data,
                actor=intake.actor,
                now=now(),
            )
            flash(_("Wij hebben uw aanvraag. U krijgt een bevestiging."), "ok")
            return redirect(status_url(intake), code=303)
    return page("intake/apply.html", form=form, intake=intake, offer=offer, day=intake.today)


ADDRESS = ("street", "house_number", "postcode", "city")


def _resident(intake: Intake) -> dict[str, object]:
    """What the person told before, so that it need not be typed again."""
    contact = intake.question.contact
    known = {name: getattr(contact, name) for name in ("name", *ADDRESS)} if contact is not None else {}
    if not known.get("postcode"):
        digits = intake.said("residence_postcode")
        known["postcode"] = digits if digits != UNKNOWN else None
    return {**known, "birth_date": intake.facts.get("birth_date")}


def _employer(intake: Intake) -> dict[str, object]:
    """What the employer told before."""
    question, contact = intake.question, intake.question.contact
    known = {name: getattr(contact, name) for name in ADDRESS} if contact is not None else {}
    return {
        **known,
        "name": question.employer_name,
        "kvk_number": question.employer_kvk,
        "learner_name": question.learner_name,
        "birth_date": intake.facts.get("birth_date"),
    }
