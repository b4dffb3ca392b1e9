"""The worklist, with the state in the address, and the planned talks."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.access import current_actor
from portal.catalogue.queries import catalogue, has_region
from portal.clock import now
from portal.conversations.queries import next_talks, planned_talks
from portal.database import current_session
from portal.i18n import format_date, format_datetime, format_euros, ngettext
from portal.i18n import gettext as _
from portal.i18n import lazy_gettext as _l
from portal.questions.models import OPEN_STATES, QuestionState
from portal.questions.queries import (
    WorklistCounts,
    WorklistRow,
    question_by_id,
    questions_by_reference,
    worklist,
    worklist_counts,
)
from portal.web.advisor import blueprint
from portal.web.edge import page
from portal.web.forms import Form, TextField
from portal.web.labels import QUESTION_STATES, ROUTES, TALK_WAYS, label, tag
from portal.web.listing import paging
from portal.wording import Names

SHOWN_STATES = tuple(state for state in QuestionState if state is not QuestionState.DRAFT)
ALL = "alle"


class SearchForm(Form):
    """Find a case by its number."""

    zoek = TextField(_l("Zoek op nummer"), maximum=20)


@blueprint.get("/")
def queue() -> ResponseReturnValue:
    """Which questions wait, the earliest deadline first."""
    session, actor, at = current_session(), current_actor(), now()
    form = SearchForm(formdata=request.args)
    asked = request.args.get("staat", "")
    known = {state.value: (state,) for state in SHOWN_STATES} | {ALL: SHOWN_STATES}
    states = known.get(asked, OPEN_STATES)
    text = (form.zoek.data or "") if form.validate() else ""
    if text:
        hits = questions_by_reference(session, text=text, actor=actor)
        if len(hits) == 1 and hits[0].reference_number == text.strip().upper():
            return redirect(url_for("advisor.question", question_id=hits[0].public_id))
    else:
        hits = []
    counts = worklist_counts(session, actor=actor, now=at)
    place = paging(sum(counts.by_state.get(state, 0) for state in states))
    rows = worklist(session, actor=actor, now=at, states=states, limit=place.size, offset=place.offset)
    talks = next_talks(session, question_ids=[row.id for row in rows], actor=actor)
    names = _names()
    return page(
        "advisor/queue.html",
        form=form,
        rows=[_cells(row, talks.get(row.id), names) for row in rows],
        hits=[
            [
                {"text": hit.reference_number, "href": url_for("advisor.question", question_id=hit.public_id)},
                hit.training_name,
                tag(QUESTION_STATES, hit.state),
            ]
            for hit in hits
        ],
        searched=text,
        counts=counts,
        states=_state_links(counts, asked if asked in known else ""),
        chosen=asked if asked in known else "",
        paging=place,
    )


def _names() -> Names:
    session = current_session()
    if not has_region(session):
        return Names()
    known = catalogue(session)
    return Names({}, known.facts, known.references)


def _state_links(counts: WorklistCounts, chosen: str) -> list[dict[str, Any]]:
    links = [{"text": _("Te doen"), "href": url_for("advisor.queue"), "count": counts.open, "current": chosen == ""}]
    for state in SHOWN_STATES:
        number = counts.by_state.get(state, 0)
        if number or chosen == state.value:
            href = url_for("advisor.queue", staat=state.value)
            text = label(QUESTION_STATES, state)
            links.append({"text": text, "href": href, "count": number, "current": chosen == state.value})
    everything = sum(counts.by_state.values())
    href = url_for("advisor.queue", staat=ALL)
    return [*links, {"text": _("alle"), "href": href, "count": everything, "current": chosen == ALL}]


def _cells(row: WorklistRow, talk: Any, names: Names) -> list[Any]:
    place = names.answer("residence_municipality", row.municipality) if row.municipality else None
    state = tag(QUESTION_STATES, row.state)
    if talk is not None:
        state["note"] = _("gesprek %(when)s", when=format_datetime(talk, "short"))
    return [
        {
            "text": row.reference_number,
            "href": url_for("advisor.question", question_id=row.public_id),
            "note": row.asker_name,
        },
        {
            "text": row.training_name or _("nog geen opleiding"),
            "note": ", ".join(filter(None, (label(ROUTES, row.route), place))),
        },
        format_euros(row.total_cents) if row.total_cents else None,
        state,
        ngettext("%(num)s dag", "%(num)s dagen", row.age_days),
        _deadline(row),
    ]


def _deadline(row: WorklistRow) -> Any:
    if row.due_on is None:
        return None
    what = _("besluit") if row.decide_by is not None else _("reactie")
    if row.overdue:
        return {"text": _("te laat"), "tag": "no", "note": f"{what} {format_date(row.due_on, 'short')}"}
    return {"text": format_date(row.due_on, "short"), "note": what}


@blueprint.get("/gesprekken")
def conversations() -> ResponseReturnValue:
    """The planned talks, the first one first; those that should have been held already on top."""
    session, actor, at = current_session(), current_actor(), now()
    rows = []
    for talk in planned_talks(session, actor=actor, limit=200):
        question = question_by_id(session, question_id=talk.question_id, actor=actor)
        if question is None:
            continue
        late = talk.planned_for < at
        rows.append(
            [
                {
                    "text": format_datetime(talk.planned_for),
                    "href": url_for("advisor.talk", conversation_id=talk.public_id),
                    "note": _("Is geweest. Leg het gesprek vast.") if late else None,
                },
                {
                    "text": question.reference_number,
                    "href": url_for("advisor.question", question_id=question.public_id),
                    "note": question.contact.name if question.contact else None,
                },
                {"text": label(TALK_WAYS, talk.way), "note": talk.place},
                talk.advisor_name,
            ]
        )
    return page("advisor/conversations.html", rows=rows)
