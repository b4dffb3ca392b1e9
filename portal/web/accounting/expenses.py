"""Expenses on the screen: the list with a sum per work package, one to lay down, and one to look at and decide on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.expenses.actions import (
    LARGEST_CENTS,
    ExpensePaper,
    approve_expense,
    lay_down_expense,
    lay_down_reversal,
    send_expense_back,
)
from portal.accounting.expenses.models import Expense, ExpenseState
from portal.accounting.expenses.queries import (
    expense_by_public_id,
    expenses,
    expenses_by_work_package,
    reversal_of,
)
from portal.accounting.work_packages.queries import work_packages
from portal.framework.funding.queries import funding_lines
from portal.ledger.queries import available_cents
from portal.people.actor import Audience
from portal.platform.clock import now, today
from portal.platform.csv_text import Euros
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import EXPENSE_STATES, package_title, title_of
from portal.web.accounting.work_packages import package_sums, the_scope
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.listing import asked_along, csv_file, paging
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, TextField, YesNoField
from portal.web.forms.uploads import UploadField, attachment, takes_file, vault
from portal.words.labels import label

HEADER = (
    _l("Werkpakket"),
    _l("Budgetregel"),
    _l("Leverancier"),
    _l("Waarvoor"),
    _l("Factuurnummer"),
    _l("Factuurdatum"),
    _l("Zonder btw"),
    _l("Btw"),
    _l("Telt mee"),
    _l("Stand"),
    _l("Geboekt op"),
)


class PeriodForm(Form):
    """In which period it was booked."""

    van = DutchDateField(_l("Geboekt vanaf"))
    tot = DutchDateField(_l("Geboekt tot en met"))


class ExpenseForm(Form):
    """An invoice of a supplier."""

    package = ChoiceField(_l("Werkpakket"), missing=_l("Kies een werkpakket."))
    line = ChoiceField(_l("Uit welke budgetregel?"), missing=_l("Kies een budgetregel."))
    supplier = TextField(_l("Leverancier"), maximum=200, missing=_l("Vul de naam van de leverancier in."))
    description = TextField(_l("Waarvoor is het?"), maximum=500, missing=_l("Schrijf waarvoor het is."))
    invoice_number = TextField(_l("Factuurnummer"), maximum=60, missing=_l("Vul het nummer van de factuur in."))
    invoice_date = DutchDateField(_l("Factuurdatum"), latest=today, missing=_l("Vul de datum van de factuur in."))
    net = EuroField(_l("Bedrag zonder btw"), at_most=LARGEST_CENTS, missing=_l("Vul het bedrag zonder btw in."))
    vat = EuroField(_l("Btw"), at_most=LARGEST_CENTS, missing=_l("Vul de btw in. Vul 0 in als er geen btw is."))
    vat_deductible = YesNoField(_l("Krijgt de regio deze btw terug?"), missing=_l("Kies ja of nee."))
    file = UploadField(_l("De factuur"), missing=_l("Kies het bestand van de factuur."))


class ExpenseReasonForm(Form):
    """Why an expense goes back, or is reversed."""

    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


class ApproveExpenseForm(Form):
    """The second person agrees; there is nothing to fill in."""


@blueprint.get("/uitgaven")
def expense_list() -> ResponseReturnValue:
    """What each work package cost, and every expense, the newest first; with a period what was booked in it."""
    session, scope = current_session(), the_scope()
    form, since, until = _asked_period()
    totals = expenses_by_work_package(session, scope=scope, since=since, until=until)
    own = expenses(session, scope=scope, since=since, until=until)
    place = paging(len(own))
    along: dict[str, Any] = {name: given for name, given in asked_along().items() if name in ("van", "tot")}
    return page(
        "accounting/expenses.html",
        form=form,
        status=200,
        page_errors=bool(form.errors),
        writes=current_actor().audience is Audience.REGION,
        totals=[[package_title(one.package), *package_sums([one])] for one in totals],
        total=[_("Totaal"), *package_sums(totals)],
        rows=[_cells(one) for one in own[place.offset : place.offset + place.size]],
        paging=place,
        args=along,
        file=url_for("accounting.expenses_file", **along),
    )


@blueprint.get("/uitgaven.csv")
def expenses_file() -> ResponseReturnValue:
    """The same list as a file. What a reversal gives back is less than nothing."""
    _form, since, until = _asked_period()
    rows = (
        (
            package_title(one.package),
            title_of(one.line),
            one.supplier,
            one.description,
            one.invoice_number,
            one.invoice_date,
            Euros(_signed(one, one.net_cents)),
            Euros(_signed(one, one.vat_cents)),
            Euros(one.signed_cents),
            label(EXPENSE_STATES, one.state),
            one.booked_on,
        )
        for one in expenses(current_session(), scope=the_scope(), since=since, until=until)
    )
    return csv_file("uitgaven.csv", HEADER, rows)


@blueprint.route("/uitgaven/nieuw", methods=["GET", "POST"])
@takes_file
def new_expense() -> ResponseReturnValue:
    """Lay an expense down for a second person."""
    session, form = current_session(), ExpenseForm()
    packages = {one.public_id: one for one in work_packages(session)}
    lines = {one.slug: one for one in funding_lines(session)}
    free = available_cents(session, funding_line_ids=[one.id for one in lines.values()])
    form.package.choices = [(key, package_title(one)) for key, one in packages.items()]
    form.line.choices = [
        (key, _("%(name)s, vrij %(amount)s", name=title_of(one), amount=format_euros(free[one.id], exact=True)))
        for key, one in lines.items()
    ]
    if form.validate_on_submit():
        with form.refusals():
            made = lay_down_expense(
                session,
                paper=_paper(form),
                package=packages[form.package.data],
                line=lines[form.line.data],
                vault=vault(),
                actor=current_actor(),
                now=now(),
            )
            flash(_("De uitgave is voorgelegd. Een collega beslist."), "ok")
            return redirect(url_for("accounting.expense", expense_id=made.public_id), code=303)
    return page("accounting/new_expense.html", form=form, any_package=bool(packages))


@blueprint.get("/uitgaven/<expense_id>")
def expense(expense_id: str) -> ResponseReturnValue:
    """One expense: what it is for, who approved it, and for the region what can be done with it."""
    one = _the_expense(expense_id)
    decide_on(lambda: _stands(one), one)
    return _expense_page(one, ApproveExpenseForm())


@blueprint.post("/uitgaven/<expense_id>/goed")
def approve_laid_expense(expense_id: str) -> ResponseReturnValue:
    """The second person approves: it is booked."""
    one, form = _the_expense(expense_id), ApproveExpenseForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            approve_expense(current_session(), expense=one, actor=current_actor(), now=now())
            flash(_("De uitgave is goedgekeurd en geboekt."), "ok")
            return redirect(url_for("accounting.expense", expense_id=expense_id), code=303)
    return _expense_page(one, form)


@blueprint.post("/uitgaven/<expense_id>/terug")
def return_expense(expense_id: str) -> ResponseReturnValue:
    """Send it back with a reason."""
    one, form = _the_expense(expense_id), ExpenseReasonForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            why = form.reason.data
            send_expense_back(current_session(), expense=one, reason=why, actor=current_actor(), now=now())
            flash(_("De uitgave is teruggegeven."), "ok")
            return redirect(url_for("accounting.expense", expense_id=expense_id), code=303)
    return _expense_page(one, form)


@blueprint.post("/uitgaven/<expense_id>/terugdraaien")
def reverse_expense(expense_id: str) -> ResponseReturnValue:
    """Lay down that an approved expense is taken back in full."""
    one, form = _the_expense(expense_id), ExpenseReasonForm()
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            why = form.reason.data
            made = lay_down_reversal(current_session(), expense=one, reason=why, actor=current_actor(), now=now())
            flash(_("Het terugdraaien is voorgelegd. Een collega beslist."), "ok")
            return redirect(url_for("accounting.expense", expense_id=made.public_id), code=303)
    return _expense_page(one, form)


@blueprint.get("/uitgaven/<expense_id>/bestand")
def expense_file(expense_id: str) -> ResponseReturnValue:
    """The invoice, made harmless. A funder has no files."""
    return attachment(_the_expense(expense_id).file, name="factuur")


def _the_expense(expense_id: str) -> Expense:
    return found(expense_by_public_id(current_session(), public_id=expense_id, scope=the_scope()))


def _asked_period() -> tuple[PeriodForm, date | None, date | None]:
    form = PeriodForm(formdata=request.args)
    right = form.validate()
    return form, form.van.data if right else None, form.tot.data if right else None


def _paper(form: ExpenseForm) -> ExpensePaper:
    return ExpensePaper(
        supplier=form.supplier.data,
        description=form.description.data,
        invoice_number=form.invoice_number.data,
        invoice_date=form.invoice_date.data,
        net_cents=form.net.data,
        vat_cents=form.vat.data,
        vat_deductible=form.vat_deductible.data == "yes",
        content=form.file.data.content,
        file_name=form.file.data.name,
    )


def _signed(one: Expense, cents: int) -> int:
    return cents if one.reverses_id is None else -cents


def _cells(one: Expense) -> list[Any]:
    text, kind = EXPENSE_STATES[one.state.value]
    return [
        {
            "text": one.supplier,
            "href": url_for("accounting.expense", expense_id=one.public_id),
            "note": _("terugdraaien van %(number)s", number=one.invoice_number) if one.reverses_id else one.description,
        },
        one.package.number,
        title_of(one.line),
        {"text": str(text), "tag": kind},
        format_date(one.booked_on, "short") if one.booked_on else None,
        format_euros(one.signed_cents, exact=True),
    ]


def _stands(one: Expense) -> list[Stand]:
    state = label(EXPENSE_STATES, one.state)
    return [
        Stand("state", _("Stand"), one.state.value, state),
        Stand.of_cents("counted", _("Telt mee"), one.signed_cents),
    ]


def _expense_page(one: Expense, form: Form) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    writes, waiting = actor.audience is Audience.REGION, one.state is ExpenseState.LAID_DOWN
    reversal = reversal_of(session, expense=one)
    standing = one.state is ExpenseState.APPROVED and one.reverses_id is None and reversal is None
    return page(
        "accounting/expense.html",
        form=form,
        reason=form if isinstance(form, ExpenseReasonForm) else ExpenseReasonForm(formdata=None),
        expense=one,
        state=EXPENSE_STATES[one.state.value],
        package=package_title(one.package),
        line=title_of(one.line),
        first=one.reverses,
        reversal=reversal,
        own=one.laid_down_by == actor.reference,
        decides=writes and waiting,
        reverses=writes and standing,
        has_file=one.file is not None and actor.audience is not Audience.FUNDER,
        names=actor.audience is not Audience.FUNDER,
    )
