"""Budgets: the funding lines per funder, raising and lowering them with a reason, and the announcements of their ceilings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import as_loaded_region
from portal.framework.funding.actions import (
    LARGEST_BUDGET_CENTS,
    LONGEST_REASON,
    announce_ceiling,
)
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import (
    CeilingWarning,
    announcements,
    budget_history,
    ceiling_warnings,
    funders,
    funding_line_by_slug,
    funding_lines,
)
from portal.ledger.queries import line_figures
from portal.platform.clock import now as this_moment
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import ActToLayDown
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.second_look.two_person_acts.queries import laid_down_on
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, ChoicesField, DutchDateField, EuroField, Form, TextField
from portal.web.region.blueprint import blueprint
from portal.web.two_people.laying import lay_before_a_colleague
from portal.words.definition_words import limits_of_money
from portal.words.labels import ROUTES
from portal.words.names import Names, plain
from schemes.basics.findings import BadFile
from schemes.files.parsing import validate
from schemes.region.funding import FundingLineDefinition

WARNINGS: dict[str, LazyString] = {
    "never_announced": _l(
        "Het plafond is nog niet bekendgemaakt. De periode begon op %(period_from)s. Een plafond geldt pas na bekendmaking "
        "(Awb 4:27)."
    ),
    "announced_late": _l(
        "Het plafond is bekendgemaakt op %(announced_on)s, na het begin van de periode (%(period_from)s). Voor aanvragen van "
        "daarvoor geldt het niet (Awb 4:27)."
    ),
    "lowered_in_period": _l(
        "Het plafond is op %(announced_on)s verlaagd, terwijl de periode al liep. Voor aanvragen van daarvoor geldt de verlaging "
        "niet, behalve als dat vooraf is gezegd (Awb 4:28)."
    ),
    "budget_differs": _l(
        "Het laatst bekendgemaakte plafond is %(ceiling_cents)s. In de boeken staat %(budget_cents)s. Maak de verandering bekend."
    ),
}


class AmountForm(Form):
    """Raise or lower a budget."""

    act = ChoiceField(
        _l("Wat wilt u doen?"),
        choices=[("raise", _l("Verhogen")), ("lower", _l("Verlagen"))],
        missing=_l("Kies verhogen of verlagen."),
    )
    amount = EuroField(_l("Met hoeveel euro?"), at_most=LARGEST_BUDGET_CENTS, missing=_l("Vul een bedrag in."))
    reason = TextField(_l("Waarom?"), maximum=LONGEST_REASON, missing=_l("Schrijf waarom het budget verandert."))


class AnnouncementForm(Form):
    """Record what was made public."""

    ceiling = EuroField(
        _l("Welk plafond is bekendgemaakt?"), at_most=LARGEST_BUDGET_CENTS, missing=_l("Vul het plafond in.")
    )
    announced_on = DutchDateField(_l("Op welke dag?"), latest=today, missing=_l("Vul de dag van bekendmaking in."))
    place = TextField(_l("Waar?"), maximum=300, missing=_l("Schrijf waar het plafond bekend is gemaakt."))


class NewLineForm(Form):
    """A new funding line."""

    id = TextField(_l("Korte naam"), maximum=80, missing=_l("Vul een korte naam in."))
    funder = ChoiceField(_l("Van welke geldgever?"), choices=[], missing=_l("Kies een geldgever."))
    title_nl = TextField(_l("Titel in het Nederlands"), maximum=300, missing=_l("Vul de titel in."))
    title_en = TextField(_l("Titel in het Engels"), maximum=300, missing=_l("Vul de titel in het Engels in."))
    amount = EuroField(_l("Budget in euro's"), at_most=LARGEST_BUDGET_CENTS, missing=_l("Vul het budget in."))
    period_from = DutchDateField(_l("Eerste dag"), missing=_l("Vul de eerste dag in."))
    period_to = DutchDateField(_l("Laatste dag"), missing=_l("Vul de laatste dag in."))
    schemes = ChoicesField(_l("Alleen voor deze regelingen"), choices=[])
    routes = ChoicesField(_l("Alleen voor deze routes"), choices=list(ROUTES.items()))
    municipalities = ChoicesField(_l("Alleen voor deze gemeenten"), choices=[])
    reason = TextField(_l("Waarom komt dit budget erbij?"), maximum=LONGEST_REASON, missing=_l("Schrijf op waarom."))


@blueprint.get("/budgetten")
def budget_list() -> ResponseReturnValue:
    """Every funding line with its earmark, period and money, and what is wrong with its ceiling."""
    session = current_session()
    lines = funding_lines(session)
    figures = line_figures(session, funding_line_ids=[line.id for line in lines])
    names = _names()
    rows: list[list[Any]] = []
    for line in lines:
        warned = len(ceiling_warnings(session, line=line, on=today()))
        rows.append(
            [
                {
                    "text": _title(line),
                    "href": url_for("region.budget", line_id=line.slug),
                    "note": localized({"nl": line.funder.name_nl, "en": line.funder.name_en}),
                },
                _purpose(line, names),
                f"{format_date(line.period_from, 'short')} – {format_date(line.period_to, 'short')}",
                format_euros(figures[line.id].funded_cents),
                format_euros(figures[line.id].available_cents),
                {"text": _("kijk na"), "tag": "wait"} if warned else {"text": _("in orde"), "tag": "ok"},
            ]
        )
    return page("region/budgets.html", rows=rows)


@blueprint.get("/budgetten/<line_id>")
def budget(line_id: str) -> ResponseReturnValue:
    """One funding line: what it is for, its money, its history and its announcements."""
    line = _line(line_id)
    decide_on(lambda: _stands(line), line)
    return _budget_page(line, AmountForm(), AnnouncementForm())


@blueprint.post("/budgetten/<line_id>/bedrag")
def change_budget(line_id: str) -> ResponseReturnValue:
    """Raise or lower the budget. Lowering below what is reserved and spent is refused, with the figures."""
    line = _line(line_id)
    decide_on(lambda: _stands(line), line)
    form = AmountForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            kind = TwoPersonKind.RAISE_BUDGET if form.act.data == "raise" else TwoPersonKind.LOWER_BUDGET
            about, cents = f"funding_line:{line.id}", form.amount.data
            act = ActToLayDown(kind, about, form.reason.data, amount_cents=cents or None)
            return lay_before_a_colleague(act, back=url_for("region.budget", line_id=line_id))
    return _budget_page(line, form, AnnouncementForm(formdata=None), wrong=form)


@blueprint.post("/budgetten/<line_id>/bekendmaking")
def announce(line_id: str) -> ResponseReturnValue:
    """Record that the ceiling was made public."""
    session, actor, line = current_session(), current_actor(), _line(line_id)
    decide_on(lambda: _stands(line), line)
    form = AnnouncementForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            announce_ceiling(
                session,
                line=line,
                ceiling_cents=form.ceiling.data,
                announced_on=form.announced_on.data,
                place=form.place.data,
                actor=actor,
                now=this_moment(),
            )
            flash(_("De bekendmaking is vastgelegd."), "ok")
            return redirect(url_for("region.budget", line_id=line_id), code=303)
    return _budget_page(line, AmountForm(formdata=None), form, wrong=form)


@blueprint.route("/budgetten/nieuw", methods=["GET", "POST"])
def new_budget() -> ResponseReturnValue:
    """Add a funding line of a known funder."""
    session = current_session()
    decide_on(_stands_of_lines)
    form = NewLineForm()
    region = as_loaded_region(session, on=today())
    names = Names.of_region(region)
    form.funder.choices = [(row.slug, localized({"nl": row.name_nl, "en": row.name_en})) for row in funders(session)]
    here = [one for one in region.schemes.values() if one.administered == "here"]
    form.schemes.choices = [(one.scheme, localized(one.title)) for one in here]
    form.municipalities.choices = [
        (code, names.answer("residence_municipality", code)) for code in region.region.municipalities
    ]
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            definition = _definition(form)
            if definition is not None:
                plain_line = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
                kind, about = TwoPersonKind.NEW_BUDGET, f"new_funding_line:{definition.id}"
                act = ActToLayDown(kind, about, form.reason.data, details={"definition": plain_line})
                return lay_before_a_colleague(act, back=url_for("region.budget_list"))
    return page("region/new_budget.html", form=form, number=len(funding_lines(session)))


def _definition(form: NewLineForm) -> FundingLineDefinition | None:
    """The line as the form says it; None after showing what does not fit."""
    document = {
        "id": form.id.data,
        "funder": form.funder.data,
        "title": {"nl": form.title_nl.data, "en": form.title_en.data},
        "amount_cents": form.amount.data,
        "period": {"from": form.period_from.data, "to": form.period_to.data},
        "earmark": {
            "schemes": form.schemes.data or [],
            "routes": form.routes.data or [],
            "municipalities": form.municipalities.data or [],
        },
    }
    try:
        return validate(FundingLineDefinition, document)
    except BadFile as bad:
        for finding in bad.findings:
            field = {"id": form.id, "period": form.period_to}.get(finding.path.split(".")[0], form.id)
            words = {
                "id": _l("Gebruik kleine letters, cijfers en streepjes, zoals vouchers-2027."),
                "period_to": _l("De laatste dag ligt voor de eerste dag. Verander een van de twee."),
            }
            field.errors = [*field.errors, words[field.name]]
        return None


def _line(line_id: str) -> FundingLine:
    return found(funding_line_by_slug(current_session(), slug=line_id))


def _stands(line: FundingLine) -> list[Stand]:
    """The budget as it is now, and the ceiling that was announced last. What is reserved may change; the books guard that."""
    session = current_session()
    published = announcements(session, line=line)
    last = published[-1] if published else None
    said = f"{format_euros(last.ceiling_cents, exact=True)}, {format_date(last.announced_on)}" if last else _("geen")
    return [
        Stand.of_cents("funded", _("Budget"), line_figures(session, funding_line_ids=[line.id])[line.id].funded_cents),
        Stand("announced", _("Laatst bekendgemaakt plafond"), last.id if last is not None else None, said),
    ]


def _stands_of_lines() -> list[Stand]:
    """How many budgets there are: a colleague may have added the same one."""
    number = len(funding_lines(current_session()))
    return [Stand("lines", _("Aantal budgetten"), number, str(number))]


def _title(line: FundingLine) -> str:
    return localized({"nl": line.title_nl, "en": line.title_en})


def _names() -> Names:
    return Names.of_region(as_loaded_region(current_session(), on=today()))


def _purpose(line: FundingLine, names: Names) -> str:
    return limits_of_money(line.earmark, names) or _("alle regelingen van dit loket")


def warning_sentence(warning: CeilingWarning) -> str:
    """What is to be known about a ceiling."""
    params = {
        key: format_euros(value) if key.endswith("_cents") else plain(value) for key, value in warning.params.items()
    }
    return str(WARNINGS[warning.code]) % params


def _budget_page(
    line: FundingLine, amount: AmountForm, announcement: AnnouncementForm, wrong: Form | None = None
) -> ResponseReturnValue:
    session = current_session()
    figures = line_figures(session, funding_line_ids=[line.id])[line.id]
    day_before = line.period_from - timedelta(days=1)
    return page(
        "region/budget.html",
        form=wrong or amount,
        line=line,
        title=_title(line),
        funder=localized({"nl": line.funder.name_nl, "en": line.funder.name_en}),
        purpose=_purpose(line, _names()),
        figures=figures,
        assumption=localized({"nl": line.assumption_nl, "en": line.assumption_en}) if line.assumption_nl else None,
        warnings=[warning_sentence(one) for one in ceiling_warnings(session, line=line, on=today())],
        before=format_date(day_before),
        amount=amount,
        announcement=announcement,
        laid=laid_down_on(session, subject=f"funding_line:{line.id}"),
        changes=[
            [
                format_date(change.at.date(), "short"),
                {"text": format_euros(change.cents, exact=True), "note": change.reason},
                format_euros(change.after_cents, exact=True),
            ]
            for change in reversed(budget_history(session, line=line))
        ],
        published=[
            [format_date(one.announced_on, "short"), format_euros(one.ceiling_cents, exact=True), one.place]
            for one in reversed(announcements(session, line=line))
        ],
    )
