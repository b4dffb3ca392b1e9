"""The chart of accounts: under which number and name each account stands in the books of the region."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.chart.actions import AccountName, lay_down_chart
from portal.accounting.chart.models import LONGEST_NAME, LONGEST_NUMBER
from portal.accounting.chart.queries import ChartRow, chart, chart_of_line
from portal.framework.funding.models import FundingLine
from portal.framework.funding.queries import funding_line_by_slug
from portal.ledger.models import AccountKind
from portal.people.actor import Audience
from portal.platform.clock import now
from portal.platform.database import current_session
from portal.platform.i18n import LazyString
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.words import title_of
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField

KINDS: dict[str, LazyString] = {
    "funder": _l("Te besteden van de geldgever"),
    "available": _l("Nog toe te kennen"),
    "reserved": _l("Gereserveerd voor vouchers"),
    "spent": _l("Nog te betalen"),
    "paid": _l("Betaald"),
}


def _number(kind: str) -> TextField:
    label = _l("Nummer van de rekening: %(kind)s", kind=KINDS[kind])
    return TextField(label, maximum=LONGEST_NUMBER, missing=_l("Vul een nummer in."))


def _name(kind: str) -> TextField:
    label = _l("Naam van de rekening: %(kind)s", kind=KINDS[kind])
    return TextField(label, maximum=LONGEST_NAME, missing=_l("Vul een naam in."))


class ChartForm(Form):
    """The numbers and names of the five accounts of a funding line."""

    number_funder, name_funder = _number("funder"), _name("funder")
    number_available, name_available = _number("available"), _name("available")
    number_reserved, name_reserved = _number("reserved"), _name("reserved")
    number_spent, name_spent = _number("spent"), _name("spent")
    number_paid, name_paid = _number("paid"), _name("paid")

    @property
    def accounts(self) -> list[tuple[str, Any, Any]]:
        """Per account its name on the page and its two fields, in the order in which money passes them."""
        return [(str(text), self[f"number_{kind}"], self[f"name_{kind}"]) for kind, text in KINDS.items()]


@blueprint.get("/rekeningschema")
def chart_list() -> ResponseReturnValue:
    """Every account of every funding line; the region changes them per line."""
    changes = current_actor().audience is Audience.REGION
    return page("accounting/chart.html", rows=[_row(row, changes) for row in chart(current_session())], changes=changes)


@blueprint.route("/rekeningschema/<line_id>", methods=["GET", "POST"])
def chart_line(line_id: str) -> ResponseReturnValue:
    """The five accounts of one funding line: their numbers and names."""
    session = current_session()
    line = found(funding_line_by_slug(session, slug=line_id))
    decide_on(lambda: _stands(line), line)
    form = ChartForm(data=_data(chart_of_line(session, line=line)))
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            names = {
                kind: AccountName(form[f"number_{kind.value}"].data, form[f"name_{kind.value}"].data)
                for kind in AccountKind
            }
            lay_down_chart(session, line=line, names=names, actor=current_actor(), now=now())
            flash(_("Het rekeningschema is vastgelegd."), "ok")
            return redirect(url_for("accounting.chart_list"), code=303)
    return page("accounting/chart_line.html", form=form, title=title_of(line))


def _stands(line: FundingLine) -> list[Stand]:
    """The numbers and names as they are now."""
    rows = [(row, f"{row.number} {row.name}") for row in chart_of_line(current_session(), line=line)]
    return [Stand(row.kind.value, str(KINDS[row.kind.value]), said, said) for row, said in rows]


def _data(rows: list[ChartRow]) -> dict[str, str]:
    numbers = {f"number_{row.kind.value}": row.number for row in rows}
    return numbers | {f"name_{row.kind.value}": row.name for row in rows}


def _row(row: ChartRow, changes: bool) -> list[Any]:
    href = {"href": url_for("accounting.chart_line", line_id=row.line.slug)} if changes else {}
    return [
        row.number,
        row.name,
        {"text": title_of(row.line)} | href,
        str(KINDS[row.kind.value]),
        {"text": _("van het loket zelf"), "tag": "neutral"}
        if row.is_default
        else {"text": _("vastgelegd"), "tag": "ok"},
    ]
