"""Work packages on the screen: the list with what each cost, and for the region one to add or change."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.expenses.queries import WorkPackageTotal, expenses_by_work_package
from portal.accounting.scope import Scope, scope_of
from portal.accounting.work_packages.actions import (
    LARGEST_CENTS,
    WorkPackageTerms,
    add_work_package,
    change_work_package,
)
from portal.accounting.work_packages.models import WorkPackage
from portal.accounting.work_packages.queries import work_package_by_public_id, work_packages
from portal.framework.funding.queries import funding_lines
from portal.people.actor import Audience
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import package_title, period_text, title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import DutchDateField, EuroField, Form, TextField


class WorkPackageForm(Form):
    """A work package. A field per funding line comes with it (`_form`)."""

    number = TextField(_l("Nummer"), maximum=20, missing=_l("Vul het nummer in."))
    title_nl = TextField(_l("Titel in het Nederlands"), maximum=300, missing=_l("Vul de titel in."))
    title_en = TextField(_l("Titel in het Engels"), maximum=300, missing=_l("Vul de titel in het Engels in."))
    period_from = DutchDateField(_l("Eerste dag"), missing=_l("Vul de eerste dag in."))
    period_to = DutchDateField(_l("Laatste dag"), missing=_l("Vul de laatste dag in."))


@blueprint.get("/werkpakketten")
def package_list() -> ResponseReturnValue:
    """Every work package with its budget, what was approved and what waits."""
    scope = the_scope()
    totals = expenses_by_work_package(current_session(), scope=scope)
    writes = current_actor().audience is Audience.REGION
    return page(
        "accounting/work_packages.html",
        writes=writes,
        rows=[_cells(one, writes=writes) for one in totals],
        total=[_("Totaal"), None, *package_sums(totals)],
    )


@blueprint.route("/werkpakketten/nieuw", methods=["GET", "POST"])
def new_package() -> ResponseReturnValue:
    """Add a work package."""
    session, form = current_session(), _form(None)
    decide_on(_how_many)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            add_work_package(session, terms=_terms(form), actor=current_actor(), now=now())
            flash(_("Het werkpakket staat in de lijst."), "ok")
            return redirect(url_for("accounting.package_list"), code=303)
    return page("accounting/work_package.html", form=form, package=None, budgets=_budget_names())


@blueprint.route("/werkpakketten/<package_id>", methods=["GET", "POST"])
def work_package(package_id: str) -> ResponseReturnValue:
    """Change a work package: all but its number."""
    session = current_session()
    package = found(work_package_by_public_id(session, public_id=package_id))
    decide_on(lambda: _stands(package), package)
    form = _form(package)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            change_work_package(session, package=package, terms=_terms(form), actor=current_actor(), now=now())
            flash(_("Het werkpakket is veranderd."), "ok")
            return redirect(url_for("accounting.package_list"), code=303)
    return page("accounting/work_package.html", form=form, package=package, budgets=_budget_names())


def the_scope() -> Scope:
    """What who asks may see of the money; a 404 for who may see nothing."""
    return found(scope_of(current_session(), actor=current_actor()))


def package_sums(totals: list[WorkPackageTotal]) -> list[str]:
    """Budget, approved and waiting of all work packages together."""
    names = ("budget_cents", "approved_cents", "waiting_cents")
    return [format_euros(sum(getattr(one, name) for one in totals), exact=True) for name in names]


def _cells(total: WorkPackageTotal, *, writes: bool) -> list[Any]:
    package = total.package
    href = url_for("accounting.work_package", package_id=package.public_id) if writes else None
    period = period_text(package.period_from, package.period_to)
    return [{"text": package_title(package), "href": href}, period, *package_sums([total])]


def _form(package: WorkPackage | None) -> WorkPackageForm:
    """The form with a field for each funding line, filled with what is there."""
    lines = funding_lines(current_session())
    fields = {f"budget_{line.id}": EuroField(title_of(line), optional=True, at_most=LARGEST_CENTS) for line in lines}
    kind = type("WorkPackageFormWithLines", (WorkPackageForm,), fields)
    if package is None:
        return kind()
    known = {f"budget_{one.funding_line_id}": one.budget_cents for one in package.budgets}
    names = ("number", "title_nl", "title_en", "period_from", "period_to")
    return kind(data={name: getattr(package, name) for name in names} | known)


def _budget_names() -> list[str]:
    return [f"budget_{line.id}" for line in funding_lines(current_session())]


def _terms(form: WorkPackageForm) -> WorkPackageTerms:
    cents = {name.removeprefix("budget_"): form[name].data for name in _budget_names()}
    return WorkPackageTerms(
        number=form.number.data,
        title_nl=form.title_nl.data,
        title_en=form.title_en.data,
        period_from=form.period_from.data,
        period_to=form.period_to.data,
        budgets={int(line): given for line, given in cents.items() if given},
    )


def _stands(package: WorkPackage) -> list[Stand]:
    budget = sum(one.budget_cents for one in package.budgets)
    return [
        Stand.of_day("period_from", _("Eerste dag"), package.period_from),
        Stand.of_day("period_to", _("Laatste dag"), package.period_to),
        Stand.of_cents("budget", _("Budget"), budget),
    ]


def _how_many() -> list[Stand]:
    number = len(work_packages(current_session()))
    return [Stand("packages", _("Aantal werkpakketten"), number, str(number))]
