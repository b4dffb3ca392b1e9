"""Samples of auditors: the list, drawing one, and one with its vouchers and counts. The papers stand in `sample_papers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.samples.actions import LARGEST_SAMPLE, LONGEST_SEED, draw_sample
from portal.accounting.samples.models import AuditSample, SampleField
from portal.accounting.samples.queries import (
    SampleChoice,
    has_same_population,
    opens_papers,
    sample_by_public_id,
    sampled_vouchers,
    samples,
    strata_of,
    voucher_number,
)
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.funding.queries import funders, funding_line_by_slug, funding_lines
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import found, page
from portal.web.edge.policy import admits, current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField, WholeNumberField
from portal.words.labels import VOUCHER_STATES, label

FIRST_DAY = date(2000, 1, 1)
ALL_MONEY = ""
FIELDS: Mapping[str, LazyString] = {
    SampleField.SCHEME: _l("de regeling"),
    SampleField.FUNDER: _l("de geldgever die het meeste betaalt"),
    SampleField.STATE: _l("de stand van de voucher"),
    SampleField.AMOUNT: _l("het bedrag van de voucher"),
}
BANDS: Mapping[str, LazyString] = {
    "up_to_1000": _l("tot en met € 1.000"),
    "up_to_2500": _l("meer dan € 1.000, tot en met € 2.500"),
    "up_to_5000": _l("meer dan € 2.500, tot en met € 5.000"),
    "above_5000": _l("meer dan € 5.000"),
}


class SampleForm(Form):
    """Which vouchers are drawn from, how many, and the seed."""

    award_from = DutchDateField(
        _l("Toegekend vanaf"), earliest=FIRST_DAY, latest=today, missing=_l("Vul de eerste dag in.")
    )
    award_to = DutchDateField(
        _l("Toegekend tot en met"), earliest=FIRST_DAY, latest=today, missing=_l("Vul de laatste dag in.")
    )
    funding_line = ChoiceField(_l("Over welk geld?"), choices=[], optional=True)
    field = ChoiceField(
        _l("Waarnaar verdeelt u de vouchers?"), choices=list(FIELDS.items()), missing=_l("Kies een verdeling.")
    )
    size = WholeNumberField(
        _l("Hoeveel vouchers?"), at_least=1, at_most=LARGEST_SAMPLE, missing=_l("Vul in hoeveel vouchers u trekt.")
    )
    seed = TextField(_l("Startwaarde"), maximum=LONGEST_SEED, missing=_l("Vul een startwaarde in."))


@blueprint.get("/steekproeven")
def sample_list() -> ResponseReturnValue:
    """Every sample that was drawn, the newest first."""
    actor = current_actor()
    rows = [
        [
            {
                "text": format_date(one.drawn_at, "short"),
                "href": url_for("accounting.sample", sample_id=one.public_id),
                "note": one.drawn_by_name,
            },
            _days(one),
            _money(one),
            _("%(size)s van %(number)s", size=one.size, number=one.population_size),
        ]
        for one in samples(current_session(), actor=actor)
    ]
    return page("accounting/samples.html", rows=rows, draws=admits("accounting.draw", actor.audience))


@blueprint.route("/steekproeven/nieuw", methods=["GET", "POST"])
def draw() -> ResponseReturnValue:
    """Draw a sample."""
    form, session = SampleForm(), current_session()
    lines = [(one.slug, localized({"nl": one.title_nl, "en": one.title_en})) for one in funding_lines(session)]
    form.funding_line.choices = [(ALL_MONEY, _("Al het geld")), *lines]
    if form.validate_on_submit():
        with form.refusals():
            slug = form.funding_line.data or None
            choice = SampleChoice(
                size=form.size.data,
                seed=form.seed.data,
                award_from=form.award_from.data,
                award_to=form.award_to.data,
                field=SampleField(form.field.data),
                funding_line=None if slug is None else funding_line_by_slug(session, slug=slug),
            )
            drawn = draw_sample(session, choice=choice, actor=current_actor(), now=now())
            flash(_("De steekproef is getrokken."), "ok")
            return redirect(url_for("accounting.sample", sample_id=drawn.public_id), code=303)
    return page("accounting/draw.html", form=form)


@blueprint.get("/steekproeven/<sample_id>")
def sample(sample_id: str) -> ResponseReturnValue:
    """One sample: how it was drawn, the counts per part, and its vouchers."""
    session, actor, one = current_session(), current_actor(), the_sample(sample_id)
    names, opens = _names(one), opens_papers(one, actor)
    strata = strata_of(session, sample=one)
    return page(
        "accounting/sample.html",
        opens=opens,
        facts=_facts(one),
        same=has_same_population(session, sample=one),
        strata=[[names(part.stratum), part.population, part.drawn] for part in strata],
        total=[_("Totaal"), one.population_size, one.size],
        rows=[
            [
                {
                    "text": voucher_number(row.voucher_id),
                    "href": _papers(one, row.voucher.public_id) if opens else None,
                },
                names(row.stratum),
                label(VOUCHER_STATES, row.voucher.state),
                format_date(row.voucher.award.awarded_on, "short"),
                format_euros(row.voucher.amount_cents, exact=True),
            ]
            for row in sampled_vouchers(session, sample=one)
        ],
        bundle=url_for("accounting.sample_bundle", sample_id=one.public_id) if opens else None,
    )


def the_sample(sample_id: str) -> AuditSample:
    """The sample in the address, or a 404."""
    return found(sample_by_public_id(current_session(), public_id=sample_id, actor=current_actor()))


def _papers(one: AuditSample, voucher_id: str) -> str:
    return url_for("accounting.sample_voucher", sample_id=one.public_id, voucher_id=voucher_id)


def _facts(one: AuditSample) -> list[dict[str, Any]]:
    """How it was drawn, as pairs."""
    return [
        {"label": _("Getrokken"), "value": _("%(day)s, door %(name)s", day=format_date(one.drawn_at), name=one.drawn_by_name)},
        {"label": _("Toegekend"), "value": _days(one)},
        {"label": _("Geld"), "value": _money(one)},
        {"label": _("Verdeeld naar"), "value": label(FIELDS, one.field)},
        {"label": _("Startwaarde"), "value": one.seed},
        {"label": _("Manier"), "value": one.method},
        {"label": _("Controlecode van alle nummers"), "value": one.population_hash},
    ]  # fmt: skip


def _days(one: AuditSample) -> str:
    return f"{format_date(one.award_from, 'short')} – {format_date(one.award_to, 'short')}"


def _money(one: AuditSample) -> str:
    line = one.funding_line
    return _("Al het geld") if line is None else localized({"nl": line.title_nl, "en": line.title_en})


def _names(one: AuditSample) -> Callable[[str], str]:
    """What the parts of a sample are called on the screen."""
    session = current_session()
    if one.field is SampleField.FUNDER:
        known = {row.slug: localized({"nl": row.name_nl, "en": row.name_en}) for row in funders(session)}
        return lambda stratum: known.get(stratum, stratum)
    if one.field is SampleField.STATE:
        return lambda stratum: label(VOUCHER_STATES, stratum)
    if one.field is SampleField.AMOUNT:
        return lambda stratum: label(BANDS, stratum)
    titles = scheme_titles(session, on=today())
    return lambda stratum: titles.get(stratum, stratum)
