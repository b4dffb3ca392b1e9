"""Accounting periods: the list, the statement of each, and closing one with two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accounting.expenses.queries import PackageMovements
from portal.accounting.journal import Month
from portal.accounting.period_statement import PeriodStatement, StatementPart, Stood, format_of, statement_of
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing, take_back_closing
from portal.accounting.periods.models import AccountingPeriod, PeriodLength, PeriodState
from portal.accounting.periods.queries import (
    day_after,
    last_period,
    open_period_before,
    period_by_public_id,
    periods,
    statement_as_closed,
)
from portal.accounting.scope import Scope, scope_of
from portal.framework.funding.queries import funders
from portal.people.actor import Actor, Audience
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form
from portal.words.labels import TRANSFER_KINDS, label, tag

STATES: dict[str, tuple[LazyString, str]] = {
    "open": (_l("open"), "neutral"),
    "laid_down": (_l("wacht op een tweede persoon"), "wait"),
    "closed": (_l("gesloten"), "ok"),
}
COLUMNS: tuple[tuple[LazyString, str], ...] = (
    (_l("Budget"), "funded_cents"),
    (_l("Vrij"), "available_cents"),
    (_l("Gereserveerd"), "reserved_cents"),
    (_l("Nog te betalen"), "to_pay_cents"),
    (_l("Betaald"), "paid_cents"),
)
"""What stands on the accounts, with the figure of each."""


class NextPeriodForm(Form):
    """Add the next period."""

    first_day = DutchDateField(_l("Eerste dag"), missing=_l("Vul de eerste dag in."))
    length = ChoiceField(
        _l("Hoe lang duurt de periode?"),
        choices=[("month", _l("Een maand")), ("quarter", _l("Een kwartaal"))],
        missing=_l("Kies een maand of een kwartaal."),
    )


class PlainForm(Form):
    """An act with nothing to fill in."""


@blueprint.get("/perioden")
def period_list() -> ResponseReturnValue:
    """Every period with how far it is; the region adds the next one."""
    found(scope_of(current_session(), actor=current_actor()))
    decide_on(_stands_of_list)
    return _list_page(_form())


@blueprint.post("/perioden/nieuw")
def new_period() -> ResponseReturnValue:
    """Add the next period; only the first one can begin on a day of choice."""
    session, form = current_session(), _form()
    decide_on(_stands_of_list)
    before = last_period(session)
    if form.validate_on_submit():
        first_day = day_after(before) if before is not None else form.first_day.data
        with form.refusals():
            require_seen()
            length = PeriodLength(form.length.data)
            one = add_period(session, length=length, first_day=first_day, actor=current_actor(), now=now())
            flash(_("De periode is toegevoegd."), "ok")
            return redirect(url_for("accounting.period", period_id=one.public_id), code=303)
    return _list_page(form)


def _form() -> NextPeriodForm:
    form = NextPeriodForm()
    if last_period(current_session()) is not None:
        del form.first_day
    return form


def _list_page(form: NextPeriodForm) -> ResponseReturnValue:
    session = current_session()
    before = last_period(session)
    return page(
        "accounting/periods.html",
        form=form,
        adds=current_actor().audience is Audience.REGION,
        begins=format_date(day_after(before)) if before is not None else None,
        rows=[_row(period) for period in periods(session)],
    )


@blueprint.get("/perioden/<period_id>")
def period(period_id: str) -> ResponseReturnValue:
    """One period with its statement: opening, movements and closing, in all, per funder and per funding line."""
    one = _the_period(period_id)
    scope = found(scope_of(current_session(), actor=current_actor()))
    decide_on(lambda: _stands(one), one)
    return _period_page(one, scope, PlainForm(formdata=None))


@blueprint.post("/perioden/<period_id>/voorleggen")
def lay_down_period(period_id: str) -> ResponseReturnValue:
    """Lay the figures of this period before a colleague."""
    return _act(period_id, lay_down_closing, _("De cijfers zijn voorgelegd. Een collega sluit de periode."))


@blueprint.post("/perioden/<period_id>/terugnemen")
def take_back_period(period_id: str) -> ResponseReturnValue:
    """Take back that the figures were laid before a colleague."""
    return _act(period_id, take_back_closing, _("Het voorleggen is teruggenomen."))


@blueprint.post("/perioden/<period_id>/sluiten")
def close_the_period(period_id: str) -> ResponseReturnValue:
    """Close the period as the second person."""
    return _act(period_id, close_period, _("De periode is gesloten. Er wordt niets meer in geboekt."))


@blueprint.get("/perioden/<period_id>/cijfers.json")
def period_file(period_id: str) -> ResponseReturnValue:
    """The statement as a file: of a closed period the bytes that were kept, of another one as the books are now."""
    session, one = current_session(), _the_period(period_id)
    scope = found(scope_of(session, actor=current_actor()))
    text = _statement(session, one, scope).text
    if scope.is_whole and one.statement is not None:
        text = one.statement
    response = Response(text, mimetype="application/json")
    name = f"periode-{one.first_day}-{one.last_day}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _act(period_id: str, act: Callable[..., Any], done: str) -> ResponseReturnValue:
    session, actor, one = current_session(), current_actor(), _the_period(period_id)
    scope = found(scope_of(session, actor=actor))
    decide_on(lambda: _stands(one), one)
    form = PlainForm()
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            act(session, period=one, actor=actor, now=now())
            flash(done, "ok")
            return redirect(url_for("accounting.period", period_id=period_id), code=303)
    return _period_page(one, scope, form)


def _the_period(period_id: str) -> AccountingPeriod:
    return found(period_by_public_id(current_session(), public_id=period_id))


def _stands_of_list() -> list[Stand]:
    """Where the next period begins: a colleague may have added it."""
    before = last_period(current_session())
    return [Stand.of_day("begins", _("Volgende periode begint op"), day_after(before) if before is not None else None)]


def _stands(one: AccountingPeriod) -> list[Stand]:
    """How far the period is, and its figures: they are what is laid down and closed."""
    sha256 = statement_as_closed(current_session(), period=one).sha256
    return [
        Stand("state", _("Stand"), one.state.value, label(STATES, one.state)),
        Stand("sha256", _("Controlegetal (SHA-256)"), sha256, sha256),
    ]


def _statement(session: Session, one: AccountingPeriod, scope: Scope) -> PeriodStatement:
    return statement_of(
        session,
        first_day=one.first_day,
        last_day=one.last_day,
        scope=scope,
        written_as=format_of(one.statement),
    )


def _row(one: AccountingPeriod) -> list[Any]:
    return [
        {"text": days_of(one), "href": url_for("accounting.period", period_id=one.public_id)},
        tag(STATES, one.state),
        one.laid_down_by_name,
        {"text": one.closed_by_name, "note": format_date(one.closed_at.date())} if one.closed_at else None,
    ]


def days_of(one: AccountingPeriod) -> str:
    """The first and the last day of a period."""
    return _("%(first)s tot en met %(last)s", first=format_date(one.first_day), last=format_date(one.last_day))


def _period_page(one: AccountingPeriod, scope: Scope, form: Form) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    statement = _statement(session, one, scope)
    return page(
        "accounting/period.html",
        form=form,
        one=one,
        title=days_of(one),
        state=tag(STATES, one.state),
        sha256=one.sha256 if scope.is_whole and one.state is PeriodState.CLOSED else statement.sha256,
        columns=[{"label": _("Wat")}, *({"label": str(text), "kind": "number"} for text, _name in COLUMNS)],
        tables=_tables(session, statement, scope),
        package_columns=[{"label": _("Werkpakket")}, *({"label": one, "kind": "number"} for one in _package_head())],
        packages=[_package(each) for each in statement.packages],
        packages_total=_package_total(statement),
        months=[str(month) for month in _months(one.first_day, one.last_day)] if scope.is_whole else [],
        **_what_may_be_done(session, one, actor),
    )


def _what_may_be_done(session: Session, one: AccountingPeriod, actor: Actor) -> dict[str, bool]:
    region, waits = actor.audience is Audience.REGION, one.state is PeriodState.LAID_DOWN
    is_open = region and one.state is PeriodState.OPEN
    first = open_period_before(session, period=one) is None
    return {
        "may_lay_down": is_open and first and one.last_day < today(),
        "too_early": is_open and one.last_day >= today(),
        "earlier_first": is_open and not first and one.last_day < today(),
        "may_take_back": region and waits,
        "may_close": region and waits and one.laid_down_by != actor.reference,
        "own": region and waits and one.laid_down_by == actor.reference,
    }


def _months(first: date, last: date) -> list[Month]:
    months = [Month(first.year, month) for month in range(first.month, 13)]
    return [month for month in months if month.first_day <= last]


def _tables(session: Session, statement: PeriodStatement, scope: Scope) -> list[dict[str, Any]]:
    """All money together, then per funder when there are more, then per funding line."""
    lines = {line.slug: localized({"nl": line.title_nl, "en": line.title_en}) for line in scope.lines}
    names = {row.slug: localized({"nl": row.name_nl, "en": row.name_en}) for row in funders(session)}
    parts = [(_("Alles bij elkaar"), statement.total)]
    if scope.is_whole:
        parts += [(names[slug], part) for slug, part in statement.funders]
    parts += [(f"{lines[one.line]} ({names[one.funder]})", one.part) for one in statement.lines]
    return [
        {"caption": caption, "rows": _rows(part), "foot": _cells(_("Eindstand"), part.closing)}
        for caption, part in parts
    ]


def _rows(part: StatementPart) -> list[list[str]]:
    moved = [_cells(label(TRANSFER_KINDS, kind), stood) for kind, stood in part.movements]
    return [_cells(_("Beginstand"), part.opening), *moved]


def _cells(what: str, stood: Stood) -> list[str]:
    return [what, *(format_euros(getattr(stood, name), exact=True) for _text, name in COLUMNS)]


def _package_head() -> list[str]:
    return [_("Beginstand"), _("Uitgaven"), _("Teruggeboekt"), _("Eindstand")]


def _package(one: PackageMovements) -> list[str]:
    cents = (one.opening_cents, one.expense_cents, one.reversal_cents, one.closing_cents)
    return [one.number, *(format_euros(each, exact=True) for each in cents)]


def _package_total(statement: PeriodStatement) -> list[str]:
    names = ("opening_cents", "expense_cents", "reversal_cents", "closing_cents")
    sums = [sum(getattr(one, name) for one in statement.packages) for name in names]
    return [_("Totaal"), *(format_euros(each, exact=True) for each in sums)]
