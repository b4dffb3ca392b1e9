"""Channels on the screen: how far people come by each, as a page and a file, and the campaigns that the region makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.channels import OF_QUESTIONS, Channels, FunnelStep, Numbers, channels
from portal.cases.origins.actions import LONGEST_NAME, end_campaign, make_campaign, rename_campaign, take_up_campaign
from portal.cases.origins.models import CODE_LENGTH, NO_CAMPAIGN, Campaign
from portal.cases.origins.queries import campaign_by_code, campaigns
from portal.people.actor import Audience
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_number
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.acting import ActPage, do_on
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


class CampaignNameForm(Form):
    """Another name for a campaign."""

    name = TextField(_l("Naam"), maximum=LONGEST_NAME, missing=_l("Vul een naam in."))


class CampaignActForm(Form):
    """An act on a campaign with nothing to fill in."""


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
    return page("accounting/campaigns.html", form=form, rows=[_campaign_row(one) for one in campaigns(session)])


@blueprint.route("/campagnes/<campaign_code>", methods=["GET", "POST"])
def campaign(campaign_code: str) -> ResponseReturnValue:
    """Give one campaign another name, or go on to end it."""
    one = _the(campaign_code)
    form, seen = CampaignNameForm(data={"name": one.name}), one.name
    other = (_("Beëindig deze campagne"), "accounting.end_a_campaign")
    if one.ended_at is not None:
        other = (_("Laat deze campagne weer lopen"), "accounting.take_up_a_campaign")
    shown = _campaign_page(
        one,
        title=one.name,
        submit=_("Geef deze naam"),
        why=_("De code in de link en de aantallen blijven zoals ze zijn."),
        others=((other[0], url_for(other[1], campaign_code=one.code)),),
    )
    by: dict[str, Any] = {"campaign": one, "seen_name": seen, "actor": current_actor(), "now": now()}
    return do_on(
        shown,
        form,
        lambda: rename_campaign(current_session(), name=form.name.data, **by),
        lambda: _("De campagne heet nu %(name)s.", name=one.name),
    )


@blueprint.route("/campagnes/<campaign_code>/einde", methods=["GET", "POST"])
def end_a_campaign(campaign_code: str) -> ResponseReturnValue:
    """Say that a campaign has ended."""
    one = _the(campaign_code)
    shown = _campaign_page(
        one,
        title=_("Campagne beëindigen: %(name)s", name=one.name),
        submit=_("Beëindig de campagne"),
        why=_(
            "De link blijft werken: een oude flyer komt nooit uit op een dode pagina. Wie er nog langs komt, telt mee bij deze "
            "campagne. U ziet haar in de lijst onder de campagnes die lopen."
        ),
    )
    by: dict[str, Any] = {"campaign": one, "actor": current_actor(), "now": now()}
    return do_on(
        shown,
        CampaignActForm(),
        lambda: end_campaign(current_session(), **by),
        lambda: _("De campagne is beëindigd."),
    )


@blueprint.route("/campagnes/<campaign_code>/weer", methods=["GET", "POST"])
def take_up_a_campaign(campaign_code: str) -> ResponseReturnValue:
    """Let a campaign that had ended go on."""
    one = _the(campaign_code)
    shown = _campaign_page(
        one,
        title=_("Campagne weer laten lopen: %(name)s", name=one.name),
        submit=_("Laat de campagne weer lopen"),
        why=_("De code in de link en de aantallen blijven zoals ze zijn."),
    )
    by: dict[str, Any] = {"campaign": one, "actor": current_actor(), "now": now()}
    return do_on(
        shown,
        CampaignActForm(),
        lambda: take_up_campaign(current_session(), **by),
        lambda: _("De campagne loopt weer."),
    )


def _the(campaign_code: str) -> Campaign:
    return found(campaign_by_code(current_session(), code=campaign_code))


def _campaign_page(one: Campaign, *, title: str, submit: str, why: str, others: Any = ()) -> ActPage:
    """A page on which something is done with a campaign; what was seen are its name and whether it runs."""

    def stands() -> list[Stand]:
        said = _campaign_state(one)["text"]
        return [Stand("name", _("Naam"), one.name, one.name), Stand("state", _("Stand"), said, said)]

    back = url_for("accounting.campaign_list")
    return ActPage(title, submit, back, stands, records=(one,), why=why, others=others)


def _campaign_row(one: Campaign) -> list[Any]:
    site = current_app.extensions["settings"].address
    return [
        {"text": one.name, "href": url_for("accounting.campaign", campaign_code=one.code)},
        f"{site}{url_for('resident.home', **along(one.code))}",
        format_date(local_date(one.made_at), "short"),
        _campaign_state(one),
    ]


def _campaign_state(one: Campaign) -> dict[str, str]:
    """Whether it runs, as a tag."""
    if one.ended_at is None:
        return {"text": _("loopt"), "tag": "ok"}
    day = format_date(local_date(one.ended_at), "short")
    return {"text": _("beëindigd op %(day)s", day=day), "tag": "neutral"}


def _asked() -> tuple[ChannelsForm, Channels]:
    """The form with the days in the address, and the funnel over those days; a day that cannot be read narrows nothing."""
    form = ChannelsForm(formdata=request.args)
    form.validate()
    first, last = (None if field.errors else field.data for field in (form.vanaf, form.tot))
    return form, found(channels(current_session(), actor=current_actor(), first=first, last=last))


def _by_campaign(shown: Channels) -> list[tuple[str, Numbers]]:
    """The campaigns that run, the newest first, also those by which nobody came; of those that ended who came by one is told."""
    known = [one for one in campaigns(current_session()) if one.ended_at is None or one.code in shown.by_campaign]
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
