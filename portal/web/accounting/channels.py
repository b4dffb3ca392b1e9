"""Channels on the screen: how far people come by each, as a page and a file, and the campaigns that the region makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.channels import OF_QUESTIONS, Channels, FunnelStep, Numbers, channels
from portal.cases.origins.actions import LONGEST_NAME, make_campaign
from portal.cases.origins.models import CODE_LENGTH, NO_CAMPAIGN
from portal.cases.origins.queries import campaigns
from portal.people.actor import Audience
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, Form, TextField
from portal.web.intake.channel import along
from portal.words.labels import label
from portal.words.origin_labels import FUNNEL_STEPS, HEARD_FROM


class ChannelsForm(Form):
    """Over which days."""

    vanaf = DutchDateField(_l("Vanaf"), optional=True)
    tot = DutchDateField(_l("Tot en met"), optional=True)


class CampaignForm(Form):
    """A new campaign."""

    code = TextField(_l("Code in de link"), maximum=CODE_LENGTH, missing=_l("Vul een code in, bijvoorbeeld flyer-mei."))
    name = TextField(_l("Naam"), maximum=LONGEST_NAME, missing=_l("Vul een naam in."))


@blueprint.get("/kanalen")
def channel_page() -> ResponseReturnValue:
    """The funnel per campaign, and by how people heard of the desk."""
    form, shown = _asked()
    steps = [str(FUNNEL_STEPS[one]) for one in FunnelStep]
    days: dict[str, Any] = {name: request.args[name] for name in ("vanaf", "tot") if form[name].data}
    return page(
        "accounting/channels.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        campaign_columns=_columns(_("Campagne"), steps),
        campaign_rows=[[name, *_said(numbers, FunnelStep)] for name, numbers in _by_campaign(shown)],
        heard_columns=_columns(_("Gehoord via"), steps[-len(OF_QUESTIONS) :]),
        heard_rows=[[name, *_said(numbers, OF_QUESTIONS)] for name, numbers in _by_heard(shown)],
        total=[_("Totaal"), *_said(shown.total, FunnelStep)],
        heard_total=[_("Totaal"), *_said(shown.total, OF_QUESTIONS)],
        makes=current_actor().audience is Audience.REGION,
        file=url_for("accounting.channel_file", **days),
    )


@blueprint.get("/kanalen.csv")
def channel_file() -> ResponseReturnValue:
    """The same as a file."""
    _form, shown = _asked()
    rows = [(_("Campagne"), name, numbers) for name, numbers in _by_campaign(shown)]
    rows += [(_("Gehoord via"), name, numbers) for name, numbers in _by_heard(shown)]
    rows.append((_("Totaal"), _("Totaal"), shown.total))
    head = [_("Soort"), _("Kanaal"), *(str(FUNNEL_STEPS[one]) for one in FunnelStep)]
    said = [[kind, name, *(numbers.get(one) for one in FunnelStep)] for kind, name, numbers in rows]
    return csv_file(f"kanalen-{today()}.csv", head, said)


@blueprint.route("/campagnes", methods=["GET", "POST"])
def campaign_list() -> ResponseReturnValue:
    """The campaigns with their links, and a form for a new one."""
    session, form = current_session(), CampaignForm()
    decide_on(
        lambda: [Stand("campaigns", _("Aantal campagnes"), len(campaigns(session)), str(len(campaigns(session))))]
    )
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            make_campaign(session, code=form.code.data, name=form.name.data, actor=current_actor(), now=now())
            flash(_("De campagne is gemaakt."), "ok")
            return redirect(url_for("accounting.campaign_list"), code=303)
    site = current_app.extensions["settings"].address
    return page(
        "accounting/campaigns.html",
        form=form,
        rows=[
            [
                one.name,
                f"{site}{url_for('resident.home', **along(one.code))}",
                format_date(local_date(one.made_at), "short"),
            ]
            for one in campaigns(session)
        ],
    )


def _asked() -> tuple[ChannelsForm, Channels]:
    """The form with the days in the address, and the funnel over those days; a day that cannot be read narrows nothing."""
    form = ChannelsForm(formdata=request.args)
    form.validate()
    first, last = (None if field.errors else field.data for field in (form.vanaf, form.tot))
    return form, found(channels(current_session(), actor=current_actor(), first=first, last=last))


def _by_campaign(shown: Channels) -> list[tuple[str, Numbers]]:
    """The campaigns, the newest first, also those by which nobody came yet; then who came by none."""
    known = campaigns(current_session())
    return [
        *((one.name, shown.by_campaign.get(one.code, dict.fromkeys(FunnelStep, 0))) for one in known),
        (_("Zonder campagne"), shown.by_campaign.get(NO_CAMPAIGN, dict.fromkeys(FunnelStep, 0))),
    ]


def _by_heard(shown: Channels) -> list[tuple[str, Numbers]]:
    nobody = dict.fromkeys(OF_QUESTIONS, 0)
    rows = [(label(HEARD_FROM, one), shown.by_heard.get(one, nobody)) for one in HEARD_FROM]
    return [*rows, (_("Niet gezegd"), shown.by_heard.get(NO_CAMPAIGN, nobody))]


def _said(numbers: Mapping[FunnelStep, int], steps: Any) -> list[str]:
    return [format_number(numbers.get(one, 0)) for one in steps]


def _columns(first: str, steps: list[str]) -> list[dict[str, str]]:
    return [{"label": first}, *({"label": text, "kind": "number"} for text in steps)]
