"""What waits for a second person: the list, and one act to do, to send back with a reason, or to take back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_datetime, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import do_laid_down, send_act_back, take_act_back
from portal.second_look.two_person_acts.models import TwoPersonAct, TwoPersonState
from portal.second_look.two_person_acts.queries import closed_acts, laid_down_by_public_id, waiting_acts
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField
from portal.web.two_people.blueprint import blueprint
from portal.web.two_people.facts import address_of, facts_of, shown, stands_of
from portal.words.labels import label
from portal.words.two_people_labels import KINDS, STATES


class DoForm(Form):
    """The second person agrees; there is nothing to fill in."""


class SendActBackForm(Form):
    """Back to who laid it down."""

    reason = TextField(_l("Waarom geeft u het terug?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


def the_act(act_id: str) -> TwoPersonAct:
    """The act in the address, or a 404; a look at somebody's case is logged."""
    laid = found(laid_down_by_public_id(current_session(), public_id=act_id, actor=current_actor()))
    if laid.question_id is not None:
        note_viewing(question_id=laid.question_id)
    return laid


@blueprint.get("/")
def waiting_list() -> ResponseReturnValue:
    """Everything that waits for a second person, the oldest first, and what was done last."""
    session, actor = current_session(), current_actor()
    return page(
        "two_people/waiting.html",
        rows=[_cells(laid, own=laid.laid_down_by == actor.reference) for laid in waiting_acts(session, actor=actor)],
        closed=[_closed_cells(laid) for laid in closed_acts(session, actor=actor)],
    )


def _cells(laid: TwoPersonAct, *, own: bool) -> list[Any]:
    return [
        {
            "text": label(KINDS, laid.kind),
            "href": url_for("two_people.act", act_id=laid.public_id),
            "note": _("van u: een collega beslist") if own else None,
        },
        format_euros(laid.amount_cents, exact=True) if laid.amount_cents is not None else None,
        laid.laid_down_by_name,
        format_datetime(laid.laid_down_at, "short"),
    ]


def _closed_cells(laid: TwoPersonAct) -> list[Any]:
    assert laid.closed_at is not None, "it was closed"
    return [
        {"text": label(KINDS, laid.kind), "href": url_for("two_people.act", act_id=laid.public_id)},
        {"text": label(STATES, laid.state), "tag": STATES[laid.state.value][1]},
        laid.closed_by_name,
        format_datetime(laid.closed_at, "short"),
    ]


@blueprint.route("/<act_id>", methods=["GET", "POST"])
def act(act_id: str) -> ResponseReturnValue:
    """One act: what it will do, why and by whom; the second person does it."""
    session, actor = current_session(), current_actor()
    laid, form = the_act(act_id), DoForm()
    decide_on(lambda: stands_of(session, laid), laid)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            do_laid_down(session, laid=laid, actor=actor, now=now())
            flash(_("Het is gedaan."), "ok")
            return redirect(url_for("two_people.waiting_list"), code=303)
    return page(
        "two_people/act.html",
        form=form,
        laid=laid,
        title=label(KINDS, laid.kind),
        state=STATES[laid.state.value],
        waiting=laid.state is TwoPersonState.WAITING,
        own=laid.laid_down_by == actor.reference,
        facts=shown(facts_of(session, laid)),
        about=address_of(session, laid),
    )


@blueprint.route("/<act_id>/teruggeven", methods=["GET", "POST"])
def send_back(act_id: str) -> ResponseReturnValue:
    """Send an act back to who laid it down."""
    laid, form = the_act(act_id), SendActBackForm()
    if form.validate_on_submit():
        with form.refusals():
            send_act_back(current_session(), laid=laid, reason=form.reason.data, actor=current_actor(), now=now())
            flash(_("Het is teruggegeven."), "ok")
            return redirect(url_for("two_people.waiting_list"), code=303)
    return page("two_people/send_back.html", form=form, laid=laid, title=label(KINDS, laid.kind))


@blueprint.post("/<act_id>/terugnemen")
def take_back(act_id: str) -> ResponseReturnValue:
    """Take back what was laid down, to do it otherwise."""
    take_act_back(current_session(), laid=the_act(act_id), actor=current_actor(), now=now())
    flash(_("U hebt het teruggenomen."), "ok")
    return redirect(url_for("two_people.waiting_list"), code=303)
