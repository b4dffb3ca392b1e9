"""Registers of the accounts: to search, to filter, to leaf through, and as a file. No person is named, no case is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.registers.asked import (
    CellKind,
    RegisterColumn,
    RegisterFilter,
    RegisterName,
    RegisterOrder,
    RegisterPage,
)
from portal.accounting.registers.queries import register, registers_of
from portal.accounting.scope import Scope, scope_of
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.trainings.queries import municipality_names
from portal.platform.clock import local_date, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.cells import asked_cell, cell_in_words, in_parameters
from portal.web.edge import found, page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, Form, TextField
from portal.web.labels.paying_words import INVOICE_STATES, PAYMENT_STATES
from portal.words.labels import ROUTES, TRANSFER_KINDS, VOUCHER_STATES, choices, label
from portal.words.register_labels import (
    ACCOUNTS,
    PARTIES,
    PROVIDER_STATES,
    REGISTER_NOTES,
    REGISTER_ORDERS,
    REGISTERS,
    TAKEN_OVER_STATE,
    column_label,
)
from portal.words.voucher_labels import RECOVERY_STATES

PAGE_ROWS = 50
FAR = 10**9
"""More rows than there are: with it the page that is asked for is read before is known how many there are."""
STATES: Mapping[RegisterName, Mapping[str, Any]] = {
    RegisterName.VOUCHERS: VOUCHER_STATES,
    RegisterName.PEOPLE: VOUCHER_STATES,
    RegisterName.EMPLOYERS: VOUCHER_STATES,
    RegisterName.PROVIDERS: PROVIDER_STATES,
    RegisterName.INVOICES: {**INVOICE_STATES, **TAKEN_OVER_STATE},
    RegisterName.PAYMENTS: {**PAYMENT_STATES, **TAKEN_OVER_STATE},
    RegisterName.RECOVERIES: RECOVERY_STATES,
    RegisterName.BOOKINGS: TRANSFER_KINDS,
}
PARAMETERS = ("wat", "zoek", "stand", "regeling", "budget", "vanaf", "tot", "op")


class RegisterForm(Form):
    """The filter and the order of a register."""

    zoek = TextField(_l("Zoek op nummer of naam"), optional=True, maximum=60)
    stand = ChoiceField(_l("Stand"), optional=True)
    regeling = ChoiceField(_l("Regeling"), optional=True)
    budget = ChoiceField(_l("Budgetregel"), optional=True)
    vanaf = DutchDateField(_l("Vanaf"), optional=True)
    tot = DutchDateField(_l("Tot en met"), optional=True)
    op = ChoiceField(_l("Volgorde"), optional=True, choices=choices(REGISTER_ORDERS))


@dataclass(frozen=True)
class CellNames:
    """What the numbers and slugs in a register are called on a screen."""

    schemes: Mapping[str, str]
    lines: Mapping[int, str]
    municipalities: Mapping[str, str]
    states: Mapping[str, Any]


@blueprint.get("/registers")
def register_page() -> ResponseReturnValue:
    """One register, some rows of it, with the totals over all of them."""
    session, actor = current_session(), current_actor()
    name, scope = asked_register()
    form = asked_form(name, scope)
    asked = asked_of(form, scope, name)
    shown = found(register(session, name=name, asked=asked, actor=actor, limit=PAGE_ROWS, offset=_offset(FAR)))
    place = paging(shown.count, PAGE_ROWS)
    if place.offset != _offset(FAR):  # a page past the last one
        shown = found(register(session, name=name, asked=asked, actor=actor, limit=PAGE_ROWS, offset=place.offset))
    names, along = names_of(name, scope), along_of(name, form)
    return page(
        "accounting/registers.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        name=name.value,
        title=str(REGISTERS[name]),
        note=str(REGISTER_NOTES[name]),
        registers=_links(name),
        cell=in_parameters(asked.cell),
        within=cell_in_words(asked.cell),
        columns=[_heading(name, one) for one in shown.columns],
        rows=[[_cell(names, name, one, row[one.key]) for one in shown.columns] for row in shown.rows],
        total=_total(shown),
        number=ngettext("%(num)s regel", "%(num)s regels", shown.count),
        paging=place,
        args=along,
        files=[
            (_("Als rekenblad (Excel)"), url_for("accounting.register_sheet", **along)),
            (_("Als CSV"), url_for("accounting.register_file", **along)),
        ],
    )


def _offset(total: int) -> int:
    """How many rows come before the page that the address asks for, of so many."""
    return paging(total, PAGE_ROWS).offset


def asked_register() -> tuple[RegisterName, Scope]:
    """Which register the address asks for; one that somebody may not open does not exist."""
    session, actor = current_session(), current_actor()
    allowed = registers_of(session, actor=actor)
    wanted = request.args.get("wat", RegisterName.VOUCHERS)
    return found(next((one for one in allowed if one == wanted), None)), found(scope_of(session, actor=actor))


def asked_form(name: RegisterName, scope: Scope) -> RegisterForm:
    """The filter of the address. What is not known stays out; a day that cannot be read gets a message and narrows nothing."""
    form = RegisterForm(formdata=request.args)
    form.stand.choices = [("", _("alle")), *choices(STATES[name])]
    form.regeling.choices = [("", _("alle")), *sorted(_schemes().items(), key=lambda one: one[1])]
    form.budget.choices = [("", _("alle")), *((line.slug, _line(line)) for line in scope.lines)]
    for field in (form.stand, form.regeling, form.budget, form.op):
        if field.data not in {value for value, _text in field.choices}:
            field.data = None
    form.validate()
    return form


def asked_of(form: RegisterForm, scope: Scope, name: RegisterName) -> RegisterFilter:
    """What the filter asks for, in the cell of a cross table that the address names."""
    line = next((one.id for one in scope.lines if one.slug == form.budget.data), None)
    return RegisterFilter(
        text=(form.zoek.data or "") if not form.zoek.errors else "",
        state=form.stand.data or None,
        scheme=form.regeling.data or None,
        line_ids=(line,) if line is not None else None,
        first=_day(form.vanaf),
        last=_day(form.tot),
        order=RegisterOrder(form.op.data or RegisterOrder.NEWEST),
        cell=asked_cell(name),
    )


def _day(field: Any) -> date | None:
    return field.data if not field.errors else None


def along_of(name: RegisterName, form: RegisterForm) -> dict[str, Any]:
    """The filter as the parameters of an address: only what is known and was filled in."""
    kept: dict[str, Any] = {"wat": name.value}
    for key in PARAMETERS[1:]:
        if form[key].data and not form[key].errors:
            kept[key] = request.args[key]
    return kept | in_parameters(asked_cell(name))


def _links(current: RegisterName) -> list[dict[str, Any]]:
    allowed = registers_of(current_session(), actor=current_actor())
    return [
        {
            "text": str(REGISTERS[one]),
            "href": url_for("accounting.register_page", wat=one.value),
            "current": one is current,
        }
        for one in allowed
    ]


def _schemes() -> dict[str, str]:
    return scheme_titles(current_session(), on=today())


def _line(line: Any) -> str:
    return localized({"nl": line.title_nl, "en": line.title_en})


def names_of(name: RegisterName, scope: Scope) -> CellNames:
    """What the values of a register are called, in the language in use."""
    places = municipality_names(current_session(), on=today()) if name is RegisterName.PEOPLE else {}
    return CellNames(_schemes(), {line.id: _line(line) for line in scope.lines}, places, STATES[name])


def _heading(name: RegisterName, column: RegisterColumn) -> dict[str, Any]:
    kind = {CellKind.CENTS: "number", CellKind.COUNT: "number", CellKind.DAY: "short", CellKind.INSTANT: "short"}
    return {"label": column_label(name, column.key), "kind": kind.get(column.kind, "")}


def _total(shown: RegisterPage) -> list[Any]:
    """The totals over all pages, under the columns that add up."""

    def cell(column: RegisterColumn) -> str:
        if column.kind is CellKind.CENTS:
            return format_euros(shown.totals[column.key], exact=True)
        return str(shown.totals[column.key]) if column.adds_up else ""

    return [_("Totaal van alle pagina's"), *(cell(one) for one in shown.columns[1:])]


WRITES: Mapping[CellKind, Callable[[CellNames, Any], Any]] = {
    CellKind.VOUCHER: lambda _names, value: f"V-{value:06d}",
    CellKind.PERSON: lambda _names, value: f"P-{value:06d}",
    CellKind.RECOVERY: lambda _names, value: f"T-{value:06d}",
    CellKind.SCHEME: lambda names, value: names.schemes.get(value, value),
    CellKind.STATE: lambda names, value: label(names.states, value),
    CellKind.ROUTE: lambda _names, value: label(ROUTES, value),
    CellKind.MUNICIPALITY: lambda names, value: names.municipalities.get(value, value),
    CellKind.PARTY: lambda _names, value: label(PARTIES, value),
    CellKind.LINE: lambda names, value: names.lines.get(value, ""),
    CellKind.ACCOUNT: lambda _names, value: label(ACCOUNTS, value),
    CellKind.CENTS: lambda _names, value: Euros(value),
}
"""How a file writes a cell of each kind; what is not here is written as it is."""


def written(names: CellNames, column: RegisterColumn, value: Any) -> Any:
    """A cell as a file has it."""
    write = WRITES.get(column.kind)
    return value if value is None or write is None else write(names, value)


def _cell(names: CellNames, name: RegisterName, column: RegisterColumn, value: Any) -> Any:
    """A cell as the screen has it: the number of a voucher or invoice opens its row."""
    if value is None:
        return None
    if column.kind is CellKind.CENTS:
        return format_euros(value, exact=True)
    if column.kind is CellKind.DAY:
        return format_date(value, "short")
    if column.kind is CellKind.INSTANT:
        return format_date(local_date(value), "short")
    text = written(names, column, value)
    opens = RegisterName.VOUCHERS if column.kind is CellKind.VOUCHER else None
    opens = RegisterName.INVOICES if column.key == "invoice" else opens
    if opens is None or opens is name:
        return text
    return {"text": text, "href": url_for("accounting.register_page", wat=opens.value, zoek=text)}
