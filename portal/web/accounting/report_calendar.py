"""The calendar of reports on the screen: per month what is due, what was delivered, and what is made by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.accounting.report_calendar import CalendarReport, ReportStand
from portal.accounting.report_calendar import report_calendar as reports_by_month
from portal.accounting.scope import scope_of
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.agreements import title_of, writes
from portal.web.accounting.asked import asked_until
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.report_mails import EVERY, about_words, period_words
from portal.web.accounting.reports import report_args
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.labels.accounting_words import Labelled, tag

BACK, AHEAD = timedelta(days=365), timedelta(days=365)
"""So far the calendar looks when nothing else is asked."""
STANDS: dict[ReportStand, Labelled] = {
    ReportStand.LATE: (_l("te laat"), "no"),
    ReportStand.OPEN: (_l("open"), "info"),
    ReportStand.AHEAD: (_l("komt terug"), "neutral"),
    ReportStand.DELIVERED: (_l("ingeleverd"), "ok"),
    ReportStand.MADE: (_l("gemaakt"), "ok"),
    ReportStand.PLANNED: (_l("per mail"), "neutral"),
}


@blueprint.get("/kalender")
def report_calendar() -> ResponseReturnValue:
    """Every report from a year ago up to the day that is asked for, by month."""
    session, actor = current_session(), current_actor()
    found(scope_of(session, actor=actor))
    form, until = asked_until(today() + AHEAD)
    first = (today() - BACK).replace(day=1)
    months = reports_by_month(session, actor=actor, first=first, until=until, on=today())
    late = sum(one.stand is ReportStand.LATE for rows in months.values() for one in rows)
    return page(
        "accounting/report_calendar.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        late=late,
        this_month=format_date(today(), "month"),
        months=[
            {"title": format_date(month, "month"), "rows": [_row(one) for one in rows]}
            for month, rows in months.items()
        ],
    )


def _row(one: CalendarReport) -> list[Any]:
    return [format_date(one.day, "short"), _what(one), about_words(one.funder), tag(STANDS[one.stand]), _made(one)]


def _what(one: CalendarReport) -> dict[str, Any]:
    if one.duty is None:
        assert one.schedule is not None
        by_mail = _("%(every)s, voor %(name)s", every=EVERY[one.schedule.every.value], name=one.schedule.asked_by_name)
        return {"text": _("Verslag per mail"), "href": url_for("accounting.report_mails"), "note": by_mail}
    done = writes() and one.stand in (ReportStand.LATE, ReportStand.OPEN)
    href = url_for("accounting.duty", duty_id=one.duty.public_id) if done else None
    note = one.duty.done_note if one.stand is ReportStand.DELIVERED else title_of(one.duty.agreement)
    return {"text": one.duty.text, "href": href, "note": note}


def _made(one: CalendarReport) -> dict[str, Any] | None:
    """The link to the report as it was then."""
    if one.period is None:
        return None
    return {
        "text": period_words(one.period),
        "href": url_for("accounting.report", **report_args(one.funder, one.period)),
    }
