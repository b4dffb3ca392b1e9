"""The journal of each month as a file for the books of the region: CSV for a spreadsheet, XAF for bookkeeping and auditors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.accounting.audit_file import Bookkeeper, XafVersion, audit_file
from portal.accounting.journal import Journal, Month, journal_months, journal_of
from portal.framework.catalogue.queries import region
from portal.platform.clock import today
from portal.platform.csv_text import Euros, csv_parts
from portal.platform.database import current_session
from portal.platform.i18n import gettext as _
from portal.web.accounting.blueprint import blueprint
from portal.web.edge import page
from portal.web.edge.listing import long_file

HEADER = (
    "Boeking", "Dag", "Regel", "Rekening", "Naam van de rekening", "Debet", "Credit", "Wat", "Voucher", "Besluit", "Door",
)  # fmt: skip
"""In Dutch for everybody: it goes into Dutch books."""


@blueprint.get("/grootboek")
def journal() -> ResponseReturnValue:
    """The months in which something was or can be booked, with the files of each."""
    months = journal_months(current_session(), today=today())
    return page(
        "accounting/journal.html",
        rows=[
            [
                str(month),
                {"text": _("CSV van %(month)s", month=month), "href": url_for("accounting.journal_csv", month=month)},
                {
                    "text": _("XAF 3.2 van %(month)s", month=month),
                    "href": url_for("accounting.journal_xaf", month=month),
                },
                {
                    "text": _("XAF 4.0 van %(month)s", month=month),
                    "href": url_for("accounting.journal_xaf_4", month=month),
                },
            ]
            for month in months
        ],
    )


@blueprint.get("/grootboek/<month>.csv")
def journal_csv(month: str) -> ResponseReturnValue:
    """Every line of every booking of a month."""
    session = current_session()
    found = journal_of(session, month=_month(month))
    parts = csv_parts(HEADER, _lines(session, found))
    return long_file(f"grootboek-{found.month}.csv", parts, mimetype="text/csv")


@blueprint.get("/grootboek/<month>.xaf")
def journal_xaf(month: str) -> ResponseReturnValue:
    """The month as Auditfile Financieel 3.2."""
    return _audit_file(_month(month), "", XafVersion.V3_2)


@blueprint.get("/grootboek/<month>/versie-4.xaf")
def journal_xaf_4(month: str) -> ResponseReturnValue:
    """The month as Auditfile Financieel 4.0."""
    return _audit_file(_month(month), "-4", XafVersion.V4_0)


def _audit_file(month: Month, suffix: str, version: XafVersion) -> ResponseReturnValue:
    session, day = current_session(), today()
    keeper = Bookkeeper(region(session).name.nl)
    found = journal_of(session, month=month)
    parts = audit_file(session, found, bookkeeper=keeper, made_on=day, version=version)
    return long_file(f"grootboek-{month}{suffix}.xaf", parts, mimetype="application/xml")


def _month(text: str) -> Month:
    return Month.said(text) or abort(404)


def _lines(session: Session, found: Journal) -> Iterator[list[Any]]:
    for one in found.bookings(session):
        for number, line in enumerate(one.lines, 1):
            yield [
                one.number,
                one.day,
                number,
                line.account.number,
                line.account.name,
                Euros(line.debit_cents),
                Euros(line.credit_cents),
                one.says,
                one.voucher_id,
                one.decision_id,
                one.by,
            ]
