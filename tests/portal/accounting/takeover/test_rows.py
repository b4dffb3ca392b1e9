"""Every row is looked at: what is wrong is told at its row and column, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.accounting.takeover.actions import add_tables, choose_columns, keep_administration, use_choice
from portal.accounting.takeover.columns import COLUMNS, TableKind
from portal.accounting.takeover.mapping import missing_fields, recognised
from portal.accounting.takeover.queries import column_choices, plan_of
from portal.accounting.takeover.reading import read_administration
from portal.accounting.takeover.rows import CellFault
from portal.accounting.takeover.template_book import template_workbook
from portal.platform.errors import Refusal
from portal.platform.i18n import use_locale
from tests.factories import NOW, REGION
from tests.portal.accounting.takeover.administrations import (
    BUDGETS,
    INVOICES,
    PAYMENTS,
    TOTALS,
    VOUCHERS,
    changed,
    empty_desk,
    rows,
    sent,
)

WRONG: tuple[tuple[TableKind, int, dict[str, str], str, str], ...] = (
    (BUDGETS, 0, {"amount": "1,500"}, "amount", "twee manieren"),
    (BUDGETS, 0, {"amount": "0"}, "amount", "meer dan nul"),
    (BUDGETS, 0, {"line": "weg"}, "line", "is er niet"),
    (BUDGETS, 0, {"on": "01-04-2026"}, "on", "nog niet geweest"),
    (VOUCHERS, 0, {"reference": ""}, "reference", "leeg"),
    (VOUCHERS, 1, {"reference": "a 1"}, "reference", "twee keer"),
    (VOUCHERS, 0, {"scheme": "Gratis"}, "scheme", "is er niet"),
    (VOUCHERS, 0, {"scheme": "Bedrijfsvoucher", "line": "rijk-leren"}, "scheme", "betaalt deze regeling niet"),
    (VOUCHERS, 0, {"amount": "2.500,01"}, "amount", "hoogstens"),
    (VOUCHERS, 0, {"awarded_on": "31-12-2025"}, "awarded_on", "buiten de budgetregel"),
    (VOUCHERS, 0, {"awarded_on": "31-02-2026"}, "awarded_on", "bestaat niet"),
    (VOUCHERS, 0, {"valid_until": "04-01-2026"}, "valid_until", "voor de dag"),
    (VOUCHERS, 0, {"valid_until": "01-03-2026"}, "ended_on", "laatste dag is voorbij"),
    (VOUCHERS, 0, {"municipality": "Nergens"}, "municipality", "kennen wij niet"),
    (VOUCHERS, 0, {"ended_how": "verlopen"}, "ended_on", "wanneer de rest"),
    (VOUCHERS, 0, {"ended_on": "05-01-2026"}, "ended_on", "na de dag"),
    (VOUCHERS, 2, {"ended_on": "05-02-2026"}, "ended_on", "helemaal gebruikt"),
    (VOUCHERS, 6, {"employer": ""}, "employer", "naam van het bedrijf"),
    (VOUCHERS, 6, {"kvk": "123456789"}, "kvk", "acht cijfers"),
    (INVOICES, 0, {"provider": "Niemand"}, "provider", "niet in de lijst"),
    (INVOICES, 0, {"amount": "901"}, "amount", "meer dan de voucher"),
    (INVOICES, 0, {"reference": "X-9"}, "reference", "staat niet"),
    (INVOICES, 0, {"invoice_date": "04-01-2026"}, "invoice_date", "voor de toekenning"),
    (INVOICES, 3, {"number": "f 1"}, "number", "twee keer"),
    (INVOICES, 3, {"redeemed_on": "11-02-2026"}, "number", "vrijviel"),
    (PAYMENTS, 0, {"amount": "999"}, "amount", "hele factuur"),
    (PAYMENTS, 0, {"number": "F9"}, "number", "staat niet"),
    (PAYMENTS, 0, {"paid_on": "24-01-2026"}, "paid_on", "verzilverd"),
    (TOTALS, 0, {"amount": "4.000,01"}, "amount", "samen"),
    (TOTALS, 0, {"kind": "rente"}, "kind", "Schrijf budget"),
)


def faults(session: Session, filled: Any) -> tuple[CellFault, ...]:
    one = sent(session, filled)
    return plan_of(session, administration=one, today=NOW.date()).faults


def test_each_wrong_cell_is_told_at_its_row_and_column(session: Session) -> None:
    right = rows(empty_desk(session))
    assert faults(session, right) == (), "the control: nothing is wrong"
    assert faults(session, changed(right, VOUCHERS, 6, kvk="123")) == (), "a spreadsheet drops the zeros in front"
    for kind, place, cells, column, words in WRONG:
        found = faults(session, changed(right, kind, place, **cells))
        told = [(one.field, str(one.message)) for one in found]
        assert any(column == one[0] and words in one[1] for one in told), (cells, told)


def test_a_line_that_is_short_on_a_day_is_told_at_the_row_with_which_it_is(session: Session) -> None:
    right = rows(empty_desk(session))
    late = changed(right, BUDGETS, 0, on="28-02-2026")
    wanted = changed(late, VOUCHERS, 6, amount="2.000")
    many = {**wanted, VOUCHERS: [*wanted[VOUCHERS], *(
        {**wanted[VOUCHERS][0], "reference": f"C-{number}", "amount": "2.400"} for number in range(8)
    )], TOTALS: []}  # fmt: skip
    told = [str(one.message) for one in faults(session, many)]
    assert len(told) == 1 and "5 januari 2026" in told[0] and "te weinig" in told[0]


def test_columns_are_recognised_by_their_headings_in_both_languages_and_by_other_names() -> None:
    for kind in TableKind:
        headings = [str(column.heading) for column in COLUMNS[kind]]
        assert recognised(kind, headings) == {column.key: place for place, column in enumerate(COLUMNS[kind])}
        with use_locale("en"):
            headings = [str(column.heading) for column in COLUMNS[kind]]
        assert missing_fields(kind, recognised(kind, headings)) == []
    own = ["Datum toekenning", "Kenmerk", "Toegekend bedrag", "Geldig tot", "Regel", "Soort voucher", "Opmerking"]
    found = recognised(VOUCHERS, own)
    assert missing_fields(VOUCHERS, found) == [] and 6 not in found.values()


def test_a_choice_of_columns_is_kept_and_used_again(session: Session) -> None:
    empty_desk(session)
    content = "Pot;Som;Onzin\nprovincie-breed;1.000;x\n".encode("cp1252")
    read = read_administration(content, BUDGETS)
    first = keep_administration(session, name="a.csv", read=read, actor=REGION, now=NOW)
    assert first.mapping == {"budgets": {}} and first.tables["budgets"]["rows"][0] == [
        2,
        ["provincie-breed", "1.000", "x"],
    ]
    with pytest.raises(Refusal) as twice:
        chosen: Any = {BUDGETS: {"line": 0, "amount": 0}}
        choose_columns(session, administration=first, chosen=chosen, keep_as="", actor=REGION, now=NOW)
    assert twice.value.code == "column_twice"
    chosen = {BUDGETS: {"line": 0, "amount": 1}}
    choose_columns(session, administration=first, chosen=chosen, keep_as="Ons fonds", actor=REGION, now=NOW)
    again = keep_administration(session, name="b.csv", read=read, actor=REGION, now=NOW)
    use_choice(session, administration=again, choice=column_choices(session)[0], actor=REGION, now=NOW)
    assert again.mapping == first.mapping == {"budgets": {"amount": 1, "line": 0}}
    assert plan_of(session, administration=again, today=NOW.date()).is_right
    before = again.content_hash
    add_tables(session, administration=again, read=read, actor=REGION, now=NOW)
    assert again.content_hash != before, "another choice of columns is another content"


def test_the_template_is_read_as_it_was_filled_in_in_both_languages(session: Session) -> None:
    filled = rows(empty_desk(session))
    for language in ("nl", "en"):
        with use_locale(language):
            read = read_administration(template_workbook(filled), None)
        assert {kind: len(table["rows"]) for kind, table in read.items()} == {
            kind: len(each) for kind, each in filled.items()
        }
    with pytest.raises(Refusal) as empty:
        read_administration(template_workbook(), None)
    assert empty.value.code == "no_rows"
