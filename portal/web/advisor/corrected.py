"""An objection of who asked against a correction: take the correction back, or say why it stays."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.correcting import take_back_correction
from portal.cases.corrections.actions import settle_correction
from portal.cases.corrections.models import Correction
from portal.cases.corrections.queries import correction_by_public_id
from portal.cases.questions.queries import question_by_id
from portal.platform.clock import local_date, now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.mix import names_of
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.edge.sight import Stand
from portal.web.forms import Form, TextField
from portal.web.labels.corrected import ON_WORD, subject_label, value_text
from portal.words.names import Names


class CorrectionReplyForm(Form):
    """Why a correction stays."""

    reply = TextField(
        _l("Waarom blijft het zo?"),
        missing=_l("Schrijf op waarom het zo blijft. De aanvrager leest dit."),
        maximum=2000,
        multiline=True,
    )


def stands_of(row: Correction, names: Names) -> list[Stand]:
    """What the page of a correction shows and decides on."""
    return [
        Stand("becomes", subject_label(row.subject, names), row.public_id, value_text(row.subject, row.becomes, names)),
        Stand("objection", _("De aanvrager zegt"), row.objection, row.objection or "\N{EN DASH}"),
        Stand("reply", _("Ons antwoord"), row.settled_reply, row.settled_reply or "\N{EN DASH}"),
        Stand.of_day(
            "settled", _("Afgehandeld op"), local_date(row.settled_at) if row.settled_at is not None else None
        ),
    ]


@blueprint.route("/wijziging/<correction_id>", methods=["GET", "POST"])
def correction(correction_id: str) -> ResponseReturnValue:
    """One correction with what the person says of it."""
    session, actor = current_session(), current_actor()
    row = found(correction_by_public_id(session, public_id=correction_id, actor=actor))
    question = found(question_by_id(session, question_id=row.question_id, actor=actor))
    note_viewing(question_id=question.id)
    names = names_of(session, question).names
    decide_on(lambda: stands_of(row, names), row)
    form = CorrectionReplyForm()
    by: dict[str, Any] = {"correction": row, "actor": actor, "now": now()}
    back = url_for("advisor.discuss", question_id=question.public_id)
    if request.form.get("act") == "take_back":
        with form.refusals():
            require_seen()
            take_back_correction(session, **by)
            flash(_("De wijziging is teruggedraaid."), "ok")
            return redirect(back, code=303)
    elif form.validate_on_submit():
        with form.refusals():
            require_seen()
            settle_correction(session, reply=form.reply.data, **by)
            flash(_("De aanvrager leest uw antwoord bij de eigen vraag."), "ok")
            return redirect(back, code=303)
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
