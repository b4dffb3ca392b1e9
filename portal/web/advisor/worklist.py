"""The worklist, with what is filtered in the address; the same as a file; and the planned talks."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.one_by_one import MOST_AT_ONCE
from portal.cases.questions.models import DevelopmentQuestion
from portal.cases.questions.queries import questions_by_reference
from portal.cases.rights.restricted import restricted_ids
from portal.framework.catalogue.queries import catalogue, has_region
from portal.oversight.worklist.due import due_items
from portal.oversight.worklist.queries import Whose, WorklistCounts, unanswered_requests, worklist_counts
from portal.oversight.worklist.saving import saved_selections
from portal.oversight.worklist.selection import how_many_selected, selected_cases
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.case_cells import cells_of, columns_of, header_of, line_of
from portal.web.advisor.due_cells import rows_of_due
from portal.web.advisor.filtering import ALL, SHOWN_STATES, USUAL_COLUMNS, Asked, asked_of
from portal.web.advisor.saving import SaveForm, saved_links
from portal.web.edge import page
from portal.web.edge.listing import csv_file, paging
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField
from portal.words.labels import QUESTION_STATES, WHOSE, label, tag
from portal.words.names import Names

MOST_IN_A_FILE = 5_000
"""So many cases a file has at most; the page asks for a narrower filter above that."""


class SearchForm(Form):
    """Find a case by its number."""

    zoek = TextField(_l("Zoek op nummer"), maximum=20)


@blueprint.get("/")
def queue() -> ResponseReturnValue:
    """The cases that are asked for, in the order and with the columns that are asked for."""
    session, actor, at = current_session(), current_actor(), now()
    form = SearchForm(formdata=request.args)
    text = (form.zoek.data or "") if form.validate() else ""
    hits = questions_by_reference(session, text=text, actor=actor)
    if len(hits) == 1 and hits[0].reference_number == text.strip().upper():
        return redirect(url_for("advisor.question", question_id=hits[0].public_id))
    asked = asked_of(request.args.to_dict(flat=False))
    chosen = asked.selection
    counts = worklist_counts(session, actor=actor, now=at, whose=chosen.whose)
    if asked.narrowed:
        total = how_many_selected(session, actor=actor, now=at, chosen=chosen)
    else:
        total = sum(counts.by_state.get(state, 0) for state in chosen.states)
    place = paging(total)
    rows = selected_cases(session, actor=actor, now=at, chosen=chosen, limit=place.size, offset=place.offset)
    names, first = region_names(), place.page == 1 and not asked.narrowed
    late = unanswered_requests(session, actor=actor, today=local_date(at)) if first else []
    everything = first and "staat" not in asked.parameters
    due = due_items(session, actor=actor, now=at, whose=chosen.whose) if everything else []
    return page(
        "advisor/queue.html",
        form=form,
        filter=asked.form,
        asked=asked,
        columns=columns_of(asked.columns, chosen.order.value, lambda order: asked.address(op=order)),
        rows=[cells_of(row, names, asked.columns, pick=True) for row in rows],
        usual=columns_of(USUAL_COLUMNS),
        unanswered=[cells_of(row, names, USUAL_COLUMNS) for row in late],
        due=rows_of_due(due),
        hits=[_hit(hit) for hit in hits],
        searched=text,
        counts=counts,
        states=_state_links(counts, asked),
        owners=_owner_links(asked),
        saving=SaveForm(formdata=None),
        saved=saved_links(saved_selections(session, actor=actor)),
        paging=place,
        most_at_once=MOST_AT_ONCE,
        most_in_a_file=MOST_IN_A_FILE,
    )


@blueprint.get("/werkvoorraad.csv")
def queue_file() -> ResponseReturnValue:
    """Exactly the cases that are filtered, in the same order and with the same columns. Each of them is logged as looked at."""
    session, actor, at = current_session(), current_actor(), now()
    asked = asked_of(request.args.to_dict(flat=False))
    total = how_many_selected(session, actor=actor, now=at, chosen=asked.selection)
    if total > MOST_IN_A_FILE:
        message = _("Dit zijn meer dan %(most)s vragen. Maak het filter kleiner.", most=MOST_IN_A_FILE)
        raise Refusal("too_many_for_a_file", message)
    names, lines, restricted = region_names(), [], restricted_ids(session)
    for offset in range(0, total, IN_ONE_READ):
        for row in selected_cases(
            session, actor=actor, now=at, chosen=asked.selection, limit=IN_ONE_READ, offset=offset
        ):
            note_viewing(question_id=row.id)
            lines.append(line_of(row, names, asked.columns, restricted))
    return csv_file(f"werkvoorraad-{today()}.csv", header_of(asked.columns), lines)


IN_ONE_READ = 500


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


def _state_links(counts: WorklistCounts, asked: Asked) -> list[dict[str, Any]]:
    chosen = asked.parameters.get("staat", [""])[0]

    def link(text: str, number: int, state: str) -> dict[str, Any]:
        found = {"text": text, "href": asked.address(staat=state or None), "current": chosen == state}
        return found if asked.narrowed else found | {"count": number}

    links = [link(_("Te doen"), counts.open, "")]
    for state in SHOWN_STATES:
        number = counts.by_state.get(state, 0)
        if number or chosen == state.value:
            links.append(link(label(QUESTION_STATES, state), number, state.value))
    return [*links, link(_("alle"), sum(counts.by_state.values()), ALL)]


def _owner_links(asked: Asked) -> list[dict[str, Any]]:
    of = asked.selection.whose if asked.selection.owner_id is None else None
    return [
        {
            "text": label(WHOSE, one),
            "href": asked.address(van=None if one is Whose.EVERYBODY else one.value),
            "current": one is of,
        }
        for one in Whose
    ]
