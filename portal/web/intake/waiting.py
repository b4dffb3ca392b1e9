"""The waiting list for who asked: at which place the application stands, and stopping with waiting, after asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.order_of_receipt.models import PlaceState
from portal.awarding.waiting_list.actions import leave_waiting_lists
from portal.awarding.waiting_list.queries import places_of
from portal.platform.clock import now
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge import leave_for, page
from portal.web.forms import Form
from portal.web.intake.state import Intake


@dataclass(frozen=True)
class PlaceView:
    """One place on a waiting list, as its holder sees it."""

    title: str
    position: int
    offered: bool
    """There is money now: a decision follows."""
    since: date
    rest: bool
    """It waits for the rest, after a decision that awarded a part: no term runs."""


def waits_of(intake: Intake) -> list[PlaceView]:
    """The places of this question on waiting lists."""
    return [
        PlaceView(
            intake.names.title(place.record.scheme),
            place.position,
            place.record.state is PlaceState.OFFERED,
            place.record.agreed_on,
            place.rest,
        )
        for place in places_of(intake.session, question=intake.question, actor=intake.actor)
    ]


def waiting_page(intake: Intake) -> ResponseReturnValue:
    """The place in the order, and stopping with waiting. Who does not wait is sent to the status page."""
    back = url_for(f"{intake.audience}.status", question_id=intake.id)
    places = waits_of(intake)
    if not places:
        return leave_for(back, _l("U staat niet meer op een wachtlijst."))
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            leave_waiting_lists(intake.session, question=intake.question, actor=intake.actor, now=now())
            if any(not place.rest for place in places):
                flash(_("U wacht niet meer. U krijgt een besluit op uw aanvraag."), "ok")
            else:
                flash(_("U wacht niet meer op de rest. Wat u kreeg, blijft zo."), "ok")
            return redirect(back, code=303)
    return page("intake/waiting.html", form=form, places=places, question=intake.question, back=back)
