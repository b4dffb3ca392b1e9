"""Reports by mail on the screen: who gets which, the reports that were made, asking for one and ending it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.report_calendar import period_of_run
from portal.accounting.reports.models import EVERYTHING
from portal.accounting.scheduled_reports.actions import ScheduleTerms, ask_for_reports, end_reports
from portal.accounting.scheduled_reports.models import (
    LATEST_DAY,
    ReportRun,
    ReportSchedule,
    ScheduleEnd,
    ScheduleEvery,
)
from portal.accounting.scheduled_reports.queries import last_runs, next_run, schedule_by_public_id, schedules
from portal.accounting.scope import scope_of
from portal.framework.funding.queries import funders
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LOCALES, LazyString, current_locale, format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.reports import FILE_LANGUAGE, report_args
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, Form, WholeNumberField

EVERY: dict[str, LazyString] = {"month": _l("Elke maand"), "quarter": _l("Elk kwartaal")}
MOST_RUNS = 100


class ReportMailForm(Form):
    """Which report, how often, on which day and in which language."""

    funder = ChoiceField(_l("Over welk geld?"), missing=_l("Kies over welk geld."))
    every = ChoiceField(_l("Hoe vaak?"), choices=EVERY.items(), missing=_l("Kies hoe vaak."))
    on_day = WholeNumberField(
        _l("Op welke dag van de maand erna?"), at_least=1, at_most=LATEST_DAY, missing=_l("Vul een dag in.")
    )
    locale = ChoiceField(_l("In welke taal?"), choices=LOCALES.items(), missing=_l("Kies een taal."))

    @property
    def terms(self) -> ScheduleTerms:
        """What was filled in."""
        funder = None if self.funder.data == EVERYTHING else self.funder.data
        return ScheduleTerms(funder, ScheduleEvery(self.every.data), self.on_day.data, self.locale.data)


@blueprint.get("/verslagen-per-mail")
def report_mails() -> ResponseReturnValue:
    """The reports that this reader gets, for the region those of everybody; and what was made."""
    found(scope_of(current_session(), actor=current_actor()))
    return _mails_page(_form({"locale": current_locale()}))


@blueprint.post("/verslagen-per-mail/nieuw")
def ask_report_mail() -> ResponseReturnValue:
    """Ask for a report every month or quarter."""
    found(scope_of(current_session(), actor=current_actor()))
    form = _form()
    if form.validate_on_submit():
        with form.refusals():
            asked = ask_for_reports(current_session(), terms=form.terms, actor=current_actor(), now=now())
            day = next_run(asked, today=today())
            flash(_("U krijgt een mail als het verslag klaar is. De eerste keer op %(day)s.", day=_day(day)), "ok")
            return redirect(url_for("accounting.report_mails"), code=303)
    return _mails_page(form)


@blueprint.post("/verslagen-per-mail/<schedule_id>/stoppen")
def end_report_mail(schedule_id: str) -> ResponseReturnValue:
    """Make no more reports of this kind."""
    session, actor = current_session(), current_actor()
    one = found(schedule_by_public_id(session, public_id=schedule_id, actor=actor))
    end_reports(session, schedule=one, actor=actor, now=now())
    flash(_("Dit verslag wordt niet meer gemaakt."), "ok")
    return redirect(url_for("accounting.report_mails"), code=303)


def _form(data: dict[str, Any] | None = None) -> ReportMailForm:
    form = ReportMailForm(data=data)
    scope = found(scope_of(current_session(), actor=current_actor()))
    everything = [(EVERYTHING, _("Al het geld"))] if scope.is_whole else []
    slugs = {line.funder.slug for line in scope.lines}
    form.funder.choices = [*everything, *((slug, name) for slug, name in funder_names().items() if slug in slugs)]
    return form


def funder_names() -> dict[str, str]:
    """What each funder is called, by slug, in the language in use."""
    rows = funders(current_session())
    return {row.slug: localized({"nl": row.name_nl, "en": row.name_en}) for row in rows}


def about_words(funder: str | None) -> str:
    """Over whose money a report is."""
    return _("Al het geld") if funder is None else funder_names().get(funder, funder)


def period_words(period: FigurePeriod) -> str:
    """The days of a report."""
    return _("%(first)s tot en met %(last)s", first=format_date(period.first), last=format_date(period.last))


def report_links(funder: str | None, period: FigurePeriod, locale: str | None = None) -> list[dict[str, str]]:
    """The page of a report and its files, in the language in which it was asked for."""
    args, language = report_args(funder, period), dict[str, Any]()
    files = {"report_sheet": "Excel", "report_list": "CSV", "report_paper": "PDF"}
    if locale is not None:
        language[FILE_LANGUAGE] = locale
    return [
        {"text": _("Bladzijde"), "href": url_for("accounting.report", **args)},
        *({"text": text, "href": url_for(f"accounting.{name}", **args, **language)} for name, text in files.items()),
    ]


def _mails_page(form: ReportMailForm) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    seen = schedules(session, actor=actor)
    return page(
        "accounting/report_mails.html",
        form=form,
        sees_all=actor.audience is Audience.REGION,
        standing=[_standing(one) for one in seen if one.stands],
        ended=[_ended(one) for one in seen if not one.stands],
        runs=[_run(one) for one in last_runs(session, actor=actor)[:MOST_RUNS]],
    )


def _standing(one: ReportSchedule) -> dict[str, Any]:
    name = f"{about_words(one.funder)}, {str(EVERY[one.every.value]).lower()}"
    facts = [
        (_("Voor"), one.asked_by_name),
        (_("Dag van de maand erna"), one.on_day),
        (_("Taal"), LOCALES[one.locale]),
        (_("Volgende keer"), _day(next_run(one, today=today()))),
    ]
    return {
        "name": name,
        "end": url_for("accounting.end_report_mail", schedule_id=one.public_id),
        "facts": [{"label": label, "value": value} for label, value in facts],
    }


def _ended(one: ReportSchedule) -> list[Any]:
    why = {
        ScheduleEnd.ASKED: _("gestopt op verzoek"),
        ScheduleEnd.RIGHTS: _("de lezer mag het verslag niet meer lezen"),
    }
    assert one.ended_at is not None and one.ended_why is not None
    return [
        {"text": about_words(one.funder), "note": str(EVERY[one.every.value])},
        one.asked_by_name,
        {"text": format_date(one.ended_at.date()), "note": why[one.ended_why]},
    ]


def _run(one: ReportRun) -> dict[str, Any]:
    period = period_of_run(one)
    mine = one.schedule.account_id == current_actor().account_id
    return {
        "title": f"{about_words(one.schedule.funder)}, {period_words(period)}",
        "made": format_date(one.as_of),
        "reader": None if mine else one.schedule.asked_by_name,
        "sha256": one.sha256,
        "links": report_links(one.schedule.funder, period, one.schedule.locale),
    }


def _day(day: Any) -> str:
    return format_date(day) if day is not None else "–"
