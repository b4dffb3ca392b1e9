"""The audit file against a schema, in both versions.

The schemas beside this file are **not** the published ones (XmlAuditfileFinancieel3.2.xsd, and XmlAuditfileFinancieel4.0.xsd of
package 4.0.3): those may not lie in this repository. They are written for these tests from the published structure, for what the
desk writes and no more: the same order, number, lengths and lists of values, with keys for accounts and periods.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from lxml import etree
from sqlalchemy.orm import Session

from portal.accounting.audit_file import Bookkeeper, XafVersion, audit_file
from portal.accounting.chart.actions import AccountName, lay_down_chart
from portal.accounting.journal import Month, journal_of
from portal.framework.funding.actions import fund_line
from portal.framework.funding.queries import funding_lines
from portal.ledger.models import AccountKind
from tests.factories import NOW, REGION, a_voucher
from tests.snapshots import made_once

SCHEMAS = Path(__file__).parent / "schemas"
FILES = {XafVersion.V3_2: SCHEMAS / "xaf-3.2.xsd", XafVersion.V4_0: SCHEMAS / "xaf-4.0.xsd"}
MARCH = Month(2026, 3)
LONG = "Regio " + "é&<" * 400
Fault = tuple[str, Callable[[str], str]]


@cache
def schema_of(version: XafVersion) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(FILES[version]))


def written(session: Session, version: XafVersion, month: Month = MARCH, name: str = LONG) -> str:
    books = Bookkeeper(name, "NL001234567B01" * 4)
    journal = journal_of(session, month=month)
    return "".join(audit_file(session, journal, bookkeeper=books, made_on=date(2026, 4, 1), version=version))


@made_once
def lived(session: Session) -> None:
    """Two vouchers, an account with a name of its own, and money in April with a note that XML does not take as it is."""
    a_voucher(session)
    a_voucher(session)
    line = funding_lines(session)[0]
    names = {AccountKind.AVAILABLE: AccountName("17/A", "Vrij & <blij>" * 6)}
    lay_down_chart(session, line=line, names=names, actor=REGION, now=NOW)
    fund_line(session, line=line, amount_cents=501, reason="<& \x0b\x1f>", actor=REGION, now=NOW + timedelta(days=35))


@pytest.mark.parametrize("version", list(XafVersion))
def test_every_month_is_valid_also_one_without_bookings(session: Session, version: XafVersion) -> None:
    schema, beside = schema_of(version), xmlschema.XMLSchema(FILES[version])
    lived(session)
    for month in (Month(2025, 12), MARCH, Month(2026, 4), Month(2031, 1)):
        text = written(session, version, month)
        schema.assertValid(etree.fromstring(text.encode()))
        beside.validate(text)


@pytest.mark.parametrize("version", list(XafVersion))
def test_a_desk_without_a_budget_has_a_valid_file_too(session: Session, version: XafVersion) -> None:
    schema_of(version).assertValid(etree.fromstring(written(session, version).encode()))


FAULTS: dict[str, Fault] = {
    "an account that the chart does not have": ("17/A", lambda text: text.replace("<accID>17/A<", "<accID>18/B<", 1)),
    "another order": ("trDt", lambda text: text.replace("<curCode>EUR</curCode>", "").replace("<startDate>", "<curCode>EUR</curCode><startDate>")),
    "an amount in three decimals": ("amnt", lambda text: text.replace(".00</amnt>", ".001</amnt>")),
    "a side that is none": ("amntTp", lambda text: text.replace("<amntTp>D<", "<amntTp>X<", 1)),
    "a number that is too long": ("docRef", lambda text: text.replace("<jrnID>", "<jrnID>" + "x" * 36)),
    "a day that is none": ("trDt", lambda text: text.replace("<trDt>2026-03-", "<trDt>2026-13-", 1)),
    "another version": ("xmlns", lambda text: text.replace('xmlns="', 'xmlns="x', 1)),
    "a period that is not there": ("periodNumber", lambda text: text.replace("<periodNumber>3<", "<periodNumber>4<", 1)),
    "a booking without an account": ("accID", lambda text: text.replace("<accID>17/A</accID>", "", 1)),
}  # fmt: skip


def test_each_planted_fault_is_found_in_both_versions(session: Session) -> None:
    lived(session)
    for version in XafVersion:
        text = written(session, version)
        for name, (about, plant) in FAULTS.items():
            broken = plant(text)
            assert about in text and broken != text, name
            assert not schema_of(version).validate(etree.fromstring(broken.encode())), (version, name)
