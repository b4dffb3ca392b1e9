"""Letters before and after they leave: the letter of a decision that is about to be taken, and every letter as it was made."""

from __future__ import annotations

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.models import Decision
from portal.awarding.decisions.queries import decision_of
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import of_case
from portal.papers.correspondence import NoRecipient
from portal.papers.letter_content import letter_content
from portal.papers.stationery import stationery_of
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.post.letters.models import Letter
from portal.post.letters.queries import is_unchanged, letter_of, posted_on
from portal.post.messages.models import OutboxMessage
from portal.post.messages.queries import newest_message
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case import the_question
from portal.web.edge import CSRF_FIELD, SEEN_FIELD, TOKEN_FIELD, found, page, start_over
from portal.web.edge.policy import current_actor, note_viewing


def message_of_decision(decision: Decision) -> OutboxMessage | None:
    """The message that makes a decision known; older ones have no version of their own."""
    about, template = decision.question_id, f"decision/{decision.kind.value}"
    return newest_message(
        current_session(), object_kind="question", object_id=about, template=template, versions=(decision.id, 1)
    )


def last_message(question: DevelopmentQuestion) -> OutboxMessage | None:
    """The last message to who asked the question."""
    return newest_message(current_session(), object_kind="question", object_id=question.id)


def letter_preview(
    question: DevelopmentQuestion, message: OutboxMessage | None, *, submit: str, back: tuple[str, str] | None = None
) -> ResponseReturnValue:
    """The letter that an act sends as it will be, and everything undone again: only what was filled in goes on.

    `back` is the address and the name of the page that it came from; else that of the question.
    """
    stationery = stationery_of(current_app.extensions["settings"])
    content, trouble = None, ""
    try:
        if message is not None:
            made = letter_content(
                current_session(), message=message, dated=today(), now=now(), stationery=stationery, preview=True
            )
            content = made.as_dict()
        else:
            trouble = _("Wie dit vroeg, wil worden gebeld. Er gaat geen brief uit.")
    except NoRecipient:
        trouble = _("Er is geen adres om deze brief naartoe te sturen.")
    address, name = back or (
        url_for("advisor.question", question_id=question.public_id),
        question.reference_number,
    )
    hidden = {CSRF_FIELD, SEEN_FIELD, TOKEN_FIELD, "act"}
    kept = [(name, value) for name, values in request.form.lists() if name not in hidden for value in values]
    start_over()
    return page(
        "advisor/preview.html",
        content=content,
        trouble=trouble,
        kept=kept,
        submit=submit,
        back_text=name,
        back=address,
        action=request.path,
        status=200,
    )


@blueprint.get("/vraag/<question_id>/besluit/brief")
def letter(question_id: str) -> ResponseReturnValue:
    """The letter of the decision: as it was made, or as it would be when it was made today."""
    session = current_session()
    question = the_question(question_id)
    decided = found(decision_of(session, question=question, actor=current_actor()))
    message = found(message_of_decision(decided))
    made = letter_of(session, message=message)
    back = url_for("advisor.decision", question_id=question_id)
    if made is not None:
        return _page(made, back, _("Besluit"))
    stationery = stationery_of(current_app.extensions["settings"])
    try:
        content = letter_content(session, message=message, dated=today(), now=now(), stationery=stationery).as_dict()
    except NoRecipient:
        content = None
    return page("advisor/letter.html", content=content, back=back, back_text=_("Besluit"), letter=None)


def the_letter(letter_id: str) -> Letter:
    """A letter about a case that this advisor may see, or a 404; the look is logged."""
    letter = found(of_case(current_session(), Letter, public_id=letter_id, actor=current_actor()))
    note_viewing(question_id=letter.question_id or 0)
    return letter


@blueprint.get("/brief/<letter_id>")
def sent_letter(letter_id: str) -> ResponseReturnValue:
    """A letter as it was made, with its hash."""
    return _page(the_letter(letter_id), url_for("advisor.post"), _("Post"))


@blueprint.get("/brief/<letter_id>.pdf")
def letter_pdf(letter_id: str) -> ResponseReturnValue:
    """The same as the file that was made, byte for byte."""
    return pdf_of(the_letter(letter_id))


def pdf_of(letter: Letter) -> Response:
    """The kept file of a letter as a response."""
    response = Response(letter.pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="brief-{letter.dated.isoformat()}.pdf"'
    return response


def _page(letter: Letter, back: str, back_text: str) -> ResponseReturnValue:
    return page(
        "advisor/letter.html",
        content=letter.content,
        back=back,
        back_text=back_text,
        letter=letter,
        unchanged=is_unchanged(letter),
        posted=posted_on(current_session(), letter=letter),
    )
