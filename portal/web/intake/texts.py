"""The page on which who is called asks for short messages (SMS), proves the number, and ends it."""

from __future__ import annotations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.own_contact.actions import ask_text_code, end_texts, prove_text_number
from portal.cases.questions.models import ContactWay
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.actions import CODE_LASTS
from portal.post.messages.queries import text_number
from portal.web.edge import found, page
from portal.web.forms import Form, TextField
from portal.web.intake.state import Intake

ASK, PROVE, END = "ask", "prove", "end"


class TextCodeForm(Form):
    """The code of the SMS; the other buttons of the page need nothing."""

    code = TextField(_l("Code uit de sms"), optional=True, maximum=20)


def is_offered(intake: Intake) -> bool:
    """Whether this person may choose short messages: the desk sends them, and the person is called and acts alone."""
    contact = intake.question.contact if intake.actor.representative_id is None else None
    called = contact is not None and contact.way is ContactWay.PHONE
    return called and bool(current_app.extensions["settings"].sends_texts)


def texts_page(intake: Intake) -> ResponseReturnValue:
    """Ask for a code, type it, or end it: which one says the button."""
    found(is_offered(intake) or None)
    session, question, actor = intake.session, intake.question, intake.actor
    form = TextCodeForm()
    if form.validate_on_submit():
        with form.refusals():
            done = request.form.get("do", PROVE)
            if done == ASK:
                ask_text_code(session, question=question, actor=actor, now=now())
                flash(_("Wij sturen u een sms met een code. Dat duurt een paar minuten."), "ok")
            elif done == END:
                end_texts(session, question=question, actor=actor, now=now())
                flash(_("U krijgt geen sms meer. Wij bellen u."), "ok")
            elif prove_text_number(session, question=question, code=form.code.data or "", actor=actor, now=now()):
                flash(_("Het klopt. U krijgt voortaan een sms als er een bericht is."), "ok")
            else:
                flash(_("Deze code klopt niet of is te oud. Kijk in de laatste sms, of vraag een nieuwe."), "warning")
            return redirect(url_for(f"{intake.audience}.own_texts", question_id=intake.id), code=303)
    known = text_number(session, question_id=question.id)
    return page(
        "intake/texts.html",
        form=form,
        intake=intake,
        question=question,
        phone=question.contact.phone if question.contact is not None else "",
        asked=known is not None,
        proved=known is not None and known.proved_at is not None,
        minutes=int(CODE_LASTS.total_seconds() // 60),
    )
