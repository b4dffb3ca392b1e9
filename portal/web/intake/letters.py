"""Letters of who asked: the list, each file as it was made, and by which way messages come."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import ContactWay, DevelopmentQuestion, Route
from portal.cases.questions.queries import question_by_public_id
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.letters.models import Letter
from portal.post.letters.queries import letter_by_public_id, letters_of
from portal.post.messages.actions import set_consent
from portal.post.messages.models import MessageTopic
from portal.post.messages.queries import consents_of, mail_fails
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoicesField, Form
from portal.web.intake.decided import letter_title, letter_url
from portal.web.intake.own_messages import messages_of
from portal.web.intake.state import Intake
from portal.web.labels.channel_words import channel_facts
from portal.words.labels import MESSAGE_TOPICS, choices


class ConsentForm(Form):
    """What may go by e-mail."""

    topics = ChoicesField(_l("Wat mogen wij u per e-mail sturen?"), choices=choices(MESSAGE_TOPICS))


def letters_page(intake: Intake) -> ResponseReturnValue:
    """The letters that were made, all other messages both ways, and the way messages come."""
    session, question = intake.session, intake.question
    agreed = [consent.topic.value for consent in consents_of(session, question_id=question.id)]
    by_mail = question.contact is not None and question.contact.way is ContactWay.EMAIL
    form = ConsentForm(data={"topics": agreed})
    if form.sent_while(
        by_mail, _l("U krijgt berichten niet meer per e-mail. Wilt u dat weer? Neem contact met ons op.")
    ):
        set_consent(
            session,
            question_id=question.id,
            topics=[MessageTopic(topic) for topic in form.topics.data or ()],
            actor_id=intake.actor.reference,
            now=now(),
        )
        flash(_("Vastgelegd. Wat u niet aankruist, krijgt u per post."), "ok")
        return redirect(url_for(f"{intake.audience}.letters", question_id=intake.id), code=303)
    shown = [
        {
            "title": letter_title(letter),
            "dated": letter.dated,
            "href": letter_url(intake, letter, "letter"),
            "pdf": letter_url(intake, letter, "letter_pdf"),
        }
        for letter in reversed(letters_of(session, question_id=question.id))
    ]
    unread = [one for one in messages_of(intake) if one.letter is None]
    return page(
        "intake/letters.html",
        form=form,
        letters=shown,
        posted=[one for one in unread if one.by_post],
        messages=[one for one in unread if not one.by_post],
        by_mail=by_mail,
        own=intake.actor.representative_id is None,
        mail_fails=by_mail and mail_fails(session, question_id=question.id),
        channels=channel_facts(session, question),
        question=question,
        back=url_for(f"{intake.audience}.status", question_id=intake.id),
    )


def letter_page(question_id: str, letter_id: str) -> ResponseReturnValue:
    """One of the own letters as a page: the same words as its file."""
    question, letter = _own(question_id, letter_id)
    audience = "employer" if question.route is Route.EMPLOYER else "resident"
    return page(
        "intake/own_letter.html",
        content=letter.content,
        back=url_for(f"{audience}.letters", question_id=question_id),
        pdf=url_for(f"{audience}.letter_pdf", question_id=question_id, letter_id=letter_id),
    )


def letter_file(question_id: str, letter_id: str) -> Response:
    """The file of one of the own letters, byte for byte; another's does not exist here."""
    _question, letter = _own(question_id, letter_id)
    response = Response(letter.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="brief-{letter.dated.isoformat()}.pdf"'
    return response


def _own(question_id: str, letter_id: str) -> tuple[DevelopmentQuestion, Letter]:
    session = current_session()
    question = found(question_by_public_id(session, public_id=question_id, actor=current_actor()))
    letter: Letter = found(letter_by_public_id(session, public_id=letter_id))
    if letter.question_id != question.id:
        found(None)
    return question, letter
