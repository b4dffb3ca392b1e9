"""Long work: how far it is, at what rate and for how long yet; pausing it, going on, cancelling it, and asking for it again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.report_files.queries import report_file_by_public_id
from portal.oversight.long_work.actions import begin_work, cancel_work, go_on_with_work, pause_work
from portal.oversight.long_work.models import OPEN, LongWork, WorkKind, WorkState
from portal.oversight.long_work.queries import OF_A_TAKEOVER, work_by_public_id
from portal.planning.forecasts.queries import forecast_made_at
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_datetime, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.workshop.queries import version_for
from portal.web.access.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.words.labels import label, tag
from portal.words.running_labels import WORK_KINDS, WORK_STATES, WORK_TROUBLES

LOOK_AGAIN = "5"
"""After so many seconds the page of what goes on looks again by itself."""

RESULTS: Mapping[str, LazyString] = {
    "replay": _l("Bekijk de versie met wat de proef vond"),
    "scenario": _l("Bekijk het scenario"),
    "forecast": _l("Bekijk de prognose"),
    "prices": _l("Bekijk de prijzen"),
    "round": _l("Bekijk de ronde"),
    "rebalance": _l("Bekijk het plan"),
    "surety_room": _l("Bekijk de garantie"),
    "report_file": _l("Haal het bestand op"),
    "trainings": _l("Bekijk de lijst"),
    **{kind.value: _l("Bekijk de administratie") for kind in OF_A_TAKEOVER},
}


def the_work(work_id: str) -> LongWork:
    """The work at this address, or 404."""
    return found(work_by_public_id(current_session(), public_id=work_id, actor=current_actor()))


@blueprint.get("/werk/<work_id>")
def long_work(work_id: str) -> ResponseReturnValue:
    """How far it is. Who left finds it again at the same address."""
    work = the_work(work_id)
    left = work.seconds_left if work.state is WorkState.RUNNING else None
    answer = page(
        "access/long_work.html",
        work=work,
        title=title_of(work),
        state=tag(WORK_STATES, work.state),
        open=work.state in OPEN,
        rows=[
            {"label": _("Gevraagd op"), "value": format_datetime(work.asked_at)},
            {"label": _("Gedaan per minuut"), "value": work.per_minute},
            {"label": _("Duurt nog ongeveer"), "value": time_left(left)},
            {"label": _("Klaar op"), "value": format_datetime(work.ended_at) or None},
            {"label": _("Wat er misging"), "value": trouble_of(work)},
        ],
        pausing=on_pausing(work),
        result=result_of(work),
        result_text=label(RESULTS, work.kind) if work.kind in RESULTS else "",
    )
    if work.state in (WorkState.WAITING, WorkState.RUNNING):
        answer.headers["Refresh"] = LOOK_AGAIN
    return answer


def title_of(work: LongWork) -> str:
    """What it is called."""
    name = label(WORK_KINDS, work.kind)
    return f"{name}: {work.about}" if work.kind is WorkKind.JOB else name


def trouble_of(work: LongWork) -> str | None:
    """What went wrong and what can be done about it, in words where there are."""
    if work.trouble_nl is not None and work.trouble_en is not None:
        return localized({"nl": work.trouble_nl, "en": work.trouble_en})
    return label(WORK_TROUBLES, work.trouble) if work.trouble in WORK_TROUBLES else work.trouble


def on_pausing(work: LongWork) -> str:
    """What a pause, or stopping, does to what was done already."""
    if work.kind.keeps_parts:
        return _("Wat gedaan is, blijft bewaard. Na een pauze gaat het werk verder waar het was.")
    return _("Van dit werk wordt niets bewaard voor het klaar is. Na een pauze begint het helemaal opnieuw.")


def time_left(seconds: int | None) -> str | None:
    """Seconds in words."""
    if seconds is None:
        return None
    if seconds < 90:
        return ngettext("%(num)s seconde", "%(num)s seconden", seconds)
    return ngettext("%(num)s minuut", "%(num)s minuten", round(seconds / 60))


def result_of(work: LongWork) -> str | None:
    """Where what it made is found."""
    if work.kind is WorkKind.REPLAY and work.about.isdigit():
        version = version_for(current_session(), version_id=int(work.about), actor=current_actor())
        if version is not None:
            return url_for("owner.version", scheme=version.scheme.slug, version=version.version)
    if work.kind is WorkKind.SCENARIO:
        return url_for("accounting.scenario", scenario_id=work.about)
    if work.kind in OF_A_TAKEOVER:
        return url_for("accounting.administration", administration_id=work.about)
    if work.kind is WorkKind.TRAININGS:
        return url_for("region.training_plan", import_id=work.about)
    if work.kind is WorkKind.ROUND:
        return url_for("accounting.award_round", round_id=work.about)
    if work.kind is WorkKind.REBALANCE:
        return url_for("accounting.rebalance", rebalance_id=work.about)
    if work.kind is WorkKind.ROOM:
        return url_for("accounting.surety", surety_id=work.about)
    if work.kind is WorkKind.FORECAST and work.state is WorkState.DONE:
        made = forecast_made_at(current_session(), at=work.ended_at)
        return url_for("accounting.forecast", forecast_id=made.public_id) if made is not None else None
    if work.kind is WorkKind.REPORT_FILE and work.state is WorkState.DONE:
        file = report_file_by_public_id(current_session(), public_id=work.about, actor=current_actor())
        there = file is not None and file.is_there(now())
        return url_for("accounting.report_file", file_id=work.about) if there else None
    if work.kind is WorkKind.PRICES and work.state is WorkState.DONE:
        return url_for("accounting.price_list")
    return None


@blueprint.post("/werk/<work_id>/pauze")
def pause(work_id: str) -> ResponseReturnValue:
    """Let it wait."""
    work = the_work(work_id)
    pause_work(current_session(), work=work, actor=current_actor(), now=now())
    if work.kind.keeps_parts:
        flash(_("Het werk wacht nu. U kunt het later verder laten gaan."), "ok")
    else:
        flash(_("Het werk wacht nu. Laat u het verder gaan? Dan begint het helemaal opnieuw."), "ok")
    return redirect(url_for("access.long_work", work_id=work_id), code=303)


@blueprint.post("/werk/<work_id>/verder")
def go_on(work_id: str) -> ResponseReturnValue:
    """Let it go on."""
    work = the_work(work_id)
    go_on_with_work(current_session(), work=work, actor=current_actor(), now=now())
    flash(_("Het werk gaat verder."), "ok")
    return redirect(url_for("access.long_work", work_id=work_id), code=303)


@blueprint.post("/werk/<work_id>/stop")
def stop(work_id: str) -> ResponseReturnValue:
    """End it; of what keeps its parts what was done stays done."""
    work = the_work(work_id)
    cancel_work(current_session(), work=work, actor=current_actor(), now=now())
    kept = _("Wat al gedaan was, blijft zo.") if work.kind.keeps_parts else _("Er is niets bewaard.")
    flash(_("Het werk is gestopt.") + f" {kept}", "ok")
    return redirect(url_for("access.long_work", work_id=work_id), code=303)


@blueprint.post("/werk/<work_id>/opnieuw")
def repeat(work_id: str) -> ResponseReturnValue:
    """Ask for the same again."""
    work = the_work(work_id)
    again = begin_work(current_session(), kind=work.kind, about=work.about, actor=current_actor(), now=now())
    return redirect(url_for("access.long_work", work_id=again.public_id), code=303)
