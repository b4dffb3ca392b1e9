"""The plan for questions per route beside what came in, week by week; the region changes the plan."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.warnings.actions import PLANNED_AHEAD, PLANNED_BACK, plan_inflow
from portal.accounting.warnings.inflow import inflow_weeks, plan_on, plans
from portal.accounting.warnings.models import EVERY_CHANNEL, LARGEST_PLAN, InflowPlan
from portal.accounting.warnings.pace import weeks_to_notice
from portal.accounting.warnings.sentences import ROUTES
from portal.cases.questions.models import Route
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import Stand, decide_on, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, WholeNumberField
from portal.words.labels import label
from portal.words.origin_labels import HEARD_FROM

EVERYBODY = "all"
"""What the form says of a plan for every channel together."""


class InflowPlanForm(Form):
    """How many questions a month are expected by a route (and of a channel), from a day on."""

    route = ChoiceField(_l("Van wie?"), choices=list(ROUTES.items()), missing=_l("Kies van wie de vragen komen."))
    channel = ChoiceField(
        _l("Hoe kennen zij het loket?"),
        choices=[(EVERYBODY, _l("maakt niet uit")), *HEARD_FROM.items()],
        optional=True,
        default=EVERYBODY,
    )
    per_month = WholeNumberField(
        _l("Hoeveel vragen per maand verwacht u?"), at_most=LARGEST_PLAN, missing=_l("Vul een aantal in.")
    )
    valid_from = DutchDateField(
        _l("Vanaf welke dag?"),
        earliest=lambda: today() - PLANNED_BACK,
        latest=lambda: today() + PLANNED_AHEAD,
        missing=_l("Vul een dag in."),
    )


@blueprint.get("/instroom")
def inflow() -> ResponseReturnValue:
    """Per route the plan, the last eight weeks, and after how many weeks a fall to half is seen."""
    decide_on(_stands)
    return _inflow_page(InflowPlanForm())


@blueprint.post("/instroom/plan")
def change_inflow_plan() -> ResponseReturnValue:
    """Change the plan of a route from a day on."""
    decide_on(_stands)
    form = InflowPlanForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            plan_inflow(
                current_session(),
                route=Route(form.route.data),
                channel=EVERY_CHANNEL if form.channel.data in (None, EVERYBODY) else form.channel.data,
                per_month=form.per_month.data,
                valid_from=form.valid_from.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("Het plan is vastgelegd."), "ok")
            return redirect(url_for("accounting.inflow"), code=303)
    return _inflow_page(form)


def _stands() -> list[Stand]:
    """The plans as they are now."""
    return [
        Stand(f"{one.route.value}.{one.channel}.{one.valid_from}", _who(one), one.per_month, _of(one)) for one in _all()
    ]


def _all() -> list[InflowPlan]:
    return plans(current_session())


def _inflow_page(form: InflowPlanForm) -> ResponseReturnValue:
    known, day = _all(), today()
    return page(
        "accounting/inflow.html",
        form=form,
        changes=current_actor().audience is Audience.REGION,
        routes=[_shown(known, route) for route in Route],
        plans=[[_who(one), format_date(one.valid_from, "short"), _of(one)] for one in known],
        today=day,
    )


def _shown(known: list[InflowPlan], route: Route) -> dict[str, Any]:
    planned = plan_on(known, route=route, day=today())
    weeks = inflow_weeks(current_session(), route=route, today=today())
    return {
        "title": _route(route),
        "planned": planned,
        "notice": weeks_to_notice(planned) if planned else None,
        "rows": [
            [
                f"{format_date(week.first, 'short')} – {format_date(week.last, 'short')}",
                week.sent,
                format_number(round(week.planned)),
            ]
            for week in weeks
        ],
        "total": [
            _("Totaal"),
            sum(week.sent for week in weeks),
            format_number(round(sum(week.planned for week in weeks))),
        ],
    }


def _route(route: Route) -> str:
    return label(ROUTES, route)


def _who(one: InflowPlan) -> str:
    if one.channel == EVERY_CHANNEL:
        return _route(one.route)
    return _("%(route)s, via %(channel)s", route=_route(one.route), channel=label(HEARD_FROM, one.channel))


def _of(one: InflowPlan) -> str:
    return _("geen plan meer") if one.per_month == 0 else _("%(number)s per maand", number=format_number(one.per_month))
