"""The list of talks: planned, missed, and people to call back; and how long people wait for a first talk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.appointments.models import CallBack
from portal.cases.appointments.queries import first_free, missed_talks, open_call_backs
from portal.cases.conversations.models import Conversation
from portal.cases.conversations.queries import planned_talks
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import questions_by_ids
from portal.oversight.lead_times import SHOWN_FROM, wait_for_talk
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.policy import current_actor, note_viewing
from portal.words.labels import TALK_WAYS, label

Row = list[Any]
MINE = "mijn"


@blueprint.get("/gesprekken")
def conversations() -> ResponseReturnValue:
    """The planned talks, the first one first; those that should have been held already on top."""
    session, actor = current_session(), current_actor()
    mine = request.args.get("van") == MINE
    talks = [
        talk
        for talk in planned_talks(session, actor=actor, limit=200)
        if not mine or talk.advisor_id == actor.account_id
    ]
    return page(
        "advisor/conversations.html",
        rows=_rows(talks, _planned),
        missed=_rows(missed_talks(session, actor=actor), _missed),
        calls=_rows(open_call_backs(session, actor=actor), _call),
        mine=mine,
        wait=wait_for_talk(session, actor=actor, today=today()),
        shown_from=SHOWN_FROM,
        first_free=first_free(session, now=now()),
    )


def _rows(things: Iterable[Any], row: Any) -> list[Row]:
    """A row per talk or call of a question that this advisor may see."""
    listed = list(things)
    ids = {one.question_id for one in listed}
    questions = questions_by_ids(current_session(), question_ids=ids, actor=current_actor())
    return [row(one, questions[one.question_id]) for one in listed if one.question_id in questions]


def _planned(talk: Conversation, question: DevelopmentQuestion) -> Row:
    late = talk.planned_for < now()
    return [
        {
            "text": format_datetime(talk.planned_for),
            "href": url_for("advisor.talk", conversation_id=talk.public_id),
            "note": _("Is geweest. Leg het gesprek vast.") if late else _chosen(talk),
        },
        _question(question),
        {"text": label(TALK_WAYS, talk.way), "note": talk.place},
        talk.advisor_name,
    ]


def _chosen(talk: Conversation) -> str | None:
    return _("Gekozen door de aanvrager") if talk.own_choice else None


def _missed(talk: Conversation, question: DevelopmentQuestion) -> Row:
    return [format_datetime(talk.planned_for), _question(question), talk.advisor_name]


def _call(call: CallBack, question: DevelopmentQuestion) -> Row:
    return [
        {"text": format_datetime(call.asked_at), "note": call.note},
        _question(question, phone=True),
        {"text": _("Gebeld"), "href": url_for("advisor.answer_call_back", call_id=call.public_id)},
    ]


def _question(question: DevelopmentQuestion, *, phone: bool = False) -> dict[str, Any]:
    note_viewing(question_id=question.id)
    contact = question.contact
    parts = [contact.name, contact.phone if phone else None] if contact is not None else []
    return {
        "text": question.reference_number,
        "href": url_for("advisor.question", question_id=question.public_id),
        "note": " ".join(part for part in parts if part) or None,
    }
