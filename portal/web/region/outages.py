"""Outages of the pages: recording them, so that terms of citizens that end in or soon after them become longer (Awb 2:21)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_datetime
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.post.outages.actions import end_outage, record_outage, withdraw_outage
from portal.post.outages.models import ChannelOutage
from portal.post.outages.queries import outage_by_public_id, outages
from portal.web.edge import page
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form, TextField
from portal.web.forms.times import TimeField, moment
from portal.web.region.blueprint import blueprint


class OutageForm(Form):
    """From when, until when, and what."""

    began_on = DutchDateField(_l("Op welke dag begon het?"), missing=_l("Vul de dag in."), latest=today)
    began_time = TimeField(_l("Hoe laat?"), missing=_l("Vul de tijd in."))
    ended_on = DutchDateField(
        _l("Op welke dag was het voorbij? Laat leeg als het nog duurt"), optional=True, latest=today
    )
    ended_time = TimeField(_l("Hoe laat was het voorbij?"), optional=True)
    what = TextField(
        _l("Wat werkte er niet?"), missing=_l("Schrijf op wat er niet werkte."), maximum=1000, multiline=True
    )


@blueprint.route("/storingen", methods=["GET", "POST"])
def outage_list() -> ResponseReturnValue:
    """The outages, and a form to record one."""
    session, form = current_session(), OutageForm()
    if form.validate_on_submit():
        with form.refusals():
            record_outage(
                session,
                began_at=moment(form.began_on.data, form.began_time.data),
                ended_at=_end(form.ended_on.data, form.ended_time.data),
                what=form.what.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De storing is vastgelegd. Termijnen die daarin eindigen, worden langer."), "ok")
            return redirect(url_for("region.outage_list"), code=303)
    return page("region/outages.html", form=form, outages=[_shown(one) for one in outages(session)])


@blueprint.post("/storingen/voorbij")
def end_of_outage() -> ResponseReturnValue:
    """It is over now."""
    moment_now, outage = now(), _named()
    if outage is not None:
        end_outage(current_session(), outage=outage, ended_at=moment_now, actor=current_actor(), now=moment_now)
        flash(_("Vastgelegd dat de storing voorbij is."), "ok")
    return redirect(url_for("region.outage_list"), code=303)


@blueprint.post("/storingen/vergissing")
def drop_outage() -> ResponseReturnValue:
    """It was recorded by mistake."""
    outage = _named()
    if outage is not None:
        withdraw_outage(current_session(), outage=outage, actor=current_actor(), now=now())
        flash(_("De storing telt niet meer mee."), "ok")
    return redirect(url_for("region.outage_list"), code=303)


def _named() -> ChannelOutage | None:
    """The outage whose button was pressed; None when no page showed it."""
    return outage_by_public_id(current_session(), public_id=request.form.get("outage", ""))


def _end(day: date | None, at: time | None) -> Any:
    if day is None and at is None:
        return None
    if day is None or at is None:
        raise Refusal("end_incomplete", _l("Vul de dag en de tijd in, of laat beide leeg."), field="ended_on")
    return moment(day, at)


def _shown(outage: ChannelOutage) -> dict[str, Any]:
    until = format_datetime(outage.ended_at) if outage.ended_at is not None else _("duurt nog")
    return {
        "id": outage.public_id,
        "title": format_datetime(outage.began_at),
        "facts": [{"label": _("Voorbij"), "value": until}, {"label": _("Wat werkte er niet?"), "value": outage.what}],
        "lasts": outage.ended_at is None and outage.withdrawn_at is None,
        "counts": outage.withdrawn_at is None,
    }
