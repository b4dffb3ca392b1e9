"""The worklist, with the state in the address."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.questions.models import OPEN_STATES, DevelopmentQuestion, QuestionState
from portal.cases.questions.queries import questions_by_reference
from portal.framework.catalogue.queries import catalogue, has_region
from portal.oversight.worklist.due import Due, DueItem, due_items
from portal.oversight.worklist.queries import (
    Whose,
    WorklistCounts,
    WorklistRow,
    unanswered_requests,
    worklist,
    worklist_counts,
)
from portal.platform.clock import local_date, now
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_datetime, format_euros, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.words.decision_labels import DUE
from portal.words.labels import QUESTION_STATES, ROUTES, STANDINGS, WHOSE, label, tag
from portal.words.names import Names

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
    chosen = asked if asked in known else ""
    whose = next((one for one in Whose if one.value == request.args.get("van")), Whose.EVERYBODY)
    text = (form.zoek.data or "") if form.validate() else ""
    if text:
        hits = questions_by_reference(session, text=text, actor=actor)
        if len(hits) == 1 and hits[0].reference_number == text.strip().upper():
            return redirect(url_for("advisor.question", question_id=hits[0].public_id))
    else:
        hits = []
    counts = worklist_counts(session, actor=actor, now=at, whose=whose)
    place = paging(sum(counts.by_state.get(state, 0) for state in states))
    rows = worklist(session, actor=actor, now=at, states=states, whose=whose, limit=place.size, offset=place.offset)
    due = due_items(session, actor=actor, now=at, whose=whose) if not chosen and place.page == 1 else []
    names = region_names()
    return page(
        "advisor/queue.html",
        form=form,
        rows=[_cells(row, names) for row in rows],
        unanswered=[_cells(row, names) for row in unanswered_requests(session, actor=actor, today=local_date(at))],
        due=[_due_cells(item) for item in due],
        hits=[_hit(hit) for hit in hits],
        searched=text,
        counts=counts,
        states=_state_links(counts, chosen, whose),
        owners=_owner_links(chosen, whose),
        chosen={"staat": chosen, "van": whose.value} if chosen or whose is not Whose.EVERYBODY else {},
        paging=place,
    )


def _hit(hit: DevelopmentQuestion) -> list[Any]:
    return [
        {"text": hit.reference_number, "href": url_for("advisor.question", question_id=hit.public_id)},
        hit.training_name,
        tag(QUESTION_STATES, hit.state),
    ]


def region_names() -> Names:
    """The names of schemes, facts and places of the region; empty ones without a region."""
    session = current_session()
    if not has_region(session):
        return Names()
    known = catalogue(session)
    return Names({}, known.facts, known.references)


def _state_links(counts: WorklistCounts, chosen: str, whose: Whose) -> list[dict[str, Any]]:
    def link(text: str, number: int, state: str) -> dict[str, Any]:
        href = url_for("advisor.queue", staat=state or None, van=None if whose is Whose.EVERYBODY else whose.value)
        return {"text": text, "href": href, "count": number, "current": chosen == state}

    links = [link(_("Te doen"), counts.open, "")]
    for state in SHOWN_STATES:
        number = counts.by_state.get(state, 0)
        if number or chosen == state.value:
            links.append(link(label(QUESTION_STATES, state), number, state.value))
    return [*links, link(_("alle"), sum(counts.by_state.values()), ALL)]


def _owner_links(chosen: str, whose: Whose) -> list[dict[str, Any]]:
    return [
        {
            "text": label(WHOSE, one),
            "href": url_for("advisor.queue", staat=chosen or None, van=None if one is Whose.EVERYBODY else one.value),
            "current": one is whose,
        }
        for one in Whose
    ]


def _cells(row: WorklistRow, names: Names) -> list[Any]:
    place = names.answer("residence_municipality", row.municipality) if row.municipality else None
    state = tag(STANDINGS, row.standing)
    if row.next_talk is not None:
        state["note"] = _("gesprek %(when)s", when=format_datetime(row.next_talk, "short"))
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
        row.owner_name or _("niemand"),
        format_euros(row.total_cents) if row.total_cents else None,
        state,
        ngettext("%(num)s dag", "%(num)s dagen", row.age_days),
        _deadline(row),
    ]


def _deadline(row: WorklistRow) -> Any:
    if row.due_on is None:
        return None
    what = _("antwoord") if row.answer_by else _("besluit") if row.decide_by is not None else _("reactie")
    if row.overdue:
        return {"text": _("te laat"), "tag": "no", "note": f"{what} {format_date(row.due_on, 'short')}"}
    return {"text": format_date(row.due_on, "short"), "note": what}


WHERE = {
    Due.OBJECTION: ("advisor.objection", "objection_id"),
    Due.OBJECTION_HEARING: ("advisor.objection", "objection_id"),
    Due.VIEW: ("advisor.view", "hearing_id"),
    Due.PREPARATION: ("advisor.preparation", "preparation_id"),
    Due.REPAYMENT: ("advisor.repay", "repayment_id"),
    Due.SHARE: ("advisor.share", "share_id"),
    Due.CORRECTION: ("advisor.correction", "correction_id"),
}


def _due_cells(item: DueItem) -> list[Any]:
    endpoint, argument = WHERE.get(item.what, ("advisor.decision", "question_id"))
    about = item.about if item.what in WHERE else item.question_public_id
    if item.due_on is None:
        until: Any = {
            "text": _("geen termijn"),
            "note": _("sinds %(day)s", day=format_date(local_date(item.since), "short")),
        }
    elif item.overdue:
        until = {"text": _("te laat"), "tag": "no", "note": format_date(item.due_on, "short")}
    else:
        until = format_datetime(item.at, "short") if item.at is not None else format_date(item.due_on, "short")
    return [
        {
            "text": label(DUE, item.what),
            "href": url_for(endpoint, **dict[str, Any]({argument: about})),
            "note": item.number,
        },
        {
            "text": item.reference_number,
            "href": url_for("advisor.question", question_id=item.question_public_id),
            "note": item.asker_name,
        },
        item.owner_name or _("niemand"),
        until,
    ]
