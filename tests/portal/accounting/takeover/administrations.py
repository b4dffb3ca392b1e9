"""An administration of a fund from before the desk: its rows, its files, and a desk that has taken it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.accounting.takeover.actions import (
    keep_administration,
    lay_down_administration,
    take_over_administration,
    try_administration,
)
from portal.accounting.takeover.columns import TableKind
from portal.accounting.takeover.models import EarlierAdministration
from portal.accounting.takeover.reading import read_administration
from portal.accounting.takeover.template_book import template_workbook
from tests.factories import NOW, REGION, a_provider, a_region
from tests.portal.accounting.accounts_of import SECOND_OF_REGION
from tests.snapshots import made_once

BUDGETS, VOUCHERS, INVOICES, PAYMENTS, TOTALS = TableKind
Filled = dict[TableKind, list[dict[str, str]]]


def budget(amount: str = "5.000") -> dict[str, str]:
    return {"line": "Breed budget", "amount": amount, "on": "02-01-2026"}


def voucher(reference: str, amount: str, **more: str) -> dict[str, str]:
    given = {
        "reference": reference,
        "line": "provincie-breed",
        "scheme": "Leervoucher",
        "amount": amount,
        "awarded_on": "05-01-2026",
        "valid_until": "31-08-2026",
    }
    return given | more


def invoice(reference: str, amount: str, number: str = "F1", **more: str) -> dict[str, str]:
    given = {"reference": reference, "provider": "", "number": number, "invoice_date": "20-01-2026", "amount": amount}
    return given | more


def payment(reference: str, amount: str, number: str = "F1", **more: str) -> dict[str, str]:
    return {"reference": reference, "number": number, "amount": amount, "paid_on": "02-02-2026"} | more


def rows(provider: str) -> Filled:
    """Every kind of life that a voucher had: open, partly used, used and paid, lapsed with a rest, lapsed, revoked."""
    bills = [
        invoice("A-2", "400"),
        invoice("A-3", "1.000", redeemed_on="25-01-2026"),
        invoice("A-4", "250,50"),
        invoice("A-4", "100", "F2"),
        invoice("B-1", "750"),
    ]
    return {
        BUDGETS: [budget()],
        VOUCHERS: [
            voucher("A-1", "500", name="Sam de Vries", municipality="Proefstad", training="Monteur"),
            voucher("A-2", "900"),
            voucher("A-3", "1.000", line="rijk-leren", born="17-05-1990", name="Kim Bakker", postcode="9990 AA", house_number="1"),
            voucher("A-4", "600", ended_on="10-02-2026", ended_how="verlopen"),
            voucher("A-5", "300", ended_on="15-02-2026"),
            voucher("A-6", "200", ended_on="20-02-2026", ended_how="ingetrokken"),
            voucher("B-1", "1500", scheme="bedrijfsvoucher", employer="Bakkerij Proef bv", kvk="12345678"),
        ],
        INVOICES: [bill | {"provider": provider} for bill in bills],
        PAYMENTS: [payment("A-3", "1000"), payment("A-4", "250,50"), payment("B-1", "750")],
        TOTALS: [
            {"line": "provincie-breed", "kind": "toegekend", "amount": "4.000"},
            {"line": "provincie-breed", "kind": "betaald", "amount": "1.000,50"},
            {"line": "rijk-leren", "kind": "vrijgevallen", "amount": "0"},
        ],
    }  # fmt: skip


@made_once
def empty_desk(session: Session) -> str:
    """A desk where nothing was awarded yet; the KvK number of its one provider."""
    a_region(session)
    return a_provider(session)[0].kvk_number


def changed(filled: Filled, kind: TableKind, place: int, /, **cells: str) -> Filled:
    """The same rows, with other cells in one of them."""
    mine = [row | cells if number == place else row for number, row in enumerate(filled[kind])]
    return {**filled, kind: mine}


def sent(session: Session, filled: Mapping[TableKind, Sequence[Mapping[str, str]]]) -> EarlierAdministration:
    """As it comes in: written to the template and read again."""
    read = read_administration(template_workbook(filled), None)
    return keep_administration(session, name="fonds.xlsx", read=read, actor=REGION, now=NOW)


@made_once
def laid_down(session: Session, filled: Filled | None = None) -> EarlierAdministration:
    """Tried and laid down by one person; without rows those of `rows`."""
    one = sent(session, filled or rows(empty_desk(session)))
    try_administration(session, administration=one, actor=REGION, now=NOW)
    lay_down_administration(session, administration=one, seen_hash=one.content_hash, actor=REGION, now=NOW)
    return one


@made_once
def taken_over(session: Session, filled: Filled | None = None) -> EarlierAdministration:
    """Taken over by a second one."""
    one = laid_down(session, filled)
    seen = one.content_hash
    take_over_administration(session, administration=one, seen_hash=seen, actor=SECOND_OF_REGION, now=NOW)
    return one
