"""Scenarios on the screen: made under a name, worked out apart from the page, looked at side by side, taken along as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from matching.what_if.scenario.changes import (
    CapSet,
    Change,
    DraftUsed,
    EarmarkGone,
    LineRaised,
    SchemeGone,
    SecondFund,
    ShareHeld,
)
from portal.framework.catalogue.queries import as_loaded_region, drafts
from portal.framework.funding.queries import funding_lines
from portal.oversight.long_work.actions import begin_work
from portal.oversight.long_work.models import WorkKind
from portal.people.actor import Audience
from portal.planning.scenario_files import scenario_workbook
from portal.planning.scenarios.actions import LONGEST_NAME, drop_scenario, make_scenario
from portal.planning.scenarios.models import Scenario
from portal.planning.scenarios.queries import changes_of, result_of, scenario_by_public_id, scenarios
from portal.planning.year_ahead import ScenarioResult
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import format_date, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.spreadsheets import TYPE
from portal.publishing.workshop.queries import parsed_version
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.scenario_words import (
    DIMENSIONS,
    FIGURES,
    Worked,
    change_sentence,
    figure_rows,
    group_name,
    group_tables,
    groups_beside,
    headline,
    line_rows,
    lines_beside,
    more_figures,
    share_sentence,
)
from portal.web.accounting.words import title_of
from portal.web.edge import found, page
from portal.web.edge.listing import csv_file
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, EuroField, Form, TextField, WholeNumberField, add_error
from portal.words.names import Names

MOST_CENTS = 100_000_000_00
SHARED_BY = ("route", "work_situation")
"""Dimensions of which a group can have a share of its own."""


class ScenarioForm(Form):
    """A name, and what is changed: what is left empty stays as it is."""

    name = TextField(_l("Hoe heet het scenario?"), maximum=LONGEST_NAME, missing=_l("Geef het scenario een naam."))
    cap_scheme = ChoiceField(_l("Ander maximum: van welke regeling?"), optional=True)
    cap_cents = EuroField(_l("Wat wordt het maximum?"), optional=True)
    gone_scheme = ChoiceField(_l("Welke regeling is er niet meer?"), optional=True)
    draft = ChoiceField(_l("Welk concept geldt in plaats van de regeling van nu?"), optional=True)
    more_line = ChoiceField(_l("Welk budget krijgt meer?"), optional=True)
    more_cents = EuroField(_l("Hoeveel meer?"), optional=True, at_most=MOST_CENTS)
    less_line = ChoiceField(_l("Welk budget krijgt minder?"), optional=True)
    less_cents = EuroField(_l("Hoeveel minder?"), optional=True, at_most=MOST_CENTS)
    free_line = ChoiceField(_l("Welk budget mag alles betalen?"), optional=True)
    fund_title = TextField(_l("Hoe heet een nieuw budget?"), maximum=100, optional=True)
    fund_cents = EuroField(_l("Hoeveel geld zit erin?"), optional=True, at_most=MOST_CENTS)
    fund_scheme = ChoiceField(_l("Voor welke regeling is het nieuwe budget?"), optional=True)
    share_group = ChoiceField(_l("Voor welke groep houdt u een deel apart?"), optional=True)
    share_percent = WholeNumberField(_l("Hoeveel procent van elk budget?"), optional=True, at_least=1, at_most=100)

    def validate(self, extra_validators: Any = None) -> bool:
        """Both fields of each pair are filled in, or neither; what is missing is said at its field."""
        if not super().validate(extra_validators):
            return False
        for pair in PAIRS:
            empty = [self[name] for name in pair if self[name].data is None]
            if len(empty) == 1:
                add_error(empty[0], _l("Vul dit ook in, of laat allebei leeg."))
        return not self.errors


PAIRS = (
    ("cap_scheme", "cap_cents"),
    ("more_line", "more_cents"),
    ("less_line", "less_cents"),
    ("fund_title", "fund_cents"),
    ("share_group", "share_percent"),
)
"""Fields that say something together only."""


@blueprint.get("/scenarios")
def scenario_list() -> ResponseReturnValue:
    """Every scenario, with what it came to."""
    rows = scenarios(current_session(), actor=current_actor())
    return page(
        "accounting/scenarios.html",
        rows=[
            [
                {"text": one.name, "href": url_for("accounting.scenario", scenario_id=one.public_id)},
                headline(result) if (result := result_of(one)) is not None else _("nog niet uitgerekend"),
                format_date(one.computed_on, "short") if one.computed_on is not None else None,
                one.made_by_name,
            ]
            for one in rows
        ],
        writes=_writes(),
        several=sum(one.result_json is not None for one in rows) > 1,
    )


@blueprint.route("/scenarios/nieuw", methods=["GET", "POST"])
def new_scenario() -> ResponseReturnValue:
    """Make one, and let it be worked out."""
    form = _scenario_form()
    if form.validate_on_submit():
        with form.refusals():
            session, actor, at = current_session(), current_actor(), now()
            made = make_scenario(session, name=form.name.data, changes=_changes(form), actor=actor, now=at)
            work = begin_work(session, kind=WorkKind.SCENARIO, about=made.public_id, actor=actor, now=at)
            return redirect(url_for("access.long_work", work_id=work.public_id), code=303)
    return page("accounting/scenario_form.html", form=form)


@blueprint.get("/scenarios/<scenario_id>")
def scenario(scenario_id: str) -> ResponseReturnValue:
    """One scenario: what it changes, and what that comes to."""
    one = _the_scenario(scenario_id)
    result, names = result_of(one), _names()
    return page(
        "accounting/scenario.html",
        one=one,
        changes=[change_sentence(change, names) for change in changes_of(one)],
        result=None if result is None else _shown(one, result, names),
        writes=_writes(),
        files=[
            (_("Als rekenblad (Excel)"), url_for("accounting.scenario_sheet", scenario_id=scenario_id)),
            (_("Als CSV"), url_for("accounting.scenario_file", scenario_id=scenario_id)),
        ],
    )


@blueprint.post("/scenarios/<scenario_id>/uitrekenen")
def work_out_scenario(scenario_id: str) -> ResponseReturnValue:
    """Let it be worked out, again with the money and the questions of today."""
    one = _the_scenario(scenario_id)
    work = begin_work(current_session(), kind=WorkKind.SCENARIO, about=one.public_id, actor=current_actor(), now=now())
    return redirect(url_for("access.long_work", work_id=work.public_id), code=303)


@blueprint.post("/scenarios/<scenario_id>/weg")
def drop_a_scenario(scenario_id: str) -> ResponseReturnValue:
    """Throw it away."""
    drop_scenario(current_session(), scenario=_the_scenario(scenario_id), actor=current_actor(), now=now())
    flash(_("Het scenario is weggegooid."), "ok")
    return redirect(url_for("accounting.scenario_list"), code=303)


@blueprint.get("/scenarios/naast-elkaar")
def scenarios_side_by_side() -> ResponseReturnValue:
    """Every scenario that was worked out beside how it is now: one row each."""
    worked_out: list[Worked] = [
        (one.name, result, _titles(one))
        for one in scenarios(current_session(), actor=current_actor())
        if (result := result_of(one))
    ]
    names = _names()
    return page(
        "accounting/scenarios_beside.html",
        columns=[
            {"label": _("Scenario")},
            *({"label": str(text), "kind": "number"} for text, _name, _cents in FIGURES),
        ],
        tables=[
            {
                "title": _("%(name)s, uitgerekend op %(day)s", name=name, day=format_date(result.on)),
                "rows": [
                    [text, *(row[1] for row in figure_rows([world]))]
                    for text, world in ((_("Zoals nu"), result.now), (name, result.changed))
                ],
            }
            for name, result, _more in worked_out
        ],
        lines=lines_beside(worked_out, names),
        groups=groups_beside(worked_out, names),
    )


@blueprint.get("/scenarios/<scenario_id>.csv")
def scenario_file(scenario_id: str) -> ResponseReturnValue:
    """The figures as a file."""
    one = _the_scenario(scenario_id)
    result = found(result_of(one))
    rows = [
        [text, *(Euros(value) if money else value for value in both)] for text, both, money in _figures(one, result)
    ]
    return csv_file(f"scenario-{result.on}.csv", [one.name, _("Zoals nu"), _("Met de verandering")], rows)


@blueprint.get("/scenarios/<scenario_id>.xlsx")
def scenario_sheet(scenario_id: str) -> ResponseReturnValue:
    """The figures as a spreadsheet."""
    one = _the_scenario(scenario_id)
    result, names = found(result_of(one)), _names()
    about = [*(change_sentence(change, names) for change in changes_of(one)), headline(result)]
    heads = ["", _("Zoals nu"), _("Met de verandering")]
    rows = [
        (text, [value / 100 if money else value for value in both], money)
        for text, both, money in _figures(one, result)
    ]
    response = Response(scenario_workbook(one.name, about=about, heads=heads, rows=rows), mimetype=TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="scenario-{result.on}.xlsx"'
    return response


def _shown(one: Scenario, result: ScenarioResult, names: Names) -> dict[str, Any]:
    titles = _titles(one)
    return {
        "headline": headline(result),
        "share": share_sentence(result),
        "about": _(
            "Uitgerekend op %(day)s over %(years)s mogelijke jaren, geleerd van %(number)s vragen. "
            "Elk jaar is twee keer gerekend: zoals nu en met de verandering, met dezelfde vragen.",
            day=format_date(result.on),
            years=result.years,
            number=result.learned_from,
        ),
        "figures": figure_rows([result.now, result.changed]),
        "past": [] if result.past is None else figure_rows(result.past, bands=False),
        "lines": line_rows(result.now, result.changed, names, result.on, titles),
        "groups": group_tables(result.changed, names),
    }


def _figures(one: Scenario, result: ScenarioResult) -> list[tuple[str, list[int], bool]]:
    """For a file: all figures, then those of every budget and group, as it is now and as it is changed."""
    both = figure_rows([result.now, result.changed], as_text=False)
    first = [(row[0], row[1:], money) for row, (_text, _name, money) in zip(both, FIGURES, strict=True)]
    return [*first, *more_figures(result, _names(), _titles(one))]


def _titles(one: Scenario) -> dict[str, str]:
    """Of the budgets that a scenario adds."""
    return {change.line: change.title for change in changes_of(one) if isinstance(change, SecondFund)}


def _the_scenario(scenario_id: str) -> Scenario:
    return found(scenario_by_public_id(current_session(), public_id=scenario_id, actor=current_actor()))


def _writes() -> bool:
    return current_actor().audience is Audience.REGION


def _names() -> Names:
    return Names.of_region(as_loaded_region(current_session(), on=today()))


def _scenario_form() -> ScenarioForm:
    """The form with the schemes, budgets, drafts and groups of today."""
    session, form, on = current_session(), ScenarioForm(), today()
    region = as_loaded_region(session, on=on)
    here = [(slug, localized(one.title)) for slug, one in region.schemes.items() if one.administered == "here"]
    lines = [(line.slug, title_of(line)) for line in funding_lines(session) if line.period_to >= on]
    for field in (form.cap_scheme, form.gone_scheme, form.fund_scheme):
        field.choices = [("", _("Geen")), *here] if field is not form.fund_scheme else [("", _("Alle")), *here]
    for field in (form.more_line, form.less_line, form.free_line):
        field.choices = [("", _("Geen")), *lines]
    open_drafts = drafts(session, actor=current_actor())
    titles = {slug: localized(one.title) for slug, one in region.schemes.items()}
    named = (
        (
            str(one.id),
            _("%(title)s, versie %(number)s", title=titles.get(one.scheme.slug, one.scheme.slug), number=one.version),
        )
        for one in open_drafts
    )
    form.draft.choices = [("", _("Geen")), *named]
    form.share_group.choices = [
        ("", _("Geen")),
        *_groups_of(Names.of_region(region), region.facts.get("work_situation")),
    ]
    return form


def _groups_of(names: Names, situation: Any) -> list[tuple[str, str]]:
    values = {
        "route": ["individual", "employer"],
        "work_situation": [one.key for one in getattr(situation, "values", ())],
    }
    return [
        (f"{dimension}:{value}", f"{DIMENSIONS[dimension]}: {group_name(dimension, value, names)}")
        for dimension in SHARED_BY
        for value in values[dimension]
    ]


def _changes(form: ScenarioForm) -> Sequence[Change]:
    """What the form changes. Raises ``Refusal`` at its field for a draft that is not finished."""
    made: list[Change] = []
    if form.cap_scheme.data:
        made.append(CapSet(scheme=form.cap_scheme.data, cents=form.cap_cents.data))
    if form.draft.data:
        made.append(DraftUsed(definition=_definition(form.draft.data)))
    if form.gone_scheme.data:
        made.append(SchemeGone(scheme=form.gone_scheme.data))
    for name, sign in (("more", 1), ("less", -1)):
        if form[f"{name}_line"].data:
            made.append(LineRaised(line=form[f"{name}_line"].data, more_cents=sign * form[f"{name}_cents"].data))
    if form.free_line.data:
        made.append(EarmarkGone(line=form.free_line.data))
    if form.fund_title.data:
        schemes = (form.fund_scheme.data,) if form.fund_scheme.data else ()
        made.append(
            SecondFund(line="nieuw-budget", title=form.fund_title.data, cents=form.fund_cents.data, schemes=schemes)
        )
    if form.share_group.data:
        dimension, _colon, value = form.share_group.data.partition(":")
        made.append(ShareHeld(dimension=dimension, value=value, percent=form.share_percent.data))
    return made


def _definition(version_id: str) -> Any:
    version = next(one for one in drafts(current_session(), actor=current_actor()) if str(one.id) == version_id)
    definition = parsed_version(version).definition
    if definition is None or definition.administered != "here":
        raise Refusal("does_not_parse", _l("Dit concept is nog niet af."), field="draft")
    return definition
