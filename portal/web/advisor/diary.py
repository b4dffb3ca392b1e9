"""The own diary: the hours in which people can choose a talk, days away, and where the talks are."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.appointments.queries import planned_on
from portal.cases.diaries import actions as diaries
from portal.cases.diaries.actions import LENGTHS, WeeklyHours
from portal.cases.diaries.models import TalkWay
from portal.cases.diaries.queries import (
    away_by_public_id,
    days_away_of,
    diary_of,
    hours_by_public_id,
    hours_of,
)
from portal.cases.open_hours import instant_of
from portal.papers.correspondence import desk_of
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_list, format_time, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.forms import in_two_years
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, DutchDateField, Form, TextField
from portal.web.forms.times import TimeField
from portal.words.labels import TALK_WAYS
from portal.words.talk_labels import WEEKDAYS

OFFERED = (TalkWay.DESK, TalkWay.PHONE, TalkWay.VIDEO)


class HoursForm(Form):
    """Hours of every week."""

    weekday = ChoiceField(_l("Op welke dag?"), choices=list(enumerate(WEEKDAYS)), missing=_l("Kies een dag."))  # type: ignore[arg-type]
    begins = TimeField(_l("Van"), missing=_l("Vul in vanaf hoe laat."))
    ends = TimeField(_l("Tot"), missing=_l("Vul in tot hoe laat."))
    talk_minutes = ChoiceField(
        _l("Hoe lang duurt een gesprek?"),
        choices=[(str(number), _l("%(number)s minuten", number=number)) for number in LENGTHS],
        missing=_l("Kies hoe lang een gesprek duurt."),
    )
    ways = ChoicesField(
        _l("Hoe kunnen mensen met u praten?"),
        choices=[(way.value, TALK_WAYS[way]) for way in OFFERED],
        missing=_l("Kies hoe mensen met u kunnen praten."),
    )

    def hours(self) -> WeeklyHours:
        """What was filled in. The fields were checked."""
        return WeeklyHours(
            int(self.weekday.data),
            _minute(self.begins.data),
            _minute(self.ends.data),
            int(self.talk_minutes.data),
            [TalkWay(way) for way in self.ways.data],
        )


class DaysAwayForm(Form):
    """Days away."""

    first_day = DutchDateField(
        _l("Eerste dag"), missing=_l("Vul de eerste dag in."), earliest=today, latest=in_two_years
    )
    last_day = DutchDateField(
        _l("Laatste dag"), missing=_l("Vul de laatste dag in."), earliest=today, latest=in_two_years
    )


class TalkPlaceForm(Form):
    """Where the talks are."""

    place = TextField(_l("Plaats van gesprekken aan het loket"), optional=True, maximum=200)
    video_link = TextField(_l("Link voor videobellen"), optional=True, maximum=200)


@blueprint.get("/mijn-uren")
def hours() -> ResponseReturnValue:
    """The own hours of every week, the days away, the place and the link."""
    session, actor = current_session(), current_actor()
    return page(
        "advisor/hours.html",
        hours=[
            {
                "when": f"{WEEKDAYS[one.weekday]} {_clock(one.begins)} – {_clock(one.ends)}",
                "minutes": one.talk_minutes,
                "ways": format_list(TALK_WAYS[way] for way in one.ways),
                "remove": url_for("advisor.remove_hours", hours_id=one.public_id),
            }
            for one in hours_of(session, actor=actor)
        ],
        away=[
            {
                "when": _days(one.first_day, one.last_day),
                "remove": url_for("advisor.remove_away", away_id=one.public_id),
            }
            for one in days_away_of(session, actor=actor, today=today())
        ],
        diary=diary_of(session, account_id=actor.account_id or 0),
        address=desk_of(session)["address"],
    )


@blueprint.route("/mijn-uren/toevoegen", methods=["GET", "POST"])
def add_hours() -> ResponseReturnValue:
    """Open hours of every week."""
    form = HoursForm()
    if form.validate_on_submit():
        with form.refusals():
            diaries.add_hours(current_session(), hours=form.hours(), actor=current_actor(), now=now())
            flash(_("De uren zijn bewaard. Mensen kunnen nu een gesprek met u kiezen."), "ok")
            return redirect(url_for("advisor.hours"), code=303)
    return page("advisor/add_hours.html", form=form)


@blueprint.post("/mijn-uren/<hours_id>/weghalen")
def remove_hours(hours_id: str) -> ResponseReturnValue:
    """Close hours; talks that were planned in them stay."""
    session, actor = current_session(), current_actor()
    one = found(hours_by_public_id(session, public_id=hours_id, actor=actor))
    diaries.remove_hours(session, hours=one, actor=actor, now=now())
    flash(_("De uren zijn weg. Gesprekken die al gepland waren, blijven staan."), "ok")
    return redirect(url_for("advisor.hours"), code=303)


@blueprint.route("/mijn-uren/afwezig", methods=["GET", "POST"])
def days_away() -> ResponseReturnValue:
    """Be away for some days; says which talks were planned on them."""
    session, actor, form = current_session(), current_actor(), DaysAwayForm()
    if form.validate_on_submit():
        with form.refusals():
            first, last = form.first_day.data, form.last_day.data
            diaries.add_away(session, first_day=first, last_day=last, actor=actor, now=now())
            flash(_("U bent afwezig gemeld. Mensen kunnen op deze dagen geen gesprek kiezen."), "ok")
            left = planned_on(session, advisor_id=actor.account_id, first=first, last=last, now=now())
            if left:
                flash(_left(len(left)), "warning")
            return redirect(url_for("advisor.conversations" if left else "advisor.hours"), code=303)
    return page("advisor/days_away.html", form=form)


@blueprint.post("/mijn-uren/afwezig/<away_id>/weghalen")
def remove_away(away_id: str) -> ResponseReturnValue:
    """Be there after all."""
    session, actor = current_session(), current_actor()
    one = found(away_by_public_id(session, public_id=away_id, actor=actor))
    diaries.remove_away(session, away=one, actor=actor, now=now())
    flash(_("U bent er op deze dagen weer."), "ok")
    return redirect(url_for("advisor.hours"), code=303)


@blueprint.route("/mijn-uren/plaats", methods=["GET", "POST"])
def talk_place() -> ResponseReturnValue:
    """Where people come, and the link for video."""
    session, actor = current_session(), current_actor()
    diary = diary_of(session, account_id=actor.account_id or 0)
    known: dict[str, Any] = {"place": diary.place, "video_link": diary.video_link} if diary is not None else {}
    form = TalkPlaceForm(data=known)
    if form.validate_on_submit():
        with form.refusals():
            diaries.keep_place(session, place=form.place.data, video_link=form.video_link.data, actor=actor, now=now())
            flash(_("Dit is bewaard. Het geldt voor nieuwe gesprekken."), "ok")
            return redirect(url_for("advisor.hours"), code=303)
    return page("advisor/talk_place.html", form=form)


def _left(number: int) -> str:
    return ngettext(
        "Er staat op deze dagen nog %(num)s gesprek. Verzet het of zeg het af.",
        "Er staan op deze dagen nog %(num)s gesprekken. Verzet ze of zeg ze af.",
        number,
    )


def _minute(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _clock(minute: int) -> str:
    return format_time(instant_of(today(), minute))


def _days(first: date, last: date) -> str:
    if first == last:
        return format_date(first, "weekday")
    return _("%(first)s tot en met %(last)s", first=format_date(first, "weekday"), last=format_date(last, "weekday"))
