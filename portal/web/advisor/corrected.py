"""An objection of who asked against a correction: take the correction back, or say why it stays."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.correcting import take_back_correction
from portal.cases.corrections.actions import settle_correction
from portal.cases.corrections.queries import correction_by_public_id
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.mix import names_of
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField
from portal.web.labels.corrected import ON_WORD, subject_label, value_text


class CorrectionReplyForm(Form):
    """Why a correction stays."""

    reply = TextField(
        _l("Waarom blijft het zo?"),
        missing=_l("Schrijf op waarom het zo blijft. De aanvrager leest dit."),
        maximum=2000,
        multiline=True,
    )


@blueprint.route("/wijziging/<correction_id>", methods=["GET", "POST"])
def correction(correction_id: str) -> ResponseReturnValue:
    """One correction with what the person says of it."""
    session, actor = current_session(), current_actor()
    row = found(correction_by_public_id(session, public_id=correction_id, actor=actor))
    question = found(question_by_id(session, question_id=row.question_id, actor=actor))
    note_viewing(question_id=question.id)
    form = CorrectionReplyForm()
    by: dict[str, Any] = {"correction": row, "actor": actor, "now": now()}
    back = url_for("advisor.discuss", question_id=question.public_id)
    if request.form.get("act") == "take_back":
        with form.refusals():
            take_back_correction(session, **by)
            flash(_("De wijziging is teruggedraaid."), "ok")
            return redirect(back, code=303)
    elif form.validate_on_submit():
        with form.refusals():
            settle_correction(session, reply=form.reply.data, **by)
            flash(_("De aanvrager leest uw antwoord bij de eigen vraag."), "ok")
            return redirect(back, code=303)
    names = names_of(session, question).names
    facts = [
        {"label": _("Was"), "value": value_text(row.subject, row.was, names)},
        {"label": _("Werd"), "value": value_text(row.subject, row.becomes, names)},
        {"label": _("Door"), "value": f"{row.by_name}, {format_datetime(row.at)}"},
        {"label": _("Hoe wij dit weten"), "value": str(ON_WORD[row.on_word])},
        {"label": _("De aanvrager zegt"), "value": row.objection},
        {"label": _("Ons antwoord"), "value": row.settled_reply},
    ]
    title = subject_label(row.subject, names)
    return page("advisor/correction.html", form=form, row=row, question=question, facts=facts, title=title, back=back)
